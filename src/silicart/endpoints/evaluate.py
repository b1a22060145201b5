"""Reading the endpoints of a chunk into a table."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from silicart.endpoints.chunk import Chunk
from silicart.endpoints.endpoint import Endpoint

if TYPE_CHECKING:
    import pandas as pd


def evaluate_endpoints(chunk: Chunk, endpoints: Iterable[Endpoint]) -> pd.DataFrame:
    """Read the endpoints from a chunk's courses.

    Returns a data frame with one row a patient, in the order of the chunk: `patient`, `draw`, then one float column
    per endpoint, in its unit. NaN is a patient without a value, as the endpoint's definition says, or one whose
    simulation failed.

    Raises StudyError when a needed observable was not simulated, or a day is not covered.

    Examples
    --------
    >>> from silicart.endpoints.registry import select
    >>> days = np.array([0.0, 90.0, 180.0])
    >>> chunk = Chunk(days, {"IgG": np.array([[14.0, 7.0, 10.0]])}, np.array([17]), np.array([1]), seed=1)
    >>> evaluate_endpoints(chunk, select(["IgG_nadir", "IgG_change_6m"])).round(3).to_dict("records")
    [{'patient': 17, 'draw': 1, 'IgG_nadir': 7.0, 'IgG_change_6m': -0.286}]
    """
    import pandas as pd

    columns: dict[str, object] = {"patient": np.asarray(chunk.patients), "draw": np.asarray(chunk.draws)}
    # A failed course holds NaN from some day on; comparisons with NaN are quietly false, so it is masked, not read.
    with np.errstate(invalid="ignore"):
        for endpoint in endpoints:
            values = endpoint.compute(chunk)
            columns[endpoint.id] = values if chunk.good is None else np.where(chunk.good, values, np.nan)
    return pd.DataFrame(columns)
