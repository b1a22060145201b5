"""A system with the derivative of everything along one direction of its inputs: forward sensitivities as a system.

Beside each state x stands its partner s = dx/da, where a moves the inputs along `seeds`. Partners are states like any
other: they have a Jacobian, an error control and outputs. One lane follows one direction, so all directions of all
patients fill the lanes of one compiled kernel, however many parameters there are.

Where an event or a bend of the right-hand side moves in time by dt/da (its lag), partners jump (Rozenvasser 1967;
Hindmarsh et al. 2005, section 2.6):

    before   s + f- lag                  the state at the moved time,
    event    its assignments, differentiated,
    after    s - f+ lag                  the state at the fixed time.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from silicart.symbolic.differentiate import TIME_INDEX, differentiate, tangents
from silicart.symbolic.events import SystemEvent, Writing
from silicart.symbolic.graph import GraphBuilder
from silicart.symbolic.system import Partners, System


def partner(id: str) -> str:
    """Return the id of the partner of a state, a held variable or an output."""
    return f"d {id}"


def seed(id: str) -> str:
    """Return the id of the input that says how far an input moves along the direction."""
    return f"seed {id}"


def with_partners(system: System, inputs: tuple[str, ...]) -> System:
    """Return a system that also computes derivatives with respect to some of its inputs.

    Parameters
    ----------
    inputs : ids among `system.inputs`. The new system has one more input for each, `seed ID`, by default 0, and for
        each output `o` an output `d o`: the sum over inputs of do/d(input) times its seed.

    Examples
    --------
    >>> from silicart.network.reader import read_antimony_text
    >>> from silicart.symbolic import build_system, evaluate
    >>> system = build_system(read_antimony_text("model m; k = 3; x = k^2; x' = -k*x; end", "example"))
    >>> extended = with_partners(system, ("k",))
    >>> extended.inputs, extended.states
    (('k', 'seed k'), ('x', 'd x'))
    >>> evaluate(extended, [[3.0, 1.0]], ["x", "d x"]).tolist()
    [[9.0, 6.0]]
    """
    builder = GraphBuilder(system.graph)
    count, held = len(system.states), len(system.held)
    real = [index for index, id in enumerate(system.states) if not id.startswith("clock ")]
    places = {index: count + place for place, index in enumerate(real)}
    seeds = {
        builder.input(system.inputs.index(id)): builder.input(len(system.inputs) + k) for k, id in enumerate(inputs)
    }
    moving = dict(seeds)
    moving |= {builder.state(index): builder.state(place) for index, place in places.items()}
    moving |= {builder.held(index): builder.held(held + index) for index in range(held)}
    slopes = tangents(builder, [system.derivatives[index] for index in real], moving)
    derivatives = [*system.derivatives, *slopes]
    outputs = dict(system.outputs)
    outputs |= zip(map(partner, system.outputs), tangents(builder, list(system.outputs.values()), moving), strict=True)
    events = tuple(_lowered(builder, event, moving, places, held) for event in system.events)
    watched = (*system.watched, *system.switches)
    lags = _lags(builder, system, watched, moving)
    delay_lags = tangents(builder, [event.delay for event in system.events], moving | {builder.time(): builder.lag()})
    rows = differentiate(builder, derivatives)
    jacobian = {
        (row, column): node
        for row, entries in enumerate(rows)
        for column, node in sorted(entries.items())
        if column != TIME_INDEX
    }
    extended = replace(
        system,
        inputs=(*system.inputs, *map(seed, inputs)),
        input_defaults=np.concatenate([system.input_defaults, np.zeros(len(inputs))]),
        states=(*system.states, *(partner(system.states[index]) for index in real)),
        derivatives=tuple(derivatives),
        jacobian=jacobian,
        time_derivatives={row: entries[TIME_INDEX] for row, entries in enumerate(rows) if TIME_INDEX in entries},
        initial=(*system.initial, *tangents(builder, [system.initial[index] for index in real], seeds)),
        held=(*system.held, *map(partner, system.held)),
        held_initial=(*system.held_initial, *tangents(builder, system.held_initial, seeds)),
        events=events,
        # Which condition changed decides how the time of the change moves: all of them are watched.
        switches=(),
        watched=watched,
        outputs=outputs,
        partners=Partners(tuple(places.items()), lags, tuple(delay_lags)),
        graph=builder.finish(),
    )
    return replace(extended, hash=hashlib.sha256(f"{system.hash} {inputs}".encode()).hexdigest())


def _lowered(
    builder: GraphBuilder, event: SystemEvent, moving: Mapping[int, int], places: Mapping[int, int], held: int
) -> SystemEvent:
    """The event with the derivatives of its values and of what it writes."""
    along = {**moving, builder.time(): builder.lag()}
    count = len(event.values)
    first = event.first_kept
    kept = {builder.kept(first + place): builder.kept(first + count + place) for place in range(count)}
    slopes = tangents(builder, [writing.value for writing in event.writings], along | kept)
    writings = [
        Writing(writing.state, places[writing.index] if writing.state else held + writing.index, slope)
        for writing, slope in zip(event.writings, slopes, strict=True)
    ]
    values = (*event.values, *tangents(builder, event.values, along))
    return replace(event, values=values, writings=(*event.writings, *writings))


def _lags(
    builder: GraphBuilder, system: System, watched: tuple[int, ...], moving: Mapping[int, int]
) -> tuple[int, ...]:
    """By how much the time moves at which each condition changes: minus its motion over its slope in time."""
    in_time = {builder.state(index): node for index, node in enumerate(system.derivatives)}
    in_time[builder.time()] = builder.constant(1.0)
    lags = []
    for number in watched:
        sides = [builder.as_number(argument) for argument in builder.nodes[number].args]
        gap = sides[0] if len(sides) == 1 else builder.subtract(sides[0], sides[1])
        (motion,), (slope,) = tangents(builder, [gap], moving), tangents(builder, [gap], in_time)
        zero = builder.constant(0.0)
        lag = builder.negate(builder.multiply(motion, builder.divide(builder.constant(1.0), slope)))
        # What does not move does not lag, also where the slope in time is 0.
        lags.append(builder.select(builder.compare("equal", motion, zero), zero, lag))
    return tuple(lags)
