"""A dose target spreads AMT over states; concentrations receive an amount over their volume."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from silicart.errors import DoseError
from silicart.simulation import Model
from silicart.simulation.targets import PlainTarget, parts_of, read_targets


def test_an_amount_given_to_a_concentration_is_divided_by_the_volume(two: Model) -> None:
    parts = parts_of(two, ["C", "G"], {}, patients=1)
    assert float(parts["C"][0].weight) == pytest.approx(1 / 5)
    assert float(parts["G"][0].weight) == 1.0


def test_products_are_known_by_their_id_or_by_the_name_they_are_given() -> None:
    class Product:
        id = "mrna"
        spread = {"G": 0.5}  # noqa: RUF012
        parameters: dict[str, float] = {}  # noqa: RUF012

    assert list(read_targets([Product()])) == ["mrna"]
    assert list(read_targets({"other": Product()})) == ["other"]
    assert read_targets({"plain": {"G": 0.5}})["plain"].spread == {"G": 0.5}


def test_a_target_without_a_name_is_refused() -> None:
    with pytest.raises(DoseError, match="without a name"):
        read_targets([PlainTarget({"G": 1.0})])


@pytest.mark.parametrize(
    ("spread", "says"),
    [
        ({"GG": 1.0}, "a state that the model does not have"),
        ({"G": -0.5}, "not a share"),
        ({"G": float("nan")}, "not a share"),
        ({"G": np.ones(3)}, "not a share"),
    ],
)
def test_a_target_that_does_not_fit_is_refused(two: Model, spread: dict[str, Any], says: str) -> None:
    with pytest.raises(DoseError, match=says) as caught:
        parts_of(two, ["p"], read_targets({"p": spread}), patients=2)
    assert caught.value.expected
