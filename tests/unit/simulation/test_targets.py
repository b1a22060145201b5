"""A dose target spreads AMT over states; concentrations receive an amount over their volume."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from silicart.errors import DoseError
from silicart.network import read_antimony_text
from silicart.simulation import Model, simulate
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


BODIES = {
    "a constant size": ("compartment c = 2", [5.0, 2.5]),
    "a size that grows": ("compartment c = 2; c' = 1", [10.0 / 3.0, 10.0 / 5.0]),
    "a size that is computed unless it is set": ("compartment c; c = 2*one; one = 1", [5.0, 2.5]),
}


@pytest.mark.parametrize(("body", "expected"), BODIES.values(), ids=BODIES)
@pytest.mark.parametrize("rate", [0.0, 1e6])
def test_a_dose_meets_the_size_that_a_patient_s_compartment_has(body: str, expected: list[float], rate: float) -> None:
    text = f"model m; {body}; species S in c; S = 0; k = 0; S -> ; k*S*c; end"
    model = Model(read_antimony_text(text, "m"), "m")
    doses = {"TIME": [1.0], "AMT": [10.0], "CMT": ["S"], "RATE": [rate]}
    found = simulate(model, {"c": [2.0, 4.0]}, doses, [0.0, 1.0, 1.0001], ["[S]", "amount(S)"])
    assert found["amount(S)"][:, -1] == pytest.approx([10.0, 10.0])
    assert found["[S]"][:, -1] == pytest.approx(expected, rel=1e-4)
