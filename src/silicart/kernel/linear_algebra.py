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
#: Rows that a solve keeps in registers at once.
ROW_BLOCK = 12

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
    texts: list[str] = []
    names: list[str] = []
    for group in _chunks(elimination):
        f = FunctionBuilder(f"solve_{len(names)}", [("ptr", "workspace"), ("ptr", "stage")], layout.width)
        names.append(f.name)
        rows = _Rows(f, Workspace(f, layout), elimination, timed=timed)
        for block, forward in group:
            rows.substitute(block, forward=forward)
        f.give()
        texts.append(f.text(linkage="internal"))
    f = FunctionBuilder("solve", [("ptr", "workspace"), ("ptr", "stage")], layout.width)
    for name in names:
        f.call(name, f.parameters["workspace"], f.parameters["stage"])
    f.give()
    return "\n".join([*texts, f.text()])


class _Rows:
    """Substitutes blocks of rows in one function.

    Loads, not products, limit a solve: a block of rows stays in registers while the unknowns found before it pass by,
    each loaded once a block instead of once an entry.
    """

    def __init__(self, f: FunctionBuilder, workspace: Workspace, elimination: Elimination, *, timed: bool) -> None:
        self.f = f
        self.workspace = workspace
        self.elimination = elimination
        self.slots = entry_slots(elimination)
        self.place = {unknown: index for index, unknown in enumerate(elimination.order)}
        self.stage = f.parameters["stage"]
        self.minus_inverse = f.negate(workspace.load("inverse_trial"))
        self.minus_weight = f.negate(workspace.load("time_weight")) if timed else None

    def substitute(self, block: list[int], *, forward: bool) -> None:
        values = {row: self._right_side(row) if forward else self.f.load_vector(self.stage, row) for row in block}
        places = [self.place[row] for row in block]
        earlier = {
            column
            for row in block
            for column in self.elimination.rows[row]
            if (self.place[column] < min(places) if forward else self.place[column] > max(places))
        }
        for column in sorted(earlier, key=self.place.__getitem__, reverse=not forward):
            found = self.f.load_vector(self.stage, column)
            for row in block:
                if (row, column) in self.slots:
                    values[row] = self._less(values[row], row, column, found)
        for index, row in enumerate(block):
            if not forward:
                values[row] = self.f.multiply(values[row], self.workspace.load("factors", self.slots[row, row]))
            self.f.store_vector(values[row], self.stage, row)
            for later in block[index + 1 :]:
                if (later, row) in self.slots:
                    values[later] = self._less(values[later], later, row, values[row])

    def _right_side(self, row: int) -> Value:
        slope = self.f.negate(self.workspace.load("slope", row))
        value = self.f.fused(self.minus_inverse, self.workspace.load("sum", row), slope)
        if self.minus_weight is None:
            return value
        return self.f.fused(self.minus_weight, self.workspace.load("slope_by_time", row), value)

    def _less(self, value: Value, row: int, column: int, found: Value) -> Value:
        entry = self.workspace.load("factors", self.slots[row, column])
        return self.f.fused(self.f.negate(entry), found, value)


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
    # A system without states has one group as well, empty: the step asks whether its pivots can be trusted.
    if group or not elimination.order:
        yield group


def _chunks(elimination: Elimination) -> Iterator[list[tuple[list[int], bool]]]:
    """Blocks of rows, forward then backward, in groups of at most about `PIECE` entries."""
    order = list(elimination.order)
    blocks = [(rows, forward) for forward in (True, False) for rows in _blocks(order if forward else order[::-1])]
    group: list[tuple[list[int], bool]] = []
    entries = 0
    for rows, forward in blocks:
        group.append((rows, forward))
        entries += sum(len(elimination.rows[row]) for row in rows)
        if entries > PIECE:
            yield group
            group, entries = [], 0
    if group:
        yield group


def _blocks(rows: list[int]) -> Iterator[list[int]]:
    for first in range(0, len(rows), ROW_BLOCK):
        yield rows[first : first + ROW_BLOCK]
