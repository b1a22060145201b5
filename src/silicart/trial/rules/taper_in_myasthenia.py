"""Taper prednisone in myasthenia gravis while symptoms are better, and give a step back when they return.

Nobody steps down by more than a quarter of the dose at a visit, and not before two months, as a trial asks for a stable
dose until its first outcome is read. Fixed steps, which a study may change; no trial's taper was read.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from silicart.endpoints.myasthenia.scores import MG_ADL
from silicart.endpoints.visit import Care, Findings, State, Visit
from silicart.trial.rule import Decision

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class TaperInMyasthenia:
    """Tapers prednisone visit by visit (`Rule`).

    first_day : day from which it may fall.
    step : share of the dose that a step takes away.
    lowest : mg a day from which the next step is none.
    """

    first_day: float = 56.0
    step: float = 0.25
    lowest: float = 2.5

    @property
    def id(self) -> str:
        """Its name in study files."""
        return "taper_in_myasthenia"

    @property
    def needs(self) -> tuple[str, ...]:
        """The change of MG-ADL."""
        return ("MG_ADL_change",)

    @property
    def acts_on_model(self) -> bool:
        """Low doses act in the clinic alone."""
        return False

    def enter(self, size: int) -> State:
        """Return whether the visit before was better than entry, and the dose of entry, which is not known yet."""
        return {"better": np.zeros(size), "entry": np.full(size, np.nan)}

    def decide(self, state: State, visit: Visit, findings: Findings, care: Care) -> tuple[State, Decision]:
        """Return the dose from this visit on."""
        dose = care["prednisone"]
        entry = np.where(np.isnan(state["entry"]), dose, state["entry"])
        better = (findings["MG_ADL_change"] <= -MG_ADL.meaningful).astype(np.float64)
        # Two visits in a row, so that one good day starts no taper and one bad day ends none.
        falls = (better > 0.0) & (state["better"] > 0.0) & (visit.day >= self.first_day)
        rises = (better == 0.0) & (state["better"] == 0.0) & (dose < entry)
        lower = np.where(dose <= self.lowest, 0.0, _halves(dose * (1.0 - self.step)))
        higher = np.minimum(np.maximum(_halves(dose / (1.0 - self.step)), 2.0 * self.lowest), entry)
        taken = np.where(falls, lower, np.where(rises, higher, dose))
        return {"better": better, "entry": entry}, Decision(care={"prednisone": taken})


def _halves(dose: FloatArray) -> FloatArray:
    return np.asarray(np.round(2.0 * dose) / 2.0)
