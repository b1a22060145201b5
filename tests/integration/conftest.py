"""Runs that several integration tests read."""

from __future__ import annotations

from pathlib import Path

import pytest

from silicart.study import Study, StudyResult, load_study, read_study, run_study

SMALL = """\
study: {name: small, title: A small study, question: Does it run?, context_of_use: Tests.}
model: {disease: sle, classes: 6}
population: {patients: 60, patients_per_draw: 3, seed: 7, structures: [a, b, c]}
course: {unit: day, lead_in: 7, horizon: 200}
products:
  mrna: {product: mrna_lnp_bcma}
  lv: {product: lentiviral_cd19}
arms:
  mrna-arm:
    label: mRNA
    product: mrna
    dose: {amount: 5.25e7, unit: cell_per_kg, number: 2, interval: 7, source: Chahin2025}
  lv-arm:
    label: lentiviral
    product: lv
    dose: {amount: 1.0e+6, unit: cell_per_kg, number: 1, source: Mackensen2022}
    lymphodepletion: {days: [-5, -4, -3], intensity: 1, source: Mackensen2022}
  care:
    label: standard care
endpoints: [activity_3m, activity_6m, Ab_dsDNA_6m, crs, B_nadir, CAR_peak]
show: [activity, CAR_per_microlitre]
claims: CLAIMS
"""

CLAIMS = """\
announcement: a test
claims:
  antibodies:
    claim: antibodies fall
    rows:
      antidsdna:
        quantity: Anti-dsDNA at month 6
        endpoint: Ab_dsDNA_6m
        statistic: mean
        arm: lv-arm
        direction: below
        margin: 0.9
        margin_reason: for the test
        unit: dimensionless
        durability: true
        evidence: [Mackensen2022]
      crs:
        quantity: CRS, less lentiviral
        endpoint: crs_probability_1
        statistic: mean
        arm: mrna-arm
        comparator: {arm: lv-arm, label: lentiviral}
        direction: below
        margin: 0
        margin_reason: for the test
        unit: dimensionless
        evidence: [lv_cd19_crs]
      cost:
        quantity: Cost
        endpoint: cost
        statistic: mean
        arm: mrna-arm
        direction: below
        margin: 0
        margin_reason: for the test
        unit: USD
        needs_room: economics
        evidence: [price_us_low]
"""


@pytest.fixture(scope="session")
def small_study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    """A study of 60 patients in 20 draws with three arms and its own claims."""
    claims = tmp_path_factory.mktemp("claims") / "claims.yaml"
    claims.write_text(CLAIMS, encoding="utf-8")
    return read_study(SMALL.replace("CLAIMS", str(claims)), "small.yaml")


@pytest.fixture(scope="session")
def small_result(small_study: Study, tmp_path_factory: pytest.TempPathFactory) -> StudyResult:
    """The stored result of the small study, run with two threads."""
    return run_study(small_study, out=tmp_path_factory.mktemp("out") / "small", threads=2)


@pytest.fixture(scope="session")
def announced(tmp_path_factory: pytest.TempPathFactory) -> StudyResult:
    """The built-in study with 200 patients in 20 draws: the fewest that decide anything."""
    out: Path = tmp_path_factory.mktemp("out") / "sys6020-sle"
    return run_study(load_study("sys6020-sle"), patients=200, out=out)
