"""`silicart predict-expression`: a list for programs, a table for readers, errors with the line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import silicart.product.donors.prediction as prediction

TABLE = "donor,dose_ng,day,percent\n14,800,1,60\n14,800,3,\nB x,400.5,2,\n14,0,2,\n"


@pytest.fixture(autouse=True)
def _short(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = prediction.sample_posterior
    monkeypatch.setattr(prediction, "sample_posterior", lambda *given, **named: whole(*given, **{**named, "steps": 60}))


def test_json_is_one_entry_a_missing_row_in_file_order(  # type: ignore[no-untyped-def]
    inside, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "t.csv"
    file.write_text(TABLE, encoding="utf-8")
    assert inside("predict-expression", str(file), "--json") == 0
    out, err = capsys.readouterr()
    found = json.loads(out)
    assert [(one["donor"], one["dose_ng"], one["day"]) for one in found] == [
        (14, 800, 3),
        ("B x", 400.5, 2),
        (14, 0, 2),
    ]
    for one in found:
        assert set(one) == {"donor", "dose_ng", "day", "percent", "interval"}
        assert 0 <= one["interval"][0] <= one["percent"] <= one["interval"][1] <= 100
    assert "B x" in err
    assert "14" not in err


def test_the_table_shows_every_predicted_row(  # type: ignore[no-untyped-def]
    inside, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "t.csv"
    file.write_text(TABLE, encoding="utf-8")
    assert inside("predict-expression", str(file), "--seed", "3") == 0
    out = capsys.readouterr().out
    assert "400.5" in out
    assert out.count(" to ") == 3


def test_a_bad_row_is_wrong_input_with_its_line(  # type: ignore[no-untyped-def]
    inside, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "t.csv"
    file.write_text(TABLE.replace(",60", ",160"), encoding="utf-8")
    assert inside("predict-expression", str(file)) == 2
    assert "t.csv:2" in capsys.readouterr().err.replace("\n", "")
