"""Cost of goods of a lot and of a course, by activity: what is used, times what it costs, each input graded."""

from silicart.product.cost.activities import ACTIVITIES, ITEMS, ROUTES, lot_cost, needed_resources
from silicart.product.cost.context import ListPrice, list_prices
from silicart.product.cost.course import CostBreakdown, CoursePlan, cost_rows, course_cost
from silicart.product.cost.money import PRICE_YEAR
from silicart.product.cost.scale import break_even
from silicart.product.cost.sensitivity import Swing, draw_costs, tornado

__all__ = [
    "ACTIVITIES",
    "ITEMS",
    "PRICE_YEAR",
    "ROUTES",
    "CostBreakdown",
    "CoursePlan",
    "ListPrice",
    "Swing",
    "break_even",
    "cost_rows",
    "course_cost",
    "draw_costs",
    "list_prices",
    "lot_cost",
    "needed_resources",
    "tornado",
]
