"""The parts of a product's page in words: steps, the lot table with its limits, what was assumed, and the works."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from silicart.evidence import Entry, Register, load_observations, load_sources, unit_text
from silicart.evidence.sources import ASSUMPTION, DEFINITION, USER
from silicart.product.lot import ATTRIBUTES
from silicart.product.making.lots import lot_parameters
from silicart.product.making.process import Process
from silicart.product.making.settings import CARRIERS, STEPS, Value
from silicart.report.numbers import figure, plain, share
from silicart.report.product.page import Assumption, AttributeView, StepView

if TYPE_CHECKING:
    from silicart.evidence import Source
    from silicart.product.making.release import Limit
    from silicart.product.making.summary import ProcessSummary

_NOT_WORKS = frozenset({ASSUMPTION, DEFINITION, USER})
_SPOKEN: Mapping[str, str] = {"days": "for", "hours": "for", "cells_per_mL": "density"}
_UNIT_WORDS = re.compile(r"_(ug_per_million_cells|hours|litres|percent|mg)$")
_PER_CENT = frozenset(id for id, one in ATTRIBUTES.items() if "share" in one.label)


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


def attribute_views(summary: ProcessSummary) -> tuple[AttributeView, ...]:
    """Return the lot table of a process; empty in vivo, where no lot of cells exists."""
    release = () if summary.release is None else summary.release.limits.limits
    limits = {one.attribute: one for one in release if not one.terminal}
    views = []
    for id, attribute in ATTRIBUTES.items():
        if id not in summary.attributes:
            continue
        spread, limit = summary.attributes[id], limits.get(id)
        views.append(
            AttributeView(
                label=attribute.label,
                value=_written(id, float(summary.typical.attributes[id])),
                interval=_between(id, spread.known_from, spread.known_to),
                spread=_between(id, spread.low, spread.high),
                unit="%" if id in _PER_CENT else unit_text(attribute.unit),
                limit="" if limit is None else _limit(limit),
                met=None if limit is None else not bool(limit.missed(summary.typical)),
            )
        )
    return tuple(views)


def assumption_views(entries: Iterable[Entry]) -> tuple[Assumption, ...]:
    """Return grade C values in words."""
    return tuple(
        Assumption(
            one.id, one.label, f"{plain(one.value)} {unit_text(one.unit)}".strip(),
            "–" if one.low is None else f"{plain(one.low)} to {plain(one.high)}", one.reasoning or "",
        )
        for one in entries
    )  # fmt: skip


def sources_of(process: Process, register: Register, published: Iterable[str] = ()) -> tuple[Source, ...]:
    """Return the works behind a process, the values that its lots are made with, and published observations by id."""
    keys = dict.fromkeys(process.sources)
    for id in lot_parameters(process):
        keys.update(dict.fromkeys(register[id].sources))
    for id in published:
        keys.update(dict.fromkeys(load_observations()[id].sources))
    known = load_sources()
    return tuple(known[key] for key in keys if key not in _NOT_WORKS)


def _between(id: str, low: float, high: float) -> str:
    ends = (_written(id, low), _written(id, high))
    return ends[0] if ends[0] == ends[1] else " to ".join(ends)


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
