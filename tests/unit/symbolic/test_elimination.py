"""Elimination orders and fill-in, against dense factorisation."""

from __future__ import annotations

import numpy as np
import pytest

from silicart.symbolic.elimination import eliminate


@pytest.mark.parametrize("seed", range(5))
def test_the_pattern_holds_every_entry_of_the_factors(seed: int) -> None:
    rng = np.random.default_rng(seed)
    size = 25
    dense = np.where(rng.random((size, size)) < 0.12, rng.standard_normal((size, size)), 0.0) + 8.0 * np.eye(size)
    places = [(int(row), int(column)) for row, column in zip(*np.nonzero(dense), strict=True)]
    found = eliminate(size, places)
    assert sorted(found.order) == list(range(size))
    order = np.array(found.order)
    matrix = dense[np.ix_(order, order)].copy()
    multiplications = 0
    for pivot in range(size):
        for row in range(pivot + 1, size):
            if matrix[row, pivot] != 0.0:
                matrix[row, pivot] /= matrix[pivot, pivot]
                matrix[row, pivot + 1 :] -= matrix[row, pivot] * matrix[pivot, pivot + 1 :]
                multiplications += 1 + np.count_nonzero(matrix[pivot, pivot + 1 :])
    kept = {(int(order[row]), int(order[column])) for row, column in zip(*np.nonzero(matrix), strict=True)}
    pattern = {(row, column) for row, columns in enumerate(found.rows) for column in columns}
    assert kept <= pattern
    assert found.entries == len(pattern)
    assert multiplications <= found.multiplications()


def test_a_hub_goes_last() -> None:
    arrow = [(0, column) for column in range(30)] + [(row, 0) for row in range(30)]
    found = eliminate(30, arrow)
    assert found.order[-1] == 0
    assert found.entries == 30 + 2 * 29
