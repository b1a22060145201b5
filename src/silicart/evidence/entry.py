"""One value of the register, with all that makes it defensible, and the checks it must pass to load."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from silicart.errors import RegisterError, nearest
from silicart.evidence.distribution import KINDS, LEVELS, Distribution
from silicart.evidence.document import Section
from silicart.evidence.price import Price, read_price
from silicart.evidence.sources import ASSUMPTION, DEFINITION, READINGS, RECALLED, Source

GRADES = ("A", "B", "C")
KEYS = (
    "label",
    "value",
    "unit",
    "price",
    "range",
    "uncertainty",
    "variability",
    "grade",
    "source",
    "reading",
    "reasoning",
    "equation",
    "tuned_to",
)

_ID = re.compile(r"[A-Za-z][A-Za-z0-9_]*\Z")


@dataclass(frozen=True)
class Entry:
    """A number that the model uses.

    Parameters
    ----------
    id : identifier of the parameter in the model.
    label : what it is, in words.
    value : the centre, in `unit`.
    unit : identifier of a unit of `biology/units.yaml`.
    uncertainty : how well the typical value is known.
    variability : how patients (or lots, or visits) differ around the typical value; fixed when they do not.
    low, high : plausible range of the typical value, or None where the source gives none.
    grade : "A" measured in humans for this quantity; "B" transferred from another model, species or method, or
        closed by a balance on human data; "C" assumed or tuned to the behaviour of trials.
    sources : keys of `sources.bib`.
    reading : how the value was read ("none" for assumptions and definitions).
    reasoning : why this value and this range, where a source alone does not say.
    equation : number of the equation in the model description.
    tuned_to : the observation that the value was tuned to, if it was.
    price : when, where and for whom the amount was paid; None unless `unit` is in a currency.
    origin : "register", or "user" for a value that an overlay gave.
    mechanism : name of the file that holds the entry.
    where : file and line.
    """

    id: str
    label: str
    value: float
    unit: str
    uncertainty: Distribution
    variability: Distribution
    low: float | None
    high: float | None
    grade: str
    sources: tuple[str, ...]
    reading: str
    reasoning: str | None = None
    equation: str | None = None
    tuned_to: str | None = None
    origin: str = "register"
    mechanism: str = ""
    price: Price | None = None
    where: str = field(default="", compare=False)

    def canonical(self) -> Mapping[str, object]:
        """Return what the hash of the register is taken over: everything that could change a result or its standing."""
        # Only prices carry the key, so that no other entry's part of the hash depends on it.
        price = {} if self.price is None else {"price": self.price.canonical()}
        return {
            "id": self.id,
            "value": self.value,
            "unit": self.unit,
            "uncertainty": self.uncertainty.canonical(),
            "variability": self.variability.canonical(),
            "low": self.low,
            "high": self.high,
            "grade": self.grade,
            "sources": self.sources,
            "origin": self.origin,
            **price,
        }


def read_entry(
    id: str, section: Section, sources: Mapping[str, Source], units: frozenset[str], mechanism: str
) -> Entry:
    """Read and check one entry of a parameter file.

    Errors: RegisterError with file and line for a missing unit, grade or source, an unknown key, unit or source, a
    value outside its range, a recalled reading, an amount of money without its price section, or a grade C value
    without assumption, reasoning or range.
    """
    if not _ID.match(id):
        raise section.fail("a parameter id is not an identifier", found=id, expected="letters, digits and _")
    section.allow(*KEYS)
    grade = section.choice("grade", GRADES)
    keys = read_sources_of(section, sources)
    bounds = section.optional_range("range")
    value = section.number("value")
    if bounds is not None and not bounds[0] <= value <= bounds[1]:
        raise section.fail(
            f"the value of {id} lies outside its range", "value", found=value, expected=f"{bounds[0]} to {bounds[1]}"
        )
    unit = read_unit(section, units)
    entry = Entry(
        id=id,
        label=section.text("label"),
        value=value,
        unit=unit,
        uncertainty=read_distribution(section, "uncertainty", "values"),
        variability=read_distribution(section, "variability", "patients"),
        low=None if bounds is None else bounds[0],
        high=None if bounds is None else bounds[1],
        grade=grade,
        sources=keys,
        reading=_reading(section, keys, sources),
        reasoning=section.optional_text("reasoning"),
        equation=str(section.data["equation"]) if section.has("equation") else None,
        tuned_to=section.optional_text("tuned_to"),
        mechanism=mechanism,
        price=read_price(section, unit),
        where=section.where,
    )
    _check_grade(section, entry)
    check_centre(section, entry)
    return entry


def read_unit(section: Section, units: frozenset[str]) -> str:
    """Return the unit of a section, which must be one that the models know."""
    unit = section.text("unit")
    if unit not in units:
        hint = nearest(unit, units)
        raise section.fail(
            f"the unit of {section.title} is not known",
            "unit",
            found=unit,
            expected="a unit of biology/units.yaml",
            remedy=f"did you mean {hint}?" if hint else None,
        )
    return unit


def read_sources_of(section: Section, sources: Mapping[str, Source]) -> tuple[str, ...]:
    """Return the source keys of a section, at least one, each of which must exist."""
    keys = section.words("source")
    if not keys:
        raise section.fail(
            f"{section.title} has no source",
            expected="source: a key of sources.bib, or assumption",
            remedy="a value without a source does not load: cite it, or call it an assumption with grade C",
        )
    for key in keys:
        if key not in sources:
            hint = nearest(key, sources)
            raise section.fail(
                f"{section.title} cites an unknown source",
                "source",
                found=key,
                expected="a key of sources.bib",
                remedy=f"did you mean {hint}?" if hint else "add it to sources.bib",
            )
    return keys


def read_distribution(section: Section, key: str, between: str) -> Distribution:
    """Read `fixed`, or `{kind: spread, ...}` with optional `bounds`, `between` and `basis`."""
    if not section.has(key) or section.data[key] == "fixed":
        return Distribution(between=between)
    part = section.section(key)
    kinds = [kind for kind in part.data if kind in KINDS and kind != "fixed"]
    part.allow(*(kind for kind in KINDS if kind != "fixed"), "bounds", "between", "basis")
    if len(kinds) != 1:
        raise part.fail(
            f"{part.title} does not name one distribution",
            found=", ".join(kinds) or None,
            expected="one of lognormal, logitnormal, normal, uniform, loguniform with its spread",
        )
    bounds = part.optional_range("bounds") or (0.0, 1.0)
    try:
        return Distribution(
            kind=kinds[0],
            spread=part.number(kinds[0]),
            lower=bounds[0],
            upper=bounds[1],
            between=part.choice("between", LEVELS) if part.has("between") else between,
            basis=part.optional_text("basis"),
        )
    except RegisterError as bad:
        if bad.where is not None:
            raise
        raise part.fail(bad.problem, found=bad.found, expected=bad.expected, remedy=bad.remedy) from None


def check_centre(section: Section, entry: Entry) -> None:
    """Refuse an entry whose distributions cannot be centred on its value."""
    for spread in (entry.uncertainty, entry.variability):
        try:
            spread.check_centre(entry.value)
        except RegisterError as bad:
            raise section.fail(
                f"{entry.id}: {bad.problem}", "value", found=bad.found, expected=bad.expected, remedy=bad.remedy
            ) from None


def _reading(section: Section, keys: tuple[str, ...], sources: Mapping[str, Source]) -> str:
    cited = [key for key in keys if key not in (ASSUMPTION, DEFINITION)]
    if not cited and not section.has("reading"):
        return "none"
    reading = section.text("reading")
    if reading == RECALLED:
        raise section.fail(
            f"{section.title} was only recalled",
            "reading",
            found=reading,
            expected="one of: " + ", ".join(READINGS),
            remedy="a recalled number may widen a range; it is never a default",
        )
    section.choice("reading", READINGS)
    if reading not in {sources[key].read for key in cited}:
        raise section.fail(
            f"no source of {section.title} was read that way",
            "reading",
            found=reading,
            expected=", ".join(f"{key}: {sources[key].read}" for key in cited) or "no reading for an assumption",
        )
    return reading


def _check_grade(section: Section, entry: Entry) -> None:
    assumed = ASSUMPTION in entry.sources
    if entry.grade != "C":
        if assumed:
            raise section.fail(
                f"{entry.id} is an assumption of grade {entry.grade}",
                "grade",
                found=entry.grade,
                expected="grade C for an assumption",
            )
        return
    if not assumed:
        raise section.fail(
            f"{entry.id} has grade C without the source assumption",
            "source",
            found=", ".join(entry.sources),
            expected="assumption among its sources",
        )
    if not entry.reasoning:
        raise section.fail(f"{entry.id} has grade C without reasoning", expected="reasoning: a sentence")
    if entry.low is None:
        raise section.fail(f"{entry.id} has grade C without a range", expected="range: [low, high]")
