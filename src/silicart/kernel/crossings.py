"""What share of a step an observable spends above a level: its crossings are closed in on the dense output."""

from __future__ import annotations

from silicart.kernel.ir import FunctionBuilder, Value
from silicart.kernel.layout import Layout, Workspace

# A crossing is known to this share of the window's part of the step.
_CLOSE = 2.0**-42
#: Parts of a step between its ends and up to three turning points.
_PIECES = 4


def share_function(layout: Layout) -> str:
    """Return `find_share(workspace, mask, observable, threshold)`, which writes "share" in the lanes of the mask.

    The step is cut at the turning points of its polynomial; what is above or below at those cuts, and where it
    crosses, is asked of the observable itself.
    """
    parameters = [("ptr", "workspace"), ("i64", "mask"), ("i64", "observable"), ("double", "threshold")]
    f = FunctionBuilder("find_share", parameters, layout.width)
    workspace = Workspace(f, layout)
    mask = f.lanes(f.parameters["mask"])
    zero = f.splat(0.0)
    f.call("find_breaks", workspace.base)
    with f.loop(_PIECES + 1) as cuts:
        workspace.store(workspace.load_at("breaks", cuts.index), "place")
        workspace.store_at(_gap(f, workspace), "gaps", cuts.index)
    workspace.store(f.select(mask, zero, workspace.load("share")), "share")
    with f.loop(_PIECES) as pieces:
        following = f.integer_add(pieces.index, f.i64(1))
        left, right = workspace.load_at("breaks", pieces.index), workspace.load_at("breaks", following)
        before, after = workspace.load_at("gaps", pieces.index), workspace.load_at("gaps", following)
        begins_above, ends_above = f.less(zero, before), f.less(zero, after)
        crossing = f.both(f.both(f.differ(begins_above, ends_above), f.less(left, right)), mask)
        for name, value in (("lower", left), ("upper", right), ("lower_gap", before), ("upper_gap", after)):
            workspace.store(value, name)
        with f.when(f.is_set(f.mask(crossing))):
            f.call("close_in", workspace.base, f.mask(crossing), f.parameters["observable"], f.parameters["threshold"])
        middle = f.multiply(f.splat(0.5), f.add(workspace.load("lower"), workspace.load("upper")))
        split = f.select(begins_above, f.subtract(middle, left), f.subtract(right, middle))
        whole = f.select(begins_above, f.subtract(right, left), zero)
        part = f.select(mask, f.select(crossing, split, whole), zero)
        workspace.store(f.add(workspace.load("share"), part), "share")
    f.give()
    return "\n".join([_close_in(layout), f.text(linkage="internal")])


def _close_in(layout: Layout) -> str:
    """Move "lower" and "upper" together around a crossing: by secants, and every third time by halving.

    When one end stays where it is, its value is halved before the next secant (the Illinois rule), so that it moves.
    Halving now and then bounds the work for observables that jump.
    """
    parameters = [("ptr", "workspace"), ("i64", "mask"), ("i64", "observable"), ("double", "threshold")]
    f = FunctionBuilder("close_in", parameters, layout.width)
    workspace = Workspace(f, layout)
    mask = f.lanes(f.parameters["mask"])
    zero, half = f.splat(0.0), f.splat(0.5)
    begins_above = f.less(zero, workspace.load("lower_gap"))
    workspace.store(zero, "side")
    workspace.store_shared(f.i64(0), "turn")
    with f.while_true() as leave_if:
        lower, upper = workspace.load("lower"), workspace.load("upper")
        lower_gap, upper_gap = workspace.load("lower_gap"), workspace.load("upper_gap")
        going = f.both(f.less(f.splat(_CLOSE), f.subtract(upper, lower)), mask)
        leave_if(f.integer_compare("eq", f.mask(going), f.i64(0)))
        turn = workspace.load_shared("turn")
        last = f.integer_compare("eq", turn, f.i64(2))
        workspace.store_shared(f.select(last, f.i64(0), f.integer_add(turn, f.i64(1))), "turn")
        middle = f.multiply(half, f.add(lower, upper))
        slant = f.divide(f.subtract(upper, lower), f.subtract(upper_gap, lower_gap))
        secant = f.subtract(lower, f.multiply(lower_gap, slant))
        within = f.both(f.less(lower, secant), f.less(secant, upper))
        halving = f.emit(f.doubles, f"select {last}, {f.splat(1.0)}, {zero}")
        place = f.select(f.both(within, f.less(halving, half)), secant, middle)
        workspace.store(f.select(going, place, lower), "place")
        gap = _gap(f, workspace)
        like_lower = f.opposite(f.differ(f.less(zero, gap), begins_above))
        side = workspace.load("side")
        again_lower, again_upper = f.less(zero, side), f.less(side, zero)
        for name, moved, other, stuck in (
            ("lower", like_lower, lower_gap, again_upper),
            ("upper", f.opposite(like_lower), upper_gap, again_lower),
        ):
            mine = f.both(moved, going)
            workspace.store(f.select(mine, place, workspace.load(name)), name)
            # The end that stayed twice weighs half.
            kept = f.select(stuck, f.multiply(half, other), other)
            value = f.select(moved, gap, kept)
            workspace.store(f.select(going, value, other), f"{name}_gap")
        sides = f.select(like_lower, f.splat(1.0), f.splat(-1.0))
        workspace.store(f.select(going, sides, side), "side")
    f.give()
    return f.text(linkage="internal")


def _gap(f: FunctionBuilder, workspace: Workspace) -> Value:
    """The observable less the threshold at "place"."""
    f.call("sample", workspace.base)
    value = workspace.load_at("measured", f.parameters["observable"])
    return f.subtract(value, f.broadcast(f.parameters["threshold"]))
