"""The tables of `docs/cost.md`: costs, tornado, break-even and published prices, computed when the pages are built."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from silicart.evidence import Observation, Register, load_observations, load_register
from silicart.population.draws import draw_typical_values
from silicart.product.cost import CoursePlan, break_even, cost_rows, draw_costs, list_prices, tornado

DRAWS, SEED = 4000, 1
"""The median of the costs is steady to 2 % at this many draws."""

Table = Callable[[Sequence[str], Iterable[Sequence[object]]], str]

CELLS: Mapping[str, ArrayLike] = {"apheresis": 1, "suite_days": 11, "release_tests": 1}
PLANS: Mapping[str, CoursePlan] = {
    "mRNA-LNP, six infusions": CoursePlan(
        "lnp", {**CELLS, "mRNA_mg": 30, "medium_litres": 30, "doses_frozen": 6, "shipments": 2}, infusions=6
    ),
    "electroporated mRNA, six infusions": CoursePlan(
        "electroporation",
        {**CELLS, "mRNA_mg": 30, "pulses": 30, "medium_litres": 30, "doses_frozen": 6, "shipments": 2},
        infusions=6,
    ),
    "lentivirus, one infusion": CoursePlan(
        "lentivirus", {**CELLS, "vector_units": 5e8, "medium_litres": 2, "doses_frozen": 1, "shipments": 2}
    ),
    "targeted mRNA-LNP in the body, three infusions": CoursePlan(
        "targeted_lnp", {"mRNA_mg": 4, "shipments": 1}, lots=3, infusions=3
    ),
}
LNP, VECTOR = "mRNA-LNP, six infusions", "lentivirus, one infusion"


def cost_tables(table: Table) -> dict[str, str]:
    """Return the parts that the page includes, by file name."""
    register = load_register()
    return {
        "parts/cost_resources.md": _resources(table),
        "parts/cost_courses.md": _courses(table, register),
        "parts/cost_activities.md": _activities(table, register),
        "parts/cost_tornado.md": _tornado(table, register),
        "parts/cost_break_even.md": _break_even(register),
        "parts/cost_beside.md": _beside(table, register),
        "parts/list_prices.md": _list_prices(table, register),
    }


def _resources(table: Table) -> str:
    names = tuple(dict.fromkeys(name for plan in PLANS.values() for name in plan.resources))
    rows = [
        (f"`{name}`", *(f"{p.resources[name]:g}" if name in p.resources else "–" for p in PLANS.values()))
        for name in names
    ]
    return table(("used by a lot", *PLANS), [*rows, ("lots of a course", *(f"{p.lots:g}" for p in PLANS.values()))])


def _courses(table: Table, register: Register) -> str:
    rows = []
    for name, plan in PLANS.items():
        found = {str(row["id"]): row for row in cost_rows(draw_costs(plan, register, DRAWS, SEED))}
        lot, course, infusion = found["lot"], found["course"], found["infusion"]
        rows.append((name, _span(lot, "USD"), _span(course, "USD"), _span(course, "CNY"), _span(infusion, "USD")))
    header = ("route", "delivered lot, USD", "course, USD", "course, CNY", "infusion, USD")
    return table(header, rows)


def _activities(table: Table, register: Register) -> str:
    shares = {name: draw_costs(plan, register, DRAWS, SEED) for name, plan in PLANS.items()}
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


def _tornado(table: Table, register: Register) -> str:
    parts = []
    for name, plan in PLANS.items():
        swings = tornado(lambda values, plan=plan: plan.cost(values).course, register)[:6]
        rows = [(f"`{s.id}`", s.label, _money(s.low), _money(s.high), s.grade) for s in swings]
        header = ("input", "what", "course at its 5 %, USD", "at its 95 %, USD", "grade")
        parts.append(f"**{name}** (all at their centres: USD {_money(swings[0].centre)})\n\n{table(header, rows)}")
    return "\n".join(parts)


def _break_even(register: Register) -> str:
    typical = draw_typical_values(register, SEED, np.arange(DRAWS), np.zeros(DRAWS, dtype=np.int64)).values
    plan, other = PLANS[LNP], PLANS[VECTOR]
    dearer = plan.cost(typical).course > other.cost(typical).course
    never = np.isinf(break_even(plan, other, typical))
    dry, litre = (float(_with_litres(plan, litres).cost(register).course) for litres in (0.0, 1.0))
    equal = (float(other.cost(register).course) - dry) / (litre - dry)
    reached = _reached(float(break_even(plan, other, register)))
    return (
        f"With all inputs at their centres the course of mRNA-LNP {reached}; "
        f"the two cost the same {_volume(equal)}. Over draws of all inputs it is the dearer one in "
        f"{100 * dearer.mean():.0f} %, and no number of patients makes it cheaper in {100 * never.mean():.0f} %.\n"
    )


def _with_litres(plan: CoursePlan, litres: float) -> CoursePlan:
    return replace(plan, resources={**plan.resources, "medium_litres": litres})


def _reached(patients: float) -> str:
    if np.isinf(patients):
        return "is dearer than the lentiviral one at every number of patients a year"
    return f"is cheaper than the lentiviral one from {patients:,.0f} patients a year on"


def _volume(litres: float) -> str:
    return "at no volume of culture" if litres < 0 else f"where it is grown in {litres:.1f} litres of medium"


def _beside(table: Table, register: Register) -> str:
    """Shares and costs that were read, beside the same of the lentiviral lot here."""
    cost, published = draw_costs(PLANS[VECTOR], register, DRAWS, SEED), load_observations()
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
