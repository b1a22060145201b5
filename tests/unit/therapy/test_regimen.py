"""A regimen becomes an event table on one clock for all arms."""

from __future__ import annotations

from typing import Any

import pytest

from silicart.errors import DoseError
from silicart.evidence import load_register
from silicart.product import build_product, load_products
from silicart.simulation.doses import COLUMNS, read_dose_table
from silicart.therapy import Course, Regimen, background_settings, build_regimen, event_table, medication_record

PRODUCTS = {name: build_product(spec, load_register()) for name, spec in load_products().items()}


def test_lymphodepletion_comes_before_the_infusion_on_the_models_clock() -> None:
    regimen = build_regimen("lentiviral_cd19", 1e6, "cell_per_kg", lymphodepletion_days=(-5, -4, -3))
    table = event_table(regimen, [70.0], PRODUCTS)
    assert tuple(table.columns) == COLUMNS
    assert table[["TIME", "AMT", "CMT", "II", "ADDL"]].values.tolist() == [
        [2.0, 1.0, "flu_cy", 1.0, 2],
        [7.0, 7e7, "lentiviral_cd19", 0.0, 0],
    ]


def test_uneven_days_of_lymphodepletion_become_rows_of_their_own() -> None:
    regimen = build_regimen("lentiviral_cd19", 1e6, "cell_per_kg", lymphodepletion_days=(-6, -5, -3))
    assert regimen.days("flu_cy") == (-6.0, -5.0, -3.0)
    assert event_table(regimen, [70.0], PRODUCTS)["TIME"].tolist() == [1.0, 2.0, 4.0, 7.0]


def test_body_weight_multiplies_doses_per_kg_and_no_others() -> None:
    regimen = build_regimen("lentiviral_cd19", 1e6, "cell_per_kg", lymphodepletion_days=(-5,))
    table = event_table(regimen, [50.0, 100.0], PRODUCTS)
    assert table["AMT"].tolist() == [1.0, 5e7, 1.0, 1e8]
    assert table["ID"].tolist() == [0, 0, 1, 1]


def test_an_infusion_over_hours_has_a_rate() -> None:
    table = event_table(Regimen((Course("mrna", 6.0, "cell", duration=0.25),)), [70.0])
    assert table["RATE"].tolist() == [24.0]


def test_standard_care_gives_nothing() -> None:
    table = event_table(Regimen(), [70.0, 80.0], PRODUCTS)
    assert len(table) == 0
    assert len(read_dose_table(table, patients=2, targets=PRODUCTS)) == 0
    assert len(medication_record(Regimen(), [70.0], PRODUCTS, horizon=730.0)) == 0


def test_the_table_of_every_shipped_product_is_valid() -> None:
    for name, product in PRODUCTS.items():
        regimen = build_regimen(name, 2.0, product.unit, number=3, interval=3.0)
        records = read_dose_table(event_table(regimen, [70.0, 50.0], PRODUCTS), patients=2, targets=PRODUCTS)
        assert records.additional.tolist() == [2, 2]


@pytest.mark.parametrize(
    ("changes", "where", "says"),
    [
        ({"dose": -1.0}, "dose", "the dose of a course"),
        ({"dose": float("nan")}, "dose", "the dose of a course"),
        ({"unit": "cells_per_kg"}, "unit", "the unit of a course"),
        ({"number": 0}, "number", "the number of a course"),
        ({"number": 1.5}, "number", "the number of a course"),
        ({"number": 2, "interval": 0.0}, "interval", "the interval of a course"),
        ({"start": float("inf")}, "start", "the start of a course"),
        ({"duration": -1.0}, "duration", "the duration of a course"),
    ],
)
def test_a_course_that_makes_no_sense_is_refused(changes: dict[str, Any], where: str, says: str) -> None:
    arguments: dict[str, Any] = {"product": "mrna", "dose": 1.0, "unit": "cell", **changes}
    with pytest.raises(DoseError, match=says) as caught:
        Course(**arguments)
    assert caught.value.where == f"course of mrna, {where}"


def test_a_wrong_unit_names_the_nearest_and_what_the_product_takes() -> None:
    with pytest.raises(DoseError) as caught:
        Course("mrna", 1.0, "cells_per_kg")
    assert caught.value.remedy == "did you mean cell_per_kg?"
    with pytest.raises(DoseError, match="a dose in a wrong unit") as caught:
        event_table(build_regimen("in_vivo_cd19", 1.0, "cell"), [70.0], PRODUCTS)
    assert caught.value.expected == "mg or mg_per_kg"


def test_of_a_dose_in_viable_cells_the_lot_says_how_many_carry_the_car() -> None:
    lot = PRODUCTS["mrna_lnp_bcma"].lot
    assert lot is not None
    table = event_table(build_regimen("mrna_lnp_bcma", 1e6, "viable_cell_per_kg"), [70.0, 80.0], PRODUCTS)
    share = float(lot.attributes["CAR_positive"])
    assert table["AMT"].tolist() == pytest.approx([7e7 * share, 8e7 * share])
    with pytest.raises(DoseError, match="needs a lot"):
        event_table(build_regimen("mrna_lnp_bcma", 1e6, "viable_cell_per_kg"), [70.0])


def test_an_unknown_product_names_the_nearest() -> None:
    with pytest.raises(DoseError, match="unknown product") as caught:
        event_table(build_regimen("in_vivo_cd18", 1.0, "mg"), [70.0], PRODUCTS)
    assert caught.value.remedy == "did you mean in_vivo_cd19?"


def test_nothing_may_begin_before_the_lead_in() -> None:
    with pytest.raises(DoseError, match="before the lead-in"):
        build_regimen("lentiviral_cd19", 1e6, "cell_per_kg", lymphodepletion_days=(-8,))
    assert build_regimen("x", 1.0, "cell", lymphodepletion_days=(-8,), lead_in=10.0).days("flu_cy") == (-8.0,)


@pytest.mark.parametrize("weight", [[70.0, 0.0], [70.0, float("nan")], [[70.0]]])
def test_a_weight_that_is_none_is_refused(weight: Any) -> None:
    with pytest.raises(DoseError, match="body weight"):
        event_table(build_regimen("mrna", 1.0, "cell_per_kg"), weight)


def test_the_record_lists_what_each_patient_was_given() -> None:
    regimen = build_regimen(
        "mrna_lnp_bcma", 1e6, "cell_per_kg", number=3, interval=7, lymphodepletion_days=(-5,), background=("steroid",)
    )
    record = medication_record(regimen, [50.0, 100.0], PRODUCTS, horizon=10.0)
    second = record[record["patient"] == 1]
    assert second[["drug", "start", "end", "amount"]].values.tolist() == [
        ["steroid", -7.0, 10.0, 1.0],
        ["flu_cy", -5.0, -5.0, 1.0],
        ["mrna_lnp_bcma", 0.0, 0.0, 1e8],
        ["mrna_lnp_bcma", 7.0, 7.0, 1e8],
    ]


def test_background_drugs_are_switches_of_the_model() -> None:
    assert background_settings(["steroid", "tocilizumab"]) == {"steroid": 1.0, "tocilizumab": 1.0}
    with pytest.raises(DoseError) as caught:
        background_settings(["steroids"])
    assert caught.value.remedy == "did you mean steroid?"
