"""Repeating a run with one input moved, for a few of its own patients."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from silicart.claims.ledger import Repetition
from silicart.claims.moving import move_centre
from silicart.endpoints.endpoint import Endpoint
from silicart.evidence import Register
from silicart.population import Population
from silicart.population.filters import Check, checks_of, refusals
from silicart.product.making import lot_parameters
from silicart.simulation import Model, baseline
from silicart.study.arm import Reading, read_product, simulate_arm
from silicart.study.design import Arm, Study
from silicart.study.treatment import Treatment, treat

if TYPE_CHECKING:
    import pandas as pd

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

MADE_WITH = frozenset({"delivery", "manufacture", "potency", "cost", "genome_safety"})
"""Files of the register that only the making and the price of a product read."""

PATIENTS_PER_DRAW = 3
"""Enough to tell what a draw's patients share from what each has for himself; all of them would cost a whole run."""

CHUNK = 64
"""Patients in a piece of work: a repetition is small, and smaller pieces keep all threads busy."""

POSSIBLE_SHARE = 0.5
"""A move that leaves fewer than half of the patients possible is no move of this disease."""


@dataclass(frozen=True)
class Repeater:
    """Simulates the first patients of every draw again with one input multiplied by a factor.

    These patients are the run's own, so that what they were before need not be simulated again, and the difference is
    taken person by person. A moved patient whom the closures or the published filters refuse is no patient of this
    disease and is left out of both sides.
    """

    study: Study
    model: Model
    register: Register
    population: Population
    before: pd.DataFrame
    endpoints: Sequence[Endpoint]
    grid: Sequence[Endpoint]
    threads: int | None = None
    chunk: int | None = None
    _own: dict[tuple[str, bytes], Treatment] = field(default_factory=dict, repr=False)

    def __call__(self, input: str, factor: float, arms: Sequence[str]) -> Repetition:
        """Return the arms of some patients before and after the move."""
        import pandas as pd

        moved = move_centre(self.register[input], self.population.parameters[input], factor)
        population = replace(self.population, parameters={**self.population.parameters, input: moved.values})
        first = np.flatnonzero(self.population.patients % self.population.per_draw < PATIENTS_PER_DRAW)
        refused = refusals(self._checks, self._untreated, _rows(population, first), population.structure[first])
        rows = first[~refused.any(axis=0)]
        if len(rows) < POSSIBLE_SHARE * len(first):
            worst = self._checks[int(refused.sum(axis=1).argmax())].reason
            return Repetition(
                None, None, f"{len(rows)} of {len(first)} patients would be possible; refused most: {worst}"
            )
        before = self.before[self.before["patient"].isin(population.patients[rows])]
        after = [self._after(input, self.study.arm(name), population, rows, before) for name in arms]
        return Repetition(before[before["arm"].isin(arms)], pd.concat(after, ignore_index=True), moved.note)

    def _after(
        self, input: str, arm: Arm, population: Population, rows: IntArray, before: pd.DataFrame
    ) -> pd.DataFrame:
        as_it_was = self._as_it_was(arm, rows)
        # Lots are made from few values; where none of them moved, they are the run's own.
        supply = None if self._makes_lots(input, arm) else as_it_was.supply
        lot = None if supply is None else supply.lot
        treatment = treat(self.study, arm, population, rows, lot)
        if self._reaches_courses(input, treatment, as_it_was):
            reading = Reading(self.endpoints, grid=self.grid)
            return simulate_arm(
                self.study, arm, self.model, population, reading, rows=rows, threads=self.threads,
                chunk=self.chunk or CHUNK, treatment=treatment,
            ).endpoints  # fmt: skip
        # A price, or a risk per copy, changes no cell that is infused: the courses are those of the run.
        kept = before[before["arm"] == arm.name].reset_index(drop=True)
        made = read_product(population, self.endpoints, rows, treatment)
        return kept.assign(**{name: made[name] for name in made.columns})

    def _as_it_was(self, arm: Arm, rows: IntArray) -> Treatment:
        """Return what the run itself gave to these patients; most repetitions ask for the same."""
        key = (arm.name, rows.tobytes())
        if key not in self._own:
            self._own[key] = treat(self.study, arm, self.population, rows)
        return self._own[key]

    def _makes_lots(self, input: str, arm: Arm) -> bool:
        process = None if arm.product is None else self.study.products[arm.product].process
        return process is not None and input in lot_parameters(process)

    def _reaches_courses(self, input: str, treatment: Treatment, as_it_was: Treatment) -> bool:
        """Return whether a moved input changes anything but the product as it was made: it is not simulated in vain."""
        of_product = self.register[input].mechanism in MADE_WITH
        if input in set(self.model.parameters.ids) or not of_product:
            return True
        return not all(
            _same(product.spread, as_it_was.products[name].spread)
            and _same(product.parameters, as_it_was.products[name].parameters)
            for name, product in treatment.products.items()
        )

    @property
    def _checks(self) -> tuple[Check, ...]:
        return checks_of(sorted(self.model.formulas), self.register.filters, self.study.disease)

    def _untreated(self, parameters: Mapping[str, FloatArray], ids: Sequence[str]) -> Mapping[str, FloatArray]:
        settable = set(self.model.parameters.ids)
        return baseline(self.model, {id: values for id, values in parameters.items() if id in settable}, ids)


def _same(one: Mapping[str, ArrayLike], other: Mapping[str, ArrayLike]) -> bool:
    return one.keys() == other.keys() and all(np.array_equal(value, other[id]) for id, value in one.items())


def _rows(population: Population, rows: NDArray[np.intp]) -> dict[str, FloatArray]:
    return {id: values[rows] for id, values in population.parameters.items()}
