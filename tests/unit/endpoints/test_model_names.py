"""Endpoints and the shipped model speak of the same things: every need exists, in the unit that the endpoint has."""

import numpy as np
import pytest

from silicart.endpoints.grid import required_observables, required_parameters
from silicart.endpoints.registry import ENDPOINTS, select
from silicart.evidence import load_register
from silicart.simulation import baseline, load_model

EVERY = select(["all"], disease="sle")


def test_every_need_has_an_untreated_value_in_the_lupus_model():
    values = baseline(load_model("sle"), {}, required_observables(EVERY))
    assert all(np.isfinite(column).all() for column in values.values())


@pytest.mark.parametrize(
    ("endpoint", "need"),
    [
        ("activity_1y", "activity"),
        ("IgG_nadir", "IgG"),
        ("CAR_peak", "CAR_per_microlitre"),
        ("CAR_molecules_peak", "CAR_molecules_per_cell"),
        ("B_nadir", "B_blood_relative"),
        ("fever_peak", "fever"),
        ("pressure_fall_peak", "pressure_fall"),
        ("IL6_peak", "IL6"),
    ],
)
def test_a_value_read_from_a_course_keeps_its_unit(endpoint, need):
    assert ENDPOINTS[endpoint].unit == load_model("sle").unit(need)


def test_relative_needs_start_at_one():
    needs = [need for need in required_observables(EVERY) if need.endswith("_relative") or need.startswith("Ab_")]
    values = baseline(load_model("sle"), {}, needs)
    assert len(needs) >= 11
    for need in needs:
        assert values[need] == pytest.approx([1.0]), need


def test_limits_have_the_units_of_what_they_limit():
    register = load_register()
    assert register["DORIS_limit"].unit == "point"
    assert register["IgG_infection_limit"].unit == "g_per_L"
    for name in required_parameters(EVERY):
        if "fever" in name or "pressure" in name:
            assert register[name].unit == ("degree" if "fever" in name else "mmHg")
