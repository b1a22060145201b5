"""Immunity against products: innate, to lipids, to the CAR; a vector, and carriers that reach CD4 cells."""

from __future__ import annotations

import numpy as np
import pytest

from silicart.evidence import load_register
from silicart.product import build_product, load_process, load_products

DAYS = np.arange(0.0, 61.0, 0.05)
CD19 = {"target_BCMA": 0.0, "target_CD19": 1.0, "delta_C": 1.36, "k_PT": 0.0}


@pytest.fixture(scope="module")
def courses(lupus_model, simulate_arms):
    weekly, monthly = ([(day, "LNP", 4.0) for day in days] for days in ((0.0, 7.0), (0.0, 28.0)))
    blind = {**CD19, "target_CD19": 0.0}
    arms = {
        "weekly": (weekly, CD19),
        "monthly": (monthly, CD19),
        "no antibody to lipids": (weekly, {**CD19, "c_PEG": 0.0}),
        "no antigen": ([(0.0, "LNP", 4.0)], blind),
        "no antigen, twice the dose": ([(0.0, "LNP", 8.0)], blind),
        "vector": ([(0.0, "vector", 2e8)], {"f_eng": 1.0}),
        "vector alone": ([(0.0, "vector", 2e8)], {"target_BCMA": 0.0, "k_a": 0.0}),
        "CD4 as well": (weekly, {**CD19, "reaches_CD4": 1.0}),
    }
    return simulate_arms(lupus_model, arms, DAYS)


def test_the_carrier_alone_raises_interleukin_6_within_hours_by_dose(courses):
    once, twice = (
        courses[name]["IL6"] - courses[name]["IL6"][0] for name in ("no antigen", "no antigen, twice the dose")
    )
    assert 5 < once.max() < 60
    assert DAYS[once.argmax()] < 0.5
    assert twice.max() == pytest.approx(2 * once.max(), rel=0.01)
    assert once[DAYS > 3].max() < 0.1


def test_a_second_dose_meets_antibody_to_lipids_and_is_cleared_sooner(courses):
    weekly, free = courses["weekly"], courses["no antibody to lipids"]
    first = weekly.at("LNP", 0.25) / 4.0
    assert weekly.at("LNP", 7.25) / 4.0 < 0.95 * first
    assert free.at("LNP", 7.25) / 4.0 == pytest.approx(first, rel=0.01)
    assert weekly.at("CAR_share_of_CD8", 7.25) < free.at("CAR_share_of_CD8", 7.25)
    # IgM without T-cell help fades, but not within a month.
    assert courses["monthly"].at("anti_PEG", 27) > 0.5 * courses["monthly"]["anti_PEG"][DAYS <= 28].max()


def test_a_vector_makes_as_many_integrating_cells_as_its_units_transduce(courses):
    register = load_register()
    arrived = courses["vector alone"]["D_1"][-1]
    assert arrived == pytest.approx(2e8 * register["tau_V"].value, rel=1e-4)
    assert courses["vector"]["E_blood"].max() > 1e6


def test_a_receptor_of_cd4_cells_brings_more_cells_but_kills_less_with_each(courses):
    both, cd8 = courses["CD4 as well"], courses["weekly"]
    register = load_register()
    pool = 1 + register["CD4_per_CD8"].value * register["CD4_killing"].value
    assert both.at("CAR_per_microlitre", 0.25) == pytest.approx(pool * cd8.at("CAR_per_microlitre", 0.25), rel=0.1)


def test_the_receptor_sets_uptake_and_whether_cd4_cells_are_reached():
    register, spec = load_register(), load_products()["in_vivo_bcma"]
    made = {
        receptor: build_product(spec, register, process=load_process(f"in-vivo-bcma{ending}")).parameters
        for receptor, ending in (("CD8", ""), ("CD5", "-cd5"), ("CD7", "-cd7"))
    }
    assert [made[receptor]["reaches_CD4"] for receptor in ("CD8", "CD5", "CD7")] == [0.0, 1.0, 1.0]
    assert float(made["CD7"]["k_tr"]) > float(made["CD5"]["k_tr"]) == float(made["CD8"]["k_tr"])


def test_repeated_ex_vivo_messenger_immunises_little_and_less_than_what_integrates(lupus):
    repeated, lasting = lupus["mRNA BCMA"]["immunity"].max(), lupus["LV CD19"]["immunity"].max()
    assert 0 < repeated < lasting
