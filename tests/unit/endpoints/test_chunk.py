"""A chunk of a simulation: days from the first infusion, the right patients' values and noise, and clear refusals."""

from types import SimpleNamespace

import numpy as np
import pytest

from silicart.endpoints.chunk import chunk_of
from silicart.errors import StudyError
from silicart.population import Population, uniform


@pytest.fixture(name="population")
def four_patients():
    none = np.zeros(4, dtype=np.int64)
    return Population(
        seed=7,
        per_draw=2,
        patients=np.array([0, 1, 2, 3]),
        draw=np.array([0, 0, 1, 1]),
        structure=np.array(["a", "a", "b", "b"]),
        parameters={"DORIS_limit": np.array([1.0, 2.0, 3.0, 4.0])},
        draws=np.array([0, 1]),
        draw_structure=np.array(["a", "b"]),
        typical_values={},
        attempts=none + 1,
        redraws=none[:2],
        candidates=4,
        passed=4,
        closures_refused=0,
        rejected=(),
    )


@pytest.fixture(name="chunk_of_two")
def last_two_patients(population):
    trajectories = SimpleNamespace(
        times=np.array([0.0, 7.0, 14.0]),
        observables=("activity", "IgG"),
        values=np.arange(12.0).reshape(2, 3, 2),
        status=np.array([0, 3]),
    )
    return chunk_of(trajectories, population, np.array([3, 2]), day_zero=7.0, infusions=(0.0,))


def test_days_count_from_the_first_infusion(chunk_of_two):
    assert chunk_of_two.days.tolist() == [-7.0, 0.0, 7.0]
    assert chunk_of_two.end == 7.0
    assert chunk_of_two.baseline("IgG").tolist() == [1.0, 7.0]
    assert chunk_of_two.at("activity", 3.5).tolist() == [3.0, 9.0]
    assert chunk_of_two.window("activity")[1].tolist() == [[2.0, 4.0], [8.0, 10.0]]


def test_rows_carry_their_own_patients_parameters_noise_and_status(chunk_of_two):
    assert chunk_of_two.patients.tolist() == [3, 2]
    assert chunk_of_two.draws.tolist() == [1, 1]
    assert chunk_of_two.parameter("DORIS_limit").tolist() == [4.0, 3.0]
    assert chunk_of_two.uniform("noise").tolist() == uniform(7, 1, [3, 2], "noise").tolist()
    assert not np.array_equal(chunk_of_two.normal("noise"), chunk_of_two.normal("noise", occasion=1))
    assert chunk_of_two.good.tolist() == [True, False]


def test_what_is_not_there_is_named(chunk_of_two):
    with pytest.raises(StudyError) as caught:
        chunk_of_two.course("IgM")
    assert (caught.value.found, caught.value.remedy) == ("IgM", "did you mean IgG?")
    with pytest.raises(StudyError) as caught:
        chunk_of_two.parameter("fever_threshold")
    assert caught.value.found == "fever_threshold"
