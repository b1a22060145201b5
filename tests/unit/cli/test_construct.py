"""`silicart construct` as a user meets it."""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib import resources
from pathlib import Path

import pytest

Inside = Callable[..., int]


def test_the_built_in_construct_fits_the_screen_and_writes_its_files(
    inside: Inside, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert inside("construct", "bcma-bbz", "--out", str(tmp_path)) == 0
    lines = capsys.readouterr().out.splitlines()
    assert max(len(line) for line in lines if not line.startswith("written:")) <= 100
    shown = " ".join(" ".join(lines).split())
    for text in (
        "N1-methylpseudouridine", "Not predicted, for want of evidence", "half-life of the mRNA",
        "not an anti-BCMA sequence", "0.0436 mg mRNA per mg lipid", "118–822 235 a stand-in",
    ):  # fmt: skip
        assert text in shown
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bcma-bbz.fasta", "bcma-bbz.gb", "bcma-bbz.sbol.nt"]


def test_json_is_one_document(inside: Inside, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert inside("construct", "bcma-bbz", "--out", str(tmp_path), "--json") == 0
    record = json.loads(capsys.readouterr().out)
    assert record["composition"]["length"] == len(record["mRNA"]) == 1902
    assert record["LNP"]["lipids"]["ionizable"]["mol_percent"] == 50
    assert record["coding_sequence_by"] == "DNA Chisel, use_best_codon"
    assert len(record["not_predicted"]) == 5
    assert all(Path(path).is_file() for path in record["files"])


def test_wrong_input_is_a_panel_with_file_and_line(
    inside: Inside, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "own.yaml"
    path.write_text("construct: x\nsource: user\nCAR:\n  - hinge: CD8A_hinge\n", encoding="utf-8")
    assert inside("construct", str(path), "--out", str(tmp_path / "out")) == 2
    heard = capsys.readouterr()
    assert heard.out == ""
    assert "the CAR has no signal_peptide" in heard.err
    assert "own.yaml:3" in heard.err.replace("\n", "")
    assert not (tmp_path / "out").exists()


def test_the_page_shows_the_shipped_file_and_what_the_command_says(
    inside: Inside, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = (Path(__file__).parents[3] / "docs" / "construct.md").read_text("utf-8")
    shipped = resources.files("silicart").joinpath("biology", "constructs", "bcma-bbz.yaml").read_text("utf-8")
    assert shipped in page
    assert inside("construct", "bcma-bbz", "--out", str(tmp_path)) == 0
    said = [line.rstrip() for line in capsys.readouterr().out.splitlines() if not line.startswith("written:")]
    # ViennaRNA is an extra, so its line may differ.
    missing = [line for line in said if line and "ViennaRNA" not in line and line not in page]
    assert missing == []
