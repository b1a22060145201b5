"""What the situations are played with: the lupus model, its products, and small models with known answers."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from silicart.evidence import load_register
from silicart.network import read_antimony_text
from silicart.product import Product, build_product, load_products
from silicart.simulation import Model, load_model


@pytest.fixture(scope="session")
def lupus() -> Model:
    return load_model("sle")


@pytest.fixture(scope="session")
def products() -> Mapping[str, Product]:
    register = load_register()
    return {name: build_product(spec, register) for name, spec in load_products().items()}


@pytest.fixture(scope="session")
def bag() -> Model:
    """Fills and never empties: `A` an amount, `C` a concentration in 4 litres."""
    text = "model bag; compartment V = 4; species C in V; C = 0; A = 0; k = 0; A' = -k*A; C' = -k*C; end"
    return Model(read_antimony_text(text, "bag"), "bag")


@pytest.fixture(scope="session")
def clearance() -> Model:
    """Absorbed from a depot and cleared by an enzyme that saturates."""
    text = """
    model clearance
      gut = 0; blood = 1; k_a = 0.8; V_max = 3; K_m = 5;
      gut' = -k_a*gut;
      blood' = k_a*gut - V_max*blood/(K_m + blood);
    end
    """
    return Model(read_antimony_text(text, "clearance"), "clearance")
