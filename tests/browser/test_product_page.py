"""The page of a product in a browser: it fits a desk and a telephone, and its figures hold their labels."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from silicart.evidence import load_register
from silicart.product.making.process import load_process
from silicart.product.making.summary import summarise_process
from silicart.report.product.filling import product_page
from silicart.report.product.page import write_product_page


@pytest.fixture(scope="module")
def written(browser: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of the mRNA-LNP process."""
    register = load_register()
    summary = summarise_process(load_process("mrna-lnp-bcma"), register, lots=20, draws=4)
    return write_product_page(product_page(summary, register), tmp_path_factory.mktemp("product") / "product.html")


@pytest.mark.parametrize("width", [1200, 800, 500])
def test_nothing_is_wider_than_the_window(written: Path, ask: Any, width: int) -> None:
    assert ask(written, "document.documentElement.scrollWidth", width) <= width


def test_on_a_telephone_only_frames_scroll(written: Path, ask: Any) -> None:
    # A browser's own window is no narrower than 500 pixels; a frame in it is.
    inside = ask(
        written,
        "(function () { var main = document.querySelector('.shell'); main.style.width = '400px';"
        "  return [main.scrollWidth, document.querySelector('svg.figure').getBoundingClientRect().width]; })()",
        500,
    )
    assert inside[0] <= 400
    assert inside[1] >= 700


def test_every_figure_holds_its_labels(written: Path, ask: Any) -> None:
    outside = ask(
        written,
        "Array.from(document.querySelectorAll('svg.figure')).map(function (figure) {"
        "  var box = figure.getBoundingClientRect();"
        "  return Array.from(figure.querySelectorAll('text')).filter(function (text) {"
        "    var own = text.getBoundingClientRect();"
        "    return own.left < box.left - 2 || own.right > box.right + 2 || own.bottom > box.bottom + 2; })"
        "    .map(function (text) { return text.textContent; }); })",
    )
    assert outside == [[]] * 6


def test_the_page_breaks_none_of_its_own_rules(written: Path, browse: Any) -> None:
    errors = browse(written, "--enable-logging=stderr", "--v=0", "--dump-dom").stderr
    assert [line for line in errors.splitlines() if "CONSOLE" in line or "Content Security Policy" in line] == []
