"""Cost of goods: activities add up, inputs move what they should, currencies agree, and bad input is told."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from silicart.errors import ProcessError, RegisterError
from silicart.evidence import load_observations, load_register
from silicart.product import load_products
from silicart.product.cost import (
    ACTIVITIES,
    ITEMS,
    PRICE_YEAR,
    ROUTES,
    CoursePlan,
    break_even,
    cost_rows,
    course_cost,
    draw_costs,
    list_prices,
    lot_cost,
    needed_resources,
    tornado,
)
from silicart.product.cost.money import Prices
from silicart.product.making.lots import make_lot
from silicart.product.making.process import built_in_processes, load_process
from silicart.product.values import centres

REGISTER = load_register()
VALUES = centres(REGISTER)
CELLS = {"apheresis": 1, "medium_litres": 30, "suite_days": 11, "doses_frozen": 6, "shipments": 7, "release_tests": 1}
PLANS = {
    "lnp": CoursePlan("lnp", {**CELLS, "mRNA_mg": 30}, infusions=6),
    "electroporation": CoursePlan("electroporation", {**CELLS, "mRNA_mg": 30, "pulses": 30}, infusions=6),
    "lentivirus": CoursePlan(
        "lentivirus",
        {**CELLS, "vector_units": 5e8, "medium_litres": 2, "doses_frozen": 1, "shipments": 2},
    ),
    "targeted_lnp": CoursePlan("targeted_lnp", {"mRNA_mg": 4.0, "shipments": 1}, lots=3, infusions=3),
    "targeted_lentivirus": CoursePlan("targeted_lentivirus", {"vector_units": 2e8, "shipments": 1}),
}


@pytest.mark.parametrize("route", ROUTES)
def test_activities_add_up_to_the_lot_and_lots_to_the_course(route: str) -> None:
    plan = replace(PLANS[route], lots=np.array([1.0, 2.0]))
    cost = plan.cost(VALUES)
    by_hand = lot_cost(plan.resources, VALUES, route, lots_per_patient=np.array([1.0, 2.0]) / (1 - cost.failure))
    assert set(by_hand) == set(cost.items) - {"failed_lots"}
    assert sum(cost.activities().values()) == pytest.approx(cost.lot)
    assert cost.lot * (1 - cost.failure) == pytest.approx(sum(by_hand.values()))
    assert cost.course == pytest.approx(cost.lot * [1.0, 2.0])
    assert cost.infusion == pytest.approx(cost.course / np.asarray(plan.infusions))
    assert all((np.asarray(amount) > 0).all() for amount in cost.items.values())


def test_every_item_has_an_activity_and_every_activity_an_item() -> None:
    assert {activity for activity, _ in ITEMS.values()} == set(ACTIVITIES)
    used = {item for route in ROUTES for item in PLANS[route].cost(VALUES).items}
    assert used | {"failed_lots"} == set(ITEMS)


def test_doubled_wages_double_labour_and_nothing_else_but_failed_lots() -> None:
    once = PLANS["lnp"].cost(VALUES).activities()
    twice = PLANS["lnp"].cost({**VALUES, "wage": 2 * VALUES["wage"]}).activities()
    assert twice["labour"] == pytest.approx(2 * once["labour"])
    assert {a for a in once if twice[a] != once[a]} == {"labour", "failure"}
    share = REGISTER["failed_lots_mrna"].value
    assert twice["failure"] - once["failure"] == pytest.approx(once["labour"] * share / (1 - share))


def test_without_failure_there_is_no_such_item_and_with_half_every_lot_is_paid_twice() -> None:
    none, half = (replace(PLANS["lentivirus"], failure=failure).cost(VALUES) for failure in (0.0, 0.5))
    assert "failure" not in none.activities()
    # Half of the lots of a year fail, so a batch of vector is also shared by twice as many.
    without_vector = half.lot / 2 - half.items["vector"] + none.items["vector"]
    assert without_vector == pytest.approx(none.lot)
    assert half.activities()["failure"] == pytest.approx(half.lot / 2)


def test_dollars_and_yuan_agree_whichever_is_asked_for() -> None:
    for plan in PLANS.values():
        dollars, yuan = plan.cost(VALUES, "USD"), plan.cost(VALUES, "CNY")
        assert yuan.course == pytest.approx(dollars.course * VALUES["exchange_rate"])
        assert yuan.in_currency("USD").course == pytest.approx(dollars.course)
        back = dollars.in_currency("CNY").in_currency("USD").items
        assert [float(back[item]) for item in back] == pytest.approx([float(cost) for cost in dollars.items.values()])


def test_amounts_are_brought_to_the_price_year() -> None:
    late = REGISTER["mRNA_material_price"]
    assert late.price is not None
    assert late.price.year == PRICE_YEAR + 1
    dear = Prices({**VALUES, "price_rise": 0.25}, "USD")
    assert dear.amount("mRNA_material_price") == pytest.approx(late.value / 1.25)
    assert dear.amount("medium_price") == VALUES["medium_price"]


def test_an_exchange_rate_moves_only_what_is_paid_in_the_other_currency() -> None:
    cheap = PLANS["lnp"].cost({**VALUES, "exchange_rate": 2 * VALUES["exchange_rate"]})
    usual = PLANS["lnp"].cost(VALUES)
    for item, amount in usual.items.items():
        if item != "failed_lots":
            in_yuan = ITEMS[item][0] in ("labour", "facility", "quality_control", "logistics") or item == "apheresis"
            assert cheap.items[item] == pytest.approx(amount / 2 if in_yuan else amount), item


def test_only_lentiviral_lots_pay_for_tests_of_the_vector_and_only_targeted_ones_for_antibody() -> None:
    found = {route: set(PLANS[route].cost(VALUES).items) for route in ROUTES}
    assert {route for route in ROUTES if "RCL" in found[route]} == {"lentivirus"}
    assert {route for route in ROUTES if "copy_number" in found[route]} == {"lentivirus"}
    assert {route for route in ROUTES if "targeting" in found[route]} == {"targeted_lnp"}
    assert {route for route in ROUTES if "LNP" in found[route]} == {"lnp", "targeted_lnp"}
    assert {route for route in ROUTES if "clean_room" in found[route]} == set(ROUTES) - {
        "targeted_lnp",
        "targeted_lentivirus",
    }


def test_a_batch_is_shared_until_the_patients_of_a_year_use_it_up() -> None:
    plan = replace(PLANS["lentivirus"], failure=0.0)

    def vector(patients: float) -> float:
        return float(plan.cost({**VALUES, "patients_per_year": patients}).items["vector"])

    batch = VALUES["vector_batch_cost"]
    full = VALUES["vector_batch_size"] / 5e8
    assert vector(1) == pytest.approx(batch)
    assert vector(10) == pytest.approx(batch / 10)
    assert vector(full) == vector(100 * full) == pytest.approx(batch / full)


def test_costs_are_arrays_over_lots() -> None:
    litres, wage = np.array([10.0, 20.0, 40.0]), np.array([100.0, 150.0, 300.0])
    resources = {**PLANS["lnp"].resources, "medium_litres": litres}
    cost = course_cost(resources, {**VALUES, "wage": wage}, route="lnp", infusions=6)
    one = [
        float(course_cost({**resources, "medium_litres": a}, {**VALUES, "wage": b}, route="lnp", infusions=6).course)
        for a, b in zip(litres, wage, strict=True)
    ]
    assert cost.course.shape == (3,)
    assert cost.course == pytest.approx(one)


def test_break_even_is_where_the_two_curves_cross() -> None:
    """One infusion of mRNA cells in a small volume: dearer in few patients, cheaper in many."""
    small = {**PLANS["lnp"].resources, "medium_litres": 2.0, "mRNA_mg": 5.0, "doses_frozen": 1, "shipments": 2}
    plan, other = CoursePlan("lnp", small), PLANS["lentivirus"]
    values = {**VALUES, "vector_batch_cost": 3e5, "vector_batch_size": 2e10}
    at = float(break_even(plan, other, values))

    def dearer(patients: float) -> float:
        scaled = {**values, "patients_per_year": patients}
        return float(plan.cost(scaled).course - other.cost(scaled).course)

    assert 1 < at < 1e4
    assert dearer(at) == pytest.approx(0.0, abs=1e-6)
    assert dearer(0.99 * at) > 0
    assert all(dearer(at * factor) < 0 for factor in (1.01, 2, 10, 1e6))


@pytest.mark.parametrize("seed", range(3))
def test_break_even_agrees_with_a_search_over_scales(seed: int) -> None:
    random = np.random.default_rng(seed)
    names = [id for id in REGISTER.uncertain() if REGISTER[id].mechanism == "cost"]
    shares = random.uniform(0.02, 0.98, (len(names), 200))
    drawn = {id: REGISTER[id].uncertainty.quantile(VALUES[id], shares[row]) for row, id in enumerate(names)}
    values = {**VALUES, **drawn}
    small = {**PLANS["lnp"].resources, "medium_litres": 3.0, "mRNA_mg": 6.0, "doses_frozen": 1, "shipments": 2}
    plan, other = CoursePlan("lnp", small), PLANS["lentivirus"]
    scales = np.geomspace(1.0, 1e7, 1500)[:, np.newaxis]
    scaled = {**values, "patients_per_year": scales}
    dearer = plan.cost(scaled).course > other.cost(scaled).course
    last = np.where(dearer.any(axis=0), len(scales) - 1 - np.argmax(dearer[::-1], axis=0), -1)
    found = break_even(plan, other, values)
    assert len({*np.sign(last).tolist()}) > 1
    for index, at in zip(last, found, strict=True):
        if index == -1:
            assert at == 1.0
        elif index == len(scales) - 1:
            assert at > 1e6
        else:
            assert scales[index, 0] * (1 - 1e-9) <= at <= scales[index + 1, 0]


def test_a_course_against_itself_is_never_dearer_and_a_larger_one_always() -> None:
    plan = PLANS["lnp"]
    larger = replace(plan, resources={**plan.resources, "medium_litres": 31})
    assert break_even(plan, plan, VALUES) == 1.0
    assert break_even(larger, plan, VALUES) == np.inf
    assert break_even(plan, larger, VALUES) == 1.0


def test_the_tornado_has_the_right_signs_and_falls_in_size() -> None:
    plan = PLANS["lnp"]
    swings = tornado(lambda values: plan.cost(values).course, REGISTER)
    sizes = [swing.size for swing in swings]
    assert sizes == sorted(sizes, reverse=True)
    found = {swing.id: swing for swing in swings}
    for id in ("medium_price", "wage", "mRNA_batch_cost", "failed_lots_mrna", "overhead_share", "clean_room_price"):
        assert found[id].low < found[id].centre < found[id].high, id
    for id in ("patients_per_year", "LNP_batch_size", "LNP_yield", "staff_use", "exchange_rate"):
        assert found[id].low > found[id].centre >= found[id].high, id
    absent = {"vector_batch_cost", "RCL_price", "failed_lots_lentiviral", "targeting_price", "pulse_price"}
    assert not absent & set(found)
    ends = REGISTER["wage"].uncertainty.quantile(VALUES["wage"], (0.05, 0.95))
    assert [found["wage"].low, found["wage"].high] == pytest.approx(
        [float(plan.cost({**VALUES, "wage": end}).course) for end in ends]
    )


def test_draws_are_those_of_the_register_and_their_middle_lies_about_the_centre() -> None:
    cost = draw_costs(PLANS["lentivirus"], REGISTER, 2000, seed=1)
    again = draw_costs(PLANS["lentivirus"], REGISTER, 10, seed=1)
    assert cost.course[:10].tolist() == again.course.tolist()
    low, high = np.quantile(cost.course, (0.05, 0.95))
    assert low < float(PLANS["lentivirus"].cost(VALUES).course) < high
    assert high > 2 * low


def test_rows_are_plain_values_in_both_currencies() -> None:
    rows = cost_rows(draw_costs(PLANS["lnp"], REGISTER, 50, seed=1))
    assert json.loads(json.dumps(rows)) == rows
    assert [row["id"] for row in rows][-3:] == ["lot", "infusion", "course"]
    assert sum(row["share"] for row in rows[:-3]) == pytest.approx(1.0)
    for row in rows:
        for currency in ("USD", "CNY"):
            assert row[currency]["low"] <= row[currency]["median"] <= row[currency]["high"]
        assert row["CNY"]["median"] / row["USD"]["median"] == pytest.approx(7.23, rel=0.05)


def test_list_prices_are_every_published_price_in_both_currencies() -> None:
    prices = list_prices(VALUES)
    published = {id for id, one in load_observations().items() if one.quantity == "price"}
    assert {price.observation for price in prices} == published
    assert len(published) >= 8
    for price in prices:
        assert price.amounts["CNY"][0] == pytest.approx(price.amounts["USD"][0] * VALUES["exchange_rate"])
        assert price.amounts[price.currency][0] == load_observations()[price.observation].value


@pytest.mark.parametrize(
    ("change", "error", "problem"),
    [
        ({"route": "lentiviral"}, ProcessError, "unknown route"),
        ({"currency": "EUR"}, RegisterError, "cannot be stated in this currency"),
        ({"failure": 1.0}, ProcessError, "impossible failure"),
        ({"lots": 0}, ProcessError, "impossible lots"),
        ({"infusions": np.array([1, 0])}, ProcessError, "impossible infusions"),
    ],
)
def test_impossible_courses_are_refused(change: dict[str, object], error: type[Exception], problem: str) -> None:
    asked = {"route": "lentivirus", **change}
    with pytest.raises(error, match=problem):
        course_cost(PLANS["lentivirus"].resources, VALUES, **asked)


def test_a_missing_or_negative_resource_and_a_missing_value_are_named() -> None:
    resources = dict(PLANS["lnp"].resources)
    with pytest.raises(ProcessError, match="missing") as missing:
        lot_cost({**{k: v for k, v in resources.items() if k != "mRNA_mg"}, "mRNA_ug": 1.0}, VALUES, "lnp")
    assert missing.value.remedy == "did you mean mRNA_ug?"
    with pytest.raises(ProcessError, match="not an amount") as negative:
        lot_cost({**resources, "mRNA_mg": np.array([1.0, -2.0])}, VALUES, "lnp")
    assert negative.value.found == "-2.0"
    with pytest.raises(RegisterError, match="missing"):
        lot_cost(resources, {id: value for id, value in VALUES.items() if id != "wage"}, "lnp")


def test_a_lot_that_is_given_fresh_where_it_was_made_is_neither_frozen_nor_shipped() -> None:
    resources = {k: v for k, v in PLANS["lnp"].resources.items() if k not in ("doses_frozen", "shipments")}
    fresh, usual = lot_cost(resources, VALUES, "lnp"), lot_cost(PLANS["lnp"].resources, VALUES, "lnp")
    assert fresh["freezing"] == fresh["shipments"] == 0.0
    assert {item for item in usual if fresh[item] != usual[item]} == {"freezing", "shipments"}


def test_every_uncertain_input_of_the_cost_model_moves_some_cost() -> None:
    moved = {
        swing.id for plan in PLANS.values() for swing in tornado(lambda v, plan=plan: plan.cost(v).course, REGISTER)
    }
    inputs = {id for id, entry in REGISTER.items() if entry.mechanism == "cost"}
    assert moved == inputs
    assert all(set(needed_resources(route)) <= set(PLANS[route].resources) for route in ROUTES)


@pytest.mark.parametrize("name", built_in_processes())
def test_every_built_in_process_makes_a_lot_that_has_a_cost(name: str) -> None:
    process = load_process(name)
    lot = make_lot(process, VALUES)
    cost = course_cost(lot.resources, VALUES, route=process.carrier)
    assert float(cost.course) > 0
    assert ("vector" in cost.items) == (load_products()[process.product].kind in ("integrating", "in_vivo_vector"))
