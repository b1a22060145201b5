"""In which order to eliminate the unknowns of a sparse linear system, and what fills in.

The order is found once, when a model is compiled (Markowitz 1957, on the diagonal): each step eliminates the unknown
that touches the fewest others. Pivots stay on the diagonal; whether a pivot is good enough is judged at run time.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Elimination:
    """An order of elimination and the pattern of both triangular factors.

    `order` lists unknowns in the order of their elimination; `rows[i]` lists, in that order, the unknowns whose
    entries in row i are not zero after elimination, the diagonal included. Ids are those of the original system.
    """

    order: tuple[int, ...]
    rows: tuple[tuple[int, ...], ...]

    @property
    def entries(self) -> int:
        """How many entries both factors store."""
        return sum(len(row) for row in self.rows)

    def multiplications(self) -> int:
        """How many multiply-subtract steps one factorisation takes."""
        place = {unknown: index for index, unknown in enumerate(self.order)}
        after = {row: sum(place[column] > place[row] for column in columns) for row, columns in enumerate(self.rows)}
        return sum(
            after[column] + 1
            for row, columns in enumerate(self.rows)
            for column in columns
            if place[column] < place[row]
        )


def eliminate(size: int, entries: Iterable[tuple[int, int]]) -> Elimination:
    """Return a fill-reducing order for a matrix with non-zeros at `entries` (row, column) and on its diagonal.

    Examples
    --------
    >>> arrow = [(0, column) for column in range(4)] + [(row, 0) for row in range(4)]
    >>> result = eliminate(4, arrow)
    >>> result.order[-1], result.entries  # the tip of the arrow goes last and nothing fills in
    (0, 10)
    """
    row_of: list[set[int]] = [{index} for index in range(size)]
    column_of: list[set[int]] = [{index} for index in range(size)]
    for row, column in entries:
        row_of[row].add(column)
        column_of[column].add(row)
    rows: list[set[int]] = [set(columns) for columns in row_of]
    remaining = set(range(size))
    order: list[int] = []
    while remaining:
        # Ties go to the node that joins the fewest others, then to the later one: hubs such as sums stand first.
        pivot = min(remaining, key=lambda k: (_cost(row_of, column_of, k), len(row_of[k]) + len(column_of[k]), -k))
        order.append(pivot)
        remaining.discard(pivot)
        across = row_of[pivot] - {pivot}
        below = column_of[pivot] - {pivot}
        for row in below:
            row_of[row] |= across
            row_of[row].discard(pivot)
            rows[row] |= across
        for column in across:
            column_of[column] |= below
            column_of[column].discard(pivot)
    place = {unknown: index for index, unknown in enumerate(order)}
    ordered = tuple(tuple(sorted(columns, key=place.__getitem__)) for columns in rows)
    return Elimination(tuple(order), ordered)


def _cost(row_of: list[set[int]], column_of: list[set[int]], pivot: int) -> int:
    return (len(row_of[pivot]) - 1) * (len(column_of[pivot]) - 1)
