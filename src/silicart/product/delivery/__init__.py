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
from silicart.product.delivery.in_vivo import RECEPTORS, InVivoDelivery, deliver_in_vivo, in_vivo_parameters
from silicart.product.delivery.mixture import Mixture
from silicart.product.delivery.rising import Risen, rise

__all__ = [
    "CARRIERS",
    "DELIVERY_PARAMETERS",
    "DELIVERY_PARAMETERS_BY_CARRIER",
    "RECEPTORS",
    "Expression",
    "InVivoDelivery",
    "Mixture",
    "Risen",
    "copies_of",
    "copies_per_cell",
    "deliver_in_vivo",
    "express",
    "hours_above",
    "in_vivo_parameters",
    "rise",
]
