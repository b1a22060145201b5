"""The order in which assignments are computed: each after what it uses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from graphlib import CycleError, TopologicalSorter

from silicart.errors import ModelError
from silicart.network.expression import Apply, Expression, Symbol, symbols
from silicart.network.network import Network


def in_dependency_order(network: Network) -> Network:
    """Return `network` with its assignment rules and its initial assignments each after what it uses.

    What stands between counts: the rate of a reaction, an amount divided by a compartment, a rateOf.

    Raises
    ------
    ModelError : the formulas define each other in a circle.
    """
    if not network.assignment_rules and not network.initial_assignments:
        return network
    order = _order(network)
    return replace(
        network,
        assignment_rules=tuple(sorted(network.assignment_rules, key=lambda rule: order[rule.variable])),
        initial_assignments=tuple(sorted(network.initial_assignments, key=lambda entry: order[entry.variable])),
    )


def _order(network: Network) -> Mapping[str, int]:
    formulas = _formulas(network)
    uses: dict[str, list[str]] = {}
    pending = [entry.variable for entry in network.initial_assignments][::-1]
    pending += [rule.variable for rule in network.assignment_rules][::-1]
    while pending:
        name = pending.pop()
        if name in uses:
            continue
        found = _rate_uses(network, name[7:-1], formulas) if name.startswith("rateOf(") else _uses(formulas[name])
        uses[name] = [used for used in dict.fromkeys(found) if used in formulas or used.startswith("rateOf(")]
        pending.extend(reversed(uses[name]))
    try:
        return {name: place for place, name in enumerate(TopologicalSorter(uses).static_order())}
    except CycleError as error:
        circle = [str(name) for name in error.args[1]]
        raise ModelError(
            "assignments refer to each other in a circle",
            where=next((name for name in circle if not name.startswith("rateOf(")), None),
            found=" -> ".join(circle),
            expected="each assignment uses only what is known before it",
        ) from None


def _formulas(network: Network) -> Mapping[str, Expression]:
    """What each name is computed from at the start: a rule holds always, then come initial assignments."""
    formulas: dict[str, Expression] = {rule.variable: rule.expression for rule in network.assignment_rules}
    for entry in network.initial_assignments:
        formulas.setdefault(entry.variable, entry.expression)
    for species in network.species:
        if isinstance(species.initial, Apply):
            formulas.setdefault(species.id, species.initial)
    for reaction in network.reactions:
        formulas[reaction.id] = reaction.rate
    return formulas


def _uses(expression: Expression) -> Iterator[str]:
    """Yield the names that a formula stands on, "rateOf(x)" for a rate of change."""
    pending = [expression]
    while pending:
        node = pending.pop()
        if isinstance(node, Symbol):
            yield node.id
        elif isinstance(node, Apply):
            if node.op == "rateOf":
                yield f"rateOf({next(symbols(node))})"
            else:
                pending.extend(reversed(node.args))


def _rate_uses(network: Network, name: str, formulas: Mapping[str, Expression]) -> Iterator[str]:
    """Yield what the rate of change of `name` stands on."""
    for rule in network.rate_rules:
        if rule.variable == name:
            yield from _uses(rule.expression)
            return
    for assignment in network.assignment_rules:
        if assignment.variable == name:
            for used in _uses(assignment.expression):
                yield used
                if not used.startswith("rateOf("):
                    yield f"rateOf({used})"
            return
    species = next((entry for entry in network.species if entry.id == name), None)
    if species is None:
        return
    for reaction in network.reactions:
        for changed, stoichiometry in (*reaction.reactants, *reaction.products):
            if changed == name:
                yield reaction.id
                yield from _uses(stoichiometry)
    if species.conversion_factor is not None:
        yield species.conversion_factor
    if not species.amount:
        yield species.compartment
        if any(entry.id == species.compartment and not entry.constant for entry in network.compartments):
            yield name
            yield f"rateOf({species.compartment})"
