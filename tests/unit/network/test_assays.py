"""An assay is a model of its own beside the diseases: it shares their modules and values, and changes none of them."""

from __future__ import annotations

import pytest

from silicart.errors import ModelError
from silicart.evidence import load_register
from silicart.network import assay_names, check_units, compose, disease_names
from silicart.network.assembly import load_assembly, render_module
from silicart.network.compose import used_parameters
from silicart.simulation import load_assay, load_model


@pytest.fixture(scope="module")
def dish():
    return compose("dish", load_register())


def test_the_dish_is_an_assay_and_no_disease():
    assert assay_names() == ("dish",)
    assert "dish" not in disease_names()


def test_units_agree_in_the_dish(dish):
    assert check_units(dish.network) == ()


def test_the_dish_runs_the_very_modules_of_the_patient(dish):
    assert {"killing", "car_expression"} <= set(load_assembly("dish").modules) & set(load_assembly("mm").modules)
    shared = {"k_kill", "n_50", "K_2", "c_LV", "c_0", "delta_C", "delta_ag", "d_T", "K_sBCMA", "p_sMM", "d_E"}
    assert shared <= used_parameters("dish") & used_parameters("mm")


def test_the_signal_of_a_cell_pair_is_one_formula_in_dish_and_patient(dish):
    def signal(text: str, density: str) -> str:
        wanted = f"complexes_{density}_3 :="
        return next(line for line in text.splitlines() if line.startswith(wanted)).replace(density, "A")

    patient = compose("mm", load_register()).text
    assert signal(dish.text, "BCMA_line") == signal(patient, "BCMA_tumour")


@pytest.mark.parametrize("disease", ["sle", "mg", "mm"])
def test_no_disease_sees_the_assay(dish, disease):
    composed = compose(disease, load_register())
    own = {entry.id for entry in load_register().values() if entry.mechanism == "potency"}
    assert not own & used_parameters(disease)
    assert "dish" not in composed.text
    # Written out through the tables of the disease, a shared module knows nothing of the tables of the assay.
    assert "BCMA_line" not in render_module("killing", load_assembly(disease), 6)


def test_every_value_that_the_dish_adds_is_in_one_file_of_the_register():
    register = load_register()
    added = used_parameters("dish") - used_parameters("mm")
    assert {register[id].mechanism for id in added} == {"potency"}


def test_the_door_of_patients_says_where_the_dish_is():
    with pytest.raises(ModelError, match="load_assay"):
        load_model("dish")
    with pytest.raises(ModelError, match="load_model"):
        load_assay("sle")


def test_a_dish_needs_a_class_of_cells():
    with pytest.raises(ModelError, match="at least 1"):
        load_assay("dish", classes=0)


def test_an_assay_of_a_longer_ladder_has_more_states():
    assert len(load_assay("dish", classes=8).states) == len(load_assay("dish").states) + 2
