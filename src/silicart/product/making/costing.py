"""What the lots of a process cost: prices that are not known, laid over lots that differ."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from silicart.evidence import Register
from silicart.population.draws import draw_typical_values
from silicart.product.cost import ACTIVITIES, PRICE_YEAR, CoursePlan, ListPrice, Swing, list_prices, tornado
from silicart.product.lot import Lot
from silicart.product.making.drawing import DrawnLots, Spread, spread_of

FloatArray = NDArray[np.float64]

CURRENCIES = ("USD", "CNY")
PRICE_DRAWS = 50
"""Draws of the prices for each draw of the process: prices move a cost more than the process does."""


@dataclass(frozen=True)
class CostRow:
    """One line of an account: `amounts` by currency, over lots and over draws of process and prices together.

    id : an activity of `ACTIVITIES` (of a delivered lot), or "lot", "infusion" or "course".
    """

    id: str
    label: str
    amounts: Mapping[str, Spread]


@dataclass(frozen=True)
class CostSummary:
    """Cost of goods of a delivered lot by activity, and of the course.

    price_year : of every amount. countries, perspectives : of the prices in the register, and who pays them.
    infusions : of the course. lots : that it takes; infinite where a lot gives no CAR+ cell.
    assumed : how many of the `inputs` that move the course are of grade C.
    swings : what moves the course most, from the largest, in USD; of the typical lot.
    list_prices : what is charged for CAR-T, as context.
    """

    price_year: int
    countries: tuple[str, ...]
    perspectives: tuple[str, ...]
    infusions: int
    lots: Spread
    rows: tuple[CostRow, ...]
    inputs: int
    assumed: int
    swings: tuple[Swing, ...]
    list_prices: tuple[ListPrice, ...]


def cost_of_lots(
    typical: CoursePlan, made: Lot, lots: FloatArray, drawn: DrawnLots | None, register: Register, seed: int
) -> CostSummary:
    """Return what many lots of a process, and the courses that are made of them, cost.

    Parameters
    ----------
    typical : the course of the typical lot, which the swings are of.
    made : the lots, draw by draw; one for all in vivo.
    lots : that the course takes of each; infinite where it cannot be filled.
    drawn : how the lots were drawn; None where there is one alone.
    seed : of the prices: each draw of the process meets `PRICE_DRAWS` draws of them.

    Examples
    --------
    >>> from silicart.evidence import load_register
    >>> from silicart.product.making.lots import make_lot
    >>> from silicart.product.making.process import load_process
    >>> register = load_register()
    >>> lot = make_lot(load_process("in-vivo-cd19"), register)
    >>> plan = CoursePlan("targeted_lnp", lot.resources, lots=3, infusions=3)
    >>> found = cost_of_lots(plan, lot, np.asarray(3.0), None, register, seed=1)
    >>> [row.id for row in found.rows]
    ['gene_carrier', 'logistics', 'lot', 'infusion', 'course']
    """
    draws = 1 if drawn is None else drawn.draws
    amounts = _amounts(typical, made, lots, drawn, register, seed)
    labels = {**ACTIVITIES, "lot": "One delivered lot", "infusion": "One infusion", "course": "The course"}
    rows = tuple(
        CostRow(id, labels[id], {currency: spread_of(np.concatenate(amounts[currency, id])) for currency in CURRENCIES})
        for id in labels
        if ("USD", id) in amounts
    )
    swings = tornado(lambda values: typical.cost(values).course, register)
    prices = [price for entry in register.values() if entry.mechanism == "cost" and (price := entry.price) is not None]
    return CostSummary(
        price_year=PRICE_YEAR,
        countries=tuple(sorted({price.country for price in prices})),
        perspectives=tuple(sorted({price.perspective for price in prices})),
        infusions=int(np.max(typical.infusions)),
        lots=spread_of(np.broadcast_to(lots, (draws * (1 if drawn is None else drawn.lots),)).reshape(draws, -1)),
        rows=rows,
        inputs=len(swings),
        assumed=sum(swing.grade == "C" for swing in swings),
        swings=swings,
        list_prices=list_prices(register),
    )


def _amounts(
    typical: CoursePlan, made: Lot, lots: FloatArray, drawn: DrawnLots | None, register: Register, seed: int
) -> dict[tuple[str, str], list[FloatArray]]:
    """Currency and row -> for each draw of the process a table (draws of the prices, lots)."""
    draws, each = (1, 1) if drawn is None else (drawn.draws, drawn.lots)
    prices = 20 * PRICE_DRAWS if drawn is None else draws * PRICE_DRAWS
    values = draw_typical_values(register, seed, np.arange(prices), np.zeros(prices, dtype=np.int64)).values

    def by_draw(amount: FloatArray) -> FloatArray:
        return np.broadcast_to(amount, (draws * each,)).reshape(draws, each)

    used, needed = {name: by_draw(amount) for name, amount in made.resources.items()}, by_draw(lots)
    found: dict[tuple[str, str], list[FloatArray]] = {}
    for draw in range(draws):
        # One after the other, so that many lots do not need all the memory at once.
        known = {id: value[draw::draws, None] for id, value in values.items()}
        endless = np.isinf(needed[draw])
        plan = CoursePlan(
            typical.route,
            {name: amount[draw] for name, amount in used.items()},
            np.where(endless, 1.0, needed[draw]),
            typical.infusions,
        )
        dollars = plan.cost(known)
        for currency in CURRENCIES:
            cost = dollars.in_currency(currency)
            totals = {"lot": cost.lot, "infusion": cost.infusion, "course": cost.course}
            for id, amount in {**cost.activities(), **totals}.items():
                shown = np.where(endless & (id in ("infusion", "course")), np.inf, amount)
                found.setdefault((currency, id), []).append(np.broadcast_to(shown, (prices // draws, each)))
    return found
