"""Elementary functions: errors in units in the last place against 50-digit decimal arithmetic."""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import Decimal, getcontext

import numpy as np
import pytest

from silicart.symbolic import elementary, trigonometry
from silicart.symbolic.node_values import FloatArray, NumpyArithmetic

getcontext().prec = 50
getcontext().Emin, getcontext().Emax = -9999, 9999
ARITHMETIC = NumpyArithmetic()


def apply(function: Callable[..., FloatArray], *args: FloatArray) -> FloatArray:
    with np.errstate(all="ignore"):
        return np.asarray(function(ARITHMETIC, *args))


def worst_ulp(values: FloatArray, exact: list[Decimal]) -> float:
    return max(
        float(abs(Decimal(float(value)) - truth) / Decimal(math.ulp(float(truth))))
        for value, truth in zip(values, exact, strict=True)
    )


def test_exponential_is_within_one_ulp() -> None:
    x = np.random.default_rng(1).uniform(-708.0, 709.5, 3000)
    x = np.concatenate([x, np.random.default_rng(2).uniform(-1.0, 1.0, 3000)])
    assert worst_ulp(apply(elementary.exponential, x), [Decimal(float(v)).exp() for v in x]) < 1.0


def test_exponential_keeps_gradual_underflow_and_overflows_to_infinity() -> None:
    x = np.array([-745.0, -740.0, -720.0])
    exact = [Decimal(float(v)).exp() for v in x]
    got = apply(elementary.exponential, x)
    assert all(abs(Decimal(float(v)) - e) <= Decimal(math.ulp(0.0)) for v, e in zip(got, exact, strict=True))
    ends = apply(elementary.exponential, np.array([-np.inf, -800.0, 710.0, np.inf, np.nan, 0.0]))
    assert ends[:4].tolist() == [0.0, 0.0, np.inf, np.inf]
    assert np.isnan(ends[4])
    assert ends[5] == 1.0


def test_logarithm_is_within_one_ulp() -> None:
    rng = np.random.default_rng(3)
    x = np.concatenate([np.exp(rng.uniform(-700, 700, 3000)), rng.uniform(0.5, 2.0, 3000), [5e-324, 1e-310, 1.0]])
    got = apply(elementary.logarithm, x)
    assert got[-1] == 0.0
    assert worst_ulp(got[:-1], [Decimal(float(v)).ln() for v in x[:-1]]) < 1.0


def test_logarithm_outside_its_domain() -> None:
    got = apply(elementary.logarithm, np.array([0.0, -0.0, -1.0, np.inf, np.nan]))
    assert got[[0, 1, 3]].tolist() == [-np.inf, -np.inf, np.inf]
    assert np.isnan(got[[2, 4]]).all()


def test_power_errs_by_little_more_than_its_exponent_is_large() -> None:
    rng = np.random.default_rng(4)
    x = np.exp(rng.uniform(-60, 60, 3000))
    y = rng.uniform(-11, 11, 3000)
    near_one = 1.0 + rng.uniform(-1e-3, 1e-3, 1000)
    x, y = np.concatenate([x, near_one]), np.concatenate([y, rng.uniform(-3e5, 3e5, 1000)])
    got = apply(elementary.power, x, y)
    for base, exponent, value in zip(x.tolist(), y.tolist(), got.tolist(), strict=True):
        exact = Decimal(base) ** Decimal(exponent)
        allowed = 1.0 + 2.0 * abs(exponent * math.log(base))
        assert worst_ulp(np.array([value]), [exact]) < allowed


@pytest.mark.parametrize(
    ("base", "exponent", "value"),
    [
        (0.0, 0.7, 0.0),
        (0.0, 0.0, 1.0),
        (0.0, -0.7, math.inf),
        (-1e-30, 0.7, 0.0),
        (-1e-30, -0.7, math.inf),
        (-2.0, 3.0, -8.0),
        (-2.0, 4.0, 16.0),
        (-2.0, -1.0, -0.5),
        (2.0, 5000.0, math.inf),
        (2.0, -5000.0, 0.0),
        (0.5, 5000.0, 0.0),
        (1.0, math.inf, 1.0),
        (math.inf, 0.5, math.inf),
        (math.inf, -0.5, 0.0),
        (math.nan, 0.0, 1.0),
    ],
)
def test_power_has_a_defined_value_everywhere(base: float, exponent: float, value: float) -> None:
    assert apply(elementary.power, np.array([base]), np.array([exponent]))[0] == pytest.approx(value, rel=1e-15, abs=0)


def test_power_of_nan_is_nan() -> None:
    assert np.isnan(apply(elementary.power, np.array([math.nan, 2.0]), np.array([2.0, math.nan]))).all()


@pytest.mark.parametrize(
    ("function", "reference", "low", "high"),
    [
        (trigonometry.sine, math.sin, -100.0, 100.0),
        (trigonometry.cosine, math.cos, -100.0, 100.0),
        (trigonometry.tangent, math.tan, -100.0, 100.0),
        (trigonometry.arctangent, math.atan, -50.0, 50.0),
        (trigonometry.arcsine, math.asin, -1.0, 1.0),
        (trigonometry.arccosine, math.acos, -1.0, 1.0),
        (trigonometry.hyperbolic_sine, math.sinh, -700.0, 700.0),
        (trigonometry.hyperbolic_sine, math.sinh, -1.5, 1.5),
        (trigonometry.hyperbolic_cosine, math.cosh, -700.0, 700.0),
        (trigonometry.hyperbolic_tangent, math.tanh, -3.0, 3.0),
    ],
)
def test_circular_and_hyperbolic_functions_are_within_four_ulp(
    function: Callable[..., FloatArray], reference: Callable[[float], float], low: float, high: float
) -> None:
    x = np.random.default_rng(5).uniform(low, high, 5000)
    exact = [Decimal(reference(float(v))) for v in x]
    assert worst_ulp(apply(function, x), exact) < 4.0


def test_circular_functions_near_their_zeros() -> None:
    x = np.array([math.pi, 2 * math.pi, 100 * math.pi, math.pi / 2, 1000.5 * math.pi])
    assert np.allclose(apply(trigonometry.sine, x[:3]), [math.sin(v) for v in x[:3]], rtol=1e-12, atol=0.0)
    assert np.allclose(apply(trigonometry.cosine, x[3:]), [math.cos(v) for v in x[3:]], rtol=1e-12, atol=0.0)
