"""A population that is drawn while it is simulated: a patient's numbers are keyed, so any chunk has the same people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from silicart.evidence import Register
from silicart.population.population import Population
from silicart.population.sampling import draw_population

if TYPE_CHECKING:
    from silicart.simulation import Cohort, Model, PatientSource


def virtual_patients(
    register: Register,
    model: Model,
    patients: int,
    seed: int,
    per_draw: int = 10,
    overrides: Mapping[str, float] | None = None,
    *,
    structures: Sequence[str] | None = None,
    disease: str | None = None,
) -> PatientSource:
    """Return the patients of `draw_population` as a source for `summarise`: drawn a chunk at a time, never all at once.

    Arguments are those of `draw_population`. Chunks that are multiples of `per_draw` draw nobody twice.

    Examples
    --------
    >>> from silicart.evidence import load_register
    >>> from silicart.simulation import load_model
    >>> source = virtual_patients(load_register(), load_model("sle"), 1_000_000, seed=1)
    >>> few = source.cohort(999_990, 1_000_000).parameters["k_kill"]
    >>> bool((few[3:5] == source.cohort(999_993, 999_995).parameters["k_kill"]).all())
    True
    """
    from silicart.simulation import PatientSource

    make = Drawing(
        register, model, seed, per_draw, overrides, None if structures is None else tuple(structures), disease
    )
    return PatientSource(patients, make)


@dataclass(frozen=True, eq=False)
class Drawing:
    """Draws patients first ... last - 1 of a population; picklable."""

    register: Register
    model: Model
    seed: int
    per_draw: int
    overrides: Mapping[str, float] | None
    structures: tuple[str, ...] | None
    disease: str | None

    def __call__(self, first: int, last: int) -> Cohort:
        from silicart.simulation import Cohort

        return Cohort(self.population(first, last).settings(self.model))

    def population(self, first: int, last: int) -> Population:
        """Return these patients with all their values."""
        return self.people(np.arange(first, last))

    def people(self, numbers: NDArray[np.int64]) -> Population:
        """Return the patients of these numbers with all their values."""
        return draw_population(
            self.register,
            self.model,
            numbers,
            self.seed,
            self.per_draw,
            self.overrides,
            structures=self.structures,
            disease=self.disease,
        )
