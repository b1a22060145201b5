"""What ties values of the register together: correlations, plausibility filters, and choices between structures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from silicart.evidence.document import Document, Section
from silicart.evidence.entry import Entry, read_sources_of, read_unit
from silicart.evidence.sources import Source

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True)
class Correlation:
    """A correlation of the normal scores of two values, between patients or in what is known of them."""

    first: str
    second: str
    coefficient: float
    level: str
    sources: tuple[str, ...]
    reason: str


@dataclass(frozen=True)
class Filter:
    """A published range outside which a drawn patient is not a patient.

    `quantity` is a quantity of the untreated model; `low` or `high` may be None. An empty `structures` or
    `diseases` means all of them.
    """

    id: str
    quantity: str
    low: float | None
    high: float | None
    unit: str
    sources: tuple[str, ...]
    reason: str
    structures: tuple[str, ...] = ()
    diseases: tuple[str, ...] = ()

    def passes(self, values: ArrayLike) -> NDArray[np.bool_]:
        """Return for each value whether it lies inside the range; a value that is not finite does not."""
        import numpy as np

        array = np.asarray(values, dtype=float)
        inside = np.isfinite(array)
        if self.low is not None:
            inside &= array >= self.low
        if self.high is not None:
            inside &= array <= self.high
        return np.asarray(inside, dtype=np.bool_)


@dataclass(frozen=True)
class Option:
    """One of several rival structures: its weight and the switches that turn it on."""

    id: str
    label: str
    weight: float
    settings: Mapping[str, float]


@dataclass(frozen=True)
class Category:
    """An uncertain choice that no number expresses, drawn once for each parameter draw."""

    id: str
    label: str
    grade: str
    options: tuple[Option, ...]
    sources: tuple[str, ...]
    reasoning: str

    def choose(self, u: ArrayLike) -> NDArray[np.int64]:
        """Return for each u in (0, 1) the position of an option, in proportion to the weights."""
        import numpy as np

        weights = np.array([option.weight for option in self.options])
        edges = np.cumsum(weights / weights.sum())[:-1]
        return np.searchsorted(edges, np.asarray(u, dtype=float), side="right").astype(np.int64)


def read_constraints(
    document: Document, entries: Mapping[str, Entry], sources: Mapping[str, Source], units: frozenset[str]
) -> tuple[tuple[Correlation, ...], tuple[Filter, ...], tuple[Category, ...]]:
    """Read the constraints file, checked against the parameters that it names.

    Errors: RegisterError with file and line.
    """
    top = document.top()
    top.allow("correlations", "filters", "categories")
    correlations = tuple(_correlation(part, entries, sources) for part in top.listed("correlations"))
    filters: tuple[Filter, ...] = ()
    categories: tuple[Category, ...] = ()
    if top.has("filters"):
        filters = tuple(_filter(id, part, sources, units) for id, part in top.section("filters").sections())
    if top.has("categories"):
        parts = top.section("categories").sections()
        categories = tuple(_category(id, part, entries, sources) for id, part in parts)
    return correlations, filters, categories


def _correlation(section: Section, entries: Mapping[str, Entry], sources: Mapping[str, Source]) -> Correlation:
    section.allow("between", "coefficient", "level", "source", "reason")
    pair = section.words("between")
    if len(pair) != 2 or pair[0] == pair[1]:
        raise section.fail("a correlation needs two different parameters", "between", found=", ".join(pair) or None)
    level = section.choice("level", ("patients", "values"))
    for id in pair:
        if id not in entries:
            raise section.fail("a correlation names an unknown parameter", "between", found=id)
        spread = entries[id].variability if level == "patients" else entries[id].uncertainty
        if spread.is_fixed:
            raise section.fail("a correlation names a parameter that does not vary", "between", found=id)
    coefficient = section.number("coefficient")
    if not -1.0 < coefficient < 1.0:
        raise section.fail("a correlation is out of bounds", "coefficient", found=coefficient, expected="-1 to 1")
    keys = read_sources_of(section, sources)
    return Correlation(pair[0], pair[1], coefficient, level, keys, section.text("reason"))


def _filter(id: str, section: Section, sources: Mapping[str, Source], units: frozenset[str]) -> Filter:
    section.allow("quantity", "low", "high", "unit", "source", "reason", "structures", "diseases")
    low, high = section.optional_number("low"), section.optional_number("high")
    if low is None and high is None:
        raise section.fail(f"filter {id} has no bound", expected="low, high or both")
    if low is not None and high is not None and not low < high:
        raise section.fail(f"the bounds of filter {id} are not in order", "low", found=f"{low} to {high}")
    return Filter(
        id=id,
        quantity=section.text("quantity"),
        low=low,
        high=high,
        unit=read_unit(section, units),
        sources=read_sources_of(section, sources),
        reason=section.text("reason"),
        structures=section.words("structures"),
        diseases=section.words("diseases"),
    )


def _category(id: str, section: Section, entries: Mapping[str, Entry], sources: Mapping[str, Source]) -> Category:
    section.allow("label", "grade", "source", "reasoning", "options")
    options: list[Option] = []
    for name, part in section.section("options").sections():
        part.allow("label", "weight", "settings")
        weight = part.number("weight")
        if weight <= 0:
            raise part.fail("a weight is not positive", "weight", found=weight, expected="a number above 0")
        settings = part.section("settings")
        for switch in settings.data:
            if switch not in entries:
                raise settings.fail("an option sets an unknown parameter", switch, found=switch)
        values = {switch: settings.number(switch) for switch in settings.data}
        options.append(Option(name, part.text("label"), weight, values))
    if len(options) < 2:
        raise section.fail(f"category {id} has nothing to choose between", "options", expected="two or more options")
    return Category(
        id=id,
        label=section.text("label"),
        grade=section.choice("grade", ("A", "B", "C")),
        options=tuple(options),
        sources=read_sources_of(section, sources),
        reasoning=section.text("reasoning"),
    )
