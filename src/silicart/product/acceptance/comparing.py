"""The product model beside its acceptance targets: met or missed, by how much, and whose the band is.

The model's number is that of the centre of the register; its interval is over parameter draws. A band that the
publication gives and one that a reader put around it are told apart in every row. Nothing is fitted here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from silicart.errors import RegisterError
from silicart.evidence import Observation, Register, load_observations
from silicart.population.draws import TypicalValues, draw_patient_values, draw_typical_values
from silicart.product.acceptance.target import FloatArray, Target
from silicart.product.acceptance.targets import TARGETS
from silicart.product.values import centres

LOW, HIGH = 0.05, 0.95
LOTS_PER_DRAW = 25
LOTS_OF_CENTRE = 1000
"""Lots over which a share of lots is taken, in every draw and around the centre."""

DRAWS, SEED = 200, 4


@dataclass(frozen=True)
class AcceptanceRow:
    """One published figure beside the model's number.

    model : at the centre of the register, or by a fitted course; low, high : 5 % and 95 % over parameter draws, or over
        the posterior of the fit; None where there is no number.
    band_low, band_high : the acceptance band, or None; band : "record" (published) or "reading" (set by the reader).
    verdict : "met" or "missed" by the model's number where there is a band; "held" or "missed" by the interval where
        there is none; "not modelled"; or "elsewhere".
    off_by : how far the number, at the three digits shown, lies outside the band, signed; from the published figure
        where there is no band.
    covered : whether the interval reaches into the band, or holds the figure where there is no band.
    """

    target: Target
    observation: Observation
    model: float | None
    low: float | None
    high: float | None
    band_low: float | None
    band_high: float | None
    band: str | None
    verdict: str
    off_by: float | None
    covered: bool | None


def compare(
    register: Register, draws: int = DRAWS, seed: int = SEED, targets: Sequence[Target] = TARGETS
) -> tuple[AcceptanceRow, ...]:
    """Compute every target and set it beside the published figure.

    Parameters
    ----------
    draws : parameter draws, at least two; fewer than about a hundred make the intervals rough.
    seed : a whole number from 0; the same seed draws the same values.

    Raises
    ------
    RegisterError : fewer than two draws, or a value that a target needs is missing.

    Examples
    --------
    >>> from silicart.evidence import load_register
    >>> rows = compare(load_register(), 50, targets=[one for one in TARGETS if one.group == "genome safety"])
    >>> [(row.observation.id, row.verdict) for row in rows][0]
    ('t_cell_malignancy_pooled', 'met')
    """
    if draws < 2:
        raise RegisterError("an interval needs parameter draws", found=draws, expected="at least 2")
    values = _Values.drawn(register, draws, seed)
    observations = load_observations()
    return tuple(_row(target, observations[target.observation], values) for target in targets)


@dataclass(frozen=True, eq=False)
class _Values:
    """Values at the centre and over draws; each for the typical lot, and for lots around it."""

    register: Register
    centre: Mapping[str, FloatArray]
    draws: Mapping[str, FloatArray]
    centre_lots: Mapping[str, FloatArray]
    draw_lots: Mapping[str, FloatArray]
    count: int

    @classmethod
    def drawn(cls, register: Register, draws: int, seed: int) -> _Values:
        centre = {id: np.asarray(value) for id, value in centres(register).items()}
        numbers = np.arange(draws)
        typical = draw_typical_values(register, seed, numbers, np.zeros(draws, dtype=np.int64))
        middle = TypicalValues(numbers[:1], {id: value[np.newaxis] for id, value in centre.items()}, {})
        return cls(
            register,
            centre,
            typical.values,
            _lots(register, seed, middle, LOTS_OF_CENTRE),
            _lots(register, seed, typical, LOTS_PER_DRAW),
            draws,
        )

    def number(self, target: Target) -> tuple[float, FloatArray]:
        """The number at the centre, and in every draw or sample of a posterior."""
        if target.posterior is not None:
            return target.posterior(self.register)
        assert target.compute is not None
        if not target.over_lots:
            return float(target.compute(self.centre)), np.broadcast_to(target.compute(self.draws), (self.count,))
        lots = np.broadcast_to(target.compute(self.draw_lots), (self.count * LOTS_PER_DRAW,))
        return float(np.mean(target.compute(self.centre_lots))), lots.reshape(self.count, LOTS_PER_DRAW).mean(axis=1)


def _lots(register: Register, seed: int, typical: TypicalValues, lots: int) -> dict[str, FloatArray]:
    row: NDArray[np.int64] = np.repeat(np.arange(len(typical.draws)), lots)
    number = np.arange(len(row))
    return draw_patient_values(register, seed, typical, row, number, np.zeros(len(row), dtype=np.int64))


def _row(target: Target, observation: Observation, values: _Values) -> AcceptanceRow:
    low, high = target.band or (observation.accept_low, observation.accept_high)
    whose = "reading" if target.band is not None else observation.band
    if not target.has_number:
        verdict = "elsewhere" if target.elsewhere else "not modelled"
        return AcceptanceRow(target, observation, None, None, None, low, high, whose, verdict, None, None)
    model, drawn = values.number(target)
    below, above = (float(number) for number in np.quantile(drawn, [LOW, HIGH]))
    if low is None or high is None:
        figure = observation.value if target.figure is None else target.figure
        held = below <= figure <= above
        return AcceptanceRow(
            target, observation, model, below, above, None, None, None, "held" if held else "missed",
            model - figure, held,
        )  # fmt: skip
    # Bands are published with two or three digits, so the number is compared as it is shown.
    shown = float(f"{model:.3g}")
    off = min(shown - low, 0.0) + max(shown - high, 0.0)
    covered = below <= high and above >= low
    verdict = "met" if off == 0.0 else "missed"
    return AcceptanceRow(target, observation, model, below, above, low, high, whose, verdict, off, covered)
