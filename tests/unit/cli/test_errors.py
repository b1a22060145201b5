"""What a user did wrong is said on standard error, with the place and the remedy, and with exit code 2."""

from __future__ import annotations

from pathlib import Path

import pytest

BAD_STUDY = """\
study: {name: bad, title: T, question: Q, context_of_use: C}
model: {disease: sle, classes: 6}
population: {patiens: 20, patients_per_draw: 10, seed: 1}
course: {unit: day, lead_in: 0, horizon: 30}
products: {mrna: {product: mrna_lnp_bcma}}
arms:
  one: {label: One, product: mrna, dose: {amount: 1.0e+6, unit: cell_per_kg, number: 1, source: Chahin2025}}
endpoints: all
show: [activity]
"""


def expected(capsys: pytest.CaptureFixture[str], *words: str) -> None:
    captured = capsys.readouterr()
    assert captured.out == ""
    text = " ".join(captured.err.replace("│", " ").split())
    for one in words:
        assert one in text


@pytest.mark.parametrize("command", ["check", "run", "claims", "report"])
def test_unknown_study_names_the_nearest(inside, capsys: pytest.CaptureFixture[str], command: str) -> None:  # type: ignore[no-untyped-def]
    assert inside(command, "sys6020-sla") == 2
    expected(capsys, "unknown study", "found sys6020-sla", "remedy did you mean sys6020-sle?")


def test_unknown_key_of_a_study_names_file_line_and_nearest(  # type: ignore[no-untyped-def]
    inside, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("bad.yaml").write_text(BAD_STUDY, encoding="utf-8")
    assert inside("check", "bad.yaml") == 2
    expected(capsys, "bad.yaml:3", "patiens", "did you mean patients?")


def test_missing_overlay_is_an_error_before_anything_runs(  # type: ignore[no-untyped-def]
    inside, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    out = tmp_path / "run"
    code = inside("run", "sys6020-sle", "--patients", "20", "--out", str(out), "--overlay", str(tmp_path / "no.yaml"))
    assert code == 2
    expected(capsys, "the overlay file cannot be read", "no.yaml")
    assert not out.exists()


def test_a_count_of_patients_that_is_none(inside, capsys: pytest.CaptureFixture[str]) -> None:  # type: ignore[no-untyped-def]
    assert inside("check", "sys6020-sle", "--patients", "0") == 2
    expected(capsys, "patients is not a count", "found 0")


def test_unknown_option_is_usage(inside, capsys: pytest.CaptureFixture[str]) -> None:  # type: ignore[no-untyped-def]
    assert inside("run", "sys6020-sle", "--patience", "3") == 2
    expected(capsys, "--patience")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("k_kil",), ("nothing of that name", "did you mean k_kill?")),
        (("--grade", "D"), ("unknown grade", "A, B or C")),
        (("Makensen2022",), ("did you mean Mackensen2022?",)),
    ],
)
def test_unknown_evidence_names_the_nearest(  # type: ignore[no-untyped-def]
    inside, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], words: tuple[str, ...]
) -> None:
    assert inside("sources", *arguments) == 2
    expected(capsys, *words)


def test_a_folder_that_is_no_result_is_refused(inside, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    assert inside("report", str(tmp_path)) == 2
    expected(capsys, "no result of silicart")
