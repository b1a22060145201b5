"""Rescue with an immunosuppressant at a severe flare, and drugs again for a patient who relapses without any.

A rescued patient breaks the medication rules of a trial: the note `rescued` says so, and SRI-4, BICLA and the renal
response count no response from then on.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from silicart.endpoints.visit import Care, Findings, State, Visit
from silicart.trial.rule import Decision


@dataclass(frozen=True)
class RescueDrug:
    """Gives rescue (`Rule`); its numbers are `burst_severe` and `relapse_...` of the register."""

    @property
    def id(self) -> str:
        """Its name in study files."""
        return "rescue_drug"

    @property
    def needs(self) -> tuple[str, ...]:
        """Findings of the clinic of lupus."""
        return ("clinical_SLEDAI", "severe_flare")

    @property
    def acts_on_model(self) -> bool:
        """Rescue acts in the clinic alone."""
        return False

    def enter(self, size: int) -> State:
        """Return that nobody was rescued."""
        return {"rescued": np.zeros(size)}

    def decide(self, state: State, visit: Visit, findings: Findings, care: Care) -> tuple[State, Decision]:
        """Return the drugs from this visit on, and the note `rescued`: 1 from the first rescue on."""
        now = findings["severe_flare"] > 0
        if visit.chunk.gives_CAR_T:
            free = (care["prednisone"] == 0) & (care["immunosuppressant"] == 0)
            active = findings["clinical_SLEDAI"] >= visit.parameter("relapse_clinical_SLEDAI")
            now = now | (free & active & (visit.day >= visit.parameter("relapse_from")))
        rescued = np.maximum(state["rescued"], now)
        steroid = np.where(now, np.maximum(care["prednisone"], visit.parameter("burst_severe")), care["prednisone"])
        drug = np.where(now, 1.0, care["immunosuppressant"])
        return {"rescued": rescued}, Decision(
            care={"prednisone": steroid, "immunosuppressant": drug}, notes={"rescued": rescued}
        )
