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
