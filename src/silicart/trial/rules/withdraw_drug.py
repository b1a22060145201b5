"""Stop a drug of standard care on a day, in everybody: the rule of withdrawal trials."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from silicart.endpoints.visit import Care, Findings, State, Visit
from silicart.trial.rule import Decision

DRUGS = ("prednisone", "immunosuppressant")


@dataclass(frozen=True)
class WithdrawDrug:
    """Stops drugs at the first visit from a day on, and keeps them stopped (`Rule`).

    day : after the start of follow-up.
    prednisone, immunosuppressant : 1 to stop it, 0 to leave it alone.
    """

    day: float = 0.0
    prednisone: int = 0
    immunosuppressant: int = 0

    @property
    def id(self) -> str:
        """Its name in study files."""
        return "withdraw_drug"

    @property
    def needs(self) -> tuple[str, ...]:
        """Nothing: it acts whatever is found."""
        return ()

    @property
    def acts_on_model(self) -> bool:
        """Low doses act in the clinic alone."""
        return False

    def enter(self, size: int) -> State:
        """Return nothing to remember."""
        return {}

    def decide(self, state: State, visit: Visit, findings: Findings, care: Care) -> tuple[State, Decision]:
        """Return no dose of what is stopped."""
        stopped = [name for name in DRUGS if getattr(self, name) and visit.day >= self.day]
        return state, Decision(care={name: np.zeros(visit.size) for name in stopped})
