"""An amount of money says when, where and for whom; nothing else may pretend to be one."""

import math

import pytest

from silicart.errors import RegisterError
from silicart.evidence import Price, Register, load_register
from silicart.evidence.document import read_document
from silicart.evidence.price import currency_of
from silicart.evidence.register import build_register, lay_over
from silicart.evidence.sources import read_sources
from silicart.evidence.units import load_units

SOURCES = read_sources("@misc{Doe2020, title = {Doe}, read = {abstract}}", "tiny.bib")
UNITS = frozenset({"USD", "CNY_per_hour", "CNY_per_USD", "hour"})

TINY = """parameters:
  wage:
    label: an hour
    value: 150
    unit: CNY_per_hour
    price: {currency: CNY, year: 2025, country: China, perspective: manufacturer}
    grade: B
    source: Doe2020
    reading: abstract
  hours:
    label: hours
    value: 80
    unit: hour
    grade: B
    source: Doe2020
    reading: abstract
"""
PRICE = "    price: {currency: CNY, year: 2025, country: China, perspective: manufacturer}\n"


def tiny(text: str = TINY) -> Register:
    return build_register([read_document(text, "tiny.yaml")], None, SOURCES, UNITS)


def test_a_price_is_read_and_told() -> None:
    assert tiny()["wage"].price == Price("CNY", 2025, "China", "manufacturer")
    assert tiny()["wage"].price.describe() == "prices of 2025, China, paid by the manufacturer"
    assert tiny()["hours"].price is None


@pytest.mark.parametrize(
    ("old", "new", "line", "problem"),
    [
        (PRICE, "", 2, "does not say when, where and for whom"),
        ("unit: hour", "unit: hour\n" + PRICE.rstrip(), 14, "hours has a price but is no price"),
        ("currency: CNY, ", "", 6, "has no currency"),
        ("currency: CNY", "currency: USD", 6, "another currency than its unit"),
        ("currency: CNY", "currency: RMB", 6, "not known"),
        ("year: 2025, ", "", 6, "has no year"),
        ("year: 2025", "year: 25", 6, "has no year"),
        ("country: China, ", "", 6, "has no country"),
        (", perspective: manufacturer", "", 6, "has no perspective"),
        ("perspective: manufacturer", "perspective: insurer", 6, "not known"),
        ("perspective: manufacturer", "perspective: manufacturer, vat: 0.13", 6, "unknown key"),
    ],
)
def test_an_incomplete_price_is_refused_with_file_and_line(old: str, new: str, line: int, problem: str) -> None:
    assert old in TINY
    with pytest.raises(RegisterError, match=problem) as caught:
        tiny(TINY.replace(old, new))
    assert caught.value.where == f"tiny.yaml:{line}"


def test_the_year_is_part_of_the_hash_and_other_entries_do_not_know_of_prices() -> None:
    assert tiny().hash != tiny(TINY.replace("2025", "2024")).hash
    assert "price" not in tiny()["hours"].canonical()


def test_an_overlay_keeps_the_currency_and_the_year() -> None:
    laid = lay_over(tiny(), read_document("parameters:\n  wage: {value: 300, unit: CNY_per_hour}\n", "mine.yaml"))
    assert (laid["wage"].value, laid["wage"].price) == (300.0, tiny()["wage"].price)


def test_every_shipped_amount_of_money_is_a_price_and_nothing_else_is() -> None:
    for entry in load_register().values():
        assert (entry.price is None) == (currency_of(entry.unit) is None), entry.id


def test_a_rate_of_exchange_is_no_price() -> None:
    assert {unit for unit in load_units() if currency_of(unit)} >= {"USD", "CNY", "EUR", "USD_per_mg", "CNY_per_day"}
    assert currency_of("CNY_per_USD") is None


def test_ranges_of_the_cost_model_are_read_as_they_stand() -> None:
    """No cap acts on them: the stated range is the central 90 %, to the two digits of the file."""
    found = [e for e in load_register().values() if e.uncertainty.basis == "range as it stands"]
    assert len(found) > 30
    scale = {"lognormal": math.log, "logitnormal": lambda x: math.log(x / (1 - x)), "normal": float}
    for entry in found:
        assert entry.low is not None
        assert entry.high is not None
        ends = [scale[entry.uncertainty.kind](end) for end in (entry.low, entry.high)]
        stated = (ends[1] - ends[0]) / 3.29
        assert stated - 0.0101 < entry.uncertainty.spread <= stated + 1e-9, entry.id
