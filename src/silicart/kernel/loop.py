"""The whole integration as one compiled function: all patients through the lanes until the queue is empty."""

from __future__ import annotations

from silicart.kernel.accumulators import NO_ACCUMULATION, Accumulation
from silicart.kernel.arrivals import arrival_functions
from silicart.kernel.conditions import condition_functions
from silicart.kernel.costs import pays_to_be_explicit
from silicart.kernel.dense_output import output_functions
from silicart.kernel.derivative_code import Code, Destination, functions_used, graph_functions
from silicart.kernel.explicit import explicit_functions
from silicart.kernel.ir.function import epilogue, prologue
from silicart.kernel.jumps import jump_functions
from silicart.kernel.kinks import find_kinks
from silicart.kernel.layout import Layout, layout
from silicart.kernel.linear_algebra import entry_slots, factorisation, solution
from silicart.kernel.mathematics import mathematics
from silicart.kernel.reactions import reaction_functions
from silicart.kernel.reductions import reduction_functions
from silicart.kernel.schedule import schedule
from silicart.kernel.stages import advance_function, clear_function, finish_function, stage_functions
from silicart.kernel.step import step_functions
from silicart.kernel.switching import switching_functions
from silicart.kernel.teams import team_functions
from silicart.symbolic.elimination import Elimination, eliminate
from silicart.symbolic.events import SystemEvent
from silicart.symbolic.graph import INPUT, Graph
from silicart.symbolic.system import System


def module(
    system: System, observables: tuple[str, ...], width: int, accumulation: Accumulation = NO_ACCUMULATION
) -> tuple[str, Layout]:
    """Return the LLVM module of a system, as text, and the layout of its workspace.

    The module defines `run(arguments)`; see `layout.ARGUMENTS` for the block it takes.
    """
    graph = system.graph
    watched = [system.outputs[name] for name in observables]
    measured = [system.outputs[name] for name in accumulation.observables]
    kinks = find_kinks(graph, measured)
    bending = [root for kink in kinks for root in kink.roots]
    elimination = eliminate(len(system.states), system.jacobian)
    slots = entry_slots(elimination)
    reacting = _reacting(system)
    entries = {entry: slots[entry] for entry in system.jacobian}
    hoisted = _hoisted(
        system, [*watched, *measured, *bending, *(root for roots in reacting.values() for root in roots)]
    )
    known = set(hoisted)
    jacobian_roots = [*system.derivatives, *system.jacobian.values(), *system.time_derivatives.values()]
    plans = {
        # What a patient fixes has the bits of `symbolic.evaluate`, so nothing is fused there.
        "prepare": schedule(graph, [*hoisted, *system.initial, *system.held_initial], set(), fuse=False),
        "slope": schedule(graph, system.derivatives, known, fuse=True),
        "jacobian": schedule(graph, jacobian_roots, known, fuse=True),
        "observe": schedule(graph, watched, known, fuse=False),
        **{name: schedule(graph, roots, known, fuse=False) for name, roots in reacting.items()},
        **({"measure": schedule(graph, measured, known, fuse=False)} if accumulation.tasks else {}),
        **({"kinks": schedule(graph, bending, known, fuse=False)} if kinks else {}),
    }
    places = layout(
        system,
        len(observables),
        width,
        hoisted=len(hoisted),
        entries=len(slots),
        passed=max(len(plan.passed) for plan in plans.values()),
        explicit=not system.watched
        and system.partners is None
        and pays_to_be_explicit(graph, plans["slope"], plans["jacobian"], elimination),
        accumulation=accumulation,
        kinks=kinks,
    )
    slopes = [[Destination("slope", state, with_rate=True)] for state in range(len(system.states))]
    destinations = {
        "prepare": [[Destination("hoisted", slot)] for slot in hoisted.values()]
        + [[Destination("initial", state)] for state in range(len(system.states))]
        + [[Destination("held_initial", index)] for index in range(len(system.held))],
        "slope": slopes,
        "jacobian": slopes
        + [[Destination("factors", slots[entry])] for entry in system.jacobian]
        + [[Destination("slope_by_time", state)] for state in system.time_derivatives],
        "observe": [[Destination("observables", index)] for index in range(len(watched))],
        "measure": [[Destination("measured", index)] for index in range(len(measured))],
        "kinks": [[Destination("kink_values", index)] for index in range(len(bending))],
        "watch": [[Destination("watching", index)] for index in range(len(system.watched))],
        "events": [[Destination(part, index)] for part in _EVENT_PARTS for index in range(len(system.events))]
        + [[Destination("values_now", index)] for event in system.events for index in range(*_kept(event))]
        + [[Destination("delay_lags", index)] for index in range(len(system.events) if system.partners else 0)],
        "lags": [[Destination("lags", index)] for index in range(len(system.watched))],
        "land": [[Destination("landed", index)] for index in range(len(reacting.get("land", [])))],
    }
    states = {
        **dict.fromkeys(("slope", "lags"), "stage_state"),
        **dict.fromkeys(("observe", "measure", "kinks", "watch"), "interpolated"),
    }
    timed = system.timed
    used = functions_used(graph, list(plans.values())) | {"exp", "log"}
    parts = [prologue(width), mathematics(used, width)]
    for name, plan in plans.items():
        at_hand = {} if name == "prepare" else hoisted
        parts.append(
            graph_functions(name, Code(graph, places, at_hand, states.get(name, "state")), plan, destinations[name])
        )
    parts += _method(elimination, system, places, entries, timed=timed)
    parts += [output_functions(places, _states_read(graph, watched)), arrival_functions(places), team_functions(places)]
    if places.memory.needed:
        parts += [reaction_functions(system, places, places.memory)]
    if system.watched:
        parts += [jump_functions(system, places)]
        parts += [condition_functions(system, places, places.memory, _states_read(graph, list(system.watched)))]
    if accumulation.tasks:
        read = _states_read(graph, measured)
        parts += [reduction_functions(places, read, kinks, watching=bool(system.watched))]
    parts.append(epilogue(width))
    return "\n".join(parts), places


def _method(
    elimination: Elimination, system: System, places: Layout, entries: dict[tuple[int, int], int], *, timed: bool
) -> list[str]:
    return [
        factorisation(elimination, set(system.jacobian), places),
        solution(elimination, places, timed=timed),
        stage_functions(places),
        finish_function(places),
        advance_function(places),
        clear_function(places),
        *([explicit_functions(places, timed=timed), switching_functions(places)] if places.explicit else []),
        step_functions(
            places, entries, timed=timed, watching=bool(system.watched), jumping=system.partners is not None
        ),
    ]


#: What is evaluated of every event at once, and where it goes.
_EVENT_PARTS = ("triggers", "delays", "priorities")


def _reacting(system: System) -> dict[str, list[int]]:
    """The roots of what only a system with conditions and events computes."""
    roots: dict[str, list[int]] = {}
    if system.watched:
        roots["watch"] = list(system.watched)
        if system.partners is not None:
            roots["lags"] = list(system.partners.lags)
    if system.events:
        events = system.events
        roots["events"] = [event.trigger for event in events]
        roots["events"] += [event.delay for event in events]
        roots["events"] += [event.priority for event in events]
        roots["events"] += [value for event in events for value in event.values]
        roots["events"] += [] if system.partners is None else system.partners.delay_lags
        roots["land"] = [writing.value for event in events for writing in event.writings]
    return roots


def _kept(event: SystemEvent) -> tuple[int, int]:
    return event.first_kept, event.first_kept + len(event.values)


def _hoisted(system: System, watched: list[int]) -> dict[int, int]:
    """Nodes that a patient fixes and that running code reads, with their slots."""
    graph = system.graph
    roots = [*system.derivatives, *system.jacobian.values(), *system.time_derivatives.values(), *watched]
    found: dict[int, None] = {}
    for number in graph.reachable(roots):
        if graph.dependency[number] > INPUT:
            found.update(dict.fromkeys(argument for argument in graph.nodes[number].args if _fixed(graph, argument)))
    found.update(dict.fromkeys(root for root in roots if _fixed(graph, root)))
    return {number: slot for slot, number in enumerate(sorted(found))}


def _fixed(graph: Graph, number: int) -> bool:
    return graph.dependency[number] <= INPUT and bool(graph.nodes[number].args)


def _states_read(graph: Graph, watched: list[int]) -> list[int]:
    nodes = (graph.nodes[number] for number in graph.reachable(watched))
    return sorted(int(node.payload) for node in nodes if node.op == "state")
