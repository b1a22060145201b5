"""Tolerances follow the scale of each state, and never the patients."""

from __future__ import annotations

from typing import Any

import pytest

from silicart.errors import SimulationError
from silicart.network import read_antimony_text
from silicart.simulation import Model, load_model
from silicart.simulation.tolerances import read_tolerances


def test_a_state_that_starts_with_something_is_judged_by_that() -> None:
    model = load_model("sle")
    absolute = dict(zip(model.states.ids, read_tolerances(model, 1e-6, None)[1].tolist(), strict=True))
    assert absolute["B_naive_blood"] == pytest.approx(1e-9 * 5e8)
    assert absolute["IgG"] == pytest.approx(1e-9 * 14)


def test_less_than_one_cell_is_none() -> None:
    model = load_model("sle")
    absolute = dict(zip(model.states.ids, read_tolerances(model, 1e-6, None)[1].tolist(), strict=True))
    assert absolute["T_blood_0"] == pytest.approx(1e-6)


def test_an_empty_state_takes_the_scale_of_its_unit() -> None:
    text = "model m; S = 1e-6; P = 0; S' = -S; P' = S; end"
    small = Model(read_antimony_text(text, "m"), "m")
    assert read_tolerances(small, 1e-6, None)[1].tolist() == pytest.approx([1e-15, 1e-15])


def test_a_mapping_changes_single_states(two: Model) -> None:
    default = read_tolerances(two, 1e-6, None)[1]
    changed = read_tolerances(two, 1e-6, {"G": 0.5})[1]
    assert changed.tolist() == [default[0], 0.5]


@pytest.mark.parametrize(
    ("rtol", "atol", "where"),
    [
        (0.0, None, "rtol"),
        (1e-14, None, "rtol"),
        (0.5, None, "rtol"),
        (float("nan"), None, "rtol"),
        (True, None, "rtol"),
        (1e-6, 0.0, "atol, C"),
        (1e-6, [1e-9, -1.0], "atol, G"),
        (1e-6, [1e-9], "atol"),
        (1e-6, {"Gg": 1e-9}, "atol, Gg"),
        (1e-6, {"G": "small"}, "atol, G"),
    ],
)
def test_tolerances_out_of_range_are_refused(two: Model, rtol: float, atol: Any, where: str) -> None:
    with pytest.raises(SimulationError) as caught:
        read_tolerances(two, rtol, atol)
    assert caught.value.where == where
