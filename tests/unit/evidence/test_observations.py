"""Observations: exact intervals from counts, and figures that do not say enough do not load."""

import numpy as np
import pytest
from scipy.stats import binom

from silicart.errors import RegisterError
from silicart.evidence import Observation, load_observations
from silicart.evidence.document import read_document
from silicart.evidence.observation import exact_interval
from silicart.evidence.observations import read_observations
from silicart.evidence.sources import read_sources

TINY = """observations:
  crs:
    label: CRS of any grade
    quantity: CRS_any
    arm: mrna
    count: 1
    n: 7
    unit: dimensionless
    accept: [0, 0.58]
    role: target
    source: Doe2020
    seen: abstract
"""


def read(text: str) -> dict[str, Observation]:
    found: dict[str, Observation] = {}
    sources = read_sources("@misc{Doe2020, title = {Doe}, read = {abstract}}", "tiny.bib")
    read_observations(read_document(text, "o.yaml"), sources, frozenset({"dimensionless"}), found)
    return found


def test_a_count_becomes_a_share_with_its_exact_interval() -> None:
    one = read(TINY)["crs"]
    assert one.value == pytest.approx(1 / 7)
    assert (one.low, one.high) == pytest.approx((0.00361, 0.57872), abs=1e-5)
    assert one.interval == "exact binomial 95 %"
    assert one.accepts(0.5) is True
    assert one.accepts(0.6) is False


@pytest.mark.parametrize(("count", "n"), [(0, 14), (1, 15), (41, 47), (7, 7), (3, 22)])
def test_exact_limits_leave_2_5_percent_on_each_side(count: int, n: int) -> None:
    low, high = exact_interval(count, n)
    if count > 0:
        assert binom.sf(count - 1, n, low) == pytest.approx(0.025)
    if count < n:
        assert binom.cdf(count, n, high) == pytest.approx(0.025)
    assert (low == 0.0) == (count == 0)
    assert (high == 1.0) == (count == n)


@pytest.mark.parametrize(
    ("old", "new", "line", "problem"),
    [
        ("count: 1", "count: 8", 6, "more than it observed"),
        ("    n: 7\n", "", 2, "does not say of how many"),
        ("count: 1", "value: 0.1\n    count: 1", 6, "both a count and a value"),
        ("    count: 1\n", "", 2, "has no value"),
        ("    unit: dimensionless\n", "", 2, "has no unit"),
        ("    source: Doe2020\n", "", 2, "has no source"),
        ("    seen: abstract\n", "", 2, "has no seen"),
        ("seen: abstract", "seen: recalled", 12, "not known"),
        ("role: target", "role: aim", 10, "not known"),
        ("quantity:", "quantitiy:", 4, "unknown key"),
    ],
)
def test_a_bad_observation_is_refused_with_its_line(old: str, new: str, line: int, problem: str) -> None:
    assert old in TINY
    with pytest.raises(RegisterError, match=problem) as caught:
        read(TINY.replace(old, new, 1))
    assert caught.value.where == f"o.yaml:{line}"


def test_the_shipped_observations_lie_in_their_own_bands_and_intervals() -> None:
    for one in load_observations().values():
        if one.low is not None and one.high is not None:
            assert one.low <= one.value <= one.high, one.id
        # A maximum, a lone extreme run or a mean of two may touch its band but never leave it.
        assert one.accepts(one.value) in (True, None), one.id
        assert np.isfinite(one.value)


def test_recorded_counts_are_those_of_the_papers() -> None:
    observations = load_observations()
    for id, count, n in (
        ("mrna_bcma_mg_crs", 0, 14),
        ("car_t_sle_crs_pooled", 41, 47),
        ("lv_bcma_crs", 1, 7),
        ("t_cell_malignancy_reports_car_positive", 3, 22),
        ("t_cell_malignancy_per_patient", 20, 30000),
    ):
        assert (observations[id].count, observations[id].n) == (count, n)
    assert observations["cd19_total_igg"].value == -0.175
    assert observations["cd19_vaccine_igg"].value == 0.012


def test_a_band_says_whose_it_is_and_a_figure_how_long_it_was_watched() -> None:
    one = read(TINY.replace("    role:", "    band: reading\n    follow_up: 21.7\n    role:"))["crs"]
    assert (one.band, one.follow_up) == ("reading", 21.7)
    assert (read(TINY)["crs"].band, read(TINY)["crs"].follow_up) == (None, None)


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("    accept: [0, 0.58]\n", "    band: record\n", "but there is none"),
        ("    role:", "    band: mine\n    role:", "not known"),
    ],
)
def test_a_band_of_nobody_is_refused(old: str, new: str, problem: str) -> None:
    with pytest.raises(RegisterError, match=problem):
        read(TINY.replace(old, new, 1))
