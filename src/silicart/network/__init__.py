"""Model text to a frozen network: read, compose, check units."""

from silicart.network.assembly import assay_names, disease_names
from silicart.network.compose import ComposedModel, compose, compose_alone
from silicart.network.expression import Apply, Expression, Number, Symbol
from silicart.network.network import (
    AssignmentRule,
    Compartment,
    Event,
    InitialAssignment,
    Network,
    Parameter,
    RateRule,
    Reaction,
    Species,
    UnitDefinition,
)
from silicart.network.reader import read_antimony_file, read_antimony_text
from silicart.network.sbml_reader import read_sbml_file, read_sbml_text
from silicart.network.units import UnitProblem, check_units

__all__ = [
    "Apply",
    "AssignmentRule",
    "Compartment",
    "ComposedModel",
    "Event",
    "Expression",
    "InitialAssignment",
    "Network",
    "Number",
    "Parameter",
    "RateRule",
    "Reaction",
    "Species",
    "Symbol",
    "UnitDefinition",
    "UnitProblem",
    "assay_names",
    "check_units",
    "compose",
    "compose_alone",
    "disease_names",
    "read_antimony_file",
    "read_antimony_text",
    "read_sbml_file",
    "read_sbml_text",
]
