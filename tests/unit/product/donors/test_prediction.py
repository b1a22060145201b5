"""Predictions of a new donor: monotone, inside 0 to 100, informed by day 1, and the same for the same seed."""

from __future__ import annotations

import numpy as np
import pytest

from silicart.evidence import load_register
from silicart.product.donors import donors_without_data, predict_expression, read_rows
from silicart.product.donors.posterior import sample_donor, sample_posterior
from silicart.product.donors.prediction import predictive
from silicart.product.donors.prior import Prior, altered, donor_prior
from silicart.product.donors.series import Measured, measured, training_donors

DOSES = (200.0, 400.0, 800.0, 1600.0, 3200.0)
DAYS = (2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 12.0)
GRID = measured([(dose, day, np.nan) for dose in DOSES for day in DAYS], 0.5)
FIRST_DAYS = {
    "dim": ((1600, 30), (800, 18), (400, 10)),
    "saturated": ((1600, 95), (800, 95), (400, 94)),
    "falling with the dose": ((1600, 50), (800, 55), (400, 60)),
    "one dose": ((800, 60),),
    "nothing": (),
}


def day_one(name: str) -> Measured:
    return measured([(dose, 1.0, percent) for dose, percent in FIRST_DAYS[name]], 0.5)


@pytest.mark.parametrize("name", FIRST_DAYS)
def test_courses_fall_with_the_day_and_rise_with_the_dose(name: str, predict) -> None:  # type: ignore[no-untyped-def]
    found = predict(day_one(name), GRID)
    percent = found.percent.reshape(len(DOSES), len(DAYS))
    assert (np.diff(percent, axis=1) <= 0).all()
    assert (np.diff(percent, axis=0) >= 0).all()
    assert ((found.low >= 0) & (found.low <= found.percent)).all()
    assert ((found.percent <= found.high) & (found.high <= 100)).all()


def test_a_donor_dim_on_day_1_loses_positivity_earlier(predict) -> None:  # type: ignore[no-untyped-def]
    asked = measured([(800, 4, np.nan)], 0.5)
    first = np.array([30.0, 50.0, 70.0, 85.0])
    left = np.array([predict(measured([(800, 1, p)], 0.5), asked).percent[0] for p in first])
    # Not in proportion: the brighter donor keeps a larger part of his positive cells as well.
    assert (np.diff(left / first) > 0).all()


def test_what_is_known_narrows_the_interval(predict) -> None:  # type: ignore[no-untyped-def]
    asked = measured([(800, 3, np.nan)], 0.5)
    width = {}
    for name in ("nothing", "one dose"):
        found = predict(day_one(name), asked)
        width[name] = found.high[0] - found.low[0]
    more = predict(measured([(800, 1, 60), (800, 2, 47), (800, 4, 18)], 0.5), asked)
    assert more.high[0] - more.low[0] < width["one dose"] < width["nothing"]


@pytest.mark.slow
def test_weighing_draws_and_sampling_all_donors_together_agree(prior: Prior, trained) -> None:  # type: ignore[no-untyped-def]
    donors, known = [*training_donors().values()], day_one("dim")
    weighed = predictive(sample_donor(prior, donors, trained, known), known, GRID)
    joint = prior.donor_values(sample_posterior(prior, [*donors, known], seed=5, steps=400), len(donors))
    sampled = predictive(joint, known, GRID)
    assert np.abs(weighed.percent - sampled.percent).max() < 3.0
    assert np.abs(weighed.high - sampled.high).max() < 8.0


def test_a_table_is_answered_in_its_order_and_the_same_again() -> None:
    table = {
        "donor": ["b", 10, "b", 10, "b", 10],
        "dose_ng": [800, 400, 800, 400, 0, 0],
        "day": [5, 3, 1, 1, 2, 1],
        "percent": [None, None, 55.0, 47.0, None, 1.0],
    }
    found = predict_expression(table, seed=4, steps=60)
    assert list(zip(found.donor, found.dose_ng, found.day, strict=True)) == [("b", 800, 5), ("10", 400, 3), ("b", 0, 2)]
    assert found.equals(predict_expression(table, seed=4, steps=60))
    assert not found.equals(predict_expression(table, seed=5, steps=60))
    blank = found.iloc[2]
    assert blank.percent == pytest.approx(0.477, abs=0.001)
    assert (blank.low, blank.high < 2) == (0.0, True)


def test_a_donor_does_not_depend_on_the_others_of_the_table() -> None:
    alone = {"donor": ["b", "b"], "dose_ng": [800, 800], "day": [1, 4], "percent": [55.0, None]}
    beside = {key: ["c" if key == "donor" else 3 if key == "day" else 20.0 if key == "percent" else 400, *cells]
              for key, cells in alone.items()}  # fmt: skip
    assert predict_expression(alone, steps=60).equals(predict_expression(beside, steps=60))


def test_a_donor_without_a_known_percentage_is_named() -> None:
    rows = read_rows({"donor": ["a", "b", "b"], "dose_ng": [800, 0, 400], "day": [1, 1, 2], "percent": [5, 1, None]})
    assert donors_without_data(rows) == ("b",)


def test_a_structure_without_spread_between_donors_samples_none() -> None:
    prior = altered(donor_prior(load_register()), spreads={"reporter_division": 0.0})
    assert "reporter_division" not in prior.differing
    values = prior.donor_values(np.ones((1, prior.size(2))), 1)
    entry = prior.entries["reporter_division"]
    assert values["reporter_division"][0] == pytest.approx(entry.value * np.exp(entry.uncertainty.spread))
