"""Expressions: reading order of symbols, substitution, infix text."""

from __future__ import annotations

import pytest

from silicart.network import Apply, Number, Symbol, read_antimony_text
from silicart.network.expression import substitute, symbols, to_text

A, B, C = Symbol("a"), Symbol("b"), Symbol("c")


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        (Apply("-", (A, Apply("+", (B, C)))), "a - (b + c)"),
        (Apply("/", (A, Apply("*", (B, C)))), "a/(b*c)"),
        (Apply("*", (Apply("+", (A, B)), C)), "(a + b)*c"),
        (Apply("^", (Apply("neg", (A,)), Number(2.0))), "(-a)^2"),
        (Apply("^", (A, Apply("^", (B, C)))), "a^(b^c)"),
        (Apply("neg", (Apply("*", (A, B)),)), "-(a*b)"),
        (Apply("*", (A, Number(-1.0))), "a*(-1)"),
        (Apply("max", (A, Number(0.0, "cell"))), "max(a, 0 cell)"),
        (Number(1e-9), "1e-09"),
    ],
)
def test_infix_text_keeps_the_order_of_operations(expression, text):
    assert to_text(expression) == text


def test_infix_text_is_antimony_that_means_the_same():
    formula = "a - (b - c)/(a*b)^2 + exp(-a/b)*max(a, b, c)"
    model = "model m; a = 1; b = 2; c = 3; y := {}; end"
    first = read_antimony_text(model.format(formula)).assignment_rules[0].expression
    again = read_antimony_text(model.format(to_text(first))).assignment_rules[0].expression
    assert to_text(again) == to_text(first)


def test_symbols_are_found_in_reading_order_with_repeats():
    assert list(symbols(Apply("+", (Apply("*", (B, A)), Apply("exp", (B,)))))) == ["b", "a", "b"]


def test_substitution_reaches_every_depth_and_leaves_the_rest():
    formula = Apply("*", (A, Apply("+", (A, B))))
    assert to_text(substitute(formula, {"a": Apply("+", (C, Number(1.0)))})) == "(c + 1)*(c + 1 + b)"
