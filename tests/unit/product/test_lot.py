"""A lot holds only what is declared, and a count says what it cannot explain."""

from __future__ import annotations

import numpy as np
import pytest

from silicart.errors import SimulationError
from silicart.evidence.units import load_units
from silicart.product import ATTRIBUTES, RESOURCES, Count, Lot


def a_lot(**changes: object) -> Lot:
    given = {
        "process": "mrna-lnp-bcma",
        "carrier": "lnp",
        "attributes": {"viability": np.array(0.9)},
        "class_fractions": np.full(6, 1 / 6),
        "residual_translation": np.array(0.9),
        "above_threshold": np.array(0.98),
    }
    return Lot(**(given | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize("id", [*ATTRIBUTES, *RESOURCES])
def test_every_unit_is_known(id: str) -> None:
    assert (ATTRIBUTES | RESOURCES)[id].unit in load_units()


def test_an_attribute_that_is_not_declared_is_refused() -> None:
    with pytest.raises(SimulationError, match="did you mean viability"):
        a_lot(attributes={"viabilty": np.array(0.9)})
    with pytest.raises(SimulationError, match="unknown resource"):
        a_lot(resources={"mRNA": np.array(1.0)})


def test_a_count_says_what_it_cannot_explain() -> None:
    lost = {"death": np.array([1.0, 2.0]), "wash": np.array([0.5, 0.5])}
    count = Count(np.array([10.0, 10.0]), np.array(2.0), np.array([10.5, 9.0]), lost)
    assert count.unexplained().tolist() == [0.0, 0.5]
