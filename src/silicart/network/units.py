"""Strict check of dimensions and scales: a gram is not a milligram, and a bare number is dimensionless.

SBML attaches units but leaves conversion to the modeller, so a formula that mixes litre and millilitre is wrong by a
thousand without a word from most tools. Here every formula is checked, scale factors included.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from silicart.network.expression import Apply, Expression, Number, Symbol, to_text
from silicart.network.network import (
    AssignmentRule,
    Compartment,
    InitialAssignment,
    Network,
    Parameter,
    Reaction,
    Species,
    UnitDefinition,
)


@dataclass(frozen=True)
class UnitProblem:
    """One place where units do not agree: the variable or reaction, what is wrong, found and expected units."""

    where: str
    problem: str
    found: str
    expected: str
    formula: str


def check_units(network: Network) -> tuple[UnitProblem, ...]:
    """Return every disagreement of units in `network`; an empty tuple means that all of it is consistent.

    Literal numbers without a unit are dimensionless; an exponent is a literal; the arguments of exp, ln and the
    trigonometric functions are dimensionless. A reaction rate is in the unit of each species that it changes, per time.

    Examples
    --------
    >>> from silicart.network.reader import read_antimony_text
    >>> text = '''model m
    ... unit per_day = 1 / (86400 second); unit time_unit = 86400 second
    ... x = 1 litre; k = 2 per_day
    ... x' = k
    ... end'''
    >>> [problem.where for problem in check_units(read_antimony_text(text))]
    ['x']
    """
    return tuple(_problems(network))


def unit_from_powers(identifier: str, powers: Iterable[tuple[str, float, float]]) -> UnitDefinition:
    """Return the unit that is the product of (multiplier x kind)^exponent over `powers`.

    `powers` holds (kind, exponent, multiplier); a kind is an SBML unit kind such as "second", "litre" or "item".

    Raises
    ------
    KeyError : a kind that SBML does not know.

    Examples
    --------
    >>> unit_from_powers("per_litre", [("litre", -1.0, 1.0)])
    UnitDefinition(id='per_litre', scale=1000.0, dimension=(('metre', -3.0),))
    """
    scale = 1.0
    dimension: dict[str, float] = {}
    for kind, exponent, multiplier in powers:
        factor, base = BASE_KINDS[kind]
        scale *= (multiplier * factor) ** exponent
        for unit, power in base.items():
            dimension[unit] = dimension.get(unit, 0.0) + power * exponent
    return UnitDefinition(identifier, scale, tuple(sorted((u, p) for u, p in dimension.items() if p != 0.0)))


def describe_unit(unit: UnitDefinition) -> str:
    """Return a unit's scale and base units as text.

    Examples
    --------
    >>> describe_unit(unit_from_powers("flow", [("litre", 1.0, 1.0), ("second", -1.0, 1.0)]))
    '0.001 metre^3 second^-1'
    """
    powers = [base if power == 1.0 else f"{base}^{power:g}" for base, power in unit.dimension]
    if not powers:
        return "dimensionless" if math.isclose(unit.scale, 1.0) else f"{unit.scale:g} (dimensionless)"
    return " ".join(powers if math.isclose(unit.scale, 1.0) else [f"{unit.scale:g}", *powers])


#: SBML unit kinds: factor and powers of base units.
BASE_KINDS: Mapping[str, tuple[float, Mapping[str, float]]] = {
    "dimensionless": (1.0, {}),
    "item": (1.0, {"item": 1}),
    "mole": (1.0, {"mole": 1}),
    "second": (1.0, {"second": 1}),
    "metre": (1.0, {"metre": 1}),
    "kilogram": (1.0, {"kilogram": 1}),
    "gram": (1e-3, {"kilogram": 1}),
    "litre": (1e-3, {"metre": 3}),
    "kelvin": (1.0, {"kelvin": 1}),
    "ampere": (1.0, {"ampere": 1}),
    "candela": (1.0, {"candela": 1}),
    "radian": (1.0, {}),
    "steradian": (1.0, {}),
    "avogadro": (6.02214076e23, {}),
    "hertz": (1.0, {"second": -1}),
    "becquerel": (1.0, {"second": -1}),
    "newton": (1.0, {"kilogram": 1, "metre": 1, "second": -2}),
    "pascal": (1.0, {"kilogram": 1, "metre": -1, "second": -2}),
    "joule": (1.0, {"kilogram": 1, "metre": 2, "second": -2}),
    "watt": (1.0, {"kilogram": 1, "metre": 2, "second": -3}),
    "coulomb": (1.0, {"ampere": 1, "second": 1}),
    "volt": (1.0, {"kilogram": 1, "metre": 2, "second": -3, "ampere": -1}),
    "ohm": (1.0, {"kilogram": 1, "metre": 2, "second": -3, "ampere": -2}),
    "siemens": (1.0, {"kilogram": -1, "metre": -2, "second": 3, "ampere": 2}),
    "farad": (1.0, {"kilogram": -1, "metre": -2, "second": 4, "ampere": 2}),
    "henry": (1.0, {"kilogram": 1, "metre": 2, "second": -2, "ampere": -2}),
    "weber": (1.0, {"kilogram": 1, "metre": 2, "second": -2, "ampere": -1}),
    "tesla": (1.0, {"kilogram": 1, "second": -2, "ampere": -1}),
    "lumen": (1.0, {"candela": 1}),
    "lux": (1.0, {"candela": 1, "metre": -2}),
    "gray": (1.0, {"metre": 2, "second": -2}),
    "sievert": (1.0, {"metre": 2, "second": -2}),
    "katal": (1.0, {"mole": 1, "second": -1}),
}

_ONE = UnitDefinition("dimensionless", 1.0, ())
_SAME = ("+", "-", "min", "max")
_KEEPS = ("neg", "abs", "floor", "ceil")
_COMPARES = ("lt", "leq", "gt", "geq", "eq", "neq")


class _Disagreement(Exception):
    """Carries a problem out of the walk through one formula."""

    def __init__(self, problem: str, found: str, expected: str, formula: Expression) -> None:
        super().__init__(problem)
        self.problem, self.found, self.expected, self.formula = problem, found, expected, to_text(formula)


def _problems(network: Network) -> Iterator[UnitProblem]:
    owners: tuple[Compartment | Species | Parameter, ...] = (
        *network.compartments,
        *network.species,
        *network.parameters,
    )
    missing = [entry.id for entry in owners if entry.unit is None]
    for identifier in missing:
        yield UnitProblem(identifier, f"{identifier} has no unit", "none", "a unit", "")
    unknown = [entry for entry in owners if entry.unit is not None and entry.unit not in network.units]
    for entry in unknown:
        yield UnitProblem(entry.id, f"the unit of {entry.id} is not defined", str(entry.unit), "a defined unit", "")
    if network.time_unit is None or network.time_unit not in network.units:
        found = str(network.time_unit)
        yield UnitProblem(network.id, "the model has no unit of time", found, "unit time_unit = ...", "")
        return
    if missing or unknown:
        return
    known = {entry.id: network.units[str(entry.unit)] for entry in owners}
    time = network.units[network.time_unit]
    known.update(_rate_units(network, known, time))
    for variable, formula, expected in _formulas(network, known, time):
        try:
            unit = _unit_of(formula, known, network.units, time)
            _require_same(expected, unit, formula, f"the formula of {variable} has the wrong unit")
        except _Disagreement as error:
            yield UnitProblem(variable, error.problem, error.found, error.expected, error.formula)


def _formulas(
    network: Network, known: Mapping[str, UnitDefinition], time: UnitDefinition
) -> Iterator[tuple[str, Expression, UnitDefinition]]:
    assignments: tuple[AssignmentRule | InitialAssignment, ...] = (
        *network.assignment_rules,
        *network.initial_assignments,
    )
    for assignment in assignments:
        yield assignment.variable, assignment.expression, known[assignment.variable]
    for rule in network.rate_rules:
        yield rule.variable, rule.expression, _product(known[rule.variable], time, -1.0)
    for event in network.events:
        yield event.id, event.trigger, _ONE
        if event.delay is not None:
            yield event.id, event.delay, time
        if event.priority is not None:
            yield event.id, event.priority, _ONE
        for variable, value in event.assignments:
            yield variable, value, known[variable]
    for species in network.species:
        if species.initial is not None:
            yield species.id, species.initial, known[species.id]
    for reaction in network.reactions:
        for unit in _extents(network, reaction, known):
            yield reaction.id, reaction.rate, _product(unit, time, -1.0)


def _extents(network: Network, reaction: Reaction, known: Mapping[str, UnitDefinition]) -> Iterator[UnitDefinition]:
    """Yield, for each species that a reaction changes, the unit of extent that this asks for."""
    species = {entry.id: entry for entry in network.species}
    for identifier in dict.fromkeys(name for name, _ in reaction.reactants + reaction.products):
        entry = species[identifier]
        unit = known[identifier] if entry.amount else _product(known[identifier], known[entry.compartment], 1.0)
        factor = entry.conversion_factor
        yield unit if factor is None else _product(unit, known[factor], -1.0)


def _rate_units(
    network: Network, known: Mapping[str, UnitDefinition], time: UnitDefinition
) -> Iterator[tuple[str, UnitDefinition]]:
    """Yield what the name of a reaction stands for in a formula: extent per time."""
    for reaction in network.reactions:
        extent = next(_extents(network, reaction, known), _ONE)
        yield reaction.id, _product(extent, time, -1.0)


def _unit_of(
    node: Expression, known: Mapping[str, UnitDefinition], units: Mapping[str, UnitDefinition], time: UnitDefinition
) -> UnitDefinition:
    if isinstance(node, Number):
        if node.unit is not None and node.unit not in units:
            raise _Disagreement("a number has a unit that is not defined", node.unit, "a defined unit", node)
        return _ONE if node.unit is None else units[node.unit]
    if isinstance(node, Symbol):
        return known[node.id]
    if node.op == "time":
        return time
    found = [_unit_of(argument, known, units, time) for argument in node.args]
    if node.op == "rateOf":
        return _product(found[0], time, -1.0)
    if node.op == "^":
        return _power(node, *found)
    if node.op == "*":
        result = _ONE
        for unit in found:
            result = _product(result, unit, 1.0)
        return result
    if node.op == "/":
        return _product(found[0], found[1], -1.0)
    if node.op == "sqrt":
        return _scaled(found[0], 0.5)
    if node.op in _KEEPS:
        return found[0]
    if node.op in _SAME or node.op in _COMPARES:
        _require_all_same(found, node)
        return found[0] if node.op in _SAME else _ONE
    if node.op == "piecewise":
        values = [unit for index, unit in enumerate(found) if index % 2 == 0]
        _require_all_same(values, node)
        return values[0]
    for unit, argument in zip(found, node.args, strict=True):
        _require_same(_ONE, unit, argument, f"the argument of {node.op} is not dimensionless")
    return _ONE


def _power(node: Apply, base: UnitDefinition, exponent: UnitDefinition) -> UnitDefinition:
    _require_same(_ONE, exponent, node.args[1], "an exponent is not dimensionless")
    if not base.dimension and math.isclose(base.scale, 1.0):
        return _ONE
    if not isinstance(node.args[1], Number):
        raise _Disagreement(
            "a quantity with a unit is raised to a power that is not a number", describe_unit(base), "a literal", node
        )
    return _scaled(base, node.args[1].value)


def _require_all_same(found: list[UnitDefinition], node: Apply) -> None:
    for unit in found[1:]:
        _require_same(found[0], unit, node, f"the parts of {node.op} have different units")


def _require_same(expected: UnitDefinition, found: UnitDefinition, formula: Expression, problem: str) -> None:
    # Scales are products of powers of multipliers: equal up to their rounding.
    if expected.dimension != found.dimension or not math.isclose(expected.scale, found.scale, rel_tol=1e-9):
        raise _Disagreement(problem, describe_unit(found), describe_unit(expected), formula)


def _product(first: UnitDefinition, second: UnitDefinition, power: float) -> UnitDefinition:
    dimension = dict(first.dimension)
    for unit, exponent in second.dimension:
        dimension[unit] = dimension.get(unit, 0.0) + power * exponent
    kept = tuple(sorted((unit, exponent) for unit, exponent in dimension.items() if exponent != 0.0))
    return UnitDefinition("", first.scale * second.scale**power, kept)


def _scaled(unit: UnitDefinition, power: float) -> UnitDefinition:
    dimension = tuple((base, exponent * power) for base, exponent in unit.dimension if exponent * power != 0.0)
    return UnitDefinition("", unit.scale**power, dimension)
