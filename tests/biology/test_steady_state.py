"""Untreated patients stay as they are: closures, steady states, local stability, exact zeros."""

from __future__ import annotations

import numpy as np
import pytest

from silicart.network import compose
from silicart.simulation import baseline, load_model
from silicart.simulation.compiled import system_of
from silicart.symbolic.evaluate import evaluate_at, initial_state

STRUCTURE_IDS = ("a", "b", "c")
# Everything that the untreated disease rests on; product states are empty.
DISEASE_STATES = (
    *(
        "B_auto",
        "Th",
        "S_n",
        "S_a",
        "I_n",
        "I_a",
        "L_n",
        "L_a",
        "BAFF",
        "IgG",
        "Ab_dsDNA",
        "Ab_Ro",
        "Ab_vaccine",
        "IFN",
        "activity",
    ),
    *("B_pro", "B_im", "B_naive_blood", "B_naive_lymphoid", "B_memory_blood", "B_memory_lymphoid", "CLP", "C3"),
    *("sBCMA", "sBCMA_marrow"),
)
INTEGRATING = ("D_1", "D_2", "X", "generation", *(f"{kind}_{place}" for kind in "EM" for place in ("blood", "marrow")))


def inputs_with(system, values):
    row = system.input_defaults.copy()
    for name, value in values.items():
        row[system.inputs.index(name)] = value
    return row[None, :]


@pytest.mark.parametrize("structure", STRUCTURE_IDS)
@pytest.mark.parametrize("disease", ["sle", "mg"])
def test_without_a_dose_derivatives_vanish(disease, structure, structures):
    system = system_of(load_model(disease).network)
    row = inputs_with(system, structures[structure])
    start = initial_state(system, row)
    slope = evaluate_at(system, row, start, system.derivatives)[0]
    moving = [id for id, d, y in zip(system.states, slope, start[0], strict=True) if abs(d) > 1e-12 * max(abs(y), 1e-3)]
    assert moving == ["damage"], "damage accrues with activity; nothing else moves"


@pytest.mark.parametrize("structure", STRUCTURE_IDS)
def test_without_a_dose_nothing_moves_for_two_years(lupus_model, simulate_arms, structures, structure):
    course = simulate_arms(lupus_model, {"none": ([], structures[structure])}, np.arange(0.0, 731.0, 73.0))["none"]
    for id in lupus_model.states.ids:
        if id != "damage":
            assert course[id] == pytest.approx(course[id][0], rel=1e-4, abs=1e-9), id


@pytest.mark.parametrize("structure", STRUCTURE_IDS)
def test_the_diseased_state_is_locally_stable(lupus_model, structures, structure):
    system = system_of(lupus_model.network)
    row = inputs_with(system, structures[structure])
    start = initial_state(system, row)
    places = [system.states.index(id) for id in DISEASE_STATES]
    entries = [(i, j, system.jacobian[i, j]) for i in places for j in places if (i, j) in system.jacobian]
    matrix = np.zeros((len(system.states),) * 2)
    values = evaluate_at(system, row, start, [node for _, _, node in entries])[0]
    for (i, j, _), value in zip(entries, values, strict=True):
        matrix[i, j] = value
    slowest = np.linalg.eigvals(matrix[np.ix_(places, places)]).real.max()
    assert -0.01 < slowest < 0.0


@pytest.mark.parametrize("structure", ["a", "c"])
def test_a_patient_without_the_clone_stays_healthy_for_four_years(lupus_model, simulate_arms, structures, structure):
    values = {**structures[structure], **nearly_cured(lupus_model)}
    course = simulate_arms(lupus_model, {"cured": ([], values)}, np.arange(0.0, 1461.0, 20.0))["cured"]
    assert course["clone"][-1] < 0.05
    assert course["activity"][-1] < 3.0


def test_with_linear_sources_the_clone_refills_after_removal(lupus_model, simulate_arms, structures):
    values = {**structures["b"], **nearly_cured(lupus_model)}
    course = simulate_arms(lupus_model, {"cured": ([], values)}, np.arange(0.0, 1461.0, 20.0))["cured"]
    assert course["clone"][-1] > 10 * course["clone"][0]
    assert 0.3 < course["clone"][-1] < 0.7, "refill half-time of the linear structure is 3.8 years"


def nearly_cured(model):
    return {id: 1e-3 * model.states[id].value for id in ("B_auto", "S_a", "I_a", "L_a", "Th")}


def test_what_an_arm_does_not_use_stays_exactly_zero(lupus):
    course = lupus["mRNA BCMA"]
    for id in (*INTEGRATING, "E_lymphoid", "M_lymphoid", "vector", "LNP", "PEG_primed", "anti_PEG", "chemo"):
        assert (course[id] == 0.0).all(), id
    assert (lupus["no dose"]["kill_flux"] == 0.0).all()


def test_closures_are_recomputed_for_each_patient(lupus_model):
    ids = ["k_LPn", "rho_a", "p_s", "k_SI", "k_IL", "K_L"]
    values = {"d_n": [0.006, 0.009], "sBCMA_0": [60.0, 120.0], "L_n_0": [8.5e9, 4e9]}
    both = baseline(lupus_model, values, ids)
    for patient in range(2):
        alone = baseline(lupus_model, {id: value[patient] for id, value in values.items()}, ids)
        for id in ids:
            assert both[id][patient] == alone[id][0]
    assert all((both[id] > 0).all() for id in ids)


def test_baseline_quantities_are_physiological(lupus_model):
    ids = ["naive_output", "IgG_secretion", "half_life_long_auto", "half_life_IgG_12", "growth_early", "loop_margin"]
    found = {id: float(value[0]) for id, value in baseline(lupus_model, {}, ids).items()}
    assert found["naive_output"] == pytest.approx(3.78e8, rel=0.01)
    assert 40 < found["IgG_secretion"] < 700
    assert found["half_life_long_auto"] == pytest.approx(1120, rel=0.01)
    assert found["half_life_IgG_12"] == pytest.approx(21.1, rel=0.01)
    assert 0.5 < found["growth_early"] < 2.0
    assert found["loop_margin"] > 0.02


def test_immunoglobulin_lives_longer_when_it_is_low(lupus_model):
    rates = baseline(lupus_model, {"IgG_0": [12.0, 3.0]}, ["k_el_0"])["k_el_0"]
    assert np.log(2) / rates == pytest.approx([21.1, 43.0], rel=0.02)


def test_excesses_keep_rates_positive_over_wide_ranges(lupus_model):
    values = {"k_PLb_excess": [1e-6, 1e-3, 50.0], "K_L_excess": [1e-3, 0.05, 1.0]}
    found = baseline(lupus_model, values, ["k_LPn", "k_LPm", "k_PLb", "K_L_ratio"])
    assert all((value > 0).all() for value in found.values())
    assert (found["K_L_ratio"] > 1).all()


def test_a_longer_ladder_rests_as_well(simulate_arms):
    model = load_model("sle", classes=12)
    course = simulate_arms(model, {"none": ([], {})}, np.array([0.0, 365.0]))["none"]
    assert course["B_naive_blood"][1] == pytest.approx(course["B_naive_blood"][0], rel=1e-6)


def test_the_myeloma_patient_starts_with_its_m_protein_and_soluble_bcma_in_balance(myeloma_model):
    system = system_of(myeloma_model.network)
    row = system.input_defaults[None, :]
    start = initial_state(system, row)
    slope = evaluate_at(system, row, start, system.derivatives)[0]
    for id in ("M_protein", "sBCMA", "sBCMA_marrow", "IgG", "Ab_vaccine"):
        place = system.states.index(id)
        assert abs(slope[place]) < 1e-12 * start[0, place], id


def test_every_disease_composes_from_the_shipped_register(lupus_model, myeloma_model, myasthenia_model):
    from silicart.evidence import load_register

    for disease, model in (("sle", lupus_model), ("mm", myeloma_model), ("mg", myasthenia_model)):
        assert compose(disease, load_register()).network.hash == model.hash
