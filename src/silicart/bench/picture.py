"""The picture of a benchmark: which line each simulator has, and what each panel says."""

from __future__ import annotations

import math
from collections.abc import Mapping

from silicart.bench.peers.protocol import PEERS
from silicart.bench.results import TARGET_ERROR, Curve, ProblemResult, Report
from silicart.report.figures.work_precision import Line, Panel, Style, draw_work_precision

# The colours of Okabe and Ito, as in the reports; each simulator has a mark of its own as well.
STYLES: Mapping[str, tuple[str, str]] = {
    "silicart": ("#D55E00", "o"),
    "pydiffsol": ("#0072B2", "s"),
    "libroadrunner": ("#009E73", "^"),
    "amici": ("#CC79A7", "D"),
    "copasi": ("#8A5F00", "v"),
    "scipy": ("#56B4E9", "P"),
    "diffrax": ("#6B7682", "X"),
}


def draw(report: Report) -> str:
    """Return the picture as SVG text; problems and simulators without a curve are left out."""
    results = [result for result in report.problems if any(curve.points for curve in result.curves)]
    styles = {peer: Style(PEERS[peer].label, *look, lead=peer == "silicart") for peer, look in STYLES.items()}
    shown = {curve.peer for result in results for curve in result.curves if curve.points}
    return draw_work_precision(
        [_panel(result, styles) for result in results],
        [style for peer, style in styles.items() if peer in shown],
        TARGET_ERROR,
    )


def _panel(result: ProblemResult, styles: Mapping[str, Style]) -> Panel:
    doses = f"{result.doses} doses" if result.doses else "no doses"
    subtitle = f"{result.states} states, {doses}, {result.outputs} outputs at {result.times} times"
    return Panel(result.name, subtitle, [_line(curve, styles[curve.peer]) for curve in result.curves if curve.points])


def _line(curve: Curve, style: Style) -> Line:
    points = [point for point in curve.points if math.isfinite(point.error)]
    return Line(
        style,
        [point.error for point in points],
        [point.rate for point in points],
        [point.usable for point in points],
    )
