"""`silicart product PROCESS --out DIR` writes the page of the lots that it prints."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

Inside = Callable[..., int]


def test_the_page_shows_the_lots_of_the_record(
    inside: Inside, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    folder = tmp_path / "new" / "folder"
    assert inside("product", "lentiviral-bcma", "--lots", "10", "--out", str(folder), "--json") == 0
    shown = capsys.readouterr()
    positive = json.loads(shown.out)["typical"]["attributes"]["CAR_positive"]
    page = (folder / "product.html").read_text(encoding="utf-8")
    assert f"of which {100 * positive:.0f}\u00a0% carry CAR" in page
    assert "silicart product lentiviral-bcma --lots 10 --seed 1" in page
    assert "product.html" in shown.err


def test_a_sweep_has_no_page(inside: Inside, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    arguments = ("lentiviral-bcma", "--sweep", "delivery.MOI=1,5", "--out", str(tmp_path))
    assert inside("product", *arguments) != 0
    assert "a page is of one process" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
