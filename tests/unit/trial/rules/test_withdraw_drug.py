"""Withdrawal: on its day, of the drugs that it names, and for good."""

import numpy as np

from silicart.endpoints.chunk import Chunk
from silicart.endpoints.visit import Visit
from silicart.trial.rules.registry import build_rule


def care_after(seen: float, **settings: int) -> dict[str, list[float]]:
    who = np.arange(2)
    visit = Visit(1, seen, seen - 28.0, Chunk(np.array([0.0, 800.0]), {}, who, who, 1))
    rule = build_rule("withdraw_drug", settings, "sle")
    taken = {"prednisone": np.array([5.0, 0.0]), "immunosuppressant": np.ones(2)}
    _, decision = rule.decide(rule.enter(2), visit, {}, taken)
    return {name: value.tolist() for name, value in decision.care.items()}


def test_the_named_drug_is_stopped_from_its_day_on():
    assert care_after(28.0, day=28, prednisone=1) == {"prednisone": [0.0, 0.0]}
    assert care_after(56.0, day=28, immunosuppressant=1) == {"immunosuppressant": [0.0, 0.0]}


def test_nothing_is_stopped_before():
    assert care_after(0.0, day=28, prednisone=1) == {}
