"""From a process to its page: the lot, its release, its balance and course in words, and what was assumed."""

from __future__ import annotations

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

_NOT_WORKS = frozenset({ASSUMPTION, DEFINITION, USER})


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


def recorded_views(process: Process) -> tuple[tuple[str, str, str], ...]:
    """Return what the process file records without effect: the setting, its value, and why it has none."""
    return tuple(
        (_spoken(name.replace(".", ": ")), plain(value) if isinstance(value, float) else str(value),
         "no evidence that was read says what it changes")
        for name, value in process.recorded.items()
    )  # fmt: skip


def attribute_views(
    lot: Lot, drawn: Lot | None = None, limits: Mapping[str, str] | None = None, met: Mapping[str, bool] | None = None
) -> tuple[AttributeView, ...]:
    """Return the lot table: the typical lot, the 5th to 95th percentile of `drawn` lots, and limits by attribute."""
    views = []
    for id, attribute in ATTRIBUTES.items():
        if id not in lot.attributes:
            continue
        per_cent = attribute.unit == "dimensionless" and id in ("viability", "CAR_positive")
        interval = ""
        if drawn is not None:
            low, high = np.quantile(drawn.attributes[id], (0.05, 0.95))
            interval = f"{_number(float(low), per_cent)} to {_number(float(high), per_cent)}"
        views.append(
            AttributeView(
                attribute.label,
                _number(float(np.mean(lot.attributes[id])), per_cent),
                interval,
                "%" if per_cent else unit_text(attribute.unit),
                (limits or {}).get(id, ""),
                (met or {}).get(id),
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


def _number(value: float, per_cent: bool) -> str:
    return share(value) if per_cent else figure(value)


def _spoken(name: str) -> str:
    return name.replace("_per_million_cells", "").replace("_", " ")


def _with_unit(value: Value, unit: str) -> str:
    text = plain(value) if isinstance(value, float) else str(value)
    return f"{text} {unit}".strip()
