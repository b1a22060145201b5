"""The neurologist: scores at visits, with the drift of patients who get no drug, and the steroid that they come with.

The model holds an untreated patient still. What trials see on placebo (regression to the mean after selection, a gain
within weeks and a slower one, noise of a visit) is added here, in every arm alike, so that a blinded placebo arm shows
it and an active arm shows it beside the effect of the antibody's fall.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from silicart.endpoints.chunk import Chunk
from silicart.endpoints.myasthenia.scores import (
    MG_ADL,
    MGC,
    QMG,
    REFERENCE_MG_ADL,
    antibody_gain,
    arrived,
    selected_entry,
    written,
)
from silicart.endpoints.visit import Care, Findings, State, Visit
from silicart.population.keys import normals, uniforms

FloatArray = NDArray[np.float64]

ANTIBODY = "Ab_dsDNA"
"""The state of the myasthenia model that stands for the antibody to the acetylcholine receptor."""

EFFECT = "MG_effect"
_WEEK = 7.0
_AT_ENTRY = ("MG level", "QMG level", "MGC level", "MG-ADL patient", "MG prednisone dose")
_CHANCES = ("MG-ADL at entry", "MG prednisone taken", "MG immunosuppressant taken")
_READINGS = ("MG-ADL visit", "QMG visit", "MGC visit")
_STEROID_LOG_SD = 0.5
"""Spread of the steroid dose between patients who take it: two thirds lie within a factor of 1.6 of the median."""


@dataclass(frozen=True)
class Myasthenia:
    """Sees patients with myasthenia gravis.

    Findings: `MG_ADL`, `QMG`, `MGC` in whole points, their change since entry as `MG_ADL_change` and so on, and
    `anti_AChR_relative`, the antibody as a share of the patient's own before treatment.
    """

    id: str = "myasthenia"
    needs: tuple[str, ...] = (ANTIBODY, EFFECT)

    def enter(self, chunk: Chunk, care: Care) -> tuple[State, Care]:
        """Draw who is let in (MG-ADL of 6 or more), the other scores of each, and what is taken at entry."""
        value = chunk.parameter
        who = (chunk.seed, chunk.draws, chunk.patients)
        normal, chance = normals(*who, _AT_ENTRY), uniforms(*who, _CHANCES)
        mean, between = value("MG_ADL_entry_mean"), value("MG_ADL_entry_SD")
        reading, level = selected_entry(
            mean, between, value("MG_ADL_visit_SD"), value("MG_ADL_entry_least"), chance[:, 0], normal[:, 0]
        )
        shared, common = (level - mean) / between, value("MG_score_correlation")
        own = np.sqrt(1.0 - common**2)
        state = {"MG_ADL_entry": reading, "MG_ADL": level, "deviation": normal[:, 3] * value("MG_ADL_patient_SD")}
        for place, score in enumerate((QMG, MGC), start=1):
            centre, spread = value(f"{score.id}_entry_mean"), value(f"{score.id}_entry_SD")
            state[score.id] = np.maximum(centre + spread * (common * shared + own * normal[:, place]), 0.0)
        dose = np.minimum(
            value("MG_prednisone_mean") * np.exp(_STEROID_LOG_SD * normal[:, 4]), value("MG_prednisone_most")
        )
        takes = chance[:, 1] < value("MG_prednisone_share")
        state["prednisone"] = np.where(takes, np.round(dose / 2.5) * 2.5, 0.0)
        other = (chance[:, 2] < value("MG_immunosuppressant_share")).astype(np.float64)
        return state, {"prednisone": state["prednisone"], "immunosuppressant": other}

    def see(self, state: State, visit: Visit, care: Care, findings: Findings) -> tuple[State, Findings]:
        """Write down the three scores and the antibody."""
        value = visit.parameter
        entry, effect = state["MG_ADL_entry"], visit.value(EFFECT)
        own = value("MG_ADL_slope"), value("MG_ADL_exponent")
        gain = antibody_gain(own[0], own[1], entry, effect) - _withdrawal(state, visit, care, effect)
        come = arrived(visit.day, value("MG_ADL_drift_days"))
        weeks = np.minimum(max(visit.day, 0.0), value("MG_ADL_slow_drift_end")) / _WEEK
        drift = come * value("MG_ADL_placebo") * (entry / REFERENCE_MG_ADL) ** value("MG_ADL_placebo_exponent")
        drift = drift + weeks * value("MG_ADL_slow_drift") - come * state["deviation"]
        chunk = visit.chunk
        noise = normals(chunk.seed, chunk.draws, chunk.patients, _READINGS, visit.occasion)
        levels = {
            MG_ADL: state["MG_ADL"] - gain - drift,
            QMG: state["QMG"] - value("QMG_per_MG_ADL") * gain - come * value("QMG_drift"),
            MGC: state["MGC"] - value("MGC_per_MG_ADL") * gain - come * value("MGC_drift"),
        }
        found = {
            score.id: written(score, level + value(f"{score.id}_visit_SD") * noise[:, place])
            for place, (score, level) in enumerate(levels.items())
        }
        kept = dict(state)
        if visit.place == 0:
            # The reading with which a patient was let in is that of the visit at entry.
            found[MG_ADL.id] = entry
            kept |= {f"{id}_entry": points for id, points in found.items()}
        changes = {f"{id}_change": points - kept[f"{id}_entry"] for id, points in found.items()}
        relative = visit.value(ANTIBODY) / visit.chunk.baseline(ANTIBODY)
        return kept, {**found, **changes, "anti_AChR_relative": relative}


def _withdrawal(state: State, visit: Visit, care: Care, effect: FloatArray) -> FloatArray:
    """MG-ADL points that less steroid than at entry costs: as much as is left of the antibody's effect."""
    before = state["prednisone"]
    taken = np.minimum(care.get("prednisone", before), before)
    withdrawn = 1.0 - np.divide(taken, before, out=np.ones_like(before), where=before > 0.0)
    return visit.parameter("MG_ADL_steroid_points") * withdrawn * np.clip(1.0 - effect, 0.0, 1.0)


MYASTHENIA = Myasthenia()
"""The assessor of myasthenia gravis."""
