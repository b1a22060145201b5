"""Pages and sections of real processes show the lots that were made, what they hang on, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest

from silicart.evidence import Register, load_register
from silicart.product.making.lots import make_lot
from silicart.product.making.process import Process, load_process
from silicart.product.making.release import Limit, Limits
from silicart.product.making.summary import ProcessSummary, summarise_process
from silicart.product.values import centres
from silicart.report.product import gathering
from silicart.report.product.donors import donor_series
from silicart.report.product.filling import judged, product_page
from silicart.report.product.page import ProductPage, render_product_page
from silicart.report.product.section import course_to_cost, planned_course, product_section
from silicart.report.product.words import attribute_views
from silicart.study import Study, load_study


@pytest.fixture(scope="module")
def register() -> Register:
    return load_register()


@pytest.fixture(scope="module")
def study() -> Study:
    return load_study("sys6020-sle")


@pytest.fixture(scope="module")
def summary(register: Register) -> ProcessSummary:
    return summarise_process(load_process("mrna-lnp-bcma"), register, lots=10, draws=4)


@pytest.fixture(scope="module")
def page(summary: ProcessSummary, register: Register) -> ProductPage:
    return product_page(summary, register, command="silicart product mrna-lnp-bcma")


def test_the_section_of_a_study_compares_its_deliveries(register: Register, study: Study) -> None:
    figures = product_section(register, study.products, study.arms)
    assert [one.id for one in figures] == [
        "product-expression", "product-viability", "product-killing", "product-cost", "product-tornado",
    ]  # fmt: skip
    names = [style.name for style, _ in figures[0].tables[0].rows]
    assert names == ["lnp", "electroporation", "lentivirus"]
    # Six infusions in the study, one of the lentiviral product.
    assert figures[3].tables[0].columns == ("mRNA-LNP, 6 infusions", "lentivirus, 1 infusion")


def test_a_study_of_products_without_a_process_has_no_section(register: Register, study: Study) -> None:
    unknown = replace(study.products["lentiviral-bcma"], product="something else")
    assert product_section(register, {"x": unknown}, study.arms) == ()


def test_cells_that_do_not_bind_the_target_kill_nothing_in_the_figure(register: Register, study: Study) -> None:
    only = {"lentiviral-cd19": study.products["lentiviral-cd19"]}
    assert "product-killing" not in [one.id for one in product_section(register, only, study.arms)]


def test_a_user_s_value_changes_the_section(register: Register, study: Study) -> None:
    moved = {**centres(register), "c_functional": 2345.0}
    lots: Mapping[str, object] = {}
    process = load_process("mrna-lnp-bcma")
    assert gathering.expression_over_time([process], lots, moved).functional_threshold == 2345.0  # type: ignore[arg-type]


def test_expression_is_that_of_the_process_at_its_dose(register: Register) -> None:
    values = centres(register)
    process = load_process("mrna-lnp-bcma")
    shown = gathering.expression_over_time([process], {}, values).courses[0]
    lot = make_lot(process, values)
    hour = int(abs(shown.hours - 24.0).argmin())
    # The lot is held for 24 hours and then frozen; thawing takes a little CAR, and no cell counts twice.
    assert shown.median[hour] == pytest.approx(float(lot.attributes["CAR_median"]), rel=0.2)
    assert shown.share_positive[hour] == pytest.approx(float(lot.attributes["CAR_positive"]), abs=0.05)


@pytest.mark.parametrize("name", ["mrna-lnp-bcma", "lentiviral-bcma"])
def test_every_step_of_the_balance_closes(name: str, register: Register) -> None:
    columns = gathering.balance(make_lot(load_process(name), register))
    assert [column.label for column in columns] == (
        ["Cells", "CAR", "mRNA"] if name.startswith("mrna") else ["Cells", "CAR"]
    )
    for column in columns:
        for step in column.steps:
            lost = sum(amount for _, amount in step.lost)
            assert (step.into or 0.0) + step.made == pytest.approx((step.out or 0.0) + lost, rel=1e-6), step.step


def test_activities_add_up_to_the_course(register: Register) -> None:
    values = centres(register)
    courses = []
    for name in ("mrna-lnp-bcma", "lentiviral-bcma"):
        process = load_process(name)
        courses.append(course_to_cost(process, make_lot(process, values), *planned_course(process, values)))
    cost = gathering.cost_of_courses(courses, register)
    for route in cost.routes:
        assert sum(one.value for one in route.activities) == pytest.approx(route.total.value)
        assert route.total.low is not None
        assert route.total.high is not None
        assert route.total.low < route.total.high
    assert cost.difference is not None
    assert cost.difference.value == pytest.approx(cost.routes[0].total.value - cost.routes[1].total.value)
    sizes = [abs(bar.at_high - bar.at_low) for bar in cost.tornado]
    assert sizes == sorted(sizes, reverse=True)


def test_more_lnp_leaves_fewer_cells_alive_and_no_dose_leaves_all(register: Register) -> None:
    curve = gathering.viability(register).lnp
    assert curve.centre[0] == curve.low[0] == 1.0
    assert np.all(np.diff(curve.centre) < 0)
    assert np.all((curve.low <= curve.centre) & (curve.centre <= curve.high))


def test_a_donor_is_predicted_from_his_first_day_alone(register: Register) -> None:
    series = donor_series(register, steps=30)
    assert {(one.donor, one.dose_ng) for one in series} == {
        (d, n) for d in ("10", "12") for n in (400.0, 800.0, 1600.0)
    }
    for one in series:
        assert list(one.known) == [day == 1.0 for day in one.days]
        assert np.all((one.low <= one.expected) & (one.expected <= one.high))


def test_the_page_shows_the_lot_that_was_made(page: ProductPage, summary: ProcessSummary) -> None:
    rows = {one.label: one for one in page.attributes}
    assert rows["CAR+ share of viable cells"].value == f"{100 * float(summary.typical.attributes['CAR_positive']):.0f}"
    assert rows["CAR+ share of viable cells"].limit == "at least 20 %"
    assert rows["CAR+ share of viable cells"].met is True
    assert rows["viable CAR+ cells"].limit.startswith("at least 3.70")
    assert rows["vector copies per cell"].met is None
    assert [step.name for step in page.steps] == [step.kind for step in summary.process.steps]
    assert ("dose", "1 µg mRNA per 10⁶ cells") in next(step.settings for step in page.steps if step.name == "delivery")
    assert ("delivery: PDI", "0.1") in page.recorded
    assert {one.id for one in page.assumptions} == {entry.id for entry in summary.assumed}
    assert page.figures[-1].id == "product-tornado"


def test_the_page_of_a_real_process_stands_alone(page: ProductPage) -> None:
    text = render_product_page(page)
    assert re.findall(r"https?:|//[a-z]|@import|url\((?!#)|<script|<link|<img", text) == []
    ids = re.findall(r'\sid="([^"]+)"', text)
    assert len(ids) == len(set(ids))
    assert len(text.encode()) < 500_000


def test_a_lot_that_misses_a_limit_says_which(summary: ProcessSummary, register: Register) -> None:
    strict = _judged_by(summary, Limit("CAR_positive", 0.999, None, False, "C", ("assumption",)))
    assert judged(strict, register) == ("out of specification", ("low CAR+ share of viable cells",))
    assert [one.label for one in attribute_views(strict) if one.met is False] == ["CAR+ share of viable cells"]


def test_a_lot_beyond_a_terminal_limit_has_failed(summary: ProcessSummary, register: Register) -> None:
    strict = _judged_by(summary, Limit("viable_cells", 1e13, None, True, "C", ("assumption",)))
    assert judged(strict, register) == ("failed", ("low viable cells",))
    # A limit beyond which there is no lot is no limit of release.
    assert not any(one.limit for one in attribute_views(strict))


def test_in_vivo_there_is_no_lot_of_cells(register: Register) -> None:
    process: Process = load_process("in-vivo-bcma")
    page = product_page(summarise_process(process, register), register)
    assert page.verdict == "not judged"
    assert page.attributes == ()
    assert page.course == ()
    assert {one.id for one in page.figures} == {"product-cost", "product-tornado"}
    assert "4.00 mg of mRNA" in page.summary


def _judged_by(summary: ProcessSummary, limit: Limit) -> ProcessSummary:
    assert summary.release is not None
    return replace(summary, release=replace(summary.release, limits=Limits("own", "Own limits", (limit,))))
