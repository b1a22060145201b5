"""Patients of the clinic of lupus without a simulation: courses that rest, or fall to nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from silicart.endpoints.chunk import Chunk
from silicart.endpoints.lupus.assessor import LUPUS
from silicart.endpoints.lupus.parameters import ALL
from silicart.evidence import load_register
from silicart.trial import walk
from silicart.trial.rules.rescue_drug import RescueDrug
from silicart.trial.rules.taper_steroid import TaperSteroid

RULES = (TaperSteroid(), RescueDrug())
VARYING = ("A_0", "C3_0", "unspecific_response")


def cohort(size: int, infusions=(), fall: float = 0.0, first: int = 0, seed: int = 3, **values: float) -> Chunk:
    """Patients with the typical values of the register, who differ in activity, C3 and response as it says.

    fall : rate (1/d) at which disease goes from day 0 on, as after a deep CAR-T.
    """
    register = load_register()
    rules = ("taper_from", "taper_clinical_SLEDAI", "taper_PGA", "taper_step", "taper_goal", "taper_lowest")
    names = (*ALL, *VARYING, *rules, "burst_moderate", "burst_severe", "relapse_clinical_SLEDAI", "relapse_from")
    patients = np.arange(first, first + size)
    own = {name: np.full(size, values.get(name, register[name].value)) for name in names}
    for place, name in enumerate(VARYING):
        spread = register[name].variability
        shares = np.array([np.random.default_rng([seed, int(one), place]).uniform() for one in patients])
        own[name] = spread.quantile(own[name], shares)
    days = np.concatenate([[-7.0], np.arange(0.0, 120.0, 2.0), np.arange(120.0, 801.0, 20.0)])
    share = np.exp(-fall * np.maximum(days, 0.0)) * np.ones((size, 1))
    courses = {
        "activity": own["A_0"][:, np.newaxis] * share,
        "Ab_dsDNA": share,
        "C3": own["C3_healthy"][:, np.newaxis] - (own["C3_healthy"] - own["C3_0"])[:, np.newaxis] * share,
    }
    return Chunk(days, courses, patients, patients // 10, seed, infusions, own)


@pytest.fixture(name="charted", scope="session")
def charted_maker() -> Callable[..., Chunk]:
    """Return a function that makes a cohort and holds its visits, every 28 days for two years."""

    def make(size: int, rules=RULES, last: int = 728, **settings) -> Chunk:
        chunk = cohort(size, **settings)
        return replace(chunk, chart=walk(chunk, np.arange(0.0, last + 1.0, 28.0), (LUPUS,), rules))

    return make


@pytest.fixture(name="placebo", scope="session")
def placebo_arm(charted) -> Chunk:
    """A large placebo arm on standard care."""
    return charted(2000)


@pytest.fixture(name="reset", scope="session")
def reset_arm(charted) -> Chunk:
    """An arm whose disease falls to nothing after an infusion."""
    return charted(600, infusions=(0.0,), fall=0.05)
