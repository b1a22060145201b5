"""Simulating: shapes, bits, segments, failures, and errors before anything runs."""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from silicart.errors import DoseError, SimulationError
from silicart.network import read_antimony_text
from silicart.simulation import Model, Trajectories, simulate, simulate_in_chunks

PATIENTS = 150
TIMES = np.linspace(0.0, 20.0, 41)


@pytest.fixture(scope="module")
def parameters() -> dict[str, NDArray[np.float64]]:
    generator = np.random.default_rng(7)
    return {"a": generator.uniform(0.8, 1.2, PATIENTS), "b": generator.uniform(1.0, 2.0, PATIENTS)}


DOSES: Mapping[str, list[Any]] = {
    "TIME": [2.0, 5.0, 9.0],
    "AMT": [0.5, 1.0, 0.3],
    "CMT": ["x", "y", "prey_and_predator"],
    "RATE": [0.0, 0.4, 0.0],
    "II": [0.0, 0.0, 2.0],
    "ADDL": [0, 0, 3],
}
PRODUCTS = {"prey_and_predator": {"x": 0.5, "y": 0.25}}


def run(model: Model, parameters: Any, **options: Any) -> Trajectories:
    return simulate(model, parameters, DOSES, TIMES, products=PRODUCTS, **options)


def test_shapes_names_and_status(two: Model) -> None:
    result = simulate(two, {"k_e": [0.1, 0.2, 0.3]}, times=[0.0, 1.0], observe=["half", "C"])
    assert result.values.shape == (3, 2, 2)
    assert result.observables == ("half", "C")
    assert result.status.tolist() == [0, 0, 0]
    assert result.patients.tolist() == [0, 1, 2]
    assert len(result.failures) == 0


def test_without_observe_every_state_is_returned(two: Model) -> None:
    assert simulate(two, times=[0.0]).observables == two.states.ids


def test_a_single_time_shows_the_start_and_its_doses(two: Model) -> None:
    assert simulate(two, {"G": 3.0}, {"TIME": [4.0], "AMT": [2.0], "CMT": ["G"]}, [4.0])["G"].tolist() == [[5.0]]


def test_a_rule_with_division_has_the_right_course(two: Model) -> None:
    result = simulate(two, {"G": 10.0}, times=[0.0, 2.0], rtol=1e-10)
    k_a, k_e = 1.0, 0.2
    exact = 2.0 * k_a / (k_a - k_e) * (np.exp(-k_e * 2.0) - np.exp(-k_a * 2.0))
    assert result["C"][0, 1] == pytest.approx(exact, rel=1e-8)


@pytest.mark.parametrize(("threads", "chunk"), [(1, 1), (1, 7), (2, 7), (2, 64), (3, 50), (2, 1000), (1, 1000)])
def test_threads_and_chunks_change_no_bit(prey: Model, parameters: Any, threads: int, chunk: int) -> None:
    expected = run(prey, parameters, threads=1)
    found = run(prey, parameters, threads=threads, chunk=chunk)
    assert np.array_equal(found.values, expected.values)
    assert np.array_equal(found.steps, expected.steps)
    assert np.array_equal(found.state.lanes.states, expected.state.lanes.states)


def test_a_patient_alone_has_the_same_bits(prey: Model, parameters: Any) -> None:
    together = run(prey, parameters).values
    for patient in (0, 17, PATIENTS - 1):
        alone = run(prey, {id: values[patient : patient + 1] for id, values in parameters.items()}).values
        assert np.array_equal(alone[0], together[patient])


def test_more_output_times_change_no_value(prey: Model, parameters: Any) -> None:
    few, many = TIMES[::4], np.union1d(TIMES[::4], np.linspace(0.0, 20.0, 333))
    options = {"doses": DOSES, "products": PRODUCTS}
    assert np.array_equal(
        simulate(prey, parameters, times=many, **options).values[:, np.isin(many, few)],
        simulate(prey, parameters, times=few, **options).values,
    )


@pytest.mark.parametrize("at", [4.0, 5.0, 6.5, 9.0, 13.0])
def test_a_run_split_at_a_stop_has_the_same_bits(prey: Model, parameters: Any, at: float) -> None:
    whole = run(prey, parameters, stops=[at])
    earlier, later = at >= TIMES, at <= TIMES
    first = simulate(prey, parameters, DOSES, TIMES[earlier], products=PRODUCTS)
    standing = pickle.loads(pickle.dumps(first.state))
    second = simulate(prey, parameters, DOSES, TIMES[later], products=PRODUCTS, resume=standing)
    assert np.array_equal(first.values, whole.values[:, earlier])
    assert np.array_equal(second.values, whole.values[:, later])
    assert np.array_equal(second.state.lanes.states, whole.state.lanes.states)


def test_rows_added_at_the_visit_are_given_and_older_ones_not_again(two: Model) -> None:
    table = {"TIME": [0.0, 2.0], "AMT": [1.0, 1.0], "CMT": ["G", "G"]}
    longer = {"TIME": [0.0, 2.0, 2.0, 3.0], "AMT": [1.0, 1.0, 5.0, 2.0], "CMT": ["G"] * 4}
    slow = {"k_a": 0.0}
    first = simulate(two, slow, table, [0.0, 2.0])
    assert first["G"].tolist() == [[1.0, 2.0]]
    second = simulate(two, slow, longer, [2.0, 3.0], resume=first.state)
    assert second["G"].tolist() == [[7.0, 9.0]]


def test_parameters_may_change_at_a_visit(two: Model) -> None:
    first = simulate(two, {"k_a": 0.0, "G": 4.0}, times=[0.0, 1.0])
    second = simulate(two, {"k_a": 1.0, "G": 4.0}, times=[1.0, 2.0], resume=first.state, rtol=1e-9)
    assert second["G"][0, 1] == pytest.approx(4.0 * np.exp(-1.0), rel=1e-7)


@pytest.mark.parametrize(
    "table",
    [
        None,
        {"TIME": [0.0], "AMT": [1.0], "CMT": ["G"]},
        {"TIME": [0.0, 2.0], "AMT": [1.0, 3.0], "CMT": ["G", "G"]},
        {"TIME": [0.0, 1.0, 2.0], "AMT": [1.0, 1.0, 1.0], "CMT": ["G"] * 3},
    ],
)
def test_a_table_with_another_past_is_refused(two: Model, table: Any) -> None:
    first = simulate(two, {}, {"TIME": [0.0, 2.0], "AMT": [1.0, 1.0], "CMT": ["G", "G"]}, [0.0, 2.0])
    with pytest.raises(DoseError, match="the past of the dose table"):
        simulate(two, {}, table, [2.0, 3.0], resume=first.state)


def test_a_state_that_does_not_fit_is_refused(two: Model, prey: Model) -> None:
    state = simulate(two, {"k_a": [1.0, 2.0]}, times=[0.0, 2.0]).state
    for model, parameters, times in (
        (prey, {"a": [1.0, 1.0]}, [2.0, 3.0]),
        (two, {"k_a": [1.0] * 3}, [2.0, 3.0]),
        (two, {"k_a": [1.0, 2.0]}, [2.5, 3.0]),
    ):
        with pytest.raises(SimulationError, match="does not fit"):
            simulate(model, parameters, times=times, resume=state)


def test_chunks_can_be_reduced_and_dropped(prey: Model, parameters: Any) -> None:
    whole = run(prey, parameters)
    highest = simulate_in_chunks(
        prey,
        lambda part: part["x"].max(axis=1),
        parameters,
        DOSES,
        TIMES,
        products=PRODUCTS,
        chunk=32,
        threads=2,
    )
    assert np.array_equal(np.concatenate(highest), whole["x"].max(axis=1))


def test_an_error_in_a_chunk_reaches_the_caller(prey: Model, parameters: Any) -> None:
    def fails(part: Trajectories) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        simulate_in_chunks(prey, fails, parameters, times=[0.0, 1.0], chunk=8, threads=2)


@pytest.fixture(scope="module")
def explosive() -> Model:
    """Reaches infinity at time 1/r: no integrator can pass that point."""
    return Model(read_antimony_text("model m; A = 1; B = 1; r = 0.1; A' = r*A^2; B' = -B; end", "m"), "m")


def test_a_failing_patient_is_a_status_with_time_state_and_reason(explosive: Model) -> None:
    times = np.linspace(0.0, 4.0, 9)
    result = simulate(explosive, {"r": [0.1, 0.5, 0.1]}, times=times)
    assert (result.status != 0).tolist() == [False, True, False]
    assert np.isnan(result.values[1, times > 2.0]).all()
    assert np.isfinite(result.values[[0, 2]]).all()
    failure = result.failures.iloc[0]
    assert failure["patient"] == 1
    assert failure["time"] == pytest.approx(2.0, abs=0.05)
    assert failure["state"] == "A"
    assert failure["reason"]


def test_a_failing_patient_does_not_disturb_the_others(explosive: Model) -> None:
    with_failure = simulate(explosive, {"r": [0.1, 0.5, 0.2]}, times=[0.0, 4.0])
    without = simulate(explosive, {"r": [0.1, 0.2]}, times=[0.0, 4.0])
    assert np.array_equal(with_failure.values[[0, 2]], without.values)


def test_a_failed_patient_stays_failed_when_the_others_go_on(explosive: Model) -> None:
    first = simulate(explosive, {"r": [0.1, 0.5]}, times=[0.0, 4.0])
    second = simulate(explosive, {"r": [0.1, 0.5]}, times=[4.0, 5.0], resume=first.state)
    assert second.status.tolist() == first.status.tolist()
    assert np.isnan(second.values[1]).all()
    assert np.isfinite(second.values[0]).all()


def test_labelled_arrays_carry_units() -> None:
    text = """model m; unit hour = 3600 second; A = 1 dimensionless; A has dimensionless; k = 1; A' = -k*A; end"""
    model = Model(read_antimony_text(text, "m"), "m")
    labelled = simulate(model, {"k": [1.0, 2.0]}, times=[0.0, 1.0]).to_xarray()
    assert labelled["A"].dims == ("patient", "time")
    assert labelled["A"].attrs["units"] == "dimensionless"
    assert labelled["status"].values.tolist() == [0, 0]


def test_a_table_has_one_row_a_patient_and_time(two: Model) -> None:
    table = simulate(two, {"G": [1.0, 2.0], "k_a": 0.0}, times=[0.0, 1.0], observe=["G"]).to_pandas()
    assert table.values.tolist() == [[0, 0, 1], [0, 1, 1], [1, 0, 2], [1, 1, 2]]
    assert list(table.columns) == ["patient", "time", "G"]


@pytest.mark.parametrize(
    ("options", "where", "says"),
    [
        ({"times": []}, "times", "times are not a list"),
        ({"times": [0.0, 2.0, 1.0]}, "times, position 2", "do not rise"),
        ({"times": [0.0, 1.0, 1.0]}, "times, position 2", "do not rise"),
        ({"times": [0.0, float("nan")]}, "times, position 1", "not finite"),
        ({"times": [[0.0, 1.0]]}, "times", "times are not a list"),
        ({"times": "soon"}, "times", "times are not numbers"),
        ({"observe": ["C", "Halff"]}, "observe, position 1", "unknown observable"),
        ({"observe": ["C", "C"]}, "observe, position 1", "observed twice"),
        ({"threads": 0}, "threads", "not a count"),
        ({"chunk": 1.5}, "chunk", "not a count"),
        ({"stops": [float("inf")]}, "stops", "a stop is not a time"),
    ],
)
def test_bad_arguments_are_refused(two: Model, options: dict[str, Any], where: str, says: str) -> None:
    with pytest.raises(SimulationError, match=says) as caught:
        simulate(two, **{"times": [0.0, 1.0], **options})
    assert caught.value.where == where


def test_a_dose_before_the_start_is_refused(two: Model) -> None:
    with pytest.raises(DoseError, match="before the start"):
        simulate(two, {}, {"TIME": [1.0], "AMT": [1.0], "CMT": ["G"]}, [2.0, 3.0])


def test_what_was_not_observed_names_the_nearest(two: Model) -> None:
    with pytest.raises(SimulationError, match="half"):
        simulate(two, times=[0.0], observe=["half"])["halv"]
