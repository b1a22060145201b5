"""What a network must not contradict: names that are used exist, and each quantity is set in one way only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set

from silicart.errors import ModelError, nearest
from silicart.network.expression import Expression, symbols
from silicart.network.network import (
    AssignmentRule,
    Compartment,
    InitialAssignment,
    Network,
    Parameter,
    RateRule,
    Species,
)


def check_consistency(network: Network, constants: Set[str]) -> None:
    """Refuse a network whose parts contradict each other.

    Parameters
    ----------
    constants : ids that the file declares to be constant.

    Raises
    ------
    ModelError : an id that stands for two things, a name that nothing defines, a quantity that two rules set, a
        constant that a rule or an event changes, or a species that both reactions and a rule change.
    """
    entries: tuple[Compartment | Species | Parameter, ...] = (
        *network.compartments,
        *network.species,
        *network.parameters,
    )
    quantities = [entry.id for entry in entries]
    _check_ids(network, quantities)
    _check_targets(network, set(quantities), constants)
    _check_species(network, constants)
    known = set(quantities) | {reaction.id for reaction in network.reactions}
    for owner, formula in _formulas(network):
        for identifier in symbols(formula):
            if identifier not in known:
                raise _undefined(f"the formula of {owner} uses {identifier}", owner, identifier, known)


def _check_ids(network: Network, quantities: Iterable[str]) -> None:
    seen: set[str] = set()
    others = [*(reaction.id for reaction in network.reactions), *(event.id for event in network.events)]
    for identifier in [*quantities, *others]:
        if not identifier or identifier in seen:
            raise ModelError(
                f"two things are called {identifier}" if identifier else "something has no id",
                where=identifier or None,
                expected="an id of its own for everything",
            )
        seen.add(identifier)


def _check_targets(network: Network, quantities: Set[str], constants: Set[str]) -> None:
    ruled: dict[str, str] = {}
    for kind, variable in _targets(network):
        if variable not in quantities:
            raise _undefined(f"{kind} sets {variable or 'nothing'}", variable, variable, quantities)
        if kind != "an initial assignment" and variable in constants:
            raise ModelError(
                f"{variable} is declared constant, but {kind} changes it",
                where=variable,
                expected="a rule or an event on something that varies",
                remedy=f"declare {variable} as not constant",
            )
        # A rate rule needs a starting value, which an initial assignment may give.
        other = ruled.get(variable)
        together = {other, kind}
        if other is not None and together not in _MAY_MEET:
            raise ModelError(
                f"{variable} is set twice, by {other} and by {kind}", where=variable, expected="one way to set it"
            )
        ruled[variable] = kind if other is None or other == "an initial assignment" else other


_MAY_MEET: tuple[set[str | None], ...] = (
    {"an event"},
    {"a rate rule", "an event"},
    {"an initial assignment", "an event"},
    {"an initial assignment", "a rate rule"},
)


def _targets(network: Network) -> Iterator[tuple[str, str]]:
    yield from (("an initial assignment", entry.variable) for entry in network.initial_assignments)
    yield from (("an assignment rule", rule.variable) for rule in network.assignment_rules)
    yield from (("a rate rule", rule.variable) for rule in network.rate_rules)
    for event in network.events:
        yield from (("an event", variable) for variable, _ in event.assignments)


def _check_species(network: Network, constants: Set[str]) -> None:
    species = {entry.id: entry for entry in network.species}
    ruled = {rule.variable for rule in network.assignment_rules} | {rule.variable for rule in network.rate_rules}
    parameters = {entry.id for entry in network.parameters}
    for reaction in network.reactions:
        for identifier, _ in (*reaction.reactants, *reaction.products):
            if identifier not in species:
                raise _undefined(f"reaction {reaction.id} changes {identifier}", reaction.id, identifier, set(species))
            if species[identifier].boundary or not (identifier in ruled or identifier in constants):
                continue
            reason = "a rule sets it" if identifier in ruled else "it is declared constant"
            raise ModelError(
                f"reaction {reaction.id} changes {identifier}, but {reason}",
                where=identifier,
                expected="a species that only reactions change, or a boundary species",
                remedy=f"set boundaryCondition of {identifier} to true if reactions shall leave it alone",
            )
    for entry in network.species:
        if entry.conversion_factor is not None and entry.conversion_factor not in parameters:
            raise _undefined(
                f"the conversion factor of {entry.id} is {entry.conversion_factor}", entry.id,
                entry.conversion_factor, parameters,
            )  # fmt: skip


def _formulas(network: Network) -> Iterator[tuple[str, Expression]]:
    setters: tuple[AssignmentRule | RateRule | InitialAssignment, ...] = (
        *network.assignment_rules,
        *network.rate_rules,
        *network.initial_assignments,
    )
    for setter in setters:
        yield setter.variable, setter.expression
    for species in network.species:
        if species.initial is not None:
            yield species.id, species.initial
    for reaction in network.reactions:
        yield reaction.id, reaction.rate
        yield from ((reaction.id, part) for _, part in (*reaction.reactants, *reaction.products))
    for event in network.events:
        parts = (event.trigger, event.delay, event.priority, *(value for _, value in event.assignments))
        yield from ((event.id, part) for part in parts if part is not None)


def _undefined(problem: str, owner: str, identifier: str, known: Set[str]) -> ModelError:
    close = nearest(identifier, known)
    return ModelError(
        f"{problem}, which the model does not define",
        where=owner or None,
        found=identifier,
        expected="a species, parameter, compartment or reaction",
        remedy=None if close is None else f"did you mean {close}?",
    )
