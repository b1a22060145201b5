"""Compartments, species, parameters and their units as SBML says them."""

from __future__ import annotations

import math

import pytest

from silicart.errors import ModelError
from silicart.network import Apply, Number, Symbol, read_sbml_text

BOX = '<compartment id="c" size="4" spatialDimensions="3" constant="true"/>'


def species(rest: str, compartment: str = "c") -> str:
    flags = 'hasOnlySubstanceUnits="%s" boundaryCondition="false" constant="false"'
    written = rest if "hasOnlySubstanceUnits" in rest else f"{rest} {flags % 'false'}"
    return f'<listOfSpecies><species id="S" compartment="{compartment}" {written}/></listOfSpecies>'


AMOUNT = 'hasOnlySubstanceUnits="true" boundaryCondition="false" constant="false"'


def boxes(*entries: str) -> str:
    return f"<listOfCompartments>{''.join(entries)}</listOfCompartments>"


@pytest.mark.parametrize(
    ("rest", "amount", "initial"),
    [
        ('initialAmount="3" ' + AMOUNT, True, Number(3.0)),
        ('initialConcentration="3"', False, Number(3.0)),
        ('initialAmount="3"', False, Apply("/", (Number(3.0), Symbol("c")))),
        ('initialConcentration="3" ' + AMOUNT, True, Apply("*", (Number(3.0), Symbol("c")))),
    ],
)
def test_initial_values_are_in_the_unit_of_the_symbol(sbml, rest, amount, initial):
    (found,) = read_sbml_text(sbml(boxes(BOX) + species(rest))).species
    assert (found.amount, found.initial) == (amount, initial)


def test_a_missing_initial_value_is_not_a_number(sbml):
    (found,) = read_sbml_text(sbml(boxes(BOX) + species(""))).species
    assert isinstance(found.initial, Number)
    assert math.isnan(found.initial.value)


def test_an_initial_amount_and_concentration_at_once_contradict_each_other(sbml):
    with pytest.raises(ModelError, match="an initial amount and an initial concentration") as caught:
        read_sbml_text(sbml(boxes(BOX) + species('initialAmount="1" initialConcentration="2"')), "m.xml")
    assert caught.value.where == "m.xml:3 (S)"


@pytest.mark.parametrize(("level", "size"), [(2, 1.0), (3, math.nan)])
def test_a_missing_size_is_one_in_level_2_and_unknown_in_level_3(sbml, level, size):
    constant = ' spatialDimensions="3" constant="true"' if level == 3 else ""
    (found,) = read_sbml_text(sbml(boxes(f'<compartment id="c"{constant}/>'), level)).compartments
    assert found.size == size or (math.isnan(size) and math.isnan(found.size or 0.0))


def test_in_a_compartment_of_no_dimensions_a_symbol_means_the_amount(sbml):
    point = '<compartment id="c" spatialDimensions="0" constant="true"/>'
    (found,) = read_sbml_text(sbml(boxes(point) + species('initialAmount="3"'))).species
    assert found.amount
    assert found.initial == Number(3.0)


def test_a_compartment_varies_only_if_something_changes_it(sbml, mathml):
    free = '<compartment id="c" size="1" spatialDimensions="3" constant="false"/>'
    assert read_sbml_text(sbml(boxes(free))).compartments[0].constant
    grows = f'<listOfRules><rateRule variable="c">{mathml("2")}</rateRule></listOfRules>'
    found = read_sbml_text(sbml(boxes(free) + grows)).compartments[0]
    assert (found.size, found.constant) == (1.0, False)


def test_a_size_may_be_computed(sbml, mathml):
    given = f'<initialAssignment symbol="c">{mathml("2*3")}</initialAssignment>'
    text = sbml(f"{boxes(BOX)}<listOfInitialAssignments>{given}</listOfInitialAssignments>")
    found = read_sbml_text(text).compartments[0]
    assert (found.size, found.constant) == (None, True)


def test_the_conversion_factor_of_a_species_stands_over_that_of_the_model(sbml):
    parameters = (
        '<listOfParameters><parameter id="a" value="1" constant="true"/>'
        '<parameter id="b" value="2" constant="true"/></listOfParameters>'
    )
    own = species('initialAmount="1" conversionFactor="b" ' + AMOUNT)
    text = sbml(boxes(BOX) + own + parameters)
    assert read_sbml_text(text).species[0].conversion_factor == "b"
    text = sbml(boxes(BOX) + species('initialAmount="1" ' + AMOUNT) + parameters)
    assert read_sbml_text(text).species[0].conversion_factor is None
    text = text.replace('<model id="m"', '<model id="m" conversionFactor="a"')
    assert read_sbml_text(text).species[0].conversion_factor == "a"


def test_values_that_are_infinite_or_missing_are_legal(sbml):
    body = (
        '<listOfParameters><parameter id="a" value="INF" constant="true"/><parameter id="b" constant="true"/>'
        '<parameter id="c" value="NaN" constant="true"/></listOfParameters>'
    )
    found = [entry.value for entry in read_sbml_text(sbml(body)).parameters]
    assert found[0] == math.inf
    assert all(value is not None and math.isnan(value) for value in found[1:])


def test_defaults_of_level_2_are_written_out(sbml):
    text = sbml(
        '<listOfCompartments><compartment id="c"/></listOfCompartments><listOfSpecies><species id="S" compartment="c" '
        'initialAmount="1"/></listOfSpecies><listOfParameters><parameter id="k" value="2"/></listOfParameters>',
        level=2,
    )
    network = read_sbml_text(text)
    (found,) = network.species
    assert (found.amount, found.boundary, found.constant, found.unit) == (False, False, False, "substance/volume")
    assert network.parameters[0].constant
    assert network.compartments[0].unit == "volume"
    assert network.time_unit == "time"
    assert network.units["volume"].scale == 1e-3


def test_units_that_cannot_be_expressed_are_left_out(sbml):
    text = sbml(
        '<listOfUnitDefinitions><unitDefinition id="warm"><listOfUnits><unit kind="Celsius"/></listOfUnits>'
        '</unitDefinition><unitDefinition id="fast"><listOfUnits><unit kind="metre"/>'
        '<unit kind="second" exponent="-1"/></listOfUnits></unitDefinition></listOfUnitDefinitions>'
        '<listOfParameters><parameter id="a" value="1" units="fast"/><parameter id="b" value="1" units="warm"/>'
        '<parameter id="d" value="1" units="unheard_of"/></listOfParameters>',
        level=2,
    ).replace("/version4", "").replace('version="4"', 'version="1"')  # fmt: skip
    network = read_sbml_text(text)
    assert [entry.unit for entry in network.parameters] == ["fast", None, None]
    assert network.units["fast"].dimension == (("metre", 1.0), ("second", -1.0))


def test_formulas_whose_units_disagree_are_read(sbml, mathml):
    body = (
        '<listOfParameters><parameter id="a" value="1" units="second" constant="true"/>'
        '<parameter id="b" units="metre" constant="false"/></listOfParameters>'
        f'<listOfRules><assignmentRule variable="b">{mathml("a")}</assignmentRule></listOfRules>'
    )
    assert read_sbml_text(sbml(body)).assignment_rules[0].expression == Symbol("a")
