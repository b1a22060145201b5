"""What is charged for CAR-T, beside what it costs to make: published prices, in both currencies."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from silicart.evidence import load_observations
from silicart.product.cost.money import TARGETS, exchange
from silicart.product.values import Values, taken


@dataclass(frozen=True)
class ListPrice:
    """A published price, as it was published and converted; not brought to another price year.

    observation, label, source : of the observation.
    currency : that it was published in.
    amounts : currency -> (price, low, high); low and high are None where no range was published.
    """

    observation: str
    label: str
    source: str
    currency: str
    amounts: dict[str, tuple[float, float | None, float | None]]


def list_prices(values: Values) -> tuple[ListPrice, ...]:
    """Return every published price of a CAR-T, at the register's rate of exchange.

    A price holds development, sales, care around it and profit; none of them is a cost of goods.

    Examples
    --------
    >>> from silicart.evidence import load_register
    >>> prices = {price.observation: price for price in list_prices(load_register())}
    >>> prices["price_china"].amounts["CNY"], round(prices["price_china"].amounts["USD"][0], -3)
    ((1150000.0, 999000.0, 1290000.0), 159000.0)
    """
    return tuple(_list_prices(float(np.mean(taken(values, ("exchange_rate",))["exchange_rate"]))))


def _list_prices(rate: float) -> Iterator[ListPrice]:
    for one in load_observations().values():
        if one.quantity != "price" or one.unit not in TARGETS:
            continue
        amounts = {}
        for currency in TARGETS:
            factor = float(exchange(np.asarray(rate), one.unit, currency))
            low, high = (None if end is None else end * factor for end in (one.low, one.high))
            amounts[currency] = (one.value * factor, low, high)
        yield ListPrice(one.id, one.label, ", ".join(one.sources), one.unit, amounts)
