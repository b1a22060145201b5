"""Taper prednisone while disease is quiet, and raise it at a flare.

On standard care the taper begins after eight weeks, aims at 7.5 mg a day, goes on to the lowest dose only in a patient
who is nearly clear, and stops there. After CAR-T it begins at once, goes on whatever the score while nothing flares, as
the protocols have it, and ends at nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from silicart.endpoints.visit import Care, Findings, State, Visit
from silicart.trial.rule import Decision

FloatArray = NDArray[np.float64]

HIGH_DOSE = 20.0
"""mg a day above which a step is twice as large; after CAR-T it always is."""

NEARLY_CLEAR = 2.0
"""Clinical SLEDAI up to which standard care goes below its first goal."""


@dataclass(frozen=True)
class TaperSteroid:
    """Tapers prednisone visit by visit (`Rule`); its numbers are `taper_...` and `burst_...` of the register."""

    @property
    def id(self) -> str:
        """Its name in study files."""
        return "taper_steroid"

    @property
    def needs(self) -> tuple[str, ...]:
        """Findings of the clinic of lupus."""
        return ("clinical_SLEDAI", "PGA", "mild_flare", "moderate_flare", "severe_flare", "prednisone_entry")

    @property
    def acts_on_model(self) -> bool:
        """Low doses act in the clinic alone."""
        return False

    def enter(self, size: int) -> State:
        """Return nothing to remember."""
        return {}

    def decide(self, state: State, visit: Visit, findings: Findings, care: Care) -> tuple[State, Decision]:
        """Return the dose from this visit on."""
        dose = care["prednisone"]
        after_CAR_T = visit.chunk.gives_CAR_T
        moderate, severe = findings["moderate_flare"] > 0, findings["severe_flare"] > 0
        flared = (findings["mild_flare"] > 0) | moderate | severe
        quiet = (
            (findings["clinical_SLEDAI"] <= visit.parameter("taper_clinical_SLEDAI"))
            & (findings["PGA"] <= visit.parameter("taper_PGA"))
            & ~flared
        )
        if after_CAR_T:
            quiet = ~flared
        started = visit.day >= (0.0 if after_CAR_T else visit.parameter("taper_from"))
        lower = np.where(quiet & started, _step_down(dose, visit, findings["clinical_SLEDAI"], after_CAR_T), dose)
        # A burst is short: without a new flare it comes down to the dose of entry by halves, quiet or not.
        usual = findings["prednisone_entry"]
        lower = np.where((dose > usual) & ~flared, np.maximum(np.minimum(lower, 0.5 * dose), usual), lower)
        raised = np.maximum(
            np.where(moderate, visit.parameter("burst_moderate"), 0.0),
            np.where(severe, visit.parameter("burst_severe"), 0.0),
        )
        return state, Decision(care={"prednisone": np.maximum(lower, raised)})


def _step_down(dose: FloatArray, visit: Visit, clinical: FloatArray, after_CAR_T: bool) -> FloatArray:
    step = visit.parameter("taper_step") * np.where((dose > HIGH_DOSE) | after_CAR_T, 2.0, 1.0)
    lowest = np.where(clinical <= NEARLY_CLEAR, visit.parameter("taper_lowest"), visit.parameter("taper_goal"))
    floor = np.zeros_like(dose) if after_CAR_T else lowest
    return np.minimum(dose, np.maximum(dose - step, floor))
