"""The words and numbers beside a product's figures are those of what was drawn."""

from __future__ import annotations

from dataclasses import replace
from types import ModuleType

import numpy as np

from silicart.report.product.cost_illustrations import cost_illustrations
from silicart.report.product.illustrations import (
    balance_illustration,
    donor_illustration,
    expression_illustration,
    killing_illustration,
    viability_illustration,
)


def test_the_table_of_expression_reads_the_course_at_its_hours(invented: ModuleType) -> None:
    shown = invented.expression()
    first = replace(shown.courses[0], median=np.full_like(shown.courses[0].median, 4321.0))
    table, shares = expression_illustration(replace(shown, courses=(first,))).tables
    assert [cells[0].split(" (")[0] for _, cells in table.rows] == ["4\u202f300"]
    hour = int(abs(first.hours - 24.0).argmin())
    assert shares.rows[0][1][1] == f"{100 * first.share_positive[hour]:.0f}"


def test_what_was_not_simulated_is_a_dash(invented: ModuleType) -> None:
    shown = invented.killing()
    narrow = tuple(
        replace(one, effector_to_target=one.effector_to_target[12:21], killed=one.killed[12:21]) for one in shown.curves
    )
    (_, cells), *_ = killing_illustration(replace(shown, curves=narrow)).tables[0].rows
    assert cells[0] == "–"
    assert cells[1] != "–"


def test_published_assays_stand_in_a_table_of_their_own(invented: ModuleType) -> None:
    shown = invented.killing()
    _, published = killing_illustration(shown).tables
    assert [row[1][1] for row in published.rows] == ["70 [60, 80]", "57 [53, 60]", "95", "71", "69"]
    assert len(killing_illustration(replace(shown, points=())).tables) == 1


def test_grade_c_is_named_in_the_caption_of_viability(invented: ModuleType) -> None:
    assert "Grade C: loss of viability per ug." in viability_illustration(invented.viability()).caption
    assert "Grade C" not in viability_illustration(replace(invented.viability(), graded_c=())).caption


def test_an_activity_that_a_route_lacks_is_a_dash_and_totals_close_the_table(invented: ModuleType) -> None:
    waterfall, tornado = cost_illustrations(invented.cost())
    rows = dict(waterfall.tables[0].rows)
    assert rows["Vector"][0] == "–"
    assert list(rows)[-1] == "Total"
    assert rows["Total"][1] == "97.0 [61.0 to 170]"
    assert [cells[3] for _, cells in tornado.tables[0].rows] == ["C", "C", "C", "B"]


def test_one_route_alone_has_no_tornado(invented: ModuleType) -> None:
    assert [one.id for one in cost_illustrations(replace(invented.cost(), difference=None))] == ["product-cost"]


def test_every_row_of_the_balance_names_its_losses(invented: ModuleType) -> None:
    cells, car, mrna = balance_illustration(invented.balance()).tables
    assert dict(cells.rows)["selection"][3] == "left behind 6.00 × 10⁹"
    assert dict(cells.rows)["culture"][1] == "2.64 × 10¹⁰"
    assert len(car.rows) == len(mrna.rows) == 8


def test_a_series_shows_what_was_measured_beside_what_is_expected(invented: ModuleType) -> None:
    series = invented.donors()
    table = donor_illustration(series).tables[0]
    first = series[0]
    assert table.rows[0][0] == "donor A, 400 ng"
    assert table.rows[0][1][0].startswith(f"{first.measured[0]:.1f}; ")
