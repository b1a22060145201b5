"""Courses are unrolled, infusions started and ended, resets put in place, in the order that the field expects."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
import pandas as pd

from silicart.simulation.doses import read_dose_table
from silicart.simulation.expansion import ADD, RATE, RESTART, STEADY, STOP, Part, Schedule, expand

PARTS = {"blood": [Part(0, np.array(1.0))], "mrna": [Part(1, np.array(0.25)), Part(2, np.array([0.5, 1.0]))]}


def schedule(end: float = 100.0, patients: int = 2, **columns: list[Any]) -> Schedule:
    records = read_dose_table(columns, patients=patients, targets=PARTS)
    return expand(records, PARTS, patients=patients, start=0.0, end=end)


def rows(events: Schedule, patient: int = 0) -> list[tuple[float, int, int, float]]:
    mine = events.patient == patient
    columns = (events.time, events.kind, events.state, events.amount)
    return list(zip(*(column[mine].tolist() for column in columns), strict=True))


def test_a_product_spreads_over_states_by_the_patients_own_shares() -> None:
    events = schedule(TIME=[1.0], AMT=[8.0], CMT=["mrna"])
    assert rows(events, 0) == [(1.0, ADD, 1, 2.0), (1.0, ADD, 2, 4.0)]
    assert rows(events, 1) == [(1.0, ADD, 1, 2.0), (1.0, ADD, 2, 8.0)]


def test_additional_doses_follow_every_interval_up_to_the_end() -> None:
    events = schedule(end=10.0, TIME=[1.0], AMT=[8.0], CMT=["blood"], II=[3.0], ADDL=[1000000])
    assert events.time[events.patient == 0].tolist() == [1.0, 4.0, 7.0, 10.0]


def test_an_infusion_is_a_rate_that_begins_and_ends() -> None:
    events = schedule(TIME=[1.0], AMT=[8.0], CMT=["blood"], RATE=[2.0])
    assert rows(events) == [(1.0, RATE, 0, 2.0), (5.0, RATE, 0, -2.0)]


def test_a_reset_cancels_running_infusions_and_doses_still_to_come() -> None:
    events = schedule(
        TIME=[0.0, 2.0, 6.0],
        AMT=[8.0, 1.0, 0.0],
        CMT=["blood", "blood", None],
        RATE=[2.0, 0.0, 0.0],
        EVID=[1, 1, 3],
        II=[0.0, 3.0, 0.0],
        ADDL=[0, 5, 0],
    )
    assert rows(events) == [
        (0.0, RATE, 0, 2.0),
        (2.0, ADD, 0, 1.0),
        (4.0, RATE, 0, -2.0),
        (5.0, ADD, 0, 1.0),
        (6.0, RESTART, -1, 0.0),
    ]
    cut = schedule(TIME=[0.0, 3.0], AMT=[8.0, 0.0], CMT=["blood", None], RATE=[2.0, 0.0], EVID=[1, 3])
    assert rows(cut) == [(0.0, RATE, 0, 2.0), (3.0, RESTART, -1, 0.0)]


def test_a_reset_and_dose_resets_first() -> None:
    events = schedule(TIME=[4.0], AMT=[8.0], CMT=["blood"], EVID=[4])
    assert rows(events) == [(4.0, RESTART, -1, 0.0), (4.0, ADD, 0, 8.0)]


def test_a_reset_acts_on_its_own_patient_only() -> None:
    events = schedule(
        ID=[0, 0, 1], TIME=[0.0, 3.0, 0.0], AMT=[8.0, 0.0, 8.0], CMT=["blood"] * 3, RATE=[2.0, 0.0, 2.0], EVID=[1, 3, 1]
    )
    assert rows(events, 1) == [(0.0, RATE, 0, 2.0), (4.0, RATE, 0, -2.0)]


def test_at_one_time_infusions_end_first_and_rows_keep_their_order() -> None:
    events = schedule(
        TIME=[0.0, 4.0, 4.0, 4.0],
        AMT=[8.0, 1.0, 0.0, 3.0],
        CMT=["blood"] * 4,
        RATE=[2.0, 0.0, 0.0, 0.0],
        EVID=[1, 1, 3, 1],
    )
    assert rows(events)[1:] == [(4.0, RATE, 0, -2.0), (4.0, ADD, 0, 1.0), (4.0, RESTART, -1, 0.0), (4.0, ADD, 0, 3.0)]


def test_another_event_is_a_stop_and_an_observation_is_nothing() -> None:
    events = schedule(TIME=[2.0, 3.0], EVID=[2, 0])
    assert rows(events) == [(2.0, STOP, -1, 0.0)]


def test_a_steady_state_infusion_longer_than_its_interval_finds_earlier_ones_running() -> None:
    events = schedule(TIME=[10.0], AMT=[9.0], CMT=["blood"], RATE=[1.0], II=[4.0], SS=[1])
    assert rows(events) == [
        (10.0, STEADY, -1, 0.0),
        (10.0, RATE, 0, 1.0),
        (10.0, RATE, 0, 1.0),
        (10.0, RATE, 0, 1.0),
        (11.0, RATE, 0, -1.0),
        (15.0, RATE, 0, -1.0),
        (19.0, RATE, 0, -1.0),
    ]


def test_the_fingerprint_is_of_the_patients_own_past() -> None:
    one = schedule(ID=[0, 1], TIME=[0.0, 0.0], AMT=[1.0, 2.0], CMT=["blood"] * 2).fingerprints(2)
    other = schedule(ID=[0, 1], TIME=[0.0, 0.0], AMT=[1.0, 3.0], CMT=["blood"] * 2).fingerprints(2)
    assert one[0] == other[0]
    assert one[1] != other[1]


def test_order_counts_in_the_fingerprint() -> None:
    one = schedule(TIME=[0.0, 0.0], AMT=[1.0, 2.0], CMT=["blood"] * 2).fingerprints(2)
    other = schedule(TIME=[0.0, 0.0], AMT=[2.0, 1.0], CMT=["blood"] * 2).fingerprints(2)
    assert (one != other).all()


def test_a_thousand_patients_with_six_doses_over_seven_states_take_no_time() -> None:
    patients = 1000
    table = pd.DataFrame(
        {
            "ID": np.repeat(np.arange(patients), 6),
            "TIME": np.tile(np.arange(6) * 7.0, patients),
            "AMT": np.full(6 * patients, 3.7e9),
            "CMT": ["mrna"] * (6 * patients),
        }
    )
    parts = {"mrna": [Part(state, np.full(patients, 0.1)) for state in range(7)]}
    seconds = []
    for _ in range(3):
        begin = time.perf_counter()
        records = read_dose_table(table, patients=patients, targets=parts)
        events = expand(records, parts, patients=patients, start=0.0, end=730.0)
        seconds.append(time.perf_counter() - begin)
    assert len(events) == patients * 6 * 7
    assert min(seconds) < 0.2
