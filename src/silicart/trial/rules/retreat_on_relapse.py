"""The course again, when a disease that had answered comes back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from silicart.endpoints.visit import Care, Findings, State, Visit
from silicart.trial.rule import Decision

FloatArray = NDArray[np.float64]

ACTIVITY, SEVERE_FLARE = "activity", "severe_flare"
RESPONSE, RELAPSE, INTERVAL = "retreat_response_share", "relapse_activity", "retreat_interval"
"""Values of the register: what counts as a response (share of activity at entry), what as a relapse (activity in
points), and the least days between the beginnings of two courses."""


@dataclass(frozen=True)
class RetreatOnRelapse:
    """Repeats the arm's whole course, lymphodepletion included, at the visit that finds a relapse after a response.

    In lupus a response is latent activity at most a share of that at entry at some visit, and a relapse is activity
    above the limit of the register, or a severe flare, after it. The dose comes from the frozen cells of the patient's
    own lot. Each course needs a response of its own before it.

    maximum : courses after the first.
    interval : least days between the beginnings of two courses; None is the number of the register.
    """

    maximum: int = 1
    interval: float | None = None

    @property
    def id(self) -> str:
        """Its name in study files."""
        return "retreat_on_relapse"

    @property
    def needs(self) -> tuple[str, ...]:
        """Latent activity; a severe flare is read where the clinic finds any."""
        return (ACTIVITY,)

    @property
    def acts_on_model(self) -> bool:
        """It gives doses."""
        return True

    def enter(self, size: int) -> State:
        """Nobody has responded yet; the first course begins on day 0."""
        nothing = np.zeros(size)
        return {"entry": np.full(size, np.nan), "responded": nothing, "courses": nothing, "since": nothing}

    def decide(self, state: State, visit: Visit, findings: Findings, care: Care) -> tuple[State, Decision]:
        """Give the course again to whoever has relapsed after a response, while courses are left."""
        activity = visit.value(ACTIVITY)
        entry = activity if visit.place == 0 else state["entry"]
        flare = findings.get(SEVERE_FLARE, np.zeros(visit.size)) > 0.0
        back = (activity > visit.parameter(RELAPSE)) | flare
        waited = visit.parameter(INTERVAL) if self.interval is None else np.full(visit.size, self.interval)
        ready = (state["responded"] > 0.0) & (state["courses"] < self.maximum) & (visit.day - state["since"] >= waited)
        again = (back & ready).astype(np.float64)
        responded = (visit.day > 0.0) & (activity <= visit.parameter(RESPONSE) * entry)
        new = {
            "entry": entry,
            "responded": np.where(again > 0.0, 0.0, np.maximum(state["responded"], responded)),
            "courses": state["courses"] + again,
            "since": np.where(again > 0.0, visit.day, state["since"]),
        }
        return new, Decision(again=again, notes={"retreated": again, "courses_repeated": new["courses"]})
