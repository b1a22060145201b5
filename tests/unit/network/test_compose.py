"""Composed disease models: complete, consistent in units, readable by stock Antimony, refused when incomplete."""

from __future__ import annotations

import pickle

import antimony
import pytest

from silicart.errors import ModelError, RegisterError, UnitError
from silicart.network import check_units, compose, compose_alone, disease_names
from silicart.network.assembly import load_assembly, module_text
from silicart.network.compose import used_parameters
from silicart.network.expression import Number, symbols
from silicart.network.sbml import network_from_sbml

DISEASES = ("sle", "mg", "mm")


def test_the_three_diseases_are_declared():
    assert disease_names() == DISEASES


@pytest.mark.parametrize("disease", DISEASES)
def test_units_agree_everywhere(composed, disease):
    assert check_units(composed[disease].network) == ()


@pytest.mark.parametrize("disease", DISEASES)
def test_stock_antimony_reads_the_text_to_the_same_network(composed, disease):
    antimony.clearPreviousLoads()
    assert antimony.loadAntimonyString(composed[disease].text) >= 0, antimony.getLastError()
    sbml = antimony.getSBMLString(antimony.getMainModuleName())
    antimony.clearPreviousLoads()
    assert network_from_sbml(sbml).hash == composed[disease].network.hash


@pytest.mark.parametrize(("classes", "states"), [(6, 79), (12, 97)])
def test_the_number_of_expression_classes_is_data(register, classes, states):
    network = compose("sle", register, classes).network
    assert len(network.states) == states
    assert check_units(network) == ()
    assert f"T_blood_{classes - 1}" in network.states
    assert f"T_blood_{classes}" not in network.states


def test_a_model_survives_pickling(composed):
    again = pickle.loads(pickle.dumps(composed["mm"]))
    assert again == composed["mm"]
    assert again.network.hash == composed["mm"].network.hash


def test_composing_twice_gives_the_same_text(register, composed):
    assert compose("mg", register).text == composed["mg"].text


@pytest.mark.parametrize("disease", DISEASES)
def test_every_settable_parameter_is_a_value_of_the_register(register, composed, disease):
    network = composed[disease].network
    settable = {entry.id for entry in network.parameters if entry.value is not None and entry.constant}
    assert settable == used_parameters(disease)
    assert settable <= set(register)
    assert all(
        entry.value == pytest.approx(register[entry.id].value, rel=1e-14) and entry.unit == register[entry.id].unit
        for entry in network.parameters
        if entry.id in settable
    )


def test_cells_move_in_reactions_and_all_else_follows_rate_rules(composed):
    network = composed["mm"].network
    species = {entry.id for entry in network.species}
    ruled = {rule.variable for rule in network.rate_rules}
    assert not species & ruled
    assert species | ruled == set(network.states)
    assert {entry.unit for entry in network.species} == {"cell"}


def test_literal_numbers_of_the_modules_are_mathematics_or_carry_a_unit(composed):
    # 2: doubling, halving and squares; 3 to 5: powers of the ladder; 4: a quadratic; 6: the division programme, and the
    # interleukin 15 that rho_E6 names; 8: how sharply a ward's smooth call for a rescue drug follows its limit.
    pure = {0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0}
    network = composed["mm"].network
    formulas = [entry.expression for entry in (*network.assignment_rules, *network.rate_rules)]
    formulas += [entry.expression for entry in network.initial_assignments]
    formulas += [entry.rate for entry in network.reactions]
    bare = {number.value for formula in formulas for number in numbers(formula) if number.unit is None}
    assert bare - pure == {1e-6}, "the floor of logarithms is the only other literal"


def numbers(expression):
    if isinstance(expression, Number):
        yield expression
    for argument in getattr(expression, "args", ()):
        yield from numbers(argument)


def test_values_of_a_disease_take_the_place_of_the_shared_ones(composed):
    replaced = load_assembly("mg").replaced
    assigned = {entry.variable: entry.expression for entry in composed["mg"].network.initial_assignments}
    for name, other in replaced.items():
        assert list(symbols(assigned[name])) == [other]


def test_a_module_reads_as_antimony_with_comments():
    text = module_text("car_expression")
    assert "//: for k in classes" in text
    assert "substanceOnly species" in text


def test_an_unknown_disease_is_refused_with_the_nearest_name(register):
    with pytest.raises(ModelError, match="did you mean sle"):
        compose("sles", register)


def test_a_missing_parameter_is_refused_with_module_and_name(values):
    del values["k_kill"]
    with pytest.raises(RegisterError, match="does not have") as caught:
        compose("sle", values)
    assert caught.value.found == "k_kill"
    assert "killing.ant" in str(caught.value.where)


def test_a_parameter_that_no_model_uses_is_refused_with_the_nearest_name(values, changed):
    values["k_kil"] = changed(values.pop("k_kill"), id="k_kil")
    with pytest.raises(RegisterError, match="did you mean k_kill") as caught:
        compose("sle", values)
    assert caught.value.found == "k_kil"


def test_a_value_for_something_that_the_model_computes_is_refused(values, changed):
    values["rho_E"] = changed(values["rho_E6"], id="rho_E", mechanism="emission")
    with pytest.raises(RegisterError, match="computes") as caught:
        compose("sle", values)
    assert caught.value.found == "rho_E"


def test_a_unit_that_does_not_fit_its_formulas_is_refused(values, changed):
    values["k_kill"] = changed(values["k_kill"], unit="cell")
    with pytest.raises(UnitError, match="units do not agree"):
        compose("sle", values)


def test_a_unit_that_only_differs_in_scale_is_refused(values, changed):
    values["sBCMA_0"] = changed(values["sBCMA_0"], unit="pg_per_mL")
    with pytest.raises(UnitError, match="units do not agree"):
        compose("sle", values)


def test_a_unit_that_nobody_defines_is_refused_with_the_nearest_name(values, changed):
    values["k_kill"] = changed(values["k_kill"], unit="per_dya")
    with pytest.raises(UnitError, match="did you mean per_day"):
        compose("sle", values)


def test_a_ladder_shorter_than_in_vivo_transfection_fills_is_refused(register):
    with pytest.raises(ModelError, match="at least 6"):
        compose("sle", register, 5)


@pytest.mark.parametrize("module", ["intracellular", "targeted_lnp"])
def test_a_module_alone_has_units_that_agree_and_values_of_the_register(register, module):
    model = compose_alone(module, register)
    assert check_units(model.network) == ()
    named = {entry.id: entry for entry in model.network.parameters if entry.id in register and entry.value is not None}
    assert {"delta_m", "k_LNP"} & set(named)
    assert all(entry.value == register[id].value and entry.unit == register[id].unit for id, entry in named.items())


def test_a_module_alone_that_misses_a_value_is_refused(register):
    with pytest.raises(RegisterError, match="k_uptake"):
        compose_alone("intracellular", {id: entry for id, entry in register.items() if id != "k_uptake"})
