"""The frozen network: what a model file says, without the file format it came in.

Semantics, as in SBML Level 3: a species symbol in an expression means its amount when `amount` is true (SBML
hasOnlySubstanceUnits), else its concentration. Reader's work is done: functions are inlined, local parameters and
species references with an id are parameters, and whatever SBML leaves to a default is written out.
"""

from __future__ import annotations

import hashlib
import math
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
    """A well-stirred volume; `size` is None when a rule or an initial assignment sets it.

    `constant` is False when rules or events may change the size.
    """

    id: str
    size: float | None
    unit: str | None
    name: str = ""
    constant: bool = True


@dataclass(frozen=True)
class Species:
    """Something counted or dissolved in a compartment; `unit` is that of its symbol.

    `initial` is in the unit of the symbol; None means that an initial assignment or an assignment rule sets it.
    `conversion_factor` is the id of the parameter that turns the extent of a reaction into this species' amount.
    """

    id: str
    unit: str | None
    compartment: str
    amount: bool
    boundary: bool
    constant: bool
    initial: Expression | None
    name: str = ""
    conversion_factor: str | None = None


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
    """A flux: `rate` is in amount per time and moves `reactants` to `products`.

    Both are pairs of a species and its stoichiometry, a number or what it is computed from; a species may repeat.
    """

    id: str
    reactants: tuple[tuple[str, Expression], ...]
    products: tuple[tuple[str, Expression], ...]
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
class Event:
    """When `trigger` becomes true, `assignments` (variable, value) happen at once, or after `delay`.

    trigger : a condition; the event fires when it turns from false to true.
    delay : time from firing to execution, evaluated when the event fires; None for none.
    priority : of events due at the same time the largest goes first; None stands behind every number.
    persistent : False if an event that waits is dropped when its trigger turns false again.
    initially : the trigger's value just before the start; False lets the event fire at the start.
    values_from_trigger : whether values are those of the time of firing rather than those of execution.
    """

    id: str
    trigger: Expression
    assignments: tuple[tuple[str, Expression], ...]
    delay: Expression | None = None
    priority: Expression | None = None
    persistent: bool = True
    initially: bool = True
    values_from_trigger: bool = True
    name: str = ""


@dataclass(frozen=True)
class Network:
    """A whole model, immutable and picklable.

    `assignment_rules` and `initial_assignments` stand in dependency order: each uses only what is before it.
    `notes` are sentences on what the file says that has no effect on a solution, such as constraints.
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
    events: tuple[Event, ...] = ()
    notes: tuple[str, ...] = ()

    @cached_property
    def states(self) -> tuple[str, ...]:
        """Ids of everything that reactions or rate rules change: species, then parameters, then compartments."""
        touched = {rule.variable for rule in self.rate_rules}
        for reaction in self.reactions:
            touched.update(species for species, _ in reaction.reactants + reaction.products)
        ruled = {rule.variable for rule in self.rate_rules}
        states = [
            entry.id
            for entry in self.species
            if entry.id in touched and not entry.constant and (entry.id in ruled or not entry.boundary)
        ]
        states.extend(entry.id for entry in self.parameters + self.compartments if entry.id in ruled)
        return tuple(states)

    @cached_property
    def held(self) -> tuple[str, ...]:
        """Ids of what events alone change: constant from one event to the next."""
        assigned = dict.fromkeys(variable for event in self.events for variable, _ in event.assignments)
        return tuple(variable for variable in assigned if variable not in self.states)

    @cached_property
    def hash(self) -> str:
        """SHA-256 of the content in canonical form; display names do not count."""
        digest = hashlib.sha256()
        for line in canonical_lines(self):
            digest.update(line.encode())
            digest.update(b"\n")
        return digest.hexdigest()


def canonical_lines(network: Network) -> Iterable[str]:
    """Yield the content of a network line by line, names for display left out; the hash is taken of it."""
    yield f"time {network.time_unit}"
    for key in sorted(network.units):
        unit = network.units[key]
        # Twelve digits: the unit's scale is a product of powers, whose last bits depend on how it was written.
        yield f"unit {key} {unit.scale:.12e} {unit.dimension}"
    for compartment in network.compartments:
        constant = "" if compartment.constant else " varies"
        yield f"compartment {compartment.id} {compartment.size!r} {compartment.unit}{constant}"
    for species in network.species:
        initial = "" if species.initial is None else canonical_text(species.initial)
        flags = f"{species.amount} {species.boundary} {species.constant}"
        factor = "" if species.conversion_factor is None else f" by {species.conversion_factor}"
        yield f"species {species.id} {species.unit} {species.compartment} {flags} {initial}{factor}"
    for parameter in network.parameters:
        yield f"parameter {parameter.id} {parameter.unit} {parameter.value!r} {parameter.constant}"
    for reaction in network.reactions:
        sides = [
            " ".join(f"{canonical_text(stoichiometry)} {species}" for species, stoichiometry in side)
            for side in (reaction.reactants, reaction.products)
        ]
        yield f"reaction {reaction.id} {sides[0]} -> {sides[1]} {canonical_text(reaction.rate)}"
    for assignment in network.assignment_rules:
        yield f"assign {assignment.variable} {canonical_text(assignment.expression)}"
    for rule in network.rate_rules:
        yield f"rate {rule.variable} {canonical_text(rule.expression)}"
    for initial_assignment in network.initial_assignments:
        yield f"initial {initial_assignment.variable} {canonical_text(initial_assignment.expression)}"
    for event in network.events:
        parts = ["-" if part is None else canonical_text(part) for part in (event.delay, event.priority)]
        flags = f"{event.persistent} {event.initially} {event.values_from_trigger}"
        yield f"event {event.id} {flags} {canonical_text(event.trigger)} {' '.join(parts)}"
        for variable, value in event.assignments:
            yield f"set {variable} {canonical_text(value)}"
    for note in network.notes:
        yield f"note {note}"


def canonical_text(expression: Expression) -> str:
    """Return `expression` as an unambiguous prefix text, the form that the hash is taken of.

    Examples
    --------
    >>> from silicart.network.expression import Apply
    >>> canonical_text(Apply("*", (Symbol("k"), Number(2.0, "cell"))))
    '(* k 2.0[cell])'
    """
    # Nothing here recurses: formulas of a thousand nested operations exist.
    words: list[str] = []
    pending: list[Expression | str] = [expression]
    while pending:
        part = pending.pop()
        if isinstance(part, str):
            words.append(part)
        elif isinstance(part, Number):
            # A model may call something "nan" or "inf"; no id holds a #.
            value = repr(part.value) if math.isfinite(part.value) else f"#{part.value!r}"
            words.append(value if part.unit is None else f"{value}[{part.unit}]")
        elif isinstance(part, Symbol):
            words.append(part.id)
        else:
            words.append(f"({part.op}")
            pending.append(")")
            pending.extend(reversed(part.args))
    return " ".join(words).replace(" )", ")")
