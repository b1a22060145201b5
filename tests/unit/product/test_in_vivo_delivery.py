"""Targeted LNP: the CAR+ share of CD8 is that of the patient model, and every milligram of mRNA is somewhere."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from silicart.errors import SimulationError
from silicart.evidence import load_register
from silicart.product import build_product, load_products
from silicart.product.delivery import RECEPTORS, deliver_in_vivo
from silicart.product.values import centres
from silicart.simulation import load_model, simulate

VALUES: dict[str, Any] = centres(load_register())
HOURS = np.array([0.0, 6.0, 24.0, 54.0])


def in_the_patient(dose: float, **switches: float) -> np.ndarray[Any, np.dtype[np.float64]]:
    """CAR+ share of CD8 at `HOURS` in the lupus model."""
    product = build_product(load_products()["in_vivo_cd19"], VALUES)
    # Immunity against carrier and CAR is the patient's; within days of one dose it takes up to 1 % of the cells.
    parameters = dict(product.parameters) | {"c_PEG": 0.0, "w_imm": 0.0} | switches
    course = simulate(
        load_model("sle"), parameters, {"TIME": [0.0], "AMT": [dose], "CMT": ["LNP"]}, HOURS / 24, ["CAR_share_of_CD8"]
    )
    return np.asarray(course["CAR_share_of_CD8"][0])


@pytest.mark.parametrize("dose", [2.0, 4.0])
def test_without_antigen_it_is_the_patient_model(dose: float) -> None:
    patient = in_the_patient(dose, target_CD19=0.0)
    assert deliver_in_vivo(VALUES, dose_mg=dose, hours=HOURS).CAR_share_of_CD8 == pytest.approx(patient, rel=1e-4)


@pytest.mark.parametrize("dose", [2.0, 4.0])
def test_with_a_mean_contact_it_is_near_the_patient_model(dose: float) -> None:
    # In blood the drive is 0.3 to 0.8 of full drive during these days, in tissue more.
    course = deliver_in_vivo(VALUES, dose_mg=dose, hours=HOURS, contact=0.6)
    assert course.CAR_share_of_CD8[[1, 3]] == pytest.approx(in_the_patient(dose)[[1, 3]], abs=0.003)


@pytest.mark.parametrize("receptor", RECEPTORS)
def test_all_mrna_is_somewhere(receptor: str) -> None:
    course = deliver_in_vivo(VALUES, dose_mg=[1.0, 4.0], hours=HOURS, receptor=receptor)
    places = course.mRNA_plasma + course.mRNA_liver + course.mRNA_T_cells + course.mRNA_other
    assert places == pytest.approx(np.broadcast_to([[1.0], [4.0]], places.shape), rel=1e-9)
    plasma = np.array([[1.0], [4.0]]) * np.exp(-VALUES["k_LNP"] * HOURS / 24)
    assert course.mRNA_plasma == pytest.approx(plasma, rel=1e-5, abs=1e-8)
    # Plasma is empty after two days, so that what a place has is its share of the dose.
    assert course.mRNA_liver[:, -1] == pytest.approx(np.array([1.0, 4.0]) * VALUES["liver_share_in_vivo"], rel=1e-6)
    share = VALUES["T_cell_share_in_vivo"] * VALUES[f"internalisation_{receptor}"]
    assert course.mRNA_T_cells[:, -1] == pytest.approx(np.array([1.0, 4.0]) * share, rel=1e-6)


def test_a_receptor_that_internalises_faster_transfects_more() -> None:
    share = {
        one: deliver_in_vivo(VALUES, dose_mg=1.0, hours=HOURS, receptor=one).CAR_share_of_CD8[1] for one in RECEPTORS
    }
    assert share["CD7"] > share["CD8"] == share["CD5"]


def test_no_dose_transfects_nobody() -> None:
    course = deliver_in_vivo(VALUES, dose_mg=0.0, hours=HOURS)
    assert (course.CAR_share_of_CD8 == 0).all()
    assert np.isnan(course.copies_per_transfected_cell)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"receptor": "CD9"}, "unknown receptor"),
        ({"dose_mg": -1.0}, "dose_mg"),
        ({"contact": 1.5}, "from 0 to 1"),
        ({"hours": [0.0, 0.0]}, "rise from 0"),
    ],
)
def test_what_cannot_be_given_is_refused(change: dict[str, Any], problem: str) -> None:
    with pytest.raises(SimulationError, match=problem):
        deliver_in_vivo(VALUES, **({"dose_mg": 2.0, "hours": HOURS} | change))


def test_shares_that_leave_nothing_are_refused() -> None:
    with pytest.raises(SimulationError, match="more mRNA than there is"):
        deliver_in_vivo(VALUES | {"T_cell_share_in_vivo": 0.5}, dose_mg=2.0, hours=HOURS)
