"""An SBML document to a frozen Network."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from graphlib import CycleError, TopologicalSorter
from typing import Any

from silicart.errors import ModelError, nearest
from silicart.network.expression import Expression, Number, substitute, symbols
from silicart.network.mathml import FunctionDefinition, expression_from_ast, refused
from silicart.network.network import (
    AssignmentRule,
    Compartment,
    InitialAssignment,
    Network,
    Parameter,
    RateRule,
    Reaction,
    Species,
    UnitDefinition,
)
from silicart.network.units import BASE_KINDS, unit_from_powers


def network_from_sbml(text: str) -> Network:
    """Return the Network of an SBML text (Level 3, as Antimony writes it).

    Raises
    ------
    ModelError : the document is not valid, is incomplete, or uses a feature that is refused by name; `where` is the id
        of the offending element when there is one.
    """
    import libsbml

    document = libsbml.readSBMLFromString(text)
    for index in range(document.getNumErrors()):
        error = document.getError(index)
        if error.getSeverity() >= libsbml.LIBSBML_SEV_ERROR:
            raise ModelError("libSBML cannot read the model", found=error.getMessage().strip())
    model = document.getModel()
    _refuse_unsupported(document, model)

    functions = _functions(model)
    formulas = _formulas(model, functions)
    rates = {reaction.getId(): _rate(reaction, functions) for reaction in model.getListOfReactions()}
    # A reaction's id in a formula means its rate; written out here, so that no later room needs to know.
    rates = {key: _without_reactions(rate, rates) for key, rate in rates.items()}
    formulas = {key: _without_reactions(formula, rates) for key, formula in formulas.items()}

    units = _units(model)
    compartments = tuple(_compartment(entry, formulas) for entry in model.getListOfCompartments())
    sizes = {compartment.id: compartment for compartment in compartments}
    species = tuple(_species(entry, sizes, formulas, units) for entry in model.getListOfSpecies())
    parameters = tuple(_parameter(entry, formulas) for entry in model.getListOfParameters())
    reactions = tuple(_reaction(entry, rates[entry.getId()]) for entry in model.getListOfReactions())

    entries: tuple[Compartment | Species | Parameter, ...] = (*compartments, *species, *parameters)
    _check_symbols({entry.id for entry in entries}, formulas, rates)
    assigned, initial = _in_dependency_order(formulas)
    used = [entry.unit for entry in entries]
    used.append(model.getTimeUnits() or None)
    for kind in used:
        if kind is not None and kind in BASE_KINDS and kind not in units:
            units[kind] = unit_from_powers(kind, [(kind, 1.0, 1.0)])
    return Network(
        id=model.getId(),
        time_unit=model.getTimeUnits() or None,
        units=units,
        compartments=compartments,
        species=species,
        parameters=parameters,
        reactions=reactions,
        assignment_rules=tuple(AssignmentRule(variable, formulas["assignment", variable]) for variable in assigned),
        rate_rules=tuple(RateRule(name, formula) for (kind, name), formula in formulas.items() if kind == "rate"),
        initial_assignments=tuple(InitialAssignment(variable, formulas["initial", variable]) for variable in initial),
    )


Formulas = Mapping[tuple[str, str], Expression]

# The first only adds functions, which are accepted or refused one by one; the others are drawings and labels.
_HARMLESS_PACKAGES = ("l3v2extendedmath", "layout", "render", "groups")


def _refuse_unsupported(document: Any, model: Any) -> None:
    if model is None:
        raise ModelError("the file holds no model", expected="model NAME ... end")
    for index in range(document.getNumPlugins()):
        package = document.getPlugin(index).getPackageName()
        if package not in _HARMLESS_PACKAGES:
            raise refused(f"the SBML package {package}")
    if model.getNumEvents():
        raise refused("events (at ...)", model.getEvent(0).getId() or None)
    if model.getNumConstraints():
        raise refused("constraints")
    for rule in model.getListOfRules():
        if rule.isAlgebraic():
            raise refused("algebraic rules")
    if model.isSetConversionFactor():
        raise refused("conversion factors")
    for reaction in model.getListOfReactions():
        if reaction.isSetFast() and reaction.getFast():
            raise refused("fast reactions", reaction.getId())
        for reference in (*reaction.getListOfReactants(), *reaction.getListOfProducts()):
            if not reference.getConstant() or not reference.isSetStoichiometry():
                raise refused("stoichiometries that are not constant numbers", reaction.getId())


def _functions(model: Any) -> dict[str, FunctionDefinition]:
    functions: dict[str, FunctionDefinition] = {}
    for entry in model.getListOfFunctionDefinitions():
        arguments = tuple(entry.getArgument(index).getName() for index in range(entry.getNumArguments()))
        body = expression_from_ast(entry.getBody(), functions, entry.getId())
        functions[entry.getId()] = FunctionDefinition(arguments, body)
    return functions


def _formulas(model: Any, functions: Mapping[str, FunctionDefinition]) -> dict[tuple[str, str], Expression]:
    formulas: dict[tuple[str, str], Expression] = {}
    for rule in model.getListOfRules():
        kind = "rate" if rule.isRate() else "assignment"
        formulas[kind, rule.getVariable()] = expression_from_ast(rule.getMath(), functions, rule.getVariable())
    for entry in model.getListOfInitialAssignments():
        formulas["initial", entry.getSymbol()] = expression_from_ast(entry.getMath(), functions, entry.getSymbol())
    return formulas


def _rate(reaction: Any, functions: Mapping[str, FunctionDefinition]) -> Expression:
    law = reaction.getKineticLaw()
    if law is None or law.getMath() is None:
        raise ModelError(f"reaction {reaction.getId()} has no rate", where=reaction.getId(), expected="a rate formula")
    if law.getNumLocalParameters() or law.getNumParameters():
        raise refused("parameters local to a reaction", reaction.getId())
    return expression_from_ast(law.getMath(), functions, reaction.getId())


def _without_reactions(formula: Expression, rates: Mapping[str, Expression]) -> Expression:
    for _ in range(len(rates) + 1):
        if not any(name in rates for name in symbols(formula)):
            return formula
        formula = substitute(formula, rates)
    raise ModelError("reaction rates refer to each other in a circle", expected="rates without a circle")


def _units(model: Any) -> dict[str, UnitDefinition]:
    import libsbml

    units: dict[str, UnitDefinition] = {}
    for entry in model.getListOfUnitDefinitions():
        powers = []
        for unit in entry.getListOfUnits():
            kind = libsbml.UnitKind_toString(unit.getKind())
            if kind not in BASE_KINDS:
                raise refused(f"the unit kind {kind}", entry.getId())
            powers.append((kind, unit.getExponentAsDouble(), unit.getMultiplier() * 10.0 ** unit.getScale()))
        units[entry.getId()] = unit_from_powers(entry.getId(), powers)
    return units


def _compartment(entry: Any, formulas: Formulas) -> Compartment:
    identifier = entry.getId()
    if not entry.getConstant() or any((kind, identifier) in formulas for kind in ("rate", "assignment")):
        raise refused("compartments of changing size", identifier)
    if ("initial", identifier) in formulas:
        raise refused("compartments whose size is a formula", identifier)
    if not entry.isSetSize() or not math.isfinite(entry.getSize()):
        raise ModelError(
            f"compartment {identifier} has no size",
            where=identifier,
            expected="a size with a unit",
            remedy=f"write {identifier} = 1 litre",
        )
    unit = entry.getUnits() or entry.getModel().getVolumeUnits() or None
    return Compartment(identifier, entry.getSize(), unit, entry.getName())


def _species(
    entry: Any, compartments: Mapping[str, Compartment], formulas: Formulas, units: dict[str, UnitDefinition]
) -> Species:
    identifier = entry.getId()
    if entry.isSetConversionFactor():
        raise refused("conversion factors", identifier)
    compartment = compartments[entry.getCompartment()]
    amount = bool(entry.getHasOnlySubstanceUnits())
    unit = entry.getSubstanceUnits() or entry.getModel().getSubstanceUnits() or None
    if unit is not None and not amount:
        unit = _concentration_unit(unit, compartment.unit, units)
    initial: Expression | None = None
    if not any((kind, identifier) in formulas for kind in ("assignment", "initial")):
        if entry.isSetInitialAmount():
            value = entry.getInitialAmount() / (1.0 if amount else compartment.size)
        elif entry.isSetInitialConcentration():
            value = entry.getInitialConcentration() * (compartment.size if amount else 1.0)
        else:
            raise _no_value("species", identifier)
        initial = Number(value, unit)
    return Species(
        id=identifier,
        unit=unit,
        compartment=compartment.id,
        amount=amount,
        boundary=bool(entry.getBoundaryCondition()),
        constant=bool(entry.getConstant()),
        initial=initial,
        name=entry.getName(),
    )


def _concentration_unit(substance: str, size: str | None, units: dict[str, UnitDefinition]) -> str | None:
    if size is None:
        return None
    powers = []
    for identifier, sign in ((substance, 1.0), (size, -1.0)):
        if identifier not in units:
            if identifier not in BASE_KINDS:
                return None
            units[identifier] = unit_from_powers(identifier, [(identifier, 1.0, 1.0)])
        powers.append((units[identifier], sign))
    name = f"{substance}/{size}"
    bases = [(base, exponent * sign, 1.0) for unit, sign in powers for base, exponent in unit.dimension]
    scale = powers[0][0].scale / powers[1][0].scale
    units[name] = UnitDefinition(name, scale, unit_from_powers(name, bases).dimension)
    return name


def _parameter(entry: Any, formulas: Formulas) -> Parameter:
    identifier = entry.getId()
    value: float | None = entry.getValue() if entry.isSetValue() else None
    if any((kind, identifier) in formulas for kind in ("assignment", "initial")):
        value = None
    elif value is None or not math.isfinite(value):
        raise _no_value("parameter", identifier)
    return Parameter(identifier, entry.getUnits() or None, value, bool(entry.getConstant()), entry.getName())


def _no_value(kind: str, identifier: str) -> ModelError:
    return ModelError(
        f"{kind} {identifier} has no value and no formula sets it",
        where=identifier,
        expected="a number with a unit, or a formula",
        remedy=f"write {identifier} = ..., or correct its name where it is used",
    )


def _reaction(entry: Any, rate: Expression) -> Reaction:
    sides = []
    for references in (entry.getListOfReactants(), entry.getListOfProducts()):
        side: dict[str, float] = {}
        for reference in references:
            side[reference.getSpecies()] = side.get(reference.getSpecies(), 0.0) + reference.getStoichiometry()
        sides.append(tuple((species, Number(total)) for species, total in side.items()))
    return Reaction(entry.getId(), sides[0], sides[1], rate, entry.getName())


def _check_symbols(known: set[str], formulas: Formulas, rates: Mapping[str, Expression]) -> None:
    owners = [(variable, formula) for (_, variable), formula in formulas.items()] + list(rates.items())
    for owner, formula in owners:
        for identifier in symbols(formula):
            if identifier not in known:
                close = nearest(identifier, known)
                raise ModelError(
                    f"the formula of {owner} uses {identifier}, which the model does not define",
                    where=owner,
                    found=identifier,
                    expected="a species, parameter, compartment or reaction",
                    remedy=None if close is None else f"did you mean {close}?",
                )


def _in_dependency_order(formulas: Formulas) -> tuple[Iterable[str], Iterable[str]]:
    """Return the variables of assignment rules and of initial assignments, each after what it uses."""
    computed = {variable: formula for (kind, variable), formula in formulas.items() if kind != "rate"}
    sorter = TopologicalSorter(
        {
            variable: [name for name in dict.fromkeys(symbols(formula)) if name in computed]
            for variable, formula in computed.items()
        }
    )
    try:
        order = list(sorter.static_order())
    except CycleError as error:
        raise ModelError(
            "assignments refer to each other in a circle",
            where=str(error.args[1][0]),
            found=" -> ".join(map(str, error.args[1])),
            expected="each assignment uses only what is known before it",
        ) from None
    return (
        [variable for variable in order if ("assignment", variable) in formulas],
        [variable for variable in order if ("initial", variable) in formulas],
    )
