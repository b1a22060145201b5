"""CD19 and BCMA CAR-T cells in one infusion; the same product in two syringes."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

from silicart.endpoints.registry import select
from silicart.errors import StudyError
from silicart.evidence import load_register
from silicart.study import Study, read_study
from silicart.study.acting import model_of
from silicart.study.arm import ArmRun, Reading, simulate_arm
from silicart.study.people import draw_people
from silicart.study.treatment import treat

HEAD = """\
study: {name: together, title: Together, question: What do two products do together?, context_of_use: Tests.}
model: {disease: sle, classes: 6}
population: {patients: 6, patients_per_draw: 2, seed: 3, structures: [a, b, c]}
course: {unit: day, lead_in: 7, horizon: 200}
products:
  cd19: {product: lentiviral_cd19}
  cd19-again: {product: lentiviral_cd19}
  bcma: {product: lentiviral_bcma}
  mrna: {product: mrna_lnp_bcma}
  pulsed: {product: electroporated_mrna_bcma}
  inside: {product: in_vivo_cd19}
endpoints: [activity_6m]
show: [B_blood_relative, plasma_long_relative, activity, sigma_memory_LV, sigma_short_LV, sigma_long_LV]
"""
CHEMO = "lymphodepletion: {days: [-5, -4, -3], intensity: 1, source: Mackensen2022}"


def dose(amount: float, number: int = 1, start: float = 0.0) -> str:
    return (
        f"dose: {{amount: {amount}, unit: cell_per_kg, number: {number}, interval: 7, start: {start}, "
        "source: Mackensen2022}"
    )


def arm(name: str, *given: str) -> str:
    lines = "".join(f"      - {{{one}}}\n" for one in given)
    return f"  {name}:\n    label: {name}\n    give:\n{lines}"


ARMS = "arms:\n" + "".join(
    [
        arm("cd19", f"product: cd19, {dose(1e6)}, {CHEMO}"),
        arm("bcma", f"product: bcma, {dose(1e6)}, {CHEMO}"),
        arm("twice", f"product: cd19, {dose(5e5)}, {CHEMO}", f"product: cd19-again, {dose(5e5)}"),
        arm("both", f"product: cd19, {dose(5e5)}, {CHEMO}", f"product: bcma, {dose(5e5)}"),
        arm("mostly-cd19", f"product: cd19, {dose(9e5)}, {CHEMO}", f"product: bcma, {dose(1e5)}"),
    ]
)


@pytest.fixture(scope="module")
def study() -> Study:
    return read_study(HEAD + ARMS, "together.yaml")


@pytest.fixture(scope="module")
def runs(study: Study) -> Mapping[str, ArmRun]:
    register = load_register()
    model = model_of(study, register)
    population = draw_people(study, register, model)
    reading = Reading(select(study.endpoints), study.observables)
    return {one.name: simulate_arm(study, one, model, population, reading, threads=1) for one in study.arms}


def test_the_same_product_twice_at_half_the_dose_is_the_product_once(runs: Mapping[str, ArmRun]) -> None:
    for name, course in runs["cd19"].courses.items():
        assert np.allclose(runs["twice"].courses[name], course, rtol=1e-5), name


def test_shares_follow_the_cells_that_are_given(study: Study) -> None:
    register = load_register()
    population = draw_people(study, register, model_of(study, register))
    given = treat(study, study.arm("mostly-cd19"), population, np.arange(6)).products
    for name in ("cd19", "bcma"):
        assert np.allclose(given[name].parameters["target_CD19"], 0.9)
        assert np.allclose(given[name].parameters["target_BCMA"], 0.1)


def test_the_short_form_is_an_arm_with_one_product(study: Study) -> None:
    short = f"arms:\n  cd19:\n    label: cd19\n    product: cd19\n    {dose(1e6)}\n    {CHEMO}\n"
    assert read_study(HEAD + short, "short.yaml").arm("cd19") == study.arm("cd19")


def test_the_signal_of_a_cell_lies_between_those_of_the_two_products(runs: Mapping[str, ArmRun]) -> None:
    for name in ("sigma_memory_LV", "sigma_short_LV", "sigma_long_LV"):
        cd19, both, bcma = (runs[arm].courses[name][:, 0].astype(np.float64) for arm in ("cd19", "both", "bcma"))
        assert np.allclose(both, 0.5 * (cd19 + bcma), rtol=1e-5), name


def test_cells_against_bcma_take_long_lived_plasma_cells_with_them(runs: Mapping[str, ArmRun]) -> None:
    lowest = {name: run.courses["plasma_long_relative"].min(axis=1) for name, run in runs.items()}
    assert (lowest["both"] < lowest["mostly-cd19"]).all()
    assert (lowest["mostly-cd19"] < lowest["cd19"]).all()


BAD = [
    (arm("x", f"product: cd19, {dose(1e6)}", f"product: mrna, {dose(1e6)}"), "different kinds"),
    (arm("x", f"product: mrna, {dose(1e6)}", f"product: pulsed, {dose(1e6)}"), "electroporation"),
    (
        arm(
            "x",
            f"product: cd19, {dose(1e6)}",
            "product: inside, dose: {amount: 4, unit: mg, number: 1, source: Mackensen2022}",
        ),
        "in the body",
    ),
    (arm("x", f"product: cd19, {dose(1e6)}", f"product: bcma, {dose(1e6, start=14)}"), "different days"),
    (arm("x", f"product: cd19, {dose(1e6)}, {CHEMO}", f"product: bcma, {dose(1e6)}, {CHEMO}"), "more than one product"),
    (arm("x", f"product: cd20, {dose(1e6)}"), "did you mean cd19"),
]


@pytest.mark.parametrize(("arms", "said"), BAD)
def test_what_one_pool_cannot_hold_is_refused(arms: str, said: str) -> None:
    with pytest.raises(StudyError, match=said):
        read_study(HEAD + "arms:\n" + arms, "bad.yaml")


def test_different_kinds_against_the_same_target_may_be_given_together() -> None:
    both = arm("x", f"product: bcma, {dose(1e6)}", f"product: mrna, {dose(5e7, number=3)}")
    assert len(read_study(HEAD + "arms:\n" + both, "good.yaml").arm("x").given) == 2
