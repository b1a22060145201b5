"""What the donor model must show: fit, half-value time, gain by dose, each donor from the other, and the benchmark."""

from __future__ import annotations

import numpy as np
import pytest

from silicart.evidence import load_observations
from silicart.product.donors.probit_line import fit_probit_line
from silicart.product.donors.series import load_series, training_donors


def test_the_benchmark_is_the_published_one() -> None:
    donors = training_donors()
    assert fit_probit_line([*donors.values()]).error == pytest.approx(6.2, abs=0.05)
    for donor, seen in donors.items():
        published = load_observations()[f"days_per_dose_doubling_donor_{donor}"].value
        assert fit_probit_line([seen]).days_per_doubling == pytest.approx(published, abs=0.01)


def test_half_values_of_the_series_are_the_recorded_ones() -> None:
    for one in load_series():
        if one.dose_ng > 0:
            days, percent = np.array([*one.percent]), np.array([*one.percent.values()])
            half = np.interp(-percent[0] / 2, -percent, days)
            recorded = load_observations()[f"half_value_donor_{one.donor}_{one.dose_ng:.0f}_ng"].value
            assert half == pytest.approx(recorded, abs=0.06)


def test_the_donors_kept_apart_are_in_no_series_but_their_background() -> None:
    assert {one.dose_ng for one in load_series() if one.donor not in ("10", "12")} == {0.0}
