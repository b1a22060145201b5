"""Reductions of virtual patients at the tolerance that a user gets, beside the same at a far tighter one."""

from __future__ import annotations

import numpy as np
import pytest

import silicart as sc
from silicart.simulation.reductions import Reduction

WINDOW = (7.0, 737.0)
ASKED: list[Reduction] = [
    sc.Minimum("activity", WINDOW),
    sc.TimeOfMinimum("activity", WINDOW),
    sc.TimeAbove("activity", 4.0, WINDOW),
    sc.Area("activity", WINDOW),
    sc.Maximum("CAR_functional_per_microlitre"),
    sc.TimeOfMaximum("CAR_functional_per_microlitre"),
    sc.Area("CAR_functional_per_microlitre"),
    sc.Maximum("kill_flux"),
]


@pytest.mark.slow
@pytest.mark.parametrize("arm", ["mrna-lnp-bcma", "lentiviral-cd19"])
def test_reductions_err_by_what_the_tolerance_says(arm: str) -> None:
    study, model = sc.load_study("sys6020-sle"), sc.load_model("sle")
    source = sc.arm_patients(study, arm, patients=24)
    loose, tight = (sc.summarise(model, source, None, [0.0, 737.0], ASKED, rtol=rtol) for rtol in (1e-6, 1e-10))
    # A patient near the border between relapse and remission carries an error on and on: no reduction of a course can
    # be nearer than the course itself.
    given = source.cohort(0, 24)
    days = np.arange(0.0, 738.0)
    first, exact = (
        sc.simulate(model, given.parameters, given.doses, days, ["activity"], products=given.products, rtol=rtol)
        for rtol in (1e-6, 1e-10)
    )
    of_course = np.max(np.abs(first["activity"] - exact["activity"]) / exact["activity"], axis=1)
    assert np.median(of_course) < 1e-6
    for one in ASKED:
        error = np.abs(loose[one] - tight[one])
        if one.measure == "time":
            # Days: a time is as uncertain as the value over its slope, and a flat minimum has hardly a slope.
            bound = 0.02
        else:
            error /= np.abs(tight[one])
            bound = np.maximum(1e-5, 1.1 * of_course)
        print(f"{arm} {one.name}: worst {error.max():.1e}, median {np.median(error):.1e}")
        assert (error < bound).all()
