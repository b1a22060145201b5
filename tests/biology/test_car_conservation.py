"""CAR molecules are conserved: division shares them, decay loses them, and those that leave the ladder are counted."""

from __future__ import annotations

import numpy as np
import pytest

from silicart.simulation import Model, load_model

CLASSES = (6, 12)
NO_LOSS = {"delta_C": 0.0, "delta_ag": 0.0, "d_T": 0.0, "d_AICD": 0.0, "k_PT": 0.0, "r_rej": 0.0}


@pytest.fixture(scope="module", params=CLASSES)
def ladder(request) -> tuple[Model, int]:
    return load_model("sle", classes=request.param), request.param


def places(classes):
    return [(f"T_{where}_{k}", k) for where in ("blood", "marrow", "lymphoid") for k in range(classes)]


def molecules(course, classes, top):
    return sum(course[id] * top / 2.0**k for id, k in places(classes))


def cells(course, classes):
    return sum(course[id] for id, _ in places(classes)) + course["T_spent"]


def test_division_conserves_car_molecules(ladder, simulate_arms):
    model, classes = ladder
    # Antigen in excess, no decoy and no killing: cells divide freely in marrow and stay there.
    values = {**NO_LOSS, "rho_T": 1.0, "k_kill": 0.0, "k_PM": 0.0, "k_MP": 0.0, "K_sBCMA": 1e15}
    values |= {"T_marrow_0": 1e3, "L_n": 1e14, "L_a": 1e14}
    course = simulate_arms(model, {"dividing": ([], values)}, np.linspace(0.0, 6.0, 25))["dividing"]
    total = molecules(course, classes, model.parameters["c_0"].value) + course["CAR_spent"]
    assert total == pytest.approx(total[0], rel=1e-5)
    # A division a day, as long as hardly a cell has left the ladder.
    assert cells(course, classes)[4] / 1e3 == pytest.approx(np.e, rel=0.01)
    assert course["CAR_spent"][-1] > 0.001 * total[0], "cells reach the end of the ladder, so the sink is tested too"


def test_a_whole_course_conserves_car_molecules_when_nothing_destroys_them(ladder, simulate_arms):
    model, classes = ladder
    doses = [(day, "T_blood_0", 3e9) for day in (0.0, 7.0)]
    course = simulate_arms(model, {"course": (doses, NO_LOSS)}, np.arange(0.0, 30.0))["course"]
    top = model.parameters["c_0"].value
    total = molecules(course, classes, top) + course["CAR_spent"]
    given = np.where(course.times >= 7.0, 2, 1) * 3e9 * top
    assert total == pytest.approx(given, rel=1e-5)
    assert course["kill_flux"].max() > 1e8, "killing and division go on"


def test_decay_alone_loses_car_at_the_rate_of_one_molecule(ladder, simulate_arms):
    model, classes = ladder
    values = {**NO_LOSS, "delta_C": 0.3, "rho_T": 0.0, "k_kill": 0.0, "k_MP": 0.0, "T_marrow_0": 1e3}
    times = np.linspace(0.0, 3.0, 601)
    course = simulate_arms(model, {"decay": ([], values)}, times)["decay"]
    held = molecules(course, classes, model.parameters["c_0"].value)
    lost = held[0] - held - course["CAR_spent"]
    decayed = 0.3 * np.concatenate([[0.0], np.cumsum((held[1:] + held[:-1]) / 2 * np.diff(times))])
    assert lost[1:] == pytest.approx(decayed[1:], rel=1e-4)
    # What a finite ladder still holds differs from the exponential only by what left at its end.
    assert held[-1] / held[0] == pytest.approx(np.exp(-0.9), rel=0.005 if classes == 6 else 1e-4)


def test_residual_translation_delays_the_loss_and_only_adds(lupus_model, simulate_arms):
    values = {**NO_LOSS, "delta_C": 0.3, "k_kill": 0.0, "k_MP": 0.0, "delta_m_cell": 1.85}
    doses = [(0.0, "T_blood_0", 1e9)]
    arms = {
        "without": (doses, values),
        "with": ([*doses, (0.0, "R_translation", 0.9e9)], values),
        "two infusions": ([*doses, (0.0, "R_translation", 0.9e9), (2.0, "R_translation", 0.5e9)], values),
    }
    courses = simulate_arms(lupus_model, arms, np.arange(0.0, 4.1, 0.5))
    top = lupus_model.parameters["c_0"].value
    held = {name: molecules(course, 6, top) for name, course in courses.items()}
    assert held["with"][2] > held["without"][2]
    lasting = courses["two infusions"]["R_translation"]
    expected = 0.9e9 * np.exp(-1.85 * courses["with"].times)
    expected += np.where(courses["with"].times >= 2, 0.5e9 * np.exp(-1.85 * (courses["with"].times - 2)), 0)
    assert lasting == pytest.approx(expected, rel=1e-4)


def test_functional_messenger_cells_are_below_one_percent_by_day_14(lupus):
    course = lupus["mRNA BCMA once"]
    functional = course["CAR_functional_per_microlitre"]
    assert course.at("CAR_functional_per_microlitre", 14) < 0.01 * functional.max()


def test_six_weeks_after_the_last_infusion_no_car_is_left_in_blood(lupus):
    assert lupus["mRNA BCMA"].at("CAR_per_microlitre", 77) < 1.0


def test_a_longer_ladder_changes_what_is_counted_but_not_what_is_done(lupus, simulate_arms):
    from_6 = lupus["mRNA BCMA"]
    doses = [
        (7.0 * week, place, 3.675e9 * share)
        for week in range(6)
        for place, share in [
            *((f"T_blood_{k}", share) for k, share in enumerate((0.33, 0.34, 0.24, 0.075, 0.014, 0.001))),
            ("R_translation", 0.9),
        ]
    ]
    from_12 = simulate_arms(load_model("sle", classes=12), {"mRNA": (doses, {})}, np.arange(0.0, 366.0))["mRNA"]
    # Cells below the sixth class bind too little to kill. They share in residual translation, though, which leaves less
    # of it to the others: the clone is cut back a little less.
    assert from_12.at("clone", 60) == pytest.approx(from_6.at("clone", 60), rel=0.15)
    assert from_12.at("IgG", 180) == pytest.approx(from_6.at("IgG", 180), rel=0.01)
    assert from_12.at("activity", 90) == pytest.approx(from_6.at("activity", 90), rel=0.05)
    assert from_12.at("CAR_per_microlitre", 60) > from_6.at("CAR_per_microlitre", 60)
