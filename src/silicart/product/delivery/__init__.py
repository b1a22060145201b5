"""mRNA into cells and CAR out of them: by lipid nanoparticle or electroporation in culture, or by targeted LNP in vivo."""

from silicart.product.delivery.amounts import copies_per_cell
from silicart.product.delivery.expression import (
    CARRIERS,
    DELIVERY_PARAMETERS,
    DELIVERY_PARAMETERS_BY_CARRIER,
    Expression,
    express,
)
from silicart.product.delivery.mixture import Mixture

__all__ = [
    "CARRIERS",
    "DELIVERY_PARAMETERS",
    "DELIVERY_PARAMETERS_BY_CARRIER",
    "Expression",
    "Mixture",
    "copies_per_cell",
    "express",
]
