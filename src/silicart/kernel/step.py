"""One attempted step of all lanes: first step, stages, error, acceptance, step control, failures.

Each lane decides for itself; lanes share instructions, never values.
"""

from __future__ import annotations

import math

from silicart.kernel import dop853, rodas5p
from silicart.kernel.explicit import FIRST_TURNS, known_slope
from silicart.kernel.ir import FunctionBuilder, Value, integer_table
from silicart.kernel.layout import Arguments, Layout, Workspace, run_function
from silicart.kernel.linear_algebra import Entry
from silicart.kernel.mathematics import function_name
from silicart.kernel.stages import stage_name
from silicart.kernel.state import FIRST_ERROR, NON_FINITE, STEP_LIMIT, STEP_UNDERFLOW
from silicart.kernel.switching import is_explicit, stepping

#: Step control: new step = step * SAFETY * error**-(1/5 - MEMORY) * (error before)**MEMORY, within bounds.
SAFETY, MEMORY, SHRINK, GROW = 0.95, 0.04, 0.2, 6.0
#: A step shorter than this share of the time itself no longer moves the time reliably.
SHORTEST = 16 * 2.220446049250313e-16
#: And one shorter than this could not be halved often any more.
SHORTEST_EVER = 1e-290
# A squared error outside these bounds decides nothing more; inside them its logarithm is harmless.
_SMALLEST_SCORE, _LARGEST_SCORE = 1e-14, 1e20
# A step that would end this close to a stop, relative to its length, ends there.
_REACH = 1.0001
# The error remembered is never taken as smaller: after a lucky step the next one would grow too boldly.
_SMALLEST_MEMORY = 1e-4
# One to two units in the last place, relative to a time: the last number before it.
_BEFORE = 2.220446049250313e-16
# Error of a first step by the scales of f and of its derivative along the solution; see `_first_step`.
_FIRST_CONSTANT = 1e-3
# And the longest first step, as a share of the way to the next stop.
_FIRST_SHARE = 0.1


def step_functions(layout: Layout, entries: dict[Entry, int], *, timed: bool, watching: bool, jumping: bool) -> str:
    """Return `step`, one attempt in every lane of one method; `entries` says where the Jacobian's entries lie."""
    rows = sorted(entries)
    parts = [_tables(rows, entries), _first_step(layout, len(rows), timed=timed), _check(layout, len(rows))]
    parts += [_explicitly(layout, timed=timed)] if layout.explicit else []
    parts += [_implicitly(layout, timed=timed), _step(layout)]
    parts += [_judge(layout, watching=watching, jumping=jumping), _fail(layout)]
    return "\n".join(parts)


def _step(layout: Layout) -> str:
    """One attempt with the method of the team."""
    f, workspace, arguments = run_function("step", layout)
    if layout.explicit:
        explicit = is_explicit(f, workspace)
        with f.when(explicit):
            f.call("step_explicitly", arguments.base, workspace.base)
        with f.when(f.opposite(explicit)):
            f.call("step_implicitly", arguments.base, workspace.base)
    else:
        f.call("step_implicitly", arguments.base, workspace.base)
    f.give()
    return f.text()


def _trial(f: FunctionBuilder, workspace: Workspace) -> Value:
    """Where the attempt of each lane ends; return the lanes that end at a stop."""
    step, time, stop = workspace.load("step"), workspace.load("time"), workspace.load("stop")
    stopping = f.less_equal(stop, f.fused(step, f.splat(_REACH), time))
    trial = f.select(stopping, f.subtract(stop, time), step)
    landing = f.select(stopping, stop, f.add(time, trial))
    workspace.store(trial, "trial")
    workspace.store(landing, "landing")
    workspace.store(f.divide(f.splat(1.0), trial), "inverse_trial")
    # What switches at a stop has not switched yet for a step that lands there.
    workspace.store(f.fused(f.splat(-_BEFORE), f.absolute(landing), landing), "before")
    return stopping


def _begin(f: FunctionBuilder, workspace: Workspace, arguments: Arguments, active: Value) -> None:
    """Slope and Jacobian at the present state, and a first step where none is known."""
    workspace.store(workspace.load("time"), "at")
    f.call("jacobian", workspace.base)
    starting = f.both(f.equal(workspace.load("step"), f.splat(0.0)), active)
    with f.when(f.is_set(f.mask(starting))):
        f.call("first_step", arguments.base, workspace.base, f.mask(starting))


def _explicitly(layout: Layout, *, timed: bool) -> str:
    f, workspace, arguments = run_function("step_explicitly", layout)
    active = stepping(f, workspace, explicit=True)
    unknown = f.both(workspace.load_shared("unknown"), f.mask(active))
    with f.when(f.is_set(unknown)):
        _begin(f, workspace, arguments, active)
        known_slope(f, workspace, f.lanes(unknown))
        # The first turns tell more of the direction than of the mode.
        for _ in range(FIRST_TURNS):
            f.call("explicit_probe", arguments.base, workspace.base, unknown)
        workspace.store_shared(f.differ(workspace.load_shared("unknown"), unknown), "unknown")
    workspace.store(workspace.load("time"), "at")
    f.call("explicit_probe", arguments.base, workspace.base, f.mask(active))
    stopping = f.mask(_trial(f, workspace))
    f.call("explicit_stages", arguments.base, workspace.base, stopping)
    f.call("explicit_end", arguments.base, workspace.base)
    if timed:
        landing = workspace.load("landing")
        workspace.store(f.select(f.lanes(stopping), workspace.load("before"), landing), "at")
    f.call("slope", workspace.base)
    f.call("explicit_keep_last", workspace.base)
    # There are no pivots to distrust.
    workspace.store(f.splat(1.0), "pivot")
    workspace.store(f.splat(-1.0 / dop853.ERROR_ORDER), "exponent")
    f.call("judge", arguments.base, workspace.base, f.mask(active), stopping)
    retrying = f.integer_compare("ne", workspace.load_ints("retry"), f.splat_int(0))
    f.call("explicit_advance", workspace.base, f.mask(f.both(active, f.opposite(retrying))))
    f.give()
    return f.text(linkage="internal")


def _implicitly(layout: Layout, *, timed: bool) -> str:
    f, workspace, arguments = run_function("step_implicitly", layout)
    active = stepping(f, workspace, explicit=False)
    _begin(f, workspace, arguments, active)
    stopping = _trial(f, workspace)
    inverse = workspace.load("inverse_trial")
    workspace.store(f.multiply(inverse, f.splat(1.0 / rodas5p.GAMMA)), "shift")
    f.call("factor", workspace.base)
    f.call("clear", workspace.base)
    for stage in range(rodas5p.STAGES):
        if stage > 0:
            f.call(stage_name(stage), workspace.base)
            if timed:
                fraction = f.splat(rodas5p.TIME_FRACTIONS[stage])
                at = f.fused(fraction, workspace.load("trial"), workspace.load("time"))
                workspace.store(f.select(stopping, f.smaller(at, workspace.load("before")), at), "at")
            f.call("slope", workspace.base)
        if timed:
            weight = f.multiply(f.splat(rodas5p.TIME_WEIGHTS[stage]), workspace.load("trial"))
            workspace.store(weight, "time_weight")
        f.call("solve", workspace.base, workspace.part("stages", stage * layout.states))
    f.call("finish", arguments.base, workspace.base)
    workspace.store(f.splat(-1.0 / rodas5p.ERROR_ORDER), "exponent")
    f.call("judge", arguments.base, workspace.base, f.mask(active), f.mask(stopping))
    f.give()
    return f.text(linkage="internal")


def _judge(layout: Layout, *, watching: bool, jumping: bool) -> str:
    """Accept or reject in each lane, write outputs, move, and choose the next step."""
    f, workspace, arguments = run_function("judge", layout, [("i64", "active"), ("i64", "stopping")])
    active, stopping = f.lanes(f.parameters["active"]), f.lanes(f.parameters["stopping"])
    raw = workspace.load("score")
    finite = f.less(raw, f.splat(math.inf))
    sound = f.both(finite, f.less(f.splat(0.0), workspace.load("pivot")))
    bounded = f.smaller(f.splat(_LARGEST_SCORE), f.larger(f.splat(_SMALLEST_SCORE), raw))
    score = f.select(sound, bounded, f.splat(_LARGEST_SCORE))
    accepted = f.both(f.less_equal(score, f.splat(1.0)), active)
    if layout.explicit:
        # Reductions read every step, outputs only those in which one is due.
        interpolated = f.mask(accepted if layout.accumulation.tasks else f.both(_due(f, workspace), accepted))
        with f.when(f.both(f.is_set(interpolated), is_explicit(f, workspace))):
            f.call("explicit_dense", arguments.base, workspace.base, f.parameters["stopping"])
    if watching:
        f.call("look_for_change", arguments.base, workspace.base, f.mask(accepted), f.parameters["stopping"])
        cut = f.lanes(workspace.load_shared("cut"))
        stopping = f.either(stopping, cut)
    arrived = f.both(accepted, stopping)
    # The score is a squared error, hence the half.
    logarithm = f.multiply(f.splat(0.5), _elementary(f, "log", score))
    following = _following_step(f, workspace, logarithm, accepted, arrived)
    due = f.both(_due(f, workspace), accepted)
    with f.when(f.is_set(f.mask(due))):
        f.call("outputs_inside", arguments.base, workspace.base, f.mask(accepted), f.mask(stopping))
    if layout.accumulation.tasks:
        f.call("reduce_inside", arguments.base, workspace.base, f.mask(accepted), f.mask(stopping))
    if watching and jumping:
        with f.when(f.is_set(workspace.load_shared("cut"))):
            f.call("find_lag", workspace.base, workspace.load_shared("cut"))
    if watching:
        following, logarithm = _cut_off(f, workspace, cut, following, logarithm)
    f.call("advance", workspace.base, f.mask(accepted))
    workspace.store(f.select(accepted, workspace.load("landing"), workspace.load("time")), "time")
    workspace.store(f.select(active, following, workspace.load("step")), "step")
    remembered = f.larger(f.splat(_SMALLEST_MEMORY), _elementary(f, "exp", logarithm))
    workspace.store(f.select(accepted, remembered, workspace.load("error")), "error")
    rejected = f.both(active, f.opposite(accepted))
    steps = _counted(f, workspace, "steps", active)
    _counted(f, workspace, "rejected", rejected)
    again = f.select(rejected, f.splat_int(1), f.splat_int(0))
    workspace.store(f.select(active, again, workspace.load_ints("retry")), "retry")
    if layout.explicit:
        explicit = f.less_equal(workspace.load("stiff"), f.splat(0.0))
        f.call("reconsider", workspace.base, f.mask(active), f.mask(accepted))
    shortest = f.larger(f.splat(SHORTEST_EVER), f.multiply(f.splat(SHORTEST), f.absolute(workspace.load("time"))))
    going = f.both(active, f.opposite(arrived))
    short = f.both(going, f.less_equal(following, shortest))
    if layout.explicit:
        # A lane that has just turned to the implicit method is not at its end yet.
        short = f.both(short, f.opposite(f.both(f.less(f.splat(0.0), workspace.load("stiff")), explicit)))
    # Only the end excuses from the limit of steps: events may end each step of a patient and never come to one.
    end = f.load(arguments.address("times"), f.integer_subtract(arguments.number("times_count"), f.i64(1)))
    ended = f.both(arrived, f.less_equal(f.broadcast(end), workspace.load("landing")))
    limit = f.integer_compare("sge", steps, _splat_int(f, arguments.number("step_limit")))
    over = f.both(f.both(active, f.opposite(ended)), limit)
    staying = f.both(arrived, f.opposite(over))
    workspace.store_shared(f.either(workspace.load_shared("arrived"), f.mask(staying)), "arrived")
    broken = f.both(active, f.opposite(finite))
    trouble = f.mask(f.either(f.either(short, over), broken))
    with f.when(f.is_set(trouble)):
        masks = [f.mask(truths) for truths in (broken, short, over)]
        f.call("fail", arguments.base, workspace.base, *masks)
    f.give()
    return f.text(linkage="internal")


def _cut_off(
    f: FunctionBuilder, workspace: Workspace, cut: Value, following: Value, logarithm: Value
) -> tuple[Value, Value]:
    """Let the lanes that were cut short end where they were cut, and begin their step control afresh."""
    with f.loop(workspace.layout.states) as loop:
        state = workspace.load_at("cut_state", loop.index)
        end = workspace.load_at("stage_state", loop.index)
        workspace.store_at(f.select(cut, state, end), "stage_state", loop.index)
    following = f.select(cut, f.splat(0.0), following)
    return following, f.select(cut, f.splat(math.log(FIRST_ERROR)), logarithm)


def _following_step(
    f: FunctionBuilder, workspace: Workspace, logarithm: Value, accepted: Value, arrived: Value
) -> Value:
    plain = f.multiply(workspace.load("exponent"), logarithm)
    before = _elementary(f, "log", workspace.load("error"))
    with_memory = f.fused(f.splat(MEMORY), f.add(logarithm, before), plain)
    growth = f.multiply(f.splat(SAFETY), _elementary(f, "exp", f.select(accepted, with_memory, plain)))
    again = f.integer_compare("ne", workspace.load_ints("retry"), f.splat_int(0))
    ceiling = f.select(again, f.splat(1.0), f.splat(GROW))
    growth = f.smaller(f.larger(growth, f.splat(SHRINK)), ceiling)
    following = f.multiply(workspace.load("trial"), growth)
    # A step cut short by a stop says little about the next one: the step meant before stays possible.
    return f.select(arrived, f.larger(workspace.load("step"), following), following)


def _due(f: FunctionBuilder, workspace: Workspace) -> Value:
    return f.less_equal(workspace.load("due"), workspace.load("landing"))


def _fail(layout: Layout) -> str:
    """Part with the lanes that cannot go on: broken ones only if the present state itself is not finite."""
    names = ("broken", "short", "over")
    f, workspace, arguments = run_function("fail", layout, [("i64", name) for name in names])
    broken, short, over = (f.parameters[name] for name in names)
    workspace.store(f.splat(0.0), "finite")
    with f.when(f.is_set(broken)):
        f.call("check", workspace.base)
    finite = workspace.load("finite")
    hopeless = f.both(f.mask(f.not_equal(finite, finite)), broken)
    # Every shorter step met something that is not finite: that, and not the accuracy, is the reason.
    not_finite = f.either(hopeless, f.both(short, broken))
    remaining = not_finite
    for why, mask in ((NON_FINITE, not_finite), (STEP_UNDERFLOW, short), (STEP_LIMIT, over)):
        fresh = mask if why == NON_FINITE else f.both(mask, f.differ(remaining, f.i64(-1)))
        with f.each_lane(fresh) as lane:
            f.call("depart", arguments.base, workspace.base, lane, f.i64(why))
        remaining = f.either(remaining, mask)
    f.give()
    return f.text(linkage="internal")


def _check(layout: Layout, entries: int) -> str:
    """NaN into "finite" where the present state, its derivative or the Jacobian there is not finite."""
    f = FunctionBuilder("check", [("ptr", "workspace")], layout.width)
    workspace = Workspace(f, layout)
    workspace.store(workspace.load("time"), "at")
    f.call("jacobian", workspace.base)
    zero = f.splat(0.0)
    with f.loop(layout.states, [zero]) as slopes:
        slopes.carry(f.fused(zero, workspace.load_at("slope", slopes.index), slopes.carried[0]))
    with f.loop(entries, [slopes.carried[0]]) as found:
        slot = f.load(Value("ptr", "@entry_slot"), found.index, "i64")
        found.carry(f.fused(zero, workspace.load_at("factors", slot), found.carried[0]))
    workspace.store(found.carried[0], "finite")
    f.give()
    return f.text(linkage="internal")


def _first_step(layout: Layout, entries: int, *, timed: bool) -> str:
    """A first step for the lanes of a mask, from f and from f' = J f + df/dt at the present state.

    With the scale T = |f| / |f'| of the solution's change, the error of a step h is taken as |f| h (h/T)^4 times a
    constant; the norms are those of the error control. J f costs next to nothing, a trial step would cost a stage.
    """
    f, workspace, arguments = run_function("first_step", layout, [("i64", "mask")])
    relative = f.broadcast(arguments.double("relative_tolerance"))
    absolute = arguments.address("absolute_tolerance")
    with f.loop(layout.states) as loop:
        start = workspace.load_at("slope_by_time", loop.index) if timed else f.splat(0.0)
        workspace.store_at(start, "sum", loop.index)
    with f.loop(entries) as loop:
        row, column, slot = (
            f.load(Value("ptr", f"@entry_{name}"), loop.index, "i64") for name in ("row", "column", "slot")
        )
        product = f.fused(
            workspace.load_at("factors", slot), workspace.load_at("slope", column), workspace.load_at("sum", row)
        )
        workspace.store_at(product, "sum", row)
    with f.loop(layout.states, [f.splat(0.0), f.splat(0.0)]) as norms:
        size = f.absolute(workspace.load_at("state", norms.index))
        scale = f.fused(relative, size, f.broadcast(f.load(absolute, norms.index)))
        totals = []
        for part, total in zip(("slope", "sum"), norms.carried, strict=True):
            ratio = f.divide(workspace.load_at(part, norms.index), scale)
            totals.append(f.fused(ratio, ratio, total))
        norms.carry(*totals)
    share = f.splat(1.0 / max(1, layout.states))
    slope, change = (f.square_root(f.multiply(total, share)) for total in norms.carried)
    ratio = f.divide(change, slope)
    fourth = f.multiply(f.multiply(ratio, ratio), f.multiply(ratio, ratio))
    size = f.multiply(f.splat(_FIRST_CONSTANT), f.multiply(slope, fourth))
    root = _elementary(f, "exp", f.multiply(f.splat(-1.0 / rodas5p.ERROR_ORDER), _elementary(f, "log", size)))
    # Where nothing moves, or only evenly, the way to the next stop is as good a guess as any.
    way = f.subtract(workspace.load("stop"), workspace.load("time"))
    longest = f.multiply(f.splat(_FIRST_SHARE), way)
    chosen = f.smaller(f.select(f.less(f.splat(0.0), root), root, longest), longest)
    shortest = f.multiply(f.splat(10.0 * SHORTEST), f.absolute(workspace.load("time")))
    chosen = f.larger(f.larger(chosen, shortest), f.splat(10.0 * SHORTEST_EVER))
    starting = f.lanes(f.parameters["mask"])
    workspace.store(f.select(starting, chosen, workspace.load("step")), "step")
    f.give()
    return f.text(linkage="internal")


def _counted(f: FunctionBuilder, workspace: Workspace, name: str, which: Value) -> Value:
    one_more = f.select(which, f.splat_int(1), f.splat_int(0))
    count = f.integer_add(workspace.load_ints(name), one_more)
    workspace.store(count, name)
    return count


def _splat_int(f: FunctionBuilder, scalar: Value) -> Value:
    single = f.emit(f.ints, f"insertelement {f.ints} poison, {scalar}, i64 0")
    return f.emit(f.ints, f"shufflevector {single}, {f.ints} poison, <{f.width} x i32> zeroinitializer")


def _elementary(f: FunctionBuilder, op: str, argument: Value) -> Value:
    return f.call(function_name(op), argument, result=f.doubles)


def _tables(rows: list[Entry], entries: dict[Entry, int]) -> str:
    columns = {
        "row": [row for row, _ in rows],
        "column": [column for _, column in rows],
        "slot": [entries[entry] for entry in rows],
    }
    return "\n".join(integer_table(f"entry_{name}", numbers) for name, numbers in columns.items()) + "\n"
