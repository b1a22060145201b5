"""Immunoglobulin at a visit that finds too little of the patient's own."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from silicart.endpoints.visit import Care, Findings, State, Visit
from silicart.trial.rule import Decision, Dose

LIMIT, DOSE, VOLUME, WEIGHT = "IgG_infection_limit", "IVIG_dose", "V_IgG", "body_weight"


@dataclass(frozen=True)
class ReplaceImmunoglobulin:
    """Gives immunoglobulin into the model's IgG at every visit from day 0 on that finds IgG below a limit (`Rule`).

    limit : g/L; dose : g per kg of body weight; None is the number of the register. The dose spreads over the patient's
    own volume of distribution at once, and is then lost as the patient's own IgG is.
    """

    limit: float | None = None
    dose: float | None = None

    @property
    def id(self) -> str:
        """Its name in study files."""
        return "replace_immunoglobulin"

    @property
    def needs(self) -> tuple[str, ...]:
        """The IgG of the visit."""
        return ("IgG",)

    @property
    def acts_on_model(self) -> bool:
        """It gives doses."""
        return True

    def enter(self, size: int) -> State:
        """Nothing is remembered."""
        return {}

    def decide(self, state: State, visit: Visit, findings: Findings, care: Care) -> tuple[State, Decision]:
        """Give a dose to whoever is low; the note `immunoglobulin_given` says whom."""
        limit = visit.parameter(LIMIT) if self.limit is None else self.limit
        per_kg = visit.parameter(DOSE) if self.dose is None else self.dose
        low = (findings["IgG"] < limit) & (visit.day >= 0)
        rise = np.where(low, per_kg * visit.parameter(WEIGHT) / visit.parameter(VOLUME), 0.0)
        now = low.astype(np.float64)
        doses = (Dose("IgG", rise, visit.day),) if low.any() else ()
        return state, Decision(care={"immunoglobulin": now}, doses=doses, notes={"immunoglobulin_given": now})
