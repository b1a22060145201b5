"""Any table of doses is read or refused with an error that names its place; and what is read can be simulated."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from silicart.errors import SilicartError
from silicart.network import read_antimony_text
from silicart.simulation import Model, simulate
from silicart.simulation.doses import COLUMNS

ODD = [
    None,
    "",
    " ",
    "x",
    "blood",
    "1e3",
    "nan",
    True,
    False,
    -0.0,
    1e308,
    -1e308,
    5e-324,
    2**63,
    10**400,
    1j,
    [],
    {},
    b"1",
]
cells = st.one_of(
    st.integers(-3, 6), st.integers(0, 3), st.floats(-1.0, 12.0), st.floats(), st.sampled_from(ODD), st.text(max_size=3)
)
usual = {"ID": st.integers(0, 2), "TIME": st.floats(0.0, 12.0), "AMT": st.floats(0.0, 10.0), "CMT": st.just("x")}


@st.composite
def tables(draw: st.DrawFn) -> Any:
    """Mostly sensible columns with a few odd cells, columns or lengths."""
    rows = draw(st.integers(0, 5))
    names = draw(st.lists(st.sampled_from([*COLUMNS, "time", "Dose", 7]), unique=True, max_size=9))
    table: dict[Any, Any] = {}
    for name in dict.fromkeys(["TIME", "AMT", "CMT", *names]) if draw(st.booleans()) else names:
        cell = usual.get(name, st.integers(0, 2))
        column = draw(st.lists(st.one_of(cell, cell, cell, cells), min_size=rows, max_size=rows))
        table[name] = draw(st.sampled_from([column, column, column, np.array(column, dtype=object), column[:-1]]))
    return draw(st.sampled_from([table, table, table, list(table.items()), 3, "x"]))


@cache
def model() -> Model:
    return Model(read_antimony_text("model m; x = 1; y = 0; x' = -x; y' = x - y; end", "test"), "test")


def read(table: Any) -> bool:
    """Return whether the table could be read."""
    try:
        result = simulate(model(), {"x": [1.0, 2.0, 3.0]}, table, [0.0, 5.0, 10.0], threads=1, max_steps=2000)
    except SilicartError:
        return False
    assert np.isfinite(result.values[result.status == 0]).all()
    return True


def test_both_ends_are_reached() -> None:
    assert read({"TIME": [1.0], "AMT": [2.0], "CMT": ["x"]})
    assert not read({"TIME": [1.0], "AMT": ["x"], "CMT": ["x"]})


@given(tables())
@settings(max_examples=300)
def test_any_table_of_doses(table: Any) -> None:
    read(table)


@pytest.mark.verify
@given(tables())
@settings(max_examples=20_000)
def test_any_table_of_doses_at_length(table: Any) -> None:
    read(table)
