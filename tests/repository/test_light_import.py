"""Starting is quick: importing silicart, or asking the command line for help, loads no heavy library."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = (
    "antimony",
    "jinja2",
    "libsbml",
    "llvmlite",
    "matplotlib",
    "numpy",
    "pandas",
    "pyarrow",
    "pydantic",
    "ruamel",
    "scipy",
    "xarray",
)
HELP_SECONDS = 0.25


@pytest.mark.parametrize("module", ["silicart", "silicart.errors", "silicart.cli"])
def test_importing_loads_no_heavy_library(module: str) -> None:
    program = f"import sys, {module}; print(*sorted({{name.partition('.')[0] for name in sys.modules}}))"
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert set(run.stdout.split()).isdisjoint(HEAVY)


def test_help_is_quick() -> None:
    command = [str(Path(sys.executable).with_name("silicart")), "--help"]
    seconds = []
    # Processor time of the best of several runs: what we cost, whatever else the machine was doing.
    for _ in range(5):
        before = os.times()
        subprocess.run(command, capture_output=True, check=True)
        after = os.times()
        seconds.append(after.children_user + after.children_system - before.children_user - before.children_system)
    assert min(seconds) < HELP_SECONDS
