"""A sweep of one setting in a terminal: one row a value, from the lot to its release and its course."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from silicart.cli.terminal import WIDTH, unicode_fits

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

    from silicart.product.making.drawing import Share, Spread
    from silicart.product.making.settings import Value
    from silicart.product.making.summary import ProcessSummary

Column = tuple[str, int, "Callable[[ProcessSummary], str]"]
"""Heading, width, and what stands in a row."""


def print_sweep(
    console: Console,
    setting: str,
    rows: Sequence[tuple[Value, ProcessSummary]],
) -> None:
    """Print one row a value: the median lot, and beneath it 90 % of lots."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    process = rows[0][1].process
    console.print(Text.assemble((process.id, "bold"), f"  {process.title}"))
    console.print(Text(f"one row a value of {setting}", style="dim"))
    table = Table(
        box=box.SIMPLE_HEAD if unicode_fits(console) else box.ASCII2, width=min(WIDTH, console.width),
        pad_edge=False, padding=(0, 1, 0, 0), header_style="bold",
    )  # fmt: skip
    table.add_column(setting.rpartition(".")[2].replace("_", " "), ratio=1, overflow="fold")
    columns = _columns(rows)
    for heading, width, _ in columns:
        table.add_column(heading, width=width, justify="right")
    for value, summary in rows:
        named = f"{value:g}" if isinstance(value, float | int) else str(value)
        cells = [_two_lines(text(summary)) for _, _, text in columns]
        table.add_row(Text(named, style="bold"), *cells)
    console.print(table)
    first = rows[0][1]
    words = (
        f"Median over {first.lots} donors and lots, 90 % of lots beneath; shares with 90 % over {first.draws} draws of "
        "what is not known. Donors and lots are the same in every row."
    )
    if process.carrier == "lnp":
        words += " No dose response of mRNA-LNP in primary human T cells was read: rows are extrapolated."
    console.print(Text(words, style="dim"))
    for warning in dict.fromkeys(one for _, summary in rows for one in summary.process.warnings):
        console.print(Text.assemble(("warning: ", "bold yellow"), warning))


def _columns(rows: Sequence[tuple[Value, ProcessSummary]]) -> list[Column]:
    if rows[0][1].process.carrier == "targeted_lentivirus":
        return [("vector units", 14, lambda one: f"{float(one.typical.resources['vector_units']):.3g}")]
    if not rows[0][1].attributes:
        return [
            ("mg mRNA", 10, lambda one: f"{float(one.typical.resources['mRNA_mg']):g}"),
            ("CAR+ of CD8\nat 6 h, %", 16, lambda one: _in_body(one, 6.0)),
            ("CAR+ of CD8\nat 54 h, %", 16, lambda one: _in_body(one, 54.0)),
        ]
    fades = np.isfinite(rows[0][1].attributes["functional_hours"].median)
    lasting = ("hours until\nfaded", "functional_hours") if fades else ("copies\nper cell", "vector_copies")
    columns: list[Column] = [
        ("CAR+ %", 9, _percent("CAR_positive")),
        ("CAR per cell", 14, _count("CAR_median")),
        ("viable %", 9, _percent("viability")),
        (lasting[0], 11, _count(lasting[1])),
        ("released %", 11, _released),
    ]  # fmt: skip
    if rows[0][1].course is not None:
        columns.append(("one lot\nsuffices %", 11, _one_lot))
    if rows[0][1].typical.resources.get("mRNA_mg") is not None:
        columns.append(("mRNA of\na lot, mg", 10, lambda one: _lines(one.resources["mRNA_mg"], _figure)))
    return columns


def _in_body(one: ProcessSummary, hour: float) -> str:
    from silicart.report.numbers import share

    assert one.body is not None, "a process without lots of cells has a course in the body"
    return _lines(one.body.CAR_share_of_CD8[one.body.hours.index(hour)], share)


def _percent(id: str) -> Callable[[ProcessSummary], str]:
    from silicart.report.numbers import share

    return lambda one: _lines(one.attributes[id], share)


def _count(id: str) -> Callable[[ProcessSummary], str]:
    return lambda one: _lines(one.attributes[id], _figure)


def _figure(value: float) -> str:
    from silicart.report.numbers import figure

    return figure(value, 2)


def _lines(spread: Spread, text: Callable[[float], str]) -> str:
    return f"{text(spread.median)}\n{text(spread.low)}–{text(spread.high)}"


def _released(one: ProcessSummary) -> str:
    return "–" if one.release is None else _share_lines(one.release.released)


def _one_lot(one: ProcessSummary) -> str:
    return "–" if one.course is None else _share_lines(one.course.one_lot)


def _share_lines(known: Share) -> str:
    from silicart.report.numbers import share

    return f"{share(known.share)}\n{share(known.known_from)}–{share(known.known_to)}"


def _two_lines(text: str) -> Text:
    from rich.text import Text

    first, _, second = text.partition("\n")
    return Text.assemble(first, ("\n" + second if second else "", "dim"))
