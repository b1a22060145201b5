"""A lot is what its process makes of its donor: deterministic in values, one a donor, and moved by each setting."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from silicart.errors import ProcessError, RegisterError
from silicart.evidence import load_register
from silicart.product.lot import ATTRIBUTES
from silicart.product.making.course import course_of
from silicart.product.making.lots import lot_parameters, make_lot
from silicart.product.making.process import load_process, read_process, with_settings
from silicart.product.values import centres

REGISTER = load_register()
LNP, PULSE, VIRUS = (load_process(name) for name in ("mrna-lnp-bcma", "electroporated-mrna-bcma", "lentiviral-bcma"))


def attribute(process: Any, name: str, **changes: Any) -> float:
    return float(make_lot(process, REGISTER, **changes).attributes[name])


def test_each_lot_has_every_attribute_and_is_the_same_alone_or_among_others(donors: Mapping[str, Any]) -> None:
    for process in (LNP, PULSE, VIRUS):
        many = make_lot(process, donors)
        assert set(many.attributes) == set(ATTRIBUTES)
        assert all(value.shape == (60,) for value in (*many.attributes.values(), *many.resources.values()))
        assert many.class_fractions.shape == (60, 6)
        # A few of the cells counted turn positive or negative before CAR is highest in the patient.
        assert np.allclose(many.class_fractions.sum(axis=-1), 1.0, atol=0.05)
        alone = make_lot(process, {id: value[17] for id, value in donors.items()})
        for id, value in many.attributes.items():
            assert alone.attributes[id] == pytest.approx(value[17], rel=1e-6), id


def test_only_the_declared_values_are_read(donors: Mapping[str, Any]) -> None:
    for process in (LNP, PULSE, VIRUS):
        declared = {id: donors[id] for id in lot_parameters(process)}
        assert make_lot(process, declared).attributes["viable_cells"].shape == (60,)
        with pytest.raises(RegisterError, match="thaw_recovery"):
            make_lot(process, {id: value for id, value in declared.items() if id != "thaw_recovery"})


def test_a_longer_hold_dilutes_and_loses_CAR() -> None:
    day, three = (make_lot(LNP, REGISTER, **{"hold.hours": hours}) for hours in (24, 72))
    assert three.attributes["CAR_median"] < 0.5 * day.attributes["CAR_median"]
    assert three.class_fractions[0] < day.class_fractions[0]
    assert three.residual_translation < day.residual_translation


def test_cells_that_carry_mRNA_fill_their_vessel_and_no_more() -> None:
    """Ten days at a million cells a mL; with room for hundreds of times as many, CAR is diluted far more."""
    full = make_lot(LNP, REGISTER, **{"hold.hours": 240})
    litres = float(full.resources["treated_cells"]) / 1e6 / 1000
    held = next(row for row in full.balance if row.step == "hold").cells
    assert 0.5 < held.out / (REGISTER["culture_density"].value * litres * 1000) <= 1.0
    sparse = make_lot(LNP, REGISTER, **{"hold.hours": 240, "delivery.cells_per_mL": 1e3})
    diluted, kept = (lot.balance[-1].CAR.out / lot.balance[-1].cells.out for lot in (sparse, full))
    assert diluted * 5 < kept


def test_in_the_cold_time_costs_less_once_the_CAR_is_made() -> None:
    """Cold after a day in culture keeps it; cold after six hours comes before most of it is made."""
    late = {"hold.hours": 120, "delivery.exposure_hours": 24}
    kept = attribute(LNP, "CAR_median", **late, **{"hold.at": "cold"})
    assert kept > 2 * attribute(LNP, "CAR_median", **late)
    early = make_lot(LNP, REGISTER, **{"hold.hours": 72, "hold.at": "cold"})
    assert early.attributes["residual_mRNA"] > make_lot(LNP, REGISTER).attributes["residual_mRNA"]


def test_dose_raises_CAR_and_lowers_viability() -> None:
    low, high = (make_lot(LNP, REGISTER, **{"delivery.dose": dose}) for dose in (0.3, 3.0))
    assert high.attributes["CAR_median"] > 3 * low.attributes["CAR_median"]
    assert high.attributes["functional_hours"] > low.attributes["functional_hours"] + 24
    assert high.attributes["viability"] < low.attributes["viability"]
    assert high.resources["mRNA_mg"] == pytest.approx(10 * low.resources["mRNA_mg"])


def test_what_is_not_encapsulated_or_not_intact_makes_no_CAR_and_is_still_accounted_for() -> None:
    whole = make_lot(LNP, REGISTER, **{"delivery.encapsulation": 1.0, "delivery.mRNA_integrity": 1.0})
    half = make_lot(LNP, REGISTER, **{"delivery.encapsulation": 0.5, "delivery.mRNA_integrity": 1.0})
    assert half.balance[4].mRNA.made == pytest.approx(whole.balance[4].mRNA.made)
    assert half.balance[5].CAR.made == pytest.approx(0.5 * whole.balance[5].CAR.made, rel=1e-4)
    assert half.balance[5].mRNA.lost["washed away"] > 2 * whole.balance[5].mRNA.lost["washed away"]


@pytest.mark.parametrize(("percent", "fold"), [(25.0, 1.8), (50.0, 2.0), (12.5, 1.4)])
def test_hydroxycholesterol_gives_the_published_gain(percent: float, fold: float) -> None:
    plain = make_lot(LNP, REGISTER)
    changed = make_lot(LNP, REGISTER, **{"delivery.hydroxycholesterol_percent": percent})
    assert changed.balance[5].CAR.made == pytest.approx(fold * plain.balance[5].CAR.made, rel=1e-3)
    assert changed.attributes["residual_mRNA"] == pytest.approx(fold * plain.attributes["residual_mRNA"], rel=0.01)


def test_resting_cells_survive_the_pulse_and_hardly_take_up_mRNA() -> None:
    resting = "process: resting\ntitle: Resting\nproduct: electroporated_mrna_bcma\nsource: assumption\nsteps:\n"
    resting += "  - leukapheresis: {}\n  - selection: {}\n"
    resting += "  - delivery:\n      {by: electroporation, dose_ug_per_million_cells: 5, pulse: PULSE,"
    resting += " cells_per_pulse: 1e8, cells_per_mL: 1e6}\n"
    resting += "  - hold: {hours: 24, at: culture}\n"
    for pulse, survival in (("mild", 0.96), ("strong", 0.76)):
        lot = make_lot(read_process(resting.replace("PULSE", pulse), "resting.yaml"), REGISTER)
        assert 1 - lot.balance[2].cells.lost["death"] / lot.balance[2].cells.brought == pytest.approx(survival)
        assert lot.attributes["CAR_positive"] < 0.05
    activated = make_lot(PULSE, REGISTER, **{"delivery.pulse": "strong"})
    assert activated.balance[4].cells.lost["death"] / activated.balance[4].cells.brought == pytest.approx(0.76)


def test_a_pulse_costs_more_viability_than_LNP_in_every_donor(donors: Mapping[str, Any]) -> None:
    """Electroporation leaves 0.6 to 0.8 of the viability; LNP lies above it in every donor."""
    lnp, pulse = (make_lot(process, donors).attributes["viability"] for process in (LNP, PULSE))
    assert (lnp > pulse).all()
    assert 0.6 < float(np.median(pulse / lnp)) < 0.85


def test_the_lentiviral_lot_is_that_of_the_published_runs() -> None:
    """2.32 copies, 39.7 to 41.9 % CAR+ and 1.3 to 1.7e9 CAR+ cells before the freeze, in 9 to 14 days."""
    lot = make_lot(VIRUS, REGISTER)
    assert lot.attributes["vector_copies"] == pytest.approx(2.3, rel=0.02)
    assert 0.26 < lot.attributes["CAR_positive"] < 0.42
    before = lot.balance[4].cells.out * lot.attributes["CAR_positive"]
    assert 1.3e9 < before < 1.8e9
    assert 9 <= lot.attributes["process_days"] <= 14
    assert np.isinf(lot.attributes["functional_hours"])
    assert lot.resources["vector_units"] == 5e8


def test_resources_follow_the_settings() -> None:
    lot = make_lot(PULSE, REGISTER, **{"delivery.cells": 2.0e10, "formulation.doses": 4})
    assert lot.resources["pulses"] == 20
    assert lot.resources["treated_cells"] == 2.0e10
    assert lot.resources["mRNA_mg"] == pytest.approx(100.0)
    assert lot.resources["doses_frozen"] == 4
    assert "vector_units" not in lot.resources
    assert attribute(LNP, "vector_copies") == 0.0


def test_recorded_settings_change_nothing() -> None:
    plain, other = make_lot(LNP, REGISTER), make_lot(LNP, REGISTER, **{"delivery.ionizable_lipid": "SM-102"})
    assert all(plain.attributes[id] == other.attributes[id] for id in ATTRIBUTES)


def test_the_in_vivo_route_has_a_carrier_and_no_cells() -> None:
    lot = make_lot(load_process("in-vivo-cd19"), REGISTER, **{"delivery.dose": 2})
    assert (dict(lot.attributes), lot.balance) == ({}, ())
    assert lot.resources["mRNA_mg"] == 2.0
    assert lot.class_fractions.sum() == pytest.approx(1.0)
    with pytest.raises(ProcessError, match="no cells"):
        course_of(lot, infusions=3, cells_per_infusion=1e9)


def test_a_lot_without_a_living_cell_takes_endless_lots_and_no_mRNA_where_none_is_used() -> None:
    for name, mRNA in (("lentiviral-bcma", 0.0), ("mrna-lnp-bcma", np.inf)):
        process = load_process(name)
        dead = {**centres(REGISTER), "thaw_recovery": 0.0}
        course = course_of(make_lot(process, dead), infusions=1, cells_per_infusion=1e9)
        assert (float(course.lots), float(course.mRNA_mg), bool(course.one_lot)) == (np.inf, mRNA, False)


def test_a_course_takes_as_many_lots_as_its_cells_need() -> None:
    lot = make_lot(LNP, REGISTER)
    given = float(lot.attributes["CAR_positive_cells"])
    course = course_of(lot, infusions=6, cells_per_infusion=given / 4)
    assert (float(course.lots), bool(course.one_lot), float(course.infusions_by_lot)) == (2.0, False, 4.0)
    assert course.mRNA_mg == pytest.approx(2 * lot.resources["mRNA_mg"])
    assert course.expansion_needed == pytest.approx(1.5 * given / 2.6e9)
    for infusions, cells in ((0, 1e9), (6, 0.0)):
        with pytest.raises(ProcessError, match="without cells"):
            course_of(lot, infusions=infusions, cells_per_infusion=cells)


def test_a_failed_growth_makes_many_lots_and_not_an_error() -> None:
    poor = with_settings(LNP, {"culture.days": 0, "culture.volume_litres": 0.001})
    assert course_of(make_lot(poor, REGISTER), infusions=6, cells_per_infusion=3.7e9).lots > 100
