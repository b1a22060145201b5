"""An SBML document to a frozen Network."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from silicart.errors import ModelError
from silicart.network.consistency import check_consistency
from silicart.network.expression import Expression, to_text
from silicart.network.mathml import MathReader
from silicart.network.network import AssignmentRule, InitialAssignment, Network, RateRule
from silicart.network.order import in_dependency_order
from silicart.network.sbml_document import read_document
from silicart.network.sbml_events import read_events
from silicart.network.sbml_quantities import Targets, read_compartments, read_parameters, read_species
from silicart.network.sbml_reactions import read_reactions
from silicart.network.sbml_units import Units


def network_from_sbml(text: str, *, strict: bool = False) -> Network:
    """Return the Network of an SBML text of Level 2 or 3, or of Level 1 in libSBML's translation.

    Parameters
    ----------
    strict : whether a missing value, rate or size is a mistake; SBML itself allows it, and the value is then NaN.

    Raises
    ------
    ModelError : the document cannot be read, contradicts itself, or uses a feature that is refused by name; `where` is
        the id of the offending element, or its line, when there is one.
    """
    _, model = read_document(text)
    mathematics = MathReader(model.getListOfFunctionDefinitions())
    units = Units(model)
    rules = _read_rules(model, mathematics)
    events, event_notes = read_events(model, mathematics)
    computed = rules.assignments.keys() | rules.initial.keys()
    reactions = read_reactions(model, mathematics, units, computed, strict)
    by_event = {variable for event in events for variable, _ in event.assignments}
    moved = rules.assignments.keys() | rules.rates.keys() | by_event
    targets = Targets(computed, moved, by_event, strict)
    compartments = read_compartments(model, targets, units)
    network = Network(
        id=model.getId(),
        time_unit=units.time(),
        compartments=compartments,
        species=read_species(model, targets, units, compartments),
        parameters=(*read_parameters(model, targets, units), *reactions.parameters),
        reactions=reactions.reactions,
        assignment_rules=(*(AssignmentRule(*entry) for entry in rules.assignments.items()), *reactions.rules),
        rate_rules=tuple(RateRule(*entry) for entry in rules.rates.items()),
        initial_assignments=tuple(InitialAssignment(*entry) for entry in rules.initial.items()),
        events=events,
        units=units.definitions,
        notes=(*reactions.notes, *event_notes, *rules.notes, *_constraints(model, mathematics)),
    )
    check_consistency(network, _constants(model, network))
    return in_dependency_order(network)


@dataclass
class _Rules:
    """Formulas by the variable that they set."""

    assignments: dict[str, Expression] = field(default_factory=dict)
    rates: dict[str, Expression] = field(default_factory=dict)
    initial: dict[str, Expression] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def _read_rules(model: Any, mathematics: MathReader) -> _Rules:
    rules = _Rules()
    entries = [
        (entry.getVariable(), "rate rule" if entry.isRate() else "assignment rule", entry)
        for entry in model.getListOfRules()
    ]
    entries += [(entry.getSymbol(), "initial assignment", entry) for entry in model.getListOfInitialAssignments()]
    places = {"rate rule": rules.rates, "assignment rule": rules.assignments, "initial assignment": rules.initial}
    for variable, kind, entry in entries:
        formula = mathematics.read(entry.getMath(), variable)
        if formula is None:
            rules.notes.append(f"the {kind} of {variable} has no formula: it is left out")
        elif variable in places[kind]:
            raise ModelError(f"{variable} has two formulas of one kind", where=variable, expected=f"one {kind}")
        else:
            places[kind][variable] = formula
    return rules


def _constraints(model: Any, mathematics: MathReader) -> Iterator[str]:
    """Yield a note on each constraint: it states what the author expects and changes no solution."""
    for entry in model.getListOfConstraints():
        condition = mathematics.read(entry.getMath(), "a constraint")
        if condition is not None:
            yield f"a constraint is not checked: {to_text(condition)}"


def _constants(model: Any, network: Network) -> set[str]:
    lists = (model.getListOfCompartments(), model.getListOfSpecies())
    declared = {entry.getId() for entries in lists for entry in entries if entry.getConstant()}
    return declared | {entry.id for entry in network.parameters if entry.constant}
