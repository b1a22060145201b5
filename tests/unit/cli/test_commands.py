"""Commands that run, read and show a study."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import silicart.study
from silicart.study import StudyResult, open_result

CONTRACT = {"claim", "quantity", "comparator", "estimate", "interval", "unit", "verdict", "evidence", "decided_by"}


def test_run_writes_json_alone_to_standard_output(finished: Any) -> None:
    out, process = finished
    assert process.returncode == 0, process.stderr
    written = json.loads(process.stdout)
    assert written["path"] == str(out)
    assert Path(written["report"]).is_file()
    assert (written["study"], written["patients"], written["failures"]) == ("sys6020-sle", 20, 0)
    assert "Mackensen2022" in written["cite"]


def test_run_leaves_a_sealed_result_with_its_report(finished: Any) -> None:
    out, _ = finished
    result = open_result(out)
    assert "report.html" in result.manifest["files"]
    assert [one.name for one in out.parent.iterdir()] == [out.name]


def test_claims_of_a_stored_result_follow_the_contract(  # type: ignore[no-untyped-def]
    finished: Any, inside, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    out, _ = finished

    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("a stored result fits, so nothing may run")

    monkeypatch.setattr(silicart.study, "run_study", refuse)
    assert inside("claims", "sys6020-sle", "--patients", "20", "--out", str(out), "--json") == 0
    rows = json.loads(capsys.readouterr().out)
    assert len(rows) == len(open_result(out).ledger)
    for row in rows:
        assert set(row) == CONTRACT
        assert row["evidence"] or row["estimate"] is None
        if row["verdict"] == "not computed":
            assert row["estimate"] is None
            assert row["interval"] is None


def test_claims_run_the_study_where_no_stored_result_fits(  # type: ignore[no-untyped-def]
    finished: Any, inside, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    out, _ = finished
    asked: list[tuple[Any, ...]] = []

    def pretend(*arguments: Any, **_: Any) -> StudyResult:
        asked.append(arguments)
        return open_result(out)

    monkeypatch.setattr(silicart.study, "run_study", pretend)
    assert inside("claims", "sys6020-sle", "--patients", "30", "--out", str(out), "--json") == 0
    captured = capsys.readouterr()
    assert asked[0][1] == 30
    assert json.loads(captured.out)
    assert "No stored result fits sys6020-sle" in captured.err


def test_the_ledger_in_a_terminal_fits_100_columns(  # type: ignore[no-untyped-def]
    synthetic_result: StudyResult, inside, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(silicart.study, "find_result", lambda *_, **__: synthetic_result)
    assert inside("claims", "sys6020-sle") == 0
    text = capsys.readouterr().out
    assert max(len(line) for line in text.splitlines()) <= 100
    for words in ("Side effects are fewer", "−55 pp", "−71 to −33", "● supported", "✖ contradicted", "◐ undecided"):
        assert words in text
    assert "decides: which rival structure holds" in text
    assert "○ not computed: Cost of goods of one course; needs economics" in text
    assert "world's first. Nobody has counted." in text
    assert "Cite silicart 0.1.0" in text
    assert "not a medical device" in " ".join(text.split())


def test_too_many_failed_patients_make_a_run_incomplete(  # type: ignore[no-untyped-def]
    synthetic_result: StudyResult, inside, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def with_failures(count: int) -> StudyResult:
        columns = {"patient": range(count), "time": 5.0, "state": "IFN", "reason": "step limit"}
        return replace(synthetic_result, failures=pd.DataFrame({"arm": ["lv_cd19"] * count, **columns}))

    monkeypatch.setattr(silicart.study, "find_result", lambda *_, **__: with_failures(2))
    assert inside("claims", "sys6020-sle", "--json") == 3
    captured = capsys.readouterr()
    assert json.loads(captured.out)
    assert "lv_cd19: 2 of 60" in captured.err
    monkeypatch.setattr(silicart.study, "find_result", lambda *_, **__: with_failures(1))
    assert inside("claims", "sys6020-sle", "--json") == 0


def test_report_of_a_stored_result_is_written_again(finished: Any, inside, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    out, _ = finished
    assert inside("report", str(out), "--out", str(tmp_path / "again.html")) == 0
    assert (tmp_path / "again.html").read_bytes() == (out / "report.html").read_bytes()


def test_check_explains_without_running(inside, capsys: pytest.CaptureFixture[str]) -> None:  # type: ignore[no-untyped-def]
    assert inside("check", "sys6020-sle", "--patients", "50") == 0
    text = capsys.readouterr().out
    assert max(len(line) for line in text.splitlines()) <= 100
    assert "50 virtual patients, 5 draws" in text
    assert inside("check", "sys6020-sle", "--json") == 0
    assert json.loads(capsys.readouterr().out)["patients"] == 1000


def test_sources_shows_the_register_an_entry_an_observation_and_a_work(  # type: ignore[no-untyped-def]
    inside, capsys: pytest.CaptureFixture[str]
) -> None:
    from silicart.evidence import load_register

    register = load_register()
    assert inside("sources", "--json") == 0
    assert [one["id"] for one in json.loads(capsys.readouterr().out)] == list(register)
    assert inside("sources", "--grade", "c", "--json") == 0
    assert {one["grade"] for one in json.loads(capsys.readouterr().out)} == {"C"}
    assert inside("sources", "B_naive_blood_0", "--json") == 0
    entry = json.loads(capsys.readouterr().out)
    assert (entry["value"], entry["unit"]) == (register["B_naive_blood_0"].value, "cell")
    assert [work["key"] for work in entry["works"]] == list(register["B_naive_blood_0"].sources)
    assert inside("sources", "mrna_bcma_mg_crs") == 0
    assert "14" in capsys.readouterr().out
    assert inside("sources", "Mackensen2022", "--json") == 0
    assert "lv_cd19_doris_m3" in json.loads(capsys.readouterr().out)["observations"]
    assert inside("sources") == 0
    assert max(len(line) for line in capsys.readouterr().out.splitlines()) <= 100
