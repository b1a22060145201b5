"""Dose targets: names that a dose table may use in CMT, and where the amount goes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias, runtime_checkable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from silicart.errors import DoseError, nearest
from silicart.simulation.expansion import Part
from silicart.simulation.model import Model

FloatArray = NDArray[np.float64]


@runtime_checkable
class DoseTarget(Protocol):
    """A named place for doses.

    spread : id of a state -> the share of AMT that goes there, one for all or one a patient. Shares need not add up
        to 1: a unit of product may bring more than one thing.
    parameters : id -> what receiving the target sets in the model, one for all or one a patient.
    """

    @property
    def spread(self) -> Mapping[str, ArrayLike]: ...

    @property
    def parameters(self) -> Mapping[str, ArrayLike]: ...


@dataclass(frozen=True)
class PlainTarget:
    """A dose target that only spreads."""

    spread: Mapping[str, ArrayLike]
    parameters: Mapping[str, ArrayLike] = field(default_factory=dict)


Targets: TypeAlias = Mapping[str, DoseTarget | Mapping[str, ArrayLike]] | Iterable[DoseTarget]


def read_targets(products: Targets | None) -> dict[str, DoseTarget]:
    """Return dose targets by name.

    Parameters
    ----------
    products : name -> a dose target, or name -> {state: share}; or targets that have an `id`, as products do.

    Examples
    --------
    >>> read_targets({"depot": {"gut": 0.8}})["depot"].spread
    {'gut': 0.8}
    """
    if products is None:
        return {}
    entries = dict(products) if isinstance(products, Mapping) else {_id(one): one for one in products}
    return {name: one if isinstance(one, DoseTarget) else PlainTarget(one) for name, one in entries.items()}


def parts_of(
    model: Model,
    names: Iterable[str],
    targets: Mapping[str, DoseTarget],
    patients: int,
    sizes: Mapping[str, FloatArray] | None = None,
) -> dict[str, list[Part]]:
    """Return where a dose to each of `names` goes; states are dosed as themselves.

    An amount given to a concentration is divided by the size of its compartment; `sizes` holds, by compartment, one
    size a patient where the user sets them.

    Raises
    ------
    DoseError : a target that spreads over an unknown state, or with shares that do not fit the patients.
    """
    places = {id: place for place, id in enumerate(model.states.ids)}
    within = _sizes(model, sizes or {})
    parts: dict[str, list[Part]] = {}
    for name in names:
        spread = targets[name].spread if name in targets else {name: 1.0}
        parts[name] = []
        for state, share in spread.items():
            if state not in places:
                near = nearest(state, places)
                raise DoseError(
                    "a product spreads over a state that the model does not have",
                    where=f"product {name}",
                    found=state,
                    expected=f"a state of the model {model.name}",
                    remedy=f"did you mean {near}?" if near else "see model.states",
                )
            parts[name].append(Part(places[state], _weight(name, state, share, patients) / within.get(state, 1.0)))
    return parts


def _weight(name: str, state: str, share: ArrayLike, patients: int) -> FloatArray:
    weight = np.asarray(share, dtype=np.float64)
    if weight.shape not in ((), (patients,)) or not np.isfinite(weight).all() or (weight < 0).any():
        raise DoseError(
            "a product's share is not a share",
            where=f"product {name}, state {state}",
            found=f"an array of shape {weight.shape}" if weight.ndim else f"{weight:g}",
            expected=f"a number of 0 or more, or one for each of the {patients} patients",
            remedy="build the product for the same patients as the parameters",
        )
    return weight


def _sizes(model: Model, given: Mapping[str, FloatArray]) -> dict[str, float | FloatArray]:
    # Where a size is not a constant number the state is an amount, whatever the symbol means.
    fixed: dict[str, float | FloatArray] = {
        entry.id: given.get(entry.id, entry.size)
        for entry in model.network.compartments
        if entry.constant and entry.size is not None
    }
    species = [entry for entry in model.network.species if not entry.amount]
    return {entry.id: fixed.get(entry.compartment, 1.0) for entry in species}


def _id(target: object) -> str:
    id = getattr(target, "id", None)
    if not isinstance(id, str):
        raise DoseError(
            "a product without a name",
            where="products",
            found=type(target).__name__,
            expected="products with an `id`, or a mapping from name to product",
            remedy="pass {name: product}",
        )
    return id
