"""The ward's policy on rescue drugs for cytokine release: whether, and from which fever or fall of pressure on.

Cytokine release does not wait for a visit, so the drugs are given inside the model, between visits; the rule only sets
its policy, at entry. Without the rule the register's policy holds: both drugs are given where a patient's course calls.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from silicart.endpoints.visit import Care, Findings, State, Visit
from silicart.trial.rule import Decision


@dataclass(frozen=True)
class GiveTocilizumab:
    """Sets the policy of an arm (`Rule`).

    tocilizumab, dexamethasone : 1 to give it when it is called for, 0 never.
    fever : degrees above normal that call for tocilizumab; pressure_fall : mmHg that do; None leaves each patient's
        ward its own limit.
    """

    tocilizumab: int = 1
    dexamethasone: int = 1
    fever: float | None = None
    pressure_fall: float | None = None

    @property
    def id(self) -> str:
        """Its name in study files."""
        return "give_tocilizumab"

    @property
    def needs(self) -> tuple[str, ...]:
        """It reads nothing."""
        return ()

    @property
    def acts_on_model(self) -> bool:
        """It sets parameters of the model."""
        return True

    def enter(self, size: int) -> State:
        """Nothing is remembered."""
        return {}

    def decide(self, state: State, visit: Visit, findings: Findings, care: Care) -> tuple[State, Decision]:
        """Set the policy at entry; later visits change nothing."""
        if visit.place > 0:
            return state, Decision()
        policy = {
            "tocilizumab_rescue": float(self.tocilizumab),
            "dexamethasone_rescue": float(self.dexamethasone),
            "tocilizumab_fever": self.fever,
            "tocilizumab_pressure": self.pressure_fall,
        }
        given = {name: np.full(visit.size, value) for name, value in policy.items() if value is not None}
        return state, Decision(settings=given)
