"""The command line as a user meets it: in a process of its own, or in this one where that is enough."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from silicart.cli import app

Completed = subprocess.CompletedProcess[str]
Command = Callable[..., Completed]
Inside = Callable[..., int]


@pytest.fixture(scope="session")
def silicart() -> Command:
    """Run the command line in a new process; standard output and error are kept apart."""

    def run(*arguments: str, cwd: Path | None = None) -> Completed:
        return subprocess.run(
            [sys.executable, "-m", "silicart", *arguments], capture_output=True, text=True, encoding="utf-8", cwd=cwd,
            timeout=300, check=False, env=None,
        )  # fmt: skip

    return run


@pytest.fixture
def inside() -> Inside:
    """Run the command line in this process and return its exit code."""

    def run(*arguments: str) -> int:
        with pytest.raises(SystemExit) as left:
            app(list(arguments), prog_name="silicart")
        code = left.value.code
        return code if isinstance(code, int) else 0

    return run


@pytest.fixture(scope="session")
def finished(silicart: Command, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Completed]:
    """The built-in study with 20 patients, run with --json: its folder and what the process wrote."""
    out = tmp_path_factory.mktemp("cli") / "run"
    return out, silicart("run", "sys6020-sle", "--patients", "20", "--out", str(out), "--json")
