"""What a sweep of a process does in a clinical study: further columns beside the lots."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from silicart.product.making.process import Process
    from silicart.product.making.settings import Value
    from silicart.study import Estimate, Study, SweptSetting

SHOWN = (
    ("remission\nat 1 year", "remission_1y"),
    ("active\nat 1 year", "active_1y"),
    ("relapsed of\nresponders", "relapse_1y"),
    ("course,\nUSD 1000", "cost_of_goods"),
)
"""Heading and endpoint of each column."""


def swept_in_study(
    study: str,
    process: Process,
    setting: str,
    values: Sequence[Value],
    *,
    arm: str | None,
    patients: int | None,
    seed: int | None,
    overlay: Path | None,
) -> tuple[str, tuple[SweptSetting, ...]]:
    """Return the arm that was taken, and what became of each setting in it."""
    from silicart.cli.progress import shown_progress
    from silicart.study import load_study, sweep_process

    loaded = load_study(study)
    taken = arm or _arm_of(loaded, process)
    with shown_progress("simulating") as progress:
        rows = sweep_process(
            loaded, taken, [{setting: value} for value in values], [id for _, id in SHOWN], patients, seed, progress,
            process=process, overlay=overlay,
        )  # fmt: skip
    return taken, rows


def study_columns(rows: Sequence[SweptSetting]) -> list[tuple[str, int, list[str]]]:
    """Return the columns as the table of a sweep takes them: heading, width, a text for each row."""
    return [(heading, 12, [_text(id, row.endpoints[id]) for row in rows]) for heading, id in SHOWN]


def study_record(row: SweptSetting) -> dict[str, Any]:
    """Return a row as JSON takes it: mean over patients, and the 90 % interval over parameter draws."""
    return {
        id: {"mean": one.mean, "interval": None if one.interval is None else list(one.interval)}
        for id, one in row.endpoints.items()
    }


def _arm_of(study: Study, process: Process) -> str:
    from silicart.errors import StudyError

    fitting = [
        arm.name
        for arm in study.arms
        if arm.product is not None and study.products[arm.product].product == process.product
    ]
    if len(fitting) != 1:
        raise StudyError(
            "it is not clear which arm is meant" if fitting else "no arm of the study gives this product",
            where=study.source,
            found=", ".join(fitting) or None,
            expected=f"one arm with {process.product}",
            remedy="name one with --arm" if fitting else "take another study",
        )
    return fitting[0]


def _text(id: str, one: Estimate) -> str:
    scale, form = (1e-3, "{:.0f}") if id == "cost_of_goods" else (100.0, "{:.0f} %")
    if one.mean != one.mean:
        return "–"
    text = form.format(scale * one.mean)
    if one.interval is None:
        return text
    low, high = (f"{scale * end:.0f}" for end in one.interval)
    return f"{text}\n{low} to {high}"
