"""Correlations, filters and categories: what they select, and what they refuse to name."""

import numpy as np
import pytest

from silicart.errors import RegisterError
from silicart.evidence import Filter
from silicart.evidence.document import read_document
from silicart.evidence.register import Register, build_register
from silicart.evidence.sources import read_sources

ENTRIES = """parameters:
  a: {label: a, value: 1, unit: cell, variability: {lognormal: 0.3}, grade: A, source: definition}
  b: {label: b, value: 1, unit: cell, variability: {lognormal: 0.3}, grade: A, source: definition}
  c: {label: c, value: 0, unit: cell, grade: A, source: definition}
"""
GOOD = """correlations:
  - between: [a, b]
    coefficient: 0.9
    level: patients
    source: assumption
    reason: they exchange
filters:
  counts:
    quantity: a
    low: 1
    high: 3
    unit: cell
    source: assumption
    reason: not seen outside
categories:
  shape:
    label: which shape
    grade: C
    source: assumption
    reasoning: nobody knows
    options:
      round: {label: round, weight: 1, settings: {c: 0}}
      square: {label: square, weight: 3, settings: {c: 1}}
"""


def built(constraints: str) -> Register:
    documents = [read_document(ENTRIES, "entries.yaml")]
    sources = read_sources("", "none.bib")
    return build_register(documents, read_document(constraints, "c.yaml"), sources, frozenset({"cell"}))


def test_constraints_load() -> None:
    register = built(GOOD)
    assert register.correlations[0].coefficient == 0.9
    assert register.filters[0].quantity == "a"
    assert dict(register.category("shape").options[1].settings) == {"c": 1.0}
    with pytest.raises(RegisterError, match="unknown category"):
        register.category("colour")


def test_options_are_taken_in_proportion_to_their_weights() -> None:
    chosen = built(GOOD).category("shape").choose(np.linspace(0.0005, 0.9995, 1000))
    assert np.bincount(chosen).tolist() == [250, 750]


def test_a_filter_takes_its_ends_and_refuses_what_is_not_finite() -> None:
    both = Filter("f", "q", 1.0, 3.0, "cell", (), "")
    assert both.passes([0.9, 1.0, 3.0, 3.1, np.nan, np.inf]).tolist() == [False, True, True, False, False, False]
    assert Filter("f", "q", None, 3.0, "cell", (), "").passes([-1e9]).all()
    assert Filter("f", "q", 1.0, None, "cell", (), "").passes([1e9]).all()


@pytest.mark.parametrize(
    ("old", "new", "line", "problem"),
    [
        ("[a, b]", "[a, x]", 2, "unknown parameter"),
        ("[a, b]", "[a, c]", 2, "does not vary"),
        ("[a, b]", "[a, a]", 2, "two different"),
        ("0.9", "1.5", 3, "out of bounds"),
        ("level: patients", "level: patient", 4, "not known"),
        ("low: 1", "low: 9", 10, "not in order"),
        ("    low: 1\n    high: 3\n", "", 8, "no bound"),
        ("unit: cell", "unit: cells", 12, "not known"),
        ("quantity: a", "quantum: a", 9, "unknown key"),
        ("weight: 1", "weight: 0", 22, "not positive"),
        ("{c: 0}", "{x: 0}", 22, "unknown parameter"),
        ("      square: {label: square, weight: 3, settings: {c: 1}}\n", "", 21, "nothing to choose"),
        ("source: assumption", "source: Nobody", 5, "unknown source"),
    ],
)
def test_a_bad_constraint_is_refused_with_its_line(old: str, new: str, line: int, problem: str) -> None:
    assert old in GOOD
    with pytest.raises(RegisterError, match=problem) as caught:
        built(GOOD.replace(old, new, 1))
    assert caught.value.where == f"c.yaml:{line}"
