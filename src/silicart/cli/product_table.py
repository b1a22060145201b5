"""A product in a terminal: a typical lot step by step, what lots are like, their release, the course and its cost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from silicart.cli.terminal import NOTICE, WIDTH, unicode_fits

if TYPE_CHECKING:
    from rich.console import Console, Group
    from rich.table import Table
    from rich.text import Text

    from silicart.product.lot import Count
    from silicart.product.making.drawing import Share, Spread
    from silicart.product.making.process import Process
    from silicart.product.making.summary import CourseSummary, ProcessSummary, ReleaseSummary

SHOWN = (
    "viable_cells", "viability", "CAR_positive", "CAR_positive_cells", "CAR_median", "CAR_p05", "CAR_p95",
    "vector_copies", "residual_mRNA", "functional_hours", "process_days",
)  # fmt: skip
"""Attributes in the order of the table."""

SHORT: Mapping[str, str] = {
    "CAR_median": "CAR per CAR+ cell, median",
    "CAR_p05": "  the dimmest 5 % below",
    "CAR_p95": "  the brightest 5 % above",
    "residual_mRNA": "mRNA copies per cell reached",
    "functional_hours": "hours until the median fades",
    "process_days": "days, apheresis to release",
    "viability": "viable of all cells",
    "CAR_positive": "CAR+ of viable cells",
}
"""Labels that are shorter than those of the catalogue."""

_SMALL = 0.005
"""Losses below this share of a step are not worth a word; `--json` has them all."""
_RARE = 0.0005
"""Reasons that fewer lots have, in every draw, are not worth a line."""

BAR = 50
_BARS = {True: ("█", "▒", "░"), False: ("#", "=", "-")}


def print_product(console: Console, summary: ProcessSummary) -> None:
    """Print a process and its lots in 100 columns."""
    _print_process(console, summary.process)
    if summary.typical.balance:
        _heading(console, "A typical lot, step by step")
        console.print(_balance(console, summary))
    if summary.attributes:
        _heading(console, f"Lots of {summary.lots} donors, in {summary.draws} draws of what is not known")
        console.print(_attributes(console, summary))
    elif summary.body is not None:
        _heading(console, "In the body")
        console.print(_in_body(console, summary))
    if summary.release is not None:
        _heading(console, summary.release.limits.title)
        _print_release(console, summary.release)
    if summary.course is not None:
        _heading(console, "The whole course")
        _print_course(console, summary.course)
    if summary.cost is not None:
        from silicart.cli.product_cost import print_cost

        _heading(console, "What it costs")
        print_cost(console, summary.cost)
    _print_standing(console, summary)
    console.print(NOTICE, style="dim")


def _in_body(console: Console, summary: ProcessSummary) -> Group:
    from rich.console import Group
    from rich.padding import Padding
    from rich.text import Text

    body = summary.body
    assert body is not None, "a process without lots of cells has a course in the body"
    table = _table(console)
    table.add_column("hours after a dose")
    for hour in body.hours:
        table.add_column(f"{hour:g}", justify="right")
    for place, shares in body.places.items():
        table.add_row(f"mRNA, {place}", *(_percent(share) for share in shares))
    courses = body.CAR_share_of_CD8
    table.add_row("CAR+ of CD8 in blood, median patient", *(_percent(one.median) for one in courses))
    table.add_row("  90 % of patients", *(f"{_percent(one.low)}–{_percent(one.high)}" for one in courses))
    known = (f"{_percent(one.known_from)}–{_percent(one.known_to)}" for one in courses)
    table.add_row("  median known to lie within", *known)
    words = (
        f"Per cent, after {body.dose_mg:g} mg mRNA targeted to {body.receptor}; no cells are made, released or counted "
        "here. Liver and T cells: taken up so far. Without antigen; in a patient, contact takes CAR from cells as well."
    )
    return Group(Padding(table, (0, 0, 0, 1)), Padding(Text(words, style="dim"), (0, 0, 0, 2)))


def _percent(value: float) -> str:
    from silicart.report.numbers import share

    return share(value)


def percent(share: Share) -> str:
    """Return a share of lots with what is known of it, in per cent."""
    from silicart.report.numbers import share as text

    return f"{text(share.share)} % ({text(share.known_from)} to {text(share.known_to)})"


def in_unit(value: float, id: str) -> str:
    """Return an attribute as a reader writes it: shares in per cent, what never ends in words."""
    from silicart.product.lot import ATTRIBUTES, SHARES
    from silicart.report.numbers import figure
    from silicart.report.numbers import share as text

    if np.isnan(value):
        return "–"
    if np.isinf(value):
        return "no end"
    if id in SHARES:
        return f"{text(value)} %"
    if ATTRIBUTES[id].unit in ("hour", "day"):
        return f"{value:.0f}"
    return figure(value, 2)


def _heading(console: Console, words: str) -> None:
    from rich.rule import Rule
    from rich.text import Text

    console.print()
    rule = "─" if unicode_fits(console) else "-"
    console.print(Rule(Text(words, style="bold"), align="left", style="dim", characters=rule))


def _print_process(console: Console, process: Process) -> None:
    from rich.padding import Padding
    from rich.text import Text

    from silicart.product.catalogue import load_products

    console.print(Text.assemble((process.id, "bold"), f"  {process.title}"))
    words = [load_products()[process.product].label, f"route {process.route.replace('_', ' ')}"]
    console.print(Text(" · ".join(words) + f" · {', '.join(process.sources)}", style="dim"))
    if process.note:
        console.print(Padding(Text(process.note, style="dim"), (0, 0, 0, 2)))
    for warning in process.warnings:
        console.print(Padding(Text.assemble(("warning: ", "bold yellow"), warning), (0, 0, 0, 2)))


def _table(console: Console) -> Table:
    from rich import box
    from rich.table import Table

    return Table(
        box=box.SIMPLE_HEAD if unicode_fits(console) else box.ASCII2, width=min(WIDTH, console.width),
        pad_edge=False, padding=(0, 1, 0, 0), header_style="bold",
    )  # fmt: skip


def _balance(console: Console, summary: ProcessSummary) -> Table:
    from rich.text import Text

    from silicart.product.making.settings import MRNA_CARRIERS

    # Steps in order: a kind that stands twice, such as culture, has its own settings each time.
    steps = list(summary.process.steps)
    names = ["cells", "CAR", "mRNA"] if summary.process.carrier in MRNA_CARRIERS else ["cells", "CAR"]
    table = _table(console)
    table.add_column("step", width=16, overflow="fold")
    for name, width in zip(names, (12, 13, None) if len(names) == 3 else (28, None), strict=True):
        table.add_column(name, justify="right", width=10)
        table.add_column("", width=width, ratio=None if width else 1, overflow="fold")
    for row in summary.typical.balance:
        step = Text(row.step)
        own = next((one for one in steps if one.kind == row.step), None)
        if own is not None:
            steps.remove(own)
            if words := _words(own.settings):
                step.append(f"\n{words}", style="dim")
        cells = [step]
        for name in names:
            count = getattr(row, name)
            cells += [Text(_amount(count)), Text(_changes(count), style="dim")]
        table.add_row(*cells)
    return table


def _words(settings: Mapping[str, object]) -> str:
    """The settings that a reader looks for, short."""
    units = {
        "days": "d", "hours": "h", "volume_litres": "L", "exposure_hours": "h exposure", "MOI": "vector units a cell",
        "dose_ug_per_million_cells": "µg/10⁶", "stable_hours": "h stable", "doses": "doses", "pulse": "pulse", "at": "",
        "by": "", "collections": "",
    }  # fmt: skip
    found = []
    for name, value in settings.items():
        if name not in units or (name == "collections" and value == 1) or (name == "hours" and value == 0):
            continue
        number = f"{value:g}" if isinstance(value, float) else str(value)
        unit = "dose" if name == "doses" and value == 1 else units[name]
        found.append(f"{number} {unit}".strip())
    return ", ".join(found)


def _amount(count: Count) -> str:
    from silicart.report.numbers import figure

    return figure(float(count.out), 2) if float(count.out) > 0 else "–"


def _changes(count: Count) -> str:
    from silicart.report.numbers import share

    brought, made = float(count.brought), float(count.made)
    if brought + made <= 0:
        return ""
    words = [f"× {(brought + made) / brought:.3g}"] if brought > 0 and made > 0.01 * brought else []
    for cause, amount in count.lost.items():
        part = float(amount) / (brought + made)
        if part > _SMALL:
            words.append(f"{share(part)}\u00a0% {cause}")
    return ", ".join(words)


def _attributes(console: Console, summary: ProcessSummary) -> Table:
    from rich.text import Text

    from silicart.product.lot import ATTRIBUTES

    table = _table(console)
    table.add_column("as infused", ratio=1, overflow="fold")
    table.add_column("median lot", justify="right", width=12)
    table.add_column("90 % of lots", width=25)
    table.add_column("median known to lie within", width=26)
    for id in SHOWN:
        spread = summary.attributes[id]
        if id in ("vector_copies", "residual_mRNA") and spread.high == 0:
            by_design = "none by design" if id == "vector_copies" else "none"
            table.add_row(Text(_label(id, ATTRIBUTES[id].label)), "0", Text(by_design, style="dim"), "")
            continue
        table.add_row(
            Text(_label(id, ATTRIBUTES[id].label)),
            Text(in_unit(spread.median, id), style="bold"),
            Text(_range(spread.low, spread.high, id)),
            Text(_range(spread.known_from, spread.known_to, id), style="dim"),
        )
    return table


def _label(id: str, label: str) -> str:
    return SHORT.get(id, label)


def _range(low: float, high: float, id: str) -> str:
    first, last = in_unit(low, id), in_unit(high, id)
    return "" if first == last else f"{first} to {last}"


def _print_release(console: Console, release: ReleaseSummary) -> None:
    from rich.padding import Padding
    from rich.text import Text

    marks = _BARS[unicode_fits(console)]
    parts = ((release.released, "green"), (release.out_of_specification, "yellow"), (release.failed, "red"))
    total = sum(share.share for share, _ in parts)
    bar = Text("  ")
    ends = np.round(np.cumsum([share.share for share, _ in parts]) / total * BAR).astype(int)
    for mark, (_, style), width in zip(marks, parts, np.diff(ends, prepend=0), strict=True):
        bar.append(mark * int(width), style=style)
    console.print(bar)
    for mark, (share, style), word, reasons in zip(
        marks, parts, ("released", "out of specification", "failed"),
        ({}, release.misses, release.causes), strict=True,
    ):  # fmt: skip
        line = Text.assemble("  ", (mark, style), f" {word:<21}", (f"{percent(share)}", "bold"))
        console.print(line)
        for reason, part in sorted(reasons.items(), key=lambda one: -one[1].share):
            if part.known_to > _RARE:
                console.print(Padding(Text(f"{reason}: {percent(part)}", style="dim"), (0, 0, 0, 6)))
    limits = "; ".join(_limit_text(limit) for limit in release.limits.limits)
    console.print(Padding(Text(f"Limits: {limits}.", style="dim"), (0, 0, 0, 2)))
    if release.limits.tested:
        tested = f"Tested in the laboratory and not modelled: {', '.join(release.limits.tested)}."
        console.print(Padding(Text(tested, style="dim"), (0, 0, 0, 2)))


def _limit_text(limit: object) -> str:
    from silicart.product.lot import ATTRIBUTES
    from silicart.product.making.release import Limit

    assert isinstance(limit, Limit)
    bound = limit.low if limit.low is not None else limit.high
    side = "at least" if limit.low is not None else "at most"
    word = f"{ATTRIBUTES[limit.attribute].label} {side} {in_unit(float(bound or 0.0), limit.attribute)}"
    return f"failed unless {word}" if limit.terminal else word


def _print_course(console: Console, course: CourseSummary) -> None:
    from rich.table import Table
    from rich.text import Text

    from silicart.report.numbers import figure

    def band(spread: Spread, figures: int = 2) -> str:
        return f"{figure(spread.median, figures)} ({figure(spread.low, figures)} to {figure(spread.high, figures)})"

    infusions = f"{course.infusions} infusion{'s' if course.infusions > 1 else ''}"
    rows = [
        (f"{infusions} of {figure(course.cells_per_kg)} CAR+ cells/kg", f"{band(course.cells)} CAR+ cells"),
        ("a lot gives", f"{band(course.given_by_lot)} CAR+ cells"),
        ("whole infusions in a lot", f"{course.infusions_by_lot.median:.0f} "
         f"({course.infusions_by_lot.low:.0f} to {course.infusions_by_lot.high:.0f})"),
        ("one lot suffices in", f"{percent(course.one_lot)} of lots"),
        ("lots that the course takes", _lots(course.lots)),
        ("viable cells per collected T cell", f"{band(course.expansion)} at the highest"),
        ("CAR+ cells needed per collected T cell", band(course.expansion_needed)),
    ]  # fmt: skip
    if course.mRNA_mg.high > 0:
        rows.append(("mRNA of the course", f"{band(course.mRNA_mg)} mg"))
    grid = Table.grid(padding=(0, 2))
    grid.add_column(width=42, overflow="fold")
    grid.add_column(overflow="fold")
    for name, value in rows:
        grid.add_row(Text(f"  {name}"), Text(value))
    console.print(grid)


def _lots(lots: Spread) -> str:
    from math import ceil

    # A median between two draws is no number of lots.
    median, low, high = (
        str(ceil(value)) if np.isfinite(value) else "no end" for value in (lots.median, lots.low, lots.high)
    )
    return median if low == high else f"{median} ({low} to {high})"


def _print_standing(console: Console, summary: ProcessSummary) -> None:
    """Say what the numbers rest on."""
    from rich.padding import Padding
    from rich.text import Text

    _heading(console, "What this rests on")
    lines: list[Text] = []
    if summary.process.carrier == "lnp":
        lines.append(
            Text.assemble(
                ("No dose response of mRNA-LNP in primary human T cells was read", "yellow"),
                ": its CAR and viability are extrapolated from electroporation and from other cells.",
            )
        )
    if summary.process.recorded:
        recorded = ", ".join(f"{name} {value}" for name, value in summary.process.recorded.items())
        lines.append(Text.assemble(("Recorded, not modelled: ", "bold"), f"{recorded}."))
    own = [entry.id for entry in summary.assumed if entry.origin == "user"]
    if own:
        lines.append(Text.assemble(("Your values of grade C: ", "bold"), ", ".join(own) + "."))
    assumed = ", ".join(entry.id for entry in summary.assumed if entry.origin != "user")
    lines.append(Text.assemble(("Assumed (grade C): ", "bold"), f"{assumed or 'none'}."))
    if summary.attributes:
        lines.append(
            Text(
                "Lots differ by donor and by lot (90 % of lots). What is not known moves them all together: the last "
                "column and every range after a share are 90 % over draws. The two are never mixed.",
                style="dim",
            )
        )
    for line in lines:
        console.print(Padding(line, (0, 0, 0, 2)))
