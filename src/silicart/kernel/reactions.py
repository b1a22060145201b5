"""Events of the model at one instant, for lanes that have arrived: fire, drop, execute, until nothing is due.

At one instant, in each lane for itself:

1. all triggers are evaluated; an event whose trigger turned from false to true fires: it is put among the waiting,
   with the time at which it is due and, if it keeps the values of its firing, with those values;
2. a waiting event that is not persistent and whose trigger is false is dropped;
3. of the waiting events that are due the one of highest priority executes; among equal priorities a pseudo-random one,
   among events without a priority the one that fired first, then the one that the file names first;
4. and again from 1, until nothing is due.
"""

from __future__ import annotations

import math

from silicart.kernel.conditions import ENDLESS
from silicart.kernel.event_memory import NOTHING, SLOT_DUE, SLOT_EVENT, SLOT_LAG, SLOT_TURN, SLOT_VALUES, EventMemory
from silicart.kernel.ir import FunctionBuilder, Value, integer_table
from silicart.kernel.layout import Layout, Workspace, run_function
from silicart.kernel.state import ENDLESS_EVENTS, FIRST_ERROR, NON_FINITE, TOO_MANY_WAITING
from silicart.symbolic.system import System

#: Executions at one instant after which a patient counts as caught in an endless chain.
CHAIN_LIMIT = 1000


def reaction_functions(system: System, layout: Layout, memory: EventMemory) -> str:
    """Return `react`, which lets the lanes of a mask live through an instant, and what it calls."""
    parts = [_tables(system, layout), _note(system, layout)]
    if system.events:
        parts += [
            _fire(layout, memory),
            _wait(layout, memory, jumping=system.partners is not None),
            _choose(layout, memory),
            _keep(layout, memory),
        ]
        parts += [_write(layout, memory)]
    return "\n".join([*parts, _react(system, layout, memory)])


def _tables(system: System, layout: Layout) -> str:
    events = system.events
    writings = [len(event.writings) for event in events]
    flat = [writing for event in events for writing in event.writings]
    columns = {
        "event_persistent": [int(event.persistent) for event in events],
        "event_keeps": [int(event.values_from_trigger) for event in events],
        "event_initially": [int(event.initially) for event in events],
        "event_values": [len(event.values) for event in events],
        "event_first_kept": [event.first_kept for event in events],
        "event_writings": writings,
        "event_first_writing": [sum(writings[:index]) for index in range(len(events))],
        # States lie before what is held, as the parts of the workspace do not: one number says which it is.
        "writing_place": [w.index if w.state else layout.states + w.index for w in flat],
    }
    return "\n".join(integer_table(name, numbers) for name, numbers in columns.items())


def _note(system: System, layout: Layout) -> str:
    """Take the conditions as they are now for what they were at the start of the next step, in the lanes of a mask."""
    f = FunctionBuilder("note", [("ptr", "workspace"), ("i64", "mask")], layout.width)
    workspace = Workspace(f, layout)
    if system.watched:
        # What the conditions read is read between steps too, where no step has filled the interpolation.
        with f.loop(layout.states) as loop:
            workspace.store_at(workspace.load_at("state", loop.index), "interpolated", loop.index)
        workspace.store(workspace.load("time"), "at")
        f.call("watch", workspace.base)
        chosen = f.lanes(f.parameters["mask"])
        with f.loop(len(system.watched)) as loop:
            now, then = workspace.load_at("watching", loop.index), workspace.load_at("watched", loop.index)
            workspace.store_at(f.select(chosen, now, then), "watched", loop.index)
    f.give()
    return f.text(linkage="internal")


def _react(system: System, layout: Layout, memory: EventMemory) -> str:
    f, workspace, arguments = run_function("react", layout, [("i64", "mask")])
    mask = f.parameters["mask"]
    jumping = system.partners is not None and system.watched
    if jumping:
        f.call("jump_before", workspace.base, mask)
    if system.events:
        # Lanes still in the instant, and how often events have executed in it.
        with f.loop(CHAIN_LIMIT, [mask]) as turns:
            (going,) = turns.carried
            workspace.store_shared(going, "going")
            with f.when(f.is_set(going)):
                workspace.store(workspace.load("time"), "at")
                f.call("events", workspace.base)
                with f.each_lane(going) as lane:
                    f.call("fire", workspace.base, lane)
                    f.call("choose", workspace.base, lane)
                executing = workspace.load_shared("going")
                with f.when(f.is_set(executing)):
                    f.call("land", workspace.base)
                    with f.each_lane(executing) as lane:
                        f.call("write", workspace.base, lane)
            turns.carry(workspace.load_shared("going"))
        (endless,) = turns.carried
        _give_up(f, workspace, arguments.base, endless, ENDLESS_EVENTS)
        for why in (TOO_MANY_WAITING, NON_FINITE):
            troubled = f.mask(f.integer_compare("eq", workspace.load_ints("trouble"), f.splat_int(why)))
            _give_up(f, workspace, arguments.base, f.both(troubled, mask), why)
    if jumping:
        f.call("jump_after", workspace.base, mask)
    f.call("note", workspace.base, mask)
    workspace.store_shared(f.i64(0), "cut")
    crowded = f.both(f.mask(f.less(f.splat(ENDLESS), workspace.load("memory", memory.crowd))), mask)
    _give_up(f, workspace, arguments.base, crowded, ENDLESS_EVENTS)
    f.give()
    return f.text(linkage="internal")


def _give_up(f: FunctionBuilder, workspace: Workspace, arguments: Value, mask: Value, why: int) -> None:
    """Let the lanes of a mask depart, but for those that departed before."""
    left = f.both(mask, f.differ(workspace.load_shared("free"), f.i64(-1)))
    with f.each_lane(left) as lane:
        f.call("depart", arguments, workspace.base, lane, f.i64(why))


def _fire(layout: Layout, memory: EventMemory) -> str:
    """Let the events of a lane fire whose trigger turned true, and drop those that do not persist."""
    f = FunctionBuilder("fire", [("ptr", "workspace"), ("i64", "lane")], layout.width)
    workspace = Workspace(f, layout)
    lane = f.parameters["lane"]
    with f.loop(memory.events) as loop:
        now = f.load_lane(workspace.part("triggers"), loop.index, lane)
        place = f.integer_add(loop.index, f.i64(memory.before))
        before = f.load_lane(workspace.part("memory"), place, lane)
        f.store_lane(now, workspace.part("memory"), place, lane)
        with f.when(f.less(before, now)):
            f.call("wait", workspace.base, lane, loop.index)
    with f.loop(memory.slots) as loop:
        slot = slot_at(f, memory, loop.index)
        event = f.load_lane(workspace.part("memory"), slot, lane)
        with f.when(f.less_equal(f.f64(0.0), event)):
            number = _whole(f, event)
            persistent = f.load(Value("ptr", "@event_persistent"), number, "i64")
            trigger = f.load_lane(workspace.part("triggers"), number, lane)
            gone = f.both(f.integer_compare("eq", persistent, f.i64(0)), f.equal(trigger, f.f64(0.0)))
            with f.when(gone):
                f.store_lane(f.f64(NOTHING), workspace.part("memory"), slot, lane)
    f.give()
    return f.text(linkage="internal")


def _wait(layout: Layout, memory: EventMemory, *, jumping: bool) -> str:
    """Put an event into the first empty slot of a lane; without one, or without a time, the lane is in trouble."""
    f = FunctionBuilder("wait", [("ptr", "workspace"), ("i64", "lane"), ("i64", "event")], layout.width)
    workspace = Workspace(f, layout)
    lane, event = f.parameters["lane"], f.parameters["event"]
    row = workspace.part("memory")
    with f.loop(memory.slots, [f.i64(-1)]) as search:
        (found,) = search.carried
        empty = f.less(f.load_lane(row, slot_at(f, memory, search.index), lane), f.f64(0.0))
        first = f.both(empty, f.integer_compare("slt", found, f.i64(0)))
        search.carry(f.select(first, search.index, found))
    (found,) = search.carried
    none = f.integer_compare("slt", found, f.i64(0))
    with f.when(none):
        workspace.store_lane(f.i64(TOO_MANY_WAITING), "trouble", lane)
    with f.when(f.opposite(none)):
        slot = slot_at(f, memory, found)
        now = workspace.load_lane("time", lane)
        later = f.add(now, f.load_lane(workspace.part("delays"), event, lane))
        with f.when(f.not_equal(later, later)):
            workspace.store_lane(f.i64(NON_FINITE), "trouble", lane)
        turn = f.load_lane(row, memory.turn, lane)
        f.store_lane(f.add(turn, f.f64(1.0)), row, memory.turn, lane)
        number = f.emit("double", f"sitofp {event} to double")
        for place, value in ((SLOT_EVENT, number), (SLOT_DUE, f.larger(now, later)), (SLOT_TURN, turn)):
            f.store_lane(value, row, f.integer_add(slot, f.i64(place)), lane)
        if jumping:
            lag = f.add(workspace.load_lane("lag", lane), f.load_lane(workspace.part("delay_lags"), event, lane))
            f.store_lane(lag, row, f.integer_add(slot, f.i64(SLOT_LAG)), lane)
        values = f.load(Value("ptr", "@event_values"), event, "i64")
        first_kept = f.load(Value("ptr", "@event_first_kept"), event, "i64")
        with f.loop(values) as loop:
            value = f.load_lane(workspace.part("values_now"), f.integer_add(first_kept, loop.index), lane)
            kept = f.integer_add(f.integer_add(slot, f.i64(SLOT_VALUES)), loop.index)
            f.store_lane(value, row, kept, lane)
    f.give()
    return f.text(linkage="internal")


def _choose(layout: Layout, memory: EventMemory) -> str:
    """Choose what executes next in a lane and bring its values; a lane in which nothing is due leaves "going"."""
    f = FunctionBuilder("choose", [("ptr", "workspace"), ("i64", "lane")], layout.width)
    workspace = Workspace(f, layout)
    lane = f.parameters["lane"]
    row = workspace.part("memory")
    now = workspace.load_lane("time", lane)
    with f.loop(memory.slots, [f.i64(-1), f.f64(-math.inf), f.f64(math.inf)]) as search:
        best, highest, earliest = search.carried
        slot = slot_at(f, memory, search.index)
        event = f.load_lane(row, slot, lane)
        taken = f.less_equal(f.f64(0.0), event)
        number = _whole(f, f.select(taken, event, f.f64(0.0)))
        due = f.less_equal(f.load_lane(row, f.integer_add(slot, f.i64(SLOT_DUE)), lane), now)
        priority = f.load_lane(workspace.part("priorities"), number, lane)
        # A priority that is not a number is none.
        priority = f.select(f.equal(priority, priority), priority, f.f64(-math.inf))
        turn = f.load_lane(row, f.integer_add(slot, f.i64(SLOT_TURN)), lane)
        # Among equals chance decides, as SBML asks: by a number that depends on nothing but how many fired before.
        turn = f.select(f.less(f.f64(-math.inf), priority), _shuffled(f, turn), turn)
        higher = f.less(highest, priority)
        tie = f.both(f.equal(highest, priority), f.less(turn, earliest))
        better = f.both(f.both(taken, due), f.either(higher, tie))
        search.carry(
            f.select(better, search.index, best),
            f.select(better, priority, highest),
            f.select(better, turn, earliest),
        )
    best = search.carried[0]
    none = f.integer_compare("slt", best, f.i64(0))
    with f.when(none):
        going = workspace.load_shared("going")
        workspace.store_shared(f.differ(going, f.lane_bit(lane)), "going")
    with f.when(f.opposite(none)):
        f.call("keep", workspace.base, lane, best)
    f.give()
    return f.text(linkage="internal")


def _keep(layout: Layout, memory: EventMemory) -> str:
    """Bring the values of the event in a slot to where writing finds them, and empty the slot."""
    f = FunctionBuilder("keep", [("ptr", "workspace"), ("i64", "lane"), ("i64", "found")], layout.width)
    workspace = Workspace(f, layout)
    lane = f.parameters["lane"]
    row = workspace.part("memory")
    slot = slot_at(f, memory, f.parameters["found"])
    event = _whole(f, f.load_lane(row, slot, lane))
    workspace.store_lane(event, "executing", lane)
    f.store_lane(f.f64(NOTHING), row, slot, lane)
    keeps = f.integer_compare("ne", f.load(Value("ptr", "@event_keeps"), event, "i64"), f.i64(0))
    first_kept = f.load(Value("ptr", "@event_first_kept"), event, "i64")
    with f.loop(f.load(Value("ptr", "@event_values"), event, "i64")) as loop:
        index = f.integer_add(first_kept, loop.index)
        then = f.load_lane(row, f.integer_add(f.integer_add(slot, f.i64(SLOT_VALUES)), loop.index), lane)
        now = f.load_lane(workspace.part("values_now"), index, lane)
        f.store_lane(f.select(keeps, then, now), workspace.part("kept"), index, lane)
    f.give()
    return f.text(linkage="internal")


def _write(layout: Layout, memory: EventMemory) -> str:
    """Write what the executing event of a lane changes; the step control starts afresh."""
    f = FunctionBuilder("write", [("ptr", "workspace"), ("i64", "lane")], layout.width)
    workspace = Workspace(f, layout)
    lane = f.parameters["lane"]
    event = workspace.load_lane("executing", lane, "i64")
    first = f.load(Value("ptr", "@event_first_writing"), event, "i64")
    with f.loop(f.load(Value("ptr", "@event_writings"), event, "i64")) as loop:
        index = f.integer_add(first, loop.index)
        value = f.load_lane(workspace.part("landed"), index, lane)
        place = f.load(Value("ptr", "@writing_place"), index, "i64")
        is_state = f.integer_compare("slt", place, f.i64(layout.states))
        with f.when(is_state):
            f.store_lane(value, workspace.part("state"), place, lane)
        with f.when(f.opposite(is_state)):
            f.store_lane(value, workspace.part("memory"), f.integer_subtract(place, f.i64(layout.states)), lane)
    workspace.store_lane(f.f64(0.0), "step", lane)
    workspace.store_lane(f.f64(FIRST_ERROR), "error", lane)
    f.give()
    return f.text(linkage="internal")


def next_due_execution(f: FunctionBuilder, workspace: Workspace, memory: EventMemory, lane: Value) -> Value:
    """The time at which the next waiting execution of a lane is due, infinite without one."""
    row = workspace.part("memory")
    with f.loop(memory.slots, [f.f64(math.inf)]) as search:
        slot = slot_at(f, memory, search.index)
        taken = f.less_equal(f.f64(0.0), f.load_lane(row, slot, lane))
        due = f.load_lane(row, f.integer_add(slot, f.i64(SLOT_DUE)), lane)
        search.carry(f.smaller(f.select(taken, due, f.f64(math.inf)), search.carried[0]))
    return search.carried[0]


def forget(f: FunctionBuilder, workspace: Workspace, memory: EventMemory, lane: Value) -> None:
    """Put a lane's memory to where a run begins: variables at their start, triggers as declared, nothing waiting."""
    row = workspace.part("memory")
    with f.loop(memory.held) as loop:
        f.store_lane(f.load_lane(workspace.part("held_initial"), loop.index, lane), row, loop.index, lane)
    with f.loop(memory.events) as loop:
        initially = f.load(Value("ptr", "@event_initially"), loop.index, "i64")
        value = f.emit("double", f"sitofp {initially} to double")
        f.store_lane(value, row, f.integer_add(loop.index, f.i64(memory.before)), lane)
    for place in (memory.turn, memory.crowd):
        f.store_lane(f.f64(0.0), row, place, lane)
    with f.loop(memory.slots) as loop:
        f.store_lane(f.f64(NOTHING), row, slot_at(f, memory, loop.index), lane)


def slot_at(f: FunctionBuilder, memory: EventMemory, index: Value) -> Value:
    """Where a slot begins in a lane's memory."""
    return f.integer_add(f.integer_multiply(index, f.i64(memory.slot)), f.i64(memory.waiting))


def _shuffled(f: FunctionBuilder, turn: Value) -> Value:
    """A number that looks random, from a whole number (the finalizer of SplitMix64)."""
    word = f.integer_multiply(f.integer_add(_whole(f, turn), f.i64(1)), f.i64(-7046029254386353131))
    for factor, places in ((-4658895280553007687, 30), (-7723592293110705685, 27)):
        word = f.integer_multiply(f.differ(word, f.shift_right(word, places)), f.i64(factor))
    return f.emit("double", f"sitofp {f.differ(word, f.shift_right(word, 31))} to double")


def _whole(f: FunctionBuilder, number: Value) -> Value:
    return f.emit("i64", f"fptosi {number} to i64")
