"""The rule by which a row of the ledger is judged, and nothing else.

Supported: the whole interval lies beyond the margin. Contradicted: the whole interval lies on the other side.
Undecided otherwise, and always undecided when one of the three inputs that move the row most is grade C and halving
or doubling that input changes the verdict.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from silicart.claims.row import GradeCTest, Verdict

Direction = Literal["above", "below"]


def interval_verdict(interval: tuple[float, float], direction: Direction, margin: float) -> Verdict:
    """Judge an interval against a margin.

    `direction` is the side of `margin` on which the claim holds. An interval that touches the margin is undecided.

    Examples
    --------
    >>> interval_verdict((0.02, 0.08), "below", 0.10)
    'supported'
    >>> interval_verdict((0.02, 0.12), "below", 0.10)
    'undecided'
    >>> interval_verdict((0.02, 0.08), "above", 0.10)
    'contradicted'
    """
    low, high = interval
    beyond = low > margin if direction == "above" else high < margin
    short = high < margin if direction == "above" else low > margin
    if beyond:
        return "supported"
    return "contradicted" if short else "undecided"


def final_verdict(from_interval: Verdict, tests: Iterable[GradeCTest]) -> tuple[Verdict, str]:
    """Return the verdict after the grade C rule, and the reason in words.

    Examples
    --------
    >>> final_verdict("supported", [])
    ('supported', 'the whole interval lies beyond the margin')
    """
    tests = list(tests)
    if from_interval == "undecided":
        return "undecided", "the interval reaches across the margin"
    flips = [one for one in tests if one.flips]
    if flips:
        named = "; ".join(f"{one.label} {_times(one.factor)} would make it {one.verdict}" for one in flips)
        return "undecided", f"the interval alone says {from_interval}, but it hangs on grade C: {named}"
    side = "beyond" if from_interval == "supported" else "on the other side of"
    reason = f"the whole interval lies {side} the margin"
    made = sorted({one.label for one in tests if one.verdict is not None})
    if made:
        reason += ", and stays there when halved or doubled: " + ", ".join(made)
    return from_interval, reason


def _times(factor: float) -> str:
    if factor == 0.5:
        return "halved"
    return "doubled" if factor == 2.0 else f"times {factor:g}"
