"""Who a patient with lupus is to a clinic: what stays the same from the first visit on, drawn once, at screening.

Trials enrol patients who are active: SLEDAI-2K of at least 6 (`entry_SLEDAI`) with 4 points of it clinical, and organ
activity that BILAG grades A, or B in two domains; an `entry_SLEDAI` of 0 enrols everybody, as a clinic does. A patient
whose screening falls short is drawn again with other organs, under the same number, until it is enough: the selection
is simulated, and with it the part of a placebo response that it makes.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from silicart.endpoints.chunk import Chunk
from silicart.endpoints.lupus import bilag, damage, items, sledai
from silicart.endpoints.lupus.damage import ORGANS
from silicart.endpoints.lupus.latent import shown
from silicart.endpoints.lupus.parameters import values_of
from silicart.endpoints.lupus.serology import PURPOSES as SEROLOGY_PURPOSES
from silicart.endpoints.lupus.serology import complement, own
from silicart.population.keys import normals, uniforms

FloatArray = NDArray[np.float64]
Values = Mapping[str, FloatArray]

ATTEMPTS = 12
"""How often a patient's organs are drawn until the screening is passed; who never passes stays as drawn last."""

SEROLOGY_AT_MOST = 2.0
"""Points of the entry score that serology may make up: trials ask for 4 clinical points of 6."""

_NORMALS = (
    *SEROLOGY_PURPOSES,
    "lupus proteinuria at entry",
    "lupus renal response",
    "lupus renal time",
    "lupus eGFR",
    "lupus physician",
)
_UNIFORMS = (
    "lupus kidneys involved",
    "lupus kidneys scarred",
    "lupus frailty",
    "lupus damage at entry",
    "lupus flare proneness",
)
_SCREENING = (*items.THRESHOLD_PURPOSES, *(f"{name} at screening" for name in items.VISIT_PURPOSES))


def enrol(chunk: Chunk) -> dict[str, FloatArray]:
    """Return what stays of each patient, and where what changes begins: name -> (patients,) or (patients, items)."""
    values = values_of(chunk)
    who = (chunk.seed, chunk.draws, chunk.patients)
    gauss = normals(*who, _NORMALS)
    flat = uniforms(*who, _UNIFORMS)
    serum = own(values, gauss[:, :3])
    kidneys = _kidneys(values, gauss, flat)
    prone = damage.frailty(values["damage_shape"], flat[:, 2])
    points = damage.at_entry(values["damage_entry"] * prone, flat[:, 3])
    activity = shown(chunk.baseline("activity"), values["SLEDAI_offset"])
    return {
        "threshold": _organs(chunk, values, activity, serum, kidneys["proteinuria"]),
        **serum,
        **kidneys,
        "activity_entry": activity,
        "physician": values["PGA_physician_log_SD"] * gauss[:, 7],
        "prone": prone,
        "flare_prone": damage.frailty(values["flare_shape"], flat[:, 4]),
        "SDI": points,
        "SDI_entry": points,
        **{f"SDI_{organ}": np.zeros(chunk.size) for organ in ORGANS},
        "damage_shares": _damage_shares(values, kidneys["renal"]),
        "swing": np.zeros(chunk.size),
        "eased": np.zeros(chunk.size),
        "treated_kidney": np.zeros(chunk.size),
        "flare": np.zeros(chunk.size),
        "withdrawn": np.zeros(chunk.size),
        "drugs": np.ones(chunk.size),
        "dead": np.zeros(chunk.size),
    }


def _kidneys(values: Values, gauss: FloatArray, flat: FloatArray) -> dict[str, FloatArray]:
    renal = flat[:, 0] < values["kidney_share"]
    protein = values["proteinuria_entry"] * np.exp(values["proteinuria_entry_log_SD"] * gauss[:, 3])
    scarred = flat[:, 1] < values["scar_share"]
    floor = np.where(scarred, values["scar_proteinuria"] * protein, values["proteinuria_normal"])
    response = np.log(values["renal_response"] / (1.0 - values["renal_response"]))
    return {
        "renal": renal.astype(np.float64),
        "proteinuria": np.where(renal, protein, values["proteinuria_normal"]),
        "proteinuria_entry": np.where(renal, protein, values["proteinuria_normal"]),
        "scar": np.where(renal, np.minimum(floor, protein), values["proteinuria_normal"]),
        "renal_response": 1.0 / (1.0 + np.exp(-(response + values["renal_response_logit_SD"] * gauss[:, 4]))),
        "renal_time": values["renal_response_time"] * np.exp(values["renal_response_time_log_SD"] * gauss[:, 5]),
        "eGFR": np.maximum(values["eGFR_entry"] + values["eGFR_entry_SD"] * gauss[:, 6], 30.0),
    }


def _damage_shares(values: Values, renal: FloatArray) -> FloatArray:
    """Damage of the kidney falls on patients with nephritis, that of other organs on everybody."""
    kidney = values["damage_kidney"] * renal / np.maximum(values["kidney_share"], 1e-3)
    others = [values[f"damage_{organ}"] for organ in ORGANS[1:]]
    return np.stack([np.minimum(kidney, 1.0 - sum(others)), *others], axis=1)


def _organs(
    chunk: Chunk, values: Values, activity: FloatArray, serum: Mapping[str, FloatArray], proteinuria: FloatArray
) -> FloatArray:
    """Return (patients, items) thresholds of patients who pass the screening."""
    low = _low_complement(chunk, values, serum)
    binding = serum["titre"] > 1.0
    result = np.empty((chunk.size, len(items.FROM_ACTIVITY)))
    left = np.arange(chunk.size)
    for attempt in range(ATTEMPTS):
        gauss = normals(chunk.seed, chunk.draws[left], chunk.patients[left], _SCREENING, attempt=attempt)
        some = {name: values[name][left] for name in ("item_log_SD", "organ_swing", "BILAG_B_margin", "BILAG_A_margin")}
        some |= {name: values[name][left] for name in items.SHARES}
        drawn = items.thresholds(some, gauss[:, : len(items.FROM_ACTIVITY)])
        result[left] = drawn
        swing = some["organ_swing"][:, np.newaxis] * gauss[:, len(items.FROM_ACTIVITY) :]
        margin = items.margins(activity[left], drawn, swing)
        protein = proteinuria[left]
        wanted = values["entry_SLEDAI"][left]
        found = items.score_items(margin, protein > sledai.PROTEINURIA_LIMIT, low[left], binding[left])
        severity = items.worst(margin, protein, sledai.PROTEINURIA_LIMIT)
        grades = bilag.grade(severity, some["BILAG_B_margin"], some["BILAG_A_margin"], np.full_like(severity, -np.inf))
        passes = (
            (sledai.score(found) >= wanted)
            & (sledai.clinical_score(found) >= wanted - SEROLOGY_AT_MOST)
            & ((wanted <= 0) | (grades == bilag.A).any(axis=1) | ((grades == bilag.B).sum(axis=1) > 1))
        )
        left = left[~passes]
        if not len(left):
            break
    return result


def _low_complement(chunk: Chunk, values: Values, serum: Mapping[str, FloatArray]) -> NDArray[np.bool_]:
    consumed = 1.0 - chunk.baseline("C3") / values["C3_healthy"]
    nothing = np.zeros(chunk.size)
    reading = complement(serum["C3_own"], serum["consumption"], consumed, nothing, nothing)
    return np.asarray(reading < values["C3_low_limit"])
