"""What patients take when they come, and what a CAR-T protocol leaves of it.

The published protocols of CAR-T in lupus stop immunosuppressants before the infusion and bring prednisone down to at
most 10 mg a day; afterwards patients take nothing unless they relapse.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
Values = Mapping[str, FloatArray]

STEP = 2.5
"""mg: prednisone is taken in halves of a 5 mg tablet."""

MOST = 40.0
"""mg of prednisone a day that trials admit."""

PURPOSES = ("lupus prednisone taken", "lupus immunosuppressant", "lupus hydroxychloroquine", "lupus prednisone dose")


def drugs(values: Values, uniforms: FloatArray) -> dict[str, FloatArray]:
    """Return care at entry, before any protocol changes it; `uniforms` is (patients, 4) of `PURPOSES`."""
    from scipy.special import ndtri

    dose = values["prednisone_entry"] * np.exp(values["prednisone_entry_log_SD"] * ndtri(uniforms[:, 3]))
    rounded = np.clip(STEP * np.round(dose / STEP), STEP, MOST)
    return {
        "prednisone": np.where(uniforms[:, 0] < values["prednisone_share"], rounded, 0.0),
        "immunosuppressant": (uniforms[:, 1] < values["immunosuppressant_share"]).astype(np.float64),
        "hydroxychloroquine": (uniforms[:, 2] < values["hydroxychloroquine_share"]).astype(np.float64),
    }


def before_infusion(care: Mapping[str, FloatArray], limit: FloatArray) -> dict[str, FloatArray]:
    """Return what a CAR-T protocol leaves: prednisone up to a limit, and no other drug of standard care.

    Examples
    --------
    >>> left = before_infusion({"prednisone": np.array([20.0]), "immunosuppressant": np.ones(1)}, np.array([10.0]))
    >>> {name: float(value[0]) for name, value in left.items()}
    {'prednisone': 10.0, 'immunosuppressant': 0.0}
    """
    left = {name: np.zeros_like(value) for name, value in care.items()}
    left["prednisone"] = np.minimum(care["prednisone"], limit)
    return left
