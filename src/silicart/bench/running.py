"""A whole benchmark: problems one after the other, simulators in processes of their own."""

from __future__ import annotations

import os
import platform
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from silicart.bench.measuring import Effort, Says, absent, measure
from silicart.bench.peers.protocol import PEERS
from silicart.bench.problem import Problem
from silicart.bench.problems import ProblemAbsent, load_problem, problem_names
from silicart.bench.results import ProblemResult, Report
from silicart.bench.worker import Ready, Worker, WorkerFailed
from silicart.errors import SilicartError, StudyError, nearest


def run_benchmark(
    problems: Sequence[str] | None = None,
    peers: Sequence[str] | None = None,
    effort: Effort | None = None,
    say: Says = lambda text: None,
    keep: Callable[[Report], None] = lambda report: None,
) -> Report:
    """Measure simulators on problems; what is not installed or does not work is named in the report with its reason.

    Parameters
    ----------
    problems, peers : names; all when absent. silicart takes part in any case, since all are compared with it.
    say : called with what is being done.
    keep : called with the report so far after each problem, so that an interrupted run leaves something.

    Raises
    ------
    StudyError : an unknown name.
    """
    effort = effort or Effort()
    chosen = _checked(problems, problem_names(), "problem")
    simulators = _checked(peers, tuple(PEERS), "simulator")
    if "silicart" not in simulators:
        simulators = ("silicart", *simulators)
    results = []
    refused: dict[tuple[str, str], str] = {}
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        for name in chosen:
            results.append(_one(name, simulators, effort, Path(folder), refused, say))
            report = Report(_machine(), asdict(effort), tuple(results))
            keep(report)
    return report


class SparingWorker(Worker):
    """A worker that does not try again, for minutes, what could not be compiled in a problem of the same model."""

    def __init__(self, peer: str, *, cache: Path, refused: dict[tuple[str, str], str]) -> None:
        super().__init__(peer, cache=cache)
        self._refused = refused

    def prepare(self, problem: Problem, limit: float) -> Ready:
        """Make the simulator ready, or say at once why that failed before."""
        key = (self.peer, problem.sbml)
        if key in self._refused:
            raise WorkerFailed(self._refused[key])
        try:
            return super().prepare(problem, limit)
        except WorkerFailed as failure:
            self._refused[key] = str(failure)
            raise


def _one(
    name: str,
    peers: Sequence[str],
    effort: Effort,
    folder: Path,
    refused: dict[tuple[str, str], str],
    say: Says,
) -> ProblemResult:
    say(f"{name}: patients")
    try:
        problem = load_problem(name, effort.patients)
        # A folder for each problem, so that nothing is compiled before its compile time is taken.
        return measure(
            problem,
            peers,
            effort,
            lambda peer: SparingWorker(peer, cache=folder / name / peer, refused=refused),
            say,
        )
    except (ProblemAbsent, WorkerFailed) as reason:
        return absent(name, str(reason))
    except SilicartError as error:
        # A model that silicart itself cannot read yet must not cost the other problems.
        return absent(name, f"{error.problem}: {error.found}" if error.found else error.problem)


def _checked(given: Sequence[str] | None, known: Sequence[str], what: str) -> tuple[str, ...]:
    for name in given or ():
        if name not in known:
            near = nearest(name, known)
            raise StudyError(
                f"unknown {what} of the benchmark",
                found=name,
                expected="one of " + ", ".join(known),
                remedy=f"did you mean {near}?" if near else "check the name",
            )
    return tuple(dict.fromkeys(given)) if given else tuple(known)


def _machine() -> dict[str, Any]:
    return {
        "architecture": platform.machine(),
        "system": platform.system(),
        "python": platform.python_version(),
        "processors": os.cpu_count() or 1,
        "vectors": _vectors(),
    }


def _vectors() -> str:
    """The widest vectors of the processor, where the system says so."""
    try:
        flags = next(
            line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("flags")
        ).split()
    except (OSError, StopIteration):
        return ""
    return next((label for flag, label in (("avx512f", "AVX-512"), ("avx2", "AVX2")) if flag in flags), "")
