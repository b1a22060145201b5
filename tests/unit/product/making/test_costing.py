"""What lots cost follows what they take, what is not known of prices, and how many of them a course needs."""

from __future__ import annotations

import numpy as np
import pytest

from silicart.evidence import load_register
from silicart.product.cost import CoursePlan, draw_costs
from silicart.product.making.costing import PRICE_DRAWS, cost_of_lots
from silicart.product.making.drawing import Spread, draw_lots
from silicart.product.making.lots import lot_parameters, make_lot
from silicart.product.making.process import load_process
from silicart.product.making.summary import summarise_process

REGISTER = load_register()
PROCESS = load_process("lentiviral-bcma")
DRAWN = draw_lots(REGISTER, lot_parameters(PROCESS), lots=20, draws=4, seed=3)
MADE = make_lot(PROCESS, DRAWN.values)
TYPICAL = CoursePlan(PROCESS.carrier, make_lot(PROCESS, REGISTER).resources)


def amounts(lots: np.ndarray) -> dict[str, Spread]:
    found = cost_of_lots(TYPICAL, MADE, lots, DRAWN, REGISTER, seed=3)
    return {row.id: row.amounts["USD"] for row in found.rows}


def test_every_lot_of_a_course_is_paid() -> None:
    one, both = amounts(np.ones(80)), amounts(np.full(80, 2.0))
    # More lots share a batch of vector, so that two cost less than twice one.
    assert 1.5 * one["course"].median < both["course"].median < 2 * one["course"].median
    assert both["course"].median == pytest.approx(2 * both["lot"].median)


def test_a_course_that_is_never_filled_has_no_price_and_its_lots_have() -> None:
    found = amounts(np.full(80, np.inf))
    assert np.isinf(found["course"].median)
    assert np.isinf(found["infusion"].median)
    assert found["lot"] == amounts(np.ones(80))["lot"]


def test_lots_that_take_the_same_cost_what_the_typical_lot_does() -> None:
    found = amounts(np.ones(80))
    drawn = draw_costs(TYPICAL, REGISTER, 4 * PRICE_DRAWS, seed=3).course
    assert found["course"].low == found["course"].high
    assert found["course"].median == pytest.approx(float(np.median(drawn)), rel=1e-9)
    assert found["course"].known_to == pytest.approx(float(np.quantile(drawn, 0.95)), rel=1e-9)


def test_in_the_body_each_infusion_is_paid_as_a_lot() -> None:
    cost = summarise_process(load_process("in-vivo-cd19"), REGISTER).cost
    assert cost is not None
    assert (cost.infusions, cost.lots.median) == (3, 3.0)
    rows = {row.id: row.amounts["CNY"] for row in cost.rows}
    assert rows["infusion"].median == pytest.approx(rows["lot"].median)
    assert "clean_room_price" not in {swing.id for swing in cost.swings}
