"""Composite endpoints of lupus as their publications define them, on plain readings of patients.

A patient who broke the medication rules of a trial (a rescue drug, or more prednisone than at entry) does not respond
in SRI-4, BICLA or the renal response, whatever the scores are: `failed` says who did.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from silicart.endpoints.lupus import bilag

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

SRI_FALL = 4.0
PGA_WORSE = 0.3
"""A tenth of the scale of 0 to 3: from there on the physician's assessment has worsened."""

DORIS_PGA, DORIS_PREDNISONE = 0.5, 5.0
LLDAS_SLEDAI, LLDAS_PGA, LLDAS_PREDNISONE = 4.0, 1.0, 7.5
CRR_PROTEINURIA, CRR_eGFR, CRR_eGFR_SHARE = 0.5, 90.0, 0.9

_ROUNDING = 1e-9


@dataclass(frozen=True)
class Status:
    """What is known of patients at one visit.

    SLEDAI, clinical_SLEDAI : (patients,) points, with and without serology.
    PGA : (patients,) physician's global assessment, 0 to 3.
    grades : (patients, domains) of `bilag`.
    prednisone : (patients,) mg of prednisone, or what equals it, a day.
    """

    SLEDAI: FloatArray
    clinical_SLEDAI: FloatArray
    PGA: FloatArray
    grades: FloatArray
    prednisone: FloatArray


def sri(before: Status, after: Status, failed: BoolArray, fall: float = SRI_FALL) -> BoolArray:
    """Return (patients,) who responds by SRI.

    SLEDAI falls by at least `fall` points, no domain of BILAG is newly A and at most one newly B, the physician's
    assessment rises by less than 0.3, and the medication rules are kept.
    """
    return np.asarray(
        (after.SLEDAI + fall <= before.SLEDAI)
        & ~bilag.worsened(before.grades, after.grades)
        & ~_worse(before, after)
        & ~failed
    )


def bicla(before: Status, after: Status, failed: BoolArray) -> BoolArray:
    """Return (patients,) who responds by BICLA.

    Every A falls to B or lower and every B to C or lower, no domain is newly A and at most one newly B, SLEDAI does not
    rise, the physician's assessment rises by less than 0.3, and the medication rules are kept.
    """
    return np.asarray(
        bilag.improved(before.grades, after.grades)
        & ~bilag.worsened(before.grades, after.grades)
        & (after.SLEDAI <= before.SLEDAI)
        & ~_worse(before, after)
        & ~failed
    )


def doris(now: Status) -> BoolArray:
    """Return (patients,) who is in DORIS remission (2021).

    Clinical SLEDAI of 0 whatever the serology, physician's assessment below 0.5 and at most 5 mg of prednisone a day;
    stable antimalarials, immunosuppressants and biologics are allowed, and no duration is asked for.
    """
    return np.asarray(
        (now.clinical_SLEDAI == 0.0)
        & (now.PGA < DORIS_PGA - _ROUNDING)
        & (now.prednisone <= DORIS_PREDNISONE + _ROUNDING)
    )


def lldas(now: Status, major_organ: BoolArray, new_activity: BoolArray) -> BoolArray:
    """Return (patients,) who is in the lupus low disease activity state.

    SLEDAI of at most 4 without activity of a major organ, nothing new since the visit before, physician's assessment
    of at most 1 and at most 7.5 mg of prednisone a day; the fifth criterion, standard maintenance that is tolerated,
    is met by every patient here, who takes no other.
    """
    return np.asarray(
        (now.SLEDAI <= LLDAS_SLEDAI)
        & ~major_organ
        & ~new_activity
        & (now.PGA <= LLDAS_PGA + _ROUNDING)
        & (now.prednisone <= LLDAS_PREDNISONE + _ROUNDING)
    )


def complete_renal_response(
    proteinuria: FloatArray, eGFR: FloatArray, eGFR_before: FloatArray, failed: BoolArray
) -> BoolArray:
    """Return (patients,) who has a complete renal response.

    Proteinuria below 0.5 g/d, filtration of at least 90 mL/min or no more than 10 % below that before, and the
    medication rules are kept.
    """
    return np.asarray(
        (proteinuria < CRR_PROTEINURIA) & ((eGFR >= CRR_eGFR) | (eGFR >= CRR_eGFR_SHARE * eGFR_before)) & ~failed
    )


def _worse(before: Status, after: Status) -> BoolArray:
    return np.asarray(after.PGA - before.PGA >= PGA_WORSE - _ROUNDING)
