"""Events of a network as graph nodes, and the conditions that a run must watch.

An event brings along the values that it computed ("kept"); what it writes follows from them and from the state at
execution. All assignments of an event happen at once: a concentration is given in the compartment as it was just
before, and where the same event resizes the compartment it is the amount that stays.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from silicart.network.expression import Expression
from silicart.network.network import Event
from silicart.symbolic.differentiate import TIME_INDEX, differentiate, tangents
from silicart.symbolic.graph import COMPARISONS, HELD, ROUNDING, STATE, TIME, GraphBuilder
from silicart.symbolic.lower import Scope
from silicart.symbolic.meaning import Meaning

_KINKS = ("minimum", "maximum")
_PERIODIC = ("sin", "cos", "tan")


@dataclass(frozen=True)
class Writing:
    """Where an executing event writes: a state or a held variable, and the node of its new value."""

    state: bool
    index: int
    value: int


@dataclass(frozen=True)
class SystemEvent:
    """An event as graph nodes; see `network.Event` for its meaning.

    trigger, delay, priority : nodes; 0 is no delay, and minus infinity no priority.
    delayed : whether the event has a delay at all.
    values : the nodes that are computed at firing or at execution; value j becomes "kept" `first_kept + j`.
    writings : what execution changes, as functions of the kept values and of the state.
    """

    id: str
    trigger: int
    delay: int
    priority: int
    delayed: bool
    persistent: bool
    initially: bool
    values_from_trigger: bool
    first_kept: int
    values: tuple[int, ...]
    writings: tuple[Writing, ...]


def lower_events(meaning: Meaning, running: Scope) -> tuple[SystemEvent, ...]:
    """Return the events of a network on the graph of `running`."""
    events = []
    first = 0
    for event in meaning.network.events:
        events.append(_lower(meaning, running, event, first))
        # Twice, so that the derivatives of the values find their place beside them.
        first += 2 * len(event.assignments)
    return tuple(events)


@dataclass(frozen=True)
class Conditions:
    """Where the course of a system may bend, as nodes.

    switches : comparisons, minima and maxima whose two sides part evenly in time: known before the run.
    watched : comparisons and roundings whose change must be found during the run.
    clocks : derivatives by time of what is compared, where it is no straight line in time, or swings with a state.
        Integrated along, they make the step control follow an oscillation that no state shows.
    """

    switches: tuple[int, ...]
    watched: tuple[int, ...]
    clocks: tuple[int, ...]


def find_conditions(builder: GraphBuilder, derivatives: Sequence[int], triggers: Iterable[int]) -> Conditions:
    """Return the conditions that the derivatives of all states and the triggers stand on."""
    graph = builder.finish()
    course = {builder.state(index): derivative for index, derivative in enumerate(derivatives)}
    course[builder.time()] = builder.constant(1.0)
    switches: list[int] = []
    watched: list[int] = []
    clocks: dict[int, None] = {}
    for number in graph.reachable([*derivatives, *triggers]):
        op, args, _ = graph.nodes[number]
        moves = graph.dependency[number] & (TIME | STATE)
        if not moves or op not in (*COMPARISONS, *ROUNDING, *_KINKS):
            continue
        slope, straight = _slope(builder, [builder.as_number(argument) for argument in args])
        by_time_alone = not graph.dependency[number] & (STATE | HELD)
        if straight and by_time_alone and op not in ROUNDING:
            switches.append(number)
        elif op not in _KINKS:
            watched.append(number)
            if _swings(builder, args):
                sides = tangents(builder, [builder.as_number(argument) for argument in args], course)
                slope = sides[0] if len(sides) == 1 else builder.subtract(sides[0], sides[1])
                clocks[slope] = None
            elif builder.dependency[slope] & TIME:
                clocks[slope] = None
    return Conditions(tuple(switches), tuple(watched), tuple(clocks))


def _swings(builder: GraphBuilder, sides: Sequence[int]) -> bool:
    """Whether what is compared goes up and down while a state that it stands on only goes up."""
    graph = builder.finish()
    return any(
        graph.nodes[number].op in _PERIODIC and graph.dependency[number] & STATE for number in graph.reachable(sides)
    )


def _slope(builder: GraphBuilder, sides: Sequence[int]) -> tuple[int, bool]:
    """The derivative by time of what is compared, and whether it is the same at all times."""
    zero = builder.constant(0.0)
    parts = [derivative.get(TIME_INDEX, zero) for derivative in differentiate(builder, sides)]
    slope = parts[0] if len(parts) == 1 else builder.subtract(parts[0], parts[1])
    graph = builder.finish()
    steps = any(
        graph.nodes[number].op in ROUNDING and graph.dependency[number] & TIME for number in graph.reachable(sides)
    )
    return slope, not steps and not builder.dependency[slope] & TIME


def _lower(meaning: Meaning, running: Scope, event: Event, first: int) -> SystemEvent:
    builder = running.builder

    def number(expression: Expression | None, otherwise: float) -> int:
        return builder.constant(otherwise) if expression is None else builder.as_number(running.lower(expression))

    values = tuple(builder.as_number(running.lower(value)) for _, value in event.assignments)
    return SystemEvent(
        id=event.id,
        trigger=builder.as_truth(running.lower(event.trigger)),
        delay=number(event.delay, 0.0),
        priority=number(event.priority, -math.inf),
        delayed=event.delay is not None,
        persistent=event.persistent,
        initially=event.initially,
        values_from_trigger=event.values_from_trigger,
        first_kept=first,
        values=values,
        writings=tuple(_writings(meaning, running, event, first)),
    )


def _writings(meaning: Meaning, running: Scope, event: Event, first: int) -> Iterable[Writing]:
    network, builder = meaning.network, running.builder
    states = {name: index for index, name in enumerate(network.states)}
    held = {name: index for index, name in enumerate(network.held)}
    new = {variable: builder.kept(first + place) for place, (variable, _) in enumerate(event.assignments)}
    after = _after(meaning, running, new)
    dissolved = {entry.id: entry.compartment for entry in network.species if not entry.amount}
    # A rate rule on a concentration keeps the concentration, which jumps with the compartment.
    written = dict(new) | {
        name: running.resolve(name) for name in dissolved if name in meaning.ruled and name not in new
    }
    for variable, given in written.items():
        value = given
        if variable in dissolved:
            before, behind = (scope.resolve(dissolved[variable]) for scope in (running, after))
            if variable in meaning.amounts:
                value = builder.multiply(given, before)
            elif before != behind:
                value = builder.multiply(given, builder.divide(before, behind))
        is_state = variable in states
        if variable in new or value != given:
            yield Writing(is_state, states[variable] if is_state else held[variable], value)


def _after(meaning: Meaning, running: Scope, new: dict[str, int]) -> Scope:
    """What symbols mean once the event has executed."""
    builder, network = running.builder, meaning.network
    values = dict(new)
    for index, name in enumerate(network.states):
        if name not in new:
            values[meaning.kept_as(name)] = builder.state(index)
    for index, name in enumerate(network.held):
        if name not in new:
            values[meaning.kept_as(name)] = builder.held(index)
    formulas = dict(running.formulas)
    # What neither moves nor follows a rule is the same before and after.
    same = {name: node for name, node in running.values.items() if builder.dependency[node] <= 1}
    return Scope(builder, {**same, **values}, formulas, running.time)
