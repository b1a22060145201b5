"""What happens to single lanes: taking the next patient, arriving at a stop, leaving good or failed.

These are the only places where lanes are handled one by one; they run once a patient, an event or an output.
"""

from __future__ import annotations

from collections.abc import Iterator

from silicart.kernel.dense_output import blank_rest, next_due
from silicart.kernel.events import ADD, RATE, RESET
from silicart.kernel.ir import FunctionBuilder, Value
from silicart.kernel.layout import Arguments, Layout, Workspace, run_function
from silicart.kernel.reactions import forget, next_due_execution
from silicart.kernel.state import FIRST_ERROR, GOOD, NON_FINITE

# Lane state that a patient brings along and takes away, and its array among the arguments.
_SCALARS = tuple((name, f"state_{name}") for name in ("start", "time", "step", "error", "stiff"))
_VECTORS = (
    ("state", "state_states"),
    ("rates", "state_rates"),
    ("memory", "state_memory"),
    ("accumulators", "state_accumulators"),
)


def _vectors(layout: Layout) -> Iterator[tuple[str, str, int]]:
    """Parts that travel with a patient, their arrays, and how many numbers they have."""
    sizes = {"memory": layout.memory.size, "accumulators": layout.accumulation.size}
    for part, array in _VECTORS:
        count = sizes.get(part, layout.states)
        if count:
            yield part, array, count


def arrival_functions(layout: Layout) -> str:
    """Return `refill`, `arrive`, `depart` and the functions that they need."""
    parts = (_refill, _take, _settle, _lost, _arrive, _happen, _depart)
    return "\n".join(part(layout) for part in parts)


def _refill(layout: Layout) -> str:
    """Give every free lane the next patient of the queue who has not failed before."""
    f, workspace, arguments = run_function("refill", layout)
    patients, status = arguments.number("patients"), arguments.address("status")
    before = workspace.load_shared("free")
    with f.each_lane(before) as lane, f.while_true() as leave_if:
        patient = workspace.load_shared("queue")
        leave_if(f.integer_compare("sge", patient, patients))
        workspace.store_shared(f.integer_add(patient, f.i64(1)), "queue")
        good = f.integer_compare("eq", f.load(status, patient, "i64"), f.i64(GOOD))
        with f.when(good):
            f.call("take", arguments.base, workspace.base, lane, patient)
        leave_if(good)
    taken = f.differ(before, workspace.load_shared("free"))
    with f.when(f.is_set(taken)):
        # All lanes are prepared again: those that go on get the very same values.
        f.call("prepare", workspace.base)
        with f.each_lane(taken) as lane:
            f.call("settle", arguments.base, workspace.base, lane)
        arrived = workspace.load_shared("arrived")
        workspace.store_shared(f.either(arrived, taken), "arrived")
    f.give()
    return f.text(linkage="internal")


def _take(layout: Layout) -> str:
    """Put a patient into a lane: inputs, events, outputs, counters."""
    f, workspace, arguments = run_function("take", layout, [("i64", "lane"), ("i64", "patient")])
    lane, patient = f.parameters["lane"], f.parameters["patient"]
    free = workspace.load_shared("free")
    workspace.store_shared(f.differ(free, f.lane_bit(lane)), "free")
    row = f.offset(arguments.address("inputs"), f.integer_multiply(patient, f.i64(layout.inputs)))
    target = workspace.part("inputs")
    with f.loop(layout.inputs) as loop:
        f.store_lane(f.load(row, loop.index), target, loop.index, lane)
    for name, array in _SCALARS:
        workspace.store_lane(f.load(arguments.address(array), patient), name, lane)
    offsets = arguments.address("event_offsets")
    workspace.store_lane(patient, "patient", lane)
    workspace.store_lane(f.load(offsets, patient, "i64"), "event", lane)
    workspace.store_lane(f.load(offsets, f.integer_add(patient, f.i64(1)), "i64"), "event_end", lane)
    for name in ("output", "steps", "rejected", "retry", "trouble"):
        workspace.store_lane(f.i64(0), name, lane)
    due = next_due(f, arguments.address("times"), arguments.number("times_count"), f.i64(0))
    workspace.store_lane(due, "due", lane)
    f.give()
    return f.text(linkage="internal")


def _settle(layout: Layout) -> str:
    """Put the lane's states and rates where the patient stands: at the start, or where a run left off."""
    f, workspace, arguments = run_function("settle", layout, [("i64", "lane")])
    lane = f.parameters["lane"]
    patient = workspace.load_lane("patient", lane, "i64")
    for name, array, count in _vectors(layout):
        first = f.integer_multiply(patient, f.i64(count))
        source, target = f.offset(arguments.address(array), first), workspace.part(name)
        with f.loop(count) as loop:
            f.store_lane(f.load(source, loop.index), target, loop.index, lane)
    fresh = f.integer_compare("eq", arguments.number("resumed"), f.i64(0))
    with f.when(fresh):
        f.call("reset", workspace.base, lane)
    f.give()
    reset = _reset(layout)
    return "\n".join([reset, f.text(linkage="internal")])


def _reset(layout: Layout) -> str:
    """Every state of a lane to its initial value, every infusion rate to 0, what events remember to the start."""
    f = FunctionBuilder("reset", [("ptr", "workspace"), ("i64", "lane")], layout.width)
    workspace = Workspace(f, layout)
    lane = f.parameters["lane"]
    initial, state, rates = (workspace.part(name) for name in ("initial", "state", "rates"))
    with f.loop(layout.states) as loop:
        f.store_lane(f.load_lane(initial, loop.index, lane), state, loop.index, lane)
        f.store_lane(f.f64(0.0), rates, loop.index, lane)
    if layout.memory.needed:
        forget(f, workspace, layout.memory, lane)
    f.give()
    return f.text(linkage="internal")


def _lost(layout: Layout) -> str:
    """The mask of lanes in which a state is not a finite number."""
    f = FunctionBuilder("lost", [("ptr", "workspace")], layout.width, "i64")
    workspace = Workspace(f, layout)
    zero = f.splat(0.0)
    with f.loop(layout.states, [zero]) as loop:
        loop.carry(f.fused(zero, workspace.load_at("state", loop.index), loop.carried[0]))
    f.give(f.mask(f.not_equal(loop.carried[0], loop.carried[0])))
    return f.text(linkage="internal")


def _arrive(layout: Layout) -> str:
    """Lanes at a stop: apply the events, write the output that is due, go on or leave."""
    f, workspace, arguments = run_function("arrive", layout)
    arrived = workspace.load_shared("arrived")
    workspace.store_shared(f.i64(0), "arrived")
    if layout.explicit:
        f.call("renew", workspace.base, arrived)
    last = f.integer_subtract(arguments.number("times_count"), f.i64(1))
    end = f.load(arguments.address("times"), last)
    with f.each_lane(arrived) as lane:
        f.call("happen", arguments.base, workspace.base, lane, end)
    if layout.memory.needed:
        # What the model itself does comes after the doses and before the outputs of the same time.
        f.call("react", arguments.base, workspace.base, arrived)
        arrived = f.both(arrived, f.differ(workspace.load_shared("free"), f.i64(-1)))
        with f.each_lane(arrived) as lane:
            f.call("plan", arguments.base, workspace.base, lane, end)
    # A dose or an event may add up to more than a number holds, and an initial value need not exist.
    lost = f.both(f.call("lost", workspace.base, result="i64"), arrived)
    with f.each_lane(lost) as lane:
        f.call("depart", arguments.base, workspace.base, lane, f.i64(NON_FINITE))
    arrived = f.differ(arrived, lost)
    due = f.mask(f.equal(workspace.load("due"), workspace.load("time")))
    showing = f.both(due, arrived)
    with f.when(f.is_set(showing)):
        f.call("outputs_here", arguments.base, workspace.base, showing)
    if layout.accumulation.tasks:
        f.call("reduce_here", arguments.base, workspace.base, arrived)
    finished = f.both(f.mask(f.less_equal(f.broadcast(end), workspace.load("time"))), arrived)
    with f.each_lane(finished) as lane:
        f.call("depart", arguments.base, workspace.base, lane, f.i64(GOOD))
    f.give()
    return f.text(linkage="internal")


def _happen(layout: Layout) -> str:
    """Apply a lane's events at its present time, in their order, and set its next stop."""
    f, workspace, arguments = run_function("happen", layout, [("i64", "lane"), ("double", "end")])
    lane = f.parameters["lane"]
    now = workspace.load_lane("time", lane)
    limit = workspace.load_lane("event_end", lane, "i64")
    times = arguments.address("event_time")
    with f.while_true() as leave_if:
        event = workspace.load_lane("event", lane, "i64")
        over = f.integer_compare("sge", event, limit)
        leave_if(over)
        time = f.load(times, event)
        leave_if(f.less(now, time))
        workspace.store_lane(f.integer_add(event, f.i64(1)), "event", lane)
        _apply(f, workspace, arguments, event, lane)
    if not layout.memory.needed:
        f.call("plan", arguments.base, workspace.base, lane, f.parameters["end"])
    f.give()
    return "\n".join([_plan(layout), f.text(linkage="internal")])


def _plan(layout: Layout) -> str:
    """Set a lane's next stop: its next event, an execution that waits, or the end."""
    f, workspace, arguments = run_function("plan", layout, [("i64", "lane"), ("double", "end")])
    lane = f.parameters["lane"]
    event, limit = (workspace.load_lane(name, lane, "i64") for name in ("event", "event_end"))
    stop = f.parameters["end"]
    if layout.memory.events:
        stop = f.smaller(next_due_execution(f, workspace, layout.memory, lane), stop)
    workspace.store_lane(stop, "stop", lane)
    with f.when(f.integer_compare("slt", event, limit)):
        workspace.store_lane(f.smaller(f.load(arguments.address("event_time"), event), stop), "stop", lane)
    f.give()
    return f.text(linkage="internal")


def _apply(f: FunctionBuilder, workspace: Workspace, arguments: Arguments, event: Value, lane: Value) -> None:
    kind = f.load(arguments.address("event_kind"), event, "i64")
    state = f.load(arguments.address("event_state"), event, "i64")
    amount = f.load(arguments.address("event_amount"), event)
    for wanted, part in ((ADD, "state"), (RATE, "rates")):
        with f.when(f.integer_compare("eq", kind, f.i64(wanted))):
            target = workspace.part(part)
            f.store_lane(f.add(f.load_lane(target, state, lane), amount), target, state, lane)
    with f.when(f.integer_compare("eq", kind, f.i64(RESET))):
        f.call("reset", workspace.base, lane)
    # Whatever moved the patient ends what the step control knew; a mere stop does not.
    with f.when(f.integer_compare("sle", kind, f.i64(RESET))):
        workspace.store_lane(f.f64(0.0), "step", lane)
        workspace.store_lane(f.f64(FIRST_ERROR), "error", lane)
        # The explicit method begins; it remembers how fast the model was.
        stiff = workspace.load_lane("stiff", lane)
        workspace.store_lane(f.smaller(stiff, f.negate(stiff)), "stiff", lane)


def _depart(layout: Layout) -> str:
    """Write a lane's state, counters and status, and free the lane."""
    f, workspace, arguments = run_function("depart", layout, [("i64", "lane"), ("i64", "why")])
    lane, why = f.parameters["lane"], f.parameters["why"]
    patient = workspace.load_lane("patient", lane, "i64")
    for name, array, count in _vectors(layout):
        first = f.integer_multiply(patient, f.i64(count))
        source, target = workspace.part(name), f.offset(arguments.address(array), first)
        with f.loop(count) as loop:
            f.store(f.load_lane(source, loop.index, lane), target, loop.index)
    for name, array in _SCALARS:
        f.store(workspace.load_lane(name, lane), arguments.address(array), patient)
    for name in ("steps", "rejected"):
        f.store(workspace.load_lane(name, lane, "i64"), arguments.address(name), patient)
    f.store(why, arguments.address("status"), patient)
    with f.when(f.integer_compare("ne", why, f.i64(GOOD))):
        blank_rest(f, workspace, arguments, lane)
        f.store(workspace.load_lane("time", lane), arguments.address("failed_time"), patient)
        first = f.integer_multiply(patient, f.i64(layout.states))
        source, target = workspace.part("state"), f.offset(arguments.address("failed_state"), first)
        with f.loop(layout.states) as loop:
            f.store(f.load_lane(source, loop.index, lane), target, loop.index)
    workspace.vacate(lane)
    f.give()
    return f.text(linkage="internal")
