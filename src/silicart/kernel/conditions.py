"""Conditions that change inside a step: found on the dense output, so that the step ends where they change.

A condition counts as changed when it differs from what it was at the start of the step: at one of a few points of the
step, or at its end. The first such point is then closed in by halving, to the last bits of the time. Halving needs no
slope and no sign, so comparisons joined by "and", jumps of a rule and rounded numbers are all found the same way.
"""

from __future__ import annotations

from silicart.kernel.dense_output import interpolation, step_weights
from silicart.kernel.event_memory import EventMemory
from silicart.kernel.ir import FunctionBuilder, Value, integer_table
from silicart.kernel.layout import Layout, Workspace, run_function
from silicart.symbolic.system import System

#: Points of a step at which conditions are looked at, its end included.
PROBES = 4
# A change is closed in to neighbouring numbers, or to this share of the step where numbers are denser than that.
_CLOSE = 2.0**-60
#: Changes in a row, each at once after the one before, from which on kinks of the right-hand side are stepped over.
CROWDED = 50.0
#: And from which on a patient is given up.
ENDLESS = 1000.0
# A step cut to less than this share of what was tried follows "at once".
_AT_ONCE = 1e-6


def condition_functions(system: System, layout: Layout, memory: EventMemory, needed: list[int]) -> str:
    """Return `look_for_change` and what it calls.

    Parameters
    ----------
    needed : the states that the conditions read.
    """
    parts = [integer_table("watch_states", needed), _compare(system, layout, memory), _probe(layout, needed)]
    return "\n".join([*parts, _look(layout, memory, len(system.watched)), _cut(layout)])


def _compare(system: System, layout: Layout, memory: EventMemory) -> str:
    """The mask of lanes in which a condition is not what it was at the start of the step."""
    f = FunctionBuilder("changed", [("ptr", "workspace")], layout.width, "i64")
    workspace = Workspace(f, layout)
    f.call("watch", workspace.base)
    triggers = set(system.graph.reachable([event.trigger for event in system.events]))
    never = f.not_equal(f.splat(0.0), f.splat(0.0))
    differs, bends = never, never
    for index, number in enumerate(system.watched):
        now, then = workspace.load("watching", index), workspace.load("watched", index)
        # Not a number is what it was, if it was so before.
        same = f.either(f.equal(now, then), f.both(f.not_equal(now, now), f.not_equal(then, then)))
        other = f.opposite(same)
        if number in triggers:
            differs = f.either(differs, other)
        else:
            bends = f.either(bends, other)
    crowded = f.less(f.splat(CROWDED), workspace.load("memory", memory.crowd))
    differs = f.either(differs, f.both(bends, f.opposite(crowded)))
    f.give(f.mask(differs))
    return f.text(linkage="internal")


def _probe(layout: Layout, needed: list[int]) -> str:
    """Whether conditions have changed at the times in "at", lane by lane."""
    f = FunctionBuilder("probe", [("ptr", "workspace")], layout.width, "i64")
    workspace = Workspace(f, layout)
    fraction = _fraction(f, workspace)
    step_weights(f, workspace, fraction)
    interpolation(f, workspace, fraction, "watch_states", len(needed))
    f.give(f.call("changed", workspace.base, result="i64"))
    return f.text(linkage="internal")


def _look(layout: Layout, memory: EventMemory, conditions: int) -> str:
    """For the accepted lanes: move "landing" back to the first change, and say in "cut" which lanes were cut."""
    f, workspace, _ = run_function("look_for_change", layout, [("i64", "accepted"), ("i64", "stopping")])
    accepted, stopping = f.parameters["accepted"], f.parameters["stopping"]
    time, trial, landing = (workspace.load(name) for name in ("time", "trial", "landing"))
    workspace.store(time, "low")
    workspace.store(landing, "high")
    with f.loop(PROBES, [f.i64(0)]) as probes:
        (found,) = probes.carried
        last = f.integer_compare("eq", probes.index, f.i64(PROBES - 1))
        count = f.emit("double", f"sitofp i64 {probes.index.text} to double")
        share = f.multiply(f.add(count, f.f64(1.0)), f.f64(1.0 / PROBES))
        inner = f.fused(f.broadcast(share), trial, time)
        at = f.emit(f.doubles, f"select {last}, {landing}, {inner}")
        workspace.store(at, "at")
        fresh = f.both(f.both(f.call("probe", workspace.base, result="i64"), accepted), _without(f, found))
        first, open_ = f.lanes(fresh), f.lanes(f.either(fresh, found))
        workspace.store(f.select(first, at, workspace.load("high")), "high")
        workspace.store(f.select(open_, workspace.load("low"), at), "low")
        probes.carry(f.either(found, fresh))
    (found,) = probes.carried
    # Where nothing is cut the step goes on from its end: what was stepped over there is known from now on.
    whole = f.lanes(f.both(accepted, _without(f, found)))
    with f.loop(conditions) as loop:
        now, then = workspace.load_at("watching", loop.index), workspace.load_at("watched", loop.index)
        workspace.store_at(f.select(whole, now, then), "watched", loop.index)
    with f.when(f.is_set(found)):
        _halve(f, workspace, found)
    # A change right at a stop is that stop's.
    high = workspace.load("high")
    at_stop = f.both(f.mask(f.equal(high, landing)), stopping)
    cut = f.both(found, _without(f, at_stop))
    cutting = f.lanes(cut)
    # Only a step that was cut at once adds to the crowd; one that ends by itself thins it.
    crowd = workspace.load("memory", memory.crowd)
    short = f.less_equal(f.subtract(high, time), f.multiply(f.splat(_AT_ONCE), trial))
    more = f.select(short, f.add(crowd, f.splat(1.0)), crowd)
    fewer = f.larger(f.splat(0.0), f.subtract(crowd, f.splat(1.0)))
    crowd_now = f.select(cutting, more, f.select(f.lanes(accepted), fewer, crowd))
    workspace.store(crowd_now, "memory", memory.crowd)
    workspace.store_shared(cut, "cut")
    with f.when(f.is_set(cut)):
        workspace.store(f.select(cutting, high, landing), "at")
        f.call("cut_short", workspace.base)
        workspace.store(f.select(cutting, high, landing), "landing")
    f.give()
    return f.text(linkage="internal")


def _halve(f: FunctionBuilder, workspace: Workspace, found: Value) -> None:
    tiny = f.multiply(f.splat(_CLOSE), workspace.load("trial"))
    with f.while_true() as leave_if:
        low, high = workspace.load("low"), workspace.load("high")
        width = f.subtract(high, low)
        middle = f.fused(f.splat(0.5), width, low)
        between = f.both(f.less(low, middle), f.less(middle, high))
        going = f.both(f.mask(f.both(between, f.less(tiny, width))), found)
        leave_if(f.integer_compare("eq", going, f.i64(0)))
        workspace.store(f.select(f.lanes(going), middle, workspace.load("landing")), "at")
        changed = f.call("probe", workspace.base, result="i64")
        up = f.lanes(f.both(changed, going))
        down = f.lanes(f.both(_without(f, changed), going))
        workspace.store(f.select(up, middle, high), "high")
        workspace.store(f.select(down, middle, low), "low")


def _cut(layout: Layout) -> str:
    """The states at "at" into "cut_state"."""
    f = FunctionBuilder("cut_short", [("ptr", "workspace")], layout.width)
    workspace = Workspace(f, layout)
    fraction = _fraction(f, workspace)
    step_weights(f, workspace, fraction)
    interpolation(f, workspace, fraction, None, layout.states, target="cut_state")
    f.give()
    return f.text(linkage="internal")


def _fraction(f: FunctionBuilder, workspace: Workspace) -> Value:
    """Which fraction of the step as tried lies before "at"; exactly 1 at its end."""
    at = workspace.load("at")
    fraction = f.multiply(f.subtract(at, workspace.load("time")), workspace.load("inverse_trial"))
    return f.select(f.equal(at, workspace.load("landing")), f.splat(1.0), fraction)


def _without(f: FunctionBuilder, mask: Value) -> Value:
    return f.differ(mask, f.i64(-1))
