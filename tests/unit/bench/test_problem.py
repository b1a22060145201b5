"""Problems: what all simulators get, and silicart itself on a tiny one, in a process of its own."""

from __future__ import annotations

import pickle
from pathlib import Path

import numpy as np
import pytest

from silicart.bench.measuring import Effort, measure
from silicart.bench.peers import find_peer
from silicart.bench.problem import Doses, Problem, build_problem
from silicart.bench.problems import ProblemAbsent, load_problem, problem_names, verification_file
from silicart.bench.results import rate_at_error
from silicart.bench.translation import Translation, python_functions
from silicart.bench.worker import Worker, WorkerFailed
from silicart.errors import SimulationError, StudyError
from silicart.network import read_antimony_text
from silicart.network.plain_sbml import sbml_of_antimony
from silicart.network.sbml import network_from_sbml
from silicart.simulation import Model, load_model, simulate

TEXT = "model m; A = 2*k; k = 1; A' = -k*A; end"


def test_initial_values_are_worked_out_once_for_all(decay: Problem) -> None:
    assert decay.initial.ravel().tolist() == [1.0, 2.0, 3.0, 4.0]
    assert "initialAssignment" not in decay.sbml
    assert "unused" not in decay.sbml
    assert ("<event" in decay.sbml, "<event" in decay.sbml_with_doses) == (False, True)


def test_a_dose_on_an_output_time_is_refused() -> None:
    dose = Doses(np.array([1.0]), {"A": np.ones(2)})
    with pytest.raises(SimulationError, match="output time"):
        build_problem("m", "M", sbml_of_antimony(TEXT), {"k": [1.0, 2.0]}, [0, 1], dose)


def test_rounding_in_an_empty_state_is_no_scale() -> None:
    text = sbml_of_antimony("model m; k = 1; A = 2*k; A' = -k*A; B = 0; B' = -k*B; end")
    problem = build_problem("m", "M", text, {"k": [1.0, 2.0]}, [0, 1])
    courses = np.zeros((2, 2, 2))
    courses[:, :, 0], courses[:, 1, 1] = 4.0, -3e-18
    assert problem.with_scale(courses).scale.tolist() == [4.0, 1.0]
    courses[:, 1, 1] = 1e-6
    assert problem.with_scale(courses).scale.tolist() == [4.0, 1e-6]


def test_a_problem_travels_between_processes(decay: Problem) -> None:
    again = pickle.loads(pickle.dumps(decay))
    assert (again.sbml, again.outputs) == (decay.sbml, decay.outputs)
    assert np.array_equal(again.table, decay.table)


def test_some_of_the_patients_are_a_problem_too(decay: Problem) -> None:
    part = decay.rows(slice(1, 3))
    assert part.patients == 2
    assert part.table.ravel().tolist() == decay.table.ravel().tolist()[1:3]
    assert len(part.doses.amounts["A"]) == 2


def test_the_plain_model_gives_what_the_model_gives(decay: Problem) -> None:
    whole = Model(read_antimony_text("model decay; A = 2*k; k = 1; A' = -k*A; end"), "decay")
    dose = {"TIME": [1.5], "AMT": [1.0], "CMT": ["A"]}
    expected = simulate(whole, {"k": decay.parameters["k"]}, dose, decay.times, rtol=1e-9, threads=1).values
    found = find_peer("silicart").prepare(decay).run(1e-9, 4, "default")
    assert found == pytest.approx(expected, rel=1e-7)


def test_the_translation_has_the_right_slope_and_jacobian() -> None:
    problem = load_problem("lupus34", 2)
    namespace: dict[str, object] = {"np": np}
    exec(python_functions(Translation(problem)), namespace)
    once, slope, jacobian = (namespace[name] for name in ("once", "slope", "jacobian"))
    state = problem.initial[1] + 0.3
    constants = once(problem.table[1])  # type: ignore[operator]
    matrix = jacobian(0.0, state, constants)  # type: ignore[operator]
    for column in range(len(state)):
        step = np.zeros(len(state))
        step[column] = 1e-6 * (1 + state[column])
        difference = slope(0.0, state + step, constants) - slope(0.0, state - step, constants)  # type: ignore[operator]
        # The widest terms of a column set how exact a difference can be.
        size = 1e-7 * np.abs(matrix[:, column]).max() + 1e-9
        assert difference / (2 * step[column]) == pytest.approx(matrix[:, column], rel=1e-5, abs=size)


@pytest.mark.parametrize("name", ["lupus34", "lupus34-few"])
def test_a_longer_table_has_the_same_patients(name: str) -> None:
    short, long = load_problem(name, 2), load_problem(name, 5)
    assert np.array_equal(short.table, long.table[:2])
    assert len(short.states) == 34
    assert len(short.parameters) == 121


def test_the_lupus_problem_is_the_lupus_model() -> None:
    problem = load_problem("sle", 2)
    network = network_from_sbml(problem.sbml)
    assert set(problem.states) == set(network.states) == set(load_model("sle").states.ids)
    assert len(problem.doses.times) == 6
    assert (np.ptp(problem.initial, axis=0) > 0).any()


def test_an_unknown_problem_is_refused() -> None:
    with pytest.raises(StudyError, match="lupus34"):
        load_problem("lupus43", 1)
    assert "published" in problem_names()


def test_a_published_problem_that_is_not_here_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SILICART_VERIFICATION", str(tmp_path))
    with pytest.raises(ProblemAbsent, match="SILICART_VERIFICATION"):
        verification_file("external/model.xml")


def test_silicart_alone_on_a_tiny_problem(decay: Problem, tmp_path: Path) -> None:
    effort = Effort(patients=4, compared=2, rounds=1, target=0.01, tolerances=(1e-4, 1e-8))
    result = measure(decay, ["silicart"], effort, lambda peer: Worker(peer, cache=tmp_path / peer), lambda text: None)
    (curve,) = result.curves
    assert curve.reason == ""
    assert curve.version.startswith("silicart ")
    loose, tight = curve.points
    assert tight.error < 1e-6 < 1e-2
    assert tight.error <= loose.error
    assert rate_at_error(curve.points)[0] > 0


def test_what_goes_wrong_in_a_process_is_said(decay: Problem, tmp_path: Path) -> None:
    worker = Worker("silicart", cache=tmp_path)
    try:
        worker.prepare(decay, 120.0)
        with pytest.raises(WorkerFailed, match="rtol is out of range"):
            worker.run(1.0, 1, "default", 60.0)
        assert worker.run(1e-3, 2, "default", 60.0).patients == 2
        with pytest.raises(WorkerFailed, match="no answer within"):
            worker.run(1e-12, 4, "default", 0.0)
        assert not worker.alive
    finally:
        worker.close()
