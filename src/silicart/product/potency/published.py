"""The dish beside published killing assays, and how two values of the well were set from them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from silicart.errors import SimulationError
from silicart.evidence import Observation, Register, load_observations
from silicart.network.compose import used_parameters
from silicart.product.potency.dish import kill_in_dish
from silicart.product.values import FloatArray, Values, centres, taken

_DRAWS = 300
_SEED = 20_265
_HOURS = np.concatenate([np.linspace(0.5, 24.0, 48), np.linspace(25.0, 96.0, 72)])


@dataclass(frozen=True)
class Assay:
    """How a published figure was obtained, as far as the report says.

    ratio : effectors per target.
    hours : duration, None where it is not stated.
    transduced : the line was made to express BCMA; no plateau below 100 % was read for such lines.
    survivors : the figure is the share that survives.
    """

    observation: str
    ratio: float
    hours: float | None = None
    transduced: bool = False
    survivors: bool = False


ASSAYS = (
    Assay("kill_A549_BCMA_5_to_1", 5.0, transduced=True),
    Assay("kill_A549_BCMA_20_to_1", 20.0, transduced=True),
    Assay("kill_H929_plateau", 5.0, hours=48.0),
    Assay("kill_K562_BCMA_5_to_1", 5.0, transduced=True),
    Assay("kill_U266_5_to_1", 5.0),
    Assay("kill_H929_10_to_1", 10.0),
    # The report gives no ratio; one to one is our reading.
    Assay("survive_12_days", 1.0, hours=288.0, survivors=True),
    Assay("kill_MM1S_1_to_32", 1 / 32, hours=48.0),
    Assay("kill_primary_myeloma_1_to_1", 1.0, hours=72.0),
)


@dataclass(frozen=True)
class AssayRow:
    """One published figure beside the dish.

    predicted : by the centres of the register, at the stated duration or, where none is stated, at `assay_time`.
    low, high : 5 % to 95 % over the uncertainty of the values.
    met : the prediction lies in the acceptance band; off_by : how far outside, 0 when met.
    agreeing_hours : duration up to 96 hours at which the centres give the published figure; None where none does.
    """

    assay: Assay
    observation: Observation
    predicted: float
    low: float
    high: float
    met: bool
    off_by: float
    agreeing_hours: float | None

    @property
    def used(self) -> bool:
        """Whether a value of the well was set from this figure."""
        return self.observation.role == "target"


def compare_with_published(register: Register) -> tuple[AssayRow, ...]:
    """Set the dish beside every published assay that it can run.

    Examples
    --------
    >>> from silicart.evidence import load_register
    >>> rows = {row.observation.id: row for row in compare_with_published(load_register())}
    >>> rows["kill_A549_BCMA_5_to_1"].used, rows["kill_H929_10_to_1"].used
    (True, False)
    """
    known, drawn = centres(register), _drawn(register)
    observations = load_observations()
    return tuple(_row(assay, observations[assay.observation], known, drawn) for assay in ASSAYS)


def fit_well(values: Values) -> tuple[float, float]:
    """Return the half-saturation (cells per microlitre) and the duration (days) that the report of A549-BCMA asks for.

    Two figures of one line in one report, 80 % at 5:1 and more than 95 % at 20:1 (taken as 95 %), set two values; the
    register holds them rounded.

    Raises
    ------
    SimulationError : no well gives both figures with these values.

    Examples
    --------
    >>> from silicart.evidence import load_register
    >>> half, days = fit_well(load_register())
    >>> 500 < half < 1500, 0.3 < days < 1
    (True, True)
    """
    from scipy.optimize import root

    observations = load_observations()
    fitted = [assay for assay in ASSAYS if assay.transduced and observations[assay.observation].role == "target"]
    ratios = np.array([assay.ratio for assay in fitted])
    wanted = np.log([1.0 - observations[assay.observation].value for assay in fitted])
    known = centres(values)

    def misses(logs: FloatArray) -> FloatArray:
        well = {**known, "half_saturation_dish": float(np.exp(logs[0])), "assay_time": float(np.exp(logs[1]))}
        lysis = kill_in_dish(
            well, effector_to_target=ratios, antigen_density=well["BCMA_line_transduced"], reach=1.0
        ).specific_lysis
        return np.asarray(np.log1p(-lysis) - wanted)

    found = root(misses, np.log([known["half_saturation_dish"], known["assay_time"]]))
    if not found.success:
        raise SimulationError(
            "no well gives the published killing",
            where="fit_well",
            found=f"killing off by {np.abs(np.expm1(misses(found.x))).max():.2g} of the survivors",
            expected="values with which killing still grows from 5:1 to 20:1",
        )
    return float(np.exp(found.x[0])), float(np.exp(found.x[1]))


def killing_as_read(assay: Assay, values: Values, hours: float | FloatArray) -> FloatArray:
    """Return what the dish gives for a published figure after some hours: a share killed, or one that survives.

    Examples
    --------
    >>> from silicart.evidence import load_register
    >>> bool(killing_as_read(ASSAYS[1], load_register(), 12.0) > killing_as_read(ASSAYS[0], load_register(), 12.0))
    True
    """
    known = taken(values, ("BCMA_line_transduced", "BCMA_line", "reach_line"))
    read = kill_in_dish(
        values,
        effector_to_target=assay.ratio,
        hours=hours,
        antigen_density=known["BCMA_line_transduced"] if assay.transduced else known["BCMA_line"],
        reach=1.0 if assay.transduced else known["reach_line"],
    ).specific_lysis
    return 1.0 - read if assay.survivors else read


def _row(assay: Assay, observation: Observation, known: Values, drawn: Values) -> AssayRow:
    hours = assay.hours if assay.hours is not None else float(taken(known, ("assay_time",))["assay_time"]) * 24.0
    predicted = float(killing_as_read(assay, known, hours))
    low, high = np.quantile(killing_as_read(assay, drawn, hours), [0.05, 0.95])
    bottom = observation.value if observation.accept_low is None else observation.accept_low
    top = observation.value if observation.accept_high is None else observation.accept_high
    off = max(bottom - predicted, predicted - top, 0.0)
    return AssayRow(
        assay, observation, predicted, float(low), float(high), off == 0.0, off, _agreeing(assay, observation, known)
    )


def _agreeing(assay: Assay, observation: Observation, known: Values) -> float | None:
    """Specific lysis rises with time, so at most one duration gives the published figure."""
    course = killing_as_read(assay, known, _HOURS)
    rising, figures = (-course, -observation.value) if assay.survivors else (course, observation.value)
    if not rising[0] <= figures <= rising[-1]:
        return None
    return float(np.interp(figures, rising, _HOURS))


def _drawn(register: Register) -> dict[str, FloatArray]:
    """Independent draws of every uncertain value of the dish."""
    generator = np.random.default_rng(_SEED)
    names = [*sorted(used_parameters("dish")), "BCMA_line_transduced", "targets_dish", "reach_line", "assay_time"]
    drawn = {}
    for name in names:
        entry = register[name]
        # Every value takes its numbers from the stream, so that one that becomes certain changes no other.
        u = generator.uniform(size=_DRAWS)
        drawn[name] = (
            np.asarray(entry.value) if entry.uncertainty.is_fixed else entry.uncertainty.quantile(entry.value, u)
        )
    return drawn
