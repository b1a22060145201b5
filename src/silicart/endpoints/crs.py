"""Cytokine release syndrome by grade, from simulated fever and fall of blood pressure.

Consensus grading is ordinal and starts from fever: fever of 38 degrees or more makes grade 1; hypotension without a
vasopressor makes it grade 2, with one grade 3. The model has a fever (degrees above normal) and a fall of mean
arterial pressure (mmHg); it has no oxygen need, vasopressor or death, so grades 3 to 5 are one class here. Which fall
stands for hypotension (20 mmHg) and which for the need of a vasopressor (35 mmHg) the register says, with the noise.

A course becomes a grade through noise that stands for what the model leaves out: when the fever is read, and what a
patient brings along (equation 44 of the model). Each grade is given twice: as a probability, the expectation over
that noise, for claims about a mean; and as one realised grade a patient, for bars and for trials.
"""

from __future__ import annotations

from functools import partial

import numpy as np
from numpy.typing import NDArray

from silicart.endpoints import crossings
from silicart.endpoints.chunk import Chunk
from silicart.endpoints.endpoint import Endpoint

FloatArray = NDArray[np.float64]

_FEVER = ("fever_threshold", "fever_noise_SD")
_PRESSURE = {2: "pressure_threshold_2", 3: "pressure_threshold_3"}
_PRESSURE_NOISE = "pressure_noise_SD"
_NEEDS = ("fever", "pressure_fall")
_SOURCE = ("Lee2019",)


def grade_probability(chunk: Chunk, at_least: int) -> FloatArray:
    """Return the probability of CRS of at least a grade (1, 2 or 3), as expectation over the noise of a reading."""
    from scipy.special import ndtr

    limit, noise = (chunk.parameter(id) for id in _FEVER)
    probability = ndtr((_highest(chunk, "fever") - limit) / noise)
    if at_least > 1:
        fall = _highest(chunk, "pressure_fall") - chunk.parameter(_PRESSURE[at_least])
        probability = probability * ndtr(fall / chunk.parameter(_PRESSURE_NOISE))
    return _only_after_infusion(chunk, probability)


def grade(chunk: Chunk) -> FloatArray:
    """Return one realised grade a patient: 0, 1, 2, or 3 for grade 3 and above."""
    limit, noise = (chunk.parameter(id) for id in _FEVER)
    fever = _highest(chunk, "fever") + noise * chunk.normal("CRS fever reading")
    fall = _highest(chunk, "pressure_fall") + chunk.parameter(_PRESSURE_NOISE) * chunk.normal("CRS pressure reading")
    severity = 1 + sum((fall >= chunk.parameter(id)).astype(np.int64) for id in _PRESSURE.values())
    return _only_after_infusion(chunk, np.where(fever >= limit, severity, 0))


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
            + (f" and the fall of mean arterial pressure {fall} mmHg." if fall else "."),
            partial(grade_probability, at_least=at_least),
            resolution="infusion",
            citations=_SOURCE,
            parameters=_FEVER if at_least == 1 else (*_FEVER, _PRESSURE[at_least], _PRESSURE_NOISE),
        )
        for at_least, words, fall in ((1, "1 or more", None), (2, "2 or more", 20), (3, "3 or more", 35))
    ),
    Endpoint(
        "crs_grade",
        "worst grade of CRS",
        "crs",
        "dimensionless",
        _NEEDS,
        "One realised grade: 1 with a fever reading of 38 degrees or more, then 2 with a fall of mean arterial "
        "pressure of 20 mmHg or more and 3 (which stands for 3 to 5) with 35.",
        grade,
        resolution="infusion",
        citations=_SOURCE,
        parameters=(*_FEVER, *_PRESSURE.values(), _PRESSURE_NOISE),
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
        _NEEDS[1:],
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
