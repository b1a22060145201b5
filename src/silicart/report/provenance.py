"""What a reader needs to repeat a run or to doubt it: counts, seed, hashes, versions, time, refusals and failures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from silicart.evidence import Register, unit_text
from silicart.report.numbers import NARROW
from silicart.study.result import StudyResult


@dataclass(frozen=True)
class Refusal:
    """Why drawn candidates were not simulated: the reason, what kind of check it was, and how many."""

    reason: str
    kind: str
    count: int


@dataclass(frozen=True)
class Provenance:
    """What produced a report."""

    version: str
    seed: int
    patients: int
    draws: int
    arms: int
    candidates: int | None
    passed: int | None
    refusals: tuple[Refusal, ...]
    failures: tuple[tuple[str, str, int], ...]
    hashes: tuple[tuple[str, str], ...]
    versions: tuple[tuple[str, str], ...]
    runtimes: tuple[tuple[str, str], ...]
    memory: str | None
    steps: str | None
    user_values: tuple[str, ...]
    entries: int


def provenance(result: StudyResult, register: Register) -> Provenance:
    """Return where a run came from, read off its manifest and its tables."""
    manifest = result.manifest
    memory = manifest.get("peak_memory_mb")
    steps = manifest.get("integrator_steps")
    return Provenance(
        version=str(manifest.get("silicart_version", "")),
        seed=result.study.population.seed,
        patients=result.study.population.patients,
        draws=int(result.typical["draw"].nunique()),
        arms=len(result.study.arms),
        candidates=_count(manifest.get("candidates")),
        passed=_count(manifest.get("candidates_passed")),
        refusals=tuple(_refusals(result)),
        failures=tuple(_failures(result)),
        hashes=_pairs(manifest.get("hashes")),
        versions=_pairs(manifest.get("versions")),
        runtimes=tuple((name, f"{float(seconds):.1f} s") for name, seconds in manifest.get("runtime_s", {}).items()),
        memory=None if memory is None else f"{float(memory):,.0f} MB".replace(",", NARROW),
        steps=None if steps is None else f"{int(steps):,}".replace(",", NARROW),
        user_values=tuple(entry.id for entry in register.values() if entry.origin == "user"),
        entries=len(register),
    )


def _refusals(result: StudyResult) -> Sequence[Refusal]:
    rows = [
        Refusal(_readable(str(row["reason"])), str(row["kind"]), int(row["count"]))
        for row in result.rejections.to_dict("records")
    ]
    return sorted((row for row in rows if row.count), key=lambda row: (row.kind, -row.count))


def _readable(reason: str) -> str:
    # A reason is a quantity's id, its limits and the id of a unit.
    words = reason.split(" ")
    words[0] = words[0].replace("_", " ")
    if "_" in words[-1]:
        words[-1] = unit_text(words[-1])
    return " ".join(words)


def _failures(result: StudyResult) -> Sequence[tuple[str, str, int]]:
    if result.failures.empty:
        return []
    counts = result.failures.groupby(["arm", "reason"], sort=True).size().reset_index(name="count")
    labels = {arm.name: arm.label for arm in result.study.arms}
    return [
        (labels.get(str(row["arm"]), str(row["arm"])), str(row["reason"]), int(row["count"]))
        for row in counts.to_dict("records")
    ]


def _pairs(values: Mapping[str, Any] | None) -> tuple[tuple[str, str], ...]:
    return tuple((name, str(value)) for name, value in (values or {}).items() if value is not None)


def _count(value: Any) -> int | None:
    return None if value is None else int(value)
