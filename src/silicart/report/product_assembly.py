"""The parts of a product's page in words: steps, the lot table with its limits, what was assumed, and the works."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from silicart.evidence import Register, load_sources, unit_text
from silicart.evidence.sources import ASSUMPTION, DEFINITION, USER
from silicart.product.lot import ATTRIBUTES
from silicart.product.making.process import Process
from silicart.product.making.settings import CARRIERS, STEPS, Value
from silicart.report.numbers import figure, plain, share
from silicart.report.product_page import Assumption, AttributeView, StepView

if TYPE_CHECKING:
    from silicart.evidence import Source
    from silicart.product.lot import Lot
    from silicart.product.making.release import Limit, Limits

_NOT_WORKS = frozenset({ASSUMPTION, DEFINITION, USER})
_SPOKEN: Mapping[str, str] = {"days": "for", "hours": "for", "cells_per_mL": "density"}
_UNIT_WORDS = re.compile(r"_(ug_per_million_cells|hours|litres|percent|mg)$")
_PER_CENT = frozenset({"viability", "CD3_positive", "CAR_positive"})


class Watched(Mapping[str, Any]):
    """Values that remember which of them were read, so that a page can say what it rests on."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self.values_ = values
        self.read: dict[str, None] = {}

    def __getitem__(self, id: str) -> Any:
        value = self.values_[id]
        self.read[id] = None
        return value

    def __contains__(self, id: object) -> bool:
        return id in self.values_

    def __iter__(self) -> Iterator[str]:
        return iter(self.values_)

    def __len__(self) -> int:
        return len(self.values_)


def step_views(process: Process) -> tuple[StepView, ...]:
    """Return the steps of a process with their settings in words; what is only recorded is listed elsewhere."""
    views = []
    for step in process.steps:
        known = dict(STEPS[step.kind].settings)
        if step.kind == "delivery":
            known |= CARRIERS[process.carrier].settings
        settings = tuple(
            (_spoken(name), _with_unit(value, known[name].unit if name in known else ""))
            for name, value in step.settings.items()
        )
        views.append(StepView(step.kind, settings))
    return tuple(views)


def recorded_views(process: Process) -> tuple[tuple[str, str], ...]:
    """Return what the process file records without effect: the setting and its value."""
    return tuple(
        (name.replace(".", ": ").replace("_", " "), plain(value) if isinstance(value, float) else str(value))
        for name, value in process.recorded.items()
    )


def attribute_views(lot: Lot, drawn: Lot, lots: Lot, limits: Limits | None = None) -> tuple[AttributeView, ...]:
    """Return the lot table.

    Parameters
    ----------
    lot : the typical one; `drawn` : the typical lot of each parameter draw; `lots` : of different donors.
    limits : of release.
    """
    views = []
    for id, attribute in ATTRIBUTES.items():
        if id not in lot.attributes:
            continue
        limit = (
            next((one for one in limits.limits if one.attribute == id and not one.terminal), None) if limits else None
        )
        views.append(
            AttributeView(
                label=attribute.label,
                value=_written(id, float(lot.attributes[id])),
                interval=_between(id, drawn),
                spread=_between(id, lots),
                unit="%" if id in _PER_CENT else unit_text(attribute.unit),
                limit="" if limit is None else _limit(limit),
                met=None if limit is None else not bool(limit.missed(lot)),
            )
        )
    return tuple(views)


def assumptions_of(read: Mapping[str, None], register: Register) -> tuple[Assumption, ...]:
    """Return the grade C values among those that were read."""
    entries = (register[id] for id in read if id in register)
    return tuple(
        Assumption(
            one.id, one.label, f"{plain(one.value)} {unit_text(one.unit)}".strip(),
            "–" if one.low is None else f"{plain(one.low)} to {plain(one.high)}", one.reasoning or "",
        )
        for one in entries
        if one.grade == "C"
    )  # fmt: skip


def sources_of(process: Process, read: Mapping[str, None], register: Register) -> tuple[Source, ...]:
    """Return the works behind a process and the values that were read, in that order."""
    keys = dict.fromkeys(process.sources)
    for id in read:
        if id in register:
            keys.update(dict.fromkeys(register[id].sources))
    known = load_sources()
    return tuple(known[key] for key in keys if key not in _NOT_WORKS)


def _between(id: str, lots: Lot) -> str:
    # A lentiviral lot stays functional without end; there is nothing between.
    low, high = (float(end) for end in np.quantile(lots.attributes[id], (0.05, 0.95), method="nearest"))
    return _written(id, low) if low == high else f"{_written(id, low)} to {_written(id, high)}"


def _written(id: str, value: float) -> str:
    if value == float("inf"):
        return "no end"
    # A number with a power of ten stays on one line.
    return share(value) if id in _PER_CENT else figure(value).replace(" × ", "\u00a0×\u00a0")


def _limit(limit: Limit) -> str:
    side, bound = ("at least", limit.low) if limit.low is not None else ("at most", limit.high)
    unit = "%" if limit.attribute in _PER_CENT else unit_text(ATTRIBUTES[limit.attribute].unit)
    return f"{side} {_written(limit.attribute, bound or 0.0)} {unit}".strip()


def _spoken(name: str) -> str:
    """A setting's name without the unit that stands behind its value."""
    return _SPOKEN.get(name) or _UNIT_WORDS.sub("", name).replace("_", " ")


def _with_unit(value: Value, unit: str) -> str:
    text = plain(value) if isinstance(value, float) else str(value)
    return f"{text} {unit}".strip()
