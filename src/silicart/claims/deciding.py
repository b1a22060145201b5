"""What would decide a row: the share of the between-draw variance that each uncertain input explains.

Draws differ because their typical values differ. How strongly an input moves a number is seen best among all
patients, who differ in it twice over (by the draw's typical value and by their own variability): its slope is the
regression of the number on the input's normal score over all patients. How far the draws disagree about it is the
variance of the typical values on the same scale. Their product, slope^2 x variance, is the variance between draws
that would go away if the input's typical value were known; divided by the variance between draws with patient noise
removed (`interval.py`) it is the input's share. It is a main effect: what two inputs do only together is in no share.

A hundred draws and many inputs always show some correlation by chance. The guard: whole draws are dealt out anew to
the numbers, many times, and an input is named only when it exceeds 95 % of the largest chance correlations among all
inputs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from silicart.claims.interval import DrawEffects

FloatArray = NDArray[np.float64]

_PERMUTATIONS = 200
_PERMUTATION_SEED = 20_261
_GUARD = 0.95


@dataclass(frozen=True)
class InputShare:
    """An input's share of the between-draw variance.

    `share` in 0..1; `slope` is the change of the number per standard deviation of the input among patients (its sign
    says in which direction); `named` says that the input exceeds the permutation guard.
    """

    id: str
    share: float
    slope: float
    named: bool


def input_shares(
    values: FloatArray,
    draws: Sequence[int] | NDArray[np.int64],
    effects: DrawEffects,
    patient_inputs: Mapping[str, FloatArray],
    typical_inputs: Mapping[str, FloatArray],
) -> tuple[InputShare, ...]:
    """Rank the uncertain inputs by the share of the between-draw variance that they explain.

    Parameters
    ----------
    values : (patients,) the number, NaN where a patient has none.
    draws : (patients,) the parameter draw of each patient.
    effects : the result of `draw_effects` on the same values.
    patient_inputs : id -> (patients,) the input as each patient has it.
    typical_inputs : id -> (J,) the typical value in each draw of `effects.draws`, in that order.

    Returns
    -------
    All inputs that vary, the largest share first; ties by id. Empty when the draws do not differ.
    """
    if effects.between <= 0:
        return ()
    present = np.isfinite(values)
    numbers = np.asarray(values, dtype=np.float64)[present]
    groups = np.searchsorted(effects.draws, np.asarray(draws, dtype=np.int64)[present])
    ids, scores, spread = _scored(patient_inputs, typical_inputs, present)
    if not ids:
        return ()
    centred = numbers - numbers.mean()
    scale = float(np.sqrt(np.mean(centred**2)))
    if scale == 0:
        return ()
    correlation = scores.T @ centred / (len(numbers) * scale)
    chance = _chance_correlations(scores, centred / scale, groups)
    threshold = float(np.quantile(np.max(np.abs(chance), axis=1), _GUARD))
    # The expected square of a chance correlation is taken off, so that an idle input's share is zero on average.
    beyond = np.maximum(correlation**2 - np.mean(chance**2, axis=0), 0.0)
    shares = np.minimum(beyond * scale**2 * spread / effects.between, 1.0)
    found = [
        InputShare(name, float(share), float(r * scale), bool(abs(r) > threshold))
        for name, share, r in zip(ids, shares, correlation, strict=True)
    ]
    return tuple(sorted(found, key=lambda one: (-one.share, one.id)))


def structure_share(effects: DrawEffects, structures: Sequence[str]) -> InputShare:
    """Return the share of the between-draw variance that lies between the rival structures.

    `structures` names the structure of each draw of `effects.draws`. The bias-corrected correlation ratio of the draw
    means, guarded by permutation like an input.
    """
    labels = np.asarray(structures)
    if effects.between <= 0 or len(np.unique(labels)) < 2:
        return InputShare("structure", 0.0, 0.0, False)
    generator = np.random.default_rng(_PERMUTATION_SEED)
    observed = _between_groups(effects.raw, labels)
    chance = np.array([_between_groups(generator.permutation(effects.raw), labels) for _ in range(_PERMUTATIONS)])
    share = min(max(observed - float(np.mean(chance)), 0.0) / effects.between, 1.0)
    return InputShare("structure", share, 0.0, bool(observed > np.quantile(chance, _GUARD)))


def _scored(
    patient_inputs: Mapping[str, FloatArray], typical_inputs: Mapping[str, FloatArray], present: NDArray[np.bool_]
) -> tuple[list[str], FloatArray, FloatArray]:
    from scipy.special import ndtri

    ids: list[str] = []
    columns: list[FloatArray] = []
    spreads: list[float] = []
    for name in sorted(typical_inputs):
        typical = np.asarray(typical_inputs[name], dtype=np.float64)
        own = np.asarray(patient_inputs[name], dtype=np.float64)[present]
        if np.ptp(typical) == 0 or np.ptp(own) == 0:
            continue
        # Normal scores of the patients' values; typical values are read off the same monotone curve.
        levels, counts = np.unique(own, return_counts=True)
        middle = (np.cumsum(counts) - 0.5 * counts) / len(own)
        curve = ndtri(middle)
        score = np.interp(own, levels, curve)
        deviation = float(np.std(score))
        ids.append(name)
        columns.append((score - score.mean()) / deviation)
        spreads.append(float(np.var(np.interp(typical, levels, curve), ddof=1)) / deviation**2)
    return ids, np.column_stack(columns) if columns else np.empty((len(present), 0)), np.array(spreads)


def _chance_correlations(scores: FloatArray, numbers: FloatArray, groups: NDArray[np.int64]) -> FloatArray:
    """Return (permutations, inputs) correlations after dealing whole draws out anew.

    Patients stay with their draw, and are shuffled inside it: an input that is the same for all patients of a draw
    has only as many chances as there are draws, and the guard must know that.
    """
    generator = np.random.default_rng(_PERMUTATION_SEED)
    chance = np.empty((_PERMUTATIONS, scores.shape[1]))
    for row in range(_PERMUTATIONS):
        dealt = generator.permutation(int(groups.max()) + 1)[groups]
        # Sorting by (new place of the draw, random key) puts whole draws in a new order.
        order = np.lexsort((generator.random(len(groups)), dealt))
        reference = np.argsort(groups, kind="stable")
        chance[row] = scores[reference].T @ numbers[order] / len(numbers)
    return chance


def _between_groups(numbers: FloatArray, labels: NDArray[np.str_]) -> float:
    centre = float(np.mean(numbers))
    total = sum(
        int(np.sum(labels == one)) * (float(np.mean(numbers[labels == one])) - centre) ** 2 for one in np.unique(labels)
    )
    return total / len(numbers)
