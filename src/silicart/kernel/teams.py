"""The run: two teams of lanes, one for each method, and patients who change between them.

A lane that waits for the other method would be a lane lost. So there are two workspaces, and a patient whose method
changes moves to a free lane of the other team. A team steps when it is full, or when the other has nothing to do.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from silicart.kernel.ir import FunctionBuilder, Value
from silicart.kernel.layout import Arguments, Layout, Workspace, run_function
from silicart.kernel.switching import EXPLICIT, IMPLICIT, stepping


def teams(layout: Layout) -> int:
    """Return how many workspaces a run needs."""
    return 2 if layout.explicit else 1


def team_functions(layout: Layout) -> str:
    """Return `run(arguments)` and what it calls; the explicit team takes the patients from the queue."""
    if not layout.explicit:
        return "\n".join([_run_one(layout), _run(layout)])
    return "\n".join([_change(layout), _run_teams(layout), _run(layout)])


def _run(layout: Layout) -> str:
    f = FunctionBuilder("run", [("ptr", "arguments")], layout.width)
    block = Arguments(f)
    first = block.address("workspace")
    if not layout.explicit:
        f.call("run_one", block.base, first)
    else:
        f.call("run_teams", block.base, first, f.offset(first, layout.size * layout.width))
    f.give()
    return f.text()


def _run_one(layout: Layout) -> str:
    """The run of a model that never steps explicitly: fill the lanes, step, let lanes arrive."""
    f, workspace, arguments = run_function("run_one", layout)
    patients = arguments.number("patients")
    _idle(f, workspace, IMPLICIT)
    everyone = f.i64((1 << layout.width) - 1)
    with f.while_true() as leave_if:
        free = workspace.load_shared("free")
        waiting = f.integer_compare("slt", workspace.load_shared("queue"), patients)
        with f.when(f.both(f.is_set(free), waiting)):
            f.call("refill", arguments.base, workspace.base)
        with f.when(f.is_set(workspace.load_shared("arrived"))):
            f.call("arrive", arguments.base, workspace.base)
        still_free = workspace.load_shared("free")
        waiting = f.integer_compare("slt", workspace.load_shared("queue"), patients)
        leave_if(f.both(f.integer_compare("eq", still_free, everyone), f.opposite(waiting)))
        with f.when(f.opposite(f.both(f.is_set(still_free), waiting))):
            f.call("step", arguments.base, workspace.base)
    f.give()
    return f.text(linkage="internal")


def _run_teams(layout: Layout) -> str:
    """Fill the lanes, step, let lanes arrive and change teams, until no patient is left."""
    f, explicit, implicit = _team_function("run_teams", layout, [("ptr", "arguments")])
    arguments = Arguments(f)
    for team, method in ((explicit, EXPLICIT), (implicit, IMPLICIT)):
        _idle(f, team, method)
    everyone = f.i64((1 << layout.width) - 1)
    patients = arguments.number("patients")
    with f.while_true() as leave_if:
        # Patients who change come before those who wait outside: they hold a lane of the other team.
        f.call("change", explicit.base, implicit.base)
        waiting = f.integer_compare("slt", explicit.load_shared("queue"), patients)
        with f.when(f.both(f.is_set(explicit.load_shared("free")), waiting)):
            f.call("refill", arguments.base, explicit.base)
        for team in (explicit, implicit):
            with f.when(f.is_set(team.load_shared("arrived"))):
                f.call("arrive", arguments.base, team.base)
        idle = f.both(explicit.load_shared("free"), implicit.load_shared("free"))
        waiting = f.integer_compare("slt", explicit.load_shared("queue"), patients)
        leave_if(f.both(f.integer_compare("eq", idle, everyone), f.opposite(waiting)))
        _step_one(f, arguments, explicit, implicit, waiting)
    f.give()
    return f.text(linkage="internal")


def _step_one(
    f: FunctionBuilder, arguments: Arguments, explicit: Workspace, implicit: Workspace, waiting: Value
) -> None:
    """Step the implicit team when it is full or nobody else can step, else the explicit one when it is full."""
    soft = f.mask(stepping(f, explicit, explicit=True))
    hard = f.mask(stepping(f, implicit, explicit=False))
    full = f.integer_compare("eq", implicit.load_shared("free"), f.i64(0))
    nobody = f.integer_compare("eq", soft, f.i64(0))
    turn = f.both(f.is_set(hard), f.either(full, nobody))
    # With lanes free and patients waiting the queue comes first, unless nobody in it is good.
    refill_first = f.both(f.is_set(explicit.load_shared("free")), waiting)
    with f.when(turn):
        f.call("step", arguments.base, implicit.base)
    with f.when(f.both(f.opposite(turn), f.both(f.is_set(soft), f.opposite(refill_first)))):
        f.call("step", arguments.base, explicit.base)


def _change(layout: Layout) -> str:
    """Let patients who need the other method change places with each other, or with a free lane."""
    f, explicit, implicit = _team_function("change", layout)
    with f.while_true() as leave_if:
        hard, soft = _leaving(f, explicit, explicit_wanted=False), _leaving(f, implicit, explicit_wanted=True)
        free, there = explicit.load_shared("free"), implicit.load_shared("free")
        out = f.both(f.is_set(hard), f.is_set(f.either(soft, there)))
        into = f.both(f.is_set(soft), f.is_set(f.either(hard, free)))
        leave_if(f.opposite(f.either(out, into)))
        here = _first(f, f.select(f.is_set(hard), hard, free))
        place = _first(f, f.select(f.is_set(soft), soft, there))
        for first, last in explicit.lane_vectors():
            with f.loop(last - first) as loop:
                index = f.integer_add(loop.index, f.i64(first))
                one = f.load_lane(explicit.base, index, here, "i64")
                other = f.load_lane(implicit.base, index, place, "i64")
                f.store_lane(other, explicit.base, index, here)
                f.store_lane(one, implicit.base, index, place)
        for team in (explicit, implicit):
            nobody = f.integer_compare("slt", team.load_ints("patient"), f.splat_int(0))
            team.store_shared(f.mask(nobody), "free")
        unknown = f.either(explicit.load_shared("unknown"), f.lane_bit(here))
        explicit.store_shared(unknown, "unknown")
    f.give()
    return f.text(linkage="internal")


def _leaving(f: FunctionBuilder, team: Workspace, *, explicit_wanted: bool) -> Value:
    """The lanes of a team that need the other method; who stands at a stop is seen to first."""
    lanes = f.mask(stepping(f, team, explicit=explicit_wanted))
    return f.both(lanes, f.differ(team.load_shared("arrived"), f.i64(-1)))


def _first(f: FunctionBuilder, mask: Value) -> Value:
    return f.emit("i64", f"call i64 @llvm.cttz.i64({mask}, i1 true)")


def _team_function(
    name: str, layout: Layout, extra: Sequence[tuple[str, str]] = ()
) -> tuple[FunctionBuilder, Workspace, Workspace]:
    """A function of the workspaces of the explicit and of the implicit team."""
    f = FunctionBuilder(name, [*extra, ("ptr", "workspace"), ("ptr", "other")], layout.width)
    return f, Workspace(f, layout), Workspace(f, layout, "other")


def _idle(f: FunctionBuilder, workspace: Workspace, method: int) -> None:
    """Every lane without a patient, on values that do no harm."""
    with f.loop(workspace.layout.size) as loop:
        f.store_vector(f.splat(0.0), workspace.base, loop.index)
    for name, value in (("step", 1.0), ("stop", math.inf), ("due", math.inf), ("error", 1.0), ("pivot", 1.0)):
        workspace.store(f.splat(value), name)
    workspace.store(f.splat_int(-1), "patient")
    workspace.store_shared(f.i64(method), "method")
    workspace.store_shared(f.i64((1 << workspace.layout.width) - 1), "free")
