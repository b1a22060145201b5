"""Small registers for tests of the population: invented values, no biology."""

from __future__ import annotations

from types import MappingProxyType, SimpleNamespace

import numpy as np
import pytest

from silicart.evidence import Category, Correlation, Distribution, Entry, Filter, Option, Register

STRUCTURES = Category(
    id="structure",
    label="rival structure",
    grade="C",
    options=(
        Option("a", "first", 1.0, MappingProxyType({"switch_a": 1.0, "switch_b": 0.0})),
        Option("b", "second", 1.0, MappingProxyType({"switch_a": 0.0, "switch_b": 1.0})),
    ),
    sources=("assumption",),
    reasoning="invented",
)


def entry(id, value=1.0, uncertainty=0.0, variability=0.0, between="patients"):
    def lognormal(spread, level):
        return Distribution("lognormal", spread, between=level) if spread else Distribution(between=level)

    return Entry(
        id=id,
        label=id,
        value=value,
        unit="dimensionless",
        uncertainty=lognormal(uncertainty, "values"),
        variability=lognormal(variability, between),
        low=None,
        high=None,
        grade="C",
        sources=("assumption",),
        reading="none",
    )


def correlation(first, second, coefficient, level="patients"):
    return Correlation(first, second, coefficient, level, ("assumption",), "invented")


def bounds(quantity, low=None, high=None, **other):
    return Filter(quantity, quantity, low, high, "dimensionless", ("assumption",), "invented", **other)


def register(*entries, correlations=(), filters=(), categories=(STRUCTURES,)):
    switches = [entry(id, 0.0) for category in categories for id in category.options[0].settings]
    return Register(
        {one.id: one for one in (*entries, *switches)}, tuple(correlations), tuple(filters), categories, "-"
    )


def identity(parameters, ids):
    """Evaluate a model whose untreated quantities are its parameters."""
    return {id: np.asarray(parameters[id]) for id in ids}


@pytest.fixture(name="build")
def builders():
    """Return what builds small registers: entry, correlation, bounds, register; and the identity model."""
    return SimpleNamespace(entry=entry, correlation=correlation, bounds=bounds, register=register, identity=identity)
