"""Immunoglobulin is given to whoever is low, by body size, and to nobody else."""

import numpy as np
import pytest

from silicart.endpoints.chunk import Chunk
from silicart.endpoints.visit import Visit
from silicart.trial.rules.replace_immunoglobulin import ReplaceImmunoglobulin

PARAMETERS = {"IgG_infection_limit": 4.0, "IVIG_dose": 0.4, "V_IgG": 6.0, "body_weight": 60.0}


def decide(rule, IgG, day):
    own = {name: np.full(len(IgG), value) for name, value in PARAMETERS.items()}
    chunk = Chunk(
        np.array([-7.0, 28.0]), {}, np.arange(len(IgG)), np.zeros(len(IgG), dtype=np.int64), 1, parameters=own
    )
    return rule.decide(rule.enter(len(IgG)), Visit(1, day, day, chunk), {"IgG": np.array(IgG)}, {})[1]


def test_a_dose_of_grams_per_kg_is_a_rise_in_the_volume_of_the_patient():
    decision = decide(ReplaceImmunoglobulin(), [3.9, 4.0, 9.0], 28.0)
    (dose,) = decision.doses
    assert (dose.product, dose.day) == ("IgG", 28.0)
    assert dose.amount == pytest.approx([4.0, 0.0, 0.0])
    assert decision.notes["immunoglobulin_given"].tolist() == decision.care["immunoglobulin"].tolist() == [1, 0, 0]


def test_a_study_may_set_limit_and_dose():
    (dose,) = decide(ReplaceImmunoglobulin(limit=6.0, dose=0.2), [5.0, 7.0], 28.0).doses
    assert dose.amount == pytest.approx([2.0, 0.0])


def test_nothing_is_given_before_the_first_infusion_or_when_nobody_is_low():
    assert decide(ReplaceImmunoglobulin(), [2.0], -7.0).doses == ()
    assert decide(ReplaceImmunoglobulin(), [12.0], 28.0).doses == ()
