"""The figures of what a product costs, with their words: the waterfall of a course, and what moves a difference."""

from __future__ import annotations

from collections.abc import Iterable

from silicart.report.figures.product_cost import tornado_figure, waterfall_figure
from silicart.report.illustrations import Illustration, NumberTable
from silicart.report.numbers import figure as written
from silicart.report.product.illustrations import drawn_svg
from silicart.report.product.series import Cost, Estimate


def cost_illustrations(cost: Cost) -> Iterable[Illustration]:
    """Yield the waterfall, and the tornado where there is a difference of two routes."""
    title = "Cost of goods of one course, by activity"
    names = list(dict.fromkeys(one.label for route in cost.routes for one in route.activities))
    rows = tuple(
        (name, tuple(_amount(next((one for one in route.activities if one.label == name), None))
                     for route in cost.routes))
        for name in names
    )  # fmt: skip
    total = ("Total", tuple(_amount(route.total) for route in cost.routes))
    yield Illustration(
        "product-cost",
        title,
        "Each activity begins where the one before ended. The whisker on the total is its 90 % interval over "
        "draws of the prices, for one typical lot. It is wide because no price of mRNA, LNP or vector was read, "
        "which makes them grade C, and it reaches further up than down because prices are skewed. Cost of goods "
        "is not a price: list prices are context and enter nowhere.",
        drawn_svg(
            waterfall_figure(cost), "product-cost", title,
            "; ".join(f"{route.label}: total {_amount(route.total)} {cost.unit}" for route in cost.routes),
        ),
        (NumberTable(cost.unit, tuple(route.label for route in cost.routes), (*rows, total), "Activity"),),
        "Centre [90 % interval over parameter draws].",
        keyed=False,
    )  # fmt: skip
    if cost.difference is None or not cost.tornado:
        return
    title = f"What moves the difference in cost: {cost.difference.label}"
    yield Illustration(
        "product-tornado",
        title,
        "Each input alone goes to the 5 % and to the 95 % point of its uncertainty, all others stay at their centre. "
        "Where a bar crosses zero that input alone decides which route costs less; if it is grade C the order is "
        "undecided.",
        drawn_svg(
            tornado_figure(cost), "product-tornado", title,
            "; ".join(f"{bar.label}: {written(bar.at_low, 3)} to {written(bar.at_high, 3)}" for bar in cost.tornado),
        ),
        (
            NumberTable(
                f"Difference, {cost.unit}", ("at the low end", "at the high end", "range of the input", "grade"),
                tuple((bar.label, (written(bar.at_low, 3), written(bar.at_high, 3),
                                   f"{bar.low_input} to {bar.high_input}", bar.grade)) for bar in cost.tornado),
                "Input"),
        ),
        f"Centre of the difference {_amount(cost.difference)} {cost.unit}.",
        keyed=False,
    )  # fmt: skip


def _amount(one: Estimate | None) -> str:
    if one is None:
        return "–"
    interval = "" if one.low is None or one.high is None else f" [{written(one.low, 3)} to {written(one.high, 3)}]"
    return written(one.value, 3) + interval
