"""What a simulator of the benchmark must be able to do, and where each is found."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from silicart.bench.problem import Problem

FloatArray = NDArray[np.float64]


class Runner(Protocol):
    """A simulator made ready for one problem.

    variants : ways to use it of which one may be faster on one problem and another on the next; the best is found
        before anything is timed. The first is ready at once, others may compile something at their first run.
    """

    @property
    def variants(self) -> tuple[str, ...]: ...

    def run(self, rtol: float, patients: int, variant: str) -> FloatArray:
        """Simulate the first `patients` of the table, return (patients, times, outputs); NaN where one failed."""


class Peer(Protocol):
    """One simulator."""

    def version(self) -> str:
        """Name the version and the method; raises ImportError where the simulator is not installed."""

    def prepare(self, problem: Problem) -> Runner:
        """Translate, compile and simulate one patient; what this takes is what counts as compile time."""


@dataclass(frozen=True)
class PeerEntry:
    """A simulator by the name of its module, its label in tables, and what to install to have it."""

    module: str
    label: str
    needs: str


PEERS: Mapping[str, PeerEntry] = {
    "silicart": PeerEntry("silicart_engine", "silicart", "silicart"),
    "pydiffsol": PeerEntry("pydiffsol_bdf", "pydiffsol", "pydiffsol"),
    "libroadrunner": PeerEntry("libroadrunner_cvode", "libRoadRunner", "libroadrunner"),
    "amici": PeerEntry("amici_cvodes", "AMICI", "amici, which needs a C++ compiler"),
    "copasi": PeerEntry("copasi_lsoda", "COPASI", "python-copasi"),
    "scipy": PeerEntry("scipy_lsoda", "SciPy LSODA", "numba"),
    "diffrax": PeerEntry("diffrax_kvaerno", "diffrax", "diffrax"),
}

REFERENCE = "reference"
"""The key under which `find_peer` finds the reference solver, which is prepared and run like a simulator."""


def find_peer(name: str) -> Peer:
    """Return a simulator by its key in `PEERS`.

    Examples
    --------
    >>> find_peer("silicart").version().split()[0]
    'silicart'
    """
    file = REFERENCE if name == REFERENCE else PEERS[name].module
    module = importlib.import_module(f"silicart.bench.peers.{file}")
    peer: Peer = module.PEER
    return peer
