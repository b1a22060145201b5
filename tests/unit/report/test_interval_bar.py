"""The bar of a row stands where its numbers say."""

from __future__ import annotations

import re
from dataclasses import replace
from types import ModuleType

import pytest

from silicart.claims.row import LedgerRow, PublishedValue
from silicart.report.interval_bar import axis_of, comparable, interval_bar


@pytest.fixture
def row(synthetic: ModuleType) -> LedgerRow:
    return next(one for one in synthetic.ledger() if one.id == "activity")


def test_parts_lie_in_the_order_of_their_numbers(row: LedgerRow) -> None:
    # 0.2 < margin 1.0 < estimate 2.4 < 7.9
    svg = interval_bar(row, "#D55E00")
    left, right = re.findall(r'x1="([\d.]+)" x2="([\d.]+)"[^>]*stroke="#D55E00"', svg)[0]
    margin = re.findall(r'x1="([\d.]+)" x2="[\d.]+"[^>]*stroke-width="1.6"', svg)[0]
    estimate = re.findall(r'<circle cx="([\d.]+)"', svg)[0]
    assert float(left) < float(margin) < float(estimate) < float(right)


@pytest.mark.parametrize(("direction", "starts_left"), [("below", True), ("above", False)])
def test_the_shaded_side_is_where_the_claim_holds(row: LedgerRow, direction: str, starts_left: bool) -> None:
    svg = interval_bar(replace(row, direction=direction), "#000")  # type: ignore[arg-type]
    left = float(re.findall(r'<rect x="([\d.]+)"', svg)[0])
    margin = float(re.findall(r'x1="([\d.]+)" x2="[\d.]+"[^>]*stroke-width="1.6"', svg)[0])
    assert (left < margin) is starts_left
    assert left == pytest.approx(margin) or starts_left


def test_the_bar_is_read_aloud(row: LedgerRow) -> None:
    assert (
        'aria-label="estimate 2.40, 90 % interval 0.20 to 7.90; the claim holds below the margin 1.00"'
        in interval_bar(row, "#000")
    )


def test_a_row_without_interval_has_no_bar(row: LedgerRow) -> None:
    assert interval_bar(replace(row, interval=None), "#000") == ""


def test_the_axis_is_never_empty(row: LedgerRow) -> None:
    low, high = axis_of(replace(row, estimate=1.0, interval=(1.0, 1.0)))
    assert low < 1.0 < high


def test_only_numbers_of_the_same_quantity_stand_on_the_axis(row: LedgerRow) -> None:
    days = PublishedValue("not seen until day 212", "mm_plasma_cell_return")
    of_source = PublishedValue("38 % of baseline", "Cambridge2006", 0.38)
    same = PublishedValue("0 of 14", "mrna_bcma_mg_crs", 0.0)
    share_row = replace(row, endpoint="crs_probability_1", unit="dimensionless", published=(days, of_source, same))
    assert comparable(share_row) == [0.38, 0.0]
    # One arm's rate is no difference between two.
    assert comparable(replace(share_row, comparator="lentiviral CD19")) == []
