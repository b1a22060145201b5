"""Amounts of money of the register, brought to one currency and one price year."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from silicart.errors import RegisterError, nearest
from silicart.evidence import load_register
from silicart.product.values import Values, taken

FloatArray = NDArray[np.float64]

PRICE_YEAR = 2025
"""Year whose prices every cost is stated in."""

TARGETS = ("USD", "CNY")
"""Currencies that a cost can be stated in: a rate of exchange was read for these two alone."""


@dataclass(frozen=True)
class Prices:
    """The values of a cost model, with amounts of money in one currency and in prices of `PRICE_YEAR`.

    Currency and price year of an amount stand in the shipped register, where an overlay cannot change them, so values
    that were drawn or stacked over lots need not carry them along.

    Examples
    --------
    >>> prices = Prices(load_register(), "USD")
    >>> round(float(prices.amount("wage")), 2)  # 150 yuan an hour
    20.75
    """

    values: Values
    currency: str

    def __post_init__(self) -> None:
        check_currency(self.currency)

    def number(self, id: str) -> FloatArray:
        """Return a value as it stands."""
        return taken(self.values, (id,))[id]

    def amount(self, id: str) -> FloatArray:
        """Return an amount of money.

        Raises
        ------
        RegisterError : the value is no price, or is in a currency without a rate of exchange.
        """
        price = load_register().entry(id).price
        if price is None or price.currency not in TARGETS:
            raise RegisterError(
                "a value cannot be stated in another currency",
                where=id,
                found="no price" if price is None else price.currency,
                expected="a price in " + " or ".join(TARGETS),
                remedy="state the amount in one of them",
            )
        index = (1.0 + self.number("price_rise")) ** (PRICE_YEAR - price.year)
        rate = exchange(self.number("exchange_rate"), price.currency, self.currency)
        return np.asarray(self.number(id) * index * rate)


def exchange(yuan_for_a_dollar: FloatArray, given: str, wanted: str) -> FloatArray:
    """Return what one unit of the currency `given` is worth in the currency `wanted`.

    Examples
    --------
    >>> exchange(np.asarray(8.0), "CNY", "USD"), exchange(np.asarray(8.0), "USD", "USD")
    (array(0.125), array(1.))
    """
    if given == wanted:
        return np.ones_like(yuan_for_a_dollar)
    return np.asarray(yuan_for_a_dollar if wanted == "CNY" else 1.0 / yuan_for_a_dollar)


def check_currency(currency: str) -> None:
    """Raise RegisterError for a currency that a cost cannot be stated in."""
    if currency not in TARGETS:
        near = nearest(currency, TARGETS)
        raise RegisterError(
            "a cost cannot be stated in this currency",
            found=currency,
            expected=" or ".join(TARGETS),
            remedy=f"did you mean {near}?" if near else "give an amount in one of them and convert it yourself",
        )
