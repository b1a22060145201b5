"""Tolerances: what counts as a small error of each state."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from silicart.errors import SimulationError, nearest
from silicart.simulation.compiled import system_of
from silicart.simulation.model import Model
from silicart.symbolic import Meaning, evaluate

FloatArray = NDArray[np.float64]
Absolute: TypeAlias = ArrayLike | Mapping[str, float]

FLOOR = 1e-3
"""The share of a state's scale below which its relative accuracy no longer matters."""


def read_tolerances(model: Model, rtol: float, atol: Absolute | None) -> tuple[float, FloatArray]:
    """Check both tolerances and return the relative one and the absolute one of each state.

    A step's error in a state is judged against atol + rtol * |state|. Without `atol`, that of a state is
    rtol * FLOOR * scale, where the scale is the state's initial value in the model file. A state that starts empty
    takes the largest initial value among the states of its unit, but at most one unit; if it counts items (cells,
    molecules), rtol * one item, since less than one is none. The scale does not depend on the patient or the doses:
    a patient alone and among others must have the same bits.

    Raises
    ------
    SimulationError : a tolerance out of range, or for an unknown state.

    Examples
    --------
    >>> from silicart.network import read_antimony_text
    >>> model = Model(read_antimony_text("model m; A = 5; B = 0; A' = -A; B' = A; end", "m"), "m")
    >>> read_tolerances(model, 1e-6, None)[1]
    array([5.e-09, 1.e-09])
    """
    if not _number(rtol) or not 1e-13 <= float(rtol) <= 0.1:
        raise SimulationError(
            "rtol is out of range",
            where="rtol",
            found=rtol,
            expected="a number from 1e-13 to 0.1",
            remedy="leave it out for 1e-6",
        )
    relative = float(rtol)
    default = relative * floors(model)
    if atol is None:
        return relative, _as_kept(model, default, relative)
    if isinstance(atol, Mapping):
        absolute = default.copy()
        places = {id: place for place, id in enumerate(model.states.ids)}
        for id, value in atol.items():
            if id not in places:
                near = nearest(str(id), places)
                raise SimulationError(
                    "a tolerance of an unknown state",
                    where=f"atol, {id}",
                    found=id,
                    expected=f"a state of the model {model.name}",
                    remedy=f"did you mean {near}?" if near else "see model.states",
                )
            absolute[places[id]] = value if _number(value) else np.nan
    else:
        given = np.asarray(atol, dtype=np.float64)
        if given.shape not in ((), (len(default),)):
            raise SimulationError(
                "atol does not fit the states",
                where="atol",
                found=f"an array of shape {given.shape}",
                expected=f"a number, one number for each of the {len(default)} states, or a mapping by state",
                remedy="leave it out for a value by the scale of each state",
            )
        absolute = np.array(np.broadcast_to(given, default.shape))
    bad = np.flatnonzero(~(np.isfinite(absolute) & (absolute > 0)))
    if len(bad):
        raise SimulationError(
            "atol is out of range",
            where=f"atol, {model.states.ids[bad[0]]}",
            found=f"{absolute[bad[0]]:g}",
            expected="a number above 0",
            remedy="leave it out for a value by the scale of each state",
        )
    return relative, _as_kept(model, absolute, relative)


def _as_kept(model: Model, absolute: FloatArray, relative: float) -> FloatArray:
    """Tolerances of what is integrated: of an amount where a concentration is kept as one, and of clocks."""
    system = system_of(model.network)
    kept = absolute.copy()
    compartments = Meaning.of(model.network).amounts
    for place, id in enumerate(model.states.ids):
        compartment = compartments.get(id)
        if compartment is not None:
            size = abs(evaluate(system, system.input_defaults[None, :], [compartment])[0, 0])
            kept[place] *= size if 0.0 < size < np.inf else 1.0
    return np.append(kept, np.full(len(system.states) - len(kept), relative))


def floors(model: Model) -> FloatArray:
    """Return for each of the model's states the size below which only its absolute error counts, in its unit."""
    initial = np.array([abs(state.value) for state in model.states])
    initial[~np.isfinite(initial)] = 0.0
    largest: dict[str | None, float] = {}
    for state, value in zip(model.states, initial.tolist(), strict=True):
        largest[state.unit] = max(largest.get(state.unit, 0.0), value)
    empty = [_item(model, state.unit) or FLOOR * (min(largest[state.unit], 1.0) or 1.0) for state in model.states]
    return np.where(initial > 0, FLOOR * initial, empty)


def _item(model: Model, unit: str | None) -> float | None:
    """One item in a unit of counts, None for any other unit."""
    if unit is None or unit not in model.network.units:
        return None
    definition = model.network.units[unit]
    return 1 / definition.scale if definition.dimension == (("item", 1.0),) else None


def _number(value: object) -> bool:
    return isinstance(value, (int, float, np.floating, np.integer)) and not isinstance(value, bool)
