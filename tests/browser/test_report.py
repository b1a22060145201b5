"""The report in a browser: it asks for nothing, fits the window, and its controls work."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest


def asked_by_page(browse: Any, page: Path, log: Path) -> set[str]:
    """Return the addresses that a page asks for; what the browser asks for on its own account is left out."""
    browse(page, f"--log-net-log={log}", "--dump-dom")
    # One event a line; a browser that is stopped may leave the document as a whole unfinished.
    lines = [line.rstrip(",") for line in log.read_text(encoding="utf-8").splitlines() if '"initiator":"null"' in line]
    return {str(json.loads(line)["params"]["url"]) for line in lines}


def test_no_request_leaves_the_page(report: Path, browse: Any, tmp_path: Path) -> None:
    assert asked_by_page(browse, report, tmp_path / "net.json") == set()


def test_a_request_that_left_would_be_seen(browse: Any, tmp_path: Path) -> None:
    page = tmp_path / "asking.html"
    page.write_text('<img src="http://example.invalid/a.png">', encoding="utf-8")
    assert asked_by_page(browse, page, tmp_path / "net.json") == {"http://example.invalid/a.png"}


def test_the_page_breaks_none_of_its_own_rules(report: Path, browse: Any) -> None:
    errors = browse(report, "--enable-logging=stderr", "--v=0", "--dump-dom").stderr
    assert [line for line in errors.splitlines() if "CONSOLE" in line or "Content Security Policy" in line] == []


@pytest.mark.parametrize("width", [1280, 800, 500])
def test_nothing_is_wider_than_the_window(report: Path, ask: Any, width: int) -> None:
    assert ask(report, "document.documentElement.scrollWidth", width) <= width


@pytest.mark.parametrize("width", [1280, 800])
def test_cells_of_the_ledger_do_not_run_into_each_other(report: Path, ask: Any, width: int) -> None:
    over = ask(
        report,
        "Array.from(document.querySelectorAll('.ledger tr.row > *')).filter(function (cell) {"
        "  return cell.scrollWidth > cell.clientWidth + 1; }).map(function (cell) { return cell.textContent.trim(); })",
        width,
    )
    assert over == []


def test_every_figure_is_drawn_and_holds_its_labels(report: Path, ask: Any) -> None:
    figures = ask(
        report,
        "Array.from(document.querySelectorAll('svg.figure')).map(function (figure) {"
        "  var box = figure.getBoundingClientRect();"
        "  var outside = Array.from(figure.querySelectorAll('text')).filter(function (text) {"
        "    var own = text.getBoundingClientRect();"
        "    return own.left < box.left - 2 || own.right > box.right + 2 || own.bottom > box.bottom + 2; });"
        "  return [box.width, box.height, outside.map(function (text) { return text.textContent; })]; })",
    )
    # Two of the clinic, eight of the courses, five of the products.
    assert len(figures) == 15
    for width, height, outside in figures:
        assert width > 600
        assert height > 150
        assert outside == []


def test_the_filter_of_parameters_hides_what_does_not_fit(report: Path, ask: Any) -> None:
    shown = ask(
        report,
        "(function () { var field = document.getElementById('parameter-filter');"
        "  var all = document.getElementById('parameter-count').textContent;"
        "  field.value = 'k_kill'; field.dispatchEvent(new Event('input'));"
        "  var rows = Array.from(document.querySelectorAll('tr[data-words]')).filter(function (row) {"
        "    return row.getClientRects().length > 0; });"
        "  return [all, document.getElementById('parameter-count').textContent,"
        "    rows.map(function (row) { return row.querySelector('code').textContent; })]; })()",
    )
    before, after, rows = shown
    assert before.split(" of ")[0] == before.split(" of ")[1]
    assert "k_kill" in rows
    assert after == f"{len(rows)} of {before.split(' of ')[1]}"
    assert len(rows) < 5


def test_a_grade_can_be_left_out(report: Path, ask: Any) -> None:
    grades = ask(
        report,
        "(function () { var box = document.querySelector('[data-grade-box][value=C]');"
        "  box.checked = false; box.dispatchEvent(new Event('change'));"
        "  return Array.from(document.querySelectorAll('tr[data-words]:not([hidden])')).map(function (row) {"
        "    return row.dataset.grade; }); })()",
    )
    assert set(grades) == {"A", "B"}


def test_the_picture_shows_every_arm_in_its_colour(report: Path, browse: Any, tmp_path: Path) -> None:
    from PIL import Image

    picture = tmp_path / "page.png"
    browse(report, "--window-size=1280,9000", f"--screenshot={picture}")
    with Image.open(picture) as image:
        colours = {colour for _, colour in image.convert("RGB").getcolors(maxcolors=2**24) or []}
    arms = ("D55E00", "E69F00", "0072B2", "56B4E9", "009E73", "6B7682")
    assert {arm for arm in arms if tuple(bytes.fromhex(arm)) not in colours} == set()


def test_it_prints_with_its_details_open(report: Path, browse: Any, tmp_path: Path) -> None:
    paper = tmp_path / "report.pdf"
    browse(report, "--no-pdf-header-footer", f"--print-to-pdf={paper}")
    written = paper.read_bytes()
    assert written.startswith(b"%PDF")
    # The parameter table alone fills more than ten pages once its groups are open.
    assert written.count(b"/Type /Page\n") + written.count(b"/Type /Page ") + written.count(b"/Type /Page/") >= 20
