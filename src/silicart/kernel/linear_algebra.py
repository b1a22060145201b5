"""Straight-line sparse LU factorisation and triangular solves of M = J - I/(h gamma), in every lane at once.

No pivoting: lanes could not agree on a pivot. Instead the factorisation records how far each pivot fell below the
diagonal that it came from, and the step of a lane whose pivot fell too far is rejected.
"""

from __future__ import annotations

from collections.abc import Iterator

from silicart.kernel.derivative_code import calling
from silicart.kernel.ir import FunctionBuilder, Value
from silicart.kernel.layout import Layout, Workspace, lane_function
from silicart.symbolic.elimination import Elimination

#: A pivot below this share of its diagonal entry has lost too many digits to cancellation.
PIVOT_SHARE = 1e-8
#: Multiply-subtract steps a function takes at most.
PIECE = 1500

Entry = tuple[int, int]


def entry_slots(elimination: Elimination) -> dict[Entry, int]:
    """Return where each (row, column) of the factors lies, rows in the order of elimination."""
    slots: dict[Entry, int] = {}
    for row in elimination.order:
        for column in elimination.rows[row]:
            slots[row, column] = len(slots)
    return slots


def factorisation(elimination: Elimination, jacobian: set[Entry], layout: Layout) -> str:
    """Return the function `factor`: the Jacobian in "factors" becomes L and U, the diagonal its reciprocal."""
    slots = entry_slots(elimination)
    place = {unknown: index for index, unknown in enumerate(elimination.order)}
    texts: list[str] = []
    names: list[str] = []
    for rows in _groups(elimination):
        f, workspace = lane_function(f"factor_{len(names)}", layout)
        names.append(f.name)
        shift = workspace.load("shift")
        worst = f.splat(1.0) if len(names) == 1 else workspace.load("pivot")
        for row in rows:
            columns = elimination.rows[row]
            entries: dict[int, Value] = {
                column: workspace.load("factors", slots[row, column]) for column in columns if (row, column) in jacobian
            }
            entries[row] = f.subtract(entries[row], shift) if row in entries else f.negate(shift)
            allowed = f.multiply(f.absolute(entries[row]), f.splat(PIVOT_SHARE))
            for pivot in columns:
                if place[pivot] >= place[row]:
                    break
                factor = f.multiply(entries[pivot], workspace.load("factors", slots[pivot, pivot]))
                entries[pivot] = factor
                minus = f.negate(factor)
                for column in elimination.rows[pivot]:
                    if place[column] > place[pivot]:
                        above = workspace.load("factors", slots[pivot, column])
                        # A place that the Jacobian leaves empty is filled by its first product.
                        entries[column] = (
                            f.fused(minus, above, entries[column]) if column in entries else f.multiply(minus, above)
                        )
            worst = f.smaller(f.subtract(f.absolute(entries[row]), allowed), worst)
            entries[row] = f.divide(f.splat(1.0), entries[row])
            for column in columns:
                workspace.store(entries[column], "factors", slots[row, column])
        workspace.store(worst, "pivot")
        f.give()
        texts.append(f.text(linkage="internal"))
    return "\n".join([*texts, calling("factor", names, layout)])


def solution(elimination: Elimination, layout: Layout, *, timed: bool) -> str:
    """Return the function `solve(workspace, stage)`: one stage from "slope" and "sum" into the stage's vector.

    It solves M k = -(slope + sum / h + weight * slope_by_time), the last term only when `timed`.
    """
    slots = entry_slots(elimination)
    place = {unknown: index for index, unknown in enumerate(elimination.order)}
    texts: list[str] = []
    names: list[str] = []
    steps = [(row, True) for row in elimination.order] + [(row, False) for row in reversed(elimination.order)]
    for group in _chunks(steps, elimination):
        f = FunctionBuilder(f"solve_{len(names)}", [("ptr", "workspace"), ("ptr", "stage")], layout.width)
        names.append(f.name)
        workspace = Workspace(f, layout)
        stage = f.parameters["stage"]
        minus_inverse = f.negate(workspace.load("inverse_trial"))
        minus_weight = f.negate(workspace.load("time_weight")) if timed else None
        known: dict[int, Value] = {}
        for row, forward in group:
            if forward:
                value = f.fused(minus_inverse, workspace.load("sum", row), f.negate(workspace.load("slope", row)))
                if minus_weight is not None:
                    value = f.fused(minus_weight, workspace.load("slope_by_time", row), value)
            else:
                value = known[row] if row in known else f.load_vector(stage, row)
            for column in elimination.rows[row]:
                if (place[column] < place[row]) if forward else (place[column] > place[row]):
                    if column not in known:
                        known[column] = f.load_vector(stage, column)
                    value = f.fused(f.negate(workspace.load("factors", slots[row, column])), known[column], value)
            known[row] = value if forward else f.multiply(value, workspace.load("factors", slots[row, row]))
        for row in dict.fromkeys(row for row, _ in group):
            f.store_vector(known[row], stage, row)
        f.give()
        texts.append(f.text(linkage="internal"))
    f = FunctionBuilder("solve", [("ptr", "workspace"), ("ptr", "stage")], layout.width)
    for name in names:
        f.call(name, f.parameters["workspace"], f.parameters["stage"])
    f.give()
    return "\n".join([*texts, f.text()])


def _groups(elimination: Elimination) -> Iterator[list[int]]:
    """Rows in the order of elimination, in groups of at most about `PIECE` steps."""
    place = {unknown: index for index, unknown in enumerate(elimination.order)}
    after = {
        row: sum(place[column] >= place[row] for column in columns) for row, columns in enumerate(elimination.rows)
    }
    group: list[int] = []
    steps = 0
    for row in elimination.order:
        group.append(row)
        steps += 1 + sum(after[column] for column in elimination.rows[row] if place[column] < place[row])
        if steps > PIECE:
            yield group
            group, steps = [], 0
    if group:
        yield group


def _chunks(steps: list[tuple[int, bool]], elimination: Elimination) -> Iterator[list[tuple[int, bool]]]:
    group: list[tuple[int, bool]] = []
    count = 0
    for row, forward in steps:
        group.append((row, forward))
        count += len(elimination.rows[row])
        if count > PIECE:
            yield group
            group, count = [], 0
    if group:
        yield group
