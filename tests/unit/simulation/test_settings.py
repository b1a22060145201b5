"""Parameters are broadcast over patients and checked before anything runs."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from silicart.errors import SimulationError
from silicart.network import read_antimony_text, read_sbml_text
from silicart.simulation import Model, baseline
from silicart.simulation.settings import read_settings
from silicart.simulation.targets import PlainTarget


def column(model: Model, parameters: dict[str, Any], id: str) -> list[float]:
    settings = read_settings(model, parameters)
    return [float(value) for value in settings.inputs[:, settings.system.inputs.index(id)]]


def test_without_parameters_there_is_one_patient(two: Model) -> None:
    assert read_settings(two, None).patients == 1
    assert read_settings(two, {}).patients == 1


def test_a_number_holds_for_every_patient(two: Model) -> None:
    assert column(two, {"k_a": 2.0, "k_e": [0.1, 0.2, 0.3]}, "k_a") == [2.0, 2.0, 2.0]
    assert column(two, {"k_a": [2.0], "k_e": [0.1, 0.2, 0.3]}, "k_a") == [2.0, 2.0, 2.0]


def test_a_data_frame_of_parameters_is_a_mapping(two: Model) -> None:
    frame = pd.DataFrame({"k_e": [0.1, 0.2]})
    assert read_settings(two, frame).patients == 2  # type: ignore[arg-type]


def test_what_is_computed_follows_what_is_set(two: Model) -> None:
    assert baseline(two, {"k_e": [0.2, 0.6]}, ["k_half"])["k_half"].tolist() == pytest.approx([0.1, 0.3])


def test_setting_a_computed_parameter_replaces_its_formula(two: Model) -> None:
    assert baseline(two, {"k_e": [0.2, 0.6], "k_half": 7.0}, ["k_half"])["k_half"].tolist() == [7.0, 7.0]


def test_the_id_of_a_state_sets_its_initial_value(two: Model) -> None:
    assert baseline(two, {"C": [3.0, 4.0]}, ["half"])["half"].tolist() == [1.5, 2.0]


@pytest.mark.parametrize(
    ("parameters", "where", "says"),
    [
        ({"k_aa": 1.0}, "parameters, k_aa", "unknown parameter"),
        ({"half": 1.0}, "parameters, half", "an observable cannot be set"),
        ({"k_a": [1.0, 2.0], "k_e": [0.1, 0.2, 0.3]}, "parameters, k_a", "different numbers of patients"),
        ({"k_a": [1.0, float("nan")]}, "parameters, k_a, patient row 1", "not finite"),
        ({"k_a": float("inf")}, "parameters, k_a", "not finite"),
        ({"k_a": [[1.0]]}, "parameters, k_a", "neither a number"),
        ({"k_a": "fast"}, "parameters, k_a", "neither a number"),
        ({"k_a": []}, "parameters, k_a", "no patients"),
    ],
)
def test_bad_parameters_are_refused(two: Model, parameters: dict[str, Any], where: str, says: str) -> None:
    with pytest.raises(SimulationError, match=says) as caught:
        read_settings(two, parameters)
    assert caught.value.where == where
    assert caught.value.expected
    assert caught.value.remedy


def test_an_unknown_parameter_names_the_nearest(two: Model) -> None:
    with pytest.raises(SimulationError) as caught:
        read_settings(two, {"k_haalf": 1.0})
    assert caught.value.remedy == "did you mean k_half?"


def test_what_a_product_sets_stands_over_the_parameters(two: Model) -> None:
    product = PlainTarget({"G": 1.0}, {"k_e": np.array([1.0, 2.0])})
    settings = read_settings(two, {"k_e": [0.1, 0.1]}, {"p": product})
    assert settings.inputs[:, settings.system.inputs.index("k_e")].tolist() == [1.0, 2.0]


def test_switches_of_two_products_are_joined_and_other_disagreements_refused(two: Model) -> None:
    one, other = PlainTarget({"G": 1.0}, {"k_a": 0.0}), PlainTarget({"G": 1.0}, {"k_a": 1.0})
    settings = read_settings(two, {}, {"one": one, "other": other})
    assert settings.inputs[0, settings.system.inputs.index("k_a")] == 1.0
    third = PlainTarget({"G": 1.0}, {"k_a": 2.0})
    with pytest.raises(SimulationError, match="two products set k_a differently"):
        read_settings(two, {}, {"one": one, "third": third})


FLASK = """
model flask
  compartment c = 2
  species S in c, $F in c
  substanceOnly species M in c
  S = 8; F = 3; M = 1; k = 0.5
  S -> M; k*c*S*F
  M ->; M
  double := 2*F
end
"""


def test_a_compartment_and_a_species_that_nothing_changes_may_be_set() -> None:
    model = Model(read_antimony_text(FLASK), "flask")
    assert model.fixed.ids == ("c", "F")
    assert [entry.value for entry in model.fixed] == [2.0, 3.0]
    assert model.parameters.ids == ("k",)
    found = baseline(model, {"F": [3.0, 5.0], "c": 4.0}, ["double", "c", "F"])
    assert found["double"].tolist() == [6.0, 10.0]
    assert found["c"].tolist() == [4.0, 4.0]


def test_an_initial_amount_stays_when_the_compartment_is_set() -> None:
    text = (
        '<sbml xmlns="http://www.sbml.org/sbml/level2/version4" level="2" version="4"><model id="m">'
        '<listOfCompartments><compartment id="c" size="2"/></listOfCompartments><listOfSpecies>'
        '<species id="S" compartment="c" initialAmount="6"/></listOfSpecies></model></sbml>'
    )
    model = Model(read_sbml_text(text), "m")
    assert baseline(model, {"c": [2.0, 3.0]}, ["S"])["S"].tolist() == [3.0, 2.0]
