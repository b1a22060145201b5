"""Constructs: the CAR, its mRNA and the LNP that carries it, checked, measured and written for other tools."""

from silicart.product.construct.composition import Composition
from silicart.product.construct.construct import Construct, DesignRules, Formulation, Messenger, TailSegment
from silicart.product.construct.design import NOT_PREDICTED, Design, work_out
from silicart.product.construct.files import write_files
from silicart.product.construct.folding import HOW_TO_INSTALL, Folding
from silicart.product.construct.lipids import LipidMasses
from silicart.product.construct.parts import (
    LIPID_KINDS,
    Domain,
    FivePrimeEnd,
    Lipid,
    Parts,
    Untranslated,
    Uridine,
    load_parts,
)
from silicart.product.construct.reading import built_in_constructs, load_construct, read_construct
from silicart.product.construct.record import record_of
from silicart.product.construct.transcript import Feature, Transcript

__all__ = [
    "HOW_TO_INSTALL",
    "LIPID_KINDS",
    "NOT_PREDICTED",
    "Composition",
    "Construct",
    "Design",
    "DesignRules",
    "Domain",
    "Feature",
    "FivePrimeEnd",
    "Folding",
    "Formulation",
    "Lipid",
    "LipidMasses",
    "Messenger",
    "Parts",
    "TailSegment",
    "Transcript",
    "Untranslated",
    "Uridine",
    "built_in_constructs",
    "load_construct",
    "load_parts",
    "read_construct",
    "record_of",
    "work_out",
    "write_files",
]
