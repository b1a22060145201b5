"""Consensus grades: truth tables of our own, and the worked examples that others printed, where they are at hand."""

import csv
import itertools
import os
from pathlib import Path

import numpy as np
import pytest

from silicart.endpoints.safety.astct import (
    Consciousness,
    Hypotension,
    Hypoxia,
    Oedema,
    Seizure,
    crs_grade,
    hypoxia_of,
    icans_grade,
)
from silicart.errors import StudyError, VerificationError
from silicart.verification import verification_folder

# What each printed case says, in our words: the file has sentences, and a grade is asked of signs.
PRINTED = {
    "crs1": lambda: crs_grade(38.5, Hypotension.ONE_VASOPRESSOR, Hypoxia.LOW_FLOW),
    "crs2": lambda: crs_grade(37.0, Hypotension.ONE_VASOPRESSOR, fever_treated=True),
    "crs3": lambda: crs_grade(38.5, Hypotension.ONE_VASOPRESSOR),
    "crs4": lambda: crs_grade(38.0),
    "crs5": lambda: crs_grade(38.5, hypoxia=hypoxia_of(6.0)),
    "crs6": lambda: crs_grade(38.5, hypoxia=hypoxia_of(7.0)),
    "crs7": lambda: crs_grade(38.5, hypoxia=hypoxia_of(0.0, positive_pressure=True)),
    "icans1": lambda: icans_grade(3, seizure=Seizure.RESOLVES),
    "icans2": lambda: icans_grade(0, Consciousness.SPONTANEOUS),
    "icans3": lambda: icans_grade(0, Consciousness.UNAROUSABLE),
    # Haemorrhage, tremor and myoclonus are no inputs, for they do not count.
    "icans4": lambda: icans_grade(8),
    "icans5": lambda: icans_grade(8),
}


@pytest.fixture(scope="module")
def printed() -> dict[str, int]:
    """Grades of the worked examples; the test is skipped where their folder is not."""
    beside = Path(__file__).resolve().parents[5] / "shared" / "verification"
    try:
        folder = beside if "SILICART_VERIFICATION" not in os.environ and beside.is_dir() else verification_folder()
    except VerificationError as error:
        pytest.skip(f"{error.problem}: {error.remedy}")
    file = folder / "external" / "astct" / "worked_examples.csv"
    if not file.is_file():
        pytest.skip("the folder of suites has no worked examples of consensus grades")
    with file.open(encoding="utf-8") as lines:
        return {row["id"]: int(row["expected_grade"]) for row in csv.DictReader(lines)}


def test_every_worked_example_gets_its_grade(printed):
    assert set(printed) == set(PRINTED)
    assert {id: int(case()) for id, case in PRINTED.items()} == printed


def test_cytokine_release_over_all_signs():
    for pressure, oxygen, hot, treated in itertools.product(Hypotension, Hypoxia, (True, False), (True, False)):
        found = int(crs_grade(38.0 if hot else 37.9, pressure, oxygen, fever_treated=treated))
        if not (hot or treated):
            assert found == 0
        elif 3 in (pressure, oxygen):
            assert found == 4
        elif 2 in (pressure, oxygen):
            assert found == 3
        else:
            assert found == (2 if 1 in (pressure, oxygen) else 1)


def test_death_is_grade_five_in_both():
    assert int(crs_grade(37.0, died=True)) == int(icans_grade(10, died=True)) == 5


def test_oxygen_by_flow_mask_and_positive_pressure():
    assert hypoxia_of([0.0, 0.5, 6.0, 6.1]).tolist() == [0, 1, 1, 2]
    assert int(hypoxia_of(4.0, mask=True)) == Hypoxia.HIGH_FLOW
    assert int(hypoxia_of(4.0, positive_pressure=True)) == Hypoxia.POSITIVE_PRESSURE


def test_ice_scores():
    assert icans_grade(np.arange(11)).tolist() == [3, 3, 3, 2, 2, 2, 2, 1, 1, 1, 0]


@pytest.mark.parametrize(
    ("signs", "grade"),
    [
        ({"consciousness": Consciousness.VOICE}, 2),
        ({"consciousness": Consciousness.TOUCH}, 3),
        ({"consciousness": Consciousness.UNAROUSABLE}, 4),
        ({"seizure": Seizure.RESOLVES}, 3),
        ({"seizure": Seizure.PROLONGED}, 4),
        ({"motor_weakness": True}, 4),
        ({"oedema": Oedema.FOCAL}, 3),
        ({"oedema": Oedema.DIFFUSE}, 4),
    ],
)
def test_one_sign_is_enough_whatever_the_score(signs, grade):
    assert icans_grade([10, 8, 4, 1], **signs).tolist() == [max(grade, by_score) for by_score in (0, 1, 2, 3)]


def test_what_is_no_score_or_class_is_refused():
    with pytest.raises(StudyError, match="not an ICE score"):
        icans_grade(11)
    with pytest.raises(StudyError, match="no such class of hypotension"):
        crs_grade(39.0, 4)
