"""Consensus grades (ASTCT 2019) of cytokine release and of neurotoxicity, from what is seen at the bedside.

Both are ordinal and the worst sign decides. Cytokine release starts with fever, which is no longer asked for once an
antipyretic, tocilizumab or a steroid has taken it away; hypotension and hypoxia then set the grade by what they need.
Neurotoxicity is graded by the ICE score, consciousness, seizures, motor weakness and oedema; tremor, myoclonus and
haemorrhage do not count. Grade 5 is death from it.
"""

from __future__ import annotations

from enum import IntEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray

from silicart.errors import StudyError

IntArray = NDArray[np.int64]

FEVER = 38.0
"""Degrees from which a temperature is a fever."""
LOW_FLOW = 6.0
"""Litres of oxygen a minute up to which a nasal cannula is low flow."""
ICE_LARGEST = 10


class Hypotension(IntEnum):
    """What the blood pressure needs, in rising gravity; vasopressin does not count as a second vasopressor."""

    NONE = 0
    NO_VASOPRESSOR = 1
    ONE_VASOPRESSOR = 2
    MULTIPLE_VASOPRESSORS = 3


class Hypoxia(IntEnum):
    """What breathing needs, in rising gravity: low flow is up to 6 L/min or blow-by; high flow is more, or a mask."""

    NONE = 0
    LOW_FLOW = 1
    HIGH_FLOW = 2
    POSITIVE_PRESSURE = 3


class Consciousness(IntEnum):
    """What wakes the patient."""

    SPONTANEOUS = 0
    VOICE = 1
    TOUCH = 2
    UNAROUSABLE = 3


class Seizure(IntEnum):
    """A seizure that resolves (clinical, or on the EEG with treatment), or one beyond 5 minutes or again and again."""

    NONE = 0
    RESOLVES = 1
    PROLONGED = 2


class Oedema(IntEnum):
    """Swelling of the brain on imaging: focal, or diffuse with signs of raised pressure. Haemorrhage is not it."""

    NONE = 0
    FOCAL = 1
    DIFFUSE = 2


def hypoxia_of(flow: ArrayLike, positive_pressure: ArrayLike = False, mask: ArrayLike = False) -> IntArray:
    """Return the class of `Hypoxia` of an oxygen flow in L/min; a mask counts as high flow.

    Examples
    --------
    >>> hypoxia_of([0.0, 6.0, 7.0]).tolist()
    [0, 1, 2]
    """
    litres = np.asarray(flow, dtype=np.float64)
    given = np.where(litres > LOW_FLOW, Hypoxia.HIGH_FLOW, np.where(litres > 0, Hypoxia.LOW_FLOW, Hypoxia.NONE))
    masked = np.where(np.asarray(mask, dtype=bool), np.maximum(given, Hypoxia.HIGH_FLOW), given)
    return np.where(np.asarray(positive_pressure, dtype=bool), Hypoxia.POSITIVE_PRESSURE, masked).astype(np.int64)


def crs_grade(
    temperature: ArrayLike,
    hypotension: ArrayLike = Hypotension.NONE,
    hypoxia: ArrayLike = Hypoxia.NONE,
    *,
    fever_treated: ArrayLike = False,
    died: ArrayLike = False,
) -> IntArray:
    """Return the grade of cytokine release, 0 (none) to 5.

    Parameters
    ----------
    temperature : degrees Celsius.
    hypotension, hypoxia : classes of `Hypotension` and `Hypoxia`, not due to another cause.
    fever_treated : a fever of this syndrome was there and got an antipyretic, tocilizumab or a steroid: it is no longer
        asked for.
    died : of it.

    All broadcast. Source: Lee 2019, in adapted tables. Raises StudyError for a class that does not exist.

    Examples
    --------
    >>> int(crs_grade(38.5, Hypotension.ONE_VASOPRESSOR, Hypoxia.LOW_FLOW))
    3
    >>> int(crs_grade(37.0, Hypotension.ONE_VASOPRESSOR)), int(crs_grade(37.0, 2, fever_treated=True))
    (0, 3)
    """
    pressure = _classes("hypotension", hypotension, Hypotension)
    oxygen = _classes("hypoxia", hypoxia, Hypoxia)
    fever = (np.asarray(temperature, dtype=np.float64) >= FEVER) | np.asarray(fever_treated, dtype=bool)
    # The classes are in step with the grades: none leaves grade 1, the next makes 2, and so on.
    worst = 1 + np.maximum(pressure, oxygen)
    return np.where(np.asarray(died, dtype=bool), 5, np.where(fever, worst, 0)).astype(np.int64)


def icans_grade(
    ice: ArrayLike,
    consciousness: ArrayLike = Consciousness.SPONTANEOUS,
    seizure: ArrayLike = Seizure.NONE,
    *,
    motor_weakness: ArrayLike = False,
    oedema: ArrayLike = Oedema.NONE,
    died: ArrayLike = False,
) -> IntArray:
    """Return the grade of neurotoxicity in adults, 0 (none) to 5.

    Parameters
    ----------
    ice : score of 0 to 10; 7 to 9 make grade 1, 3 to 6 grade 2, 0 to 2 grade 3. A 0 of a patient who cannot be woken is
        grade 4 by `consciousness`; of one who is awake (global aphasia) it stays 3.
    consciousness, seizure, oedema : classes; `motor_weakness` is hemiparesis or paraparesis.
    died : of it.

    All broadcast. Source: Lee 2019, in adapted tables. Raises StudyError for a score or class that does not exist.

    Examples
    --------
    >>> icans_grade([10, 8, 5, 0]).tolist(), int(icans_grade(0, Consciousness.UNAROUSABLE))
    ([0, 1, 2, 3], 4)
    """
    score = np.asarray(ice)
    if not np.all((score >= 0) & (score <= ICE_LARGEST) & (score == np.round(score))):
        raise StudyError(
            "not an ICE score", where="ICANS grade", found=np.asarray(ice).tolist(), expected="whole numbers, 0 to 10",
            remedy="count one point for each question answered and each task done",
        )  # fmt: skip
    by_score = np.select([score >= ICE_LARGEST, score >= 7, score >= 3], [0, 1, 2], 3)
    awake = _classes("consciousness", consciousness, Consciousness)
    # Anything but awakening by oneself is a sign: to voice 2, to touch 3, not at all 4.
    by_waking = np.where(awake > 0, awake + 1, 0)
    by_seizure = np.array([0, 3, 4])[_classes("seizure", seizure, Seizure)]
    by_oedema = np.array([0, 3, 4])[_classes("oedema", oedema, Oedema)]
    by_motor = np.where(np.asarray(motor_weakness, dtype=bool), 4, 0)
    worst = np.maximum.reduce(np.broadcast_arrays(by_score, by_waking, by_seizure, by_oedema, by_motor))
    return np.where(np.asarray(died, dtype=bool), 5, worst).astype(np.int64)


def _classes(name: str, values: ArrayLike, kind: type[IntEnum]) -> IntArray:
    numbers = np.asarray(values, dtype=np.float64)
    if not np.isin(numbers, [int(one) for one in kind]).all():
        raise StudyError(
            f"there is no such class of {name}",
            where="consensus grade",
            found=numbers.tolist(),
            expected=", ".join(f"{int(one)} ({one.name.lower().replace('_', ' ')})" for one in kind),
            remedy=f"use the members of {kind.__name__}",
        )
    return numbers.astype(np.int64)
