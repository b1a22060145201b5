"""What one verification run asks for: a model file, the times, and how each quantity is to be printed."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from silicart.errors import VerificationError


@dataclass(frozen=True)
class Job:
    """One model to simulate and one table to write.

    sbml : the model file.
    start, duration, steps : output is wanted at start + i * duration / steps, i = 0 ... steps; model time begins at 0.
    variables : ids in the order of the columns.
    amount, concentration : which of them are species, and how each is printed; the rest are sizes of compartments,
        parameters, rates of reactions and stoichiometries.
    absolute, relative : what the result will be judged by: |right - value| <= absolute + relative * |right|.
    out : the table to write; None where nobody asks for one.
    """

    sbml: Path
    start: float
    duration: float
    steps: int
    variables: tuple[str, ...]
    amount: frozenset[str] = frozenset()
    concentration: frozenset[str] = frozenset()
    absolute: float = 1e-6
    relative: float = 1e-4
    out: Path | None = None

    @property
    def times(self) -> tuple[float, ...]:
        """The times of the table.

        Examples
        --------
        >>> Job(Path("m.xml"), 1.0, 2.0, 4, ("A",)).times
        (1.0, 1.5, 2.0, 2.5, 3.0)
        """
        if not self.steps:
            return (self.start,)
        return tuple(self.start + index * self.duration / self.steps for index in range(self.steps + 1))

    def observable(self, variable: str) -> str:
        """Return what `observe` is to be asked for, so that `variable` is printed as it should.

        Examples
        --------
        >>> job = Job(Path("m.xml"), 0, 1, 1, ("A", "B", "k"), amount=frozenset("A"), concentration=frozenset("B"))
        >>> [job.observable(id) for id in job.variables]
        ['amount(A)', '[B]', 'k']
        """
        if variable in self.amount:
            return f"amount({variable})"
        return f"[{variable}]" if variable in self.concentration else variable

    @classmethod
    def of(cls, said: Mapping[str, Any]) -> Job:
        """Return the job of a mapping with the keys sbml, start, duration, steps, variables, amount, concentration,
        absolute, relative and out: the form of a batch's lines. Lists may be written with commas.

        Raises
        ------
        VerificationError : a key is missing or its value makes no sense.

        Examples
        --------
        >>> Job.of({"sbml": "m.xml", "start": 0, "duration": 5, "steps": 50, "variables": "A, k"}).variables
        ('A', 'k')
        """
        job = cls(
            sbml=Path(_text(said, "sbml")),
            start=_number(said, "start", 0.0),
            duration=_number(said, "duration", 0.0),
            steps=_count(said, "steps"),
            variables=_names(said, "variables"),
            amount=frozenset(_names(said, "amount")),
            concentration=frozenset(_names(said, "concentration")),
            absolute=_number(said, "absolute", 1e-6),
            relative=_number(said, "relative", 1e-4),
            out=Path(_text(said, "out")) if said.get("out") else None,
        )
        if job.start < 0 or job.duration < 0 or (job.steps and not job.duration):
            raise VerificationError(
                "output times that do not rise from 0 on",
                found=f"start {job.start:g}, duration {job.duration:g}, steps {job.steps}",
                expected="a start of 0 or more, a duration of 0 or more, and no steps without a duration",
                remedy="correct the times",
            )
        return job


def _text(said: Mapping[str, Any], key: str) -> str:
    value = said.get(key)
    if not isinstance(value, str) or not value:
        raise _bad(key, value, "a path")
    return value


def _number(said: Mapping[str, Any], key: str, default: float) -> float:
    value = said.get(key)
    if value is None or value == "":
        return default
    try:
        number = float(value)
    except (TypeError, ValueError):
        raise _bad(key, value, "a number") from None
    if not math.isfinite(number):
        raise _bad(key, value, "a finite number")
    return number


def _count(said: Mapping[str, Any], key: str) -> int:
    number = _number(said, key, 0.0)
    if number < 0 or number != int(number):
        raise _bad(key, said.get(key), "a whole number of 0 or more")
    return int(number)


def _names(said: Mapping[str, Any], key: str) -> tuple[str, ...]:
    value = said.get(key)
    if value is None:
        return ()
    parts = value.split(",") if isinstance(value, str) else value
    if not isinstance(parts, list | tuple) or not all(isinstance(part, str) for part in parts):
        raise _bad(key, value, "a list of ids")
    return tuple(dict.fromkeys(part.strip() for part in parts if part.strip()))


def _bad(key: str, value: object, expected: str) -> VerificationError:
    return VerificationError(
        f"a job without a usable {key}",
        where=key,
        found="nothing" if value is None else repr(value),
        expected=expected,
        remedy=f"give {key}",
    )
