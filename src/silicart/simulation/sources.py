"""Patients that are made when they are simulated: so many of them need no table of parameters."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from numpy.typing import ArrayLike

from silicart.errors import SimulationError
from silicart.simulation.targets import Targets


@dataclass(frozen=True, eq=False)
class Cohort:
    """Some patients and what they are given: the arguments of `simulate` that belong to them.

    parameters : id -> a number, or one a patient.
    doses : an event table whose ID counts these patients from 0; absent stands for what the caller gives to everyone.
    products : dose targets, likewise.
    """

    parameters: Mapping[str, ArrayLike]
    doses: object | None = None
    products: Targets | None = None


@dataclass(frozen=True, eq=False)
class PatientSource:
    """So many patients, made a few at a time.

    patients : how many.
    make : called with (first, last), it returns patients first ... last - 1: their parameters, or a `Cohort`. A patient
        must depend on its own number alone, so that any chunking makes the same patients; it may be called again for
        the same patients, and by several threads at once.

    Examples
    --------
    >>> import numpy as np
    >>> source = PatientSource(1_000_000, lambda first, last: {"k": np.linspace(0.1, 0.9, 1_000_000)[first:last]})
    >>> source.cohort(10, 13).parameters["k"].shape
    (3,)
    """

    patients: int
    make: Callable[[int, int], Cohort | Mapping[str, ArrayLike]]

    def __post_init__(self) -> None:
        count = self.patients
        if isinstance(count, bool) or not isinstance(count, int) or count < 1 or not callable(self.make):
            raise SimulationError(
                "a source of patients needs a count and something that makes them",
                where="PatientSource",
                found=f"patients={count!r}, make={self.make!r}",
                expected="a whole number of 1 or more, and a function of (first, last)",
                remedy="PatientSource(patients, make)",
            )

    def cohort(self, first: int, last: int) -> Cohort:
        """Return patients first ... last - 1."""
        made = self.make(first, last)
        if isinstance(made, Cohort):
            return made
        if isinstance(made, Mapping):
            return Cohort(made)
        raise SimulationError(
            "a source made something that is no patients",
            where=f"patients {first} to {last - 1}",
            found=type(made).__name__,
            expected="parameters by id, or a Cohort",
            remedy="correct the function that makes them",
        )
