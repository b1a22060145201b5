"""The register as shipped, and one composed model of each disease, made once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from silicart.evidence import Entry, Register, load_register
from silicart.network import ComposedModel, compose


@pytest.fixture(scope="session")
def register() -> Register:
    return load_register()


@pytest.fixture(scope="session")
def composed(register: Register) -> dict[str, ComposedModel]:
    return {disease: compose(disease, register) for disease in ("sle", "mg", "mm")}


@pytest.fixture
def values(register: Register) -> dict[str, Entry]:
    """The register as a plain dictionary that a test may spoil."""
    return dict(register)


@pytest.fixture
def changed():
    """Return an entry of a register with some of its fields changed."""
    return lambda entry, **fields: replace(entry, **fields)


NAMESPACES = {
    2: "http://www.sbml.org/sbml/level2/version4",
    3: "http://www.sbml.org/sbml/level3/version2/core",
}


@pytest.fixture
def mathml():
    """Return the MathML of a formula in libSBML's infix notation."""
    import libsbml

    def write(formula: str) -> str:
        text = libsbml.writeMathMLToString(libsbml.parseL3Formula(formula))
        return text.split("?>", 1)[1]

    return write


@pytest.fixture
def sbml():
    """Return an SBML document around the contents of its model; Level 3 Version 2, or Level 2 Version 4."""

    def write(body: str, level: int = 3, attributes: str = "") -> str:
        version = 2 if level == 3 else 4
        head = f'<sbml xmlns="{NAMESPACES[level]}" level="{level}" version="{version}" {attributes}>'
        return f'<?xml version="1.0" encoding="UTF-8"?>\n{head}\n<model id="m">{body}</model></sbml>'

    return write
