"""The ledger in a terminal: claims as headings, one row a quantity, its interval as a bar, the verdict as a word and
a shape."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from silicart.cli.terminal import unicode_fits

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from silicart.claims.row import LedgerRow, Statement, Verdict

BAR = 20
_SHAPES: Mapping[Verdict, tuple[str, str, str]] = {
    "supported": ("●", "+", "green"),
    "contradicted": ("✖", "x", "red"),
    "undecided": ("◐", "~", "yellow"),
    "not computed": ("○", ".", "bright_black"),
}
_LINES = {True: ("░", "━", "●", "┃"), False: (":", "=", "o", "|")}


def print_ledger(console: Console, ledger: Sequence[LedgerRow], statements: Sequence[Statement]) -> None:
    """Print the ledger claim by claim, what simulation does not decide, and what the shapes mean, in 100 columns."""
    from rich.padding import Padding
    from rich.rule import Rule
    from rich.text import Text

    fancy = unicode_fits(console)
    _legend(console, ledger, fancy)
    claims: dict[str, list[LedgerRow]] = {}
    for row in ledger:
        claims.setdefault(row.claim_id, []).append(row)
    for rows in claims.values():
        heading = Text(rows[0].claim, style="bold")
        console.print()
        console.print(Rule(heading, align="left", style="dim", characters="─" if fancy else "-"))
        computed = [row for row in rows if row.verdict != "not computed"]
        if computed:
            console.print(_rows(computed, fancy))
        for row in rows:
            if row.verdict == "not computed":
                text = verdict_text(row.verdict, fancy)
                text.append(f": {row.quantity}; needs {row.needs_room or row.reason}")
                console.print(Padding(text, (0, 0, 0, 2)))
    if statements:
        heading = Text("Not decided by simulation", style="bold")
        console.print()
        console.print(Rule(heading, align="left", style="dim", characters="─" if fancy else "-"))
        for one in statements:
            text = Text.assemble(
                (f"{one.statement}. ", "bold"), f"{one.finding} ", (f"({one.source}, as of {one.as_of})", "dim")
            )
            console.print(Padding(text, (0, 0, 0, 2)))


def _rows(rows: Sequence[LedgerRow], fancy: bool) -> Table:
    from rich.table import Table
    from rich.text import Text

    table = Table.grid(padding=(0, 1), expand=False)
    table.add_column(width=1)
    table.add_column(width=46, overflow="fold")
    table.add_column(width=14, overflow="fold")
    table.add_column(width=BAR, no_wrap=True)
    table.add_column(width=14, no_wrap=True)
    for row in rows:
        table.add_row("", _quantity(row), _estimate(row), Text(bar(row, fancy)), verdict_text(row.verdict, fancy))
    return table


def bar(row: LedgerRow, fancy: bool = True) -> str:
    """Return the interval of a row as a line of characters; the shaded side of the margin is where the claim holds.

    Examples
    --------
    >>> from silicart.claims.row import LedgerRow
    >>> row = LedgerRow("a", "a", "", "", "", "mean", "arm", None, "below", 0.5, "", "dimensionless", 0.2, (0.1, 0.3),
    ...                 "supported", "supported", "", ())
    >>> bar(row, fancy=False)
    ':====o====::::::::| '
    """
    from silicart.report.interval_bar import axis_of

    if row.interval is None or row.estimate is None:
        return ""
    low, high = axis_of(row)
    shade, line, point, mark = _LINES[fancy]

    def place(value: float) -> int:
        return min(BAR - 1, max(0, round((value - low) / (high - low) * (BAR - 1))))

    margin = place(row.margin)
    cells = [shade if (at > margin) == (row.direction == "above") else " " for at in range(BAR)]
    for at in range(place(row.interval[0]), place(row.interval[1]) + 1):
        cells[at] = line
    cells[margin] = mark
    cells[place(row.estimate)] = point
    return "".join(cells)


def verdict_text(verdict: Verdict, fancy: bool) -> Text:
    """Return a verdict as its shape and its word."""
    from rich.text import Text

    shape, plain, style = _SHAPES[verdict]
    return Text(f"{shape if fancy else plain} {verdict}", style=style)


def _quantity(row: LedgerRow) -> Text:
    from rich.text import Text

    text = Text(row.quantity)
    if row.study is not None:
        text.append(f"\nin another study: {row.study}, {row.arm}", style="dim")
    decisive = next(iter(row.decided_by), None)
    if decisive is not None and row.verdict == "undecided":
        text.append(f"\ndecides: {decisive.label.split(': ')[0]}", style="dim")
    return text


def _estimate(row: LedgerRow) -> Text:
    from rich.text import Text

    from silicart.report.ledger_view import in_words
    from silicart.report.numbers import NARROW

    # A terminal breaks lines at every kind of space, the narrow one inside a number included.
    estimate, interval, unit = (word.replace(NARROW, "") for word in in_words(row))
    # A long unit would break the number in two.
    short = {"molecules/cell": "per cell"}.get(unit, unit)
    text = Text(f"{estimate} {short}".strip(), style="bold")
    return text.append(f"\n{interval}", style="not bold") if interval else text


def _legend(console: Console, ledger: Sequence[LedgerRow], fancy: bool) -> None:
    from rich.text import Text

    from silicart.report.ledger_view import tally

    counts = Text()
    for verdict, count in tally(ledger).items():
        counts.append_text(verdict_text(verdict, fancy))
        counts.append(f" {count}    ")
    console.print(counts)
    shade, line, point, mark = _LINES[fancy]
    console.print(
        f"[dim]{line}{point}{line} estimate and 90 % interval   {mark} margin   "
        f"{shade} side on which the claim holds   pp points of per cent[/dim]"
    )
