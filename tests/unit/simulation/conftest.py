"""Small models that run in milliseconds."""

from __future__ import annotations

import pytest

from silicart.network import read_antimony_text
from silicart.simulation import Model

TWO_COMPARTMENTS = """
model two
  compartment plasma = 5;
  species C in plasma; C = 0;
  G = 0; k_a = 1; k_e = 0.2; half := C/2;
  k_half = k_e/2;
  G' = -k_a*G;
  C' = k_a*G/5 - k_e*C;
end
"""

PREY = """
model prey
  x = 1; y = 0.5; a = 1; b = 1.5;
  x' = a*x - b*x*y;
  y' = -y + x*y;
end
"""


@pytest.fixture(scope="session")
def two() -> Model:
    """Depot G (amount) and concentration C in 5 litres."""
    return Model(read_antimony_text(TWO_COMPARTMENTS, "two.ant"), "two")


@pytest.fixture(scope="session")
def prey() -> Model:
    """Nonlinear, so that nothing comes out right by accident."""
    return Model(read_antimony_text(PREY, "prey.ant"), "prey")
