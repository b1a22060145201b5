"""A rule: a decision that is taken at visits, for all patients at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from silicart.endpoints.chart import Dose
from silicart.endpoints.visit import Care, Findings, State, Visit

FloatArray = NDArray[np.float64]

__all__ = ["Decision", "Dose", "Rule"]


@dataclass(frozen=True)
class Decision:
    """What a rule decides at a visit.

    care : drug -> (patients,) what is taken from now on; drugs that are not named go on.
    doses : doses to append to the patients' event tables.
    settings : parameter of the model -> (patients,) from now on, NaN where it stays as it is.
    again : (patients,) 1 where the arm's whole course, lymphodepletion included, begins again at this visit, else 0;
        None for nobody.
    notes : name -> (patients,), written into the chart ("retreated", "rescued").
    """

    care: Care = field(default_factory=dict)
    doses: tuple[Dose, ...] = ()
    settings: Mapping[str, FloatArray] = field(default_factory=dict)
    again: FloatArray | None = None
    notes: Findings = field(default_factory=dict)


class Rule(Protocol):
    """A rule. Instances are frozen and hold the rule's own settings, never patients.

    id : its name in study files.
    needs : findings, and states and observables of the course, that it reads.
    acts_on_model : whether a decision can change doses or parameters of the model; then patients are simulated from
        visit to visit.
    """

    @property
    def id(self) -> str:
        """Its name in study files."""

    @property
    def needs(self) -> tuple[str, ...]:
        """Findings, states and observables that it reads."""

    @property
    def acts_on_model(self) -> bool:
        """Whether it can change doses or parameters of the model."""

    def enter(self, size: int) -> State:
        """Return what it remembers of the patients at entry."""

    def decide(self, state: State, visit: Visit, findings: Findings, care: Care) -> tuple[State, Decision]:
        """Return the new memory and the decision."""
