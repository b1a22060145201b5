"""Depletion and return: B cells of the blood by subset, the autoreactive clone, plasma cells, soluble BCMA.

All are relative to the patient's own counts before treatment. Trials report "no B cells" below the detection limit
of their flow cytometry, often around 1 to 10 % of a normal count, and the day of return depends on that limit;
hence two thresholds, 10 % and 5 %.
"""

from __future__ import annotations

from functools import partial

import numpy as np
from numpy.typing import NDArray

from silicart.endpoints import crossings
from silicart.endpoints.chunk import Chunk
from silicart.endpoints.endpoint import Endpoint

FloatArray = NDArray[np.float64]

DEPLETED, DEEPLY_DEPLETED = 0.10, 0.05

_SUBSETS = (
    ("B", "B_blood_relative", "B cells of the blood"),
    ("B_naive", "B_naive_relative", "naive B cells of the blood"),
    ("B_memory", "B_memory_relative", "memory B cells of the blood"),
)
_LOWEST = (
    *_SUBSETS,
    ("B_auto", "B_auto_relative", "autoreactive B cells"),
    ("plasma_short", "plasma_short_relative", "short-lived plasma cells"),
    ("plasma_long", "plasma_long_relative", "long-lived plasma cells"),
    ("plasma_long_normal", "plasma_long_normal_relative", "normal long-lived plasma cells"),
    ("plasma_long_auto", "plasma_long_auto_relative", "autoreactive long-lived plasma cells"),
    ("sBCMA", "sBCMA_relative", "soluble BCMA"),
)
_LATER = (
    ("B_auto", "B_auto_relative", "autoreactive B cells", "1y", "year 1", 365.0),
    ("B_auto", "B_auto_relative", "autoreactive B cells", "2y", "year 2", 730.0),
    ("plasma_long", "plasma_long_relative", "long-lived plasma cells", "1y", "year 1", 365.0),
    ("plasma_long", "plasma_long_relative", "long-lived plasma cells", "2y", "year 2", 730.0),
    ("sBCMA", "sBCMA_relative", "soluble BCMA", "3m", "month 3", 90.0),
)


def days_below(chunk: Chunk, observable: str, share: float) -> FloatArray:
    """Return the days from the first infusion on with an observable below a share of its baseline."""
    return crossings.time_below(*chunk.window(observable), share)


def ever_below(chunk: Chunk, observable: str, share: float, last: float | None = None) -> FloatArray:
    """Return 1 where an observable is below a share of its baseline at some time until `last`, else 0."""
    _, values = chunk.window(observable, 0.0, last)
    return np.asarray((values < share).any(axis=1), dtype=np.float64)


def depletion_day(chunk: Chunk, observable: str, share: float) -> FloatArray:
    """Return the first day below a share of the baseline; NaN where there is none."""
    return crossings.first_below(*chunk.window(observable), share)


def return_day(chunk: Chunk, observable: str, share: float) -> FloatArray:
    """Return the day of the last return to a share of the baseline; NaN without depletion or without return."""
    return crossings.last_return(*chunk.window(observable), share)


def lowest(chunk: Chunk, observable: str) -> FloatArray:
    """Return the lowest relative value from the first infusion on."""
    return crossings.lowest(*chunk.window(observable))[0]


def value_on(chunk: Chunk, observable: str, day: float) -> FloatArray:
    """Return the relative value on a day."""
    return chunk.at(observable, day)


def _percent(share: float) -> str:
    return f"{100 * share:g} %"


CELLS: tuple[Endpoint, ...] = (
    *(
        Endpoint(
            f"{id}_days_below_{100 * share:g}",
            f"days with {label} below {_percent(share)}",
            "cells",
            "day",
            (observable,),
            f"The number of days from the first infusion on with {label} below {_percent(share)} of the patient's own "
            "before treatment.",
            partial(days_below, observable=observable, share=share),
            resolution="course",
        )
        for id, observable, label in _SUBSETS
        for share in (DEPLETED, DEEPLY_DEPLETED)
    ),
    *(
        Endpoint(
            f"{id}_depleted",
            f"{label} ever below {_percent(DEPLETED)}",
            "cells",
            "dimensionless",
            (observable,),
            f"{label[0].upper()}{label[1:]} below {_percent(DEPLETED)} of the patient's own before treatment at some "
            "time from the first infusion on.",
            partial(ever_below, observable=observable, share=DEPLETED),
            resolution="course",
        )
        for id, observable, label in _SUBSETS
    ),
    Endpoint(
        "B_deeply_depleted_1m",
        f"B cells of the blood below {_percent(DEEPLY_DEPLETED)} within a month",
        "cells",
        "dimensionless",
        ("B_blood_relative",),
        f"B cells of the blood below {_percent(DEEPLY_DEPLETED)} of the patient's own before treatment at some time "
        "up to day 30.",
        partial(ever_below, observable="B_blood_relative", share=DEEPLY_DEPLETED, last=30.0),
        (30.0,),
        "course",
    ),
    Endpoint(
        "B_depletion_day",
        f"first day with B cells of the blood below {_percent(DEPLETED)}",
        "cells",
        "day",
        ("B_blood_relative",),
        f"The first day with B cells of the blood below {_percent(DEPLETED)} of the patient's own before treatment; "
        "no value where that is never reached.",
        partial(depletion_day, observable="B_blood_relative", share=DEPLETED),
        resolution="course",
    ),
    *(
        Endpoint(
            f"{id}_return_day{'' if share == DEPLETED else '_5'}",
            f"day of return of {label} to {_percent(share)}",
            "cells",
            "day",
            (observable,),
            f"The day on which {label} last rise back to {_percent(share)} of the patient's own before treatment; no "
            "value where they are never below it, or still below it at the end.",
            partial(return_day, observable=observable, share=share),
            resolution="course",
        )
        for id, observable, label in _SUBSETS
        for share in (DEPLETED, DEEPLY_DEPLETED)
    ),
    *(
        Endpoint(
            f"{id}_nadir",
            f"lowest {label}, share of baseline",
            "cells",
            "dimensionless",
            (observable,),
            f"The lowest {label} from the first infusion on, relative to the patient's own before treatment.",
            partial(lowest, observable=observable),
            resolution="course",
        )
        for id, observable, label in _LOWEST
    ),
    *(
        Endpoint(
            f"{id}_{ending}",
            f"{label} at {words}, share of baseline",
            "cells",
            "dimensionless",
            (observable,),
            f"{label[0].upper()}{label[1:]} on day {day:g}, relative to the patient's own before treatment.",
            partial(value_on, observable=observable, day=day),
            (day,),
        )
        for id, observable, label, ending, words, day in _LATER
    ),
)
