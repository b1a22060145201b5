"""Genome safety: events are counted, an excess risk may be nil, and no product is credited with a measured zero."""

from __future__ import annotations

import numpy as np
import pytest

from silicart.errors import RegisterError
from silicart.evidence import load_observations, load_register
from silicart.population.draws import draw_typical_values
from silicart.product.genome_safety import (
    GENOME_SAFETY_PARAMETERS,
    background_T_cell_malignancy,
    excess_T_cell_malignancy,
    integration_events,
)

REGISTER = load_register()
DRAWS = draw_typical_values(REGISTER, 3, np.arange(4000), np.zeros(4000, dtype=np.int64)).values


def test_a_lentiviral_dose_carries_its_copies_times_its_cells() -> None:
    patients = integration_events(np.array([1.45, 2.32, 2.51]), np.array([6e7, 7e7, 8e7]))
    assert patients.tolist() == pytest.approx([8.7e7, 1.624e8, 2.008e8])


def test_an_mrna_dose_has_no_integration_events_by_design_and_says_so() -> None:
    copies = REGISTER["vector_copies_mrna"]
    assert integration_events(copies.value, 2.2e10) == 0.0
    assert copies.sources == ("definition",)
    assert "not a measured zero" in str(copies.reasoning)


def test_negative_cells_are_refused() -> None:
    with pytest.raises(RegisterError, match="cannot be counted") as caught:
        integration_events(2.0, [-1.0, 1.0])
    assert caught.value.where == "cells"


def test_the_excess_after_integrating_car_t_includes_zero() -> None:
    excess = excess_T_cell_malignancy(2.32, DRAWS)
    low, middle, high = np.quantile(excess, [0.05, 0.5, 0.95])
    assert low < 0.0 < middle < high
    # It never exceeds what was counted after CAR-T in the same draw.
    assert (excess < DRAWS["T_cell_malignancy_after_CAR_T"]).all()


def test_the_background_explains_some_of_the_count_and_depends_on_an_assumed_follow_up() -> None:
    values = {id: REGISTER[id].value for id in GENOME_SAFETY_PARAMETERS}
    assert background_T_cell_malignancy(values) == pytest.approx(1.264e-3 / 5)
    short = {**values, "T_cell_malignancy_background_years": 2.0}
    assert excess_T_cell_malignancy(1.0, short) < 0.0
    assert REGISTER["T_cell_malignancy_background_years"].grade == "C"


def test_only_a_product_with_copies_is_charged_with_the_excess() -> None:
    copies = np.array([0.0, 0.1, 5.0])
    excess = excess_T_cell_malignancy(copies, {id: REGISTER[id].value for id in GENOME_SAFETY_PARAMETERS})
    assert excess[0] == 0.0
    assert excess[1] == excess[2] > 0.0


def test_patients_keep_their_own_draw() -> None:
    values = {id: np.array([v, 2 * v]) for id, v in ((id, REGISTER[id].value) for id in GENOME_SAFETY_PARAMETERS)}
    excess = excess_T_cell_malignancy([2.0, 2.0], values)
    assert excess.shape == (2,)
    assert excess[1] - excess[0] == pytest.approx(REGISTER["T_cell_malignancy_after_CAR_T"].value)


def test_the_registers_rates_are_those_of_the_recorded_counts() -> None:
    observations = load_observations()
    pooled, before = observations["t_cell_malignancy_pooled"], observations["t_cell_malignancy_background"]
    assert pooled.n is not None
    assert pooled.follow_up is not None
    assert pooled.count is not None
    rate = pooled.count / (pooled.n * pooled.follow_up / 12)
    assert REGISTER["T_cell_malignancy_after_CAR_T"].value == pytest.approx(rate, rel=1e-3)
    assert REGISTER["T_cell_malignancy_background_share"].value == pytest.approx(before.value, rel=1e-3)
