"""What a sweep of a process does in a clinical study: further columns beside the lots."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from silicart.cli.terminal import WIDTH, unicode_fits

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

    from silicart.product.making.process import Process
    from silicart.product.making.settings import Value
    from silicart.study import Estimate, Study, SweptSetting

SHOWN = (
    ("remission\nat 1 year", "remission_1y"),
    ("in relapse\nat 1 year", "active_1y"),
    ("response\nthat lasts", "sustained_response_1y"),
    ("lots of\na course", "lots_per_course"),
    ("course,\nUSD 1000", "cost_of_goods"),
)
"""Heading and endpoint of each column."""

MANY_LOTS = 10.0
"""Lots of a course, on average, above which nobody would give it."""


def swept_in_study(
    study: str,
    process: Process,
    setting: str,
    values: Sequence[Value],
    *,
    arm: str | None,
    patients: int | None,
    overlay: Path | None,
) -> tuple[str, tuple[SweptSetting, ...]]:
    """Return the arm that was taken, and what became of each setting in it."""
    from silicart.cli.progress import shown_progress
    from silicart.study import load_study, sweep_process

    loaded = load_study(study)
    taken = arm or _arm_of(loaded, process)
    with shown_progress("simulating") as progress:
        rows = sweep_process(
            loaded, taken, [{setting: value} for value in values], [id for _, id in SHOWN], patients,
            progress=progress, process=process, overlay=overlay,
        )  # fmt: skip
    return taken, rows


def print_study(console: Console, study: str, arm: str, setting: str, rows: Sequence[SweptSetting]) -> None:
    """Print one row a value: what became of the same patients with lots that were made so."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    console.print()
    console.print(Text.assemble((study, "bold"), f"  arm {arm}, {rows[0].patients} patients, the same in every row"))
    table = Table(
        box=box.SIMPLE_HEAD if unicode_fits(console) else box.ASCII2, width=min(WIDTH, console.width), pad_edge=False,
        padding=(0, 1, 0, 0), header_style="bold",
    )  # fmt: skip
    table.add_column(setting.rpartition(".")[2].replace("_", " "), ratio=1, overflow="fold")
    for heading, _ in SHOWN:
        table.add_column(heading, width=16, justify="right")
    for row in rows:
        (value,) = row.settings.values()
        named = f"{value:g}" if isinstance(value, float | int) else str(value)
        table.add_row(Text(named, style="bold"), *(_text(id, row.endpoints[id]) for _, id in SHOWN))
    console.print(table)
    words = (
        "Mean over patients, each with a lot of his own; beneath it 90 % over parameter draws. In relapse: activity "
        "above half of that at the start, whether or not it fell before. A response that lasts: below a quarter of it "
        "once, and never above half again. Doses are CAR+ cells, as the study states: lots that no limit would release "
        "are given all the same."
    )
    console.print(Text(words, style="dim"))
    beyond = [row for row in rows if row.endpoints["lots_per_course"].mean > MANY_LOTS]
    if beyond:
        named = ", ".join(str(value) for row in beyond for value in row.settings.values())
        warning = f"at {named} a course takes more than {MANY_LOTS:g} lots on average: nobody would make them"
        console.print(Text.assemble(("warning: ", "bold yellow"), warning))


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


def _text(id: str, one: Estimate) -> Text:
    from rich.text import Text

    scale, unit = (1e-3, "") if id == "cost_of_goods" else (1.0, "") if id == "lots_per_course" else (100.0, " %")
    digits = 1 if id == "lots_per_course" else 0
    if one.mean != one.mean:
        return Text("–")
    if one.mean == float("inf"):
        return Text("no end")
    mean = f"{scale * one.mean:.{digits}f}{unit}"
    if one.interval is None:
        return Text(mean)
    low, high = (f"{scale * end:.{digits}f}" for end in one.interval)
    return Text.assemble(mean, (f"\n{low} to {high}", "dim"))
