"""Times at which formulas switch: those of many patients at once are, to the bit, those of each alone."""

from __future__ import annotations

import numpy as np

from silicart.network import read_antimony_text
from silicart.simulation.switches import switch_times
from silicart.symbolic import build_system

TEXT = """model m
    from_ = 1; until = 2; lag = 0.3; x = 0
    x' = piecewise(1, time >= from_ && time < until, 0) + max(time - lag, 0) + piecewise(1, time*lag > until, 0)
end"""


def test_many_patients_switch_when_each_alone_does() -> None:
    system = build_system(read_antimony_text(TEXT, "m"))
    # In the last two patients the lag is 0: time * lag > until never switches there.
    inputs = np.random.default_rng(3).uniform(0.1, 5.0, (40, len(system.inputs)))
    inputs[-2:, system.inputs.index("lag")] = 0.0
    rows, times = switch_times(system, inputs)
    for row in range(len(inputs)):
        assert times[rows == row].tolist() == switch_times(system, inputs[row : row + 1])[1].tolist()
    assert (np.bincount(rows)[:-2] == 4).all()
    assert (np.bincount(rows)[-2:] == 3).all()


def test_the_time_found_is_the_first_with_the_later_value() -> None:
    system = build_system(read_antimony_text(TEXT, "m"))
    inputs = np.random.default_rng(4).uniform(0.1, 5.0, (25, len(system.inputs)))
    begins = inputs[:, system.inputs.index("from_")]
    rows, times = switch_times(system, inputs)
    assert all(begin in times[rows == row] for row, begin in enumerate(begins))
