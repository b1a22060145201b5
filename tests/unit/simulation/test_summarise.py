"""Summarising: the numbers of trajectories without the trajectories, the same however the work is shared out."""

from __future__ import annotations

import pickle
import subprocess
import sys
import textwrap
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from silicart.errors import DoseError, SimulationError
from silicart.network import read_antimony_text
from silicart.simulation import (
    Area,
    Cohort,
    Maximum,
    Minimum,
    Model,
    PatientSource,
    ProgressEvent,
    Quantiles,
    Summary,
    TimeAbove,
    TimeOfMaximum,
    TimeOfMinimum,
    Trajectories,
    simulate,
    summarise,
)

PATIENTS = 150
END = 20.0
DOSES: Mapping[str, list[Any]] = {"TIME": [2.0, 5.0, 9.0], "AMT": [0.5, 1.0, 0.3], "CMT": ["x", "y", "x"]}
ASKED = [
    Maximum("x"),
    TimeOfMaximum("x"),
    Minimum("y"),
    TimeOfMinimum("y"),
    TimeAbove("x", 1.2),
    Area("y"),
    Area("x", window=(5.0, 12.0)),
    TimeAbove("y", 0.5, window=(0.0, 10.0)),
    Maximum("y", window=(12.0, 20.0)),
]


def values(first: int, last: int) -> dict[str, NDArray[np.float64]]:
    """Patients by their number alone."""
    number = np.arange(first, last)
    return {"a": 0.8 + 0.4 * ((number * 0.618) % 1.0), "b": 1.0 + (number * 0.414) % 1.0}


def summary(prey: Model, **options: Any) -> Summary:
    return summarise(prey, values(0, PATIENTS), DOSES, [0.0, END], ASKED, **options)


def same(left: Summary, right: Summary) -> bool:
    return left.values.keys() == right.values.keys() and all(
        np.array_equal(left[name], right[name], equal_nan=True) for name in left.values
    )


def test_the_numbers_are_those_of_a_fine_trajectory(prey: Model) -> None:
    times = np.unique(np.concatenate([np.linspace(0.0, END, 40_001), np.nextafter([2.0, 5.0, 9.0], 0.0)]))
    few = {id: column[:6] for id, column in values(0, PATIENTS).items()}
    courses = simulate(prey, few, DOSES, times, ["x", "y"])
    found = summarise(prey, few, DOSES, [0.0, END], ASKED)
    x, y = courses["x"], courses["y"]
    inside, late, early = (times >= 5.0) & (times <= 12.0), times >= 12.0, times <= 10.0
    for one, wanted, error in (
        (Maximum("x"), x.max(axis=1), 5e-7),
        (TimeOfMaximum("x"), times[x.argmax(axis=1)], 6e-4),
        (Minimum("y"), y.min(axis=1), 5e-7),
        (TimeOfMinimum("y"), times[y.argmin(axis=1)], 6e-4),
        (TimeAbove("x", 1.2), ((x > 1.2)[:, 1:] * np.diff(times)).sum(axis=1), 3e-3),
        (Area("y"), np.trapezoid(y, times, axis=1), 1e-6),
        (Area("x", window=(5.0, 12.0)), np.trapezoid(x[:, inside], times[inside], axis=1), 1e-6),
        (TimeAbove("y", 0.5, (0.0, 10.0)), ((y > 0.5)[:, early][:, 1:] * np.diff(times[early])).sum(axis=1), 3e-3),
        (Maximum("y", window=(12.0, 20.0)), y[:, late].max(axis=1), 5e-7),
    ):
        assert found[one] == pytest.approx(wanted, abs=error), one.name


def test_units_names_and_table(two: Model) -> None:
    found = summarise(two, {"k_e": [0.1, 0.2]}, {"TIME": [0.0], "AMT": [1.0], "CMT": ["G"]}, [0.0, 5.0],
                      [Maximum("C"), Area("half", window=(0, 2.5))])  # fmt: skip
    assert list(found.values) == ["C_maximum", "half_area_from_0_to_2.5"]
    assert found["C_maximum"] is found[Maximum("C")]
    table = found.to_pandas()
    assert list(table) == ["patient", "status", "C_maximum", "half_area_from_0_to_2.5"]
    assert len(table) == len(found) == 2
    assert len(found.failures) == 0


@pytest.mark.parametrize(("threads", "chunk"), [(1, 1), (1, 7), (2, 7), (3, 50), (2, 1000)])
def test_threads_chunks_and_a_source_change_no_bit(prey: Model, threads: int, chunk: int) -> None:
    expected = summary(prey, threads=1)
    assert same(summary(prey, threads=threads, chunk=chunk), expected)
    source = PatientSource(PATIENTS, values)
    drawn = summarise(prey, source, DOSES, [0.0, END], ASKED, threads=threads, chunk=chunk)
    assert same(drawn, expected)
    assert np.array_equal(drawn.steps, expected.steps)


def test_more_times_change_no_bit(prey: Model) -> None:
    fine = summarise(prey, values(0, PATIENTS), DOSES, np.linspace(0.0, END, 33), ASKED)
    assert same(fine, summary(prey))


def test_a_source_brings_its_own_doses_and_products(prey: Model) -> None:
    def make(first: int, last: int) -> Cohort:
        numbers = np.arange(first, last)
        doses = {
            "ID": np.arange(last - first),
            "TIME": 1.0 + numbers,
            "AMT": 0.1 * numbers,
            "CMT": ["both"] * len(numbers),
        }
        return Cohort(values(first, last), doses, {"both": {"x": 0.5, "y": 0.25}})

    found = summarise(prey, PatientSource(10, make), None, [0.0, END], ASKED, chunk=3)
    whole = make(0, 10)
    expected = summarise(prey, whole.parameters, whole.doses, [0.0, END], ASKED, products=whole.products)
    assert same(found, expected)


def test_a_run_that_is_resumed_equals_the_one_that_stops_there(prey: Model) -> None:
    whole = summary(prey, stops=[9.0, 15.0])
    first = summarise(prey, values(0, PATIENTS), DOSES, [0.0, 9.0], ASKED[:-1], keep_state=True, chunk=40)
    # The last one begins later, so the state need not have it.
    second = summarise(prey, values(0, PATIENTS), DOSES, [9.0, 15.0], ASKED, resume=first.state, keep_state=True)
    source = PatientSource(PATIENTS, values)
    third = summarise(prey, source, DOSES, [15.0, END], ASKED, resume=pickle.loads(pickle.dumps(second.state)), chunk=7)
    assert same(third, whole)
    assert np.array_equal(first.steps + second.steps + third.steps, whole.steps)


def test_a_reduction_cannot_go_on_from_nothing(prey: Model) -> None:
    first = summarise(prey, values(0, 3), DOSES, [0.0, 9.0], [Maximum("x")], keep_state=True)
    with pytest.raises(SimulationError, match="goes on from nothing"):
        summarise(prey, values(0, 3), DOSES, [9.0, END], [Maximum("y")], resume=first.state)
    courses = simulate(prey, values(0, 3), DOSES, [0.0, 9.0])
    with pytest.raises(SimulationError, match="goes on from nothing"):
        summarise(prey, values(0, 3), DOSES, [9.0, END], [Maximum("y")], resume=courses.state)
    late = summarise(prey, values(0, 3), DOSES, [9.0, END], [Maximum("y", (9.0, END))], resume=courses.state)
    assert np.isfinite(late["y_maximum_from_9_to_20"]).all()


def test_a_trajectory_goes_on_from_a_summary(prey: Model) -> None:
    first = summarise(prey, values(0, 5), DOSES, [0.0, 9.0], ASKED[:3], keep_state=True)
    found = simulate(prey, values(0, 5), DOSES, [9.0, END], resume=first.state)
    whole = simulate(prey, values(0, 5), DOSES, [0.0, 9.0, END])
    assert np.array_equal(
        found.values[:, -1], simulate(prey, values(0, 5), DOSES, [0.0, END], stops=[9.0]).values[:, -1]
    )
    assert found.values[:, 0] == pytest.approx(whole.values[:, 1])


@pytest.fixture(scope="module")
def bursting() -> Model:
    return Model(read_antimony_text("model bursting; x = 1; k = 0; x' = k*x^2; end", "b"), "bursting")


def test_a_patient_who_fails_is_missing_and_disturbs_nobody(bursting: Model) -> None:
    rates = np.array([0.0, 2.0, 0.0, 0.1, 5.0])
    found = summarise(bursting, {"k": rates}, None, [0.0, 5.0], [Maximum("x"), Area("x"),
                      Quantiles("x", (0.5, 1.0), bounds=(0.5, 4.5), times=(5.0,), exact=True)], chunk=2)  # fmt: skip
    assert found.status.tolist()[::2] == [0, 0, found.status[4]]
    assert (found.status[[1, 4]] != 0).all()
    assert np.isnan(found["x_maximum"][[1, 4]]).all()
    assert np.isnan(found["x_area"][[1, 4]]).all()
    assert found["x_maximum"][[0, 2, 3]] == pytest.approx([1.0, 1.0, 2.0], rel=1e-5)
    assert found.failures["patient"].tolist() == [1, 4]
    assert found.failures["time"].to_numpy() == pytest.approx([0.5, 0.2], rel=1e-3)
    table = found.quantiles["x"]
    assert table.missing.tolist() == [2]
    assert table.values[0] == pytest.approx([1.0, 2.0], rel=1e-5)


def test_models_and_results_pickle(prey: Model) -> None:
    model = pickle.loads(pickle.dumps(prey))
    assert model.hash == prey.hash
    found = summary(model, keep_state=True)
    asked = [*ASKED, Quantiles("x", 0.5, bounds=(0, 10))]
    assert pickle.loads(pickle.dumps(asked)) == asked
    copy = pickle.loads(pickle.dumps(found))
    assert same(copy, found)
    for entry in fields(found.state.lanes):  # type: ignore[union-attr]
        left, right = (getattr(one.state.lanes, entry.name) for one in (copy, found))
        assert np.array_equal(left, right, equal_nan=True)
    courses = simulate(prey, values(0, 4), DOSES, [0.0, END])
    again = pickle.loads(pickle.dumps(courses))
    assert isinstance(again, Trajectories)
    assert np.array_equal(again.values, courses.values)


def test_single_precision_is_the_double_rounded(prey: Model) -> None:
    times = np.linspace(0.0, END, 11)
    double = simulate(prey, values(0, PATIENTS), DOSES, times, threads=2, chunk=40)
    single = simulate(prey, values(0, PATIENTS), DOSES, times, threads=2, chunk=40, dtype="float32")
    assert single.values.dtype == np.float32
    assert np.array_equal(single.values, double.values.astype(np.float32))
    assert np.array_equal(single.state.lanes.states, double.state.lanes.states)
    assert single.to_pandas()["x"].dtype == np.float32
    with pytest.raises(SimulationError, match="cannot be stored"):
        simulate(prey, times=times, dtype="float16")


def test_progress_is_told_to_the_end(prey: Model) -> None:
    seen: list[ProgressEvent] = []
    summarise(prey, PatientSource(PATIENTS, values), None, [0.0, 1.0], [Maximum("x")], chunk=20, progress=seen.append)
    assert [event.done for event in seen] == sorted(event.done for event in seen)
    assert (seen[-1].done, seen[-1].total, seen[-1].time_left) == (PATIENTS, PATIENTS, 0.0)


@pytest.mark.parametrize(
    ("reductions", "problem"),
    [
        ([], "nothing to reduce"),
        (Maximum("x"), "no list of reductions"),
        (["x"], "no list of reductions"),
        ([Maximum("z")], "unknown observable"),
        ([Maximum("x"), Maximum("x")], "stands twice"),
        ([Maximum("x", window=(30.0, 40.0))], "outside the run"),
        ([Quantiles("x", 0.5, bounds=(0, 1), times=[25.0])], "outside the run"),
        ([Quantiles("x", 0.5, bounds=(0, 1)), Quantiles("x", 0.1, bounds=(0, 1))], "stand twice"),
        ([Quantiles("z", 0.5, bounds=(0, 1))], "unknown observable"),
    ],
)
def test_bad_reductions_are_refused_before_anything_runs(prey: Model, reductions: Any, problem: str) -> None:
    with pytest.raises(SimulationError, match=problem):
        summarise(prey, None, None, [0.0, END], reductions)


@pytest.mark.parametrize(
    "make",
    [
        lambda: Maximum(""),
        lambda: Maximum("x", window=(1.0, 1.0)),
        lambda: Maximum("x", window=5.0),  # type: ignore[arg-type]
        lambda: Maximum("x", window=(0.0, float("inf"))),
        lambda: TimeAbove("x", float("nan")),
        lambda: TimeAbove("x", "high"),  # type: ignore[arg-type]
        lambda: Quantiles("x", (), bounds=(0, 1)),
        lambda: Quantiles("x", (1.5,), bounds=(0, 1)),
        lambda: Quantiles("x", (0.5,), bounds=(1, 0)),
        lambda: Quantiles("x", (0.5,), bounds=(0, 1), scale="log"),
        lambda: Quantiles("x", (0.5,), bounds=(0, 1), scale="square"),  # type: ignore[arg-type]
        lambda: Quantiles("x", (0.5,), bounds=(0, 1), bins=0),
        lambda: Quantiles("x", (0.5,), bounds=(0, 1), times=()),
        lambda: PatientSource(0, values),
        lambda: PatientSource(5, None),  # type: ignore[arg-type]
    ],
)
def test_nouns_that_make_no_sense_are_refused(make: Any) -> None:
    with pytest.raises(SimulationError) as caught:
        make()
    assert caught.value.expected
    assert caught.value.remedy


def test_a_source_that_makes_something_else_is_refused(prey: Model) -> None:
    for make, problem in (
        (lambda first, last: {"a": 1.0}, "another number of patients"),
        (lambda first, last: values(first, last + 1), "another number of patients"),
        (lambda first, last: [1.0, 2.0], "no patients"),
    ):
        with pytest.raises(SimulationError, match=problem):
            summarise(prey, PatientSource(5, make), None, [0.0, 1.0], [Maximum("x")])  # type: ignore[arg-type]
    with pytest.raises(DoseError):
        summarise(prey, PatientSource(5, lambda first, last: Cohort(values(first, last), {"TIME": [1.0]})), None,
                  [0.0, 1.0], [Maximum("x")])  # fmt: skip


MEMORY = """
import resource, sys
import numpy as np
from silicart.network import read_antimony_text
from silicart.simulation import Area, Maximum, Model, PatientSource, Quantiles, TimeAbove, summarise

model = Model(read_antimony_text("model m; k = 1; x = 1; x' = -k*x; end", "m"), "m")
source = PatientSource(int(sys.argv[1]), lambda first, last: {"k": 0.5 + (np.arange(first, last) * 0.618) % 1.0})
asked = [Maximum("x"), Area("x"), TimeAbove("x", 0.3), Quantiles("x", (0.1, 0.5), bounds=(0, 1), times=(1.0, 2.0))]
found = summarise(model, source, None, [0.0, 10.0], asked, threads=2, chunk=500)
assert (found.status == 0).all()
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024))
"""


def test_memory_does_not_grow_with_the_patients() -> None:
    def peak(patients: int) -> int:
        command = [sys.executable, "-c", textwrap.dedent(MEMORY), str(patients)]
        return int(subprocess.run(command, check=True, capture_output=True, text=True).stdout)

    few, many = peak(2_000), peak(40_000)
    # What is kept of a patient: three numbers, status and steps, 8 bytes each. A trajectory would take far more.
    kept = 38_000 * 5 * 8
    assert many - few < kept + 8_000_000


def test_a_steady_state_dose_comes_before_the_reductions(two: Model) -> None:
    doses = {"TIME": [0.0], "AMT": [2.0], "CMT": ["G"], "II": [6.0], "SS": [1], "ADDL": [3]}
    times = np.linspace(0.0, 24.0, 4801)
    found = summarise(two, {"k_e": [0.1, 0.3]}, doses, [0.0, 24.0], [Minimum("C"), Maximum("C"), Area("C")])
    course = simulate(two, {"k_e": [0.1, 0.3]}, doses, times, ["C"])["C"]
    assert found["C_minimum"] == pytest.approx(course.min(axis=1), rel=1e-5)
    assert found["C_maximum"] == pytest.approx(course.max(axis=1), rel=1e-5)
    assert found["C_area"] == pytest.approx(np.trapezoid(course, times, axis=1), rel=1e-5)
