"""What is infused: the catalogue of products, lots of mRNA CAR-T cells, and their way into the model."""

from silicart.product.catalogue import ANTIGENS, DOSE_UNITS, ProductSpec, load_products, read_products
from silicart.product.lot import ATTRIBUTES, RESOURCES, Attribute, BalanceRow, Count, Lot
from silicart.product.making import (
    Process,
    built_in_processes,
    judge,
    load_limits,
    load_process,
    make_lot,
    read_process,
    with_settings,
)
from silicart.product.product import Product, build_product

__all__ = [
    "ANTIGENS",
    "ATTRIBUTES",
    "DOSE_UNITS",
    "RESOURCES",
    "Attribute",
    "BalanceRow",
    "Count",
    "Lot",
    "Process",
    "Product",
    "ProductSpec",
    "build_product",
    "built_in_processes",
    "judge",
    "load_limits",
    "load_process",
    "load_products",
    "make_lot",
    "read_process",
    "read_products",
    "with_settings",
]
