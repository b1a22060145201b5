"""What each patient is: parameters and initial values, checked, broadcast and laid out as the kernel reads them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from silicart.errors import SimulationError, nearest
from silicart.simulation.compiled import system_of
from silicart.simulation.model import Model
from silicart.simulation.targets import DoseTarget
from silicart.symbolic import System

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Settings:
    """A system and its inputs: `inputs` is (patients, inputs), columns as `system.inputs`."""

    system: System
    inputs: FloatArray

    @property
    def patients(self) -> int:
        """How many patients there are."""
        return len(self.inputs)

    def sizes(self, model: Model) -> dict[str, FloatArray]:
        """Return the sizes of the compartments that are set, (patients,) each."""
        set_by_user = {id: place for place, id in enumerate(self.system.inputs)}
        compartments = [entry.id for entry in model.network.compartments if entry.id in set_by_user]
        return {id: self.inputs[:, set_by_user[id]] for id in compartments}


def read_settings(
    model: Model, parameters: Mapping[str, ArrayLike] | None, targets: Mapping[str, DoseTarget] | None = None
) -> Settings:
    """Check `parameters` and return the inputs of every patient.

    Parameters
    ----------
    parameters : id -> a number for all patients, or one number a patient. An id of `model.parameters` sets that
        parameter, replacing its formula if it has one; the id of a state sets its initial value, and that of
        `model.fixed` the amount, concentration or size of something that nothing changes. Absent or empty is one
        patient with the values of the model.
    targets : dose targets; what they set stands over `parameters`, because it is what the product is.

    Raises
    ------
    SimulationError : an unknown id (with the nearest one), arrays of different lengths, a value that is not finite,
        or two targets that set a parameter differently.

    Examples
    --------
    >>> from silicart.network import read_antimony_text
    >>> model = Model(read_antimony_text("model m; A = 5; k = 0.1; A' = -k*A; end", "m"), "m")
    >>> read_settings(model, {"k": [0.1, 0.2]}).inputs.ravel().tolist()
    [0.1, 0.2]
    """
    values = {str(id): _array(str(id), given) for id, given in dict({} if parameters is None else parameters).items()}
    values |= {id: _array(id, given) for id, given in _set_by_targets(targets or {}).items()}
    for id in values:
        _check_id(model, id)
    patients = _patients(values)
    for id, array in values.items():
        bad = np.flatnonzero(~np.isfinite(array))
        if len(bad):
            place = "" if array.ndim == 0 else f", patient row {bad[0]}"
            raise SimulationError(
                f"{id} is not finite",
                where=f"parameters, {id}{place}",
                found=f"{array.ravel()[bad[0]]}",
                expected="finite numbers",
                remedy="check how the value was computed",
            )
    replaced = {*model.states.ids, *model.fixed.ids, *model.formulas}
    system = system_of(model.network, frozenset(set(values) & replaced))
    inputs = np.repeat(system.input_defaults[None, :], patients, axis=0)
    for column, id in enumerate(system.inputs):
        if id in values:
            inputs[:, column] = values[id]
    return Settings(system, inputs)


def _array(id: str, given: Any) -> FloatArray:
    try:
        array = np.asarray(given, dtype=np.float64)
    except (TypeError, ValueError):
        array = None
    if array is None or array.ndim > 1:
        raise SimulationError(
            f"{id} is neither a number nor one number a patient",
            where=f"parameters, {id}",
            found=type(given).__name__ if array is None else f"an array of shape {array.shape}",
            expected="a number, or an array of shape (patients,)",
            remedy="give numbers",
        )
    return array


def _patients(values: Mapping[str, FloatArray]) -> int:
    lengths = {id: len(array) for id, array in values.items() if array.ndim == 1 and len(array) != 1}
    if not lengths:
        return 1
    longest = max(lengths, key=lambda id: lengths[id])
    for id, length in lengths.items():
        if length != lengths[longest]:
            raise SimulationError(
                "parameters for different numbers of patients",
                where=f"parameters, {id}",
                found=f"{length} values",
                expected=f"{lengths[longest]} values, as {longest} has, or one for all",
                remedy="give every parameter one value a patient",
            )
    if lengths[longest] == 0:
        raise SimulationError(
            "no patients", where=f"parameters, {longest}", found="0 values", expected="one value a patient",
            remedy="give at least one patient",
        )  # fmt: skip
    return lengths[longest]


def _check_id(model: Model, id: str) -> None:
    settable = [*model.parameters.ids, *model.states.ids, *model.fixed.ids]
    if id in settable:
        return
    if id in model.observables.ids:
        raise SimulationError(
            "an observable cannot be set",
            where=f"parameters, {id}",
            found=id,
            expected="a parameter or a state",
            remedy="set what its rule computes it from",
        )
    near = nearest(id, settable)
    raise SimulationError(
        "unknown parameter",
        where=f"parameters, {id}",
        found=id,
        expected=f"a parameter, species or compartment of the model {model.name}",
        remedy=f"did you mean {near}?" if near else "see model.parameters, model.states and model.fixed",
    )


def _set_by_targets(targets: Mapping[str, DoseTarget]) -> dict[str, FloatArray]:
    """What the targets set, together. Switches (0 or 1) are joined by "or": two products given together."""
    joined: dict[str, FloatArray] = {}
    setter: dict[str, str] = {}
    for name, target in targets.items():
        for id, given in target.parameters.items():
            value = np.asarray(given, dtype=np.float64)
            if id not in joined or np.array_equal(joined[id], value):
                joined[id] = value
            elif np.isin(joined[id], (0, 1)).all() and np.isin(value, (0, 1)).all():
                joined[id] = np.maximum(joined[id], value)
            else:
                raise SimulationError(
                    f"two products set {id} differently",
                    where=f"products {setter[id]} and {name}",
                    found=f"{_shown(joined[id])} and {_shown(value)}",
                    expected="one value of a parameter a run",
                    remedy="simulate the two products in separate runs, or give them the same value",
                )
            setter[id] = name
    return joined


def _shown(value: FloatArray) -> str:
    return f"{value:g}" if value.ndim == 0 else f"one value a patient ({value[0]:g}, ...)"
