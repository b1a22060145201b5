"""An input that a model switches by its own clock counts in full, however long the rest before it."""

import numpy as np
import pytest

from silicart.network import read_antimony_text
from silicart.simulation import Model, simulate


def model(body: str) -> Model:
    return Model(read_antimony_text(f"model clock; {body}; end", "clock"), "clock")


@pytest.mark.parametrize("times", [[0.0, 730.0], np.arange(0.0, 731.0)], ids=["two outputs", "daily outputs"])
def test_a_month_of_input_after_a_quarter_of_rest(times):
    infused = model("x = 0; x' = piecewise(1, (time >= 100) && (time < 130), 0)")
    assert simulate(infused, times=times)["x"][0, -1] == pytest.approx(30.0, rel=1e-9)


def test_each_patient_switches_at_his_own_time_with_the_bits_he_has_alone():
    infused = model("on = 5; x = 0; since := time - on; x' = piecewise(1, since > 0, 0)")
    together = simulate(infused, {"on": [5.0, 50.0, 0.1]}, times=[0.0, 140.0])["x"][:, -1]
    assert together == pytest.approx([135.0, 90.0, 139.9], rel=1e-9)
    assert simulate(infused, {"on": [50.0]}, times=[0.0, 140.0])["x"][0, -1] == together[1]


def test_a_ramp_between_two_kinks():
    ramp = model("x = 0; x' = max(0, min(1, time - 100))")
    assert simulate(ramp, times=[0.0, 200.0])["x"][0, -1] == pytest.approx(99.5, rel=1e-6)


def test_an_input_that_is_on_while_the_state_decays():
    infused = model("x = 0; x' = piecewise(1, (time >= 100) && (time < 130), 0) - 0.01*x")
    exact = 100.0 * (1.0 - np.exp(-0.3)) * np.exp(-0.1)
    assert simulate(infused, times=[0.0, 140.0])["x"][0, -1] == pytest.approx(exact, rel=1e-6)


@pytest.mark.parametrize(
    ("body", "end", "expected"),
    [
        ("x = 0; x' = piecewise(1, time - 7*floor(time/7) < 0.04, 0)", 69.0, 0.4),
        ("x = 0; x' = piecewise(1, sin(6.283185307179586*time) > 0, 0)", 10.25, 5.25),
        ("x = 0; y = 0; y' = 1; x' = piecewise(1, sin(6.283185307179586*y) > 0, 0)", 10.25, 5.25),
        ("x = 0; x' = piecewise(1, sin(time) > 0.999, 0)", 100.0, 16 * 2 * np.arccos(0.999)),
    ],
)
def test_an_input_that_switches_any_number_of_times_is_followed(body, end, expected):
    # Each switch may cost the tolerance of one step.
    assert simulate(model(body), times=[0.0, end], rtol=1e-9)["x"][0, -1] == pytest.approx(expected, rel=1e-7)
