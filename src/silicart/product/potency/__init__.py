"""Potency: the killing law of the patient in a dish, its curves, and published killing assays beside it."""

from silicart.product.potency.antigen import SCALES, density_on_register_scale, on_scale
from silicart.product.potency.curves import CytotoxicityCurves, cytotoxicity_at, cytotoxicity_curves
from silicart.product.potency.dish import Killing, kill_in_dish
from silicart.product.potency.fading import TransientCells, fade
from silicart.product.potency.orders import OrderRow, compare_orders
from silicart.product.potency.printed import table_of_assays, table_of_orders
from silicart.product.potency.published import Assay, AssayRow, compare_with_published, fit_well

__all__ = [
    "SCALES",
    "Assay",
    "AssayRow",
    "CytotoxicityCurves",
    "Killing",
    "OrderRow",
    "TransientCells",
    "compare_orders",
    "compare_with_published",
    "cytotoxicity_at",
    "cytotoxicity_curves",
    "density_on_register_scale",
    "fade",
    "fit_well",
    "kill_in_dish",
    "on_scale",
    "table_of_assays",
    "table_of_orders",
]
