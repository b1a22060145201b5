"""How a quantity is spread over cells: a mixture of log-normals, one for each quadrature node.

Cells of a node have the same mRNA decay, so that their ln CAR is normal around the node's median; over all cells it is
a mixture, whose bright tail a single log-normal would lose.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]

_HALVINGS = 50


@dataclass(frozen=True, eq=False)
class Mixture:
    """Cells of a lot by node of the quadrature.

    median : (..., nodes) of the cells of each node; 0 where they have none.
    spread : (...) standard deviation of the natural logarithm inside a node.
    weight : (nodes,) share of the cells; they add up to 1.

    Examples
    --------
    >>> one = Mixture(np.array([2.0]), np.array(0.5), np.array([1.0]))
    >>> float(one.share_above(2.0)), round(float(one.mean()), 4), one.quantiles([0.5]).round(4).tolist()
    (0.5, 2.2663, [2.0])
    """

    median: FloatArray
    spread: FloatArray
    weight: FloatArray

    def mean(self) -> FloatArray:
        """Return (...) the mean over cells."""
        return np.asarray(self.over_nodes(self.median) * np.exp(np.square(self.spread) / 2))

    def over_nodes(self, values: FloatArray) -> FloatArray:
        """Return (...) what is alike in all cells of a node, (..., nodes), as the mean over cells."""
        return np.asarray(np.sum(self.weight * values, axis=-1))

    def share_above(self, edge: ArrayLike) -> FloatArray:
        """Return (...) the share of cells with more than `edge`."""
        with np.errstate(divide="ignore"):
            return self._share_above_log(np.log(np.asarray(edge, dtype=np.float64)))

    def quantiles(self, probabilities: Sequence[float] | FloatArray, threshold: ArrayLike = 0.0) -> FloatArray:
        """Return (..., probabilities) of the cells above `threshold`; NaN where there are none."""
        from scipy.special import ndtri

        above = self.share_above(threshold)
        asked = np.asarray(probabilities, dtype=np.float64)
        found = np.full((*above.shape, len(asked)), np.nan)
        with np.errstate(divide="ignore"):
            logs = np.log(self.median)
        present = np.isfinite(logs)
        some = present.any(axis=-1) & (above > 0)
        reach = -ndtri(1e-12) * self.spread + 1.0
        lowest = np.min(np.where(present, logs, np.inf), axis=-1) - reach
        highest = np.max(np.where(present, logs, -np.inf), axis=-1) + reach
        for place, probability in enumerate(asked):
            wanted = above * (1.0 - probability)
            low, high = np.where(some, lowest, 0.0), np.where(some, highest, 1.0)
            for _ in range(_HALVINGS):
                middle = 0.5 * (low + high)
                beyond = self._share_above_log(middle) > wanted
                low, high = np.where(beyond, middle, low), np.where(beyond, high, middle)
            found[..., place] = np.where(some, np.exp(0.5 * (low + high)), np.nan)
        return found

    def _share_above_log(self, edge: ArrayLike) -> FloatArray:
        from scipy.special import ndtr

        present = self.median > 0
        logs = np.log(np.where(present, self.median, 1.0)) - np.asarray(edge, dtype=np.float64)[..., None]
        inside = np.maximum(self.spread, np.finfo(float).tiny)[..., None]
        return self.over_nodes(ndtr(np.where(present, logs, -np.inf) / inside))
