"""Reductions in the lanes: right against formulas and fine trajectories, same bits however a run is cut up."""

from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from silicart.errors import SimulationError
from silicart.kernel import ADD, RESET, STOP, Accumulation, EventProgram, Kernel, KernelResult, Task, compile_kernel
from silicart.kernel.events import FloatArray
from silicart.kernel.loop import module
from silicart.kernel.quartic import COEFFICIENTS, POINTS, WEIGHTS
from silicart.network.reader import read_antimony_text
from silicart.symbolic import System, build_system

ALL = (-math.inf, math.inf)
KINDS = ("maximum", "minimum", "area", "above")


def system_of(text: str) -> System:
    return build_system(read_antimony_text(text, "test"))


def everything(system: System, *observables: str, width: int | None = None, windows: int = 1) -> Kernel:
    """All kinds of reductions of each observable in each window; a threshold each."""
    tasks, thresholds = [], 0
    for window in range(windows):
        for place in range(len(observables)):
            for kind in KINDS:
                above = kind == "above"
                tasks.append(Task(kind, place, window, thresholds if above else -1))  # type: ignore[arg-type]
                thresholds += above
    accumulation = Accumulation(observables, tuple(tasks), windows, thresholds)
    return compile_kernel(system, observables, width, accumulation)


def read(result: KernelResult, first: int = 0) -> dict[str, FloatArray]:
    """The numbers of one observable and window: blocks of six."""
    block = result.state.accumulators[:, 6 * first : 6 * first + 6].T
    return dict(zip(("maximum", "at_maximum", "minimum", "at_minimum", "area", "above"), block, strict=True)) | {
        "minimum": -block[2]
    }


@pytest.fixture(scope="module")
def swing() -> Kernel:
    """x is sine, y its slope."""
    return everything(system_of("model m; w = 1; x = 0; y = w; x' = y; y' = -w^2*x; end"), "x")


def test_the_quadrature_is_exact_up_to_degree_seven() -> None:
    for power in range(8):
        total = sum(weight * point**power for weight, point in zip(WEIGHTS, POINTS, strict=True))
        assert total == pytest.approx(1.0 / (power + 1), rel=1e-15)


def test_the_coefficients_give_a_quartic_back() -> None:
    wanted = np.array([0.3, -2.0, 1.5, 0.7, -4.0])
    values = np.polynomial.polynomial.polyval(np.array(POINTS), wanted)
    assert np.array(COEFFICIENTS) @ (values[1:] - values[0]) == pytest.approx(wanted[1:], rel=1e-13)


@pytest.mark.parametrize("frequency", [0.3, 1.0, 7.0])
@pytest.mark.parametrize("tolerance", [1e-6, 1e-9])
def test_a_sine_has_its_known_extrema_area_and_time_above(swing: Kernel, frequency: float, tolerance: float) -> None:
    end = 2.5 * math.pi / frequency
    result = swing.run(
        [[frequency]], [0.0, end], rtol=tolerance, atol=tolerance * 1e-3, windows=[ALL], thresholds=[0.5]
    )
    found = read(result)
    near = 30 * tolerance
    assert found["maximum"][0] == pytest.approx(1.0, abs=near)
    assert found["minimum"][0] == pytest.approx(-1.0, abs=near)
    # The top is flat: its time is known to the root of the error of its value at worst, and far better than that.
    assert found["at_minimum"][0] * frequency == pytest.approx(1.5 * math.pi, abs=1e3 * tolerance)
    assert found["area"][0] * frequency == pytest.approx(1.0, abs=near)
    assert found["above"][0] * frequency == pytest.approx(math.pi, abs=near)


def test_a_window_counts_what_lies_in_it(swing: Kernel) -> None:
    windows = [(0.25 * math.pi, 1.25 * math.pi)]
    found = read(swing.run([[1.0]], [0.0, 10.0], rtol=1e-9, atol=1e-12, windows=windows, thresholds=[0.0]))
    assert found["maximum"][0] == pytest.approx(1.0, abs=1e-8)
    assert found["minimum"][0] == pytest.approx(-math.sqrt(0.5), abs=1e-8)
    assert found["at_minimum"][0] == windows[0][1]
    assert found["area"][0] == pytest.approx(math.sqrt(2.0), abs=1e-8)
    assert found["above"][0] == pytest.approx(0.75 * math.pi, abs=1e-8)


def test_a_window_that_is_not_reached_has_seen_nothing(swing: Kernel) -> None:
    found = read(swing.run([[1.0]], [0.0, 1.0], windows=[(2.0, 3.0)], thresholds=[0.0]))
    assert found["maximum"][0] == -math.inf
    assert math.isnan(found["at_maximum"][0])
    assert found["area"][0] == found["above"][0] == 0.0


def test_thresholds_and_windows_are_arguments_of_a_run(swing: Kernel) -> None:
    times = [0.0, 2.0 * math.pi]
    areas = [
        read(swing.run([[1.0]], times, rtol=1e-9, windows=[(0.0, end)], thresholds=[level]))
        for end, level in ((math.pi, 0.0), (0.5 * math.pi, 0.5))
    ]
    assert areas[0]["area"][0] == pytest.approx(2.0, abs=1e-7)
    assert areas[1]["area"][0] == pytest.approx(1.0, abs=1e-7)
    assert areas[1]["above"][0] == pytest.approx(math.pi / 3, abs=1e-7)


@pytest.fixture(scope="module")
def decay() -> Kernel:
    return everything(system_of("model m; k = 0.5; x = 2; x' = -k*x; end"), "x")


def test_a_jump_counts_on_both_sides(decay: Kernel) -> None:
    doses = EventProgram.same_for_all(1, [(1.0, ADD, 0, 5.0), (3.0, ADD, 0, -4.0), (4.0, RESET, 0, 0.0)])
    result = decay.run([[0.5]], [0.0, 4.0], doses, rtol=1e-10, windows=[ALL], thresholds=[2.0])
    found = read(result)
    after = 2.0 * math.exp(-0.5) + 5.0
    before = after * math.exp(-1.0) - 4.0
    assert (found["maximum"][0], found["at_maximum"][0]) == (pytest.approx(after, rel=1e-9), 1.0)
    assert (found["minimum"][0], found["at_minimum"][0]) == (pytest.approx(before, rel=1e-8), 3.0)
    lowest = decay.run([[0.5]], [0.0, 1.0], doses.rows(0, 1), rtol=1e-10, windows=[ALL], thresholds=[2.0])
    assert read(lowest)["minimum"][0] == pytest.approx(2.0 * math.exp(-0.5), rel=1e-9)
    assert read(lowest)["at_minimum"][0] == 1.0


def test_a_dose_at_the_end_of_the_run_counts(decay: Kernel) -> None:
    doses = EventProgram.same_for_all(1, [(1.0, ADD, 0, 5.0)])
    found = read(decay.run([[0.5]], [0.0, 1.0], doses, windows=[ALL], thresholds=[2.0]))
    assert found["at_maximum"][0] == 1.0
    assert found["above"][0] == 0.0


def test_a_jump_at_the_beginning_of_a_window_counts_with_the_value_after_it(decay: Kernel) -> None:
    doses = EventProgram.same_for_all(1, [(1.0, ADD, 0, 5.0)])
    found = read(decay.run([[0.5]], [0.0, 2.0], doses, rtol=1e-10, windows=[(1.0, 2.0)], thresholds=[2.0]))
    assert found["minimum"][0] == pytest.approx((2.0 * math.exp(-0.5) + 5.0) * math.exp(-0.5), rel=1e-9)
    assert found["above"][0] == pytest.approx(1.0, rel=1e-12)


def test_a_single_time_has_extrema_and_no_area(decay: Kernel) -> None:
    found = read(decay.run([[0.5]], [0.0], windows=[ALL], thresholds=[1.0]))
    assert found["maximum"][0] == found["minimum"][0] == 2.0
    assert found["area"][0] == found["above"][0] == 0.0


JUMPY = """model m
  k = 1; x = 0; y = 1; x' = y; y' = -k^2*x
  on := piecewise(1, x > 0.3, 0)
  late := piecewise(2, time >= 1, 0) + piecewise(0, time >= 4.7, 1)
  folded := abs(x); clipped := max(x, 0.25); steps := floor(3*x)
end"""


def test_an_observable_that_jumps_or_bends_keeps_the_accuracy() -> None:
    names = ("on", "late", "folded", "clipped", "steps")
    kernel = everything(system_of(JUMPY), *names)
    end = 2.0 * math.pi
    result = kernel.run([[1.0]], [0.0, end], rtol=1e-8, atol=1e-11, windows=[ALL], thresholds=[0.5, 1.5, 0.5, 0.5, 0.5])
    found = {name: read(result, place) for place, name in enumerate(names)}
    wide = math.pi - 2.0 * math.asin(0.3)
    assert found["on"]["area"][0] == found["on"]["above"][0] == pytest.approx(wide, abs=1e-6)
    assert (found["on"]["maximum"][0], found["on"]["minimum"][0]) == (1.0, 0.0)
    assert found["late"]["area"][0] == pytest.approx(2.0 * (end - 1.0) + 4.7, abs=1e-9)
    assert (found["late"]["maximum"][0], found["late"]["minimum"][0]) == (3.0, 1.0)
    assert found["late"]["at_maximum"][0] == pytest.approx(1.0, abs=1e-9)
    assert found["folded"]["area"][0] == pytest.approx(4.0, abs=1e-6)
    assert found["folded"]["minimum"][0] == pytest.approx(0.0, abs=1e-9)
    low = math.asin(0.25)
    clipped = 2.0 * math.cos(low) + 0.25 * (end - (math.pi - 2.0 * low))
    assert found["clipped"]["area"][0] == pytest.approx(clipped, abs=1e-6)
    edges = np.arcsin(np.array([1.0, 2.0]) / 3.0)
    positive = float(np.sum(math.pi - 2.0 * edges))
    # Below zero: -1 down to -1/3, -2 down to -2/3, -3 beyond.
    negative = -math.pi - positive
    assert found["steps"]["area"][0] == pytest.approx(positive + negative, abs=1e-5)
    assert (found["steps"]["maximum"][0], found["steps"]["minimum"][0]) == (2.0, -3.0)


def test_a_value_that_is_no_number_is_never_passed_over() -> None:
    kernel = everything(system_of("model m; x = 1; x' = -1; r := sqrt(x); end"), "r")
    found = read(kernel.run(np.zeros((1, 0)), [0.0, 2.0], windows=[ALL], thresholds=[0.5]))
    for name in ("maximum", "minimum", "area", "above"):
        assert math.isnan(found[name][0]), name
    assert 0.9 < found["at_maximum"][0] < 2.0


BUSY = """model m
  a = 1; b = 1.5; blow = 0; x = 1; y = 0.5
  x' = a*x - b*x*y + blow*x^2
  y' = -y + x*y
  product := x*y; on := piecewise(1, x > 1.1, 0)
end"""
TIMES = np.linspace(0.0, 20.0, 5)
WINDOWS = ((-math.inf, math.inf), (2.5, 7.3))
LEVELS = [1.1, 0.8, 0.5, 1.0, 0.7, 0.5]


@pytest.fixture(scope="module")
def busy() -> System:
    return system_of(BUSY)


@pytest.fixture(scope="module")
def kernel(busy: System) -> Kernel:
    return everything(busy, "x", "product", "on", windows=2)


def patients(count: int) -> FloatArray:
    generator = np.random.default_rng(11)
    return np.column_stack([generator.uniform(0.8, 1.2, count), generator.uniform(1.0, 2.0, count), np.zeros(count)])


def doses(count: int) -> EventProgram:
    return EventProgram.same_for_all(count, [(3.3, ADD, 0, 0.4), (10.0, STOP, 0, 0.0), (11.0, ADD, 1, 0.3)])


def run(kernel: Kernel, inputs: FloatArray, times: FloatArray = TIMES) -> FloatArray:
    result = kernel.run(inputs, times, doses(len(inputs)), windows=WINDOWS, thresholds=LEVELS)
    assert (result.status == 0).all()
    return result.state.accumulators


@pytest.mark.parametrize("width", [2, 4, 8])
def test_lane_width(busy: System, kernel: Kernel, width: int) -> None:
    other = everything(busy, "x", "product", "on", width=width, windows=2)
    assert np.array_equal(run(kernel, patients(21)), run(other, patients(21)))


@pytest.mark.parametrize("chunk", [1, 3, 8, 13])
def test_chunks_and_threads(kernel: Kernel, chunk: int) -> None:
    inputs = patients(29)
    whole = run(kernel, inputs)
    with ThreadPoolExecutor(3) as pool:
        parts = list(pool.map(lambda first: run(kernel, inputs[first : first + chunk]), range(0, 29, chunk)))
    assert np.array_equal(whole, np.concatenate(parts))


def test_neighbours_who_fail(kernel: Kernel) -> None:
    inputs = patients(40)
    failing = inputs.copy()
    failing[::3, 2] = 9.0
    mixed = kernel.run(failing, TIMES, doses(40), windows=WINDOWS, thresholds=LEVELS)
    good = np.ones(40, bool)
    good[::3] = False
    assert (mixed.status[~good] != 0).all()
    assert np.array_equal(run(kernel, inputs)[good], mixed.state.accumulators[good])


def test_more_output_times_change_no_value(kernel: Kernel) -> None:
    many = np.unique(np.concatenate([TIMES, np.linspace(0.0, 20.0, 1009)]))
    assert np.array_equal(run(kernel, patients(11)), run(kernel, patients(11), many))


def test_reducing_changes_no_trajectory(busy: System, kernel: Kernel) -> None:
    plain = compile_kernel(busy, ("x", "product", "on")).run(patients(11), TIMES, doses(11))
    reduced = kernel.run(patients(11), TIMES, doses(11), windows=WINDOWS, thresholds=LEVELS)
    assert np.array_equal(plain.values, reduced.values)
    assert np.array_equal(plain.steps, reduced.steps)


def test_going_on_from_a_stop_equals_the_run_with_that_stop(kernel: Kernel) -> None:
    inputs, events = patients(13), doses(13)
    given = {"windows": WINDOWS, "thresholds": LEVELS}
    first = kernel.run(inputs, TIMES[:3], events, **given)
    second = kernel.run(inputs, TIMES[2:], events.after(10.0), resume=first.state, **given)
    assert np.array_equal(run(kernel, inputs), second.state.accumulators)


def test_against_a_fine_trajectory(kernel: Kernel) -> None:
    inputs = patients(8)
    found = run(kernel, inputs)
    marks = [2.5, 7.3, *np.nextafter([3.3, 11.0], 0.0)]
    fine = np.unique(np.concatenate([np.linspace(0.0, 20.0, 200_001), marks]))
    values = kernel.run(inputs, fine, doses(8), windows=WINDOWS, thresholds=LEVELS).values
    for window, (begin, end) in enumerate(WINDOWS):
        inside = (fine >= begin) & (fine <= end)
        times = fine[inside]
        for place in range(2):
            course, numbers = values[:, inside, place], found[:, 6 * (3 * window + place) :]
            assert numbers[:, 0] == pytest.approx(course.max(axis=1), rel=1e-7)
            assert numbers[:, 1] == pytest.approx(times[course.argmax(axis=1)], abs=2e-4)
            assert -numbers[:, 2] == pytest.approx(course.min(axis=1), rel=1e-7)
            assert numbers[:, 4] == pytest.approx(np.trapezoid(course, times, axis=1), rel=1e-8)
            above = ((course > LEVELS[3 * window + place])[:, 1:] * np.diff(times)).sum(axis=1)
            assert numbers[:, 5] == pytest.approx(above, abs=5e-4)


def test_a_kernel_without_reductions_has_no_code_for_them(busy: System, kernel: Kernel) -> None:
    text, layout = module(busy, ("x",), 8)
    with_reductions, _ = module(busy, ("x",), 8, kernel.accumulation)
    for word in ("reduce_", "sample", "gather", "curve"):
        assert f"@{word}" not in text
        assert f"@{word}" in with_reductions
    assert layout.accumulation.size == 0


def test_single_precision_is_the_double_rounded(kernel: Kernel) -> None:
    given = {"windows": WINDOWS, "thresholds": LEVELS}
    double = kernel.run(patients(9), TIMES, doses(9), **given).values
    single = kernel.run(patients(9), TIMES, doses(9), dtype=np.float32, **given).values
    assert single.dtype == np.float32
    assert np.array_equal(single, double.astype(np.float32))


def test_windows_and_thresholds_that_do_not_fit_are_refused(decay: Kernel) -> None:
    for windows, thresholds in (([], [1.0]), ([ALL], []), ([(2.0, 1.0)], [1.0]), ([ALL], [math.nan])):
        with pytest.raises(SimulationError, match="window"):
            decay.run([[0.5]], [0.0, 1.0], windows=windows, thresholds=thresholds)


def test_what_an_event_of_the_model_resets_counts_on_both_sides() -> None:
    text = "model m; k = 1; x = 0; high := piecewise(1, x > 1.5, 0); x' = k; E: at x > 2: x = -1; end"
    kernel = everything(system_of(text), "x", "high")
    result = kernel.run([[1.0]], [0.0, 7.0], rtol=1e-8, windows=[ALL], thresholds=[1.0, 0.5])
    x, high = read(result), read(result, 1)
    assert (x["maximum"][0], x["minimum"][0]) == (pytest.approx(2.0, abs=1e-7), -1.0)
    assert x["at_minimum"][0] == pytest.approx(2.0, abs=1e-7)
    # Up to 2, then twice from -1: the second time to 1.
    assert x["area"][0] == pytest.approx(2.0 + 1.5 + 0.0, abs=1e-6)
    assert x["above"][0] == pytest.approx(2.0, abs=1e-6)
    assert high["area"][0] == high["above"][0] == pytest.approx(1.0, abs=1e-6)


def test_an_observable_that_drives_the_states_jumps_where_the_step_was_cut() -> None:
    text = "model m; k = 1; x = 0; inflow := piecewise(3, x < 1, 1); x' = k*inflow; end"
    found = read(everything(system_of(text), "inflow").run([[1.0]], [0.0, 1.0], windows=[ALL], thresholds=[2.0]))
    assert (found["maximum"][0], found["minimum"][0]) == (3.0, 1.0)
    assert found["area"][0] == pytest.approx(3.0 / 3.0 + 2.0 / 3.0, abs=1e-6)
    assert found["above"][0] == pytest.approx(1.0 / 3.0, abs=1e-6)
    assert found["at_minimum"][0] == pytest.approx(1.0 / 3.0, abs=1e-6)


def test_an_observable_at_rest_on_its_own_threshold_costs_no_end_of_pieces() -> None:
    kernel = everything(system_of("model m; x = 3; x' = 3 - x; top := max(x, 3); end"), "x", "top")
    found = read(kernel.run(np.zeros((1, 0)), [0.0, 1e4], windows=[ALL], thresholds=[3.0, 3.0]), 1)
    assert found["area"][0] == pytest.approx(3e4, rel=1e-12)
