"""The list of quantities: one meaning for a name in a disease, and courses read as a trial reads them."""

from __future__ import annotations

import numpy as np
import pytest

from silicart.endpoints.chunk import Chunk
from silicart.endpoints.quantities import GROUPS, QUANTITIES, find_quantity
from silicart.errors import StudyError

DAYS = np.array([-7.0, 0.0, 10.0, 20.0, 28.0, 60.0, 100.0, 200.0])


def read(
    id: str, day: float, infusions: tuple[float, ...] = (0.0,), disease: str = "sle", **courses: list[float]
) -> float:
    chunk = Chunk(
        DAYS, {name: np.array([course]) for name, course in courses.items()}, np.array([0]), np.array([0]), seed=1,
        infusions=infusions,
    )  # fmt: skip
    return float(find_quantity(id, "sle").compute(chunk, day)[0])


def test_a_name_means_one_thing_in_a_disease() -> None:
    named = [(one.id, disease) for group in GROUPS.values() for one in group for disease in one.diseases]
    assert len(named) == len(set(named))
    assert {one.id for group in GROUPS.values() for one in group} == set(QUANTITIES)
    assert all(one.definition.endswith(".") for one in QUANTITIES.values())


def test_b_cells_are_gone_and_come_back() -> None:
    course = [1.0, 1.0, 0.01, 0.01, 0.01, 0.03, 0.07, 1.0]
    assert read("B_cell_return_day", 200.0, B_blood_relative=course) == pytest.approx(80.0)
    assert read("B_cells_lowest", 5.0, B_blood_relative=course) == pytest.approx(0.505)
    assert read("B_cells_lowest", 28.0, B_blood_relative=course) == 0.01
    assert np.isnan(read("B_cell_return_day", 200.0, B_blood_relative=[1.0] * 8))


def test_a_half_life_is_that_of_the_fall_between_two_days() -> None:
    falling = [0.0, 0.0, 100.0, 90.0, 80.0, 40.0, 10.0, 1.0]
    assert read("CAR_half_life", 200.0, CAR_per_microlitre=falling) == pytest.approx(24.0)
    assert np.isnan(read("CAR_half_life", 200.0, CAR_per_microlitre=[1.0] * 8))


def test_antibodies_are_read_as_shares_and_changes() -> None:
    igg = [10.0, 10.0, 8.0, 6.0, 5.0, 4.0, 8.0, 10.0]
    assert read("IgG_change", 28.0, IgG=igg) == pytest.approx(-0.5)
    assert read("IgG_relative", 28.0, IgG=igg) == pytest.approx(0.5)
    assert read("IgG_lowest_by", 28.0, IgG=igg) == 5.0
    assert read("IgG_lowest_day", 200.0, IgG=igg) == 60.0
    assert read("IgG_recovery_day", 200.0, IgG=igg) == pytest.approx(175.0)


def test_the_share_of_cd8_is_read_before_the_second_infusion() -> None:
    share = [0.0, 0.5, 0.1, 0.01, 0.0, 0.9, 0.0, 0.0]
    assert read("CAR_first_peak_day", 200.0, infusions=(0.0, 28.0), CAR_share_of_CD8=share) == 0.0
    assert 10.0 < read("CAR_background_day", 200.0, infusions=(0.0, 28.0), CAR_share_of_CD8=share) < 20.0


def test_an_unknown_quantity_is_answered_with_the_nearest_and_another_disease_with_its_name() -> None:
    with pytest.raises(StudyError, match="unknown quantity") as caught:
        find_quantity("CAR_Tmx", "sle", where="o.yaml:3")
    assert caught.value.where == "o.yaml:3"
    assert "CAR_Tmax" in str(caught.value)
    with pytest.raises(StudyError, match="not read in the model sle"):
        find_quantity("MG_ADL_change", "sle")
