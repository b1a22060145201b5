"""A product is a dose target: where an infusion goes, and what the model must know of it."""

from __future__ import annotations

import numpy as np
import pytest

from silicart.errors import ProcessError, RegisterError
from silicart.evidence import load_register
from silicart.product import build_product, load_process, load_products, make_lot, with_settings
from silicart.simulation import DoseTarget, load_model


@pytest.fixture(scope="module")
def values() -> dict[str, float]:
    return {id: entry.value for id, entry in load_register().items()}


@pytest.mark.parametrize("name", sorted(load_products()))
def test_every_product_fits_every_disease_model(name: str) -> None:
    product = build_product(load_products()[name], load_register())
    assert isinstance(product, DoseTarget)
    for disease in ("sle", "mg", "mm"):
        model = load_model(disease)
        assert set(product.spread) <= set(model.states.ids)
        assert set(product.parameters) <= set(model.parameters.ids)


def test_an_infusion_of_mrna_cells_brings_its_cells_and_their_translation() -> None:
    product = build_product(load_products()["mrna_lnp_bcma"], load_register())
    cells = [share for state, share in product.spread.items() if state.startswith("T_blood_")]
    # A day after delivery CAR is near its highest: hardly a cell turns positive or negative on the way there.
    assert float(np.sum(cells)) == pytest.approx(1.0, abs=0.02)
    assert 0.85 < float(np.asarray(product.spread["R_translation"])) <= 0.9


@pytest.mark.parametrize(
    ("name", "bcma", "cd19"), [("lentiviral_bcma", 1, 0), ("lentiviral_cd19", 0, 1), ("lentiviral_cd19_bcma", 1, 1)]
)
def test_a_product_sets_both_switches_of_its_antigens(name: str, bcma: int, cd19: int) -> None:
    product = build_product(load_products()[name], load_register())
    assert (product.parameters["target_BCMA"], product.parameters["target_CD19"]) == (bcma, cd19)


def test_lymphodepletion_leaves_the_switches_alone() -> None:
    assert build_product(load_products()["flu_cy"], load_register()).parameters == {}


def test_cells_made_in_the_body_lose_car_at_their_own_rate_and_pass_no_lung(values: dict[str, float]) -> None:
    drawn = values | {"delta_C_in_vivo": np.array([1.0, 1.5])}
    product = build_product(load_products()["in_vivo_cd19"], drawn)
    assert np.asarray(product.parameters["delta_C"]).tolist() == [1.0, 1.5]
    assert product.parameters["k_PT"] == 0.0


def test_the_lot_of_the_process_is_what_is_infused(values: dict[str, float]) -> None:
    process = with_settings(load_process("mrna-lnp-bcma"), {"hold.hours": 72})
    product = build_product(load_products()["mrna_lnp_bcma"], values, process=process)
    lot = make_lot(process, values)
    brought = [product.spread[f"T_blood_{k}"] for k in range(6)]
    assert np.array_equal(brought, lot.class_fractions)
    usual = build_product(load_products()["mrna_lnp_bcma"], values)
    assert float(np.asarray(product.spread["T_blood_0"])) < float(np.asarray(usual.spread["T_blood_0"]))


def test_a_process_of_another_product_is_refused(values: dict[str, float]) -> None:
    with pytest.raises(ProcessError, match="makes another product"):
        build_product(load_products()["mrna_lnp_bcma"], values, process=load_process("lentiviral-bcma"))


def test_electroporation_differs_by_persistence_and_efficacy(values: dict[str, float]) -> None:
    ratios = {"persistence_ratio_electroporation": 2.0, "efficacy_ratio_electroporation": 0.8}
    product = build_product(load_products()["electroporated_mrna_bcma"], values | ratios)
    assert product.parameters["delta_C"] == pytest.approx(values["delta_C"] / 2)
    assert product.parameters["k_kill"] == pytest.approx(values["k_kill"] * 0.8)
    assert product.lot is not None
    assert product.lot.carrier == "electroporation"


def test_a_missing_value_is_named(values: dict[str, float]) -> None:
    without = {id: value for id, value in values.items() if id != "peak_CAR_fraction"}
    with pytest.raises(RegisterError, match="peak_CAR_fraction"):
        build_product(load_products()["mrna_lnp_bcma"], without)


def test_a_receptor_that_is_internalised_faster_transfects_more(values: dict[str, float]) -> None:
    spec, process = load_products()["in_vivo_cd19"], load_process("in-vivo-cd19")
    by_receptor = {
        receptor: build_product(spec, values, process=with_settings(process, {"delivery.receptor": receptor}))
        for receptor in ("CD8", "CD7")
    }
    found = {receptor: float(np.asarray(one.parameters["k_tr"])) for receptor, one in by_receptor.items()}
    assert found["CD8"] == pytest.approx(values["k_tr"])
    assert found["CD7"] == pytest.approx(values["k_tr"] * values["internalisation_CD7"])
