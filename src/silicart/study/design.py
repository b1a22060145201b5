"""A study as data: who is simulated, what is given to whom, what is shown, and which claims are judged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from silicart.errors import StudyError, nearest
from silicart.product import Process


@dataclass(frozen=True)
class Reading:
    """One published value that a study leans on: what it is, and the evidence ids it comes from."""

    text: str
    evidence: tuple[str, ...]


@dataclass(frozen=True)
class PopulationPlan:
    """Who is simulated: `patients` in draws of `patients_per_draw`, with one seed, under named entry filters."""

    patients: int
    patients_per_draw: int
    seed: int
    structures: tuple[str, ...]


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
    """One arm: the product and regimen that every patient of the population receives; neither in standard care."""

    name: str
    label: str
    product: str | None
    regimen: RegimenPlan | None
    note: str | None = None
    readings: tuple[Reading, ...] = ()


@dataclass(frozen=True)
class Study:
    """A whole study; see the built-in `sys6020-sle` for one. Times in day, 0 is the first infusion."""

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
