"""The product as it is released and given: what a release test, a killing assay, a registry or an account would say.

These endpoints are read in the lots that were made for the patients, and in no course. A lot is one patient's; how lots
differ is variability, how well the process is known is uncertainty, as everywhere.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
from numpy.typing import NDArray

from silicart.endpoints.chunk import Chunk
from silicart.endpoints.endpoint import Endpoint
from silicart.product import cost, genome_safety, making, potency
from silicart.therapy import Supply

FloatArray = NDArray[np.float64]

ASSAY_RATIO = 5.0
"""Effectors per target of the killing assay that stands for all: the lowest at which published lots were tested."""


def attribute(chunk: Chunk, id: str) -> FloatArray:
    """Return an attribute of the patients' lots; NaN without a product, and where it has none such, as in vivo."""
    return _of_supply(chunk, lambda supply: supply.lot.attributes.get(id, np.nan))


def lots_needed(chunk: Chunk) -> FloatArray:
    """Return how many lots a patient's whole course takes; one an infusion in vivo."""
    return _of_supply(chunk, _lots)


def integration_events(chunk: Chunk) -> FloatArray:
    """Return the vector copies in the genomes of all cells of a course; 0 by design without a vector."""
    return _of_supply(chunk, _integration_events)


def t_cell_malignancy(chunk: Chunk) -> FloatArray:
    """Return the T-cell malignancies a year that integration could account for; 0 by design without a vector."""
    return _of_supply(
        chunk,
        lambda supply: genome_safety.excess_T_cell_malignancy(
            supply.lot.attributes.get("vector_copies", 0.0), chunk.parameters
        ),
    )


def cytotoxicity(chunk: Chunk) -> FloatArray:
    """Return the share of a myeloma line that a patient's lot kills in the assay; NaN without a lot of cells."""

    def killed(supply: Supply) -> FloatArray | float:
        if supply.kind == "transient":
            return potency.cytotoxicity_at(
                chunk.parameters,
                supply.lot.class_shares,
                ASSAY_RATIO,
                residual_translation=supply.lot.residual_translation,
            )
        if supply.kind == "integrating":
            return potency.kill_in_dish(chunk.parameters, effector_to_target=ASSAY_RATIO).specific_lysis
        return np.nan

    return _of_supply(chunk, killed)


def cost_of_course(chunk: Chunk) -> FloatArray:
    """Return the cost of goods of a patient's course in USD; infinite where no number of his lots would fill it."""
    return _of_supply(chunk, lambda supply: _cost(chunk, supply))


def cost_of_infusion(chunk: Chunk) -> FloatArray:
    """Return the cost of goods of one infusion of a patient's course in USD."""
    return _of_supply(chunk, lambda supply: _cost(chunk, supply) / supply.infusions)


def _cost(chunk: Chunk, supply: Supply) -> FloatArray:
    lots = _lots(supply)
    filled = np.isfinite(lots)
    breakdown = cost.course_cost(
        supply.lot.resources,
        chunk.parameters,
        route=supply.lot.carrier,
        lots=np.where(filled, lots, 1.0),
        infusions=supply.infusions,
        currency="USD",
    )
    return np.where(filled, breakdown.course, np.inf)


def _lots(supply: Supply) -> FloatArray:
    if supply.kind in ("in_vivo_mrna", "in_vivo_vector"):
        return np.full(supply.amount.shape, float(supply.infusions))
    return making.course_of(supply.lot, infusions=supply.infusions, cells_per_infusion=supply.amount).lots


def _integration_events(supply: Supply) -> FloatArray:
    if supply.kind != "integrating":
        return np.zeros(supply.amount.shape)
    # Copies are counted per cell, with or without a CAR, and all cells are infused.
    cells = supply.amount * supply.infusions / supply.lot.attributes["CAR_positive"]
    return genome_safety.integration_events(supply.lot.attributes["vector_copies"], cells)


def _of_supply(chunk: Chunk, read: Callable[[Supply], FloatArray | float]) -> FloatArray:
    if chunk.supply is None:
        return np.full(chunk.size, np.nan)
    return np.array(np.broadcast_to(np.asarray(read(chunk.supply), dtype=np.float64), (chunk.size,)))


def _test(id: str, label: str, unit: str, definition: str, compute: Callable[[Chunk], FloatArray]) -> Endpoint:
    return Endpoint(id, label, "product_release", unit, (), definition, compute, reads="product")


PRODUCT_RELEASE: tuple[Endpoint, ...] = (
    _test(
        "viability_at_release",
        "viable share of cells at release",
        "dimensionless",
        "Viable cells as a share of all cells of the patient's lot, before it is frozen where it is.",
        partial(attribute, id="viability_at_release"),
    ),
    _test(
        "CAR_positive_at_release",
        "CAR+ share at infusion",
        "dimensionless",
        "CAR+ cells as a share of the viable cells of the patient's lot, as it is infused.",
        partial(attribute, id="CAR_positive"),
    ),
    _test(
        "CAR_at_release",
        "CAR molecules of the median CAR+ cell at infusion",
        "molecule_per_cell",
        "CAR molecules on the surface of the median CAR+ cell of the patient's lot, as it is infused.",
        partial(attribute, id="CAR_median"),
    ),
    _test(
        "lots_per_course",
        "lots that a course takes",
        "lot",
        "Whole lots of the patient's CAR+ cells that all infusions of the course take; one an infusion of an in vivo "
        "product.",
        lots_needed,
    ),
    _test(
        "cytotoxicity_in_vitro",
        "myeloma cells killed in co-culture",
        "dimensionless",
        f"Specific lysis of a myeloma line by the patient's lot at {ASSAY_RATIO:g} CAR+ cells per target, by the "
        "killing law of the patient in a dish; no value without a lot of cells.",
        cytotoxicity,
    ),
    _test(
        "integration_events",
        "integration events of a course",
        "event",
        "Vector copies in the genomes of all cells that the course infuses; 0 by design of a product without a vector.",
        integration_events,
    ),
    _test(
        "T_cell_malignancy",
        "T-cell malignancies a year that integration could account for",
        "per_year",
        "The rate after CAR-T with a vector less the background without it, per treated patient and year; 0 by design "
        "of a product without a vector, which is no measured zero.",
        t_cell_malignancy,
    ),
    _test(
        "cost_of_goods",
        "cost of goods of a course",
        "USD",
        "Cost of goods of all lots that the patient's course takes, failed lots included, in US dollars.",
        cost_of_course,
    ),
    _test(
        "cost_of_infusion",
        "cost of goods of one infusion",
        "USD",
        "Cost of goods of the patient's course divided by its infusions, in US dollars.",
        cost_of_infusion,
    ),
)
