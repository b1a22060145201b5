"""What a product costs, in a terminal: a delivered lot by activity, the course, and what that rests on."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil, isfinite
from typing import TYPE_CHECKING

from silicart.cli.terminal import WIDTH, unicode_fits

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from silicart.product.making.costing import CostRow, CostSummary
    from silicart.product.making.drawing import Spread

THOUSAND = 1000.0
SWINGS = 3
"""Inputs that are named as moving the course most."""

CONTEXT = (("China", "price_china"), ("USA", "price_us_low"), ("USA", "price_us_high"))
"""Country and observation of the list prices that stand beside a cost."""


def print_cost(console: Console, cost: CostSummary) -> None:
    """Print a cost in 100 columns."""
    from rich.padding import Padding

    console.print(_table(console, cost))
    for line in _standing(cost):
        console.print(Padding(line, (0, 0, 0, 2)))


def _table(console: Console, cost: CostSummary) -> Table:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(
        box=box.SIMPLE_HEAD if unicode_fits(console) else box.ASCII2, width=min(WIDTH, console.width),
        pad_edge=False, padding=(0, 1, 0, 0), header_style="bold",
    )  # fmt: skip
    table.add_column("of a delivered lot", ratio=1, overflow="fold")
    currencies = tuple(cost.rows[0].amounts)
    for currency in currencies:
        table.add_column(f"thousand {currency}", justify="right", width=12)
        table.add_column("90 % of draws", width=17)
    for row in cost.rows:
        if row.id == "lot":
            table.add_section()
        total = row.id in ("lot", "infusion", "course")
        cells = []
        for currency in currencies:
            known = row.amounts[currency]
            cells.append(Text(_thousand(known.median), style="bold" if total else ""))
            cells.append(Text(_range(known.known_from, known.known_to), style="dim"))
        table.add_row(Text(_label(row, cost), style="bold" if total else ""), *cells)
    return table


def _standing(cost: CostSummary) -> Iterator[Text]:
    from rich.text import Text

    countries = " or ".join("international" if one == "international" else f"of {one}" for one in cost.countries)
    course = next(row for row in cost.rows if row.id == "course").amounts["USD"]
    yield Text.assemble(
        ("Cost of goods", "bold"), f" in prices of {cost.price_year}, {countries}, as the "
        f"{' and the '.join(cost.perspectives)} pays them: no development, care or profit. Medians do not add up. ",
        (f"{cost.assumed} of the {cost.inputs} inputs that move it are assumed (grade C).", "yellow"),
    )  # fmt: skip
    if course.low != course.high:
        span = _range(course.low, course.high)
        yield Text(f"Lots differ: 90 % of courses cost {span} thousand USD in the middle of the draws.")
    swings = ", ".join(f"{one.id} {_thousand(one.low)}–{_thousand(one.high)}" for one in cost.swings[:SWINGS])
    yield Text.assemble(("Moves it most", "bold"), f", thousand USD: {swings}.")
    listed = "; ".join(_context(cost))
    yield Text.assemble(("List prices", "bold"), f", thousands, which are no cost of goods: {listed}.")


def _context(cost: CostSummary) -> Iterator[str]:
    from silicart.report.numbers import figure

    listed = {price.observation: price for price in cost.list_prices}
    for country in dict.fromkeys(country for country, _ in CONTEXT):
        prices = [listed[id] for name, id in CONTEXT if name == country and id in listed]
        ends = [end for price in prices for end in price.amounts[price.currency] if end is not None]
        if ends:
            low, high = (figure(end / THOUSAND) for end in (min(ends), max(ends)))
            yield f"{country} {low} to {high} {prices[0].currency}"


def _label(row: CostRow, cost: CostSummary) -> str:
    if row.id == "infusion":
        return f"{row.label} of {cost.infusions}" if cost.infusions > 1 else row.label
    if row.id == "course":
        return f"{row.label}, {_lots(cost.lots)}"
    return row.label


def _lots(lots: Spread) -> str:
    median, low, high = (str(ceil(one)) if isfinite(one) else "no end" for one in (lots.median, lots.low, lots.high))
    word = "lot" if median == "1" else "lots"
    return f"{median} {word}" if low == high else f"{median} {word} ({low} to {high})"


def _thousand(amount: float) -> str:
    """Two figures: more would claim knowledge that no input has."""
    from silicart.report.numbers import figure

    return figure(amount / THOUSAND, 2) if isfinite(amount) else "no end"


def _range(low: float, high: float) -> str:
    first, last = _thousand(low), _thousand(high)
    return first if first == last else f"{first} to {last}"
