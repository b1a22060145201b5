"""Where everything lies: the workspace of a run, and the block of arguments that the compiled loop takes.

The workspace belongs to one run in one thread. It is one array of 8-byte elements made of vectors, `width` lanes
each; the compiled code never allocates.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from silicart.kernel.accumulators import NO_ACCUMULATION, Accumulation
from silicart.kernel.dop853 import ALL_STAGES
from silicart.kernel.event_memory import EventMemory
from silicart.kernel.ir import FunctionBuilder, Value
from silicart.kernel.kinks import Kink
from silicart.kernel.rodas5p import STAGES
from silicart.symbolic.system import System

#: Slots of the argument block: numbers first, then addresses of arrays.
ARGUMENTS = (
    "patients",
    "times_count",
    "step_limit",
    "resumed",
    "single",
    "relative_tolerance",
    "times",
    "inputs",
    "absolute_tolerance",
    "event_offsets",
    "event_time",
    "event_kind",
    "event_state",
    "event_amount",
    "windows",
    "thresholds",
    "values",
    "status",
    "failed_time",
    "failed_state",
    "steps",
    "rejected",
    "state_start",
    "state_time",
    "state_step",
    "state_error",
    "state_stiff",
    "state_states",
    "state_rates",
    "state_memory",
    "state_accumulators",
    "workspace",
)

#: One double a lane each.
_LANE_DOUBLES = (
    "start",  # when the initial conditions held
    "time",
    "step",  # to try next; 0 asks for a first step
    "trial",  # tried now
    "inverse_trial",
    "landing",  # where the trial ends
    "stop",  # next event, or the end
    "due",  # time of the next output
    "at",  # time at which right-hand side or outputs are evaluated
    "error",  # of the last accepted step
    "score",  # largest squared error of a state in the trial
    "pivot",  # below 0 when the factorisation cannot be trusted
    "time_weight",  # of df/dt in the stage at hand
    "shift",  # 1 / (h gamma)
    "finite",  # 0 when everything is finite, NaN when not
    "before",  # the last number before the landing
    "exponent",  # of the step control
    "stiff",  # how fast the model was at last, per time; above 0 where the implicit method steps
    "rate",  # size of the steepest eigenvalue, as measured at this step
    "mode_size",  # of the vectors "mode" and "gap", in tolerances
    "gap_size",
    "bound",  # how many explicit steps in a row were bound by stability
    "low",  # between these two times a condition changes
    "high",
    "lag",  # by how much the time of what happens now moves along the direction of a sensitivity
)

#: One integer a lane each.
_LANE_INTS = (
    "patient",
    "event",
    "event_end",
    "output",
    "steps",
    "rejected",
    "retry",
    "executing",  # the event of the model that executes now
    "trouble",  # status with which the lane must be given up
)

#: One integer for all lanes each: the next patient of the queue, masks of lanes, and the method of the team.
_SHARED_INTS = ("queue", "free", "arrived", "cut", "going", "method", "unknown")

#: What reductions need beside their accumulators, one vector each; none of it where nothing is reduced.
_REDUCING = (
    "begin",  # of the window's part of the step
    "finish",
    "begin_share",  # the same as shares of the step
    "finish_share",
    "latest",  # time beyond which nothing of the step is read
    "place",  # where to look, as a share of the way from begin to finish
    "moment",  # the time of that
    "share",  # of the way that is above a threshold
    "lower",  # a crossing lies between these two places, at which the observable misses the threshold by the gaps
    "upper",
    "lower_gap",
    "upper_gap",
    "side",  # which of the two has moved last
    "turn",  # of closing in, shared by all lanes
)

#: And where reduced observables have conditions of their own.
_PIECEWISE = (
    "last_finish",  # end of the last piece
    "last_finish_share",
    "next_finish",  # end of this piece, where the next one begins
    "next_finish_share",
    "kink_lower",  # a condition changes between these two places
    "kink_upper",
    "working",  # lanes with pieces left; this and those below are shared by all lanes
    "kinked",  # lanes with a change in the piece
    "piece",
    "narrowing",
)


@dataclass(frozen=True)
class Layout:
    """Vector offsets of the named parts of a workspace; `size` is the number of vectors."""

    width: int
    states: int
    inputs: int
    observables: int
    memory: EventMemory
    accumulation: Accumulation
    explicit: bool
    offsets: dict[str, int]
    size: int

    def __getitem__(self, name: str) -> int:
        return self.offsets[name]


def layout(
    system: System,
    observables: int,
    width: int,
    *,
    hoisted: int,
    entries: int,
    passed: int,
    explicit: bool,
    accumulation: Accumulation = NO_ACCUMULATION,
    kinks: Sequence[Kink] = (),
) -> Layout:
    """Return the layout for a system.

    Parameters
    ----------
    hoisted : how many never-changing values each patient has.
    entries : how many entries the triangular factors store.
    passed : how many values split functions hand on.
    explicit : whether lanes may step with the explicit method.
    accumulation : what is reduced while the run goes.
    kinks : conditions of the reduced observables.
    """
    states = len(system.states)
    memory = EventMemory.of(system)
    values = max((event.first_kept + len(event.values) for event in system.events), default=0)
    parts: list[tuple[str, int]] = [(name, 1) for name in (*_LANE_DOUBLES, *_LANE_INTS, *_SHARED_INTS)]
    parts += [
        ("inputs", len(system.inputs)),
        ("hoisted", hoisted),
        ("initial", states),
        ("rates", states),
        ("state", states),
        ("stage_state", states),
        ("slope", states),
        ("slope_by_time", states if system.timed else 0),
        ("sum", states),
        ("factors", entries),
        ("stages", STAGES * states),
        ("slopes", ALL_STAGES * states if explicit else 0),
        ("mode", states if explicit else 0),
        ("gap", states if explicit else 0),
        ("passed", passed),
        ("weights", STAGES),
        ("interpolated", states),
        ("observables", observables),
        ("memory", memory.size),
        ("held_initial", memory.held),
        ("watched", len(system.watched)),
        ("watching", len(system.watched)),
        ("triggers", memory.events),
        ("delays", memory.events),
        ("priorities", memory.events),
        ("values_now", values),
        ("kept", values),
        ("landed", sum(len(event.writings) for event in system.events)),
        ("cut_state", states if system.watched else 0),
        ("lags", len(system.watched) if system.partners else 0),
        ("delay_lags", memory.events if system.partners else 0),
        ("slope_before", states if system.partners else 0),
    ]
    if accumulation.tasks:
        measured = len(accumulation.observables)
        parts += [(name, 1) for name in _REDUCING]
        parts += [("accumulators", accumulation.size), ("measured", measured), ("nodes", 5 * measured)]
        parts += [(name, 5) for name in ("moments", "hull", "breaks", "gaps")]
        parts += [("curve", 4)]
    if kinks:
        parts += [(name, 1) for name in _PIECEWISE]
        parts += [("kink_values", sum(len(kink.roots) for kink in kinks)), ("sides", len(kinks)), ("known", len(kinks))]
    offsets: dict[str, int] = {}
    size = 0
    for name, vectors in parts:
        offsets[name] = size
        size += vectors
    return Layout(width, states, len(system.inputs), observables, memory, accumulation, explicit, offsets, size)


class Workspace:
    """Emits accesses to named parts of a workspace in one function under construction."""

    def __init__(self, f: FunctionBuilder, layout_: Layout, parameter: str = "workspace") -> None:
        self.f = f
        self.layout = layout_
        self.base = f.parameters[parameter]

    def load(self, name: str, index: int = 0) -> Value:
        """Vector `index` of a part."""
        return self.f.load_vector(self.base, self.layout[name] + index)

    def store(self, value: Value, name: str, index: int = 0) -> None:
        self.f.store_vector(value, self.base, self.layout[name] + index)

    def load_ints(self, name: str) -> Value:
        return self.f.load_vector(self.base, self.layout[name], self.f.ints)

    def load_at(self, name: str, index: Value) -> Value:
        """Vector of a part at an index known only at run time."""
        return self.f.load_vector(self.part(name), index)

    def store_at(self, value: Value, name: str, index: Value) -> None:
        self.f.store_vector(value, self.part(name), index)

    def load_lane(self, name: str, lane: Value, type_: str = "double") -> Value:
        """One lane of a part that is a single vector."""
        return self.f.load_lane(self.base, self.layout[name], lane, type_)

    def store_lane(self, value: Value, name: str, lane: Value) -> None:
        self.f.store_lane(value, self.base, self.layout[name], lane)

    def load_shared(self, name: str) -> Value:
        """One of the integers that all lanes share."""
        return self.f.load(self.base, self.layout[name] * self.layout.width, "i64")

    def store_shared(self, value: Value, name: str) -> None:
        self.f.store(value, self.base, self.layout[name] * self.layout.width)

    def vacate(self, lane: Value) -> None:
        """Leave a lane without a patient: it steps along with no stop and no output."""
        self.store_lane(self.f.i64(-1), "patient", lane)
        for name in ("stop", "due"):
            self.store_lane(self.f.f64(math.inf), name, lane)
        self.store_shared(self.f.either(self.load_shared("free"), self.f.lane_bit(lane)), "free")

    def lane_vectors(self) -> list[tuple[int, int]]:
        """Ranges of vectors of which every element belongs to a lane: all but the integers that lanes share."""
        shared = self.layout[_SHARED_INTS[0]]
        return [(0, shared), (shared + len(_SHARED_INTS), self.layout.size)]

    def part(self, name: str, index: int = 0) -> Value:
        """The address of a part, or of its vector `index`."""
        return self.f.offset(self.base, (self.layout[name] + index) * self.layout.width)


class Arguments:
    """Emits reads of the argument block in one function under construction."""

    def __init__(self, f: FunctionBuilder) -> None:
        self.f = f
        self.base = f.parameters["arguments"]

    def number(self, name: str) -> Value:
        return self.f.load(self.base, ARGUMENTS.index(name), "i64")

    def double(self, name: str) -> Value:
        return self.f.load(self.base, ARGUMENTS.index(name), "double")

    def address(self, name: str) -> Value:
        return self.f.load(self.base, ARGUMENTS.index(name), "ptr")


def lane_function(name: str, layout_: Layout) -> tuple[FunctionBuilder, Workspace]:
    """A function of the workspace alone."""
    f = FunctionBuilder(name, [("ptr", "workspace")], layout_.width)
    return f, Workspace(f, layout_)


def run_function(
    name: str, layout_: Layout, extra: Sequence[tuple[str, str]] = ()
) -> tuple[FunctionBuilder, Workspace, Arguments]:
    """A function of the argument block and the workspace."""
    f = FunctionBuilder(name, [("ptr", "arguments"), ("ptr", "workspace"), *extra], layout_.width)
    return f, Workspace(f, layout_), Arguments(f)
