"""Reactions, local parameters and stoichiometries as SBML says them."""

from __future__ import annotations

import math

import pytest

from silicart.errors import ModelError
from silicart.network import Apply, Number, Symbol, read_sbml_text

PLACES = '<listOfCompartments><compartment id="c" size="1" spatialDimensions="3" constant="true"/></listOfCompartments>'
FLAGS = 'compartment="c" initialAmount="1" hasOnlySubstanceUnits="true" boundaryCondition="%s" constant="false"'
POOL = (
    f'{PLACES}<listOfSpecies><species id="A" {FLAGS % "false"}/><species id="B" {FLAGS % "false"}/>'
    f'<species id="F" {FLAGS % "true"}/></listOfSpecies>'
    '<listOfParameters><parameter id="k" value="2" constant="true"/></listOfParameters>'
)
POOL_2 = POOL.replace(' spatialDimensions="3" constant="true"', "").replace(' constant="true"', "")


def reaction(references: str, law: str = "", extra: str = "") -> str:
    return (
        f'<listOfReactions><reaction id="R" reversible="false" {extra}>{references}'
        f"<kineticLaw>{law}</kineticLaw></reaction></listOfReactions>"
    )


def products(*references: str) -> str:
    return f"<listOfProducts>{''.join(f'<speciesReference {entry}/>' for entry in references)}</listOfProducts>"


@pytest.fixture
def read(sbml):
    return lambda body, level=3: read_sbml_text(sbml((POOL if level == 3 else POOL_2) + body, level))


def test_repeated_species_are_added_up_and_modifiers_are_not_part_of_it(read, mathml):
    references = (
        '<listOfReactants><speciesReference species="A" stoichiometry="1" constant="true"/>'
        '<speciesReference species="A" stoichiometry="2" constant="true"/></listOfReactants>'
        '<listOfModifiers><modifierSpeciesReference id="helper" species="B"/></listOfModifiers>'
    )
    (found,) = read(reaction(references, mathml("k*A*B"))).reactions
    assert found.reactants == (("A", Number(3.0)),)
    assert found.products == ()


def test_local_parameters_get_the_name_of_their_reaction_and_hide_what_is_global(read, mathml):
    law = mathml("k*A*R*own") + (
        '<listOfLocalParameters><localParameter id="k" value="7"/><localParameter id="R" value="8"/>'
        '<localParameter id="own"/></listOfLocalParameters>'
    )
    network = read(reaction(products('species="B" stoichiometry="1" constant="true"'), law))
    assert network.reactions[0].rate == Apply(
        "*", (Apply("*", (Apply("*", (Symbol("R.k"), Symbol("A"))), Symbol("R.R"))), Symbol("R.own"))
    ) or network.reactions[0].rate == Apply("*", (Symbol("R.k"), Symbol("A"), Symbol("R.R"), Symbol("R.own")))
    values = {entry.id: entry.value for entry in network.parameters}
    assert (values["k"], values["R.k"], values["R.R"]) == (2.0, 7.0, 8.0)
    assert math.isnan(values["R.own"])


def test_local_parameters_of_level_2_are_read_too(read, mathml):
    law = mathml("k*A") + '<listOfParameters><parameter id="k" value="7"/></listOfParameters>'
    network = read(reaction(products('species="B"'), law), 2)
    assert network.reactions[0].rate == Apply("*", (Symbol("R.k"), Symbol("A")))
    assert {entry.id: entry.value for entry in network.parameters} == {"k": 2.0, "R.k": 7.0}


def test_a_reference_with_an_id_becomes_a_parameter(read, mathml):
    network = read(reaction(products('id="n" species="B" stoichiometry="3" constant="false"'), mathml("k*n")))
    assert network.reactions[0].products == (("B", Symbol("n")),)
    assert network.reactions[0].rate == Apply("*", (Symbol("k"), Symbol("n")))
    (found,) = [entry for entry in network.parameters if entry.id == "n"]
    assert (found.value, found.constant, found.unit) == (3.0, False, "dimensionless")


def test_rules_and_initial_assignments_may_set_a_stoichiometry(read, mathml):
    references = products('id="n" species="B" constant="true"', 'id="p" species="A" stoichiometry="0" constant="false"')
    body = (
        f'<listOfInitialAssignments><initialAssignment symbol="n">{mathml("2*k")}</initialAssignment>'
        f'</listOfInitialAssignments><listOfRules><rateRule variable="p">{mathml("1")}</rateRule></listOfRules>'
        + reaction(references, mathml("k"))
    )
    network = read(body)
    assert {entry.id: entry.value for entry in network.parameters} == {"k": 2.0, "n": None, "p": 0.0}
    assert network.states == ("A", "B", "p")


def test_a_missing_stoichiometry_is_one_in_level_2_and_unknown_in_level_3(read, mathml):
    (found,) = read(reaction(products('species="B"'), mathml("k")), 2).reactions
    assert found.products == (("B", Number(1.0)),)
    (found,) = read(reaction(products('species="B" constant="true"'), mathml("k"))).reactions
    assert isinstance(found.products[0][1], Number)
    assert math.isnan(found.products[0][1].value)


def test_stoichiometries_of_level_2_may_be_computed(read, mathml):
    computed = (
        f'<speciesReference %s species="B"><stoichiometryMath>{mathml("2*k")}</stoichiometryMath></speciesReference>'
    )
    twice = Apply("*", (Number(2.0), Symbol("k")))
    network = read(reaction(f"<listOfProducts>{computed % ''}</listOfProducts>", mathml("k")), 2)
    assert network.reactions[0].products == (("B", twice),)
    named = computed % 'id="n"'
    network = read(reaction(f"<listOfProducts>{named}</listOfProducts>", mathml("k")), 2)
    assert network.reactions[0].products == (("B", Symbol("n")),)
    assert [(rule.variable, rule.expression) for rule in network.assignment_rules] == [("n", twice)]
    assert not next(entry for entry in network.parameters if entry.id == "n").constant


def test_a_denominator_divides_the_stoichiometry():
    text = (
        '<sbml xmlns="http://www.sbml.org/sbml/level1" level="1" version="2"><model name="m"><listOfCompartments>'
        '<compartment name="c" volume="2"/></listOfCompartments><listOfSpecies>'
        '<species name="A" compartment="c" initialAmount="6"/></listOfSpecies>'
        '<listOfParameters><parameter name="k" value="2"/></listOfParameters><listOfReactions><reaction name="R">'
        '<listOfReactants><speciesReference species="A" stoichiometry="3" denominator="4"/></listOfReactants>'
        '<kineticLaw formula="k*A"/></reaction></listOfReactions></model></sbml>'
    )
    network = read_sbml_text(text)
    assert network.reactions[0].reactants == (("A", Number(0.75)),)
    assert network.reactions[0].rate == Apply("*", (Symbol("k"), Symbol("A")))
    assert network.species[0].initial == Apply("/", (Number(6.0, "substance"), Symbol("c")))
    with pytest.raises(ModelError, match="the denominator 0"):
        read_sbml_text(text.replace('denominator="4"', 'denominator="0"'))


@pytest.mark.parametrize("law", ["", "<kineticLaw/>"])
def test_a_reaction_without_a_rate_changes_nothing_and_says_so(sbml, law):
    body = f'<listOfReactions><reaction id="R" reversible="false">{law}</reaction></listOfReactions>'
    network = read_sbml_text(sbml(POOL + body))
    assert network.reactions[0].rate == Number(0.0)
    assert "reaction R has no kinetic law" in network.notes[0]


@pytest.mark.parametrize(
    ("references", "problem"),
    [
        ('<listOfReactants><speciesReference species="Z" stoichiometry="1" constant="true"/></listOfReactants>',
         "reaction R changes Z, which the model does not define"),
        ('<listOfReactants><speciesReference id="k" species="A" stoichiometry="1" constant="true"/></listOfReactants>',
         "two things are called k"),
    ],
)  # fmt: skip
def test_contradictions_are_refused(read, mathml, references, problem):
    with pytest.raises(ModelError, match=problem):
        read(reaction(references, mathml("k")))


def test_a_species_is_changed_by_reactions_or_by_a_rule(read, mathml):
    def both(species: str) -> str:
        rule = f'<listOfRules><rateRule variable="{species}">{mathml("1")}</rateRule></listOfRules>'
        return rule + reaction(products(f'species="{species}" stoichiometry="1" constant="true"'), mathml("k"))

    assert read(both("F")).states == ("F",), "reactions leave a boundary species alone"
    with pytest.raises(ModelError, match="reaction R changes A, but a rule sets it"):
        read(both("A"))
