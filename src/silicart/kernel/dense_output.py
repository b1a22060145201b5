"""Outputs: interpolation inside an accepted step, observables, and their way into the caller's array.

Outputs never change a step, so asking for more of them changes no value.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from silicart.kernel import rodas5p
from silicart.kernel.ir import FunctionBuilder, Value, integer_table
from silicart.kernel.layout import Arguments, Layout, Workspace, run_function
from silicart.kernel.switching import is_explicit


def output_functions(layout: Layout, needed: Sequence[int]) -> str:
    """Return `outputs_inside` and `outputs_here`, which write what is due during a step and at a stop.

    `needed` lists the states that the observables read.
    """
    return "\n".join([integer_table("needed", needed), _emit(layout), _inside(layout, needed), _here(layout, needed)])


def _inside(layout: Layout, needed: Sequence[int]) -> str:
    """Outputs between `time` and `landing` for the lanes of a mask; one at a stop waits for the events there."""
    f, workspace, arguments = run_function("outputs_inside", layout, [("i64", "accepted"), ("i64", "stopping")])
    accepted, stopping = f.lanes(f.parameters["accepted"]), f.lanes(f.parameters["stopping"])
    time, landing = workspace.load("time"), workspace.load("landing")
    inverse = workspace.load("inverse_trial")
    one = f.splat(1.0)
    with f.while_true() as leave_if:
        due = workspace.load("due")
        at_end = f.equal(due, landing)
        before = f.either(f.less(due, landing), f.both(at_end, f.opposite(stopping)))
        pending = f.both(before, accepted)
        mask = f.mask(pending)
        leave_if(f.integer_compare("eq", mask, f.i64(0)))
        # Lanes without an output due look at the end of the step, where the interpolation is finite.
        inside = f.both(pending, f.opposite(at_end))
        fraction = f.select(inside, f.multiply(f.subtract(due, time), inverse), one)
        workspace.store(f.select(pending, due, landing), "at")
        step_weights(f, workspace, fraction)
        interpolation(f, workspace, fraction, "needed", len(needed))
        f.call("emit", arguments.base, workspace.base, mask)
    f.give()
    return f.text()


def _here(layout: Layout, needed: Sequence[int]) -> str:
    """Outputs at the present time of the lanes of a mask."""
    f, workspace, arguments = run_function("outputs_here", layout, [("i64", "mask")])
    workspace.store(workspace.load("time"), "at")
    with f.loop(len(needed)) as loop:
        state = f.load(Value("ptr", "@needed"), loop.index, "i64")
        workspace.store_at(workspace.load_at("state", state), "interpolated", state)
    f.call("emit", arguments.base, workspace.base, f.parameters["mask"])
    f.give()
    return f.text()


def _emit(layout: Layout) -> str:
    """Observables at the interpolated state, written for the lanes of a mask, whose next output becomes due."""
    f, workspace, arguments = run_function("emit", layout, [("i64", "mask")])
    f.call("observe", workspace.base)
    values, times = arguments.address("values"), arguments.address("times")
    count, single = arguments.number("times_count"), arguments.number("single")
    source = workspace.part("observables")
    with f.each_lane(f.parameters["mask"]) as lane:
        patient = workspace.load_lane("patient", lane, "i64")
        output = workspace.load_lane("output", lane, "i64")
        row = f.integer_add(f.integer_multiply(patient, count), output)
        first = f.integer_multiply(row, f.i64(layout.observables))
        for wanted, store in ((0, f.store), (1, f.store_single)):
            with f.when(f.integer_compare("eq", single, f.i64(wanted))), f.loop(layout.observables) as loop:
                store(f.load_lane(source, loop.index, lane), values, f.integer_add(first, loop.index))
        following = f.integer_add(output, f.i64(1))
        workspace.store_lane(following, "output", lane)
        workspace.store_lane(next_due(f, times, count, following), "due", lane)
    f.give()
    return f.text(linkage="internal")


def blank_rest(f: FunctionBuilder, workspace: Workspace, arguments: Arguments, lane: Value) -> None:
    """Not a number into all outputs that a lane has not written."""
    patient, output = (workspace.load_lane(name, lane, "i64") for name in ("patient", "output"))
    count, single = arguments.number("times_count"), arguments.number("single")
    width = f.i64(workspace.layout.observables)
    first = f.integer_multiply(f.integer_add(f.integer_multiply(patient, count), output), width)
    rest = f.integer_multiply(f.integer_subtract(count, output), width)
    for wanted, store in ((0, f.store), (1, f.store_single)):
        with f.when(f.integer_compare("eq", single, f.i64(wanted))), f.loop(rest) as loop:
            store(f.f64(math.nan), arguments.address("values"), f.integer_add(first, loop.index))


def next_due(f: FunctionBuilder, times: Value, count: Value, output: Value) -> Value:
    """The time of an output, infinite after the last."""
    last = f.integer_subtract(count, f.i64(1))
    exists = f.integer_compare("sle", output, last)
    # The address stays inside the array; what is read there is dropped when no output is left.
    time = f.load(times, f.select(exists, output, last))
    return f.select(exists, time, f.f64(math.inf))


def step_weights(f: FunctionBuilder, workspace: Workspace, fraction: Value) -> None:
    """Put the weight of each stage, or term of the explicit method, at a fraction of the step into "weights"."""
    rest = f.subtract(f.splat(1.0), fraction)
    bow = f.multiply(fraction, rest)
    if not workspace.layout.explicit:
        _stage_weights(f, workspace, fraction, bow)
        return
    explicit = is_explicit(f, workspace)
    with f.when(explicit):
        weight = bow
        for term in range(rodas5p.STAGES):
            workspace.store(weight, "weights", term)
            weight = f.multiply(weight, rest if term % 2 else fraction)
    with f.when(f.opposite(explicit)):
        _stage_weights(f, workspace, fraction, bow)


def _stage_weights(f: FunctionBuilder, workspace: Workspace, fraction: Value, bow: Value) -> None:
    for stage in range(rodas5p.STAGES):
        low, middle, high = (row[stage] for row in rodas5p.DENSE_WEIGHTS)
        inner = f.fused(fraction, f.splat(high), f.splat(middle))
        workspace.store(f.multiply(bow, f.fused(fraction, inner, f.splat(low))), "weights", stage)


def interpolation(
    f: FunctionBuilder,
    workspace: Workspace,
    fraction: Value,
    table: str | None,
    count: int,
    target: str = "interpolated",
) -> None:
    """Put states at a fraction of the step into a part: the `count` states that `table` lists, all without a table."""
    rest = f.subtract(f.splat(1.0), fraction)
    weights = [workspace.load("weights", stage) for stage in range(rodas5p.STAGES)]
    with f.loop(count) as loop:
        state = loop.index if table is None else f.load(Value("ptr", f"@{table}"), loop.index, "i64")
        value = f.multiply(rest, workspace.load_at("state", state))
        value = f.fused(fraction, workspace.load_at("stage_state", state), value)
        for stage, weight in enumerate(weights):
            part = workspace.part("stages", stage * workspace.layout.states)
            value = f.fused(weight, f.load_vector(part, state), value)
        workspace.store_at(value, target, state)
