"""The clinic of lupus: what is written down of a patient at each visit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from silicart.endpoints.lupus import bilag, damage, entry_care, flares, items, kidney, latent, serology, sledai
from silicart.endpoints.lupus.parameters import values_of
from silicart.endpoints.lupus.patient import enrol
from silicart.endpoints.visit import Care, Findings, State, Visit
from silicart.population.keys import uniforms

if TYPE_CHECKING:
    from silicart.endpoints.chunk import Chunk

FloatArray = NDArray[np.float64]
Values = dict[str, FloatArray]

CARE = ("prednisone", "immunosuppressant", "hydroxychloroquine")

_NORMALS = (
    "lupus fluctuation",
    "lupus physician at visit",
    "lupus anti-dsDNA reading",
    "lupus C3 reading",
    "lupus proteinuria reading",
    *items.VISIT_PURPOSES,
)
_UNIFORMS = ("lupus flare", "lupus kind of flare", "lupus severe flare", "lupus damage", "lupus death")

ORGAN_ITEMS: dict[str, tuple[str, ...]] = {
    "kidneys": sledai.GROUPS["renal"],
    "heart": ("pericarditis",),
    "lungs": ("pleurisy",),
    "skin": sledai.GROUPS["dermal"],
    "joints": sledai.GROUPS["musculoskeletal"],
    "nervous_system": sledai.GROUPS["CNS"],
    "blood": sledai.GROUPS["hematologic"],
}
"""Organ of the findings -> the items of SLEDAI-2K whose points are its activity."""

_ORGAN_POINTS = np.array(
    [[sledai.WEIGHTS[item] * float(item in organ) for organ in ORGAN_ITEMS.values()] for item in sledai.ITEMS]
)
_MAJOR = np.array([item in sledai.MAJOR_ORGANS for item in sledai.ITEMS])
_CLINICAL = np.array([item not in sledai.SEROLOGY for item in sledai.ITEMS])


@dataclass(frozen=True)
class LupusClinic:
    """Sees patients with lupus at visits (`Assessor`)."""

    id: str = "lupus"
    needs: tuple[str, ...] = ("activity", "Ab_dsDNA", "C3")

    def enter(self, chunk: Chunk, care: Care) -> tuple[State, Care]:
        """Return who the patients are, and what they take; an arm with CAR-T stops drugs before the infusion."""
        values = values_of(chunk)
        drawn = uniforms(chunk.seed, chunk.draws, chunk.patients, entry_care.PURPOSES)
        came_with = entry_care.drugs(values, drawn)
        # What the arm gives to everybody is taken beside what patients come with.
        came_with |= {name: np.maximum(came_with[name], care[name]) for name in CARE if name in care}
        state = {
            **enrol(chunk),
            **{f"came_with_{name}": came_with[name] for name in CARE},
            "items": np.zeros((chunk.size, len(sledai.ITEMS))),
        }
        if chunk.gives_CAR_T:
            return state, entry_care.before_infusion(came_with, values["CAR_T_prednisone_limit"])
        return state, came_with

    def see(self, state: State, visit: Visit, care: Care, findings: Findings) -> tuple[State, Findings]:
        """Return what is remembered and written down of patients who took `care` since the visit before."""
        values = values_of(visit.chunk)
        elapsed = visit.day - visit.since
        who = (visit.chunk.seed, visit.chunk.draws, visit.chunk.patients)
        drawn = uniforms(*who, (*_NORMALS, *_UNIFORMS), visit.occasion)
        gauss, flat = _gauss(drawn[:, : len(_NORMALS)]), drawn[:, len(_NORMALS) :]
        now = dict(state)
        disease = np.maximum(visit.value("activity"), 0.0)
        struck = _flares(now, visit, values, care, disease, flat) if elapsed > 0 else _none(visit.size)
        activity = _activity(now, values, care, disease, elapsed, gauss[:, 0])
        now["seen_activity"] = activity
        protein = _kidney(now, values, care, elapsed, gauss[:, 4])
        serum = _serum(now, visit, values, gauss)
        margin = items.margins(activity, state["threshold"], values["organ_swing"][:, np.newaxis] * gauss[:, 5:])
        low, bound = serum["C3_reading"] < values["C3_low_limit"], serum["anti_dsDNA"] > 1.0
        found = items.score_items(margin, protein > sledai.PROTEINURIA_LIMIT, low, bound)
        severity = items.worst(margin, protein, sledai.PROTEINURIA_LIMIT)
        never = np.log(items.REFERENCE / flares.HIGHEST)
        grades = bilag.grade(
            severity, values["BILAG_B_margin"], values["BILAG_A_margin"], np.full_like(severity, never)
        )
        physician = np.exp(state["physician"] + values["PGA_visit_log_SD"] * gauss[:, 1])
        seen = activity * physician
        new = (found & (state["items"] == 0) & _CLINICAL).any(axis=1) if visit.place else np.zeros(visit.size, np.bool_)
        now["items"] = found.astype(np.float64)
        if elapsed > 0:
            _harm(now, values, care, elapsed, flat)
        organs = found @ _ORGAN_POINTS
        return now, {
            "SLEDAI": sledai.score(found),
            "clinical_SLEDAI": sledai.clinical_score(found),
            "SLEDAI_items": sledai.pack(found),
            "BILAG": bilag.pack(grades),
            "BILAG_A": (grades == bilag.A).sum(axis=1).astype(np.float64),
            "BILAG_B": (grades == bilag.B).sum(axis=1).astype(np.float64),
            "PGA": np.asarray(3.0 * seen / (seen + values["PGA_half_activity"])),
            "major_organ": (found & _MAJOR).any(axis=1).astype(np.float64),
            "new_activity": new.astype(np.float64),
            "clinic_activity": activity,
            "proteinuria": protein,
            "eGFR": now["eGFR"],
            "renal": state["renal"],
            **serum,
            **struck,
            **{f"{organ}_activity": organs[:, place] for place, organ in enumerate(ORGAN_ITEMS)},
            "SDI": now["SDI"],
            **{f"SDI_{organ}": now[f"SDI_{organ}"] for organ in damage.ORGANS},
            "death": now["dead"],
            "prednisone_entry": state["came_with_prednisone"],
        }


LUPUS = LupusClinic()
"""The clinic of lupus."""


def _gauss(drawn: FloatArray) -> FloatArray:
    from scipy.special import ndtri

    return np.asarray(ndtri(drawn))


def _none(size: int) -> Findings:
    nothing = np.zeros(size)
    return {"mild_flare": nothing, "moderate_flare": nothing, "severe_flare": nothing}


def _flares(
    now: dict[str, FloatArray], visit: Visit, values: Values, care: Care, disease: FloatArray, flat: FloatArray
) -> Findings:
    """Return the flares since the visit before, and leave in `now` what they add to activity today."""
    elapsed = visit.day - visit.since
    seen = now.get("seen_activity", now["activity_entry"])
    stopped = flares.withdrawal(
        care["prednisone"],
        care["immunosuppressant"],
        (now["came_with_prednisone"], now["came_with_immunosuppressant"]),
        (values["prednisone_withdrawal_ratio"], values["immunosuppressant_withdrawal_ratio"]),
    )
    now["withdrawn"] = latent.approach(now["withdrawn"], np.log(stopped), elapsed, values["withdrawal_time"])
    # A drug held down disease: where little of it is left, little comes back.
    left_of_it = np.minimum(disease / visit.chunk.baseline("activity"), 1.0)
    prone = now["flare_prone"] * np.exp(now["withdrawn"] * left_of_it)
    half = values["flare_half_activity"]
    active = np.where(now.get("active_serology", np.zeros(visit.size)) > 0, values["flare_serology_ratio"], 1.0)
    usual = flares.hazard(values["flare_rate_8"], values["flare_slope"], seen, disease, half) * prone
    grave = flares.hazard(values["severe_flare_rate_8"], values["severe_flare_slope"], seen, disease, half)
    some = flares.happened(usual, elapsed, flat[:, 0])
    moderate = some * (flat[:, 1] < values["flare_moderate_share"])
    severe = flares.happened(grave * prone * active, elapsed, flat[:, 2])
    left, fresh = latent.decayed(elapsed, values["flare_duration"])
    rise = (
        (some - moderate) * values["flare_mild_rise"]
        + moderate * values["flare_moderate_rise"]
        + severe * values["flare_severe_rise"]
    )
    now["flare"] = now["flare"] * left + rise * fresh
    return {"mild_flare": some - moderate, "moderate_flare": moderate, "severe_flare": severe}


def _activity(
    now: dict[str, FloatArray], values: Values, care: Care, disease: FloatArray, elapsed: float, noise: FloatArray
) -> FloatArray:
    spread = values["fluctuation_log_SD"]
    # At entry the fluctuation is half as wide: who was enrolled was active on that day.
    started = "seen_activity" in now
    now["swing"] = (
        latent.fluctuate(now["swing"], -values["entry_selection"], spread, values["fluctuation_time"], elapsed, noise)
        if started
        else 0.5 * spread * noise
    )
    treated = (care["prednisone"] > 0) | (care["immunosuppressant"] > 0) | (care["hydroxychloroquine"] > 0)
    aim = np.where(treated, values["unspecific_response"], 0.0)
    now["eased"] = latent.approach(now["eased"], aim, elapsed, values["unspecific_response_time"])
    effects = (
        values["steroid_effect_most"],
        values["steroid_half_dose"],
        values["immunosuppressant_effect"],
        values["hydroxychloroquine_effect"],
    )
    drugs, before = (
        latent.drug_factor(taken["prednisone"], taken["immunosuppressant"], taken["hydroxychloroquine"], effects)
        for taken in (care, {name: now[f"came_with_{name}"] for name in CARE})
    )
    now["drugs"] = latent.approach(now["drugs"], drugs / before, elapsed, values["drug_effect_time"])
    latent_now = disease * (1.0 - now["eased"]) * np.exp(now["swing"]) * now["drugs"]
    return np.asarray(latent.shown(latent_now, values["SLEDAI_offset"]) + now["flare"])


def _kidney(now: dict[str, FloatArray], values: Values, care: Care, elapsed: float, noise: FloatArray) -> FloatArray:
    now["treated_kidney"] = latent.approach(
        now["treated_kidney"], care["immunosuppressant"], elapsed, now["renal_time"]
    )
    relative = now["seen_activity"] / now["activity_entry"] * (1.0 - now["renal_response"] * now["treated_kidney"])
    target = kidney.aim(now["proteinuria_entry"], now["scar"], relative)
    now["proteinuria"] = kidney.resolve(now["proteinuria"], target, elapsed, values["proteinuria_time"])
    now["eGFR"] = kidney.filtration(now["eGFR"], now["proteinuria"], elapsed, values["eGFR_loss"])
    return np.asarray(now["proteinuria"] * np.exp(values["proteinuria_reading_log_SD"] * noise))


def _serum(now: dict[str, FloatArray], visit: Visit, values: Values, gauss: FloatArray) -> dict[str, FloatArray]:
    consumed = 1.0 - visit.value("C3") / values["C3_healthy"]
    titre = serology.titre(now["titre"], visit.value("Ab_dsDNA"), values["anti_dsDNA_assay_log_SD"], gauss[:, 2])
    C3 = serology.complement(
        now["C3_own"], now["consumption"], consumed, values["C3_assay_log_SD"], gauss[:, 3]
    )  # fmt: skip
    now["active_serology"] = ((titre > 1.0) & (values["C3_low_limit"] > C3)).astype(np.float64)
    return {"anti_dsDNA": titre, "C3_reading": C3}


def _harm(now: dict[str, FloatArray], values: Values, care: Care, elapsed: float, flat: FloatArray) -> None:
    """Leave in `now` the damage and the deaths since the visit before."""
    spared = np.power(values["antimalarial_damage_ratio"], care["hydroxychloroquine"])
    seen = now["seen_activity"]
    rate = damage.rate(
        values["damage_rate"],
        now["prone"] * spared,
        care["prednisone"],
        values["damage_per_mg"],
        seen,
        values["damage_activity_share"],
    )
    chance = -np.expm1(-rate * elapsed)
    hit = flat[:, 3] < chance
    where = damage.organ(flat[:, 3] / chance, now["damage_shares"])
    now["SDI"] = now["SDI"] + hit
    for place, organ in enumerate(damage.ORGANS):
        now[f"SDI_{organ}"] = now[f"SDI_{organ}"] + (hit & (where == place))
    deaths = damage.mortality(values["death_rate"], now["SDI"], values["death_per_SDI"], seen, values["death_slope"])
    now["dead"] = np.maximum(now["dead"], flares.happened(deaths, elapsed, flat[:, 4]))
