"""The command on validation: JSON and nothing else, pages, tables, and options that contradict each other."""

from __future__ import annotations

import json

import pytest

from silicart.cli import validation_table
from silicart.evidence import load_observations
from silicart.study import Validation, ValidationRow
from silicart.study.validation_mathematics import Prediction

MADE = Prediction(0.8, 0.78, 0.4, 1.0, True, 0.6, 0.6, 0.4)


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> None:
    """A validation that is there at once: what is simulated is tested elsewhere."""
    one = load_observations()["lv_cd19_doris_m3"]
    row = ValidationRow(one.id, one, "fraction", one.value, "cd19-sle", "lentiviral-cd19", "sle", "", 60, 2, MADE)
    monkeypatch.setattr("silicart.study.validate", lambda *_, **__: Validation((row,), 60))


@pytest.mark.usefixtures("made")
def test_json_is_one_document(inside, capsys) -> None:  # type: ignore[no-untyped-def]
    assert inside("validate", "--json") == 0
    document = json.loads(capsys.readouterr().out)
    assert set(document) == {"observations", "totals"}
    assert document["observations"][0]["interval"] == [0.4, 1.0]
    assert document["totals"]["by_arm"]["cd19-sle / lentiviral-cd19"]["coverage"] == 1.0
    assert inside("validate", "--acceptance", "--json") == 0
    assert {"disease-2", "clinical-1"} == set(json.loads(capsys.readouterr().out))


@pytest.mark.usefixtures("made")
def test_tables_and_pages(inside, capsys) -> None:  # type: ignore[no-untyped-def]
    assert inside("validate") == 0
    out = capsys.readouterr().out
    assert "0.8 (0.4 to 1)" in out
    assert "1 of 1" in out
    assert inside("validate", "--markdown") == 0
    assert "# The model beside observed trials" in capsys.readouterr().out
    assert inside("validate", "--acceptance") == 0
    assert "CAR-T in the clinic: 1 met" in capsys.readouterr().out
    assert inside("validate", "--acceptance", "--markdown") == 0
    assert "# Acceptance targets" in capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments",
    [
        ("--product", "--acceptance"),
        ("--product", "--observations", "x.yaml"),
        ("--acceptance", "--observations", "x.yaml"),
        ("--draws", "10"),
        ("--observations", "nowhere.yaml"),
    ],
)
def test_options_that_do_not_go_together(inside, arguments) -> None:  # type: ignore[no-untyped-def]
    assert inside("validate", *arguments) == 2


def test_columns_fit_into_a_hundred() -> None:
    assert validation_table.WIDTH == 100
