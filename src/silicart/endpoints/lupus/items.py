"""From activity to items: each patient has an activity above which an item shows, and keeps it.

The log of that threshold is normal among patients, so that the share of patients who have an item at 12 points is the
item's parameter and the spread says how the share changes with activity. Organs swing from visit to visit, all items of
an organ together. As thresholds are on the log of activity, a patient without activity has no clinical item.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from silicart.endpoints.lupus.bilag import DOMAINS
from silicart.endpoints.lupus.sledai import ITEMS, SEROLOGY

FloatArray = NDArray[np.float64]
Values = Mapping[str, FloatArray]

REFERENCE = 12.0
"""Activity, in points, at which the shares of patients with an item are stated."""

LEAST = 1e-6
"""Activity whose log is taken in place of that of nothing."""

FROM_ACTIVITY: tuple[str, ...] = tuple(item for item in ITEMS if item not in (*SEROLOGY, "proteinuria"))
"""Items that follow activity; proteinuria follows the kidney, and serology the laboratory."""

COLUMNS = np.array([ITEMS.index(item) for item in FROM_ACTIVITY])

SHARES: tuple[str, ...] = tuple(f"{item}_at_12" for item in FROM_ACTIVITY)
"""Parameters: the share of patients with the item at 12 points."""

THRESHOLD_PURPOSES: tuple[str, ...] = tuple(f"lupus threshold {item}" for item in FROM_ACTIVITY)
VISIT_PURPOSES: tuple[str, ...] = tuple(f"lupus visit {domain}" for domain in DOMAINS)

_DOMAIN_OF = np.array(
    [next(place for place, names in enumerate(DOMAINS.values()) if item in names) for item in FROM_ACTIVITY]
)
_MEMBERS = tuple(np.flatnonzero(place == _DOMAIN_OF) for place in range(len(DOMAINS)))
RENAL = tuple(DOMAINS).index("renal")


def thresholds(values: Values, normals: FloatArray) -> FloatArray:
    """Return (patients, items) the log of activity above which each patient shows each item.

    normals : (patients, items) of `THRESHOLD_PURPOSES`.
    """
    from scipy.special import ndtri

    shares = np.stack([values[name] for name in SHARES], axis=1)
    return np.asarray(np.log(REFERENCE) + values["item_log_SD"][:, np.newaxis] * (normals - ndtri(shares)))


def margins(activity: FloatArray, threshold: FloatArray, swing: FloatArray) -> FloatArray:
    """Return (patients, items) log of activity over the threshold; above 0 the item is there.

    swing : (patients, domains) of this visit, on the log of activity.
    """
    return np.asarray(np.log(np.maximum(activity, LEAST))[:, np.newaxis] + swing[:, _DOMAIN_OF] - threshold)


def worst(margin: FloatArray, proteinuria: FloatArray, limit: float) -> FloatArray:
    """Return (patients, domains) the margin of the worst item of each domain, proteinuria (g/d) included."""
    severity = np.stack([margin[:, members].max(axis=1) for members in _MEMBERS], axis=1)
    severity[:, RENAL] = np.maximum(severity[:, RENAL], np.log(np.maximum(proteinuria, LEAST) / limit))
    return severity


def score_items(
    margin: FloatArray, proteinuria: NDArray[np.bool_], complement: NDArray[np.bool_], binding: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Return (patients, 24) the items of SLEDAI-2K."""
    found = np.zeros((len(margin), len(ITEMS)), dtype=np.bool_)
    found[:, COLUMNS] = margin > 0.0
    found[:, ITEMS.index("proteinuria")] = proteinuria
    found[:, ITEMS.index(SEROLOGY[0])] = complement
    found[:, ITEMS.index(SEROLOGY[1])] = binding
    return found
