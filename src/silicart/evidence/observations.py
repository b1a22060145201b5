"""Published observations: what a simulated cohort is compared with, and the facts that claims stand beside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from types import MappingProxyType

from silicart.evidence.document import Document, Section, read_document
from silicart.evidence.entry import read_sources_of, read_unit
from silicart.evidence.sources import READINGS, Source, load_sources
from silicart.evidence.units import load_units

ROLES = ("target", "check", "fact")
BANDS = ("record", "reading")
# What a published figure may be in although no model quantity is.
PUBLISHED_UNITS = frozenset({"month"})
_KEYS = (
    "label",
    "quantity",
    "arm",
    "disease",
    "time",
    "value",
    "count",
    "n",
    "spread",
    "interval",
    "unit",
    "accept",
    "band",
    "follow_up",
    "role",
    "source",
    "seen",
    "records",
    "note",
)


@dataclass(frozen=True)
class Observation:
    """One published figure.

    Parameters
    ----------
    id : name of the observation, which claims and tables cite as evidence.
    label : what was observed, in words.
    quantity, arm, disease : what it is compared with in a run; arm and disease may be None for a plain fact.
    time : day after the first dose, or None.
    value : the figure, in `unit`; count / n where counts were published.
    count, n : patients with the event, and patients observed; n alone for other figures.
    spread : published standard deviation between patients, or None.
    low, high : interval of the figure: the published one, or the exact 95 % binomial limits of count and n.
    interval : where the interval comes from ("exact binomial 95 %", "as published", or None).
    accept_low, accept_high : band inside which a simulated cohort counts as agreeing, or None.
    band : whose band it is: "record" (published with the figure), "reading" (a tolerance set when the figure was read),
        or None where that is not said.
    follow_up : median months for which the patients were observed, or None where it was not read.
    role : "target" (used in building the model), "check" (not used), "fact" (recorded, not simulated).
    sources, seen, records : keys of `sources.bib`, how the figure was read, and the dossier records it came from.

    Examples
    --------
    >>> observation = load_observations()["mrna_bcma_mg_crs"]
    >>> observation.count, observation.n, round(observation.high, 3)
    (0, 14, 0.232)
    """

    id: str
    label: str
    quantity: str
    arm: str | None
    disease: str | None
    time: float | None
    value: float
    count: int | None
    n: int | None
    spread: float | None
    low: float | None
    high: float | None
    interval: str | None
    unit: str
    accept_low: float | None
    accept_high: float | None
    role: str
    sources: tuple[str, ...]
    seen: str
    records: tuple[str, ...]
    note: str | None = None
    band: str | None = None
    follow_up: float | None = None
    where: str = field(default="", compare=False)

    def accepts(self, value: float) -> bool | None:
        """Say whether a simulated value lies in the acceptance band; None where there is no band."""
        if self.accept_low is None or self.accept_high is None:
            return None
        return self.accept_low <= value <= self.accept_high


@cache
def load_observations() -> Mapping[str, Observation]:
    """Return every shipped observation by id.

    Errors: RegisterError with file and line for anything missing, unknown or recalled.
    """
    folder = resources.files("silicart").joinpath("biology", "observations")
    names = sorted(item.name for item in folder.iterdir() if item.name.endswith(".yaml"))
    found: dict[str, Observation] = {}
    for name in names:
        document = read_document(folder.joinpath(name).read_text(encoding="utf-8"), f"biology/observations/{name}")
        read_observations(document, load_sources(), load_units(), found)
    return MappingProxyType(found)


def read_observations(
    document: Document, sources: Mapping[str, Source], units: frozenset[str], found: dict[str, Observation]
) -> None:
    """Read one file of observations into `found`.

    Errors: RegisterError with file and line.
    """
    top = document.top()
    # Whole courses stand beside the single figures; whoever fits them reads them.
    top.allow("observations", "series")
    for id, section in top.section("observations").sections():
        if id in found:
            raise section.fail("an observation stands twice", found=id, expected=f"only the one at {found[id].where}")
        found[id] = _observation(id, section, sources, units)


def exact_interval(count: int, n: int, level: float = 0.95) -> tuple[float, float]:
    """Return the exact (Clopper-Pearson) two-sided interval of a proportion.

    Examples
    --------
    >>> low, high = exact_interval(0, 14)
    >>> round(low, 3), round(high, 3)
    (0.0, 0.232)
    """
    from scipy.special import betaincinv

    tail = (1.0 - level) / 2.0
    low = 0.0 if count == 0 else float(betaincinv(count, n - count + 1, tail))
    high = 1.0 if count == n else float(betaincinv(count + 1, n - count, 1.0 - tail))
    return low, high


def _observation(id: str, section: Section, sources: Mapping[str, Source], units: frozenset[str]) -> Observation:
    section.allow(*_KEYS)
    count, n = section.optional_count("count"), section.optional_count("n")
    published = section.optional_range("interval")
    accept = section.optional_range("accept")
    low, high = published if published is not None else (None, None)
    interval = None if published is None else "as published"
    if count is not None:
        if n is None or n == 0 or count > n:
            raise section.fail(
                f"{id} counts more than it observed", "count", found=f"{count} of {n}", expected="count <= n"
            )
        value = count / n
        if section.has("value"):
            raise section.fail(
                f"{id} gives both a count and a value", "value", remedy="the value of a count is count / n; remove it"
            )
        if published is None:
            low, high = exact_interval(count, n)
            interval = "exact binomial 95 %"
    else:
        value = section.number("value")
    return Observation(
        id=id,
        label=section.text("label"),
        quantity=section.text("quantity"),
        arm=section.optional_text("arm"),
        disease=section.optional_text("disease"),
        time=section.optional_number("time"),
        value=value,
        count=count,
        n=n,
        spread=section.optional_number("spread"),
        low=low,
        high=high,
        interval=interval,
        unit=read_unit(section, units | PUBLISHED_UNITS),
        accept_low=None if accept is None else accept[0],
        accept_high=None if accept is None else accept[1],
        role=section.choice("role", ROLES),
        sources=read_sources_of(section, sources),
        seen=section.choice("seen", READINGS),
        records=section.words("records"),
        note=section.optional_text("note"),
        band=_band(section, accept),
        follow_up=section.optional_number("follow_up"),
        where=section.where,
    )


def _band(section: Section, accept: tuple[float, float] | None) -> str | None:
    if not section.has("band"):
        return None
    if accept is None:
        raise section.fail(
            "it is said whose band this is, but there is none", "band", expected="accept: [low, high]",
            remedy="give the band, or remove the key",
        )  # fmt: skip
    return section.choice("band", BANDS)
