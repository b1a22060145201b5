"""The sums of a Rodas5P step over all states, as loops: stage values, the step's end and its error."""

from __future__ import annotations

from silicart.kernel import rodas5p
from silicart.kernel.ir import FunctionBuilder, Value
from silicart.kernel.layout import Layout, Workspace, lane_function, run_function

#: A state smaller than this becomes 0: subnormal numbers are slow on some machines and mean nothing in any unit.
VANISHED = 1e-200


def stage_name(stage: int) -> str:
    """Return the name of the function that prepares a stage, counted from 0."""
    return f"stage_{stage}"


def stage_functions(layout: Layout) -> str:
    """Return the functions that prepare stages 1 ... 7: the state to evaluate at and the sum of earlier stages."""
    return "\n".join(_stage_function(stage, layout) for stage in range(1, rodas5p.STAGES))


def finish_function(layout: Layout) -> str:
    """Return `finish`: the end of the step into "stage_state", the largest squared error of a state into "score".

    The largest and not the mean: most states of a large model rest, and a mean over them lets the few that move err
    by several times the tolerance.
    """
    f, workspace, arguments = run_function("finish", layout)
    relative = f.broadcast(arguments.double("relative_tolerance"))
    absolute = arguments.address("absolute_tolerance")
    with f.loop(layout.states, [f.splat(0.0), f.splat(0.0)]) as loop:
        last = _stage(workspace, rodas5p.STAGES - 1, loop.index)
        end = f.add(workspace.load_at("stage_state", loop.index), last)
        workspace.store_at(end, "stage_state", loop.index)
        scale = scale_of(f, workspace.load_at("state", loop.index), end, relative, f.load(absolute, loop.index))
        ratio = f.divide(last, scale)
        squared = f.multiply(ratio, ratio)
        # An end beyond all numbers has an endless scale, and would pass as exact: 0 times it is NaN and does not.
        lost = f.fused(f.splat(0.0), end, squared)
        loop.carry(f.larger(loop.carried[0], squared), f.add(loop.carried[1], lost))
    largest, total = loop.carried
    # The larger of two numbers forgets a NaN; the sum does not, and 0 times it is NaN exactly when a state is lost.
    workspace.store(f.fused(f.splat(0.0), total, largest), "score")
    f.give()
    return f.text()


def advance_function(layout: Layout) -> str:
    """Return `advance(workspace, mask)`: the lanes of the mask take the end of the step as their state."""
    f = FunctionBuilder("advance", [("ptr", "workspace"), ("i64", "mask")], layout.width)
    workspace = Workspace(f, layout)
    accepted = f.lanes(f.parameters["mask"])
    with f.loop(layout.states) as loop:
        end = workspace.load_at("stage_state", loop.index)
        present = f.less_equal(f.splat(VANISHED), f.absolute(end))
        end = f.select(present, end, f.splat(0.0))
        workspace.store_at(f.select(accepted, end, workspace.load_at("state", loop.index)), "state", loop.index)
    f.give()
    return f.text()


def clear_function(layout: Layout) -> str:
    """Return `clear`, which sets the sum of earlier stages to 0 for the first stage."""
    f, workspace = lane_function("clear", layout)
    with f.loop(layout.states) as loop:
        workspace.store_at(f.splat(0.0), "sum", loop.index)
    f.give()
    return f.text()


def _stage_function(stage: int, layout: Layout) -> str:
    f, workspace = lane_function(stage_name(stage), layout)
    with f.loop(layout.states) as loop:
        earlier = [_stage(workspace, index, loop.index) for index in range(stage)]
        if stage < len(rodas5p.STATE_WEIGHTS):
            value = _weighted(f, workspace.load_at("state", loop.index), rodas5p.STATE_WEIGHTS[stage], earlier)
        else:
            value = f.add(workspace.load_at("stage_state", loop.index), earlier[-1])
        first, *rest = rodas5p.STAGE_WEIGHTS[stage]
        total = _weighted(f, f.multiply(f.splat(first), earlier[0]), rest, earlier[1:])
        workspace.store_at(value, "stage_state", loop.index)
        workspace.store_at(total, "sum", loop.index)
    f.give()
    return f.text()


def _weighted(f: FunctionBuilder, start: Value, weights: tuple[float, ...] | list[float], terms: list[Value]) -> Value:
    total = start
    for weight, term in zip(weights, terms, strict=True):
        total = f.fused(f.splat(weight), term, total)
    return total


def _stage(workspace: Workspace, stage: int, index: Value) -> Value:
    states = workspace.layout.states
    return workspace.f.load_vector(workspace.part("stages", stage * states), index)


def scale_of(f: FunctionBuilder, before: Value, after: Value, relative: Value, absolute: Value) -> Value:
    """What the error of a state is measured by."""
    # `larger` lets a NaN on its right through, so the new value stands there.
    size = f.larger(f.absolute(before), f.absolute(after))
    return f.fused(relative, size, f.broadcast(absolute))
