"""Jumps of sensitivities where the time of an event or of a bend moves along their direction.

`symbolic.sensitivity` says why: a partner s of a state x takes up f- times the lag before anything happens, and gives
back f+ times the lag afterwards. The lag is that of the condition that changed, or that of the delayed execution that
is due; at known times, such as doses, it is 0.
"""

from __future__ import annotations

from silicart.kernel.dense_output import interpolation, step_weights
from silicart.kernel.event_memory import SLOT_DUE, SLOT_LAG, EventMemory
from silicart.kernel.ir import FunctionBuilder, Value, integer_table
from silicart.kernel.layout import Layout, Workspace
from silicart.kernel.reactions import slot_at
from silicart.symbolic.system import Partners, System


def jump_functions(system: System, layout: Layout) -> str:
    """Return `find_lag`, `jump_before` and `jump_after`; a system without partners has none of them."""
    partners = system.partners
    if partners is None:
        return ""
    tables = [
        integer_table("partnered", [state for state, _ in partners.of]),
        integer_table("partner", [place for _, place in partners.of]),
    ]
    jumps = [_before(partners, layout), _after(partners, layout)]
    return "\n".join([*tables, _find(system, layout), *jumps])


def _find(system: System, layout: Layout) -> str:
    """For the lanes of a mask that are cut short: f just before the cut, and the lag of what changed there."""
    f = FunctionBuilder("find_lag", [("ptr", "workspace"), ("i64", "mask")], layout.width)
    workspace = Workspace(f, layout)
    cut = f.lanes(f.parameters["mask"])
    time = workspace.load("time")
    # What changed is seen at the cut, all else just before it; both from the step as it was tried.
    workspace.store(f.select(cut, workspace.load("high"), time), "at")
    f.call("probe", workspace.base, result="i64")
    just_before = f.select(cut, workspace.load("low"), time)
    fraction = f.multiply(f.subtract(just_before, time), workspace.load("inverse_trial"))
    step_weights(f, workspace, fraction)
    interpolation(f, workspace, fraction, None, layout.states)
    with f.loop(layout.states) as loop:
        end = workspace.load_at("stage_state", loop.index)
        earlier = workspace.load_at("interpolated", loop.index)
        workspace.store_at(f.select(cut, earlier, end), "stage_state", loop.index)
    workspace.store(just_before, "at")
    f.call("slope", workspace.base)
    _remember_slope(f, workspace, layout, cut)
    f.call("lags", workspace.base)
    lag = f.splat(0.0)
    for index in reversed(range(len(system.watched))):
        changed = f.not_equal(workspace.load("watching", index), workspace.load("watched", index))
        lag = f.select(changed, workspace.load("lags", index), lag)
    workspace.store(f.select(cut, lag, workspace.load("lag")), "lag")
    f.give()
    return f.text(linkage="internal")


def _before(partners: Partners, layout: Layout) -> str:
    """Partners of the lanes of a mask to the moved time; the lanes that were not cut get f and their lag here."""
    f = FunctionBuilder("jump_before", [("ptr", "workspace"), ("i64", "mask")], layout.width)
    workspace = Workspace(f, layout)
    mask = f.parameters["mask"]
    known = f.both(mask, f.differ(workspace.load_shared("cut"), f.i64(-1)))
    with f.each_lane(known) as lane:
        workspace.store_lane(_lag_of_execution(f, workspace, layout.memory, lane), "lag", lane)
    with f.when(f.is_set(known)):
        _slope_here(f, workspace, layout)
        _remember_slope(f, workspace, layout, f.lanes(known))
    _shift(f, workspace, partners, "slope_before", f.lanes(mask), workspace.load("lag"))
    f.give()
    return f.text(linkage="internal")


def _after(partners: Partners, layout: Layout) -> str:
    """Partners of the lanes of a mask back to the fixed time."""
    f = FunctionBuilder("jump_after", [("ptr", "workspace"), ("i64", "mask")], layout.width)
    workspace = Workspace(f, layout)
    _slope_here(f, workspace, layout)
    _shift(f, workspace, partners, "slope", f.lanes(f.parameters["mask"]), f.negate(workspace.load("lag")))
    f.give()
    return f.text(linkage="internal")


def _slope_here(f: FunctionBuilder, workspace: Workspace, layout: Layout) -> None:
    with f.loop(layout.states) as loop:
        workspace.store_at(workspace.load_at("state", loop.index), "stage_state", loop.index)
    workspace.store(workspace.load("time"), "at")
    f.call("slope", workspace.base)


def _remember_slope(f: FunctionBuilder, workspace: Workspace, layout: Layout, which: Value) -> None:
    with f.loop(layout.states) as loop:
        now, then = workspace.load_at("slope", loop.index), workspace.load_at("slope_before", loop.index)
        workspace.store_at(f.select(which, now, then), "slope_before", loop.index)


def _shift(f: FunctionBuilder, workspace: Workspace, partners: Partners, slopes: str, which: Value, lag: Value) -> None:
    with f.loop(len(partners.of)) as loop:
        state, place = (f.load(Value("ptr", f"@{name}"), loop.index, "i64") for name in ("partnered", "partner"))
        before = workspace.load_at("state", place)
        moved = f.fused(workspace.load_at(slopes, state), lag, before)
        # A lag of 0 moves nothing, also where the slope is not finite.
        still = f.equal(lag, f.splat(0.0))
        workspace.store_at(f.select(f.both(which, f.opposite(still)), moved, before), "state", place)


def _lag_of_execution(f: FunctionBuilder, workspace: Workspace, memory: EventMemory, lane: Value) -> Value:
    """The lag of the first delayed execution that is due now in a lane, 0 without one."""
    row = workspace.part("memory")
    now = workspace.load_lane("time", lane)
    with f.loop(memory.slots, [f.f64(0.0)]) as search:
        slot = slot_at(f, memory, search.index)
        taken = f.less_equal(f.f64(0.0), f.load_lane(row, slot, lane))
        due = f.less_equal(f.load_lane(row, f.integer_add(slot, f.i64(SLOT_DUE)), lane), now)
        lag = f.load_lane(row, f.integer_add(slot, f.i64(SLOT_LAG)), lane)
        search.carry(f.select(f.both(taken, due), lag, search.carried[0]))
    return search.carried[0]
