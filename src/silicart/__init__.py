"""silicart: the mRNA-LNP CAR-T therapy as an executable system, from LNP dose to virtual trial and ledger of claims.

Everything that the command line does can be done from here. Names are loaded when they are first used, so that
importing the package costs next to nothing.

Examples
--------
>>> import silicart as sc
>>> model = sc.load_model("sle")
>>> untreated = sc.simulate(model, times=[0.0, 365.0], observe=["activity"])
>>> untreated["activity"].round(3).tolist()
[[12.0, 12.0]]
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from silicart.errors import SilicartError
    from silicart.evidence import load_register, load_sources
    from silicart.population import draw_population
    from silicart.product import build_product, load_products
    from silicart.simulation import (
        Model,
        Trajectories,
        baseline,
        load_model,
        open_result,
        simulate,
        simulate_in_chunks,
    )
    from silicart.therapy import build_regimen, event_table

_ROOMS = {
    "errors": ("SilicartError",),
    "evidence": ("load_register", "load_sources"),
    "simulation": (
        "Model",
        "Trajectories",
        "baseline",
        "load_model",
        "open_result",
        "simulate",
        "simulate_in_chunks",
    ),
    "population": ("draw_population",),
    "product": ("build_product", "load_products"),
    "therapy": ("build_regimen", "event_table"),
}
_HOME = {name: room for room, names in _ROOMS.items() for name in names}

__all__ = [
    "Model",
    "SilicartError",
    "Trajectories",
    "__version__",
    "baseline",
    "build_product",
    "build_regimen",
    "draw_population",
    "event_table",
    "load_model",
    "load_products",
    "load_register",
    "load_sources",
    "open_result",
    "simulate",
    "simulate_in_chunks",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'silicart' has no attribute {name!r}")
    value = getattr(importlib.import_module(f"silicart.{_HOME[name]}"), name)
    # Kept, so that the next use is a plain look-up.
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
