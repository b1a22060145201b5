"""What is believed of a typical donor and of donors before their data, from the register, on the scale of sampling.

Every parameter is sampled on the scale on which its distribution of the register is normal: the logarithm, the logit,
or the number itself. A typical value is `centre + spread z`, a donor's value `typical + spread z`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from silicart.errors import RegisterError
from silicart.evidence import Distribution, Entry
from silicart.product.values import Values

FloatArray = NDArray[np.float64]

DONOR_MODEL = (
    "reporter_mRNA_decay",
    "reporter_loss",
    "reporter_division",
    "reporter_translation_half_dose",
    "reporter_brightness",
    "reporter_uptake",
    "reporter_transfectable_share",
    "reporter_percent_spread",
    "reporter_percent_floor",
    "reporter_curve_spread",
    "reporter_curve_days",
    "reporter_curve_doublings",
    "expression_scale_log_SD",
    "expression_decay_log_SD",
)
"""Ids of the register that the donor model uses."""


@dataclass(frozen=True)
class Prior:
    """The entries of the donor model; a point of the sampler is their standard normal z values.

    The first `len(typical)` coordinates are the typical values that are not known exactly, then come `len(differing)`
    coordinates for each donor.
    """

    entries: Mapping[str, Entry]

    @cached_property
    def typical(self) -> tuple[str, ...]:
        """Ids whose typical value is sampled."""
        return tuple(id for id, entry in self.entries.items() if not entry.uncertainty.is_fixed)

    @cached_property
    def differing(self) -> tuple[str, ...]:
        """Ids that differ between donors."""
        return tuple(
            id
            for id, entry in self.entries.items()
            if not entry.variability.is_fixed and entry.variability.between == "donors"
        )

    def size(self, donors: int) -> int:
        """Return how many coordinates a point has."""
        return len(self.typical) + donors * len(self.differing)

    def donor_values(self, points: FloatArray, donor: int) -> dict[str, FloatArray]:
        """Return id -> (samples,) natural values of one donor for points (samples, size)."""
        values = {}
        first = len(self.typical) + donor * len(self.differing)
        for id, entry in self.entries.items():
            value = np.full(len(points), entry.value)
            for names, spread, offset in (
                (self.typical, entry.uncertainty, 0),
                (self.differing, entry.variability, first),
            ):
                if id in names:
                    value = _moved(spread, value, points[:, offset + names.index(id)])
            values[id] = value
        return values


def donor_prior(register: Values, ids: Sequence[str] = DONOR_MODEL) -> Prior:
    """Take the entries of the donor model from a register.

    Raises
    ------
    RegisterError : one is missing, is a bare number, or has a distribution that is normal on no scale.

    Examples
    --------
    >>> from silicart.evidence import load_register
    >>> donor_prior(load_register()).differing
    ('reporter_division', 'reporter_uptake', 'reporter_transfectable_share')
    """
    entries = {}
    for id in ids:
        entry = register.get(id)
        if not isinstance(entry, Entry):
            raise RegisterError(
                "the donor model needs an entry of the register", where=id, found=entry, expected="value and spreads"
            )
        for spread in (entry.uncertainty, entry.variability):
            if spread.kind not in ("fixed", "normal", "lognormal", "logitnormal"):
                raise RegisterError(
                    "the donor model cannot sample this distribution",
                    where=entry.where or id,
                    found=spread.kind,
                    expected="fixed, normal, lognormal or logitnormal",
                )
        entries[id] = entry
    return Prior(entries)


def altered(prior: Prior, held: Mapping[str, float] | None = None, spreads: Mapping[str, float] | None = None) -> Prior:
    """Return another structure of the model: values held exactly, or other spreads between donors (0 for none)."""
    entries = dict(prior.entries)
    for id, value in (held or {}).items():
        entries[id] = replace(entries[id], value=value, uncertainty=Distribution())
    for id, spread in (spreads or {}).items():
        kind = entries[id].uncertainty.kind if entries[id].variability.is_fixed else entries[id].variability.kind
        between = Distribution(kind if spread else "fixed", spread, between="donors")
        entries[id] = replace(entries[id], variability=between)
    return Prior(entries)


def _moved(spread: Distribution, centre: FloatArray, z: FloatArray) -> FloatArray:
    if spread.kind == "lognormal":
        return np.asarray(centre * np.exp(spread.spread * z))
    if spread.kind == "normal":
        return np.asarray(centre + spread.spread * z)
    from scipy.special import expit, logit

    width = spread.upper - spread.lower
    return np.asarray(spread.lower + width * expit(logit((centre - spread.lower) / width) + spread.spread * z))
