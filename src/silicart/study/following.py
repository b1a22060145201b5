"""What figures follow from visit to visit: the shares of responders, scores and doses of everybody in an arm.

Endpoints read the chart on a few days. A figure wants every visit, and of these few quantities alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from silicart.endpoints.chunk import Chunk
from silicart.endpoints.quantities import find_quantity

FOLLOWED: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "sle": ("SRI4", "LLDAS", "DORIS", "SLEDAI", "prednisone", "SDI"),
        "mg": ("MG_ADL_change", "QMG_change", "MG_ADL_improved_2", "MG_minimal_symptoms", "MG_prednisone"),
    }
)
"""Disease -> ids of quantities that are read at every visit. In myeloma each patient's day of an event says more."""


def followed(disease: str) -> tuple[str, ...]:
    """Return the ids of the quantities that are followed in a disease.

    Examples
    --------
    >>> followed("mm")
    ()
    """
    return FOLLOWED.get(disease, ())


def at_visits(chunk: Chunk, disease: str) -> Mapping[str, NDArray[np.float32]]:
    """Return id -> (patients, visits) of what is followed; NaN in a patient whose simulation failed.

    Raises StudyError when the patients were not seen at visits.
    """
    days = chunk.charted().days
    read = {}
    with np.errstate(invalid="ignore"):
        for id in followed(disease):
            compute = find_quantity(id, disease).compute
            values = np.stack([compute(chunk, float(day)) for day in days], axis=1)
            if chunk.good is not None:
                values = np.where(chunk.good[:, np.newaxis], values, np.nan)
            read[id] = values.astype(np.float32)
    return read
