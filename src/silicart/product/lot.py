"""A lot as it is released: what can be measured on it, what went into it, and where cells and molecules went."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from silicart.errors import SimulationError, nearest

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Attribute:
    """Something measured on a lot: `label` in words, `unit` a unit of biology/units.yaml."""

    label: str
    unit: str


ATTRIBUTES: Mapping[str, Attribute] = {
    "viable_cells": Attribute("viable cells", "cell"),
    "viability_at_release": Attribute("viable share of all cells, before they are frozen", "dimensionless"),
    "viability": Attribute("viable share of all cells", "dimensionless"),
    "CD3_positive": Attribute("CD3+ share of viable cells", "dimensionless"),
    "CAR_positive": Attribute("CAR+ share of viable cells", "dimensionless"),
    "CAR_positive_cells": Attribute("viable CAR+ cells", "cell"),
    "CAR_median": Attribute("CAR per CAR+ cell, median", "molecule_per_cell"),
    "CAR_p05": Attribute("CAR per CAR+ cell, 5th percentile", "molecule_per_cell"),
    "CAR_p95": Attribute("CAR per CAR+ cell, 95th percentile", "molecule_per_cell"),
    "CAR_mean": Attribute("CAR per CAR+ cell, mean", "molecule_per_cell"),
    "vector_copies": Attribute("vector copies per cell", "dimensionless"),
    "residual_mRNA": Attribute("CAR mRNA copies per transfected cell", "molecule_per_cell"),
    "functional_hours": Attribute(
        "hours from delivery during which the median transfected cell stays functional in culture", "hour"
    ),
    "process_days": Attribute("days from apheresis to release", "day"),
}
"""What can be measured on a lot, by id; a release limit may name any of them."""

SHARES = ("viability_at_release", "viability", "CD3_positive", "CAR_positive")
"""Attributes that are shares, from 0 to 1."""

RESOURCES: Mapping[str, Attribute] = {
    "apheresis": Attribute("apheresis collections", "dimensionless"),
    "treated_cells": Attribute("viable cells that were delivered to", "cell"),
    "mRNA_mg": Attribute("mRNA", "mg"),
    "vector_units": Attribute("vector units", "vector_unit"),
    "pulses": Attribute("electroporation pulses", "dimensionless"),
    "medium_litres": Attribute("culture medium", "litre"),
    "suite_days": Attribute("days in the clean room", "day"),
    "doses_frozen": Attribute("doses frozen", "dimensionless"),
    "shipments": Attribute("shipments", "dimensionless"),
    "release_tests": Attribute("sets of release tests", "dimensionless"),
}
"""What a lot takes, by id; the cost of goods is computed from it."""


@dataclass(frozen=True, eq=False)
class Count:
    """One quantity through one step: `brought` in, `made` by it, `out` of it, `lost` by cause; arrays (lots,) or ().

    Examples
    --------
    >>> cells = Count(np.array(10.0), np.array(0.0), np.array(8.0), {"death": np.array(2.0)})
    >>> float(cells.unexplained())
    0.0
    """

    brought: FloatArray
    made: FloatArray
    out: FloatArray
    lost: Mapping[str, FloatArray] = field(default_factory=dict)

    def unexplained(self) -> FloatArray:
        """Return what is neither out nor lost by a cause; 0 when the balance closes."""
        gone = sum(self.lost.values(), np.asarray(0.0))
        return np.asarray(self.brought + self.made - self.out - gone)


@dataclass(frozen=True, eq=False)
class BalanceRow:
    """One step of a process: its cells, CAR molecules and mRNA copies, over the whole lot."""

    step: str
    cells: Count
    CAR: Count
    mRNA: Count


@dataclass(frozen=True, eq=False)
class Lot:
    """A lot as it is released, or many lots of one process; every array is (lots,) or () unless it says more.

    process : name of the process that made it.
    carrier : what brings the CAR, the carrier of the process: "lnp", "electroporation", "lentivirus" or "targeted_lnp".
    attributes : id of `ATTRIBUTES` -> value. What a delivery does not have, such as vector copies of an LNP lot by
        design, is 0; what was not computed is absent.
    class_fractions : (..., classes) cells by expression class for each CAR+ cell of the release test, as they are once
        the mean CAR of the lot is highest in the patient; class k holds about c_0 / 2^k molecules. They add up to 1, or
        to more where cells turn positive on the way there.
    residual_translation : share of CAR loss in the patient that translation still makes good (equation 10).
    above_threshold : share of the transfected cells that count as CAR+.
    resources : id of `RESOURCES` -> what the lot took.
    balance : the steps in order.
    infusion : what the whole lot brings into the classes of the patient model, and what it does not; None where no mRNA
        is carried.

    Raises
    ------
    SimulationError : an attribute or resource that is not declared.
    """

    process: str
    carrier: str
    attributes: Mapping[str, FloatArray]
    class_fractions: FloatArray
    residual_translation: FloatArray
    above_threshold: FloatArray
    resources: Mapping[str, FloatArray] = field(default_factory=dict)
    balance: tuple[BalanceRow, ...] = ()
    infusion: BalanceRow | None = None

    @property
    def class_shares(self) -> FloatArray:
        """(..., classes) shares of the cells that carry a CAR then, which is what an assay holds; 0 without any."""
        every = self.class_fractions.sum(axis=-1, keepdims=True)
        return np.asarray(self.class_fractions / np.where(every > 0, every, 1.0))

    def __post_init__(self) -> None:
        _check("attribute", self.attributes, ATTRIBUTES)
        _check("resource", self.resources, RESOURCES)


def _check(kind: str, given: Mapping[str, FloatArray], declared: Mapping[str, Attribute]) -> None:
    for id in given:
        if id not in declared:
            near = nearest(id, declared)
            raise SimulationError(
                f"unknown {kind} of a lot", where=f"lot, {id}", found=id, expected="one of: " + ", ".join(declared),
                remedy=f"did you mean {near}?" if near else f"declare it with the other {kind}s of lots",
            )  # fmt: skip
