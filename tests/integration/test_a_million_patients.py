"""As many patients as one likes: memory stays flat and the rate constant from the first chunk to the last."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLE = Path(__file__).parents[2] / "examples" / "a_million_patients.py"


def run(patients: int) -> dict[str, float]:
    shown = subprocess.run(
        [sys.executable, str(EXAMPLE), "--patients", str(patients)], capture_output=True, text=True, check=True
    )
    found: dict[str, float] = json.loads(shown.stdout.splitlines()[-1])
    print(found)
    return found


@pytest.mark.slow
def test_the_example_runs() -> None:
    found = run(3_000)
    assert found["patients"] == 3_000
    assert found["failed"] == 0


@pytest.mark.verify
def test_memory_is_flat_and_the_rate_constant() -> None:
    found = run(60_000)
    assert found["memory_mb_last"] < found["memory_mb_first"] + 15
    # By processor time: other work on the machine comes and goes.
    assert found["per_core_second_last"] > 0.8 * found["per_core_second_first"]
