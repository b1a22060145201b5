"""A step of DOP853 in the lanes that are not stiff: stages, end, error, and how near to instability it was.

A right-hand side costs a twentieth of a linearly implicit step, and most steps of a course with doses are short because
of accuracy, not stability. `switching` says which lanes step this way.
"""

from __future__ import annotations

import math

from silicart.kernel import dop853
from silicart.kernel.ir import FunctionBuilder, Value, integer_table
from silicart.kernel.layout import Layout, Workspace, lane_function, run_function
from silicart.kernel.stages import scale_of

# Added to the denominator of an error estimate, which is 0 where nothing moves.
_NOTHING = 1e-300
# The share with which a mode that may have begun to grow joins the one that is known.
_JOINING = 0.1
# Distances, in tolerances, below which two states are the same but for rounding, and above which they say nothing.
_SAME, _BEYOND = 1e-8, 1e100
# Parts of the error estimate by Hairer and Wanner: the third order damps the fifth.
_DAMPING = 0.01
#: Turns of the power iteration before its result counts.
FIRST_TURNS = 12


def explicit_functions(layout: Layout, *, timed: bool) -> str:
    """Return the functions that `step` calls for the lanes that are not stiff."""
    parts = [_stage(layout, stage) for stage in (*range(1, dop853.STAGES), *_dense_stages())]
    parts += [_stages(layout, timed=timed), _end(layout), _probe(layout), _keep_last(layout)]
    return "\n".join([*parts, _dense(layout, timed=timed), _advance(layout)])


def known_slope(f: FunctionBuilder, workspace: Workspace, which: Value) -> None:
    """Take "slope" as the first stage of the lanes in the truth values `which`."""
    with f.loop(workspace.layout.states) as loop:
        slope = workspace.load_at("slope", loop.index)
        kept = _slope(workspace, 0, loop.index)
        f.store_vector(f.select(which, slope, kept), _part(workspace, 0), loop.index)


def _stages(layout: Layout, *, timed: bool) -> str:
    """All stages of a step; the last slope stays in "slope"."""
    f, workspace, _ = run_function("explicit_stages", layout, [("i64", "stopping")])
    for stage in range(1, dop853.STAGES):
        f.call(_stage_name(stage), workspace.base)
        if timed:
            _set_time(f, workspace, dop853.TIME_FRACTIONS[stage], f.parameters["stopping"])
        f.call("slope", workspace.base)
    f.give()
    return f.text(linkage="internal")


def _set_time(f: FunctionBuilder, workspace: Workspace, fraction: float, stopping: Value) -> None:
    """Put the time of a stage into "at": what switches at a stop has not switched yet for a step that lands there."""
    at = f.fused(f.splat(fraction), workspace.load("trial"), workspace.load("time"))
    if fraction == 1.0:
        at = workspace.load("landing")
    workspace.store(f.select(f.lanes(stopping), f.smaller(at, workspace.load("before")), at), "at")


def _stage(layout: Layout, stage: int) -> str:
    """Keep the slope before and build the state of a stage."""
    f, workspace = lane_function(_stage_name(stage), layout)
    step = workspace.load("trial")
    with f.loop(layout.states) as loop:
        slopes = _slopes(workspace, loop.index, stage - 1)
        start = workspace.load_at("state", loop.index)
        value = f.fused(step, _weighted(f, dop853.STATE_WEIGHTS[stage], slopes), start)
        workspace.store_at(value, "stage_state", loop.index)
    f.give()
    return f.text(linkage="internal")


class _slopes:
    """The slopes of the stages at one state; that of the `latest` is still in "slope" and is put into its place."""

    def __init__(self, workspace: Workspace, index: Value, latest: int) -> None:
        self.workspace = workspace
        self.index = index
        self.latest = latest
        if latest > 0:
            self.fresh = workspace.load_at("slope", index)
            workspace.f.store_vector(self.fresh, _part(workspace, latest), index)

    def __getitem__(self, stage: int) -> Value:
        if stage == self.latest and stage > 0:
            return self.fresh
        return _slope(self.workspace, stage, self.index)


def _end(layout: Layout) -> str:
    """The end of the step into "stage_state", the largest squared error of a state into "score"."""
    f, workspace, arguments = run_function("explicit_end", layout)
    relative = f.broadcast(arguments.double("relative_tolerance"))
    absolute = arguments.address("absolute_tolerance")
    step = workspace.load("trial")
    with f.loop(layout.states, [f.splat(0.0)] * 3) as loop:
        slopes = _slopes(workspace, loop.index, dop853.STAGES - 1)
        start = workspace.load_at("state", loop.index)
        end = f.fused(step, _weighted(f, dop853.END_WEIGHTS, slopes), start)
        gap = f.subtract(end, workspace.load_at("stage_state", loop.index))
        workspace.store_at(gap, "gap", loop.index)
        workspace.store_at(end, "stage_state", loop.index)
        inverse = f.divide(f.splat(1.0), scale_of(f, start, end, relative, f.load(absolute, loop.index)))
        size = f.multiply(step, inverse)
        fifth = f.multiply(size, _weighted(f, dop853.FIFTH_ERROR, slopes))
        third = f.multiply(size, _weighted(f, dop853.THIRD_ERROR, slopes))
        fifth = f.multiply(fifth, fifth)
        total = f.fused(f.splat(_DAMPING), f.multiply(third, third), f.add(fifth, f.splat(_NOTHING)))
        squared = f.divide(f.multiply(fifth, fifth), total)
        apart = f.multiply(inverse, gap)
        grown = f.fused(apart, apart, loop.carried[2])
        # An end beyond all numbers would pass as exact: 0 times it is NaN and does not.
        lost = f.fused(f.splat(0.0), end, squared)
        loop.carry(f.larger(loop.carried[0], squared), f.add(loop.carried[1], lost), grown)
    largest, total, grown = loop.carried
    workspace.store(f.square_root(grown), "gap_size")
    workspace.store(f.fused(f.splat(0.0), total, largest), "score")
    f.give()
    return f.text(linkage="internal")


def _probe(layout: Layout) -> str:
    """One turn of a power iteration for the steepest eigenvalue, whose size goes into "rate".

    The state is moved by one tolerance along "mode", the direction of the turn before; how far the slope moves is the
    size, and where it moves the next direction. A mode that began to grow in the step before shows in how far its last
    stage stood from its end, "gap", which joins in. A lane without a direction takes one in which all states move. In
    units of the tolerance single turns can move a billion times more or less than the mode does, when states are
    empty; their geometric mean tells the mode.
    """
    f, workspace, arguments = run_function("explicit_probe", layout, [("i64", "mask")])
    relative = f.broadcast(arguments.double("relative_tolerance"))
    absolute = arguments.address("absolute_tolerance")
    zero, size, probing = f.splat(0.0), workspace.load("mode_size"), f.lanes(f.parameters["mask"])
    share = f.splat(1.0 / math.sqrt(max(1, layout.states)))
    fresh = f.equal(size, zero)
    turn = _inverse(f, size)
    drift = f.multiply(f.splat(_JOINING), _inverse(f, workspace.load("gap_size")))
    with f.loop(layout.states, [zero]) as loop:
        start = workspace.load_at("state", loop.index)
        scale = scale_of(f, start, start, relative, f.load(absolute, loop.index))
        sign = f.load(Value("ptr", "@probe_signs"), loop.index, "i64")
        signed = f.multiply(f.broadcast(f.emit("double", f"sitofp {sign} to double")), f.multiply(share, scale))
        along = f.select(fresh, signed, f.multiply(turn, workspace.load_at("mode", loop.index)))
        joined = f.fused(drift, workspace.load_at("gap", loop.index), along)
        # What stands in "gap" may be no number, left by the patient before.
        along = f.select(f.less(zero, drift), joined, along)
        workspace.store_at(f.select(probing, along, workspace.load_at("mode", loop.index)), "mode", loop.index)
        scaled = f.divide(along, scale)
        loop.carry(f.fused(scaled, scaled, loop.carried[0]))
    inverse = _inverse(f, f.square_root(loop.carried[0]))
    with f.loop(layout.states) as loop:
        change = f.multiply(inverse, workspace.load_at("mode", loop.index))
        workspace.store_at(f.add(workspace.load_at("state", loop.index), change), "stage_state", loop.index)
    f.call("slope", workspace.base)
    with f.loop(layout.states, [zero]) as loop:
        mode = f.subtract(workspace.load_at("slope", loop.index), _slope(workspace, 0, loop.index))
        workspace.store_at(f.select(probing, mode, workspace.load_at("mode", loop.index)), "mode", loop.index)
        start = workspace.load_at("state", loop.index)
        scale = scale_of(f, start, start, relative, f.load(absolute, loop.index))
        scaled = f.divide(mode, scale)
        loop.carry(f.fused(scaled, scaled, loop.carried[0]))
    size = f.square_root(loop.carried[0])
    size = f.select(f.less(size, f.splat(_BEYOND)), size, zero)
    rate = workspace.load("rate")
    smooth = f.square_root(f.multiply(rate, f.square_root(f.multiply(rate, size))))
    smooth = f.select(f.less(zero, rate), smooth, size)
    found = {"mode_size": size, "gap_size": zero, "rate": f.select(f.less(zero, size), smooth, rate)}
    for name, value in found.items():
        workspace.store(f.select(probing, value, workspace.load(name)), name)
    f.give()
    # Signs without a pattern that a model could share.
    signs = [1 if (index * 2654435761 >> 16) & 1 else -1 for index in range(layout.states)]
    return "\n".join([integer_table("probe_signs", signs), f.text(linkage="internal")])


def _inverse(f: FunctionBuilder, length: Value) -> Value:
    """One over a length, 0 for one that says nothing."""
    told = f.both(f.less(f.splat(_SAME), length), f.less(length, f.splat(_BEYOND)))
    return f.select(told, f.divide(f.splat(1.0), length), f.splat(0.0))


def _keep_last(layout: Layout) -> str:
    """The slope at the end becomes stage 12."""
    f, workspace = lane_function("explicit_keep_last", layout)
    with f.loop(layout.states) as loop:
        f.store_vector(workspace.load_at("slope", loop.index), _part(workspace, dop853.STAGES), loop.index)
    f.give()
    return f.text(linkage="internal")


def _dense(layout: Layout, *, timed: bool) -> str:
    """The terms of the dense output into "stages", as `dense_output.step_weights` weighs them."""
    f, workspace, _ = run_function("explicit_dense", layout, [("i64", "stopping")])
    with f.loop(layout.states) as loop:
        workspace.store_at(workspace.load_at("stage_state", loop.index), "sum", loop.index)
        # Stage 12 is in its place; the next stage function puts "slope" there once more.
        workspace.store_at(_slope(workspace, dop853.STAGES, loop.index), "slope", loop.index)
    for stage in _dense_stages():
        f.call(_stage_name(stage), workspace.base)
        if timed:
            _set_time(f, workspace, dop853.TIME_FRACTIONS[stage], f.parameters["stopping"])
        f.call("slope", workspace.base)
    step = workspace.load("trial")
    with f.loop(layout.states) as loop:
        slopes = _slopes(workspace, loop.index, dop853.ALL_STAGES - 1)
        start, end = workspace.load_at("state", loop.index), workspace.load_at("sum", loop.index)
        workspace.store_at(end, "stage_state", loop.index)
        way = f.subtract(end, start)
        first = f.fused(step, slopes[0], f.negate(way))
        second = f.subtract(f.add(way, way), f.multiply(step, f.add(slopes[0], slopes[dop853.STAGES])))
        terms = [first, second]
        terms += [f.multiply(step, _weighted(f, weights, slopes)) for weights in dop853.DENSE_WEIGHTS]
        # The implicit method has two more.
        for place, term in enumerate([*terms, f.splat(0.0), f.splat(0.0)]):
            f.store_vector(term, workspace.part("stages", place * layout.states), loop.index)
    f.give()
    return f.text(linkage="internal")


def _advance(layout: Layout) -> str:
    """In the lanes of the mask the slope at the end becomes the first stage of the next step."""
    f = FunctionBuilder("explicit_advance", [("ptr", "workspace"), ("i64", "accepted")], layout.width)
    workspace = Workspace(f, layout)
    accepted = f.lanes(f.parameters["accepted"])
    with f.loop(layout.states) as loop:
        kept = f.select(accepted, _slope(workspace, dop853.STAGES, loop.index), _slope(workspace, 0, loop.index))
        f.store_vector(kept, _part(workspace, 0), loop.index)
    f.give()
    return f.text(linkage="internal")


def _dense_stages() -> range:
    return range(dop853.STAGES + 1, dop853.ALL_STAGES)


def _stage_name(stage: int) -> str:
    return f"explicit_stage_{stage}"


def _weighted(f: FunctionBuilder, weights: dict[int, float], slopes: _slopes) -> Value:
    (first, weight), *rest = weights.items()
    total = f.multiply(f.splat(weight), slopes[first])
    for stage, weight in rest:
        total = f.fused(f.splat(weight), slopes[stage], total)
    return total


def _part(workspace: Workspace, stage: int) -> Value:
    return workspace.part("slopes", stage * workspace.layout.states)


def _slope(workspace: Workspace, stage: int, index: Value) -> Value:
    return workspace.f.load_vector(_part(workspace, stage), index)
