"""The one family of errors: each says where, what was found, what was expected and what to do.

A user never meets a bare traceback for bad input. Every error carries the four parts separately, so the
command line, the report and programs can each show them their own way.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Self


class SilicartError(Exception):
    """Base of every error that silicart raises on purpose.

    Parameters
    ----------
    problem : one sentence that says what is wrong.
    where : file, line, table row or name of the thing, as exact as known.
    found : the offending value as the user wrote it.
    expected : what would have been accepted.
    remedy : what to do about it.

    Examples
    --------
    >>> error = SilicartError("unknown arm", where="study.yaml:12", found="mRNA", expected="mrna", remedy="rename it")
    >>> print(error)
    unknown arm
      where:    study.yaml:12
      found:    mRNA
      expected: mrna
      remedy:   rename it
    """

    def __init__(
        self,
        problem: str,
        *,
        where: str | None = None,
        found: object | None = None,
        expected: str | None = None,
        remedy: str | None = None,
    ) -> None:
        self.problem = problem
        self.where = where
        self.found = None if found is None else str(found)
        self.expected = expected
        self.remedy = remedy
        super().__init__(str(self))

    def __str__(self) -> str:
        parts = [self.problem]
        for label, text in (
            ("where:", self.where),
            ("found:", self.found),
            ("expected:", self.expected),
            ("remedy:", self.remedy),
        ):
            if text is not None:
                parts.append(f"  {label:<9} {text}")
        return "\n".join(parts)

    def at(self, where: str | None) -> Self:
        """Return the same error at another place, when whoever reads the file knows it better.

        Examples
        --------
        >>> SilicartError("no value", where="k").at("m.ant:3 (k)").where
        'm.ant:3 (k)'
        """
        return type(self)(self.problem, where=where, found=self.found, expected=self.expected, remedy=self.remedy)

    def __reduce__(self) -> tuple[object, ...]:
        # Exceptions with keyword-only arguments do not pickle by default; threads and processes need it.
        return (_rebuild, (type(self), self.problem, self.where, self.found, self.expected, self.remedy))


class RegisterError(SilicartError):
    """A value of the evidence register is missing, malformed or without unit, grade or source."""


class ModelError(SilicartError):
    """A model file cannot be read, or uses a feature that is refused by name."""


class UnsupportedError(ModelError):
    """A model uses a feature that silicart does not support; `problem` names it."""


class UnitError(SilicartError):
    """Units do not agree, or a number has none."""


class ProcessError(SilicartError):
    """A manufacturing process, its settings or its release limits are not valid."""


class ConstructError(SilicartError):
    """A construct file is not valid: a sequence, an mRNA part or the composition of a lipid nanoparticle."""


class ExpressionDataError(SilicartError):
    """A table of measured expression is not valid."""


class DoseError(SilicartError):
    """A dose table or regimen is not valid."""


class PopulationError(SilicartError):
    """A virtual population cannot be drawn as asked."""


class SimulationError(SilicartError):
    """A simulation cannot be started as asked (a failing patient is a status, not an error)."""


class StudyError(SilicartError):
    """A study file is not valid."""


class ClaimError(SilicartError):
    """A claim refers to something that the run does not have."""


class StoreError(SilicartError):
    """A stored result is absent, incomplete or does not belong to what was asked."""


class VerificationError(SilicartError):
    """A verification case or suite cannot be read, or a job does not say what it needs to."""


def nearest(name: str, options: Iterable[str]) -> str | None:
    """Return the option closest in spelling to `name`, or None when nothing is close.

    Examples
    --------
    >>> nearest("patiens", ["patients", "seed"])
    'patients'
    """
    matches = difflib.get_close_matches(name, list(options), n=1, cutoff=0.5)
    return matches[0] if matches else None


def _rebuild(
    kind: type[SilicartError],
    problem: str,
    where: str | None,
    found: str | None,
    expected: str | None,
    remedy: str | None,
) -> SilicartError:
    return kind(problem, where=where, found=found, expected=expected, remedy=remedy)
