"""Cytokine release syndrome by consensus grade, from simulated fever, fall of blood pressure and oxygen need.

The rules are exact (`safety.astct`); what has to be said is which course of the model stands for a sign. Fever is
degrees above 37. A fall of mean arterial pressure is hypotension from 20 mmHg, needs a vasopressor from 35 and several
from 50.
Oxygen need is a flow: low up to 6 L/min, high above, positive pressure above what a mask gives. The register holds
these limits. A fever that tocilizumab took away still counts, because the highest fever is read. Some who reach grade 4
die of it (grade 5).

A course becomes a grade through noise that stands for what the model leaves out: when signs are read, and what a
patient brings along (equation 44 of the model). Each grade is given twice: as a probability, the expectation over
that noise, for claims about a mean; and as one realised grade a patient, for bars and for trials.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from silicart.endpoints import crossings
from silicart.endpoints.chunk import Chunk
from silicart.endpoints.endpoint import Endpoint
from silicart.endpoints.safety.astct import FEVER, LOW_FLOW, Hypoxia, crs_grade

FloatArray = NDArray[np.float64]

_FEVER = ("fever_threshold", "fever_noise_SD")
_PRESSURE = {2: "pressure_threshold_2", 3: "pressure_threshold_3", 4: "pressure_threshold_4"}
_PRESSURE_NOISE = "pressure_noise_SD"
_OXYGEN = ("oxygen_low_flow", "oxygen_ventilation", "oxygen_noise_SD")
_DEATH = "CRS_death_share"
_NEEDS = ("fever", "pressure_fall", "oxygen_need")
_SOURCE = ("Lee2019",)
PARAMETERS = (*_FEVER, *_PRESSURE.values(), _PRESSURE_NOISE, *_OXYGEN, _DEATH)
"""Values of the register that a realised grade is computed with."""
_READINGS = ("CRS fever reading", "CRS pressure reading", "CRS oxygen reading")
_FATE = "CRS death"


@dataclass(frozen=True)
class Signs:
    """The highest fever (degrees), fall of pressure (mmHg) and oxygen need (L/min), each (patients,)."""

    fever: FloatArray
    pressure_fall: FloatArray
    oxygen: FloatArray


def signs(chunk: Chunk, day: float | None = None) -> Signs:
    """Return the highest of each sign from the first infusion to a day."""
    return Signs(*(chunk.window(id, 0.0, day)[1].max(axis=1) for id in _NEEDS))


def own_noise(chunk: Chunk) -> dict[str, FloatArray]:
    """Return the patients' own noise of each reading, and their fate at grade 4: name -> (patients,)."""
    return {name: chunk.normal(name) for name in _READINGS} | {_FATE: chunk.uniform(_FATE)}


def grade_of(chunk: Chunk, seen: Signs, noise: Mapping[str, FloatArray]) -> FloatArray:
    """Return (patients,) the consensus grade, 0 to 5, of signs read with a noise (`own_noise`)."""
    value = chunk.parameter
    fever = seen.fever + value("fever_noise_SD") * noise[_READINGS[0]]
    fall = seen.pressure_fall + value(_PRESSURE_NOISE) * noise[_READINGS[1]]
    oxygen = seen.oxygen + value("oxygen_noise_SD") * noise[_READINGS[2]]
    pressure = sum((fall >= value(id)).astype(np.int64) for id in _PRESSURE.values())
    limits = (value("oxygen_low_flow"), LOW_FLOW, value("oxygen_ventilation"))
    breathing = np.sum([oxygen > limit for limit in limits], axis=0).clip(Hypoxia.NONE, Hypoxia.POSITIVE_PRESSURE)
    # The register's own limit of fever decides, so that 38.0 degrees has one home.
    temperature = FEVER + fever - value("fever_threshold")
    grade = crs_grade(temperature, np.asarray(pressure), breathing)
    died = (grade == 4) & (noise[_FATE] < value(_DEATH))
    return crs_grade(temperature, np.asarray(pressure), breathing, died=died).astype(np.float64)


def grade_probability(chunk: Chunk, at_least: int, day: float | None = None) -> FloatArray:
    """Return the probability of CRS of at least a grade (1 to 4), as expectation over the noise of a reading."""
    from scipy.special import ndtr

    seen, value = signs(chunk, day), chunk.parameter
    probability = ndtr((seen.fever - value("fever_threshold")) / value("fever_noise_SD"))
    if at_least > 1:
        high = np.full(chunk.size, LOW_FLOW)
        oxygen_limit = {2: value("oxygen_low_flow"), 3: high, 4: value("oxygen_ventilation")}[at_least]
        spared = ndtr((value(_PRESSURE[at_least]) - seen.pressure_fall) / value(_PRESSURE_NOISE))
        spared = spared * ndtr((oxygen_limit - seen.oxygen) / value("oxygen_noise_SD"))
        probability = probability * (1.0 - spared)
    return _only_after_infusion(chunk, probability)


def grade(chunk: Chunk, day: float | None = None) -> FloatArray:
    """Return one realised grade a patient, 0 to 5, worst from the first infusion to a day."""
    return _only_after_infusion(chunk, grade_of(chunk, signs(chunk, day), own_noise(chunk)))


def onset_day(chunk: Chunk) -> FloatArray:
    """Return the first day with fever in the course itself, without noise; NaN where there is none."""
    return crossings.first_above(*chunk.window("fever"), chunk.parameter(_FEVER[0]))


def _highest(chunk: Chunk, course: str) -> FloatArray:
    return crossings.highest(*chunk.window(course))[0]


def _only_after_infusion(chunk: Chunk, values: NDArray[np.generic]) -> FloatArray:
    # The syndrome is defined as following an immune effector therapy: a fever in an arm without one is not it.
    return np.asarray(values, dtype=np.float64) if chunk.infusions else np.zeros(chunk.size)


CRS: tuple[Endpoint, ...] = (
    *(
        Endpoint(
            f"crs_probability_{at_least}",
            f"probability of CRS of grade {words}",
            "crs",
            "dimensionless",
            _NEEDS,
            "The probability, over the noise of a reading, that the highest fever reaches 38 degrees"
            + (f" and the fall of pressure reaches {fall} mmHg or oxygen need is {flow}." if fall else "."),
            partial(grade_probability, at_least=at_least),
            resolution="infusion",
            citations=_SOURCE,
            parameters=_FEVER if at_least == 1 else (*_FEVER, _PRESSURE[at_least], _PRESSURE_NOISE, *_OXYGEN),
        )
        for at_least, words, fall, flow in (
            (1, "1 or more", None, None),
            (2, "2 or more", 20, "any"),
            (3, "3 or more", 35, "above 6 L/min"),
        )
    ),
    Endpoint(
        "crs_grade",
        "worst grade of CRS",
        "crs",
        "dimensionless",
        _NEEDS,
        "One realised grade of the consensus rules, 0 to 5, from highest fever, fall of pressure and oxygen need, each "
        "read with noise, and from death among those of grade 4.",
        grade,
        resolution="infusion",
        citations=_SOURCE,
        parameters=PARAMETERS,
    ),
    Endpoint(
        "crs_onset_day",
        "day of onset of fever",
        "crs",
        "day",
        _NEEDS[:1],
        "The first day with a fever above 38 degrees in the course itself; no value without one.",
        onset_day,
        resolution="infusion",
        citations=_SOURCE,
        parameters=_FEVER[:1],
    ),
    Endpoint(
        "fever_peak",
        "highest fever above normal",
        "crs",
        "degree",
        _NEEDS[:1],
        "The highest temperature above a normal 37 degrees from the first infusion on.",
        partial(_highest, course="fever"),
        resolution="infusion",
    ),
    Endpoint(
        "pressure_fall_peak",
        "largest fall of mean arterial pressure",
        "crs",
        "mmHg",
        _NEEDS[1:2],
        "The largest fall of mean arterial pressure from the first infusion on.",
        partial(_highest, course="pressure_fall"),
        resolution="infusion",
    ),
    Endpoint(
        "IL6_peak",
        "highest interleukin-6",
        "crs",
        "pg_per_mL",
        ("IL6",),
        "The highest concentration of interleukin-6 from the first infusion on.",
        partial(_highest, course="IL6"),
        resolution="infusion",
    ),
)
