"""Which lanes step with the explicit and which with the implicit method.

A lane's choice depends on its own course alone. It begins explicitly, also after a dose, whose transients need short
steps anyway. When the explicit method meets its bound of stability again and again, the lane is stiff: it goes on
implicitly until its steps are so short that the explicit method could take them. `teams` keeps lanes of one method
together.
"""

from __future__ import annotations

from silicart.kernel.ir import FunctionBuilder, Value
from silicart.kernel.layout import Layout, Workspace

#: Methods of a team.
EXPLICIT, IMPLICIT = 0, 1
#: An explicit step takes at most this |h lambda|: DOP853 is stable up to 6.1, but damps well only below.
CAP = 4.0
#: So many steps in a row that accuracy would let be `LONGER` times longer than the cap make a lane stiff.
PATIENCE = 3
LONGER = 1.3
#: A stiff lane whose next step has an |h lambda| below this goes on explicitly.
EASE = 2.5
# An explicit step below this share of the time is too short.
_LEAST = 1e-13
# A stiff lane has a speed above 0, whatever was measured.
_SLOWEST = 1e-300


def switching_functions(layout: Layout) -> str:
    """Return `renew` and `reconsider`."""
    return "\n".join([_renew(layout), _reconsider(layout)])


def is_explicit(f: FunctionBuilder, workspace: Workspace) -> Value:
    """Whether the team at hand steps explicitly."""
    return f.integer_compare("eq", workspace.load_shared("method"), f.i64(EXPLICIT))


def stepping(f: FunctionBuilder, workspace: Workspace, *, explicit: bool) -> Value:
    """The lanes with a patient that step with one method."""
    active = f.integer_compare("sge", workspace.load_ints("patient"), f.splat_int(0))
    if not workspace.layout.explicit:
        return active
    soft = f.less_equal(workspace.load("stiff"), f.splat(0.0))
    return f.both(active, soft if explicit else f.opposite(soft))


def _renew(layout: Layout) -> str:
    """Lanes that arrived at a stop: their slope is unknown, and what the explicit method counted is forgotten."""
    f = FunctionBuilder("renew", [("ptr", "workspace"), ("i64", "mask")], layout.width)
    workspace = Workspace(f, layout)
    mask = f.parameters["mask"]
    workspace.store_shared(f.either(workspace.load_shared("unknown"), mask), "unknown")
    known = {
        "bound": f.splat(0.0),
        "mode_size": f.splat(0.0),
        "gap_size": f.splat(0.0),
        "rate": f.absolute(workspace.load("stiff")),
    }
    for name, value in known.items():
        workspace.store(f.select(f.lanes(mask), value, workspace.load(name)), name)
    f.give()
    return f.text(linkage="internal")


def _reconsider(layout: Layout) -> str:
    """After an attempt of one method: which lanes change to the other, and how long the next step may be."""
    parameters = [("ptr", "workspace"), ("i64", "active"), ("i64", "accepted")]
    f = FunctionBuilder("reconsider", parameters, layout.width)
    workspace = Workspace(f, layout)
    active, accepted = f.lanes(f.parameters["active"]), f.lanes(f.parameters["accepted"])
    explicit = is_explicit(f, workspace)
    stiff = workspace.load("stiff")
    with f.when(explicit):
        bound, step = workspace.load("bound"), workspace.load("step")
        speed = workspace.load("rate")
        cap = f.divide(f.splat(CAP), speed)
        longing = f.less(f.multiply(f.splat(LONGER), cap), step)
        bound = f.select(accepted, f.select(longing, f.add(bound, f.splat(1.0)), f.splat(0.0)), bound)
        turning = f.both(f.less_equal(f.splat(float(PATIENCE)), bound), accepted)
        # Where explicit steps become too short to move the time, the implicit method has a try.
        least = f.multiply(f.splat(_LEAST), f.absolute(workspace.load("time")))
        stuck = f.both(f.less_equal(f.smaller(cap, step), least), active)
        turning = f.either(turning, stuck)
        workspace.store(f.select(turning, f.splat(0.0), bound), "bound")
        hard = f.larger(speed, f.splat(_SLOWEST))
        workspace.store(f.select(active, f.select(turning, hard, f.negate(speed)), stiff), "stiff")
        # A lane that turns keeps the step that accuracy allows: the implicit method has no bound.
        capping = f.both(active, f.opposite(turning))
        workspace.store(f.select(capping, f.smaller(cap, step), step), "step")
    with f.when(f.opposite(explicit)):
        easy = f.both(f.less(f.multiply(workspace.load("step"), stiff), f.splat(EASE)), accepted)
        workspace.store(f.select(easy, f.negate(stiff), stiff), "stiff")
    f.give()
    return f.text(linkage="internal")
