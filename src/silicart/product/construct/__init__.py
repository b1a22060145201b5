"""Constructs: the CAR, its mRNA and the LNP that carries it, checked, measured and written for other tools."""

from silicart.product.construct.construct import Construct, DesignRules, Formulation, Messenger, TailSegment
from silicart.product.construct.parts import Domain, FivePrimeEnd, Lipid, Untranslated, Uridine, load_parts
from silicart.product.construct.reading import built_in_constructs, load_construct, read_construct

__all__ = [
    "Construct",
    "DesignRules",
    "Domain",
    "FivePrimeEnd",
    "Formulation",
    "Lipid",
    "Messenger",
    "TailSegment",
    "Untranslated",
    "Uridine",
    "built_in_constructs",
    "load_construct",
    "load_parts",
    "read_construct",
]
