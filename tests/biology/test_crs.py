"""Cytokine release: which products cause it, how grave it is, and what holds it back (decision 0006)."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.special import ndtr

from silicart.evidence import load_register
from silicart.population import draw_population
from silicart.simulation import simulate

PATIENTS = 200
SIGNS = ("fever", "pressure_fall", "oxygen_need", "endothelium")


def grades(fever, pressure_fall, oxygen_need, endothelium, register):
    """Return mean probabilities of CRS of grade 1, 2 and 3 or more (equation 44), and of ICANS of any grade."""
    value = {id: register[id].value for id in register if register[id].mechanism in ("emission", "safety_clinic")}
    any_grade = ndtr((fever - value["fever_threshold"]) / value["fever_noise_SD"])

    def reached(pressure: float, flow: float) -> np.ndarray:
        spared = ndtr((pressure - pressure_fall) / value["pressure_noise_SD"])
        return 1 - spared * ndtr((flow - oxygen_need) / value["oxygen_noise_SD"])

    excess = np.log(np.maximum(endothelium, 1e-12) / value["icans_endothelium"]) - 1 / value["icans_points"]
    reach = (1.0, reached(value["pressure_threshold_2"], value["oxygen_low_flow"]),
             reached(value["pressure_threshold_3"], 6.0))  # fmt: skip
    return (*(float(np.mean(any_grade * one)) for one in reach), float(np.mean(ndtr(excess / value["icans_log_SD"]))))


@pytest.fixture(scope="module")
def cohorts(lupus_model, myeloma_model, myasthenia_model, regimens, structures):
    """Return the four probabilities of each arm, over virtual patients drawn from the register."""
    register = load_register()
    lymphodepletion = {model: [(2.0 + day, "chemo", dose) for day in range(3)] for model, dose in ((0, 1.0), (1, 1.61))}
    arms = {
        "LV CD19": (lupus_model, lymphodepletion[0], ("D_1", 1e6), {"target_BCMA": 0.0, "target_CD19": 1.0}),
        "LV BCMA": (lupus_model, lymphodepletion[0], ("D_1", 1e6), {}),
        "MM": (myeloma_model, lymphodepletion[1], ("D_1", 7.5e5), {}),
        "MG": (myasthenia_model, [], None, {}),
    }
    populations = {model.name: draw_population(register, model, PATIENTS, seed=5) for model, *_ in arms.values()}
    found = {}
    for name, (model, fixed, lentiviral, switches) in arms.items():
        people = populations[model.name].parameters
        settable = set(model.parameters.ids) - model.formulas
        values = {id: people[id] for id in people if id in settable} | switches
        rows = [pd.DataFrame({"ID": np.arange(PATIENTS), "TIME": t, "CMT": c, "AMT": a}) for t, c, a in fixed]
        per_kg = [(7.0, *lentiviral)] if lentiviral else [(t, c, a / 70) for t, c, a in regimens["6 weekly"]]
        for day, place, amount in per_kg:
            doses = people["body_weight"] * amount
            rows.append(pd.DataFrame({"ID": np.arange(PATIENTS), "TIME": day, "CMT": place, "AMT": doses}))
        table = pd.concat(rows).sort_values(["ID", "TIME"], kind="stable")
        result = simulate(model, values, table, np.arange(0.0, 60.0, 0.25), list(SIGNS))
        assert (result.status == 0).all()
        found[name] = grades(*result.values.max(axis=1).T, register)
    return found


def test_after_lentiviral_cd19_most_have_it_and_few_have_it_badly(cohorts):
    """Observed any grade 41/47 and 11/15, grade 2 in 1/15, grade 3 in 0/15; accepted 60-95 %, to 20 %, below 5 %."""
    any_grade, second, third, _ = cohorts["LV CD19"]
    assert 0.60 <= any_grade <= 0.95
    # Twenty draws have a standard error of 0.015; the mean of four such populations is 0.19.
    assert second - third <= 0.20 + 0.015
    assert third < 0.05


def test_after_lentiviral_bcma_in_lupus_few_have_it(cohorts):
    """Observed 1/7; accepted to 58 %. The model is held to what its own mechanism explains: well below CD19."""
    assert cohorts["LV BCMA"][0] < 0.35
    assert cohorts["LV BCMA"][0] < 0.5 * cohorts["LV CD19"][0]


def test_after_messenger_bcma_in_myasthenia_hardly_anyone_has_it(cohorts):
    """Observed 0/14; accepted to 19 %, grade 3 below 2 %."""
    assert cohorts["MG"][0] <= 0.05
    assert cohorts["MG"][2] < 0.001


def test_in_myeloma_nearly_all_have_it_and_a_few_have_it_badly(cohorts):
    """Observed any grade 95 % and grade 3 or more 4 %; accepted 88-98 % and 1-10 %. The cohort is small: 3 % slack."""
    any_grade, second, third, _ = cohorts["MM"]
    assert 0.85 <= any_grade <= 0.98
    assert 0.005 <= third <= 0.10
    # Grade 2 and more in 39 % of 127 on the label of ide-cel.
    assert 0.25 <= second <= 0.50


def test_neurotoxicity_follows_myeloma_and_hardly_lupus(cohorts):
    """Observed any grade 21/97 and 23/128 in myeloma; 1/15, 1/47, 1/8 and 0/6 in lupus; 0/14 in myasthenia."""
    assert 0.12 <= cohorts["MM"][3] <= 0.30
    assert cohorts["LV CD19"][3] <= 0.08
    assert cohorts["LV BCMA"][3] <= 0.02
    assert cohorts["MG"][3] <= 0.005


def test_at_equal_kill_myeloma_answers_more_strongly_than_lupus(myeloma_model, simulate_arms):
    doses = [(2.0 + day, "chemo", 1.61) for day in range(3)] + [(7.0, "D_1", 5.25e7)]
    quiet = {"tocilizumab_rescue": 0.0, "dexamethasone_rescue": 0.0}
    arms = {"as lupus": (doses, {**quiet, "host_inflammation_mm": 1.0}), "myeloma": (doses, quiet)}
    course = simulate_arms(myeloma_model, arms, np.arange(0.0, 40.0, 0.25))
    assert course["myeloma"]["kill_flux"].max() == pytest.approx(course["as lupus"]["kill_flux"].max(), rel=0.02)
    for sign in ("fever", "pressure_fall", "oxygen_need", "endothelium"):
        assert course["myeloma"][sign].max() > 1.05 * course["as lupus"][sign].max(), sign


def test_fever_in_myeloma_starts_between_day_5_and_9(myeloma):
    assert 5 <= myeloma.days[np.flatnonzero(myeloma["fever"] > 1)[0]] <= 9


@pytest.mark.parametrize("lentiviral", ["LV CD19", "LV BCMA", "LV dual"])
def test_messenger_cells_cause_less_fever_than_any_lentiviral_product(lupus, lentiviral):
    assert lupus["mRNA BCMA"]["fever"].max() < 0.5 * lupus[lentiviral]["fever"].max()
    assert lupus["mRNA BCMA"]["fever"].max() < 0.2


def test_with_a_ratio_of_one_the_drive_is_the_kill_flux(as_described):
    for course in as_described.values():
        assert course["cytokine_drive"] == pytest.approx(course["kill_flux"], rel=1e-9, abs=1e-3)


def test_release_needs_more_antigen_than_lysis(lupus):
    for arm, course in lupus.items():
        assert (course["cytokine_drive"] <= course["kill_flux"] * (1 + 1e-9) + 1e-3).all(), arm
    share = {arm: course["cytokine_drive"].max() / course["kill_flux"].max() for arm, course in lupus.items()
             if course["kill_flux"].max() > 1e8}  # fmt: skip
    assert share["mRNA BCMA"] < share["LV BCMA"] < share["LV CD19"]


def test_tocilizumab_stops_fever_but_not_interleukin_6(lupus, lupus_model, simulate_arms):
    doses = [(2.0 + day, "chemo", 1.0) for day in range(3)] + [(7.0, "D_1", 7e7)]
    values = {"target_BCMA": 0.0, "target_CD19": 1.0, "tocilizumab": 1.0}
    course = simulate_arms(lupus_model, {"blocked": (doses, values)}, np.arange(0.0, 40.0, 0.25))["blocked"]
    assert course["fever"].max() < 1e-6
    # The typical patient needs no dexamethasone, which alone would lower it.
    assert course["IL6"].max() == pytest.approx(lupus["LV CD19"]["IL6"].max(), rel=0.01)


def test_no_cytokine_falls_below_rest(lupus):
    for course in lupus.values():
        assert course["IFNg"].min() >= course["IFNg"][0] * (1 - 1e-6)
        assert course["macrophage"].min() >= course["macrophage"][0] * (1 - 1e-4)
        assert course["IL6"].min() >= course["IL6"][0] * (1 - 1e-4)


def test_c_reactive_protein_follows_fever(lupus):
    course = lupus["LV CD19"]
    assert course["CRP"].max() > 50
    assert 0 <= course.peak_day("CRP") - course.peak_day("fever") < 5
