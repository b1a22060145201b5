"""Exact derivatives against differences, and the choices at the edges."""

from __future__ import annotations

import numpy as np
import pytest

from silicart.network.reader import read_antimony_text
from silicart.symbolic import build_system, evaluate_at
from silicart.symbolic.differentiate import TIME_INDEX, differentiate
from silicart.symbolic.graph import GraphBuilder
from silicart.symbolic.node_values import FloatArray, evaluate_nodes

FORMULAS = [
    "x*y - x/(1 + y)",
    "x^3/(k^3 + x^3)",
    "x^k + k^y + x^y",
    "x^0.5 + x^(-1.5)",
    "sqrt(x + y^2) + abs(x - 3*y)",
    "exp(-x*y) + ln(x + y) + log10(x)",
    "min(x, 2*y) + max(x*y, k)",
    "piecewise(x^2, x > y, y*x, x < 0.1, 3*y)",
    "sin(x) + cos(x*y) + tan(0.3*y)",
    "asin(0.2*x) + acos(0.3*y) + atan(x*y)",
    "sinh(x) + cosh(y) + tanh(x*y)",
    "x*time + time^2*y",
    "floor(x) + ceil(y) + x",
]


@pytest.mark.parametrize("formula", FORMULAS)
def test_derivatives_equal_differences(formula: str) -> None:
    text = f"model m\n k = 1.7; x = 1; y = 1; x' = {formula}; y' = -({formula})*y\nend"
    system = build_system(read_antimony_text(text, "test"))
    rng = np.random.default_rng(3)
    states = rng.uniform(0.2, 2.5, (40, 2))
    inputs = np.full((40, 1), 1.7)

    def slopes(at: FloatArray, time: float = 0.9) -> FloatArray:
        return evaluate_at(system, inputs, at, system.derivatives, time=time)

    h = 1e-6
    for column in range(2):
        shift = np.eye(2)[column] * h
        differences = (slopes(states + shift) - slopes(states - shift)) / (2.0 * h)
        for row in range(2):
            node = system.jacobian.get((row, column))
            exact = np.zeros(40) if node is None else evaluate_at(system, inputs, states, [node], time=0.9)[:, 0]
            # A kink may lie between the two points of a difference; nearly all rows have none.
            close = np.isclose(exact, differences[:, row], rtol=1e-6, atol=1e-6)
            assert close.mean() > 0.95
    by_time = (slopes(states, 0.9 + h) - slopes(states, 0.9 - h)) / (2.0 * h)
    for row in range(2):
        node = system.time_derivatives.get(row)
        exact = np.zeros(40) if node is None else evaluate_at(system, inputs, states, [node], time=0.9)[:, 0]
        assert np.allclose(exact, by_time[:, row], rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize(
    ("exponent", "slope"), [(0.5, 0.0), (0.7, 0.0), (1.0, 1.0), (1.3, 0.0), (2.0, 0.0), (-0.5, 0.0)]
)
def test_slopes_at_zero_are_finite(exponent: float, slope: float) -> None:
    builder = GraphBuilder()
    x = builder.state(0)
    power = builder.power(x, builder.input(0))
    (derivative,) = differentiate(builder, [power])
    found = evaluate_nodes(builder.finish(), [derivative[0]], inputs=np.array([[exponent]]), states=np.zeros((1, 1)))
    assert found.tolist() == [[slope]]


def test_the_slope_of_a_root_of_a_clipped_difference_is_zero_where_it_is_clipped() -> None:
    builder = GraphBuilder()
    x = builder.state(0)
    root = builder.square_root(builder.maximum(builder.subtract(x, builder.constant(1.0)), builder.constant(0.0)))
    (derivative,) = differentiate(builder, [root])
    states = np.array([[0.5], [1.0], [5.0]])
    found = evaluate_nodes(builder.finish(), [derivative[0]], inputs=np.zeros((3, 0)), states=states)
    assert found.ravel().tolist() == [0.0, 0.0, 0.25]


def test_what_does_not_depend_on_a_state_has_no_entry() -> None:
    builder = GraphBuilder()
    roots = [builder.input(0), builder.multiply(builder.time(), builder.state(2))]
    assert differentiate(builder, roots) == [{}, {2: builder.time(), TIME_INDEX: builder.state(2)}]
