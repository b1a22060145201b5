"""A model is a noun: what may be set, what changes, what can be observed, each with unit and value."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from silicart.errors import ModelError
from silicart.simulation import Model, load_model, read_model, simulate


def test_parameters_are_only_those_that_may_be_set(two: Model) -> None:
    assert two.parameters.ids == ("k_a", "k_e", "k_half")
    assert two.states.ids == ("C", "G")
    assert two.observables.ids == ("half",)


def test_a_parameter_with_a_formula_shows_what_the_formula_gives(two: Model) -> None:
    assert two.parameters["k_half"].value == pytest.approx(0.1)
    assert two.formulas == {"k_half"}


def test_quantities_of_the_lupus_model_have_units() -> None:
    model = load_model("sle")
    assert model.states["T_blood_0"].unit == "cell"
    assert model.parameters["k_kill"].unit == "per_day"
    assert model.observables["CAR_per_microlitre"].unit == "cell_per_microlitre"
    assert all(quantity.unit for quantity in model.states)


def test_an_unknown_id_names_the_nearest(two: Model) -> None:
    with pytest.raises(KeyError, match="k_half"):
        two.parameters["k_haalf"]


def test_the_number_of_expression_classes_is_data() -> None:
    assert "T_marrow_7" in load_model("sle", classes=8).states.ids
    assert "T_marrow_7" not in load_model("sle").states.ids


def test_a_model_survives_pickling(two: Model) -> None:
    assert two.parameters.ids
    again = pickle.loads(pickle.dumps(two))
    assert again.hash == two.hash
    assert simulate(again, times=[0.0, 1.0]).status.tolist() == [0]


def test_a_model_file_is_loaded_by_its_path(tmp_path: Path) -> None:
    path = tmp_path / "decay.ant"
    path.write_text("model decay; A = 5; k = 0.1; A' = -k*A; end", encoding="utf-8")
    assert load_model(path).parameters["k"].value == 0.1


SBML = (
    '<sbml xmlns="http://www.sbml.org/sbml/level2/version4" level="2" version="4"><model id="m"><listOfParameters>'
    '<parameter id="k" value="0.1"/></listOfParameters></model></sbml>'
)


@pytest.mark.parametrize("suffix", [".xml", ".sbml"])
def test_an_sbml_file_is_loaded_by_its_path(tmp_path: Path, suffix: str) -> None:
    path = (tmp_path / "decay").with_suffix(suffix)
    path.write_text(SBML, encoding="utf-8")
    model = load_model(path)
    assert (model.name, model.parameters["k"].value) == ("decay", 0.1)


@pytest.mark.parametrize("text", [SBML, "\n" + SBML, "model m; k = 0.1; end"])
def test_a_text_is_read_as_what_it_is(text: str) -> None:
    assert read_model(text, "m").parameters["k"].value == 0.1


@pytest.mark.parametrize(("name", "remedy"), [("slee", "did you mean sle"), ("other.txt", "check the name")])
def test_an_unknown_model_is_refused(name: str, remedy: str) -> None:
    with pytest.raises(ModelError, match="unknown model") as caught:
        load_model(name)
    assert remedy in str(caught.value.remedy)
