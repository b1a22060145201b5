"""How many cases came to what, in all and by what they test."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from silicart.verification.judging import OUTCOMES, Outcome


@dataclass(frozen=True)
class Counts:
    """Cases of a group: how many there are, by outcome, and how many came to what they expect.

    Examples
    --------
    >>> counts = Counts("Delay", 3, {"pass": 2, "refused": 1, "wrong": 0, "error": 0, "timeout": 0}, 2)
    >>> counts.bad
    1
    """

    name: str
    cases: int
    by_outcome: Mapping[str, int]
    good: int

    @property
    def bad(self) -> int:
        """Cases that did not come to what they expect."""
        return self.cases - self.good

    @classmethod
    def of(cls, name: str, outcomes: Sequence[Outcome]) -> Counts:
        """Count a group of outcomes."""
        found = Counter(outcome.kind for outcome in outcomes)
        by_outcome: dict[str, int] = {kind: found[kind] for kind in OUTCOMES}
        return cls(name, len(outcomes), by_outcome, sum(outcome.good for outcome in outcomes))


def counts_by_suite(outcomes: Sequence[Outcome]) -> list[Counts]:
    """Count the outcomes of each suite, in the order in which they come."""
    return _grouped((outcome.case.suite, outcome) for outcome in outcomes)


def counts_by_tag(outcomes: Sequence[Outcome]) -> list[Counts]:
    """Count the outcomes of each tag, in alphabetic order; a case counts under each of its tags."""
    groups = _grouped((tag, outcome) for outcome in outcomes for tag in outcome.case.tags)
    return sorted(groups, key=lambda counts: counts.name)


def _grouped(pairs: Iterable[tuple[str, Outcome]]) -> list[Counts]:
    groups: dict[str, list[Outcome]] = {}
    for name, outcome in pairs:
        groups.setdefault(name, []).append(outcome)
    return [Counts.of(name, group) for name, group in groups.items()]
