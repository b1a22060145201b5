"""Published models as they ship: their files hold, and the engine gives the outputs that they were read with."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from scipy.integrate import solve_ivp
from typer.testing import CliRunner

from silicart.cli import app
from silicart.errors import ModelError
from silicart.evidence import load_sources
from silicart.network import check_units
from silicart.simulation import Maximum, TimeOfMaximum, summarise
from silicart.simulation.peers import PeerRow, load_peer, peer_names, reproduce

NAMES = peer_names()


@cache
def rows_of(name: str) -> dict[tuple[str, str], PeerRow]:
    return {(row.scenario, row.output.id): row for row in reproduce(load_peer(name))}


OUTPUTS = [
    (name, scenario.id, output.id)
    for name in NAMES
    for scenario in load_peer(name).scenarios.values()
    for output in scenario.outputs
]


@pytest.mark.parametrize("name", NAMES)
def test_units_agree_and_the_source_is_known(name: str) -> None:
    peer = load_peer(name)
    assert check_units(peer.model.network) == ()
    assert all(peer.model.unit(id) is not None for id in (*peer.model.states.ids, *peer.model.parameters.ids))
    assert peer.source in load_sources()


@pytest.mark.parametrize("name", NAMES)
def test_the_file_says_what_it_leaves_out(root: Path, name: str) -> None:
    heading = (root / "src/silicart/biology/peers" / f"{name}.ant").read_text("utf-8").split("\nmodel ")[0]
    assert "Leaves out:" in heading
    assert any(year in heading for year in re.findall(r"\d{4}", name))


@pytest.mark.parametrize(("name", "scenario", "output"), OUTPUTS, ids="/".join)
def test_the_output_rounds_to_its_reference_or_says_why_not(name: str, scenario: str, output: str) -> None:
    row = rows_of(name)[scenario, output]
    # A reason that is no longer needed is as wrong as one that is missing.
    assert row.agrees == (row.output.missed is None), row.ours
    if not row.agrees:
        assert abs(row.difference) < 0.012


def test_few_outputs_are_missed() -> None:
    missed = {(name, output) for name, scenario, output in OUTPUTS if not rows_of(name)[scenario, output].agrees}
    assert missed == {
        ("barros-2021-hdlm2", "tumour_45"),
        ("chaudhury-2020-lotka-volterra", "time_to_peak"),
        ("kimmel-2021", "time_to_peak"),
        ("parhiz-2024", "liver_share"),
        ("parhiz-2024", "blood_half_hour"),
    }


def _peak(derivative, start, state: int, until: float = 15.0) -> tuple[float, float]:
    """Time and height of a peak by a solver that shares nothing with silicart."""
    solved = solve_ivp(derivative, (0, until), start, method="LSODA", rtol=1e-11, atol=1e-11, dense_output=True)
    times = np.linspace(0, until, 300_001)
    course = solved.sol(times)[state]
    return times[course.argmax()], course.max()


def test_a_second_solver_puts_the_peak_of_predator_and_prey_where_ours_is() -> None:
    when, height = _peak(lambda t, y: [0.0018 * y[0] * y[1] - 0.16 * y[0], 0.15 * y[1] - 1.5e-4 * y[0] * y[1]],
                         [10, 900], 0)  # fmt: skip
    rows = rows_of("chaudhury-2020-lotka-volterra")
    assert rows["published", "time_to_peak"].ours == pytest.approx(when, abs=2e-4)
    assert rows["published", "CAR_T_peak"].ours == pytest.approx(height, rel=1e-6)


def test_a_second_solver_puts_the_peak_after_lymphodepletion_where_ours_is() -> None:
    def derivative(t: float, y: np.ndarray) -> list[float]:
        normal, car, _ = y
        all_cells = normal + car
        rate = 0.0251 + 0.525 * (all_cells - 500) ** 2 / (0.423 * all_cells**2 + (all_cells - 500) ** 2)
        return [-0.17 * normal * np.log(all_cells / 500), -rate * car * np.log(all_cells / 139), 0.0]

    when, height = _peak(derivative, [6, 0.36, 0], 1)
    rows = rows_of("kimmel-2021")
    assert rows["published", "time_to_peak"].ours == pytest.approx(when, abs=2e-4)
    assert rows["published", "CAR_T_peak"].ours == pytest.approx(height, rel=1e-6)


def test_a_tumour_without_cells_grows_as_its_closed_form_says() -> None:
    assert rows_of("barros-2021-hdlm2")["rechallenge", "tumour_45"].ours == pytest.approx(
        2e6 * np.exp(0.05650026 * 45), rel=1e-4
    )


def test_raji_is_as_a_second_solver_has_it() -> None:
    def derivative(t: float, y: np.ndarray) -> list[float]:
        cells, memory, tumour = y
        recalled = 2.3e-4 * tumour * memory
        return [
            (0.83 - 0.8300536) * cells + recalled - 1.248506e-8 * tumour * cells,
            1.59795 * cells - recalled - 6.89e-7 * memory,
            0.5071721 * tumour - 3.365388e-8 * cells * tumour,
        ]

    when, height = _peak(derivative, [1e7, 0, 3e6 * np.exp(0.5071721 * 7)], 0, until=7.0)
    rows = rows_of("barros-2021-raji")
    assert rows["published", "time_to_peak"].ours == pytest.approx(7 + when, abs=1e-4)
    assert rows["published", "CAR_T_peak"].ours == pytest.approx(height, rel=1e-5)


def test_responders_non_responders_and_partial_responders_of_the_toggle_differ() -> None:
    rows = rows_of("kirouac-2023")
    tumours = [rows[group, "tumour_30"].ours for group in ("complete", "partial", "none")]
    assert tumours[0] < 0.1 * tumours[1] < 0.01 * tumours[2]
    parameters = load_peer("kirouac-2023").scenarios["complete"].parameters
    assert len(parameters) == 27
    assert {len(values) for values in parameters.values()} == {12}


def test_the_command_prints_what_the_call_returns() -> None:
    run = CliRunner().invoke(app, ["peers", "stein-2019", "--json"])
    assert run.exit_code == 0
    shown = {row["output"]: row for row in json.loads(run.stdout)}
    assert shown["transgene_28"]["ours"] == rows_of("stein-2019")["typical", "transgene_28"].ours
    assert shown["transgene_28"]["unit"] == "copies_per_ug"
    assert "missed" in CliRunner().invoke(app, ["peers", "kimmel-2021"]).stdout


def test_a_peer_of_ones_own_is_read_by_its_path(tmp_path: Path) -> None:
    (tmp_path / "decay.ant").write_text("model decay; A = 8; k = 1; A' = -k*A; end")
    (tmp_path / "decay.yaml").write_text(
        "label: l\nsource: s\nteaches: t\nreference: r\nscenarios:\n  one:\n    label: l\n    until: 1\n"
        '    outputs:\n      end: {of: A, take: at, time: 1, value: "2.94"}\n'
    )
    (row,) = reproduce(load_peer(tmp_path / "decay.yaml"))
    assert row.agrees
    assert row.peer == "decay"


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ('end: {of: A, take: mean, value: "1"}', "take of"),
        ("end: {of: A, take: at, time: 1, value: x}", "a reference is not a number"),
        ('end: {of: A, take: at, time: 1, value: "nan"}', "a reference is not finite"),
        ('end: {of: A, take: at, value: "1"}', "has no time"),
        ('end: {of: A, take: at, time: 1, valve: "1"}', "unknown key"),
    ],
)
def test_a_file_that_is_not_valid_is_refused_with_its_line(tmp_path: Path, line: str, problem: str) -> None:
    (tmp_path / "bad.yaml").write_text(
        "label: l\nsource: s\nteaches: t\nreference: r\nscenarios:\n  one:\n    label: l\n    until: 1\n"
        f"    outputs:\n      {line}\n"
    )
    with pytest.raises(ModelError, match=problem) as caught:
        load_peer(tmp_path / "bad.yaml")
    assert "bad.yaml:1" in str(caught.value.where)


def test_an_unknown_peer_names_the_nearest() -> None:
    with pytest.raises(ModelError, match="stein-2019"):
        load_peer("stein-2020")


def test_the_documentation_counts_and_names_what_is_there(root: Path) -> None:
    page = (root / "docs" / "peers.md").read_text("utf-8")
    agreeing = sum(rows_of(name)[scenario, output].agrees for name, scenario, output in OUTPUTS)
    assert f"Of {len(OUTPUTS)} outputs {agreeing} agree" in page
    assert all(f"`{name}`" in page for name in NAMES)
    assert len(NAMES) == 15


def test_the_python_example_of_the_documentation_runs(root: Path) -> None:
    (program,) = re.findall(r"^```python\n(.*?)^```", (root / "docs" / "peers.md").read_text("utf-8"), re.M | re.S)
    names: dict[str, object] = {}
    exec(program, names)
    assert names["course"]["IgG_change"][0, 1] == pytest.approx(-0.685, abs=0.001)  # type: ignore[index]


def test_interleukin_6_of_an_engager_comes_early_and_once() -> None:
    peer = load_peer("hosseini-2020")
    given = peer.scenarios["blinatumomab"].parameters
    kept = summarise(peer.model, given, None, [0, 21], [Maximum("IL6"), TimeOfMaximum("IL6"), Maximum("IL6", (7, 21))])
    assert kept["IL6_maximum"][0] == pytest.approx(2806, abs=1)
    assert 24 * kept["IL6_time_of_maximum"][0] == pytest.approx(1.4, abs=0.1)
    assert kept["IL6_maximum_from_7_to_21"][0] < 0.01 * kept["IL6_maximum"][0]
