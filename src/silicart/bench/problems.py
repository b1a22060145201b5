"""The problems of the benchmark by name: silicart's lupus model, the engine's 34-state model, and a published one."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from importlib import resources
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from silicart.bench.problem import NO_DOSES, Doses, Problem, build_problem
from silicart.errors import StudyError, nearest
from silicart.network.plain_sbml import newest_sbml, sbml_of_antimony
from silicart.network.sbml import network_from_sbml

FloatArray = NDArray[np.float64]

SEED = 6020
SPREAD = 0.15
"""Standard deviation of the logarithm of each varied parameter where no population says how patients differ."""

# Output times are whole days (every second day of two years); doses fall between them.
DAYS = np.arange(366) * 2.0
FEW_DAYS = np.linspace(0.0, 728.0, 25).round()
DOSE_DAYS = np.array([7.5, 14.5, 21.5, 28.5, 35.5, 42.5])


class ProblemAbsent(Exception):
    """A problem cannot be set here; the text says why."""


def problem_names() -> tuple[str, ...]:
    """Return the names of all problems, in the order of the report.

    Examples
    --------
    >>> problem_names()
    ('lupus34', 'lupus34-few', 'sle', 'sle-few', 'published')
    """
    return tuple(_BUILDERS)


def load_problem(name: str, patients: int) -> Problem:
    """Return a problem with a table of `patients`; the first n of a longer table are the same patients.

    Raises
    ------
    ProblemAbsent : the files of a published problem are not here.
    StudyError : an unknown name.
    """
    if name not in _BUILDERS:
        near = nearest(name, _BUILDERS)
        raise StudyError(
            "unknown benchmark problem",
            found=name,
            expected="one of " + ", ".join(_BUILDERS),
            remedy=f"did you mean {near}?" if near else "check the name",
        )
    return _BUILDERS[name](patients)


def _lupus34(patients: int) -> Problem:
    doses = Doses(DOSE_DAYS, {"T_blood": np.full(patients, 50.0), "mRNA": np.full(patients, 50.0)})
    title = "34 states, 77 reactions, six doses, two years; all states at 366 times"
    return build_problem("lupus34", title, _lupus34_sbml(), _lupus34_varied(patients), DAYS, doses)


def _lupus34_few(patients: int) -> Problem:
    title = "34 states, no doses, two years; 3 states at 25 times"
    outputs = ("IgG_blood", "antibody", "activity")
    return build_problem("lupus34-few", title, _lupus34_sbml(), _lupus34_varied(patients), FEW_DAYS, NO_DOSES, outputs)


def _lupus34_sbml() -> str:
    text = resources.files("silicart.bench").joinpath("models/lupus_34.ant").read_text(encoding="utf-8")
    return sbml_of_antimony(text, "lupus_34.ant")


def _lupus34_varied(patients: int) -> Mapping[str, FloatArray]:
    from silicart.network import read_antimony_text

    text = resources.files("silicart.bench").joinpath("models/lupus_34.ant").read_text(encoding="utf-8")
    network = read_antimony_text(text, "lupus_34.ant")
    # All but the floor that only keeps a quotient finite.
    typical = {entry.id: entry.value for entry in network.parameters if entry.value is not None}
    typical.pop("T_floor")
    return _spread(typical, patients)


def _sle(patients: int) -> Problem:
    title = "the lupus model of silicart, six doses, two years; all states at 366 times"
    return _sle_problem("sle", title, patients)


def _sle_few(patients: int) -> Problem:
    title = "the lupus model of silicart, six doses, two years; 3 states at 25 times"
    return replace(
        _sle_problem("sle-few", title, patients), times=FEW_DAYS, outputs=("B_naive_blood", "IgG", "activity")
    )


def _sle_problem(name: str, title: str, patients: int) -> Problem:
    from silicart.evidence import load_register
    from silicart.population import draw_population
    from silicart.product import build_product, load_products
    from silicart.simulation import load_model

    model = load_model("sle")
    population = draw_population(load_register(), model, patients, seed=SEED)
    product = build_product(load_products()["mrna_lnp_bcma"], population.parameters)
    cells = 5.25e7 * population.parameters["body_weight"]
    amounts = {state: cells * np.asarray(share) for state, share in product.spread.items()}
    varied = population.settings(model) | {
        id: np.broadcast_to(np.asarray(value, dtype=np.float64), (patients,))
        for id, value in product.parameters.items()
    }
    if model.text is None:
        raise AssertionError("a built-in model has a text")
    return build_problem(name, title, sbml_of_antimony(model.text, "sle"), varied, DAYS, Doses(DOSE_DAYS, amounts))


PUBLISHED = "external/petab_benchmark/Laske_PLOSComputBiol2019/model_Laske_PLOSComputBiol2019.xml"
"""Of the published models at hand the one with the widest span of rates (1e9) and of sizes of states (1e20)."""


def _published(patients: int) -> Problem:
    text = newest_sbml(verification_file(PUBLISHED))
    network = network_from_sbml(text)
    computed = {entry.variable for entry in network.initial_assignments + network.assignment_rules}
    typical = {entry.id: entry.value for entry in network.parameters if entry.id not in computed and entry.value}
    title = (
        "influenza virus in a cell (Laske and others, 2019), badly scaled, no doses, 24 hours; all states at 121 times"
    )
    times = np.linspace(0.0, 24.0, 121)
    return build_problem("published", title, text, _spread(typical, patients), times)


def verification_file(path: str) -> str:
    """Return a text of the verification cases, which are kept outside the project.

    Raises
    ------
    ProblemAbsent : the cases are not here.
    """
    root = Path(os.environ.get("SILICART_VERIFICATION", "../shared/verification"))
    try:
        return (root / path).read_text(encoding="utf-8")
    except OSError:
        raise ProblemAbsent(
            f"{path} is not there; SILICART_VERIFICATION names the folder of verification cases"
        ) from None


def _spread(typical: Mapping[str, float | None], patients: int) -> dict[str, FloatArray]:
    """Each value times a log-normal factor, drawn patient by patient: a longer table begins with the same patients."""
    values = {id: value for id, value in typical.items() if value is not None}
    factors = np.array([np.random.default_rng([SEED, row]).normal(size=len(values)) for row in range(patients)])
    return {id: value * np.exp(SPREAD * factors[:, place]) for place, (id, value) in enumerate(values.items())}


_BUILDERS: Mapping[str, Callable[[int], Problem]] = {
    "lupus34": _lupus34,
    "lupus34-few": _lupus34_few,
    "sle": _sle,
    "sle-few": _sle_few,
    "published": _published,
}
