"""The product beside published figures, at the command line."""

from __future__ import annotations

import json
from typing import Any

import pytest

import silicart.product.acceptance as acceptance

SOME = tuple(one for one in acceptance.TARGETS if one.group in ("genome safety", "targeted LNP"))


@pytest.fixture(autouse=True)
def few_targets(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only targets that compute at once; the others are computed in the tests of their own."""
    whole = acceptance.compare
    monkeypatch.setattr(acceptance, "compare", lambda register, draws=20: whole(register, draws, targets=SOME))


def test_json_tells_bands_of_the_record_from_those_of_the_reading(
    inside: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    assert inside("validate", "--product", "--json") == 0
    rows = {row["observation"]: row for row in json.loads(capsys.readouterr().out)}
    assert rows["t_cell_malignancy_pooled"]["band_of"] == "record"
    assert rows["t_cell_malignancy_pooled"]["follow_up_months"] == 21.7
    assert rows["t_cell_malignancy_pooled"]["verdict"] == "met"
    mouse = rows["untargeted_lnp_car_positive"]
    assert (mouse["model"], mouse["band_of"], mouse["verdict"]) == (None, "reading", "not modelled")


def test_the_table_marks_a_reading_and_says_what_is_extrapolated(
    inside: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    assert inside("validate", "--product", "--draws", "10") == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert "0 to 0.1*" in shown
    assert "1 of 1 acceptance bands met" in shown
    assert "extrapolated" in shown


def test_the_page_is_written_as_it_stands(inside: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert inside("validate", "--product", "--markdown") == 0
    page = capsys.readouterr().out
    assert page.startswith("# The product beside published figures\n")
    assert page.endswith("|\n")


@pytest.mark.parametrize(
    "arguments", [("--product", "--patients", "20"), ("--product", "--threads", "1"), ("--draws", "20")]
)
def test_options_of_the_other_comparison_are_refused(
    inside: Any, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...]
) -> None:
    assert inside("validate", *arguments) != 0
    assert "says nothing" in capsys.readouterr().err
