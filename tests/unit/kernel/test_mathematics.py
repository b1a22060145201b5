"""Compiled elementary functions and operations have the bits of their NumPy evaluation."""

from __future__ import annotations

import numpy as np
import pytest

from silicart.kernel import compile_kernel
from silicart.kernel.rodas5p import GAMMA, STAGE_WEIGHTS, STAGES, STATE_WEIGHTS, TIME_FRACTIONS, TIME_WEIGHTS
from silicart.network.reader import read_antimony_text
from silicart.symbolic import build_system, evaluate

EXPRESSIONS = {
    "ve": "exp(a)",
    "vl": "ln(abs(a))",
    "vp": "abs(a)^b",
    "vq": "a^b",
    "vs": "sin(a) + cos(b)",
    "vt": "tan(a)",
    "vu": "asin(a/700) + acos(b/12) + atan(a)",
    "vh": "sinh(b) + cosh(a) + tanh(b)",
    "vf": "floor(a) + ceil(b) + abs(a - b)",
    "vm": "min(a, b)*max(a, 3)",
    "vw": "piecewise(a, a > b && a < 2, b, !(a >= 0) || b == 1, a + b)",
    "vr": "sqrt(a) + log10(b*b)",
}


@pytest.mark.parametrize("width", [2, 4, 8])
def test_compiled_and_numpy_evaluation_agree_to_the_bit(width: int) -> None:
    rules = "\n".join(f"  {name} := {expression}" for name, expression in EXPRESSIONS.items())
    text = f"model m\n  a = 1; b = 1; x = 0; x' = 1; y = 0; y' = a\n{rules}\nend"
    system = build_system(read_antimony_text(text, "test"), frozenset({"x"}))
    rng = np.random.default_rng(11)
    inputs = np.column_stack([rng.uniform(-700, 700, 600), rng.uniform(-12, 12, 600), np.zeros(600)])
    inputs[:300, 0] = rng.uniform(-3, 3, 300)
    inputs[::7, 1] = np.round(inputs[::7, 1])
    inputs[:6, 0] = [0.0, -0.0, np.inf, -np.inf, np.nan, 5e-324]
    compiled = compile_kernel(system, tuple(EXPRESSIONS), width).run(inputs, [0.0]).values[:, 0]
    expected = evaluate(system, inputs, list(EXPRESSIONS))
    same = (compiled.view(np.int64) == expected.view(np.int64)) | (np.isnan(compiled) & np.isnan(expected))
    assert same.all(), [name for name, column in zip(EXPRESSIONS, same.T, strict=True) if not column.all()]


def test_the_coefficients_agree_with_each_other() -> None:
    # c and d are the row sums of alpha = A Gamma and of Gamma, Gamma being the inverse of I/gamma - C.
    a, c = np.zeros((STAGES, STAGES)), np.zeros((STAGES, STAGES))
    for index, row in enumerate(STATE_WEIGHTS):
        a[index, : len(row)] = row
    a[6] = a[5]
    a[6, 5] = 1.0
    a[7] = a[6]
    a[7, 6] = 1.0
    for index, row in enumerate(STAGE_WEIGHTS):
        c[index, : len(row)] = row
    gamma = np.linalg.inv(np.eye(STAGES) / GAMMA - c)
    assert (a @ gamma).sum(axis=1) == pytest.approx(np.array(TIME_FRACTIONS), abs=1e-13)
    assert gamma.sum(axis=1) == pytest.approx(np.array(TIME_WEIGHTS), abs=1e-13)
    end = a[7].copy()
    end[7] = 1.0
    assert (end @ gamma).sum() == pytest.approx(1.0, abs=1e-13)
