"""What a reader sees: tables, picture, the page of the documentation, and the command."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

import silicart.bench
from silicart.bench import Report, draw, markdown, rows_of, running
from silicart.bench.measuring import absent
from silicart.cli import app

MACHINE = {"architecture": "x86_64", "system": "y", "python": "3.11", "processors": 2, "vectors": "AVX2"}


@pytest.fixture
def report(measured: Callable[..., Any]) -> Report:
    done = measured(
        silicart={"cost": lambda rtol: 0.001},
        scipy={"cost": lambda rtol: 0.02},
        copasi={"refuses": "not installed (No module)"},
        amici={"refuses": "no answer within 120 s"},
        diffrax={"error": lambda rtol: 100 * rtol, "failing": (2,)},
    )
    settings = {"rounds": 3, "compared": 4, "patients": 4}
    return Report(MACHINE, settings, (done.result, absent("published", "the file is not there")))


def test_rows_say_how_many_times_as_fast_silicart_is(report: Report) -> None:
    rows = {row.peer: row for row in rows_of(report.problems[0])}
    assert rows["silicart"].rate == pytest.approx(1000.0)
    assert rows["scipy"].ratio == pytest.approx(20.0)
    assert next(iter(rows)) == "silicart"


def test_the_tables_name_speed_ratio_and_who_is_absent(report: Report) -> None:
    text = markdown(report)
    assert "| silicart | **1,000** |" in text
    assert "| SciPy LSODA | 50 (20×) |" in text
    assert "- COPASI: not installed; it needs python-copasi." in text
    assert "- AMICI on `decay`: no answer within 120 s." in text
    assert "- `published` was not set: the file is not there." in text
    assert "x86_64 with AVX2" in text
    assert "rough" not in text
    assert "A rough look only" in markdown(replace(report, settings={**report.settings, "rounds": 2}))


def test_the_picture_is_svg_with_a_panel_and_the_simulators_that_ran(report: Report) -> None:
    text = draw(report)
    ElementTree.fromstring(text)
    for word in ("decay", "silicart", "SciPy LSODA", "diffrax"):
        assert word in text
    assert "COPASI" not in text
    assert draw(report) == text


@pytest.fixture
def measured_at_once(report: Report, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The command, with a benchmark that was made up; what it was asked for."""
    asked: list[Any] = []

    def run(*arguments: Any) -> Report:
        asked.extend(arguments)
        return report

    monkeypatch.setattr(silicart.bench, "run_benchmark", run)
    return asked


def _called(*arguments: str) -> int:
    with pytest.raises(SystemExit) as left:
        app(["bench", *arguments], prog_name="silicart")
    return int(left.value.code or 0)


def test_the_command_writes_json_alone(measured_at_once: list[Any], capsys: pytest.CaptureFixture[str]) -> None:
    assert _called("--json", "--peers", "scipy, copasi", "--problems", "lupus34", "--quick") == 0
    assert json.loads(capsys.readouterr().out)["format"] == 1
    problems, peers, effort, *_ = measured_at_once
    assert (problems, peers) == (["lupus34"], ["scipy", "copasi"])
    assert effort.rounds == 2


def test_the_command_writes_its_files(measured_at_once: list[Any], tmp_path: Path) -> None:
    assert _called("--out", str(tmp_path / "new")) == 0
    assert {one.name for one in (tmp_path / "new").iterdir()} == {"benchmark.json", "benchmark.md", "benchmark.svg"}


def test_the_command_renews_the_page_and_only_its_part(measured_at_once: list[Any], tmp_path: Path) -> None:
    (tmp_path / "static").mkdir()
    page = tmp_path / "benchmark.md"
    page.write_text("# Before\n<!-- measured: begin -->\nold\n<!-- measured: end -->\nafter\n", encoding="utf-8")
    for _ in range(2):
        assert _called("--docs", str(tmp_path)) == 0
        text = page.read_text(encoding="utf-8")
        assert text.startswith("# Before\n<!-- measured: begin -->\n")
        assert text.endswith("<!-- measured: end -->\nafter\n")
        assert "old" not in text
        assert text.count("| silicart | **1,000** |") == 1
    assert (tmp_path / "static" / "benchmark.svg").is_file()


def test_a_page_without_a_place_is_refused(measured_at_once: list[Any], tmp_path: Path) -> None:
    assert _called("--docs", str(tmp_path)) == 2


def test_a_stored_benchmark_is_drawn_again(measured_at_once: list[Any], tmp_path: Path) -> None:
    assert _called("--out", str(tmp_path / "a")) == 0
    measured_at_once.clear()
    assert _called("--redraw", str(tmp_path / "a" / "benchmark.json"), "--out", str(tmp_path / "b")) == 0
    assert not measured_at_once
    for name in ("benchmark.md", "benchmark.svg", "benchmark.json"):
        assert (tmp_path / "a" / name).read_text() == (tmp_path / "b" / name).read_text()


def test_the_page_of_the_documentation_has_its_place() -> None:
    root = Path(__file__).resolve().parents[3]
    text = (root / "docs" / "benchmark.md").read_text(encoding="utf-8")
    assert text.count("<!-- measured: begin -->") == text.count("<!-- measured: end -->") == 1


def test_what_is_measured_is_kept_after_each_problem(report: Report, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "_one", lambda name, *arguments: replace(report.problems[0], name=name))
    kept: list[list[str]] = []
    whole = running.run_benchmark(
        ["lupus34", "sle"], ["silicart"], keep=lambda so_far: kept.append([one.name for one in so_far.problems])
    )
    assert kept == [["lupus34"], ["lupus34", "sle"]]
    assert [one.name for one in whole.problems] == kept[-1]


def test_an_unknown_name_is_refused() -> None:
    assert _called("--problems", "lupus35") == 2
    assert _called("--peers", "copas") == 2
