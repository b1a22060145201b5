"""Extrema, areas and times above a threshold, accumulated in the lanes while a patient is in them.

They are taken from the course between two accepted steps, as the dense output gives it, and never from the output
times. Each accepted step (or the part of it that lies in a window) is read at five points; `quartic` says what lies
between them, and wherever an extremum or a crossing is to be located, the observable itself is evaluated there.
Nothing here changes a step, and every lane keeps its own accumulators.
"""

from __future__ import annotations

from collections.abc import Sequence

from silicart.kernel.accumulators import Accumulation, Task
from silicart.kernel.crossings import share_function
from silicart.kernel.dense_output import interpolation, step_weights
from silicart.kernel.ir import FunctionBuilder, Value, integer_table
from silicart.kernel.kinks import Kink
from silicart.kernel.layout import Arguments, Layout, Workspace, lane_function, run_function
from silicart.kernel.pieces import in_pieces, notice, piece_functions
from silicart.kernel.quartic import POINTS, WEIGHTS, breaks_function, curve_function, node_values

# An extremum that would gain less than this, relative to the values of the step, is rounding.
_WORTH = 1e-12
# One to two units in the last place, relative to a time: the last number before it.
_BEFORE = 2.220446049250313e-16
# A step that a condition cut short is read up to here: at its very end the condition has changed already.
_CUT_END = 1.0 - 2.0**-30


def reduction_functions(layout: Layout, needed: Sequence[int], kinks: Sequence[Kink], *, watching: bool) -> str:
    """Return `reduce_inside` and `reduce_here` and what they call.

    Parameters
    ----------
    needed : the states that the reduced observables read.
    kinks : their own conditions.
    watching : whether steps may be cut short by conditions.
    """
    accumulation = layout.accumulation
    kinds = {task.kind for task in accumulation.tasks}
    parts = [
        integer_table("reduced_states", needed),
        f"@points = internal constant [{len(POINTS)} x double] [{', '.join(_double(x) for x in POINTS)}]",
        _sample(layout, len(needed)),
        _enter(layout, watching=watching),
        _gather(layout, pieces=bool(kinks)),
    ]
    if kinks:
        parts.append(piece_functions(layout, kinks))
    if kinds - {"area"}:
        parts += [curve_function(layout), breaks_function(layout)]
    if "area" in kinds:
        parts.append(_area(layout))
    if kinds & {"maximum", "minimum"}:
        parts.append(_seek(layout))
    if "above" in kinds:
        parts += [share_function(layout), _above(layout)]
    return "\n".join([*parts, _inside(layout, pieces=bool(kinks)), _here(layout, len(needed))])


def _inside(layout: Layout, *, pieces: bool) -> str:
    """Accumulate the step from `time` to `landing` in the lanes of a mask; called before they move on."""
    f, workspace, arguments = run_function("reduce_inside", layout, [("i64", "accepted"), ("i64", "stopping")])
    for window in range(layout.accumulation.windows):
        masks = f.parameters["accepted"], f.parameters["stopping"]
        mask = f.call("enter_window", arguments.base, workspace.base, f.i64(window), *masks, result="i64")
        tasks = _tasks(layout.accumulation, window)

        def accumulate(lanes: Value, tasks: list[tuple[Task, int]] = tasks) -> None:
            for task, slot in tasks:
                _accumulate(f, workspace, arguments, task, slot, lanes)

        with f.when(f.is_set(mask)):
            if pieces:
                in_pieces(f, workspace, mask, accumulate)
            else:
                f.call("gather", workspace.base)
                accumulate(mask)
    f.give()
    return f.text()


def _accumulate(
    f: FunctionBuilder, workspace: Workspace, arguments: Arguments, task: Task, slot: int, mask: Value
) -> None:
    target = mask, f.i64(task.observable), f.i64(slot)
    if task.kind == "area":
        f.call("area", workspace.base, *target)
    elif task.kind == "above":
        threshold = f.load(arguments.address("thresholds"), task.threshold)
        f.call("above", workspace.base, *target, threshold)
    else:
        f.call("seek", workspace.base, *target, f.f64(_sign(task)))


def _here(layout: Layout, needed: int) -> str:
    """Offer the present values to the extrema, in the lanes of a mask: both sides of a jump count."""
    f, workspace, arguments = run_function("reduce_here", layout, [("i64", "mask")])
    time = workspace.load("time")
    workspace.store(time, "at")
    with f.loop(needed) as loop:
        state = f.load(Value("ptr", "@reduced_states"), loop.index, "i64")
        workspace.store_at(workspace.load_at("state", state), "interpolated", state)
    f.call("measure", workspace.base)
    mask = f.lanes(f.parameters["mask"])
    for window in range(layout.accumulation.windows):
        begin, end = _bounds(f, arguments, f.i64(window))
        inside = f.both(f.both(f.less_equal(begin, time), f.less_equal(time, end)), mask)
        for task, slot in _tasks(layout.accumulation, window):
            if task.kind in ("maximum", "minimum"):
                value = f.multiply(f.splat(_sign(task)), workspace.load("measured", task.observable))
                _offer(f, workspace, f.i64(slot), value, time, inside)
    f.give()
    return f.text()


def _enter(layout: Layout, *, watching: bool) -> str:
    """The mask of accepted lanes whose step has a part in a window, and where that part lies in the step."""
    extra = [("i64", "window"), ("i64", "accepted"), ("i64", "stopping")]
    f = FunctionBuilder("enter_window", [("ptr", "arguments"), ("ptr", "workspace"), *extra], layout.width, "i64")
    workspace, arguments = Workspace(f, layout), Arguments(f)
    time, landing, inverse = (workspace.load(name) for name in ("time", "landing", "inverse_trial"))
    opening, closing = _bounds(f, arguments, f.parameters["window"])
    begin, finish = f.larger(time, opening), f.smaller(landing, closing)
    inside = f.both(f.less(begin, finish), f.lanes(f.parameters["accepted"]))
    # A lane that has no part in it looks at its whole step, where numbers are harmless.
    begin, finish = f.select(inside, begin, time), f.select(inside, finish, landing)
    one = f.splat(1.0)
    uncut = f.either(f.equal(landing, workspace.load("stop")), f.equal(landing, f.add(time, workspace.load("trial"))))
    to_the_end = f.equal(finish, landing)
    share = f.select(f.both(to_the_end, uncut), one, f.multiply(f.subtract(finish, time), inverse))
    if watching:
        cut = f.both(f.lanes(workspace.load_shared("cut")), to_the_end)
        share = f.select(cut, f.multiply(share, f.splat(_CUT_END)), share)
    workspace.store(begin, "begin")
    workspace.store(finish, "finish")
    workspace.store(f.multiply(f.subtract(begin, time), inverse), "begin_share")
    workspace.store(share, "finish_share")
    # What switches at a stop has not switched yet for a step that lands there.
    before = f.fused(f.splat(-_BEFORE), f.absolute(landing), landing)
    workspace.store(f.select(f.lanes(f.parameters["stopping"]), before, landing), "latest")
    f.give(f.mask(inside))
    return f.text(linkage="internal")


def _sample(layout: Layout, needed: int) -> str:
    """The reduced observables into "measured" and the time into "moment", at "place" of the way through a window."""
    f, workspace = lane_function("sample", layout)
    place = workspace.load("place")
    begin, finish = workspace.load("begin"), workspace.load("finish")
    moment = f.fused(place, f.subtract(finish, begin), begin)
    moment = f.select(f.equal(place, f.splat(1.0)), finish, moment)
    workspace.store(moment, "moment")
    workspace.store(f.smaller(moment, workspace.load("latest")), "at")
    first = workspace.load("begin_share")
    fraction = f.fused(place, f.subtract(workspace.load("finish_share"), first), first)
    step_weights(f, workspace, fraction)
    interpolation(f, workspace, fraction, "reduced_states", needed)
    f.call("measure", workspace.base)
    f.give()
    return f.text(linkage="internal")


def _gather(layout: Layout, *, pieces: bool) -> str:
    """Values of all reduced observables at the five points, the times of the points, and where conditions change."""
    f, workspace = lane_function("gather", layout)
    measured = len(layout.accumulation.observables)
    with f.loop(len(POINTS)) as points:
        before = workspace.load("place")
        place = f.broadcast(f.load(Value("ptr", "@points"), points.index))
        workspace.store(place, "place")
        f.call("sample", workspace.base)
        if pieces:
            notice(f, workspace, points.index, before, place)
        workspace.store_at(workspace.load("moment"), "moments", points.index)
        first = f.integer_multiply(points.index, f.i64(measured))
        with f.loop(measured) as loop:
            value = workspace.load_at("measured", loop.index)
            workspace.store_at(value, "nodes", f.integer_add(first, loop.index))
    f.give()
    return f.text(linkage="internal")


def _area(layout: Layout) -> str:
    f, workspace, mask, observable, slot = _task_function("area", layout)
    values = node_values(f, workspace, observable)
    mean = f.multiply(f.splat(WEIGHTS[0]), values[0])
    for weight, value in zip(WEIGHTS[1:], values[1:], strict=True):
        mean = f.fused(f.splat(weight), value, mean)
    _add(f, workspace, slot, mean, mask)
    f.give()
    return f.text(linkage="internal")


def _above(layout: Layout) -> str:
    f, workspace, mask, observable, slot = _task_function("above", layout, ("double", "threshold"))
    level = f.broadcast(f.parameters["threshold"])
    f.call("curve", workspace.base, observable)
    hull = [workspace.load("hull", place) for place in range(5)]
    over, under, lost = f.less(level, hull[0]), f.less_equal(hull[0], level), f.not_equal(hull[0], hull[0])
    for bound in hull[1:]:
        over, under = f.both(over, f.less(level, bound)), f.both(under, f.less_equal(bound, level))
    for value in node_values(f, workspace, observable):
        lost = f.either(lost, f.not_equal(value, value))
    workspace.store(f.select(over, f.splat(1.0), f.splat(0.0)), "share")
    open_ = f.both(mask, f.opposite(f.either(f.either(over, under), lost)))
    with f.when(f.is_set(f.mask(open_))):
        f.call("find_share", workspace.base, f.mask(open_), observable, f.parameters["threshold"])
    # An observable that is not a number is neither above nor below: the sum says so.
    share = f.select(lost, f.splat(float("nan")), workspace.load("share"))
    _add(f, workspace, slot, share, mask)
    f.give()
    return f.text(linkage="internal")


def _seek(layout: Layout) -> str:
    """Offer the values at the five points to an extremum, and those at turning points that may go beyond it."""
    f, workspace, mask, observable, slot = _task_function("seek", layout, ("double", "sign"))
    sign = f.broadcast(f.parameters["sign"])
    measured = len(layout.accumulation.observables)
    with f.loop(len(POINTS), [f.splat(0.0)]) as loop:
        index = f.integer_add(f.integer_multiply(loop.index, f.i64(measured)), observable)
        value = f.multiply(sign, workspace.load_at("nodes", index))
        _offer(f, workspace, slot, value, workspace.load_at("moments", loop.index), mask)
        loop.carry(f.larger(f.absolute(value), loop.carried[0]))
    f.call("curve", workspace.base, observable)
    best = f.fused(f.splat(_WORTH), loop.carried[0], workspace.load_at("accumulators", slot))
    beyond = f.less(best, f.multiply(sign, workspace.load("hull", 1)))
    for place in (2, 3):
        beyond = f.either(beyond, f.less(best, f.multiply(sign, workspace.load("hull", place))))
    beyond = f.both(beyond, mask)
    with f.when(f.is_set(f.mask(beyond))):
        f.call("find_breaks", workspace.base)
        with f.loop(3) as turns:
            workspace.store(workspace.load_at("breaks", f.integer_add(turns.index, f.i64(1))), "place")
            f.call("sample", workspace.base)
            value = f.multiply(sign, workspace.load_at("measured", observable))
            _offer(f, workspace, slot, value, workspace.load("moment"), beyond)
    f.give()
    return f.text(linkage="internal")


def _offer(f: FunctionBuilder, workspace: Workspace, slot: Value, value: Value, moment: Value, mask: Value) -> None:
    """Take a value as the largest so far where it is; the first NaN stays."""
    best = workspace.load_at("accumulators", slot)
    lost = f.both(f.not_equal(value, value), f.equal(best, best))
    taken = f.both(f.either(f.less(best, value), lost), mask)
    when = f.integer_add(slot, f.i64(1))
    workspace.store_at(f.select(taken, value, best), "accumulators", slot)
    workspace.store_at(f.select(taken, moment, workspace.load_at("accumulators", when)), "accumulators", when)


def _add(f: FunctionBuilder, workspace: Workspace, slot: Value, mean: Value, mask: Value) -> None:
    """Add a mean over the window's part of the step, times its length."""
    length = f.subtract(workspace.load("finish"), workspace.load("begin"))
    total = workspace.load_at("accumulators", slot)
    workspace.store_at(f.select(mask, f.fused(mean, length, total), total), "accumulators", slot)


def _task_function(
    name: str, layout: Layout, *extra: tuple[str, str]
) -> tuple[FunctionBuilder, Workspace, Value, Value, Value]:
    parameters = [("ptr", "workspace"), ("i64", "mask"), ("i64", "observable"), ("i64", "slot"), *extra]
    f = FunctionBuilder(name, parameters, layout.width)
    mask = f.lanes(f.parameters["mask"])
    return f, Workspace(f, layout), mask, f.parameters["observable"], f.parameters["slot"]


def _bounds(f: FunctionBuilder, arguments: Arguments, window: Value) -> tuple[Value, Value]:
    row = f.offset(arguments.address("windows"), f.integer_multiply(window, f.i64(2)))
    return f.broadcast(f.load(row, 0)), f.broadcast(f.load(row, 1))


def _tasks(accumulation: Accumulation, window: int) -> list[tuple[Task, int]]:
    pairs = zip(accumulation.tasks, accumulation.slots, strict=True)
    return [(task, slot) for task, slot in pairs if task.window == window]


def _sign(task: Task) -> float:
    return 1.0 if task.kind == "maximum" else -1.0


def _double(value: float) -> str:
    from silicart.kernel.ir.body import double_text

    return f"double {double_text(value)}"
