"""Sharing and folding in the expression graph."""

from __future__ import annotations

import math

import pytest

from silicart.symbolic.graph import CONSTANT, INPUT, STATE, TIME, GraphBuilder, product_of, sum_of


@pytest.fixture
def builder() -> GraphBuilder:
    return GraphBuilder()


def test_equal_expressions_are_one_node(builder: GraphBuilder) -> None:
    x, y = builder.state(0), builder.state(1)
    assert builder.add(x, y) == builder.add(y, x)
    assert builder.multiply(x, y) == builder.multiply(y, x)
    assert builder.subtract(x, y) != builder.subtract(y, x)
    assert builder.divide(x, y) == builder.multiply(x, builder.divide(builder.constant(1.0), y))


def test_trivial_algebra_folds(builder: GraphBuilder) -> None:
    x, zero, one = builder.state(0), builder.constant(0.0), builder.constant(1.0)
    assert builder.add(x, zero) == x
    assert builder.multiply(x, one) == x
    assert builder.multiply(x, zero) == zero
    assert builder.subtract(x, x) == zero
    assert builder.divide(x, x) == one
    assert builder.negate(builder.negate(x)) == x
    assert builder.subtract(zero, x) == builder.negate(x)
    assert builder.minimum(x, x) == x
    assert builder.select(builder.compare("less", one, zero), x, zero) == zero
    assert builder.constant(-0.0) == zero


def test_whole_and_half_powers_are_products_and_roots(builder: GraphBuilder) -> None:
    x = builder.state(0)
    square = builder.multiply(x, x)
    assert builder.power(x, builder.constant(4.0)) == builder.multiply(square, square)
    assert builder.power(x, builder.constant(0.5)) == builder.square_root(x)
    assert builder.power(x, builder.constant(0.0)) == builder.constant(1.0)
    assert builder.nodes[builder.power(x, builder.constant(0.7))].op == "power"


def test_functions_that_machines_round_differently_are_not_folded(builder: GraphBuilder) -> None:
    assert builder.nodes[builder.apply("exp", builder.constant(2.0))].op == "exp"
    assert builder.value(builder.square_root(builder.constant(2.0))) == math.sqrt(2.0)
    assert builder.value(builder.apply("floor", builder.constant(2.7))) == 2.0


def test_dependency_adds_up(builder: GraphBuilder) -> None:
    node = builder.add(builder.multiply(builder.input(0), builder.time()), builder.state(0))
    assert builder.dependency[node] == INPUT | TIME | STATE
    assert builder.dependency[builder.constant(3.0)] == CONSTANT
    assert builder.dependency[builder.start()] == INPUT


def test_what_a_patient_fixes_is_grouped_first(builder: GraphBuilder) -> None:
    x, a, b = builder.state(0), builder.input(0), builder.input(1)
    product = builder.nodes[product_of(builder, [a, x, b])]
    assert builder.multiply(a, b) in product.args
    total = builder.nodes[sum_of(builder, [x, b, a])]
    assert builder.add(a, b) in total.args


@pytest.mark.parametrize(("op", "table"), [("and", [0, 0, 0, 1]), ("or", [0, 1, 1, 1]), ("xor", [0, 1, 1, 0])])
def test_logic_folds_as_its_truth_table(builder: GraphBuilder, op: str, table: list[int]) -> None:
    constants = [builder.constant(float(value)) for value in (0, 1)]
    found = [builder.value(builder.logic(op, left, right)) for left in constants for right in constants]
    assert found == table
    truth = builder.compare("less", builder.state(0), constants[0])
    for right, value in zip(constants, (0, 1), strict=True):
        expected = {
            "and": [constants[0], truth],
            "or": [truth, constants[1]],
            "xor": [truth, builder.logic("not", truth)],
        }
        assert builder.logic(op, truth, right) == expected[op][value]
