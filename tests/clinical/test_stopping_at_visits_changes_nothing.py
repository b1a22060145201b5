"""Patients who stop at every visit, where nothing is changed, have the bits of those who never look back."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

from silicart.errors import DoseError, SimulationError
from silicart.product import Product
from silicart.simulation import Journey, Model, Trajectories, simulate, simulate_by_visits

TIMES = np.unique([*np.arange(0.0, 120.0, 4.0), 120.0])
VISITS = (0.0, 28.0, 56.0, 84.0, 112.0)
OBSERVED = ["activity", "CAR_per_microlitre", "IgG"]
PATIENTS = {"n_50": np.array([150.0, 191.0, 600.0])}


def to_the_end(journey: Journey) -> Trajectories:
    for day in (*VISITS, TIMES[-1]):
        journey.go_on(float(day))
    return journey.trajectories()


@pytest.fixture(scope="module")
def planned(products: Mapping[str, Product]) -> dict[str, object]:
    doses = {"TIME": [7.0, 56.0], "AMT": [3.675e9, 3.675e9], "CMT": "mrna_lnp_bcma"}
    return {"doses": doses, "products": [products["mrna_lnp_bcma"]]}


def test_a_journey_has_the_bits_of_a_run_with_the_same_stops(lupus: Model, planned: dict[str, object]) -> None:
    options = {"times": TIMES, "observe": OBSERVED, **planned}
    unbroken = simulate(lupus, PATIENTS, stops=VISITS, **options)
    for chunk in (3, 2):
        parts = simulate_by_visits(lupus, to_the_end, PATIENTS, chunk=chunk, threads=1, **options)
        assert np.array_equal(np.concatenate([part.values for part in parts]), unbroken.values)
        assert np.concatenate([part.steps for part in parts]).tolist() == unbroken.steps.tolist()


def test_a_dose_decided_at_a_visit_is_the_dose_that_had_been_planned(
    lupus: Model, products: Mapping[str, Product], planned: dict[str, object]
) -> None:
    unbroken = simulate(lupus, PATIENTS, times=TIMES, observe=OBSERVED, stops=VISITS, **planned)

    def decide(journey: Journey) -> Trajectories:
        journey.go_on(0.0)
        journey.go_on(28.0)
        journey.give("mrna_lnp_bcma", np.full(3, 3.675e9), 56.0)
        for day in (*VISITS[2:], TIMES[-1]):
            journey.go_on(float(day))
        return journey.trajectories()

    first = {"TIME": [7.0], "AMT": [3.675e9], "CMT": "mrna_lnp_bcma"}
    options = {"times": TIMES, "observe": OBSERVED, "products": [products["mrna_lnp_bcma"]]}
    (decided,) = simulate_by_visits(lupus, decide, PATIENTS, first, threads=1, **options)
    assert np.array_equal(decided.values, unbroken.values)


def test_a_drug_from_a_visit_on_is_a_changed_parameter_from_there(lupus: Model, planned: dict[str, object]) -> None:
    options = {"observe": OBSERVED, **planned}
    before = simulate(lupus, PATIENTS, times=TIMES[TIMES <= 28.0], **options)
    changed = {**PATIENTS, "steroid": [1.0, 0.0, 0.0]}
    after = simulate(lupus, changed, times=TIMES[TIMES >= 28.0], resume=before.state, **options)

    def treat(journey: Journey) -> Trajectories:
        journey.go_on(28.0)
        journey.set({"steroid": np.array([1.0, np.nan, np.nan])})
        journey.go_on(float(TIMES[-1]))
        return journey.trajectories()

    (treated,) = simulate_by_visits(lupus, treat, PATIENTS, times=TIMES, threads=1, **options)
    assert np.array_equal(treated.values[:, TIMES >= 28.0], after.values)


def test_who_fails_stays_failed_and_is_named_once() -> None:
    from silicart.simulation import read_model

    model = read_model("model m; x = 1; k = 1; x' = -k; y = 0; y' = ln(x); end", "m")

    def travel(journey: Journey) -> Trajectories:
        for day in (0.0, 0.5, 1.5, 2.0):
            journey.go_on(day)
        return journey.trajectories()

    (found,) = simulate_by_visits(model, travel, {"k": [1.0, 0.1]}, times=[0.0, 0.5, 1.5, 2.0], threads=1)
    assert found.status.tolist()[1] == 0
    assert found.failures[["patient", "state"]].values.tolist() == [[0, "y"]]
    assert 0.9 < found.failed_time[0] <= 1.1
    assert np.isnan(found["y"][0, 2:]).all()


@pytest.mark.parametrize(
    ("wrong", "error", "said"),
    [
        (lambda one: one.go_on(30.0), SimulationError, "output times"),
        (lambda one: one.set({"steroids": np.zeros(3)}), SimulationError, "did you mean steroid"),
        (lambda one: one.set({"IL15": np.zeros(3)}), SimulationError, "cannot be changed"),
        (lambda one: one.give("mrna_lnp_bcm", np.ones(3), 30.0), DoseError, "mrna_lnp_bcma"),
        (lambda one: one.give("mrna_lnp_bcma", np.ones(3), 20.0), DoseError, "cannot be given"),
        (lambda one: one.give("mrna_lnp_bcma", -np.ones(3), 30.0), DoseError, "cannot be given"),
    ],
)
def test_what_cannot_be_changed_is_refused(
    lupus: Model, planned: dict[str, object], wrong: object, error: type[Exception], said: str
) -> None:
    def travel(journey: Journey) -> None:
        journey.go_on(28.0)
        wrong(journey)  # type: ignore[operator]

    with pytest.raises(error, match=said):
        simulate_by_visits(lupus, travel, PATIENTS, times=TIMES, observe=OBSERVED, threads=1, **planned)
