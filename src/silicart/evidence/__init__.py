"""Evidence: every number with its unit, spread, grade and source, and every published observation."""

from silicart.evidence.constraints import Category, Correlation, Filter, Option
from silicart.evidence.distribution import Distribution
from silicart.evidence.entry import Entry
from silicart.evidence.observation import Observation
from silicart.evidence.observations import load_observations
from silicart.evidence.price import Price
from silicart.evidence.register import Register, load_register
from silicart.evidence.sources import Source, load_sources
from silicart.evidence.units import unit_text

__all__ = [
    "Category",
    "Correlation",
    "Distribution",
    "Entry",
    "Filter",
    "Observation",
    "Option",
    "Price",
    "Register",
    "Source",
    "load_observations",
    "load_register",
    "load_sources",
    "unit_text",
]
