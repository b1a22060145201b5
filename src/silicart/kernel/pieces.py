"""Cutting a step at the conditions of the reduced observables, so that each piece is smooth.

From the beginning of a piece the first of the five points at which a condition differs is found, and the change is
closed in by halving. The piece ends just before it, the next one begins just after it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from silicart.kernel.ir import FunctionBuilder, Value
from silicart.kernel.kinks import Kink
from silicart.kernel.layout import Layout, Workspace, lane_function

# A change is known to this share of the piece.
_CLOSE = 2.0**-42
# Two sides closer than this, relative to their size, say nothing: a state at rest crosses back and forth by rounding.
_EVEN = 1e-13
#: Pieces of a step at most, and how often the end of one is moved back. Beyond that the step is taken as it is.
PIECES, NARROWINGS = 16, 4


def piece_functions(layout: Layout, kinks: Sequence[Kink]) -> str:
    """Return the functions that note conditions and find where they change; they read the present sample."""
    return "\n".join([_note(layout, kinks), _changed(layout, kinks), _close_kink(layout)])


def in_pieces(f: FunctionBuilder, workspace: Workspace, mask: Value, body: Callable[[Value], None]) -> None:
    """Call `body` with the mask of lanes for each piece of the window's part of the step."""
    base = workspace.base
    workspace.store_shared(mask, "working")
    workspace.store_shared(f.i64(0), "piece")
    for name in ("finish", "finish_share"):
        workspace.store(workspace.load(name), f"last_{name}")
    with f.while_true() as leave_if:
        working = workspace.load_shared("working")
        leave_if(f.integer_compare("eq", working, f.i64(0)))
        for name in ("finish", "finish_share"):
            workspace.store(workspace.load(f"last_{name}"), f"next_{name}")
        piece = workspace.load_shared("piece")
        workspace.store_shared(f.integer_add(piece, f.i64(1)), "piece")
        workspace.store_shared(f.i64(0), "narrowing")
        # What is left after so many pieces is taken as one.
        many = f.integer_compare("sge", piece, f.i64(PIECES))
        with f.while_true() as done_if:
            f.call("gather", base)
            kinked = f.both(workspace.load_shared("kinked"), working)
            narrowing = workspace.load_shared("narrowing")
            enough = f.either(many, f.integer_compare("sge", narrowing, f.i64(NARROWINGS)))
            done_if(f.either(enough, f.integer_compare("eq", kinked, f.i64(0))))
            workspace.store_shared(f.integer_add(narrowing, f.i64(1)), "narrowing")
            f.call("close_kink", base, kinked)
        body(working)
        lanes = f.lanes(working)
        left = f.less(workspace.load("next_finish_share"), workspace.load("last_finish_share"))
        for begin, end in (("begin", "finish"), ("begin_share", "finish_share")):
            workspace.store(f.select(lanes, workspace.load(f"next_{end}"), workspace.load(begin)), begin)
            workspace.store(f.select(lanes, workspace.load(f"last_{end}"), workspace.load(end)), end)
        workspace.store_shared(f.both(working, f.mask(left)), "working")


def notice(f: FunctionBuilder, workspace: Workspace, index: Value, before: Value, place: Value) -> None:
    """At point `index` of a piece: note the conditions at the first, and later where they first differ."""
    first = f.integer_compare("eq", index, f.i64(0))
    with f.when(first):
        f.call("note_kinks", workspace.base)
        workspace.store_shared(f.i64(0), "kinked")
    with f.when(f.integer_compare("ne", index, f.i64(0))):
        found = workspace.load_shared("kinked")
        fresh = f.both(f.call("changed_kink", workspace.base, result="i64"), f.differ(found, f.i64(-1)))
        lanes = f.lanes(fresh)
        workspace.store(f.select(lanes, before, workspace.load("kink_lower")), "kink_lower")
        workspace.store(f.select(lanes, place, workspace.load("kink_upper")), "kink_upper")
        workspace.store_shared(f.either(found, fresh), "kinked")


def _note(layout: Layout, kinks: Sequence[Kink]) -> str:
    f, workspace = lane_function("note_kinks", layout)
    f.call("kinks", workspace.base)
    for place, (side, gap, size) in enumerate(_sides(f, workspace, kinks)):
        workspace.store(side, "sides", place)
        known = f.splat(1.0)
        if gap is not None and size is not None:
            far = f.less(f.multiply(f.splat(_EVEN), size), f.absolute(gap))
            known = f.select(far, known, f.splat(0.0))
        workspace.store(known, "known", place)
    f.give()
    return f.text(linkage="internal")


def _changed(layout: Layout, kinks: Sequence[Kink]) -> str:
    """The mask of lanes in which a condition is not what was noted."""
    f = FunctionBuilder("changed_kink", [("ptr", "workspace")], layout.width, "i64")
    workspace = Workspace(f, layout)
    f.call("kinks", workspace.base)
    changed = f.not_equal(f.splat(0.0), f.splat(0.0))
    for place, (side, _, _) in enumerate(_sides(f, workspace, kinks)):
        before = workspace.load("sides", place)
        differs = f.either(f.less(side, before), f.less(before, side))
        known = f.less(f.splat(0.0), workspace.load("known", place))
        changed = f.either(changed, f.both(differs, known))
    f.give(f.mask(changed))
    return f.text(linkage="internal")


def _close_kink(layout: Layout) -> str:
    """In the lanes of a mask: end the piece just before the change, and begin the next one just after it."""
    f = FunctionBuilder("close_kink", [("ptr", "workspace"), ("i64", "mask")], layout.width)
    workspace = Workspace(f, layout)
    mask = f.lanes(f.parameters["mask"])
    with f.while_true() as leave_if:
        lower, upper = workspace.load("kink_lower"), workspace.load("kink_upper")
        going = f.both(f.less(f.splat(_CLOSE), f.subtract(upper, lower)), mask)
        leave_if(f.integer_compare("eq", f.mask(going), f.i64(0)))
        middle = f.multiply(f.splat(0.5), f.add(lower, upper))
        workspace.store(f.select(going, middle, f.splat(0.0)), "place")
        f.call("sample", workspace.base)
        changed = f.lanes(f.call("changed_kink", workspace.base, result="i64"))
        workspace.store(f.select(f.both(going, changed), middle, upper), "kink_upper")
        workspace.store(f.select(f.both(going, f.opposite(changed)), middle, lower), "kink_lower")
    for begin, end in (("begin", "finish"), ("begin_share", "finish_share")):
        first, last = workspace.load(begin), workspace.load(end)
        length = f.subtract(last, first)
        before = f.fused(workspace.load("kink_lower"), length, first)
        after = f.smaller(f.fused(workspace.load("kink_upper"), length, first), last)
        workspace.store(f.select(mask, before, last), end)
        workspace.store(f.select(mask, after, workspace.load(f"next_{end}")), f"next_{end}")
    f.give()
    return f.text(linkage="internal")


def _sides(
    f: FunctionBuilder, workspace: Workspace, kinks: Sequence[Kink]
) -> list[tuple[Value, Value | None, Value | None]]:
    """For each condition what side it is on, and for comparisons the gap and the size of what is compared."""
    found: list[tuple[Value, Value | None, Value | None]] = []
    slot = 0
    for kink in kinks:
        values = [workspace.load("kink_values", slot + place) for place in range(len(kink.roots))]
        slot += len(values)
        watched = None if kink.watched is None else values.pop(0)
        if not values:
            assert watched is not None
            found.append((watched, None, None))
            continue
        left, right = values[0], values[1] if len(values) > 1 else f.splat(0.0)
        gap = f.subtract(left, right)
        size = f.larger(f.absolute(left), f.absolute(right))
        if watched is None:
            watched = f.select(f.less(left, right), f.splat(1.0), f.splat(0.0))
        found.append((watched, gap, size))
    return found
