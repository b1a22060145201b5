"""Truth tables of the composite endpoints, from their definitions: each criterion alone decides."""

from dataclasses import replace

import numpy as np
import pytest

from silicart.endpoints.lupus import bilag
from silicart.endpoints.lupus.bilag import A, B, C, D, E
from silicart.endpoints.lupus.composites import Status, bicla, complete_renal_response, doris, lldas, sri

KEPT, BROKEN = np.array([False]), np.array([True])


def one(value: float) -> np.ndarray:
    return np.array([float(value)])


def grades(*letters: float) -> np.ndarray:
    return np.array([[*letters, *[E] * (7 - len(letters))]])


ENTRY = Status(one(10), one(8), one(1.5), grades(B, A, C, D), one(10))
BETTER = Status(one(6), one(4), one(1.0), grades(C, B, C, D), one(10))


@pytest.mark.parametrize(
    ("after", "failed", "responds"),
    [
        (BETTER, KEPT, True),
        (replace(BETTER, SLEDAI=one(7)), KEPT, False),  # fell by 3
        (BETTER, BROKEN, False),  # medication rules
        (replace(BETTER, grades=grades(C, B, A, D)), KEPT, False),  # one new A
        (replace(BETTER, grades=grades(C, B, B, D)), KEPT, True),  # one new B is allowed
        (replace(BETTER, grades=grades(C, B, B, B)), KEPT, False),  # two new B are not
        (replace(BETTER, grades=grades(B, A, C, D)), KEPT, True),  # old A and B may stay
        (replace(BETTER, PGA=one(1.79)), KEPT, True),
        (replace(BETTER, PGA=one(1.8)), KEPT, False),  # worse by a tenth of the scale
    ],
)
def test_sri4(after, failed, responds):
    assert sri(ENTRY, after, failed)[0] == responds


@pytest.mark.parametrize(
    ("after", "failed", "responds"),
    [
        (BETTER, KEPT, True),
        (BETTER, BROKEN, False),
        (replace(BETTER, grades=grades(C, A, C, D)), KEPT, False),  # an A that stays
        (replace(BETTER, grades=grades(B, B, C, D)), KEPT, False),  # a B that stays
        (replace(BETTER, grades=grades(D, D, D, D)), KEPT, True),
        (replace(BETTER, grades=grades(C, B, B, D)), KEPT, True),  # one new B
        (replace(BETTER, grades=grades(C, B, B, B)), KEPT, False),  # two new B
        (replace(BETTER, grades=grades(C, B, A, D)), KEPT, False),  # a new A
        (replace(BETTER, SLEDAI=one(10)), KEPT, True),  # SLEDAI need not fall
        (replace(BETTER, SLEDAI=one(11)), KEPT, False),  # but must not rise
        (replace(BETTER, PGA=one(1.8)), KEPT, False),
    ],
)
def test_bicla(after, failed, responds):
    assert bicla(ENTRY, after, failed)[0] == responds


REMISSION = Status(one(4), one(0), one(0.4), grades(D, D), one(5))


@pytest.mark.parametrize(
    ("now", "remits"),
    [
        (REMISSION, True),  # serology (4 points) does not count
        (replace(REMISSION, clinical_SLEDAI=one(1)), False),
        (replace(REMISSION, PGA=one(0.5)), False),  # below 0.5 is asked for
        (replace(REMISSION, PGA=one(0.49)), True),
        (replace(REMISSION, prednisone=one(5.5)), False),
        (replace(REMISSION, prednisone=one(0)), True),
    ],
)
def test_doris(now, remits):
    assert doris(now)[0] == remits


LOW = Status(one(4), one(2), one(1.0), grades(C, D), one(7.5))


@pytest.mark.parametrize(
    ("now", "major", "new", "low"),
    [
        (LOW, KEPT, KEPT, True),
        (replace(LOW, SLEDAI=one(5)), KEPT, KEPT, False),
        (LOW, BROKEN, KEPT, False),  # a major organ
        (LOW, KEPT, BROKEN, False),  # something new
        (replace(LOW, PGA=one(1.01)), KEPT, KEPT, False),
        (replace(LOW, prednisone=one(10)), KEPT, KEPT, False),
    ],
)
def test_lldas(now, major, new, low):
    assert lldas(now, major, new)[0] == low


@pytest.mark.parametrize(
    ("protein", "eGFR", "before", "failed", "complete"),
    [
        (0.4, 100, 100, KEPT, True),
        (0.5, 100, 100, KEPT, False),
        (0.4, 80, 85, KEPT, True),  # below 90, but within 10 % of before
        (0.4, 70, 85, KEPT, False),
        (0.4, 100, 100, BROKEN, False),
    ],
)
def test_complete_renal_response(protein, eGFR, before, failed, complete):
    assert complete_renal_response(one(protein), one(eGFR), one(before), failed)[0] == complete


def test_remission_of_doris_is_low_activity_unless_something_is_major():
    assert lldas(REMISSION, KEPT, KEPT)[0]


def test_grades_follow_the_margin_and_survive_packing():
    severity = np.array([[-3.0, -0.5, 0.1, 0.6, 1.8, 0.0, 0.5]])
    letters = bilag.grade(severity, one(0.5), one(1.5), np.full((1, 7), -1.0))
    assert letters.tolist() == [[E, D, C, B, A, D, C]]
    assert bilag.unpack(bilag.pack(letters)).tolist() == letters.tolist()
