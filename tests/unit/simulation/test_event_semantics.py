"""What events do, situation by situation: every expected value is worked out by hand in the comment beside it."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from silicart.network import read_antimony_text
from silicart.simulation import Model, simulate


class Situation(NamedTuple):
    """A model, the times that are looked at, and what each quantity is there."""

    text: str
    times: tuple[float, ...]
    expected: dict[str, tuple[float, ...]]


SITUATIONS = {
    # x climbs by 1 a day and is reset on reaching 3; the output at 3 shows what stands after the reset.
    "a threshold that is reached again and again": Situation(
        "x = 0; x' = 1; at x >= 3: x = 0",
        (0.0, 2.5, 3.0, 4.0, 6.0, 7.5),
        {"x": (0.0, 2.5, 0.0, 1.0, 0.0, 1.5)},
    ),
    # An event stays silent while its trigger stays true.
    "a trigger that stays true fires once": Situation(
        "n = 0; x = 0; x' = 1; at x >= 2: n = n + 1",
        (1.0, 2.0, 9.0),
        {"n": (0.0, 1.0, 1.0)},
    ),
    "the time of a crossing is exact": Situation(
        "x = 0; x' = 1; seen = -1; at x >= 0.3: seen = time",
        (0.0, 1.0),
        {"seen": (-1.0, 0.3)},
    ),
    # Levels of exp(-t): 0.5 is crossed at ln 2.
    "a falling level": Situation(
        "x = 1; x' = -x; seen = -1; at x < 0.5: seen = time",
        (0.5, 1.0),
        {"seen": (-1.0, 0.6931471805599453)},
    ),
    "what is true at the start counts as true before it, unless told otherwise": Situation(
        "a = 0; b = 0; x = 1; x' = 0; at x > 0: a = 1; at x > 0, t0 = false: b = 1",
        (0.0, 1.0),
        {"a": (0.0, 0.0), "b": (1.0, 1.0)},
    ),
    # Fires at 0, waits for 2.
    "a delay from the start": Situation(
        "a = 0; x = 0; x' = 1; at 2 after time >= 0, t0 = false: a = x",
        (0.0, 1.9, 2.0, 3.0),
        {"a": (0.0, 0.0, 0.0, 0.0), "x": (0.0, 1.9, 2.0, 3.0)},
    ),
    # x(1) = 1 is kept for `kept`; `late` reads x(3) = 3.
    "values from the time of the trigger or of the execution": Situation(
        "kept = 0; late = 0; x = 0; x' = 1;"
        "at 2 after time >= 1: kept = x; at 2 after time >= 1, fromTrigger = false: late = x",
        (2.9, 3.0),
        {"kept": (0.0, 1.0), "late": (0.0, 3.0)},
    ),
    # True from 1 to 2, due at 4.
    "a trigger that turns false while the event waits": Situation(
        "a = 0; b = 0; x = 0; x' = 1;"
        "at 3 after x >= 1 && x < 2, persistent = true: a = 1; at 3 after x >= 1 && x < 2, persistent = false: b = 1",
        (3.9, 4.0, 5.0),
        {"a": (0.0, 1.0, 1.0), "b": (0.0, 0.0, 0.0)},
    ),
    # True from 1 to 2 (dropped at 2) and again from 5 on: executes at 5 + 3.
    "a dropped event may fire again and waits anew": Situation(
        "b = 0; x = 0; x' = 1; at 3 after (x >= 1 && x < 2) || x >= 5, persistent = false: b = time",
        (4.5, 7.9, 8.0),
        {"b": (0.0, 0.0, 5.0)},
    ),
    # Fires at 1, 2, 3, ...; each waits 2.5, so that three wait at once: executed at 3.5, 4.5, 5.5.
    "an event may wait several times at once": Situation(
        "n = 0; x = 0; x' = 1; at x >= 1: x = 0; at 2.5 after x >= 1, fromTrigger = false: n = n + 1",
        (3.4, 3.5, 4.5, 5.6),
        {"n": (0.0, 1.0, 2.0, 3.0)},
    ),
    # The delay is 4 when the event fires at 1; that it is 1 from 2 on changes nothing: due at 5.
    "the delay is that of the time of firing": Situation(
        "a = 0; d = 4; x = 0; x' = 1; at d after time >= 1: a = 1; at time >= 2: d = 1",
        (2.9, 4.9, 5.0),
        {"a": (0.0, 0.0, 1.0)},
    ),
    # The higher priority acts first: x becomes 10, `late` sees it, `kept` has the value from before.
    "of two events at once the one of higher priority acts first": Situation(
        "x = 3; late = 0; kept = 0; y = 0; y' = 1;"
        "at time >= 1, priority = 1, fromTrigger = false: late = 2*x; at time >= 1, priority = 1: kept = 2*x;"
        "at time >= 1, priority = 2: x = 10",
        (0.5, 1.0),
        {"x": (3.0, 10.0), "late": (0.0, 20.0), "kept": (0.0, 6.0)},
    ),
    # The first to act turns the order of the other two round: c (9) before b (1), so b has the last word.
    "priorities are those of the moment": Situation(
        "p = 0; last = 0; y = 0; y' = 1;"
        "at time >= 1, priority = 10: p = 9; at time >= 1, priority = 1: last = 1;"
        "at time >= 1, priority = p: last = 2",
        (0.5, 1.0),
        {"last": (0.0, 1.0), "p": (0.0, 9.0)},
    ),
    # a sets x to 0 before b acts: b is dropped when it is not persistent.
    "an event that acts may take away the ground of one that waits": Situation(
        "x = 0; x' = 1; b = 0; c = 0;"
        "at x >= 5, priority = 3: x = 0; at x >= 5, priority = 2, persistent = false: b = 1;"
        "at x >= 5, priority = 1, persistent = true: c = 1",
        (4.9, 5.0, 6.0),
        {"x": (4.9, 0.0, 1.0), "b": (0.0, 0.0, 0.0), "c": (0.0, 1.0, 1.0)},
    ),
    # At x = 2 the first sets y, which fires the second, which sets z, which fires the third: all at that instant.
    "events set each other off at one instant": Situation(
        "x = 0; x' = 1; y = 0; z = 0; w = 0; at x >= 2: y = 1; at y > 0.5: z = 1; at z > 0.5: w = time",
        (1.9, 2.0),
        {"y": (0.0, 1.0), "z": (0.0, 1.0), "w": (0.0, 2.0)},
    ),
    # y is 1 only between the two events of that instant; whoever watches it still fires.
    "a condition that is true for an instant alone is seen": Situation(
        "x = 0; x' = 1; y = 0; n = 0;"
        "at x >= 2, priority = 2: y = 1; at x >= 2, priority = 1: y = 0; at y > 0.5, priority = 3: n = n + 1",
        (1.9, 2.0, 3.0),
        {"y": (0.0, 0.0, 0.0), "n": (0.0, 1.0, 1.0)},
    ),
    "all values of an event are those from before it": Situation(
        "x = 1; y = 2; z = 0; z' = 1; at time >= 1: x = y, y = x",
        (0.5, 1.5),
        {"x": (1.0, 2.0), "y": (2.0, 1.0)},
    ),
    # dx/dt = k: x = t up to 2, then 2 + 5 (t - 2).
    "an event changes a parameter and with it the course": Situation(
        "k = 1; x = 0; x' = k; at time >= 2: k = 5",
        (1.0, 2.0, 3.0),
        {"x": (1.0, 2.0, 7.0), "k": (1.0, 5.0, 5.0)},
    ),
    # 6 in a volume of 2; the volume grows to 3 and the amount stays.
    "an event changes the size of a compartment": Situation(
        "compartment body = 2; species S in body; S = 3; x = 0; x' = 1; at time >= 1: body = 3",
        (0.5, 1.0),
        {"S": (3.0, 2.0), "[S]": (3.0, 2.0), "amount(S)": (6.0, 6.0), "body": (2.0, 3.0)},
    ),
    # The event means the concentration 5: an amount of 10 in the volume of 2.
    "an event sets the concentration of a species": Situation(
        "compartment body = 2; species S in body; S = 3; k = 0; S -> ; k*S*body; at time >= 1: S = 5",
        (0.5, 1.0),
        {"S": (3.0, 5.0), "amount(S)": (6.0, 10.0)},
    ),
    # All at once: 5 is a concentration in the size of before, 2; the amount is 10 and stays when the size doubles.
    "an event sets a concentration and the size of its compartment at once": Situation(
        "compartment body = 2; species S in body; S = 3; k = 0; S -> ; k*S*body; at time >= 1: body = 4, S = 5",
        (0.5, 1.0),
        {"[S]": (3.0, 2.5), "body": (2.0, 4.0), "amount(S)": (6.0, 10.0)},
    ),
    # y := 2x follows at once: x is set to 10 at 1, y reads 20 and fires the second.
    "rules follow at the instant of an event": Situation(
        "x = 0; x' = 1; y := 2*x; seen = 0; at time >= 1: x = 10; at y >= 20: seen = time",
        (0.9, 1.0, 2.0),
        {"y": (1.8, 20.0, 22.0), "seen": (0.0, 1.0, 1.0)},
    ),
    # x = sin t is above 0.999 for 0.0894 in each period: three times before 16.
    "a short visit above a level is not stepped over": Situation(
        "x = 0; y = 1; x' = y; y' = -x; n = 0; at x > 0.999: n = n + 1",
        (1.4, 1.6, 9.0, 16.0),
        {"n": (0.0, 1.0, 2.0, 3.0)},
    ),
    # No state moves before the event; after it x grows.
    "a model at rest is woken by the clock": Situation(
        "k = 0; x = 1; x' = k; at time >= 1000: k = 2",
        (0.0, 999.0, 1001.0),
        {"x": (1.0, 1.0, 3.0)},
    ),
    "events alone, without anything that moves": Situation(
        "k = 0; n = 0; at time >= 3: k = 7; at 2 after k > 5: n = n + 1",
        (0.0, 3.0, 4.9, 5.0),
        {"k": (0.0, 7.0, 7.0, 7.0), "n": (0.0, 0.0, 0.0, 1.0)},
    ),
    # Equality of a number with itself after a change: it turns true when k becomes 3.
    "a condition of equality": Situation(
        "k = 0; n = 0; x = 0; x' = 1; at time >= 1: k = 3; at k == 3: n = n + 1",
        (0.9, 1.0, 2.0),
        {"n": (0.0, 1.0, 1.0)},
    ),
    # Two delays that end at the same time, 3: the higher priority acts first, so the other has the last word.
    "delays that end together follow their priorities": Situation(
        "last = 0; x = 0; x' = 1; at 2 after time >= 1, priority = 1: last = 1;"
        "at 1 after time >= 2, priority = 5: last = 2",
        (2.9, 3.0),
        {"last": (0.0, 1.0)},
    ),
}


@pytest.mark.parametrize("name", SITUATIONS)
def test_events(name: str) -> None:
    situation = SITUATIONS[name]
    model = Model(read_antimony_text(f"model m; {situation.text}; end", name), name)
    times = situation.times if situation.times[0] == 0 else (0.0, *situation.times)
    result = simulate(model, times=times, observe=list(situation.expected))
    assert result.status.tolist() == [0]
    for id, expected in situation.expected.items():
        found = result[id][0, len(times) - len(situation.times) :].tolist()
        assert found == pytest.approx(list(expected), rel=1e-6, abs=1e-9), id
