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
from pathlib import Path
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from silicart.claims.row import LedgerRow
    from silicart.errors import SilicartError
    from silicart.evidence import load_register, load_sources
    from silicart.population import draw_population, virtual_patients
    from silicart.product import (
        build_product,
        judge,
        load_limits,
        load_process,
        load_products,
        make_lot,
        with_settings,
    )
    from silicart.product.construct import load_construct
    from silicart.product.donors import predict_expression
    from silicart.product.making import summarise_process
    from silicart.simulation import (
        Area,
        Cohort,
        Maximum,
        Minimum,
        Model,
        PatientSource,
        Quantiles,
        Sensitivities,
        Summary,
        TimeAbove,
        TimeOfMaximum,
        TimeOfMinimum,
        Trajectories,
        baseline,
        load_model,
        load_peer,
        peer_names,
        read_model,
        reproduce,
        sensitivities,
        simulate,
        simulate_in_chunks,
        summarise,
    )
    from silicart.study import (
        Study,
        StudyExplanation,
        StudyResult,
        Validation,
        arm_patients,
        built_in_studies,
        load_study,
        open_result,
        sweep_process,
    )
    from silicart.therapy import build_regimen, event_table

_ROOMS = {
    "errors": ("SilicartError",),
    "evidence": ("load_register", "load_sources"),
    "simulation": (
        "Area",
        "Cohort",
        "Maximum",
        "Minimum",
        "Model",
        "PatientSource",
        "Quantiles",
        "Sensitivities",
        "Summary",
        "TimeAbove",
        "TimeOfMaximum",
        "TimeOfMinimum",
        "Trajectories",
        "baseline",
        "load_model",
        "load_peer",
        "peer_names",
        "read_model",
        "reproduce",
        "sensitivities",
        "simulate",
        "simulate_in_chunks",
        "summarise",
    ),
    "population": ("draw_population", "virtual_patients"),
    "product": (
        "build_product",
        "judge",
        "load_limits",
        "load_process",
        "load_products",
        "make_lot",
        "with_settings",
    ),
    "product.construct": ("load_construct",),
    "product.donors": ("predict_expression",),
    "product.making": ("summarise_process",),
    "therapy": ("build_regimen", "event_table"),
    "study": (
        "Study",
        "StudyResult",
        "Validation",
        "arm_patients",
        "built_in_studies",
        "load_study",
        "open_result",
        "sweep_process",
    ),
}
_HOME = {name: room for room, names in _ROOMS.items() for name in names}

__all__ = [
    "Area",
    "Cohort",
    "Maximum",
    "Minimum",
    "Model",
    "PatientSource",
    "Quantiles",
    "Sensitivities",
    "SilicartError",
    "Study",
    "StudyResult",
    "Summary",
    "TimeAbove",
    "TimeOfMaximum",
    "TimeOfMinimum",
    "Trajectories",
    "Validation",
    "__version__",
    "arm_patients",
    "baseline",
    "build_product",
    "build_regimen",
    "built_in_studies",
    "check",
    "draw_population",
    "event_table",
    "judge",
    "ledger",
    "load_construct",
    "load_limits",
    "load_model",
    "load_peer",
    "load_process",
    "load_products",
    "load_register",
    "load_sources",
    "load_study",
    "make_lot",
    "open_result",
    "peer_names",
    "predict_expression",
    "read_model",
    "reproduce",
    "run",
    "sensitivities",
    "simulate",
    "simulate_in_chunks",
    "summarise",
    "summarise_process",
    "sweep_process",
    "validate",
    "virtual_patients",
    "with_settings",
]


def run(study: Study | str | Path, **options: Any) -> StudyResult:
    """Run a study, by the name of a built-in, the path of a study file, or as loaded.

    Other arguments are those of `silicart.study.run_study`: patients, seed, out, progress, threads, overlay.

    Examples
    --------
    >>> result = run("sys6020-sle", patients=20)
    >>> len(result.endpoints["arm"].unique())
    6
    """
    from silicart.study import run_study

    return run_study(_loaded(study), **options)


def check(study: Study | str | Path, **options: Any) -> StudyExplanation:
    """Explain a study before it runs; raises StudyError where it is not valid.

    Other arguments are those of `silicart.study.check_study`: patients, seed.

    Examples
    --------
    >>> explained = check("sys6020-sle")
    """
    from silicart.study import check_study

    return check_study(_loaded(study), **options)


def validate(observations: str | Path | None = None, **options: Any) -> Validation:
    """Set the model beside observed trials: those that come with silicart, or a file of your own observations.

    Other arguments are those of `silicart.study.validate`: patients, progress, threads, only.

    Examples
    --------
    >>> validation = validate(patients=60, only=["lv_cd19_b_cell_return"])
    >>> validation.rows[0].prediction.inside
    True
    """
    from silicart.study import validate as validate_model

    return validate_model(observations, **options)


def ledger(study: Study | str | Path, **options: Any) -> tuple[LedgerRow, ...]:
    """Run a study and return the rows of its ledger of claims; arguments are those of `run`.

    The room `silicart.claims` has the name that the command has, so the function goes by what it returns.

    Examples
    --------
    >>> rows = ledger("sys6020-sle", patients=20)
    >>> sorted({row.verdict for row in rows})  # two draws decide nothing
    ['not computed', 'undecided']
    """
    return run(study, **options).ledger


def _loaded(study: Study | str | Path) -> Study:
    from silicart.study import load_study

    return load_study(study) if isinstance(study, str | Path) else study


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'silicart' has no attribute {name!r}")
    value = getattr(importlib.import_module(f"silicart.{_HOME[name]}"), name)
    # Kept, so that the next use is a plain look-up.
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
