"""Drawing a virtual population of a model from a register: the way in, and what may be asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from silicart.errors import PopulationError, nearest
from silicart.evidence import Register
from silicart.population.filling import STRUCTURE, fill
from silicart.population.filters import checks_of
from silicart.population.population import Population, names_to_set

if TYPE_CHECKING:
    from silicart.simulation import Model

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


def draw_population(
    register: Register,
    model: Model,
    patients: Sequence[int] | IntArray | int,
    seed: int,
    per_draw: int = 10,
    overrides: Mapping[str, float] | None = None,
    *,
    structures: Sequence[str] | None = None,
    disease: str | None = None,
) -> Population:
    """Draw a virtual population of possible patients.

    Parameters
    ----------
    patients : how many (numbered from 0), or the patient numbers themselves.
    seed : a whole number from 0; the same seed gives the same patients, whatever else is asked for.
    per_draw : patients in one parameter draw; patient p belongs to draw p // per_draw.
    overrides : id -> a value that every patient gets instead of a drawn one, in the register's unit. To move a typical
        value and keep its spreads, lay an overlay over the register instead.
    structures : the rival structures to draw from, by the option ids of the register; absent means all.
    disease : which filters of the register apply; absent means the name of the model.

    Returns
    -------
    Population, with values in the units of the register.

    Raises
    ------
    PopulationError : a negative or repeated patient number, an unknown override or structure, or a draw that cannot be
        filled; the last names the filter that refuses most.

    Examples
    --------
    >>> from silicart.evidence import load_register
    >>> from silicart.simulation import load_model
    >>> population = draw_population(load_register(), load_model("sle"), [7, 17], seed=1)
    >>> population.draw.tolist(), population.draws.tolist(), len(population.parameters["k_kill"])
    ([0, 1], [0, 1], 2)
    """
    from silicart.simulation import baseline

    numbers = _patient_numbers(patients, per_draw)
    _check_overrides(register, model, overrides or {})

    def untreated(parameters: Mapping[str, FloatArray], ids: Sequence[str]) -> Mapping[str, FloatArray]:
        return baseline(model, {id: parameters[id] for id in names_to_set(model, parameters)}, ids)

    return fill(
        register,
        checks_of(_closures(model), register.filters, disease or model.name),
        untreated,
        numbers,
        seed,
        per_draw,
        overrides=overrides,
        options=None if structures is None else {STRUCTURE: structures},
    )


def _closures(model: Model) -> tuple[str, ...]:
    parameters = {parameter.id for parameter in model.network.parameters}
    assigned = [assignment.variable for assignment in model.network.initial_assignments]
    return tuple(id for id in assigned if id in parameters)


def _patient_numbers(patients: Sequence[int] | IntArray | int, per_draw: int) -> IntArray:
    numbers = np.arange(patients) if isinstance(patients, int | np.integer) else np.asarray(patients)
    whole = np.issubdtype(numbers.dtype, np.integer) and numbers.ndim == 1
    if not whole or not numbers.size or numbers.min() < 0 or len(np.unique(numbers)) != len(numbers) or per_draw < 1:
        raise PopulationError(
            "these are not patients of a population",
            where="patients",
            found=f"{patients} in draws of {per_draw}",
            expected="a number of patients from 1, or different patient numbers from 0, in draws of at least one",
            remedy="number patients from 0",
        )
    return numbers.astype(np.int64)


def _check_overrides(register: Register, model: Model, overrides: Mapping[str, float]) -> None:
    switches = {id for category in register.categories for option in category.options for id in option.settings}
    for id in overrides:
        if id in switches:
            raise PopulationError(
                "a rival structure cannot be overridden by its switch",
                where="overrides",
                found=id,
                expected="the ids of structures",
                remedy="name the structures to draw from",
            )
        if id not in register:
            near = nearest(id, register)
            raise PopulationError(
                "an override names an unknown parameter",
                where="overrides",
                found=id,
                expected="an id of the register",
                remedy=f"did you mean {near}?" if near else "name a parameter of the register",
            )
        if id in model.formulas:
            raise PopulationError(
                f"the {model.name} model computes this value from another",
                where="overrides",
                found=id,
                expected="a value that the model takes from the register",
                remedy="override the value that its formula reads, which composed models name like the disease",
            )
