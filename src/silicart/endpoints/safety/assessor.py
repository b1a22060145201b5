"""Side effects as a ward and a clinic write them down at every visit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from silicart.endpoints import crossings, crs
from silicart.endpoints.chunk import Chunk
from silicart.endpoints.safety import icans, infection
from silicart.endpoints.visit import Care, Findings, State, Visit
from silicart.population.keys import uniforms

FloatArray = NDArray[np.float64]

NEUTROPENIA = (2.0, 1.5, 1.0, 0.5)
"""CTCAE: neutrophils in 1e9/L below which neutropenia is grade 1 (lower limit of normal), 2, 3 and 4."""
DEPLETED = 0.05
"""Share of untreated B cells in blood below which a patient has none (B-cell aplasia)."""
_CHEMO_SEEN = 1e-3
DRUG_SEEN = {"tocilizumab_level": 0.25, "dexamethasone_level": 0.25}
"""Level of a rescue drug, as a share of a full dose, from which the chart says that it was given."""
_PURPOSES = ("infection number", "infection severity", "infection death", "infusion reaction")
_COURSES = ("fever", "pressure_fall", "oxygen_need", "endothelium")


@dataclass(frozen=True)
class Safety:
    """Cytokine release, neurotoxicity, cytopenia, immunoglobulin, infusion reactions and infections.

    Findings at each visit: `CRS_grade`, `ICANS_grade` (worst so far); since the visit before: `neutropenia_grade`
    (worst), `infusion_reactions`, `infections`, `infections_severe` (grade 3 and more), `infection_death`,
    `tocilizumab_given`, `dexamethasone_given`; on the day: `IgG`, `IgG_low`, `B_aplasia`.

    Examples
    --------
    >>> SAFETY.id, "neutrophils" in SAFETY.needs
    ('safety', True)
    """

    id: str = "safety"

    @property
    def needs(self) -> tuple[str, ...]:
        """States and observables that it reads."""
        drugs = ("tocilizumab_level", "dexamethasone_level")
        return (*_COURSES, *drugs, "neutrophils", "IgG", "B_blood_relative", "chemo", "LNP")

    def enter(self, chunk: Chunk, care: Care) -> tuple[State, Care]:
        """Return nothing seen yet, and the patients' own noise of a reading, which stays theirs."""
        state = {f"worst {id}": np.zeros(chunk.size) for id in _COURSES}
        state["lymphodepleted"] = np.full(chunk.size, np.nan)
        return state | crs.own_noise(chunk) | {icans.SUSCEPTIBILITY: chunk.normal(icans.SUSCEPTIBILITY)}, {}

    def see(self, state: State, visit: Visit, care: Care, findings: Findings) -> tuple[State, Findings]:
        """Return the new memory and the findings of the visit."""
        chunk, kept = visit.chunk, dict(state)
        if visit.day > 0:
            for id in _COURSES:
                kept[f"worst {id}"] = np.maximum(kept[f"worst {id}"], visit.highest(id))
        grades = {"CRS_grade": np.zeros(visit.size), "ICANS_grade": np.zeros(visit.size)}
        if chunk.infusions and visit.day > 0:
            signs = crs.Signs(*(kept[f"worst {id}"] for id in ("fever", "pressure_fall", "oxygen_need")))
            grades["CRS_grade"] = crs.grade_of(chunk, signs, kept)
            grades["ICANS_grade"] = icans.grade_of(chunk, kept["worst endothelium"], kept[icans.SUSCEPTIBILITY])
        kept["lymphodepleted"] = _last_chemotherapy(visit, kept["lymphodepleted"])
        lowest = visit.lowest("neutrophils")
        random = uniforms(chunk.seed, chunk.draws, chunk.patients, _PURPOSES, visit.occasion)
        IgG = visit.value("IgG")
        flags = {
            "IgG": IgG,
            "IgG_low": (IgG < chunk.parameter("IgG_infection_limit")).astype(np.float64),
            "B_aplasia": (visit.value("B_blood_relative") < DEPLETED).astype(np.float64),
            "neutropenia_grade": np.sum([lowest < limit for limit in NEUTROPENIA], axis=0).astype(np.float64),
            "tocilizumab_given": (visit.highest("tocilizumab_level") > DRUG_SEEN["tocilizumab_level"]).astype(
                np.float64
            ),
            "dexamethasone_given": (visit.highest("dexamethasone_level") > DRUG_SEEN["dexamethasone_level"]).astype(
                np.float64
            ),
            "infusion_reactions": _reactions(visit, random[:, 3]),
        }
        return kept, grades | flags | _infections(visit, care, flags, kept["lymphodepleted"], random)


SAFETY = Safety()
"""The assessor of side effects, the same in every disease."""


def _last_chemotherapy(visit: Visit, before: FloatArray) -> FloatArray:
    days, course = visit.course("chemo")
    return np.where(course.max(axis=1) > _CHEMO_SEEN, days[course.argmax(axis=1)], before)


def _reactions(visit: Visit, uniform: FloatArray) -> FloatArray:
    """Each infusion since the visit before has the same probability; one number decides on how many had a reaction."""
    number = sum(visit.since <= day < visit.day for day in visit.chunk.infusions)
    if not number:
        return np.zeros(visit.size)
    particles = visit.highest("LNP")
    chance = np.where(
        particles > 0,
        -np.expm1(-visit.parameter("infusion_reaction_LNP") * particles),
        visit.parameter("infusion_reaction_cells"),
    )
    return np.minimum(infection.counts(number * -np.log1p(-chance), uniform), number)


def _infections(
    visit: Visit, care: Care, flags: Findings, lymphodepleted: FloatArray, random: FloatArray
) -> dict[str, FloatArray]:
    none = np.zeros(visit.size)
    length = visit.day - visit.since
    if length <= 0:
        return {"infections": none, "infections_severe": none, "infection_death": none}
    since, day = visit.since - lymphodepleted, visit.day - lymphodepleted
    overlap = [
        np.nan_to_num(np.clip(np.minimum(day, last) - np.maximum(since, first), 0.0, None))
        for first, last in ((0.0, infection.EARLY_DAYS), (infection.EARLY_DAYS, infection.LATE_DAYS))
    ]
    risks = infection.Risks(
        prednisone=care.get("prednisone", none),
        dexamethasone=visit.mean("dexamethasone_level"),
        IgG_low=flags["IgG_low"],
        aplasia=flags["B_aplasia"],
        neutropenic=_days_without_neutrophils(visit, flags["neutropenia_grade"]),
        early=overlap[0],
        late=overlap[1],
        days=length,
    )
    disease, treatment = infection.expected(visit.chunk, risks)
    number = infection.counts(disease + treatment, random[:, 0])
    share, fatal = infection.shares(visit.chunk, disease, treatment)
    # One number for all infections of the interval: at least one is severe with the right probability.
    severe = np.minimum(infection.counts(-number * np.log1p(-share), random[:, 1]), number)
    died = random[:, 2] < -np.expm1(severe * np.log1p(-fatal))
    return {"infections": number, "infections_severe": severe, "infection_death": died.astype(np.float64)}


def _days_without_neutrophils(visit: Visit, grade: FloatArray) -> FloatArray:
    """Days below the limit of grade 4, looked for only in those who were below it at all."""
    days = np.zeros(visit.size)
    rows = np.flatnonzero(grade >= len(NEUTROPENIA))
    if len(rows):
        times, course = visit.course("neutrophils")
        days[rows] = crossings.time_below(times, course[rows], NEUTROPENIA[3])
    return days
