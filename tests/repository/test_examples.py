"""Examples are tests: those in docstrings are collected, those in the README run as printed."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from silicart.evidence import load_register
from silicart.study.reading import read_study


def test_each_room_has_examples_that_are_collected(root: Path) -> None:
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "--doctest-modules", "src"]
    run = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True)
    collected = set(re.findall(r"^src/silicart/([a-z_]+)", run.stdout, re.MULTILINE))
    package = root / "src" / "silicart"
    rooms = {path.parent.name for path in package.glob("*/__init__.py")}
    assert rooms
    assert rooms <= collected


@pytest.mark.slow
def test_the_python_example_of_the_readme_runs(root: Path, tmp_path: Path) -> None:
    blocks = re.findall(r"^```python\n(.*?)^```", (root / "README.md").read_text("utf-8"), re.MULTILINE | re.DOTALL)
    assert blocks
    program = "import warnings\nwarnings.simplefilter('error')\n" + "\n".join(blocks)
    run = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=300
    )
    assert run.returncode == 0, run.stderr


def test_the_study_of_the_tutorial_is_read(root: Path) -> None:
    (text,) = re.findall(r"^```yaml\n(.*?)^```", (root / "docs" / "study-file.md").read_text("utf-8"), re.M | re.S)
    study = read_study(text, "docs/study-file.md")
    assert [arm.name for arm in study.arms] == ["six-weekly", "four-biweekly"]


def test_the_overlay_of_the_documentation_is_read(root: Path, tmp_path: Path) -> None:
    (text,) = re.findall(r"^```yaml\n(.*?)^```", (root / "docs" / "register.md").read_text("utf-8"), re.M | re.S)
    overlay = tmp_path / "own.yaml"
    overlay.write_text(text, encoding="utf-8")
    changed = [entry.id for entry in load_register(overlay).values() if entry.origin == "user"]
    assert changed == ["k_kill"]


def test_every_command_of_the_readme_exists(root: Path) -> None:
    text = (root / "README.md").read_text(encoding="utf-8")
    commands = set(
        re.findall(r"\bsilicart ([a-z][a-z-]*)\b(?= )", "\n".join(re.findall(r"```\w*\n(.*?)```", text, re.DOTALL)))
    )
    targets = set(re.findall(r"^make ([a-z]+)", text, re.MULTILINE))
    assert commands
    assert targets
    for command in commands:
        run = [str(Path(sys.executable).with_name("silicart")), command, "--help"]
        assert subprocess.run(run, capture_output=True, check=False).returncode == 0, command
    rules = set(re.findall(r"^([a-z]+):", (root / "Makefile").read_text("utf-8"), re.MULTILINE))
    assert targets <= rules
