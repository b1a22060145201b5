"""The frozen network: what a model file says, without the file format it came in.

Semantics, as in SBML Level 3: a species symbol in an expression means its amount when `amount` is true (SBML
hasOnlySubstanceUnits), else its concentration. The state of the simulation is what the symbol means, so reaction
contributions to a concentration are divided by the constant size of its compartment.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from silicart.network.expression import Expression, Number, Symbol


@dataclass(frozen=True)
class UnitDefinition:
    """A unit as a scale times powers of base units.

    `dimension` holds (base unit, exponent) pairs in alphabetic order, exponents not zero. Base units are those of
    the SI plus "item" for counted things; "dimensionless" has an empty dimension.

    Examples
    --------
    >>> UnitDefinition("per_day", 1 / 86400, (("second", -1.0),)).dimension
    (('second', -1.0),)
    """

    id: str
    scale: float
    dimension: tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Compartment:
    """A well-stirred volume of constant size."""

    id: str
    size: float
    unit: str | None
    name: str = ""


@dataclass(frozen=True)
class Species:
    """Something counted or dissolved in a compartment; `unit` is that of its symbol.

    `initial` is in the unit of the symbol; None means that an initial assignment or an assignment rule sets it.
    """

    id: str
    unit: str | None
    compartment: str
    amount: bool
    boundary: bool
    constant: bool
    initial: Expression | None
    name: str = ""


@dataclass(frozen=True)
class Parameter:
    """A named quantity; `value` is None when a rule or an initial assignment sets it."""

    id: str
    unit: str | None
    value: float | None
    constant: bool
    name: str = ""


@dataclass(frozen=True)
class Reaction:
    """A flux: `rate` is in amount per time and moves `reactants` to `products` with their stoichiometries."""

    id: str
    reactants: tuple[tuple[str, float], ...]
    products: tuple[tuple[str, float], ...]
    rate: Expression
    name: str = ""


@dataclass(frozen=True)
class AssignmentRule:
    """`variable` equals `expression` at all times."""

    variable: str
    expression: Expression


@dataclass(frozen=True)
class RateRule:
    """The time derivative of `variable` is `expression`."""

    variable: str
    expression: Expression


@dataclass(frozen=True)
class InitialAssignment:
    """`variable` equals `expression` at the start; a closure, when the variable is a parameter."""

    variable: str
    expression: Expression


@dataclass(frozen=True)
class Network:
    """A whole model, immutable and picklable.

    `assignment_rules` and `initial_assignments` stand in dependency order: each uses only what is before it.
    """

    id: str
    time_unit: str | None
    units: Mapping[str, UnitDefinition]
    compartments: tuple[Compartment, ...]
    species: tuple[Species, ...]
    parameters: tuple[Parameter, ...]
    reactions: tuple[Reaction, ...]
    assignment_rules: tuple[AssignmentRule, ...]
    rate_rules: tuple[RateRule, ...]
    initial_assignments: tuple[InitialAssignment, ...]

    @cached_property
    def states(self) -> tuple[str, ...]:
        """Ids of everything that reactions or rate rules change, in the order of declaration."""
        touched = {rule.variable for rule in self.rate_rules}
        for reaction in self.reactions:
            touched.update(species for species, _ in reaction.reactants + reaction.products)
        ruled = {rule.variable for rule in self.rate_rules}
        states = [
            entry.id
            for entry in self.species
            if entry.id in touched and not entry.constant and (entry.id in ruled or not entry.boundary)
        ]
        states.extend(entry.id for entry in self.parameters if entry.id in ruled)
        return tuple(states)

    @cached_property
    def hash(self) -> str:
        """SHA-256 of the content in canonical form; display names do not count."""
        digest = hashlib.sha256()
        for line in _canonical_lines(self):
            digest.update(line.encode())
            digest.update(b"\n")
        return digest.hexdigest()


def _canonical_lines(network: Network) -> Iterable[str]:
    yield f"time {network.time_unit}"
    for key in sorted(network.units):
        unit = network.units[key]
        # Twelve digits: the unit's scale is a product of powers, whose last bits depend on how it was written.
        yield f"unit {key} {unit.scale:.12e} {unit.dimension}"
    for compartment in network.compartments:
        yield f"compartment {compartment.id} {compartment.size!r} {compartment.unit}"
    for species in network.species:
        initial = "" if species.initial is None else canonical_text(species.initial)
        flags = f"{species.amount} {species.boundary} {species.constant}"
        yield f"species {species.id} {species.unit} {species.compartment} {flags} {initial}"
    for parameter in network.parameters:
        yield f"parameter {parameter.id} {parameter.unit} {parameter.value!r} {parameter.constant}"
    for reaction in network.reactions:
        rate = canonical_text(reaction.rate)
        yield f"reaction {reaction.id} {reaction.reactants!r} {reaction.products!r} {rate}"
    for assignment in network.assignment_rules:
        yield f"assign {assignment.variable} {canonical_text(assignment.expression)}"
    for rule in network.rate_rules:
        yield f"rate {rule.variable} {canonical_text(rule.expression)}"
    for initial_assignment in network.initial_assignments:
        yield f"initial {initial_assignment.variable} {canonical_text(initial_assignment.expression)}"


def canonical_text(expression: Expression) -> str:
    """Return `expression` as an unambiguous prefix text, the form that the hash is taken of.

    Examples
    --------
    >>> from silicart.network.expression import Apply
    >>> canonical_text(Apply("*", (Symbol("k"), Number(2.0, "cell"))))
    '(* k 2.0[cell])'
    """
    if isinstance(expression, Number):
        return repr(expression.value) if expression.unit is None else f"{expression.value!r}[{expression.unit}]"
    if isinstance(expression, Symbol):
        return expression.id
    return f"({' '.join([expression.op, *map(canonical_text, expression.args)])})"
