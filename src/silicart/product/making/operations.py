"""The unit operations before and after gene delivery, each a function of a batch and of the values of a lot.

Every operation leaves a row of balance: what was brought, made and lost by a named cause, so that no cell and no
molecule goes anywhere unsaid. Values are those of the register, taken as arrays (`silicart.product.values.taken`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from silicart.product.making.batch import Batch, Change, kept_share, stepped

FloatArray = NDArray[np.float64]
Taken = Mapping[str, FloatArray]

OPERATION_PARAMETERS = (
    "collected_CD3", "selection_recovery", "selected_CD3_share", "activation_survival", "growth_lag", "division_rate",
    "donor_growth", "death_in_culture", "death_in_cold", "culture_density", "wash_recovery", "wash_dead_removal",
    "formulation_recovery", "thaw_recovery", "thaw_CAR_retention",
)  # fmt: skip
"""What the operations read, by id of the register."""

_ML = 1000.0
ACTIVATION_DAYS = 2.0
"""Days of activation that the measured survival belongs to."""


def leukapheresis(v: Taken, collections: ArrayLike = 1.0) -> Batch:
    """Collect CD3+ cells of a donor; `collections` of them are pooled."""
    collected = v["collected_CD3"] * np.asarray(collections, dtype=np.float64)
    # Purity is known only after selection; nothing before it depends on it.
    return stepped(Batch(purity=np.full(collected.shape, np.nan)), "leukapheresis", cells=Change(made=collected))


def selection(batch: Batch, v: Taken) -> Batch:
    """Keep T cells."""
    batch = kept_share(batch, "selection", v["selection_recovery"], "not selected")
    return replace(batch, purity=v["selected_CD3_share"])


def activation(batch: Batch, v: Taken, days: ArrayLike) -> Batch:
    """Activate: cells are lost or a few made within two days, and net growth begins only after a lag."""
    length = np.asarray(days, dtype=np.float64)
    ratio = v["activation_survival"] ** np.minimum(length / ACTIVATION_DAYS, 1.0)
    died = batch.cells * np.maximum(1.0 - ratio, 0.0)
    grown = batch.cells * np.maximum(ratio - 1.0, 0.0)
    begins = np.asarray(batch.day + v["growth_lag"])
    return stepped(
        batch, "activation", cells=Change(grown, {"death": died}), days=length, dead=batch.dead + died,
        grows_from=begins,
    )  # fmt: skip


def culture(batch: Batch, v: Taken, days: ArrayLike, volume_litres: ArrayLike) -> Batch:
    """Grow: division at the donor's rate towards what the vessel holds, and death at a constant rate.

    Cells follow dN/dt = r N (1 - N / K) - d N in closed form, also where they die faster than they divide. What is
    seeded beyond the room of the vessel is lost. CAR that a batch carries here is integrated: daughter cells make their
    own. Cells with mRNA grow in `carrying`.
    """
    length = np.asarray(days, dtype=np.float64)
    room = v["culture_density"] * np.asarray(volume_litres, dtype=np.float64) * _ML
    rate, death = v["division_rate"] * v["donor_growth"], v["death_in_culture"]
    net = rate - death
    seeded = np.minimum(batch.cells, room)
    # Divisions start after the lag of activation; before it cells stand still.
    growing = np.clip(batch.day + length - batch.grows_from, 0.0, length)
    grown = np.asarray(np.expm1(net * growing))
    # Days weighted by growth: the integral of exp(net t), which is the time itself where cells neither grow nor fade.
    weighted = np.divide(grown, net, out=np.array(growing + np.zeros(grown.shape)), where=net != 0)
    crowding = seeded * rate / room
    after = seeded * (1.0 + grown) / (1.0 + crowding * weighted)
    # The integral of N over the days; where cells do not divide nothing crowds them.
    uncrowded = np.array(seeded * weighted)
    died = death * np.divide(np.log1p(crowding * weighted), rate / room, out=uncrowded, where=rate > 0)
    divided = after - seeded + died
    causes = {"no room in the vessel": batch.cells - seeded, "death": died}
    carried = np.divide(batch.CAR, batch.cells, out=np.zeros(np.shape(divided)), where=batch.cells > 0)
    return stepped(
        batch, "culture", cells=Change(divided, causes), days=length, dead=np.asarray(batch.dead + died),
        CAR=Change(carried * divided, {cause: carried * number for cause, number in causes.items()}),
    )  # fmt: skip


def wash(batch: Batch, v: Taken) -> Batch:
    """Wash: a share of all cells is lost, and of the dead ones a further share leaves with the supernatant."""
    dead = batch.dead * v["wash_recovery"] * (1.0 - v["wash_dead_removal"])
    return replace(kept_share(batch, "wash", v["wash_recovery"], "lost"), dead=np.asarray(dead))


def formulation(batch: Batch, v: Taken) -> Batch:
    """Fill bags; samples for release and retention are taken off."""
    return kept_share(batch, "formulation", v["formulation_recovery"], "samples")


def cryopreservation(batch: Batch) -> Batch:
    """Freeze: time stands still for the cells; what the freeze costs is seen at thaw."""
    return stepped(batch, "cryopreservation")


def frozen_shipping(batch: Batch, days: ArrayLike) -> Batch:
    """Ship frozen bags; the product does not age."""
    return stepped(batch, "shipping", days=days)


def thaw(batch: Batch, v: Taken) -> Batch:
    """Thaw: cells that do not recover are dead and counted, and live ones have lost some CAR."""
    gone = 1.0 - v["thaw_recovery"]
    died = batch.cells * gone
    shed = batch.CAR * v["thaw_recovery"] * (1.0 - v["thaw_CAR_retention"])
    return stepped(
        batch, "thaw", dead=np.asarray(batch.dead + died), cells=Change(lost={"death": died}),
        CAR=Change(lost={"death": batch.CAR * gone, "shed": shed}), mRNA=Change(lost={"death": batch.mRNA * gone}),
    )  # fmt: skip


def waiting(batch: Batch, v: Taken, step: str, days: ArrayLike) -> Batch:
    """Wait in the cold with an integrated CAR: some cells die, the others keep what they carry."""
    died = 1.0 - surviving(v, days, cold=True)
    return stepped(
        batch, step, days=days, dead=np.asarray(batch.dead + batch.cells * died),
        cells=Change(lost={"death": batch.cells * died}), CAR=Change(lost={"death": batch.CAR * died}),
    )  # fmt: skip


def surviving(v: Taken, days: ArrayLike, *, cold: bool) -> FloatArray:
    """Return the share of cells that lives through some days, warm or cold."""
    rate = v["death_in_cold" if cold else "death_in_culture"]
    return np.asarray(np.exp(-rate * np.asarray(days, dtype=np.float64)))
