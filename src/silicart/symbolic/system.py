"""A network as a system of differential equations on one graph."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from silicart.errors import ModelError, nearest
from silicart.network.network import Network
from silicart.symbolic.differentiate import TIME_INDEX, differentiate
from silicart.symbolic.events import SystemEvent, find_conditions, lower_events
from silicart.symbolic.graph import TIME, Graph, GraphBuilder, sum_of
from silicart.symbolic.lower import Scope
from silicart.symbolic.meaning import Meaning
from silicart.symbolic.node_values import evaluate_nodes

FloatArray: TypeAlias = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Partners:
    """States that are the derivatives of others along a direction; see `sensitivity.with_partners`.

    of : pairs of a state and its partner, by their places.
    lags : for each watched condition the node by how much the time of its change moves along the direction.
    delay_lags : for each event the node by how much its delay moves.
    """

    of: tuple[tuple[int, int], ...]
    lags: tuple[int, ...]
    delay_lags: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class System:
    """dy/dt = f(inputs, t, y) with its Jacobian, initial state, events and outputs, as numbers of graph nodes.

    inputs : ids of what the user may set, in the order of the columns of an input array.
    input_defaults : their values in the model file, shape (inputs,).
    states : ids of the states, in the order of the columns of a state array; clocks of conditions come last.
    derivatives : for each state the node of its time derivative.
    jacobian : (row state, column state) to node, only where not identically zero.
    time_derivatives : state to the node of the partial derivative of f by time; empty when f is autonomous.
    initial : for each state the node of its initial value, a function of inputs and start time.
    held, held_initial : ids of what events alone change, and the nodes of their initial values.
    events : what happens when a condition becomes true.
    switches : conditions whose time of change is known before a run, once the inputs are.
    watched : conditions whose change is looked for during a run.
    outputs : id to node for states, rule variables, parameters, species, compartments and reaction rates, and
        `[S]` and `amount(S)` for each species.
    hash : SHA-256 of all of it.
    partners : for a system with sensitivities, which states are derivatives of which.
    """

    inputs: tuple[str, ...]
    input_defaults: FloatArray
    states: tuple[str, ...]
    graph: Graph
    derivatives: tuple[int, ...]
    jacobian: Mapping[tuple[int, int], int]
    time_derivatives: Mapping[int, int]
    initial: tuple[int, ...]
    held: tuple[str, ...]
    held_initial: tuple[int, ...]
    events: tuple[SystemEvent, ...]
    switches: tuple[int, ...]
    watched: tuple[int, ...]
    outputs: Mapping[str, int]
    hash: str
    partners: Partners | None = None

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
    meaning = Meaning.of(network)
    builder = GraphBuilder()
    start = meaning.start(builder, {name: builder.input(k) for k, name in enumerate(defaults)})

    def at_start(name: str) -> int:
        return builder.as_number(start.resolve(meaning.kept_as(name)))

    initial = [at_start(state) for state in network.states]
    held_initial = tuple(at_start(name) for name in network.held)
    running = meaning.running(builder, start)
    outputs = {name: running.resolve(name) for name in meaning.output_ids()}
    derivatives = list(_derivatives(meaning, running))
    events = lower_events(meaning, running)
    conditions = find_conditions(builder, derivatives, [event.trigger for event in events])
    derivatives += conditions.clocks
    initial += [builder.constant(0.0)] * len(conditions.clocks)
    states = (*network.states, *(f"clock {number}" for number in range(len(conditions.clocks))))
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
    parts = (
        (tuple(defaults), states, derivatives, jacobian, time_derivatives, initial, outputs),
        (network.held, held_initial, events, conditions),
    )
    return System(
        inputs=tuple(defaults),
        input_defaults=values,
        states=states,
        graph=graph,
        derivatives=tuple(derivatives),
        jacobian=jacobian,
        time_derivatives=time_derivatives,
        initial=tuple(initial),
        held=network.held,
        held_initial=held_initial,
        events=events,
        switches=conditions.switches,
        watched=conditions.watched,
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
        inputs = {name: builder.input(k) for k, name in enumerate(defaults)}
        scope = Meaning.of(network).start(builder, inputs)
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


def _derivatives(meaning: Meaning, running: Scope) -> Iterable[int]:
    builder, network = running.builder, meaning.network
    terms: dict[str, list[int]] = {state: [] for state in network.states}
    factors = {entry.id: entry.conversion_factor for entry in network.species}
    for reaction in network.reactions:
        rate = builder.as_number(running.resolve(reaction.id))
        for sign, side in ((-1.0, reaction.reactants), (1.0, reaction.products)):
            for species, stoichiometry in side:
                if species in terms:
                    factor = builder.multiply(builder.constant(sign), builder.as_number(running.lower(stoichiometry)))
                    conversion = factors[species]
                    if conversion is not None:
                        factor = builder.multiply(factor, running.resolve(conversion))
                    terms[species].append(builder.multiply(factor, rate))
    inside = {
        entry.id: entry.compartment
        for entry in network.species
        if not entry.amount and meaning.kept_as(entry.id) == entry.id
    }
    for state in network.states:
        if state in meaning.ruled:
            yield builder.as_number(running.lower(meaning.ruled[state]))
            continue
        derivative = sum_of(builder, terms[state])
        if state in inside:
            size = running.resolve(inside[state])
            derivative = builder.multiply(derivative, builder.divide(builder.constant(1.0), size))
        yield derivative


def _hash(graph: Graph, defaults: FloatArray, parts: tuple[object, ...]) -> str:
    digest = hashlib.sha256()
    for node in graph.nodes:
        digest.update(repr(tuple(node)).encode())
    digest.update(repr(parts).encode())
    digest.update(defaults.tobytes())
    return digest.hexdigest()
