"""Numbers are written so that a reader can read them back."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from silicart.evidence import unit_text
from silicart.report.numbers import figure, plain, reading, share

_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")


def read_back(text: str) -> float:
    text = text.replace("\u202f", "").replace("−", "-")
    if "10" in text and any(mark in text for mark in "⁰¹²³⁴⁵⁶⁷⁸⁹⁻"):
        digits, _, power = text.rpartition("10")
        mantissa = float(digits.replace("×", "").strip() or 1) if digits.strip() not in ("-", "") else 1.0
        sign = -1.0 if digits.strip() == "-" else 1.0
        return sign * mantissa * 10.0 ** int(power.translate(_SUPERSCRIPTS))
    return float(text)


@given(st.floats(1e-9, 1e12), st.sampled_from([1, -1]))
def test_three_figures_hold_half_a_per_cent(size: float, sign: int) -> None:
    value = sign * size
    # Between 0.1 and 1 two decimals are written: half of the last one is 0.005.
    assert abs(read_back(figure(value)) - value) <= max(0.0051 * abs(value), 0.0051 if 0.1 <= size < 1 else 0.0)


@given(st.floats(1e-12, 1e15).map(lambda value: float(f"{value:.5g}")))
def test_a_value_of_the_register_keeps_its_digits(value: float) -> None:
    assert read_back(plain(value)) == pytest.approx(value, rel=1e-6)


@given(st.floats(-1, 1))
def test_a_share_is_within_half_of_its_last_digit(value: float) -> None:
    text = share(value)
    step = 0.1 if "." in text or abs(value) < 0.0995 else 1.0
    assert abs(read_back(text) - 100 * value) <= step / 2 + 1e-9


@pytest.mark.parametrize("value", [None, math.nan, math.inf, -math.inf])
def test_what_is_no_number_is_a_dash(value: float | None) -> None:
    assert figure(value) == plain(value) == share(value) == reading(value, "point") == "–"


def test_a_reading_is_no_finer_than_the_clinic_reads() -> None:
    assert reading(2.54e-5, "point") == "0"
    assert reading(-0.26, "point") == "−0.3"
    assert reading(0.4, "day") == "0"
    assert reading(51.4, "unknown_unit") == "51.4"


def test_every_unit_of_the_models_has_a_text() -> None:
    from silicart.evidence.units import load_units

    unwritten = [unit for unit in load_units() if "_" in unit_text(unit)]
    assert unwritten == []
