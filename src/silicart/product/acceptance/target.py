"""An acceptance target: a published figure, and the model's number that belongs beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from silicart.evidence import Register

FloatArray = NDArray[np.float64]
Compute = Callable[[Mapping[str, FloatArray]], FloatArray]
"""Values by id, one for all or one a lot -> the model's number, one for all or one a lot, in the observation's unit."""

Posterior = Callable[[Register], tuple[float, FloatArray]]
"""Register -> the number of a fitted model, and (samples,) the same over its posterior."""


@dataclass(frozen=True)
class Target:
    """What stands beside one published figure.

    observation : id of the figure in `biology/observations`.
    group : heading under which it is shown.
    number : in a few words, what the model's number is and at which settings.
    compute : gives it; without it and `posterior` there is none, and `reason` says why.
    posterior : gives the number in place of `compute` where it is that of a model fitted to measured courses.
    over_lots : the number is a mean over the lots of a draw, such as a share of lots that fail; else it is that of the
        typical lot.
    band : (low, high) of the model's number where the figure itself is published as another quantity, such as a
        direction; it is the reading's then.
    figure : the figure in the unit of the model's number, where the interval is to hold another than the observation's.
    published : the figure in words, where it is published as another quantity or in several numbers.
    reason : why the model has no number, or where it stands.
    elsewhere : the number stands in another comparison, which `reason` names.
    """

    observation: str
    group: str
    number: str
    compute: Compute | None = None
    posterior: Posterior | None = None
    over_lots: bool = False
    band: tuple[float, float] | None = None
    figure: float | None = None
    published: str | None = None
    reason: str | None = None
    elsewhere: bool = False

    @property
    def has_number(self) -> bool:
        """Whether the model has a number for this figure."""
        return self.compute is not None or self.posterior is not None
