"""IMWG response and progression: the truth table of the consensus, line by line (Kumar 2016, Rajkumar 2011)."""

from __future__ import annotations

import numpy as np
import pytest

from silicart.endpoints.myeloma.response import Markers, Response, category, confirmed, normal_ratio, progressed


def markers(serum=0.0, urine=0.0, involved=12.0, uninvolved=12.0, marrow=0.01):
    return Markers(*(np.array([float(x)]) for x in (serum, urine, involved, uninvolved, marrow)))


SERUM = markers(serum=40.0, marrow=0.4)
BOTH = markers(serum=40.0, urine=2000.0, marrow=0.4)
URINE = markers(urine=2000.0, marrow=0.4)
CHAINS = markers(serum=3.0, involved=1012.0, marrow=0.4)
CELLS = markers(serum=3.0, marrow=0.4)


def depth(entry, now, *, fixation=False, clone_absent=False, plasmacytoma=0.0):
    return Response(int(category(entry, now, np.array([fixation]), np.array([clone_absent]), plasmacytoma)[0]))


@pytest.mark.parametrize(
    ("entry", "now", "extra", "expected"),
    [
        # Complete: immunofixation negative, under 5 % plasma cells, no plasmacytoma.
        (SERUM, markers(), {"fixation": True, "clone_absent": True}, "SCR"),
        (SERUM, markers(), {"fixation": True, "clone_absent": False}, "CR"),
        (SERUM, markers(involved=30.0), {"fixation": True, "clone_absent": True}, "CR"),
        (SERUM, markers(marrow=0.05), {"fixation": True, "clone_absent": True}, "VGPR"),
        (SERUM, markers(), {"fixation": True, "clone_absent": True, "plasmacytoma": 0.3}, "VGPR"),
        # Very good: on immunofixation only, or 90 % less in serum with urine under 100 mg a day.
        (SERUM, markers(serum=0.0), {"fixation": False}, "VGPR"),
        (SERUM, markers(serum=4.0), {}, "VGPR"),
        (SERUM, markers(serum=4.1), {}, "PR"),
        (BOTH, markers(serum=4.0, urine=99.0), {}, "VGPR"),
        (BOTH, markers(serum=4.0, urine=100.0), {}, "PR"),
        # Partial: half in serum, and 90 % less or under 200 mg a day in urine.
        (SERUM, markers(serum=20.0), {}, "PR"),
        (SERUM, markers(serum=20.1), {}, "MR"),
        (BOTH, markers(serum=20.0, urine=200.0), {}, "PR"),
        (BOTH, markers(serum=20.0, urine=201.0), {}, "MR"),
        (URINE, markers(urine=199.0), {}, "PR"),
        (SERUM, markers(serum=10.0), {"plasmacytoma": 0.6}, "SD"),
        # Minimal: a quarter in serum, half in urine.
        (SERUM, markers(serum=30.0), {}, "MR"),
        (SERUM, markers(serum=30.1), {}, "SD"),
        (BOTH, markers(serum=30.0, urine=1001.0), {}, "SD"),
        (BOTH, markers(serum=30.0, urine=1000.0), {}, "MR"),
        # Light chains only where no M-protein is measurable.
        (CHAINS, markers(involved=512.0), {}, "PR"),
        (CHAINS, markers(involved=513.0), {}, "SD"),
        (CHAINS, markers(involved=112.0), {}, "VGPR"),
        (CHAINS, markers(involved=30.0), {"fixation": True, "clone_absent": True}, "VGPR"),
        (CHAINS, markers(involved=15.0), {"fixation": True, "clone_absent": False}, "CR"),
        (SERUM, markers(serum=40.0, involved=12.0), {}, "SD"),
        # Marrow only where neither is, and from 30 % at entry.
        (CELLS, markers(serum=3.0, marrow=0.2), {}, "PR"),
        (CELLS, markers(serum=3.0, marrow=0.21), {}, "SD"),
        (markers(serum=3.0, marrow=0.29), markers(serum=3.0, marrow=0.1), {}, "SD"),
    ],
)
def test_category(entry, now, extra, expected):
    assert depth(entry, now, **extra).name == expected


@pytest.mark.parametrize(
    ("entry", "lowest", "now", "expected"),
    [
        (SERUM, markers(serum=10.0), markers(serum=15.0), True),
        (SERUM, markers(serum=10.0), markers(serum=14.9), False),
        (SERUM, markers(serum=30.0), markers(serum=36.0), False),  # 6 g/L, but less than a quarter
        (SERUM, markers(serum=0.0), markers(serum=5.0), True),
        (SERUM, markers(serum=50.0), markers(serum=62.5), True),
        (markers(serum=80.0), markers(serum=50.0), markers(serum=59.9), False),
        (URINE, markers(urine=100.0), markers(urine=300.0), True),
        (URINE, markers(urine=100.0), markers(urine=299.0), False),
        (CHAINS, markers(involved=12.0), markers(involved=112.1), True),
        (CHAINS, markers(involved=12.0), markers(involved=112.0), False),
        (SERUM, markers(involved=12.0), markers(involved=500.0), False),  # M-protein is measurable
        (CELLS, markers(marrow=0.02), markers(marrow=0.12), True),
        (CELLS, markers(marrow=0.02), markers(marrow=0.11), False),
        (CHAINS, markers(marrow=0.02), markers(marrow=0.5), False),
    ],
)
def test_progression_is_counted_from_the_lowest_value(entry, lowest, now, expected):
    assert progressed(entry, lowest, now).tolist() == [expected]


@pytest.mark.parametrize(("growth", "new", "expected"), [(0.5, False, True), (0.49, False, False), (0.0, True, True)])
def test_lesions_are_progression_whatever_the_protein_does(growth, new, expected):
    found = progressed(SERUM, SERUM, markers(serum=5.0), np.array([new]), np.array([growth]))
    assert found.tolist() == [expected]


def test_a_single_assessment_counts_no_more_than_the_next_confirms():
    assert confirmed([5, 2, 0], [4, 3, 5]).tolist() == [4, 2, 0]


def test_the_normal_ratio_ends_at_its_limits():
    assert normal_ratio([0.26, 0.259, 1.65, 1.651], np.ones(4)).tolist() == [True, False, True, False]


def test_patients_are_judged_each_alone():
    entry = Markers(*(np.array([a, b]) for a, b in ((40.0, 3.0), (0.0, 0.0), (12.0, 1012.0), (12.0, 12.0), (0.4, 0.4))))
    now = Markers(*(np.array([a, b]) for a, b in ((30.0, 3.0), (0.0, 0.0), (12.0, 112.0), (12.0, 12.0), (0.4, 0.4))))
    assert category(entry, now, np.array([False, False]), np.array([False, False])).tolist() == [1, 3]
