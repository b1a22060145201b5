"""A small study file, changed line by line by the tests."""

from __future__ import annotations

import pytest

from silicart.study import Study, read_study

SMALL = """\
study:
  name: small
  title: A small study
  question: Does it run?
  context_of_use: Tests.
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
notes: [a note]
"""


@pytest.fixture(scope="session")
def small_text() -> str:
    """The text of a small valid study."""
    return SMALL


@pytest.fixture(scope="session")
def small_study(small_text: str) -> Study:
    """The study of that text."""
    return read_study(small_text, "small.yaml")
