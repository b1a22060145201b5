"""What a course costs: lots that are delivered, lots that failed on the way, and all of it by activity."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from silicart.errors import ProcessError
from silicart.product.cost.activities import ACTIVITIES, ITEMS, lot_cost, needed_resources
from silicart.product.cost.money import Prices, check_currency, exchange
from silicart.product.values import Values

FloatArray = NDArray[np.float64]

_FAILURE: Mapping[str, str] = {
    "lnp": "failed_lots_mrna",
    "electroporation": "failed_lots_mrna",
    "lentivirus": "failed_lots_lentiviral",
}


@dataclass(frozen=True, eq=False)
class CostBreakdown:
    """What a course costs; every array is one for all, or one a lot (a lot a patient).

    route : one of `ROUTES`.
    currency : "USD" or "CNY", in prices of `PRICE_YEAR`.
    items : item of `ITEMS` -> cost per delivered lot; `failed_lots` holds the lots that failed for each delivered one.
    lots, infusions : of the course.
    failure : share of the lots started that fail.
    exchange_rate : yuan for one dollar.
    """

    route: str
    currency: str
    items: Mapping[str, FloatArray]
    lots: FloatArray
    infusions: FloatArray
    failure: FloatArray
    exchange_rate: FloatArray

    @property
    def lot(self) -> FloatArray:
        """Cost of one delivered lot."""
        return _total(self.items)

    @property
    def course(self) -> FloatArray:
        """Cost of the course."""
        return np.asarray(self.lot * self.lots)

    @property
    def infusion(self) -> FloatArray:
        """Cost of one infusion of the course."""
        return np.asarray(self.course / self.infusions)

    def activities(self) -> dict[str, FloatArray]:
        """Return the cost of a delivered lot by activity of `ACTIVITIES`; a route has only the activities it needs."""
        found: dict[str, FloatArray] = {}
        for activity in ACTIVITIES:
            items = {item: cost for item, cost in self.items.items() if ITEMS[item][0] == activity}
            if items:
                found[activity] = _total(items)
        return found

    def in_currency(self, currency: str) -> CostBreakdown:
        """Return the same in another currency."""
        check_currency(currency)
        rate = exchange(self.exchange_rate, self.currency, currency)
        return replace(self, currency=currency, items={item: cost * rate for item, cost in self.items.items()})


def course_cost(
    resources: Mapping[str, ArrayLike],
    values: Values,
    *,
    route: str,
    lots: ArrayLike = 1.0,
    infusions: ArrayLike = 1,
    failure: ArrayLike | None = None,
    currency: str = "USD",
) -> CostBreakdown:
    """Return the cost of goods of a course.

    Parameters
    ----------
    resources, values, route, currency : as in `lot_cost`.
    lots : lots that the course needs, delivered; one an infusion where targeted LNP is given.
    infusions : infusions of the course.
    failure : share of lots that fail terminally and are made again; the register's for the route when absent, and none
        in vivo, where the price of a batch holds it. A lot outside specification that is given all the same is not one.

    A failed lot costs as much as a delivered one, so a delivered lot costs that of a lot divided by (1 - failure).
    Lymphodepletion, hospital care, licences, development and profit are no cost of goods and are not in it.

    Raises
    ------
    ProcessError, RegisterError : as `lot_cost`.
    ProcessError : a failure outside [0, 1), or no lots or infusions.

    Examples
    --------
    >>> from silicart.evidence import load_register
    >>> used = {"mRNA_mg": 4.0, "shipments": 1}
    >>> cost = course_cost(used, load_register(), route="targeted_lnp", lots=3, infusions=3)
    >>> bool(np.isclose(cost.course, 3 * sum(cost.items.values())))
    True
    """
    needed_resources(route)
    prices = Prices(values, currency)
    if failure is None:
        failure = prices.number(_FAILURE[route]) if route in _FAILURE else 0.0
    failed, count = np.asarray(failure, dtype=np.float64), np.asarray(lots, dtype=np.float64)
    given = np.asarray(infusions, dtype=np.float64)
    _check(failed, "failure", "a share from 0, below 1", (failed >= 0.0) & (failed < 1.0))
    _check(count, "lots", "a number above 0", (count > 0.0) & np.isfinite(count))
    _check(given, "infusions", "a number above 0", (given > 0.0) & np.isfinite(given))
    items = lot_cost(resources, values, route, lots_per_patient=count / (1.0 - failed), currency=currency)
    if bool(np.any(failed > 0.0)):
        items["failed_lots"] = np.asarray(_total(items) * failed / (1.0 - failed))
    return CostBreakdown(route, currency, items, count, given, failed, prices.number("exchange_rate"))


@dataclass(frozen=True)
class CoursePlan:
    """What a course needs: the arguments of `course_cost` but for the values, so that it can be costed many times."""

    route: str
    resources: Mapping[str, ArrayLike]
    lots: ArrayLike = 1.0
    infusions: ArrayLike = 1
    failure: ArrayLike | None = None

    def cost(self, values: Values, currency: str = "USD") -> CostBreakdown:
        """Return `course_cost` of this plan."""
        return course_cost(
            self.resources,
            values,
            route=self.route,
            lots=self.lots,
            infusions=self.infusions,
            failure=self.failure,
            currency=currency,
        )


def cost_rows(breakdown: CostBreakdown) -> list[dict[str, object]]:
    """Return a breakdown as rows of plain values: one an activity, then the lot, the infusion and the course.

    Returns
    -------
    dicts with `id`, `label`, `share` (of the lot; None for infusion and course), and under "USD" and "CNY" a dict of
    median, low and high: the middle and the central 90 % over lots, all three equal for a single lot.

    Examples
    --------
    >>> from silicart.evidence import load_register
    >>> cost = course_cost({"mRNA_mg": 4.0, "shipments": 1}, load_register(), route="targeted_lnp", lots=3, infusions=3)
    >>> [row["id"] for row in cost_rows(cost)]
    ['gene_carrier', 'logistics', 'lot', 'infusion', 'course']
    """
    dollars, yuan = breakdown.in_currency("USD"), breakdown.in_currency("CNY")
    rows: list[dict[str, object]] = []
    for activity, amount in dollars.activities().items():
        share = float(np.mean(amount / dollars.lot))
        rows.append(_row(activity, ACTIVITIES[activity], amount, yuan.activities()[activity], share))
    rows.append(_row("lot", "One delivered lot", dollars.lot, yuan.lot, 1.0))
    rows.append(_row("infusion", "One infusion", dollars.infusion, yuan.infusion, None))
    rows.append(_row("course", "The course", dollars.course, yuan.course, None))
    return rows


def _row(id: str, label: str, dollars: FloatArray, yuan: FloatArray, share: float | None) -> dict[str, object]:
    return {"id": id, "label": label, "share": share, "USD": _middle(dollars), "CNY": _middle(yuan)}


def _middle(amounts: FloatArray) -> dict[str, float]:
    low, median, high = np.quantile(amounts, (0.05, 0.5, 0.95))
    return {"median": float(median), "low": float(low), "high": float(high)}


def _total(items: Mapping[str, FloatArray]) -> FloatArray:
    return np.asarray(sum(items.values(), start=np.asarray(0.0)))


def _check(found: FloatArray, what: str, expected: str, good: NDArray[np.bool_]) -> None:
    if not bool(np.all(good)):
        wrong = found[~good] if found.ndim else found
        raise ProcessError(
            f"the cost of a course is asked with impossible {what}",
            where=what,
            found=float(np.ravel(wrong)[0]),
            expected=expected,
        )
