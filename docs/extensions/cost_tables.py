"""The tables of `docs/cost.md`: costs, tornado, break-even and published prices, computed when the pages are built."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from silicart.evidence import Observation, Register, load_observations, load_register
from silicart.population.draws import draw_typical_values
from silicart.product.cost import CoursePlan, break_even, cost_rows, draw_costs, list_prices, tornado
from silicart.product.lot import Lot
from silicart.product.making.lots import make_lot
from silicart.product.making.process import load_process
from silicart.product.values import centres

DRAWS, SEED = 4000, 1
"""The median of the costs is steady to 2 % at this many draws."""

Table = Callable[[Sequence[str], Iterable[Sequence[object]]], str]
Plans = Mapping[str, CoursePlan]

COURSES: Mapping[str, tuple[str, int, int]] = {
    "mRNA-LNP, six infusions": ("mrna-lnp-bcma", 1, 6),
    "electroporated mRNA, six infusions": ("electroporated-mrna-bcma", 1, 6),
    "lentivirus, one infusion": ("lentiviral-bcma", 1, 1),
    "targeted mRNA-LNP in the body, three infusions": ("in-vivo-bcma", 3, 3),
}
"""Course -> (built-in process, lots, infusions)."""

NEEDED = 2e10
"""CAR+ cells of a course of six infusions."""

LNP, VECTOR = "mRNA-LNP, six infusions", "lentivirus, one infusion"


def cost_tables(table: Table) -> dict[str, str]:
    """Return the parts that the page includes, by file name."""
    register = load_register()
    made = {name: make_lot(load_process(process), centres(register)) for name, (process, *_) in COURSES.items()}
    plans = {name: _plan(made[name], *course) for name, course in COURSES.items()}
    return {
        "parts/cost_resources.md": _resources(table, plans, made),
        "parts/cost_courses.md": _courses(table, register, plans),
        "parts/cost_activities.md": _activities(table, register, plans),
        "parts/cost_tornado.md": _tornado(table, register, plans),
        "parts/cost_break_even.md": _break_even(table, register, plans, made[LNP]),
        "parts/cost_beside.md": _beside(table, register, plans),
        "parts/list_prices.md": _list_prices(table, register),
    }


def _plan(lot: Lot, process: str, lots: int, infusions: int) -> CoursePlan:
    return CoursePlan(load_process(process).carrier, lot.resources, lots, infusions)


def _resources(table: Table, plans: Plans, made: Mapping[str, Lot]) -> str:
    names = tuple(dict.fromkeys(name for plan in plans.values() for name in plan.resources))
    rows = [
        (f"`{name}`", *(f"{p.resources[name]:.3g}" if name in p.resources else "–" for p in plans.values()))
        for name in names
    ]
    positive = (lot.attributes.get("CAR_positive_cells") for lot in made.values())
    rows.append(("CAR+ cells made by a lot", *("–" if cells is None else f"{float(cells):.2g}" for cells in positive)))
    rows.append(("lots of a course", *(f"{p.lots:g}" for p in plans.values())))
    return table(("used by a lot", *plans), rows)


def _courses(table: Table, register: Register, plans: Plans) -> str:
    rows = []
    for name, plan in plans.items():
        found = {str(row["id"]): row for row in cost_rows(draw_costs(plan, register, DRAWS, SEED))}
        lot, course, infusion = found["lot"], found["course"], found["infusion"]
        rows.append((name, _span(lot, "USD"), _span(course, "USD"), _span(course, "CNY"), _span(infusion, "USD")))
    header = ("route", "delivered lot, USD", "course, USD", "course, CNY", "infusion, USD")
    return table(header, rows)


def _activities(table: Table, register: Register, plans: Plans) -> str:
    shares = {name: draw_costs(plan, register, DRAWS, SEED) for name, plan in plans.items()}
    labels = dict.fromkeys(
        (str(row["id"]), str(row["label"]))
        for cost in shares.values()
        for row in cost_rows(cost)
        if row["share"] != 1.0
    )
    rows = []
    for id, label in labels:
        amounts = [(cost.activities().get(id), cost.lot) for cost in shares.values()]
        if any(part is not None for part, _ in amounts):
            rows.append((label, *("–" if part is None else _percent(part / lot) for part, lot in amounts)))
    return table(("share of a lot", *shares), rows)


def _tornado(table: Table, register: Register, plans: Plans) -> str:
    parts = []
    for name, plan in plans.items():
        swings = tornado(lambda values, plan=plan: plan.cost(values).course, register)[:6]
        rows = [(f"`{s.id}`", s.label, _money(s.low), _money(s.high), s.grade) for s in swings]
        header = ("input", "what", "course at its 5 %, USD", "at its 95 %, USD", "grade")
        parts.append(f"**{name}** (all at their centres: USD {_money(swings[0].centre)})\n\n{table(header, rows)}")
    return "\n".join(parts)


def _break_even(table: Table, register: Register, plans: Plans, lot: Lot) -> str:
    """The course, one of no more cells than it needs, and a lot for a single infusion, beside the lentiviral one."""
    typical = draw_typical_values(register, SEED, np.arange(DRAWS), np.zeros(DRAWS, dtype=np.int64)).values
    course, other = plans[LNP], plans[VECTOR]
    share = NEEDED / float(lot.attributes["CAR_positive_cells"])
    needed = replace(course, resources=_smaller(course, share))
    single = CoursePlan(course.route, {**_smaller(course, share / 6), "doses_frozen": 1})
    compared = {
        LNP: course,
        "mRNA-LNP, six infusions, 2e10 CAR+ cells and no more": needed,
        "mRNA-LNP, a lot for one infusion of a sixth of that": single,
    }
    rows = []
    for label, plan in compared.items():
        difference = plan.cost(typical).course - other.cost(typical).course
        low, middle, high = np.quantile(difference, (0.05, 0.5, 0.95))
        never = np.isinf(break_even(plan, other, typical)).mean()
        rows.append(
            (
                label,
                f"{_signed(middle)} ({_signed(low)} to {_signed(high)})",
                f"{100 * (difference < 0).mean():.0f} %",
                _reached(float(break_even(plan, other, register))),
                f"{100 * never:.0f} %",
            )
        )
    header = ("", "dearer by, USD", "cheaper in draws", "cheaper from, centres", "at no scale, draws")
    return table(header, rows)


def _smaller(plan: CoursePlan, share: float) -> dict[str, ArrayLike]:
    """The resources of a lot of fewer cells: medium and mRNA go with the cells, days and tests do not."""
    return {
        **plan.resources,
        **{name: np.asarray(plan.resources[name]) * share for name in ("mRNA_mg", "medium_litres")},
    }


def _signed(amount: float) -> str:
    return f"{'−' if amount < 0 else '+'}{_money(abs(amount))}"


def _reached(patients: float) -> str:
    return "no number of patients" if np.isinf(patients) else f"{patients:,.0f} patients a year"


def _beside(table: Table, register: Register, plans: Plans) -> str:
    """Shares and costs that were read, beside the same of the lentiviral lot here."""
    cost, published = draw_costs(plans[VECTOR], register, DRAWS, SEED), load_observations()
    activities = cost.activities()
    rows = [
        (
            one.label,
            _read(one),
            _percent(activities[activity] / cost.lot),
            ", ".join(one.sources),
            one.note or "",
        )
        for one, activity in (
            (published["vector_cost_share"], "gene_carrier"),
            (published["labour_cost_share"], "labour"),
        )
    ]
    scenario = published["production_cost_scenario"]
    lot = next(_span(row, "USD") for row in cost_rows(cost) if row["id"] == "lot")
    value = f"USD {_money(scenario.value)}"
    rows.append((scenario.label, value, f"USD {lot}", ", ".join(scenario.sources), scenario.note or ""))
    return table(("read", "value", "here, lentiviral lot", "source", "note"), rows)


def _read(one: Observation) -> str:
    span = "" if one.low is None or one.high is None else f" ({100 * one.low:.3g} to {100 * one.high:.3g})"
    return f"{100 * one.value:.0f} %{span}"


def _list_prices(table: Table, register: Register) -> str:
    rows = []
    for price in list_prices(register):
        cells = []
        for currency in ("USD", "CNY"):
            value, low, high = price.amounts[currency]
            span = "" if low is None or high is None else f" ({_money(low)} to {_money(high)})"
            cells.append(f"{_money(value, 3)}{span}")
        rows.append((price.label, price.currency, *cells, price.source))
    return table(("price", "published in", "USD", "CNY", "source"), rows)


def _span(row: Mapping[str, object], currency: str) -> str:
    amounts = row[currency]
    assert isinstance(amounts, dict)
    return f"{_money(amounts['median'])} ({_money(amounts['low'])} to {_money(amounts['high'])})"


def _percent(shares: np.ndarray) -> str:
    low, middle, high = 100 * np.quantile(shares, (0.05, 0.5, 0.95))
    return f"{middle:.0f} % ({low:.0f} to {high:.0f})"


def _money(amount: float, digits: int = 2) -> str:
    """Two digits: more would claim knowledge that no input has."""
    return f"{float(f'{amount:.{digits}g}'):,.0f}"
