"""Drawing values: a parameter draw fixes the uncertain typical values, patients vary around those of their draw.

The two spreads are different loops and are never mixed. A value's own name is the purpose of its random number, so a
value that the register gains or loses changes no other value of anybody. Correlated values are tied by a Gaussian
copula: the register's pairs make groups, and inside a group each value's normal score is mixed with those of the
members before it, so that the first member, and everything outside the group, stays as it was.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from silicart.errors import PopulationError
from silicart.evidence import Category, Correlation, Register
from silicart.population.keys import TYPICAL, uniform, uniforms

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True)
class TypicalValues:
    """The typical values of some parameter draws.

    draws : (J,) draw numbers; values : id -> (J,) for every value of the register, in the register's order;
    choices : category id -> (J,) ids of the option that the draw took.
    """

    draws: IntArray
    values: Mapping[str, FloatArray]
    choices: Mapping[str, NDArray[np.str_]]


def draw_typical_values(
    register: Register,
    seed: int,
    draws: IntArray,
    attempts: IntArray,
    *,
    options: Mapping[str, Sequence[str]] | None = None,
    overrides: Mapping[str, float] | None = None,
) -> TypicalValues:
    """Draw the typical values of parameter draws from their uncertainty.

    Parameters
    ----------
    draws, attempts : (J,) draw numbers, and how often each was drawn before.
    options : category id -> the options allowed; absent means all of them.
    overrides : id -> one value for everybody, in place of a draw.

    Examples
    --------
    >>> from silicart.evidence import load_register
    >>> register = load_register()
    >>> typical = draw_typical_values(register, 1, np.arange(3), np.zeros(3, dtype=np.int64))
    >>> typical.values["k_kill"].shape
    (3,)
    """
    uncertain = register.uncertain()
    shares = _correlated(
        register.correlations, "values", uncertain, uniforms(seed, draws, TYPICAL, uncertain, 0, attempts)
    )
    values: dict[str, FloatArray] = {id: np.full(len(draws), entry.value) for id, entry in register.items()}
    for column, id in enumerate(uncertain):
        values[id] = register[id].uncertainty.quantile(register[id].value, shares[:, column])
    choices: dict[str, NDArray[np.str_]] = {}
    for category in register.categories:
        chosen, taken = _choose(category, seed, draws, (options or {}).get(category.id))
        choices[category.id] = chosen
        values.update({id: np.asarray(setting, dtype=np.float64) for id, setting in taken.items()})
    for id, value in (overrides or {}).items():
        values[id] = np.full(len(draws), float(value))
    return TypicalValues(draws, values, choices)


def draw_patient_values(
    register: Register,
    seed: int,
    typical: TypicalValues,
    row: IntArray,
    patient: IntArray,
    attempt: IntArray,
    *,
    overrides: Mapping[str, float] | None = None,
) -> dict[str, FloatArray]:
    """Draw patients from their variability around the typical values of their draw.

    Parameters
    ----------
    row : (n,) the row of `typical` that holds each patient's draw.
    patient, attempt : (n,) the patient's number, and which attempt at this patient it is.
    overrides : ids that keep the value they have in `typical`.

    Returns
    -------
    id -> (n,) for every value of the register. A lot is made from the patient's own cells, so what varies between
    donors and between lots is drawn once a patient too; what varies between visits keeps its typical value here.
    """
    fixed = overrides or {}
    levels = ("patients", "donors", "lots")
    names = tuple(id for level in levels for id in register.variable(level) if id not in fixed)
    shares = _correlated(
        register.correlations, "patients", names, uniforms(seed, typical.draws[row], patient, names, 0, attempt)
    )
    values = {id: centres[row] for id, centres in typical.values.items()}
    for column, id in enumerate(names):
        values[id] = register[id].variability.quantile(values[id], shares[:, column])
    return values


def _correlated(
    correlations: Sequence[Correlation], level: str, names: Sequence[str], shares: FloatArray
) -> FloatArray:
    groups = _groups([pair for pair in correlations if pair.level == level], names)
    if not groups:
        return shares
    from scipy.special import ndtr, ndtri

    mixed = shares.copy()
    for members, matrix in groups:
        columns = [names.index(member) for member in members]
        factor = _factor(members, matrix)
        scores = ndtri(shares[:, columns])
        for place, column in enumerate(columns[1:], start=1):
            # Column by column: the bits of a matrix product depend on how many patients are drawn at once.
            mixed[:, column] = ndtr(sum(factor[place, other] * scores[:, other] for other in range(place + 1)))
    # Rounding may bring an extreme score to exactly 0 or 1, where no quantile exists.
    return np.clip(mixed, 2.0**-53, 1.0 - 2.0**-53)


def _groups(pairs: Sequence[Correlation], names: Sequence[str]) -> list[tuple[list[str], FloatArray]]:
    members: list[list[str]] = []
    for pair in pairs:
        if pair.first not in names or pair.second not in names:
            continue
        touched = [group for group in members if pair.first in group or pair.second in group]
        joined = list(dict.fromkeys([*(name for group in touched for name in group), pair.first, pair.second]))
        members = [group for group in members if group not in touched] + [joined]
    groups = []
    for group in members:
        matrix = np.eye(len(group))
        for pair in pairs:
            if pair.first in group and pair.second in group:
                first, second = group.index(pair.first), group.index(pair.second)
                matrix[first, second] = matrix[second, first] = pair.coefficient
        groups.append((group, matrix))
    return groups


def _factor(members: Sequence[str], matrix: FloatArray) -> FloatArray:
    try:
        return np.asarray(np.linalg.cholesky(matrix))
    except np.linalg.LinAlgError:
        raise PopulationError(
            "the correlations of a group contradict each other",
            where="correlations of the register",
            found=", ".join(members),
            expected="coefficients that a joint normal distribution can have",
            remedy="give the missing pairs of the group, or lower a coefficient",
        ) from None


def _choose(
    category: Category, seed: int, draws: IntArray, allowed: Sequence[str] | None
) -> tuple[NDArray[np.str_], dict[str, FloatArray]]:
    """Return the option of each draw, and the settings that follow from it.

    Draws are stratified: each run of as many draws as there are options spreads over the whole interval, in an order
    of its own, so that few draws hold every option by its weight where independent draws would leave it to chance. A
    draw that is drawn again keeps its option: otherwise a structure that more patients fail would be dropped silently.
    """
    kept = [option for option in category.options if allowed is None or option.id in allowed]
    unknown = set(allowed or ()) - {option.id for option in category.options}
    if unknown or not kept:
        raise PopulationError(
            f"unknown option of {category.label}",
            where=category.id,
            found=", ".join(sorted(unknown)) or "none",
            expected="some of: " + ", ".join(option.id for option in category.options),
            remedy="name options of the register",
        )
    strata = len(kept)
    block, turn = np.divmod(draws, strata)
    order = np.argsort(uniform(seed, block[:, np.newaxis], TYPICAL, category.id, np.arange(strata)), axis=1)
    within = uniform(seed, draws, TYPICAL, category.id, strata)
    place = replace(category, options=tuple(kept)).choose((order[np.arange(len(draws)), turn] + within) / strata)
    switches = dict.fromkeys(name for option in category.options for name in option.settings)
    settings = {
        name: np.array([option.settings.get(name, 0.0) for option in kept], dtype=np.float64)[place]
        for name in switches
    }
    return np.array([option.id for option in kept])[place], settings
