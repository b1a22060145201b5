"""What the figures of a product show, as plain values: every number is already computed when it stands here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    FloatArray = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class ExpressionCourse:
    """CAR on the cells of one typical lot from the start of delivery on.

    delivery : "lnp", "electroporation" or "lentivirus".
    hours : (times,) since the start of delivery.
    median, p05, p95 : (times,) CAR molecules per cell among the cells that took up the gene.
    share_positive : (times,) share of viable cells above the threshold of flow cytometry, 0 to 1.
    """

    delivery: str
    hours: FloatArray
    median: FloatArray
    p05: FloatArray
    p95: FloatArray
    share_positive: FloatArray


@dataclass(frozen=True)
class ExpressionOverTime:
    """Courses of some deliveries, and the two thresholds of CAR molecules per cell that they are read against."""

    courses: tuple[ExpressionCourse, ...]
    functional_threshold: float
    flow_threshold: float


@dataclass(frozen=True, eq=False)
class ViabilityCurve:
    """Viability against dose: `dose` (points,), `centre`, `low`, `high` (points,) shares, the last two the 5th and
    95th percentile over parameter draws."""

    delivery: str
    dose: FloatArray
    centre: FloatArray
    low: FloatArray
    high: FloatArray


@dataclass(frozen=True)
class Estimate:
    """A number with its words and its 90 % interval; `low` and `high` are None where nobody stated one."""

    label: str
    value: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class ViabilityByDelivery:
    """What each delivery leaves alive.

    lnp : against ug of mRNA per million cells.
    chosen : the dose of the process, in the same unit.
    pulses : electroporation, one entry a pulse, share alive.
    lentivirus : share alive.
    published : by label of `pulses`, what was measured.
    graded_c : the register's ids behind it that are assumptions, in words.
    """

    lnp: ViabilityCurve
    chosen: float | None
    pulses: tuple[Estimate, ...]
    lentivirus: Estimate
    published: tuple[Estimate, ...] = ()
    graded_c: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class KillingCurve:
    """Share of target cells killed (points,) against effectors per target (points,).

    hours : how long the cells of the lot were kept in culture before they met their targets.
    """

    delivery: str
    hours: float
    effector_to_target: FloatArray
    killed: FloatArray


@dataclass(frozen=True)
class KillingPoint:
    """A published share killed, with its interval where one was stated, and its words."""

    delivery: str
    label: str
    effector_to_target: float
    killed: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Killing:
    """Curves of a killing assay and the published points beside them; `assay_hours` is how long the cells meet."""

    curves: tuple[KillingCurve, ...]
    points: tuple[KillingPoint, ...]
    assay_hours: float
    target: str = "BCMA-positive target cells"


@dataclass(frozen=True)
class CostOfRoute:
    """Cost of goods of a course by activity, in the order of the waterfall, and the total with its 90 % interval."""

    delivery: str
    label: str
    activities: tuple[Estimate, ...]
    total: Estimate


@dataclass(frozen=True)
class TornadoBar:
    """What the difference of two costs becomes when one input goes to its low and to its high end."""

    label: str
    low_input: str
    high_input: str
    at_low: float
    at_high: float
    grade: str


@dataclass(frozen=True)
class Cost:
    """Cost of a course by route, in `unit` (such as "thousand USD of 2024"), and the tornado of first less second."""

    routes: tuple[CostOfRoute, ...]
    unit: str
    difference: Estimate | None = None
    tornado: tuple[TornadoBar, ...] = ()


@dataclass(frozen=True)
class StepAmount:
    """What goes into and comes out of one step of a process, and what is lost there by its named causes.

    A step in which nothing of the kind exists yet has None.
    """

    step: str
    into: float | None
    out: float | None
    made: float = 0.0
    lost: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True)
class BalanceColumn:
    """One conserved kind (cells, CAR molecules, mRNA copies) through all steps of a process."""

    label: str
    unit: str
    steps: tuple[StepAmount, ...]


@dataclass(frozen=True, eq=False)
class DoseSeries:
    """Positive cells of one donor at one dose: what was measured, and what the model expects.

    days, measured : (measurements,) days since transfection and per cent positive.
    known : (measurements,) whether the prediction was made with it.
    model_days, expected, low, high : (times,) the model's per cent positive with the 90 % interval of a measurement.
    """

    donor: str
    dose_ng: float
    days: FloatArray
    measured: FloatArray
    known: NDArray[np.bool_]
    model_days: FloatArray
    expected: FloatArray
    low: FloatArray
    high: FloatArray
