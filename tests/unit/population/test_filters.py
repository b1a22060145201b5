"""Closures and filters: who is refused, for which reason, and which quantities a reason may look at."""

import numpy as np

from silicart.population.filters import checks_of, refusals


def test_closures_and_filters_are_told_apart(build):
    checks = checks_of(["k_in", "margin"], [build.bounds("margin", low=0.02), build.bounds("IgG", 7.0, 24.0)], "sle")
    assert [(check.reason, check.kind) for check in checks] == [
        ("k_in is negative", "closure"),
        ("margin below 0.02", "filter"),
        ("IgG outside 7 to 24", "filter"),
    ]


def test_filters_of_another_disease_do_not_apply(build):
    filters = [build.bounds("IgG", 7.0, 24.0, diseases=("sle",)), build.bounds("IgG_mm", high=10.0, diseases=("mm",))]
    assert [check.quantity for check in checks_of([], filters, "sle")] == ["IgG"]
    assert [check.reason for check in checks_of([], filters, "mm")] == ["IgG_mm above 10"]


def test_refusals_name_every_reason_that_holds(build):
    checks = checks_of(["k_in"], [build.bounds("IgG", 7.0, 24.0), build.bounds("B", low=20.0)], "sle")
    values = {
        "k_in": np.array([1.0, -1.0, 0.0, np.nan, 1.0]),
        "IgG": np.array([10.0, 1.0, 30.0, 10.0, np.inf]),
        "B": np.array([50.0, 50.0, 1.0, 50.0, 50.0]),
    }
    refused = refusals(checks, build.identity, values, np.full(5, "a"))
    # A candidate with a negative closure is not asked for its counts.
    assert refused.tolist() == [
        [False, True, False, True, False],
        [False, False, True, False, True],
        [False, False, True, False, False],
    ]


def test_a_filter_of_one_structure_leaves_the_others_alone(build):
    checks = checks_of([], [build.bounds("margin", low=0.0, structures=("a", "c"))], "sle")
    values = {"margin": np.array([-1.0, -1.0, -1.0, 1.0])}
    assert refusals(checks, build.identity, values, np.array(["a", "b", "c", "a"])).tolist() == [
        [True, False, True, False]
    ]
