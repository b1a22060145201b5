"""Reading one observation: what every file must say, and what a clinician's own file may leave out."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from silicart.evidence.document import Section
from silicart.evidence.entry import read_sources_of, read_unit
from silicart.evidence.observation import Observation, exact_interval
from silicart.evidence.sources import READINGS, Source

ROLES = ("target", "check", "fact")
BANDS = ("record", "reading")
STATISTICS = ("mean", "median", "fraction", "range", "lowest", "highest", "SD", "CV", "difference")
TABLES = ("disease-2", "clinical-1")
# What a published figure may be in although no model quantity is.
PUBLISHED_UNITS = frozenset({"month"})
PERCENT = ("percent", "%")

DAYS: Mapping[str, float] = MappingProxyType({"day": 1.0, "week": 7.0, "month": 365.25 / 12.0, "year": 365.25})
"""Days of the units in which a file may say when."""

WRITTEN_UNITS: Mapping[str, str] = MappingProxyType(
    {
        "days": "day", "weeks": "week", "months": "month", "years": "year", "points": "point", "g/L": "g_per_L",
        "mg/L": "mg_per_L", "ng/mL": "ng_per_mL", "g/day": "gram_per_day", "g/d": "gram_per_day",
        "mg/day": "mg_per_day", "mg/d": "mg_per_day", "/year": "per_year", "per year": "per_year",
        "cells/uL": "cell_per_microlitre", "cells/µL": "cell_per_microlitre",
    }
)  # fmt: skip
"""How clinics write units in a file of their own -> the unit's id."""

_KEYS = (
    "label",
    "study",
    "arm",
    "comparator",
    "comparator_n",
    "population",
    "quantity",
    "at_least",
    "at_most",
    "disease",
    "time",
    "statistic",
    "value",
    "count",
    "n",
    "spread",
    "interval",
    "unit",
    "accept",
    "band",
    "table",
    "row",
    "follow_up",
    "role",
    "source",
    "seen",
    "records",
    "note",
    "tried",
)
_AT_LEAST, _AT_MOST = "_at_least", "_at_most"


def read_observation(
    id: str, section: Section, sources: Mapping[str, Source], units: frozenset[str], *, own: bool = False
) -> Observation:
    """Return one observation.

    own : the file is a user's: label, seen and role may be left out (role is then "check"), the source is any text.

    Errors: that of the document, with file and line.
    """
    section.allow(*_KEYS)
    scale = _scale(section)
    statistic = section.choice("statistic", STATISTICS) if section.has("statistic") else None
    count, n = section.optional_count("count"), section.optional_count("n")
    published, accept = _scaled(section, "interval", scale), _scaled(section, "accept", scale)
    low, high = published if published is not None else (None, None)
    interval = None if published is None else "as published"
    if count is not None:
        value = _share(id, section, count, n)
        if published is None and n is not None:
            low, high = exact_interval(count, n)
            interval = "exact binomial 95 %"
    elif statistic == "range":
        section.value("value", expected="[lowest, highest]")
        low, high = section.optional_range("value") or (0.0, 0.0)
        value, low, high, interval = scale * (low + high) / 2.0, scale * low, scale * high, "as published"
    else:
        value = scale * section.number("value")
    since, time = read_time(section)
    role = "check" if own and not section.has("role") else section.choice("role", ROLES)
    one = Observation(
        id=id,
        label=section.text("label") if not own or section.has("label") else id.replace("_", " "),
        quantity=section.text("quantity"),
        arm=section.optional_text("arm"),
        disease=section.optional_text("disease"),
        time=time,
        value=value,
        count=count,
        n=n,
        spread=section.optional_number("spread"),
        low=low,
        high=high,
        interval=interval,
        unit="dimensionless" if scale != 1.0 else _unit(section, units, own),
        accept_low=None if accept is None else accept[0],
        accept_high=None if accept is None else accept[1],
        role=role,
        sources=(section.text("source"),) if own else read_sources_of(section, sources),
        seen=section.choice("seen", READINGS) if not own or section.has("seen") else "primary text",
        records=section.words("records"),
        note=section.optional_text("note"),
        band=_band(section, accept),
        follow_up=section.optional_number("follow_up"),
        study=section.optional_text("study"),
        statistic=statistic,
        since=since,
        comparator=section.optional_text("comparator"),
        comparator_n=section.optional_count("comparator_n"),
        at_least=section.optional_number("at_least"),
        at_most=section.optional_number("at_most"),
        population=_population(section),
        table=section.choice("table", TABLES) if section.has("table") else None,
        row=section.optional_count("row"),
        tried=section.optional_text("tried"),
        where=section.where,
    )
    _check(one, section)
    return one


def read_time(section: Section, key: str = "time") -> tuple[float | None, float | None]:
    """Return the first day of a period (None for a single time) and the day, or two None where the file says nothing.

    A number is a day after the first infusion; `{month: 9}`, `{week: 52}` and `{year: 1}` become whole days, and
    `[from, to]` is a period in days.
    """
    value = section.data.get(key)
    if isinstance(value, list):
        period = section.optional_range(key)
        assert period is not None
        return period
    if isinstance(value, dict):
        part = section.section(key)
        part.allow(*DAYS)
        if len(part.data) != 1:
            raise section.fail("one time is given in several units", key, found=dict(value), expected="{month: 9}")
        unit = next(iter(part.data))
        return None, float(round(part.number(unit) * DAYS[unit]))
    return None, section.optional_number(key)


def _check(one: Observation, section: Section) -> None:
    """Refuse what cannot be simulated as it stands."""
    if (one.table is None) != (one.row is None):
        raise section.fail(
            "half of a place in an acceptance table", "table" if one.table else "row", expected="table and row"
        )
    if one.statistic is None:
        for key in ("study", "comparator", "at_least", "at_most", "population"):
            if section.has(key):
                raise section.fail(
                    f"{one.id} has no statistic", key, expected="statistic: one of " + ", ".join(STATISTICS),
                    remedy="say what the trial reports of its patients",
                )  # fmt: skip
        return
    if one.role != "fact" and not one.n:
        raise section.fail(
            f"{one.id} does not say of how many patients", found=one.n, expected="n: patients observed",
            remedy="without n the chance of a small trial is unknown; give it, or make the role fact",
        )  # fmt: skip
    if one.role != "fact" and one.arm is None:
        raise section.fail(f"{one.id} has no arm", expected="arm: a name", remedy="say what the patients were given")
    if (one.statistic == "difference") != (one.comparator is not None):
        raise section.fail(
            f"{one.id} compares with nothing" if one.comparator is None else f"{one.id} is no difference",
            "statistic" if one.comparator is None else "comparator",
            found=one.comparator, expected="statistic: difference and comparator: an arm, or neither",
        )  # fmt: skip
    if (one.at_least is not None or one.at_most is not None) and one.statistic not in ("fraction", "difference"):
        raise section.fail(
            f"a limit for what counts, but {one.id} is no fraction",
            "at_least" if section.has("at_least") else "at_most", found=one.statistic,
            expected="statistic: fraction or difference",
        )  # fmt: skip
    if one.statistic in ("SD", "CV") and one.n is not None and one.n < 2:
        raise section.fail(f"{one.statistic} of one patient", "n", found=one.n, expected="2 patients or more")
    if one.count is not None and one.statistic != "fraction":
        raise section.fail(f"{one.id} counts patients", "statistic", found=one.statistic, expected="fraction")
    if one.statistic == "fraction" and not 0.0 <= one.value <= 1.0:
        raise section.fail(
            "a share outside 0 to 1", "value", found=f"{one.value:g}", expected="0 to 1", remedy="or unit: percent"
        )


def _share(id: str, section: Section, count: int, n: int | None) -> float:
    if not n:
        raise section.fail(
            f"{id} does not say of how many patients", "n" if section.has("n") else None, found=n,
            expected="n: patients observed, 1 or more",
        )  # fmt: skip
    if count > n:
        raise section.fail(
            f"{id} counts more than it observed", "count", found=f"{count} of {n}", expected="count <= n"
        )
    if section.has("value"):
        raise section.fail(
            f"{id} gives both a count and a value", "value", remedy="the value of a count is count / n; remove it"
        )
    return count / n


def _scale(section: Section) -> float:
    return 0.01 if section.data.get("unit") in PERCENT else 1.0


def _scaled(section: Section, key: str, scale: float) -> tuple[float, float] | None:
    limits = section.optional_range(key)
    return None if limits is None else (scale * limits[0], scale * limits[1])


def _unit(section: Section, units: frozenset[str], own: bool) -> str:
    if own:
        written = section.data.get("unit", "")
        if not isinstance(written, str) or written in WRITTEN_UNITS or written in ("", *DAYS):
            return WRITTEN_UNITS.get(section.text("unit"), written) if section.has("unit") else ""
    return read_unit(section, units | PUBLISHED_UNITS)


def _population(section: Section) -> Mapping[str, float]:
    if not section.has("population"):
        return {}
    part = section.section("population")
    for key in part.data:
        if not key.endswith((_AT_LEAST, _AT_MOST)):
            raise part.fail(
                "a criterion of entry without a direction", key, found=key,
                expected="a quantity with _at_least or _at_most, as SLEDAI_at_least: 6",
            )  # fmt: skip
    return MappingProxyType({key: part.number(key) for key in part.data})


def criterion(name: str) -> tuple[str, bool]:
    """Return the quantity of a criterion of entry, and whether its limit is the least value that enters.

    Examples
    --------
    >>> criterion("SLEDAI_at_least"), criterion("prednisone_at_most")
    (('SLEDAI', True), ('prednisone', False))
    """
    return (name.removesuffix(_AT_LEAST), True) if name.endswith(_AT_LEAST) else (name.removesuffix(_AT_MOST), False)


def _band(section: Section, accept: tuple[float, float] | None) -> str | None:
    if not section.has("band"):
        return None
    if accept is None:
        raise section.fail(
            "it is said whose band this is, but there is none", "band", expected="accept: [low, high]",
            remedy="give the band, or remove the key",
        )  # fmt: skip
    return section.choice("band", BANDS)
