"""A network as a system: what is an input, what a state means, closures, outputs, errors."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

from silicart.errors import ModelError
from silicart.network.expression import Apply, Expression, Number, Symbol
from silicart.network.network import AssignmentRule, Compartment, InitialAssignment, Network, Parameter, RateRule
from silicart.network.reader import read_antimony_text
from silicart.symbolic import System, build_system, evaluate, evaluate_at, initial_state

TEXT = """model m
  compartment V = 2
  species A in V, B in V
  substanceOnly species N in V
  A = 5; B = 0; N = 7
  k = 0.3; target = 4
  loss = k*target
  J: A -> B + 2 N; k*A
  total := A*V + B*V + N
  double_total := 2*total
end"""


@pytest.fixture(scope="module")
def system() -> System:
    return build_system(read_antimony_text(TEXT, "test"))


def model(*rules: tuple[str, Expression], initial: tuple[tuple[str, Expression], ...] = ()) -> Network:
    """A network of parameters `x` and `y`, x moving, with further assignment rules."""
    names = dict.fromkeys(["y", *(name for name, _ in rules), *(name for name, _ in initial)])
    parameters = [Parameter("x", None, 1.0, False), *(Parameter(name, None, 2.0, False) for name in names)]
    return Network(
        "m",
        None,
        {},
        (Compartment("C", 1.0, None),),
        (),
        tuple(parameters),
        (),
        tuple(AssignmentRule(name, expression) for name, expression in rules),
        (RateRule("x", Symbol("y")),),
        tuple(InitialAssignment(name, expression) for name, expression in initial),
    )


def test_inputs_are_what_may_be_set(system: System) -> None:
    assert system.inputs == ("k", "target")
    assert system.input_defaults.tolist() == [0.3, 4.0]
    assert system.states == ("A", "B", "N")


def test_concentrations_change_by_rate_over_volume_and_amounts_by_rate(system: System) -> None:
    inputs = system.input_defaults[None, :]
    slopes = evaluate_at(system, inputs, initial_state(system, inputs), system.derivatives)[0]
    assert slopes == pytest.approx([-0.75, 0.75, 3.0])


def test_outputs_are_states_rules_parameters_compartments_and_rates(system: System) -> None:
    found = evaluate(system, [[0.3, 4.0], [0.5, 6.0]], ["A", "total", "double_total", "loss", "V", "k", "J"])
    assert found[0] == pytest.approx([5.0, 17.0, 34.0, 1.2, 2.0, 0.3, 1.5])
    assert found[1] == pytest.approx([5.0, 17.0, 34.0, 3.0, 2.0, 0.5, 2.5])


def test_outputs_at_given_states(system: System) -> None:
    found = evaluate(system, [[0.3, 4.0]], ["total"], np.array([[1.0, 2.0, 3.0]]))
    assert found.tolist() == [[9.0]]


def test_an_override_takes_the_place_of_a_closure_and_defaults_to_it() -> None:
    system = build_system(read_antimony_text(TEXT, "test"), frozenset({"loss", "A"}))
    assert system.inputs == ("k", "target", "A", "loss")
    assert system.input_defaults == pytest.approx([0.3, 4.0, 5.0, 1.2])
    assert evaluate(system, [[0.3, 4.0, 9.0, 8.0]], ["A", "loss"]).tolist() == [[9.0, 8.0]]


def test_a_closure_may_read_rules_and_states_at_the_start() -> None:
    rules = ("twice", Apply("*", (Number(2.0), Symbol("x"))))
    closure = ("y", Apply("+", (Symbol("twice"), Apply("time"))))
    system = build_system(model(rules, initial=(closure,)))
    # y keeps the value it had at the start of the run, its time included.
    inputs = np.zeros((1, len(system.inputs)))
    assert evaluate(system, inputs, ["y"]).tolist() == [[2.0]]
    moved = evaluate_at(system, inputs, [[50.0]], [system.outputs["y"], system.outputs["twice"]], time=9.0, start=3.0)
    assert moved.tolist() == [[5.0, 100.0]]


def test_many_patients_equal_one_at_a_time(system: System) -> None:
    inputs = np.random.default_rng(1).uniform(0.1, 5.0, (5000, 2))
    together = evaluate(system, inputs, ["total", "loss", "J"])
    assert np.array_equal(together[4321], evaluate(system, inputs[4321:4322], ["total", "loss", "J"])[0])


def test_a_thousand_rules_upon_each_other_do_not_overflow_the_stack() -> None:
    rules = [("r0", Symbol("x"))]
    rules += [(f"r{k}", Apply("+", (Symbol(f"r{k - 1}"), Number(1.0)))) for k in range(1, 3000)]
    system = build_system(model(*reversed(rules)))
    assert evaluate(system, [[2.0]], ["r2999"]).tolist() == [[3000.0]]


def test_a_deep_expression_does_not_overflow_the_stack() -> None:
    expression: Expression = Symbol("x")
    for _ in range(5000):
        expression = Apply("sqrt", (Apply("abs", (expression,)),))
    system = build_system(model(("deep", expression)))
    assert evaluate(system, [[2.0]], ["deep"])[0, 0] == 1.0


def test_systems_are_picklable_and_have_a_hash_of_their_content(system: System) -> None:
    again = pickle.loads(pickle.dumps(system))
    assert again.hash == system.hash == build_system(read_antimony_text(TEXT, "elsewhere")).hash
    changed = build_system(read_antimony_text(TEXT.replace("k*A", "2*k*A"), "test"))
    assert changed.hash != system.hash


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        (Apply("piecewise", (Number(1.0), Symbol("x"), Number(2.0))), [1.0, 2.0]),
        (Apply("+", (Number(1.0), Apply("lt", (Symbol("x"), Number(2.0))))), [1.0, 2.0]),
        (Apply("not", (Symbol("x"),)), [0.0, 1.0]),
        (Apply("exp", (Apply("and", (Symbol("x"), Apply("true"))),)), [np.e, 1.0]),
    ],
)
def test_truth_values_and_numbers_stand_for_each_other(formula: Expression, expected: list[float]) -> None:
    system = build_system(model(("a", formula)))
    found = [evaluate(system, [[2.0]], ["a"], np.array([[x]]))[0, 0] for x in (5.0, 0.0)]
    assert found == pytest.approx(expected)


@pytest.mark.parametrize(
    ("op", "x", "expected"),
    [
        ("factorial", 5.0, 120.0),
        ("asinh", -0.75, np.arcsinh(-0.75)),
        ("acosh", 1.5, np.arccosh(1.5)),
        ("atanh", -0.5, np.arctanh(-0.5)),
    ],
)
def test_functions_beyond_the_usual(op: str, x: float, expected: float) -> None:
    system = build_system(model(("a", Apply(op, (Symbol("x"),)))))
    assert evaluate(system, [[2.0]], ["a"], np.array([[x]]))[0, 0] == pytest.approx(expected, rel=1e-14)


@pytest.mark.parametrize(
    ("network", "problem"),
    [
        (model(("a", Symbol("b")), ("b", Symbol("a"))), "circle"),
        (model(("a", Symbol("xx"))), "nothing defines"),
        (model(("a", Apply("gamma", (Symbol("x"),)))), "not supported"),
    ],
)
def test_formulas_that_mean_nothing(network: Network, problem: str) -> None:
    with pytest.raises(ModelError, match=problem):
        build_system(network)


@pytest.mark.parametrize(("name", "problem"), [("total", "rule sets"), ("los", "such as loss")])
def test_overrides_that_cannot_be(name: str, problem: str) -> None:
    with pytest.raises(ModelError, match=problem):
        build_system(read_antimony_text(TEXT, "test"), frozenset({name}))


def test_arrays_and_ids_are_checked(system: System) -> None:
    with pytest.raises(ModelError, match="wrong shape"):
        evaluate(system, [[1.0]], ["A"])
    with pytest.raises(ModelError, match="such as total"):
        evaluate(system, [[1.0, 2.0]], ["totl"])
