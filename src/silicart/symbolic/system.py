"""A network as a system of differential equations on one graph."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from silicart.errors import ModelError, nearest
from silicart.network.expression import Expression, Number
from silicart.network.network import Network
from silicart.symbolic.differentiate import TIME_INDEX, differentiate
from silicart.symbolic.graph import TIME, Graph, GraphBuilder, sum_of
from silicart.symbolic.lower import Scope
from silicart.symbolic.node_values import evaluate_nodes

FloatArray: TypeAlias = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class System:
    """dy/dt = f(inputs, t, y) with its Jacobian, initial state and outputs, as numbers of graph nodes.

    inputs : ids of what the user may set, in the order of the columns of an input array.
    input_defaults : their values in the model file, shape (inputs,).
    states : ids of the states, in the order of the columns of a state array.
    derivatives : for each state the node of its time derivative.
    jacobian : (row state, column state) to node, only where not identically zero.
    time_derivatives : state to the node of the partial derivative of f by time; empty when f is autonomous.
    initial : for each state the node of its initial value, a function of inputs and start time.
    outputs : id to node for states, rule variables, parameters, species, compartments and reaction rates.
    hash : SHA-256 of all of it.
    """

    inputs: tuple[str, ...]
    input_defaults: FloatArray
    states: tuple[str, ...]
    graph: Graph
    derivatives: tuple[int, ...]
    jacobian: Mapping[tuple[int, int], int]
    time_derivatives: Mapping[int, int]
    initial: tuple[int, ...]
    outputs: Mapping[str, int]
    hash: str

    @property
    def timed(self) -> bool:
        """Whether f depends on time: a condition on time has no derivative by it, yet must be told the time."""
        return any(self.graph.dependency[node] & TIME for node in self.derivatives)


def build_system(network: Network, overrides: frozenset[str] = frozenset()) -> System:
    """Return the system of a network.

    Parameters
    ----------
    network : the model.
    overrides : ids that the user sets although the model computes their initial value: parameters with an initial
        assignment, species and states. They become inputs; their default is what the model computes.

    Raises
    ------
    ModelError : an override is unknown or set by a rule, a symbol is undefined, a value is missing, or formulas
        define each other in a circle.

    Examples
    --------
    >>> from silicart.network.reader import read_antimony_text
    >>> system = build_system(read_antimony_text("model m; k = 0.5; x = 2/k; x' = -k*x; end", "example"))
    >>> system.inputs, system.states
    (('k',), ('x',))
    """
    defaults = _defaults(network, overrides)
    builder = GraphBuilder()
    start = _start_scope(network, builder, {name: builder.input(k) for k, name in enumerate(defaults)})
    initial = tuple(start.resolve(state) for state in network.states)
    running = _running_scope(network, builder, start)
    outputs = {name: running.resolve(name) for name in _output_ids(network)}
    derivatives = tuple(_derivatives(network, running))
    rows = differentiate(builder, derivatives)
    jacobian = {
        (row, column): node
        for row, entries in enumerate(rows)
        for column, node in sorted(entries.items())
        if column != TIME_INDEX
    }
    time_derivatives = {row: entries[TIME_INDEX] for row, entries in enumerate(rows) if TIME_INDEX in entries}
    graph = builder.finish()
    values = np.array(list(defaults.values()), dtype=np.float64)
    parts = (tuple(defaults), network.states, derivatives, jacobian, time_derivatives, initial, outputs)
    return System(
        inputs=tuple(defaults),
        input_defaults=values,
        states=network.states,
        graph=graph,
        derivatives=derivatives,
        jacobian=jacobian,
        time_derivatives=time_derivatives,
        initial=initial,
        outputs=outputs,
        hash=_hash(graph, values, parts),
    )


def _defaults(network: Network, overrides: frozenset[str]) -> dict[str, float]:
    """The inputs in their order, with their values: parameters as declared, then overrides."""
    formulas = {entry.variable for entry in network.initial_assignments}
    formulas |= {entry.variable for entry in network.assignment_rules + network.rate_rules}
    defaults: dict[str, float] = {}
    for parameter in network.parameters:
        if parameter.id in formulas:
            continue
        if parameter.value is None:
            raise ModelError(
                "a parameter without a value",
                where=parameter.id,
                expected="a value, an initial assignment or a rule",
                remedy="give it a value in the model file",
            )
        defaults[parameter.id] = parameter.value
    extra = sorted(overrides - set(defaults))
    if extra:
        _check_overrides(network, extra)
        builder = GraphBuilder()
        scope = _start_scope(network, builder, {name: builder.input(k) for k, name in enumerate(defaults)})
        nodes = [scope.resolve(name) for name in extra]
        row = np.array([list(defaults.values())], dtype=np.float64)
        values = evaluate_nodes(builder.finish(), nodes, inputs=row, start=0.0)[0]
        defaults.update(zip(extra, values.tolist(), strict=True))
    return defaults


def _check_overrides(network: Network, names: Iterable[str]) -> None:
    ruled = {rule.variable for rule in network.assignment_rules}
    allowed = {entry.id for entry in network.parameters + network.species + network.compartments} - ruled
    for name in names:
        if name in ruled:
            raise ModelError(
                "a quantity that a rule sets at all times cannot be set",
                found=name,
                expected="a parameter without a rule, or a state",
                remedy="set what the rule computes it from",
            )
        if name not in allowed:
            guess = nearest(name, allowed)
            raise ModelError(
                "an unknown parameter or state",
                found=name,
                expected=f"an id of the model, such as {guess}" if guess else "an id of the model",
                remedy="correct the name",
            )


def _start_scope(network: Network, builder: GraphBuilder, inputs: Mapping[str, int]) -> Scope:
    """Symbols at the moment when the initial conditions hold."""
    formulas: dict[str, Expression] = {
        entry.id: Number(entry.size, entry.unit) for entry in network.compartments if entry.size is not None
    }
    formulas.update({entry.id: entry.initial for entry in network.species if entry.initial is not None})
    # A parameter that a rate rule moves starts from its own value.
    formulas.update({entry.id: Number(entry.value) for entry in network.parameters if entry.value is not None})
    formulas.update({entry.id: entry.rate for entry in network.reactions})
    formulas.update({entry.variable: entry.expression for entry in network.initial_assignments})
    formulas.update({entry.variable: entry.expression for entry in network.assignment_rules})
    return Scope(builder, inputs, formulas, builder.start())


def _running_scope(network: Network, builder: GraphBuilder, start: Scope) -> Scope:
    """Symbols while time runs: states move, rules follow them, everything else keeps its starting value."""
    values = {state: builder.state(index) for index, state in enumerate(network.states)}
    formulas: dict[str, Expression] = {entry.variable: entry.expression for entry in network.assignment_rules}
    formulas.update({entry.id: entry.rate for entry in network.reactions})
    fixed = [entry.id for entry in network.compartments + network.species + network.parameters]
    values.update({name: start.resolve(name) for name in fixed if name not in values and name not in formulas})
    return Scope(builder, values, formulas, builder.time())


def _output_ids(network: Network) -> list[str]:
    entries = network.species + network.parameters + network.compartments + network.reactions
    rules = [rule.variable for rule in network.assignment_rules]
    return list(dict.fromkeys([*network.states, *rules, *(entry.id for entry in entries)]))


def _derivatives(network: Network, running: Scope) -> list[int]:
    builder = running.builder
    terms: dict[str, list[int]] = {state: [] for state in network.states}
    for reaction in network.reactions:
        rate = running.resolve(reaction.id)
        for sign, side in ((-1.0, reaction.reactants), (1.0, reaction.products)):
            for species, stoichiometry in side:
                if species in terms:
                    factor = builder.multiply(builder.constant(sign), running.lower(stoichiometry))
                    terms[species].append(builder.multiply(factor, rate))
    compartment_of = {entry.id: entry.compartment for entry in network.species if not entry.amount}
    derivatives = {state: sum_of(builder, added) for state, added in terms.items()}
    for state, compartment in compartment_of.items():
        if state in derivatives:
            derivatives[state] = builder.multiply(
                derivatives[state], builder.divide(builder.constant(1.0), running.resolve(compartment))
            )
    for rule in network.rate_rules:
        derivatives[rule.variable] = running.lower(rule.expression)
    return [derivatives[state] for state in network.states]


def _hash(graph: Graph, defaults: FloatArray, parts: tuple[object, ...]) -> str:
    digest = hashlib.sha256()
    for node in graph.nodes:
        digest.update(repr(tuple(node)).encode())
    digest.update(repr(parts).encode())
    digest.update(defaults.tobytes())
    return digest.hexdigest()
