"""The unit check: dimensions, scale factors, and literals."""

from __future__ import annotations

import math

import pint
import pytest

from silicart.network import check_units, read_antimony_text
from silicart.network.units import BASE_KINDS, unit_from_powers

HEADING = """
model m
  unit time_unit = 86400 second
  unit per_day = 1 / (86400 second)
  unit per_hour = 1 / (3600 second)
  unit cell = item
  unit mg = 1e-3 gram
  unit mL_per_litre = 1e-3 litre / litre
  compartment body = 1 litre
  substanceOnly species A in body
  A = 5 cell; A has cell
  k = 2 per_day
  mass = 1 gram
  plasma = 3 litre
  one = 1 dimensionless
"""


def problems(line: str) -> list[str]:
    return [problem.problem for problem in check_units(read_antimony_text(f"{HEADING}\n{line}\nend"))]


@pytest.mark.parametrize(
    "line",
    [
        "R: A -> ; k*A",
        "R: A -> ; k*A*A/(A + 1 cell)",
        "x = 1 dimensionless; x' = k*(1 - x)",
        "y := exp(-A/(3 cell)); y has dimensionless",
        "y := sqrt(A*A) + max(A, 0 cell); y has cell",
        "y := k/(24 hour_per_day); y has per_hour; unit hour_per_day = 3600 second / (86400 second)",
        "y := (A/(1 cell))^one; y has dimensionless",
        "y := piecewise(A, A > 2 cell, 0 cell); y has cell",
        "y := plasma*(1000 mL_per_litre); y has millilitre; unit millilitre = 1e-3 litre",
        "y := plasma^2/plasma; y has litre",
    ],
)
def test_consistent_formulas_pass(line):
    assert problems(line) == []


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("R: A -> ; A", "wrong unit"),
        ("R: A -> ; k", "wrong unit"),
        ("x = 1 dimensionless; x' = 1 - x", "wrong unit"),
        ("y := A + 1; y has cell", "different units"),
        ("y := max(A, 0); y has cell", "different units"),
        ("y := mass; y has mg", "wrong unit"),
        ("y := k; y has per_hour", "wrong unit"),
        ("y := exp(A); y has dimensionless", "not dimensionless"),
        ("y := A^one; y has cell", "power that is not a number"),
        ("y := one^A; y has dimensionless", "exponent is not dimensionless"),
        ("y := piecewise(A, A > 2, 0 cell); y has cell", "different units"),
        ("y := k*2", "y has no unit"),
        ("z = 4", "z has no unit"),
    ],
)
def test_each_disagreement_is_found(line, problem):
    (found,) = problems(line)
    assert problem in found


def test_a_concentration_is_amount_by_size_and_its_reaction_moves_amounts():
    text = """model m
      unit time_unit = second; unit substance = mole; unit per_second = 1 / second; unit volume = litre
      compartment body = 2 litre
      species A in body; A = 3
      k = 1 per_second
      R: A -> ; {}
    end"""
    assert check_units(read_antimony_text(text.format("k*A*body"))) == ()
    (problem,) = check_units(read_antimony_text(text.format("k*A")))
    assert problem.where == "R"


def test_a_model_without_a_unit_of_time_says_so():
    (problem,) = check_units(read_antimony_text("model m; x = 1 litre; end"))
    assert "unit of time" in problem.problem


@pytest.mark.parametrize("kind", sorted(set(BASE_KINDS) - {"item", "avogadro"}))
def test_unit_kinds_agree_with_an_independent_table(kind):
    # Pint knows the same units; silicart needs so few that it carries its own table.
    registry = pint.UnitRegistry()
    quantity = registry.Quantity(1.0, kind).to_base_units()
    names = {"[mass]": "kilogram", "[length]": "metre", "[time]": "second", "[substance]": "mole"}
    names |= {"[current]": "ampere", "[temperature]": "kelvin", "[luminosity]": "candela"}
    expected = {names[base]: power for base, power in quantity.dimensionality.items()}
    unit = unit_from_powers(kind, [(kind, 1.0, 1.0)])
    in_grams = 1000.0 ** expected.get("kilogram", 0)
    found = registry.Quantity(1.0, kind).to_base_units().magnitude
    kilogram_based = str(registry.Quantity(1.0, "kilogram").to_base_units().units) == "kilogram"
    assert dict(unit.dimension) == expected
    assert math.isclose(unit.scale, found if kilogram_based else found / in_grams)
