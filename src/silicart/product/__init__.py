"""What is infused: the catalogue of products, lots of mRNA CAR-T cells, and their way into the model."""

from silicart.product.catalogue import ANTIGENS, DOSE_UNITS, ProductSpec, load_products, read_products
from silicart.product.hold import LOT_PARAMETERS, build_lot
from silicart.product.lot import ATTRIBUTES, RESOURCES, Attribute, BalanceRow, Count, Lot
from silicart.product.product import Product, build_product

__all__ = [
    "ANTIGENS",
    "ATTRIBUTES",
    "DOSE_UNITS",
    "LOT_PARAMETERS",
    "RESOURCES",
    "Attribute",
    "BalanceRow",
    "Count",
    "Lot",
    "Product",
    "ProductSpec",
    "build_lot",
    "build_product",
    "load_products",
    "read_products",
]
