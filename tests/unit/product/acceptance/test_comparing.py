"""How a target is compared: the centre against the band, the interval over draws, lots apart from draws."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

from silicart.errors import RegisterError
from silicart.evidence import load_register
from silicart.product.acceptance import Target, acceptance_markdown, compare
from silicart.product.acceptance.comparing import AcceptanceRow
from silicart.product.acceptance.target import FloatArray

REGISTER = load_register()


def row(observation: str = "lv_viability_run1", draws: int = 40, **fields: object) -> AcceptanceRow:
    return compare(REGISTER, draws, 1, [Target(observation, "toy", "a number", **fields)])[0]  # type: ignore[arg-type]


def decay(values: Mapping[str, FloatArray]) -> FloatArray:
    """A number that is uncertain, and differs between lots."""
    return np.asarray(values["delta_m"])


def test_the_number_is_that_of_the_centre_and_the_interval_that_of_the_draws() -> None:
    entry = REGISTER["delta_m"]
    found = row("electroporation_viability_donor16", 400, compute=lambda values: 0.7 * decay(values) / entry.value)
    assert found.model == pytest.approx(0.7)
    expected = 0.7 * entry.uncertainty.quantile(entry.value, [0.05, 0.95]) / entry.value
    assert (found.low, found.high) == pytest.approx(expected, rel=0.1)
    assert (found.verdict, found.off_by, found.band) == ("met", 0.0, "record")


@pytest.mark.parametrize(
    ("number", "verdict", "off"), [(0.97, "missed", -0.005), (0.98, "met", 0.0), (0.9, "missed", -0.075)]
)
def test_a_miss_says_by_how_much(number: float, verdict: str, off: float) -> None:
    found = row(compute=lambda values: np.asarray(number))
    assert found.verdict == verdict
    assert found.off_by == pytest.approx(off)
    assert found.covered is (verdict == "met")


def test_a_number_is_compared_at_the_three_digits_that_are_shown() -> None:
    assert row(compute=lambda values: np.asarray(0.98501)).verdict == "met"
    assert row(compute=lambda values: np.asarray(0.9856)).verdict == "missed"


def test_without_a_band_the_interval_must_hold_the_figure() -> None:
    held = row("t_cell_malignancy_background", compute=lambda values: values["w_d"] * 0 + 0.00126, figure=0.00126)
    assert (held.verdict, held.band_low, held.band) == ("held", None, None)
    assert row("t_cell_malignancy_background", compute=lambda values: np.asarray(0.5)).verdict == "missed"


def test_a_band_given_for_another_quantity_is_the_readings_own() -> None:
    found = row(compute=lambda values: np.asarray(0.5), band=(0.0, 0.8), published="lower")
    assert (found.verdict, found.band, found.band_high) == ("met", "reading", 0.8)


def test_a_share_of_lots_is_taken_in_every_draw() -> None:
    def passing(values: Mapping[str, FloatArray]) -> FloatArray:
        return (decay(values) > REGISTER["delta_m"].value).astype(np.float64)

    found = row(draws=60, compute=passing, over_lots=True)
    # Half of the lots lie above their median; draws differ in where the median lies.
    assert found.model == pytest.approx(0.5, abs=0.06)
    assert found.low is not None
    assert found.high is not None
    assert found.low < 0.35 < 0.65 < found.high


def test_the_same_seed_gives_the_same_rows() -> None:
    target = Target("lv_viability_run1", "toy", "a number", decay)
    first, again, other = (compare(REGISTER, 20, seed, [target]) for seed in (1, 1, 2))
    assert first == again
    assert first[0].low != other[0].low


def test_what_is_not_modelled_has_a_reason_and_no_number() -> None:
    found = row(reason="there is none")
    assert (found.model, found.verdict, found.off_by, found.covered) == (None, "not modelled", None, None)
    assert row(reason="see there", elsewhere=True).verdict == "elsewhere"


def test_one_draw_has_no_interval() -> None:
    with pytest.raises(RegisterError, match="needs parameter draws"):
        compare(REGISTER, 1)


def test_the_page_hides_no_miss_and_marks_whose_band_it_is() -> None:
    targets = [
        Target("lv_viability_run1", "first group", "a number", lambda values: np.asarray(0.9)),
        Target("car_mrna_peak", "second group", "a day", lambda values: np.asarray(1.0)),
        Target("untargeted_lnp_car_positive", "second group", "a share", reason="mice"),
    ]
    page = acceptance_markdown(compare(REGISTER, 2, 1, targets))
    missed = page.split("## Missed")[1].split("## First group")[0]
    assert "published 0.979, model 0.9 (0.9 to 0.9); 0.075 below the band, the range does not reach it." in missed
    assert "0.75 to 1.25\\*" in page
    assert "0.975 to 0.985 |" in page
    assert "a share: mice | not modelled" in page
    assert "0 of 1 figures with a band of their own publication are met" in page
    assert "1 of 1 whose band" in page
    assert "Printed by `silicart validate --product --markdown`" in page
