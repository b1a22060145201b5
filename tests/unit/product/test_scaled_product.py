"""Products that differ from the model's own by ratios of the register."""

from __future__ import annotations

import numpy as np
import pytest

from silicart.errors import SilicartError
from silicart.evidence import load_register
from silicart.product import build_product, load_products
from silicart.product.catalogue import read_products


def test_cilta_cel_kills_faster_and_holds_tighter_than_ide_cel_by_the_ratios_of_the_register():
    register = load_register()
    for id, short in (("cilta_cel", "cilta_cel"), ("ide_cel", "ide_cel")):
        product = build_product(load_products()[id], register)
        for parameter, ratio in (("k_kill", f"efficacy_ratio_{short}"), ("K_2", f"avidity_ratio_{short}")):
            expected = register[parameter].value * register[ratio].value
            assert float(product.parameters[parameter]) == pytest.approx(expected)
        assert product.unit == "cell"


def test_ratios_are_the_patients_own():
    register = load_register()
    values = {id: np.full(2, entry.value) for id, entry in register.items()}
    values["efficacy_ratio_ide_cel"] = np.array([1.0, 2.0])
    killing = build_product(load_products()["ide_cel"], values).parameters["k_kill"]
    assert killing[1] / killing[0] == pytest.approx(2.0)


def test_a_ratio_that_the_register_does_not_have_is_refused():
    text = (
        "products: {x: {label: X, kind: integrating, targets: [BCMA], process: ide-cel, scales: {k_kill: nothing_of_it}"
        ", source: assumption, reasoning: an example}}"
    )
    spec = read_products(text, "own.yaml")["x"]
    values = dict(load_register().items())
    with pytest.raises(SilicartError):
        build_product(spec, values, process=None)
