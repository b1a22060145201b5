"""Running `biology/models/intracellular.ant` for every lot and node of the decay of mRNA, in one call of the engine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from silicart.errors import SimulationError
from silicart.simulation import Model, Trajectories

FloatArray = NDArray[np.float64]

AMOUNTS = (
    "mRNA_outside",
    "mRNA_washed",
    "mRNA_endosomal",
    "mRNA_degraded",
    "mRNA_cytosolic",
    "CAR_made",
    "CAR_nascent",
    "CAR_surface",
    "CAR_lost",
)
"""Amounts per founder cell that the model keeps."""

INSIDE = ("mRNA_endosomal", "mRNA_cytosolic", "CAR_nascent", "CAR_surface")
"""What a cell takes along when everything outside is washed away."""

REFERENCE_DAYS = 8.0
"""How long the reference cell is followed; its CAR peaks within the first three days for all values of the register."""

_OBSERVED = (*AMOUNTS, "descendants", "CAR_highest")
_TOLERANCE = 1e-8


@dataclass(frozen=True, eq=False)
class Course:
    """What the engine gave, CAR still in units of one translation a day and mRNA.

    amounts : id of `AMOUNTS` -> (..., nodes), the time axis before the nodes where times were asked for.
    descendants : (...) per founder.
    highest : (lots,) or () the highest CAR per cell of the reference cell.
    """

    amounts: Mapping[str, FloatArray]
    descendants: FloatArray
    highest: FloatArray


def run_course(
    shape: tuple[int, ...],
    lot: Mapping[str, FloatArray],
    reference: Mapping[str, FloatArray],
    decay: FloatArray,
    days: FloatArray | None,
) -> Course:
    """Run every lot at every node, and the reference cell of every lot.

    Parameters
    ----------
    shape : () for one lot or (lots,).
    lot : inputs and parameters of the model, of shape () or `shape`.
    reference : those that differ in the reference cell.
    decay : (..., nodes) decay of mRNA at each node, 1/day.
    days : times at which the course is wanted, rising from 0; None for its end alone.
    """
    from silicart.simulation import simulate

    nodes = decay.shape[-1]
    count = int(np.prod(shape, dtype=int))
    # Lanes: all nodes of the first lot, of the second, ..., then the reference cells of all lots.
    lanes: dict[str, FloatArray] = {}
    for id, value in lot.items():
        of_lots = np.broadcast_to(value, shape).reshape(count)
        of_reference = np.broadcast_to(reference.get(id, value), shape).reshape(count)
        lanes[id] = np.concatenate([np.repeat(of_lots, nodes), of_reference])
    of_nodes = np.broadcast_to(decay, (*shape, nodes)).reshape(count * nodes)
    lanes["delta_m"] = np.concatenate([of_nodes, np.broadcast_to(lot["delta_m"], shape).reshape(count)])
    end = max(float(np.max(lanes["culture_time"] + lanes["cold_time"])), 0.0 if days is None else float(days[-1]))
    times = np.unique(np.concatenate([[0.0] if days is None else days, [end]]))
    result = simulate(_model(), lanes, times=times, observe=_OBSERVED, rtol=_TOLERANCE)
    _refuse_failures(result)
    wanted = np.searchsorted(times, days) if days is not None else np.array([len(times) - 1])

    def of_node(id: str) -> FloatArray:
        values = result[id][: count * nodes, wanted].reshape(*shape, nodes, len(wanted))
        values = np.moveaxis(values, -1, -2)
        return np.asarray(values if days is not None else values[..., 0, :])

    return Course(
        amounts={id: of_node(id) for id in AMOUNTS},
        descendants=of_node("descendants")[..., 0],
        highest=np.asarray(result["CAR_highest"][count * nodes :, -1].reshape(shape)),
    )


def run_on(inside: Mapping[str, FloatArray], rates: Mapping[str, FloatArray], hours: FloatArray) -> Course:
    """Run cells on from what they hold inside, in the warmth, with nothing outside and without division.

    Parameters
    ----------
    inside : id of `INSIDE` -> (lots, nodes) per cell.
    rates : parameters of the model, of a shape that broadcasts to that of the amounts.
    hours : (times,) rising from 0.

    Returns
    -------
    Course with amounts (lots, times, nodes).
    """
    from silicart.simulation import simulate

    shape = inside["CAR_surface"].shape
    still = dict.fromkeys(("mRNA_dose", "exposure_time", "division_rate", "cold_time"), np.asarray(0.0))
    still["culture_time"] = np.asarray(hours[-1] / 24.0)
    lanes = {id: np.broadcast_to(value, shape).ravel() for id, value in {**still, **rates, **inside}.items()}
    result = simulate(_model(), lanes, times=hours / 24.0, observe=_OBSERVED, rtol=_TOLERANCE)
    _refuse_failures(result)
    amounts = {id: np.moveaxis(result[id].reshape(*shape, len(hours)), -1, -2) for id in AMOUNTS}
    return Course(amounts, np.ones((shape[0], len(hours))), np.zeros(shape[0]))


def _refuse_failures(result: Trajectories) -> None:
    if not result.status.any():
        return
    first = result.failures.iloc[0]
    raise SimulationError(
        "delivery into the cells of a lot cannot be computed",
        where="biology/models/intracellular.ant",
        found=f"{first['reason']} at day {first['time']:.3g} in {first['state']}",
        expected="rates and doses of an order that cells have",
        remedy="check the values of parameters/delivery.yaml for this lot",
    )


@cache
def _model() -> Model:
    from silicart.evidence import load_register
    from silicart.network import compose_alone

    composed = compose_alone("intracellular", load_register())
    return Model(composed.network, "intracellular", composed.text)
