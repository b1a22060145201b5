"""What makes a price comparable: its currency, the year and country it was paid in, and who paid it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from silicart.evidence.document import Section

CURRENCIES = ("USD", "CNY", "EUR")
PERSPECTIVES = ("manufacturer", "hospital", "health system", "society", "patient")
"""Who pays: the same thing costs each of them something else."""

_KEYS = ("currency", "year", "country", "perspective")
_FIRST_YEAR, _LAST_YEAR = 1990, 2100


@dataclass(frozen=True)
class Price:
    """Where and when a price was paid.

    currency : one of `CURRENCIES`.
    year : whose prices it is stated in.
    country : whose market it is, or "international" for goods that are traded at one price.
    perspective : who pays, one of `PERSPECTIVES`.
    """

    currency: str
    year: int
    country: str
    perspective: str

    def canonical(self) -> Mapping[str, object]:
        """Return what the hash of the register is taken over."""
        return {name: getattr(self, name) for name in _KEYS}

    def describe(self) -> str:
        """Say it in a few words.

        Examples
        --------
        >>> Price("CNY", 2025, "China", "manufacturer").describe()
        'prices of 2025, China, paid by the manufacturer'
        """
        payer = self.perspective if self.perspective == "society" else f"the {self.perspective}"
        return f"prices of {self.year}, {self.country}, paid by {payer}"


def currency_of(unit: str) -> str | None:
    """Return the currency that a unit counts in, or None for a unit that is no price.

    A rate of exchange (CNY_per_USD) compares two currencies; it is not a price.

    Examples
    --------
    >>> currency_of("CNY_per_hour"), currency_of("cell_per_kg"), currency_of("CNY_per_USD")
    ('CNY', None, None)
    """
    first, _, rest = unit.partition("_per_")
    return first if first in CURRENCIES and rest not in CURRENCIES else None


def read_price(section: Section, unit: str) -> Price | None:
    """Read the `price` of an entry, which a currency unit must have and no other unit may have.

    Errors: RegisterError with file and line when it is missing, out of place, incomplete, or in another currency than
    the unit.
    """
    currency = currency_of(unit)
    if currency is None:
        if section.has("price"):
            raise section.fail(
                f"{section.title} has a price but is no price",
                "price",
                found=f"unit {unit}",
                expected="a unit in a currency, such as USD or CNY_per_day",
                remedy="remove the price, or correct the unit",
            )
        return None
    if not section.has("price"):
        raise section.fail(
            f"{section.title} is an amount of money and does not say when, where and for whom",
            found=f"unit {unit}",
            expected=f"price: {{currency: {currency}, year: ..., country: ..., perspective: ...}}",
            remedy="a price without year, country and perspective cannot be compared with another",
        )
    part = section.section("price")
    part.allow(*_KEYS)
    stated = part.choice("currency", CURRENCIES)
    if stated != currency:
        raise part.fail(
            f"the price of {section.title} is in another currency than its unit",
            "currency",
            found=stated,
            expected=f"{currency}, as in the unit {unit}",
            remedy="state the amount in the currency it was paid in; conversion happens in the model",
        )
    year = part.optional_count("year")
    if year is None or not _FIRST_YEAR <= year <= _LAST_YEAR:
        raise part.fail(
            f"the price of {section.title} has no year",
            "year" if part.has("year") else None,
            found=year,
            expected=f"a year from {_FIRST_YEAR} to {_LAST_YEAR}",
        )
    return Price(stated, year, part.text("country"), part.choice("perspective", PERSPECTIVES))
