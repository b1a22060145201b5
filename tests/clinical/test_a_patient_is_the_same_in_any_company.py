"""A patient's course has the same bits alone, among others, in any chunk and on any number of threads."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest
from numpy.typing import NDArray

from silicart.product import Product
from silicart.simulation import Model, Trajectories, simulate
from silicart.therapy import build_regimen, event_table

PATIENTS = 70
OBSERVE = ["B_blood_per_microlitre", "CAR_per_microlitre", "IgG", "activity"]


def course(
    lupus: Model, product: Product, rows: NDArray[np.int64], threads: int = 1, chunk: int | None = None
) -> Trajectories:
    generator = np.random.default_rng(17)
    drawn = {id: np.exp(0.3 * generator.standard_normal(PATIENTS)) for id in ("n_50", "k_kill", "weight")}
    patients = {id: lupus.parameters[id].value * drawn[id][rows] for id in ("n_50", "k_kill")}
    regimen = build_regimen(product.id, 5.25e7, "cell_per_kg", number=3, interval=7)
    table = event_table(regimen, 70.0 * drawn["weight"][rows])
    times = np.arange(0.0, 120.0, 4.0)
    return simulate(lupus, patients, table, times, OBSERVE, products=[product], threads=threads, chunk=chunk)


@pytest.mark.parametrize(("threads", "chunk"), [(1, 1), (2, 7), (2, 64), (2, 1000)])
def test_threads_and_chunks_change_no_bit(
    lupus: Model, products: Mapping[str, Product], threads: int, chunk: int
) -> None:
    everyone = np.arange(PATIENTS)
    expected = course(lupus, products["mrna_lnp_bcma"], everyone, chunk=1000)
    found = course(lupus, products["mrna_lnp_bcma"], everyone, threads, chunk)
    assert (expected.status == 0).all()
    assert np.array_equal(found.values, expected.values)


def test_patient_17_is_the_same_alone(lupus: Model, products: Mapping[str, Product]) -> None:
    together = course(lupus, products["mrna_lnp_bcma"], np.arange(PATIENTS))
    alone = course(lupus, products["mrna_lnp_bcma"], np.array([17]))
    assert np.array_equal(alone.values[0], together.values[17])
