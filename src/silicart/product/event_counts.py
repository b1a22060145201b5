"""Rare events as they were counted: shares and rates with exact intervals, and what few patients can exclude."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from silicart.errors import RegisterError
from silicart.evidence import Observation, load_observations
from silicart.evidence.observation import exact_interval

MALIGNANCY_COUNTS = (
    "t_cell_malignancy_per_patient",
    "t_cell_malignancy_pooled",
    "t_cell_malignancy_single_centre",
    "t_cell_malignancy_background",
    "t_cell_malignancy_reports_car_positive",
    "second_cancers_counted",
)
"""Published counts of cancers after CAR-T or, for the background, without it."""

MRNA_TREATED: Mapping[str, str] = {
    "mrna_bcma_mg_crs": "mrna_bcma_mg_follow_up",
    "in_vivo_cd19_crs_severe": "in_vivo_cd19_follow_up",
}
"""Observation whose n is the treated patients of an mRNA CAR-T -> the one that says how long how many were followed.

Trials of which only an enrolment is on record are left out: nothing was read of what happened to their patients.
"""

_MONTHS = 12.0
_LEVEL = 0.95


@dataclass(frozen=True)
class EventCount:
    """One published count, and what follows from it.

    share, share_low, share_high : events per patient, with the exact (Clopper-Pearson) 95 % interval.
    follow_up : median months, or None where none was read.
    patient_years : patients times follow-up, as if the mean equalled the median; None without a follow-up.
    rate, rate_low, rate_high : events per patient and year, with the exact (Garwood) 95 % interval; None likewise.
    """

    observation: Observation
    events: int
    patients: int
    share: float
    share_low: float
    share_high: float
    follow_up: float | None
    patient_years: float | None
    rate: float | None
    rate_low: float | None
    rate_high: float | None


@dataclass(frozen=True)
class Experience:
    """How many patients of mRNA CAR-T were watched, for how long, and what that excludes if no event occurred.

    patients, followed : treated patients, and those of them with a follow-up on record.
    patient_years : of those followed.
    per_patient, per_year : upper 95 % bounds by the rule of three.
    per_patient_exact : the exact one-sided bound per patient.
    """

    patients: int
    followed: int
    patient_years: float
    per_patient: float
    per_patient_exact: float
    per_year: float


def poisson_interval(events: int, exposure: float, level: float = _LEVEL) -> tuple[float, float]:
    """Return the exact (Garwood) two-sided interval of a rate.

    Parameters
    ----------
    events : number seen; exposure : over how much, such as patient-years.

    Raises
    ------
    RegisterError : a negative count, or no exposure.

    Source: Garwood 1936, by quantiles of the gamma distribution.

    Examples
    --------
    >>> low, high = poisson_interval(5, 9976.6)
    >>> f"{low:.2e} {high:.2e}"
    '1.63e-04 1.17e-03'
    """
    if events < 0 or not exposure > 0:
        raise RegisterError(
            "a rate needs a count and an exposure", found=f"{events} in {exposure:g}", expected="0 or more in some time"
        )
    from scipy.special import gammaincinv

    tail = (1.0 - level) / 2.0
    low = 0.0 if events == 0 else float(gammaincinv(events, tail))
    return low / exposure, float(gammaincinv(events + 1, 1.0 - tail)) / exposure


def rule_of_three(exposure: float) -> float:
    """Return the upper 95 % bound of a rate of which nothing was seen in `exposure` patients, or patient-years.

    It is a bound and no estimate: a true rate below it would most likely also have shown nothing.

    Raises
    ------
    RegisterError : no exposure.

    Examples
    --------
    >>> round(rule_of_three(19), 3)
    0.158
    """
    if not exposure > 0:
        raise RegisterError("nobody was observed, so nothing is excluded", found=exposure, expected="more than 0")
    return 3.0 / exposure


def counted(observation: Observation) -> EventCount:
    """Return a published count with its exact intervals.

    Raises
    ------
    RegisterError : the observation is no count.

    Examples
    --------
    >>> one = counted(load_observations()["t_cell_malignancy_per_patient"])
    >>> one.events, one.patients, one.rate is None
    (20, 30000, True)
    """
    events, patients = observation.count, observation.n
    if events is None or patients is None:
        raise RegisterError(
            "this figure is no count", where=observation.where, found=observation.id, expected="count and n"
        )
    share_low, share_high = exact_interval(events, patients)
    if observation.follow_up is None:
        return EventCount(
            observation, events, patients, events / patients, share_low, share_high, None, None, None, None, None
        )
    years = patients * observation.follow_up / _MONTHS
    rate_low, rate_high = poisson_interval(events, years)
    return EventCount(
        observation, events, patients, events / patients, share_low, share_high, observation.follow_up, years,
        events / years, rate_low, rate_high,
    )  # fmt: skip


def malignancy_counts(ids: Iterable[str] = MALIGNANCY_COUNTS) -> tuple[EventCount, ...]:
    """Return the published counts of cancers after CAR-T, and of the background.

    Examples
    --------
    >>> [(one.events, one.patients, one.follow_up) for one in malignancy_counts()][:3]
    [(20, 30000, None), (5, 5517, 21.7), (1, 449, 10.3)]
    """
    observations = load_observations()
    return tuple(counted(observations[id]) for id in ids)


def mrna_experience() -> Experience:
    """Return what the patients of mRNA CAR-T on record can exclude, had none of them an event.

    The texts read report no malignancy and do not say that one was looked for, so the bounds are conditional.

    Examples
    --------
    >>> known = mrna_experience()
    >>> known.patients, known.followed, known.patient_years, round(known.per_patient, 3), round(known.per_year, 2)
    (19, 12, 8.25, 0.158, 0.36)
    """
    observations = load_observations()
    patients = followed = 0
    years = 0.0
    for treated, follow_up in MRNA_TREATED.items():
        watched = observations[follow_up]
        patients += observations[treated].n or 0
        followed += watched.n or 0
        years += (watched.n or 0) * watched.value / _MONTHS
    exact = 1.0 - (1.0 - _LEVEL) ** (1.0 / patients)
    return Experience(patients, followed, years, rule_of_three(patients), exact, rule_of_three(years))
