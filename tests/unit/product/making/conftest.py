"""Lots of many donors, drawn once for the tests of this folder."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest
from numpy.typing import NDArray

from silicart.evidence import load_register
from silicart.population.draws import TypicalValues, draw_patient_values

LOTS = 60


@pytest.fixture(scope="session")
def donors() -> Mapping[str, NDArray[np.float64]]:
    """The register's values as 60 donors and lots have them, around its centres."""
    register = load_register()
    first = np.zeros(1, dtype=np.int64)
    typical = TypicalValues(first, {id: np.array([entry.value]) for id, entry in register.items()}, {})
    zeros = np.zeros(LOTS, dtype=np.int64)
    return draw_patient_values(register, 3, typical, zeros, np.arange(LOTS), zeros)
