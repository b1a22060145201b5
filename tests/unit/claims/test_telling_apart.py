"""Which observation tells structures apart: known answers for made-up runs."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from silicart.claims.telling_apart import SIZES, Candidate, candidates, tell_apart

ACTIVITY = Candidate("x: activity at 2 years", (("x", "activity_2y", None),))


def run(centres: dict[str, float], between: float, within: float = 2.0) -> pd.DataFrame:
    generator = np.random.default_rng(1)
    rows = [
        {"arm": "x", "patient": patient, "draw": draw, "structure": name, "activity_2y": value}
        for place, (name, centre) in enumerate(centres.items())
        for draw in range(40 * place, 40 * place + 40)
        for patient, value in enumerate(generator.normal(generator.normal(centre, between), within, 20))
    ]
    return pd.DataFrame(rows)


def test_structures_far_apart_need_few_patients() -> None:
    (told,) = tell_apart(run({"a": 0.0, "b": 10.0, "c": 20.0}, 0.5), [ACTIVITY])
    assert told.patients == SIZES[0]
    assert told.ceiling > 0.99
    assert told.centres["b"] == pytest.approx(10.0, abs=0.5)
    assert told.overlap["a", "c"] > 0.95


def test_structures_alike_are_told_by_chance_alone() -> None:
    (told,) = tell_apart(run({"a": 5.0, "b": 5.0, "c": 5.0}, 1.0), [ACTIVITY])
    assert told.patients is None
    assert told.ceiling == pytest.approx(1 / 3, abs=0.12)


def test_patients_wash_out_noise_and_not_what_is_uncertain() -> None:
    (noisy,) = tell_apart(run({"a": 0.0, "b": 2.0}, 0.1, within=6.0), [ACTIVITY])
    assert noisy.patients is not None
    assert noisy.patients > 20
    assert noisy.right[SIZES[0]] < 0.8
    (hidden,) = tell_apart(run({"a": 0.0, "b": 2.0}, 2.0, within=0.5), [ACTIVITY])
    assert hidden.patients is None
    assert hidden.ceiling < 0.8


def test_only_what_a_run_has_is_a_candidate() -> None:
    words = [one.words for one in candidates(["x"], ["activity_2y", "Ab_dsDNA_2y"])]
    assert words == ["x: antibody at 2 years", "x: activity at 2 years"]


def test_too_few_draws_or_one_structure_tell_nothing() -> None:
    few = run({"a": 0.0, "b": 9.0}, 0.5)
    assert tell_apart(few[few["draw"] % 40 < 3], [ACTIVITY]) == []
    assert tell_apart(few[few["structure"] == "a"], [ACTIVITY]) == []
