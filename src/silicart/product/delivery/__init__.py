"""mRNA into cells and CAR out of them: by LNP or electroporation in culture, or by targeted LNP in the body."""

from silicart.product.delivery.amounts import copies_of, copies_per_cell
from silicart.product.delivery.duration import hours_above
from silicart.product.delivery.expression import (
    CARRIERS,
    DELIVERY_PARAMETERS,
    DELIVERY_PARAMETERS_BY_CARRIER,
    Expression,
    express,
)
from silicart.product.delivery.in_vivo import RECEPTORS, InVivoDelivery, deliver_in_vivo
from silicart.product.delivery.mixture import Mixture

__all__ = [
    "CARRIERS",
    "DELIVERY_PARAMETERS",
    "DELIVERY_PARAMETERS_BY_CARRIER",
    "RECEPTORS",
    "Expression",
    "InVivoDelivery",
    "Mixture",
    "copies_of",
    "copies_per_cell",
    "deliver_in_vivo",
    "express",
    "hours_above",
]
