"""The policy on rescue drugs is set once, at entry, and reaches the model."""

import numpy as np
import pandas as pd
import pytest

from silicart.endpoints.chunk import Chunk
from silicart.endpoints.visit import Visit
from silicart.simulation import load_model, simulate
from silicart.trial.rules.give_tocilizumab import GiveTocilizumab


def visit(place):
    chunk = Chunk(np.array([0.0, 28.0]), {}, np.arange(3), np.zeros(3, dtype=np.int64), 1)
    return Visit(place, 28.0 * place, 0.0, chunk)


def test_the_policy_is_set_at_entry_and_never_again():
    rule = GiveTocilizumab(tocilizumab=0, fever=1.5)
    _, decision = rule.decide(rule.enter(3), visit(0), {}, {})
    assert {name: values.tolist() for name, values in decision.settings.items()} == {
        "tocilizumab_rescue": [0.0] * 3,
        "dexamethasone_rescue": [1.0] * 3,
        "tocilizumab_fever": [1.5] * 3,
    }
    assert not rule.decide({}, visit(1), {}, {})[1].settings


@pytest.fixture(scope="module")
def policies():
    """Myeloma after cilta-cel under no rescue, tocilizumab alone, and both drugs: observable -> (3, times)."""
    model = load_model("mm")
    rows = [{"ID": patient, "TIME": t, "CMT": c, "AMT": a} for patient in range(3)
            for t, c, a in [*((2.0 + day, "chemo", 1.61) for day in range(3)), (7.0, "D_1", 5.25e7)]]  # fmt: skip
    values = {
        "tocilizumab_rescue": np.array([0.0, 1.0, 1.0]),
        "dexamethasone_rescue": np.array([0.0, 0.0, 1.0]),
        "host_inflammation_mm": np.full(3, 2.0),
    }
    observe = ["fever", "pressure_fall", "tocilizumab_level", "dexamethasone_level", "IL6", "endothelium", "E_blood"]
    found = simulate(model, values, pd.DataFrame(rows), np.arange(0.0, 60.0, 0.25), observe)
    return {name: found.values[:, :, place] for place, name in enumerate(observe)}


def test_without_a_policy_no_drug_is_given(policies):
    assert (policies["tocilizumab_level"][0] == 0.0).all()
    assert (policies["dexamethasone_level"][:2] == 0.0).all()
    assert policies["tocilizumab_level"][1].max() > 0.25


def test_tocilizumab_ends_fever_and_fall_of_pressure_but_not_interleukin_6(policies):
    # Fever of 39 degrees and more: the ward acts on it within a day, and below it not at all.
    hot = (policies["fever"] > 2.0).sum(axis=1)
    assert hot[0] >= 20
    assert hot[1] < 0.3 * hot[0]
    assert policies["pressure_fall"][1].max() < 0.8 * policies["pressure_fall"][0].max()
    assert policies["IL6"][1].max() == pytest.approx(policies["IL6"][0].max(), rel=0.1)
    assert policies["endothelium"][1].max() == pytest.approx(policies["endothelium"][0].max(), rel=0.1)


def test_dexamethasone_spares_the_brain_and_costs_cells(policies):
    assert policies["dexamethasone_level"][2].max() > 0.25
    assert policies["endothelium"][2].max() < 0.95 * policies["endothelium"][1].max()
    assert policies["E_blood"][2].max() < policies["E_blood"][1].max()
