"""The tolerance of studies changes no reading (decision 0020)."""

import numpy as np

from silicart.endpoints.registry import select
from silicart.evidence import load_register
from silicart.study import arm, load_study
from silicart.study.acting import model_of
from silicart.study.people import draw_people
from silicart.study.running import with_population


def test_endpoints_at_the_tolerance_of_studies_are_those_of_a_much_finer_one(monkeypatch):
    study = with_population(load_study("sys6020-sle"), 20, None)
    register = load_register()
    model = model_of(study, register)
    population = draw_people(study, register, model)
    reading = arm.Reading(select(["lupus", "activity", "crs"], disease="sle"))
    found = {}
    for tolerance in (arm.TOLERANCE, 1e-8):
        monkeypatch.setattr(arm, "TOLERANCE", tolerance)
        run = arm.simulate_arm(study, study.arm("mrna-lnp-bcma"), model, population, reading)
        found[tolerance] = run.endpoints[[one.id for one in reading.endpoints]].to_numpy(dtype=np.float64)
    coarse, fine = found.values()
    assert list(found) == [1e-5, 1e-8]
    assert (np.isnan(coarse) == np.isnan(fine)).all()
    coarse, fine = np.nan_to_num(coarse), np.nan_to_num(fine)
    scale = np.maximum(np.abs(fine).max(axis=0), 1e-9)
    assert (np.abs(coarse - fine) / scale).max() < 1e-4
