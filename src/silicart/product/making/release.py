"""Release of a lot: limits as a file, and the two ways in which a lot can miss them.

A lot out of specification exists and may still be given; a lot that failed does not. Published programmes count the two
apart, so they are two outcomes here. Failures that no measured attribute tells beforehand (a leukapheresis without
usable cells, a contamination) are probabilities of the register: a lot carries the chance, not a coin that was tossed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from silicart.errors import ProcessError, nearest
from silicart.evidence import load_register, load_sources
from silicart.evidence.document import Section, read_document
from silicart.evidence.entry import GRADES
from silicart.evidence.shipped import find_text
from silicart.evidence.sources import READINGS
from silicart.product.lot import ATTRIBUTES, SHARES, Lot
from silicart.product.values import Values, taken

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

CHANCES: Mapping[str, str] = {"apheresis_failure": "no usable leukapheresis", "contamination": "contamination"}
"""Failures that no attribute of a lot tells: id of the register -> the cause in words."""


@dataclass(frozen=True)
class Limit:
    """A limit on one attribute of a lot, in the attribute's unit; `low` or `high` is None where there is none.

    terminal : a lot beyond it has failed, rather than being out of specification.
    """

    attribute: str
    low: float | None
    high: float | None
    terminal: bool
    grade: str
    sources: tuple[str, ...]
    reading: str | None = None
    reasoning: str | None = None
    where: str = field(default="", compare=False)

    @property
    def reason(self) -> str:
        """Why a lot is beyond the limit, in words such as "low viable share of all cells"."""
        side = "low" if self.low is not None else "high"
        return f"{side} {ATTRIBUTES[self.attribute].label}"

    def missed(self, lot: Lot) -> BoolArray:
        """Return (lots,) or () where the lot is beyond the limit."""
        value = lot.attributes[self.attribute]
        below = value < self.low if self.low is not None else np.zeros(value.shape, dtype=np.bool_)
        above = value > self.high if self.high is not None else np.zeros(value.shape, dtype=np.bool_)
        # What could not be measured (no CAR+ cell to count) passes no limit.
        return np.asarray(below | above | np.isnan(value))


@dataclass(frozen=True)
class Limits:
    """The limits that a lot is released by; `tested` names what a laboratory tests and no model computes."""

    id: str
    title: str
    limits: tuple[Limit, ...]
    tested: tuple[str, ...] = ()
    note: str | None = None


@dataclass(frozen=True, eq=False)
class Release:
    """The verdict on a lot or on many; arrays are () or (lots,).

    in_specification : within every limit, if the lot exists.
    misses : reason in words -> where a lot that exists is out of specification for it; a lot may have several.
    failure : chance that there is no lot to give: 1 beyond a terminal limit, else what the chances of the register say.
    causes : cause in words -> its part of `failure`, which they add up to.
    """

    in_specification: BoolArray
    misses: Mapping[str, BoolArray]
    failure: FloatArray
    causes: Mapping[str, FloatArray]

    @property
    def out_of_specification(self) -> FloatArray:
        """Chance that a lot exists and is out of specification."""
        return np.asarray((1.0 - self.failure) * ~self.in_specification)

    @property
    def released(self) -> FloatArray:
        """Chance that a lot exists and is within every limit."""
        return np.asarray((1.0 - self.failure) * self.in_specification)


def judge(lot: Lot, limits: Limits, values: Values | None = None) -> Release:
    """Judge a lot by its limits.

    Parameters
    ----------
    values : where the chances of `CHANCES` are taken from; the shipped register when absent.

    Raises
    ------
    ProcessError : the lot does not have an attribute that a limit names, as none of the in vivo route has.

    Examples
    --------
    >>> from silicart.product.making.lots import make_lot
    >>> from silicart.product.making.process import load_process
    >>> release = judge(make_lot(load_process("lentiviral-bcma"), load_register()), load_limits("lentiviral-car-t"))
    >>> bool(release.in_specification), bool(0 < release.failure < 0.1)
    (True, True)
    """
    for limit in limits.limits:
        if limit.attribute not in lot.attributes:
            raise ProcessError(
                "a limit of release names what this lot does not have", where=limit.where, found=limit.attribute,
                expected="one of: " + ", ".join(lot.attributes) if lot.attributes else "a lot with cells",
                remedy="the in vivo route releases a carrier and no cells" if not lot.attributes else None,
            )  # fmt: skip
    chances = taken(load_register() if values is None else values, CHANCES)
    terminal = [limit for limit in limits.limits if limit.terminal]
    beyond: dict[str, FloatArray] = {}
    left = np.asarray(1.0)
    for id, cause in CHANCES.items():
        beyond[cause] = left * chances[id]
        left = left - beyond[cause]
    for limit in terminal:
        beyond[limit.reason] = left * limit.missed(lot)
        left = left - beyond[limit.reason]
    misses = {limit.reason: limit.missed(lot) for limit in limits.limits if not limit.terminal}
    within = ~np.logical_or.reduce(list(misses.values())) if misses else np.asarray(True)
    return Release(np.asarray(within), misses, np.asarray(1.0 - left), beyond)


def load_limits(name: str | Path) -> Limits:
    """Load built-in limits by name, or limits from a file.

    Raises
    ------
    ProcessError : no such limits, or a file that `read_limits` refuses.

    Examples
    --------
    >>> [limit.attribute for limit in load_limits("lentiviral-car-t").limits][:2]
    ['viability', 'CAR_positive']
    """
    return read_limits(*find_text(name, "release", "limits of release", ProcessError))


def read_limits(text: str, name: str) -> Limits:
    """Read a file of limits; `name` is what messages show.

    Raises
    ------
    ProcessError : with file and line, for a limit on what is not measured on a lot, or one without one bound or a known
        source.

    Examples
    --------
    >>> read_limits("release: own\\ntitle: Own\\nlimits: {viability: {min: 0.8, source: assumption}}", "own.yaml").id
    'own'
    """
    top = read_document(text, name, ProcessError).top()
    top.allow("release", "title", "note", "limits", "failure", "tested")
    limits = [*_read_limits(top.section("limits"), terminal=False)]
    if top.has("failure"):
        limits += _read_limits(top.section("failure"), terminal=True)
    return Limits(top.text("release"), top.text("title"), tuple(limits), top.words("tested"), top.optional_text("note"))


def _read_limits(section: Section, terminal: bool) -> Iterator[Limit]:
    for attribute, part in section.sections():
        if attribute not in ATTRIBUTES:
            near = nearest(attribute, ATTRIBUTES)
            raise section.fail(
                "a limit of release on what is not measured", attribute, found=attribute,
                expected="one of: " + ", ".join(ATTRIBUTES),
                remedy=f"did you mean {near}?" if near else "name it under tested:, where nothing is computed of it",
            )  # fmt: skip
        part.allow("min", "max", "source", "reading", "grade", "reasoning")
        low, high = part.optional_number("min"), part.optional_number("max")
        if (low is None) == (high is None):
            raise part.fail(
                f"the limit on {attribute} needs one bound", found="both" if low is not None else None,
                expected="min or max, in " + ATTRIBUTES[attribute].unit,
            )  # fmt: skip
        highest = 1.0 if attribute in SHARES else float("inf")
        for name, bound in (("min", low), ("max", high)):
            if bound is not None and not 0.0 <= bound <= highest:
                raise part.fail(
                    f"no lot can have that {attribute}", name, found=bound,
                    expected=f"0 to {highest:g}, in {ATTRIBUTES[attribute].unit}",
                    remedy=f"70 % is {name}: 0.7" if attribute in SHARES else None,
                )  # fmt: skip
        sources = part.words("source")
        for key in sources or ("",):
            if key not in load_sources():
                raise part.fail(
                    f"the limit on {attribute} has no known source", "source" if sources else None, found=key or None,
                    expected="keys of sources.bib, or assumption", remedy="a limit of your own is an assumption",
                )  # fmt: skip
        yield Limit(
            attribute=attribute, low=low, high=high, terminal=terminal, sources=sources,
            grade=part.choice("grade", GRADES) if part.has("grade") else "C",
            reading=part.choice("reading", READINGS) if part.has("reading") else None,
            reasoning=part.optional_text("reasoning"), where=section.at(attribute),
        )  # fmt: skip
