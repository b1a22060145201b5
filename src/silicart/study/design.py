"""A study as data: who is simulated, what is given to whom, what is shown, and which claims are judged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from silicart.errors import StudyError, nearest
from silicart.product import Process
from silicart.trial import Rule

EVERY_DAYS = 28.0
"""Days between visits where a study does not say."""


@dataclass(frozen=True)
class Reading:
    """One published value that a study leans on: what it is, and the evidence ids it comes from."""

    text: str
    evidence: tuple[str, ...]


@dataclass(frozen=True)
class PopulationPlan:
    """Who is simulated: `patients` in draws of `patients_per_draw`, with one seed, under named structures.

    With `randomise` each arm holds that many patients of its own, from the same draws; otherwise the same patients go
    through every arm. `values` sets the typical value of parameters for this trial's kind of patient.
    """

    patients: int
    patients_per_draw: int
    seed: int
    structures: tuple[str, ...]
    randomise: bool = False
    values: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class VisitPlan:
    """When patients are seen: at entry, and every so many days after the first infusion up to `until` (the horizon)."""

    every: float = EVERY_DAYS
    until: float | None = None

    def days(self, lead_in: float, horizon: float) -> tuple[float, ...]:
        """Return the days of all visits; the first is entry, before anything is given.

        Examples
        --------
        >>> VisitPlan(28).days(7, 90)
        (-7.0, 28.0, 56.0, 84.0)
        """
        last = horizon if self.until is None else min(self.until, horizon)
        later = np.arange(1, int(np.floor(last / self.every)) + 1) * self.every
        return (-float(lead_in), *(float(day) for day in later))


@dataclass(frozen=True)
class ProductPlan:
    """A product of the study: its name here, the catalogue entry it is, what it leans on, and how it is made.

    Without a `process` it is made by the catalogue's.
    """

    name: str
    product: str
    label: str
    kind: str
    target: str
    note: str | None = None
    evidence: tuple[str, ...] = ()
    process: Process | None = None


@dataclass(frozen=True)
class RegimenPlan:
    """What is given: `number` doses of `dose` `unit`, every `interval` days, the first on `start` (day).

    `lymphodepletion` names the days (relative to the first infusion) and the intensity of fludarabine and
    cyclophosphamide; empty means none. `background` lists other drugs by name.
    """

    dose: float
    unit: str
    number: int
    interval: float
    start: float
    lymphodepletion_days: tuple[float, ...]
    lymphodepletion_intensity: float
    background: tuple[str, ...] = ()


@dataclass(frozen=True)
class Arm:
    """One arm: the product and regimen that every patient of it receives; neither in standard care and placebo.

    also : further products given with the first, each with its own regimen.
    rules : those of this arm; None for those of the study.
    placebo : a placebo is given.
    blinded : patients and clinic do not know what is given.
    """

    name: str
    label: str
    product: str | None = None
    regimen: RegimenPlan | None = None
    note: str | None = None
    readings: tuple[Reading, ...] = ()
    also: tuple[tuple[str, RegimenPlan], ...] = ()
    rules: tuple[Rule, ...] | None = None
    placebo: bool = False
    blinded: bool = False

    @property
    def given(self) -> tuple[tuple[str, RegimenPlan], ...]:
        """Every product of the arm with its regimen."""
        if self.product is None or self.regimen is None:
            return ()
        return ((self.product, self.regimen), *self.also)

    @property
    def background(self) -> tuple[str, ...]:
        """Drugs given beside the product."""
        return () if self.regimen is None else self.regimen.background


@dataclass(frozen=True)
class Study:
    """A whole study; see the built-in `sys6020-sle` for one. Times in day, 0 is the first infusion.

    visits : None where the file asks for none; visits are then held where a rule or an endpoint needs them.
    rules : decisions at visits in every arm that has none of its own.
    """

    name: str
    title: str
    question: str
    context_of_use: str
    disease: str
    classes: int
    population: PopulationPlan
    products: Mapping[str, ProductPlan]
    arms: tuple[Arm, ...]
    lead_in: float
    horizon: float
    endpoints: tuple[str, ...]
    observables: tuple[str, ...]
    claims: str | None
    notes: tuple[str, ...] = ()
    not_computed: tuple[str, ...] = ()
    text: str = ""
    source: str = ""
    visits: VisitPlan | None = None
    rules: tuple[Rule, ...] = ()

    def rules_of(self, arm: Arm) -> tuple[Rule, ...]:
        """Return the decisions that are taken at visits in an arm."""
        return self.rules if arm.rules is None else arm.rules

    def visit_days(self) -> tuple[float, ...]:
        """Return the days on which patients are seen where visits are held."""
        return (self.visits or VisitPlan()).days(self.lead_in, self.horizon)

    def arm(self, name: str) -> Arm:
        """Return the arm with that name.

        Raises StudyError, with the nearest name, when there is none.
        """
        for one in self.arms:
            if one.name == name:
                return one
        names = [one.name for one in self.arms]
        near = nearest(name, names)
        raise StudyError(
            "unknown arm",
            where=self.source or self.name,
            found=name,
            expected="one of: " + ", ".join(names),
            remedy=f"did you mean {near}?" if near else "name one of the study's arms",
        )
