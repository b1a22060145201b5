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


def test_the_python_examples_of_the_readme_print_what_they_say(root: Path, tmp_path: Path) -> None:
    text = (root / "README.md").read_text("utf-8")
    examples = re.findall(r"^```python\n(.*?)^```\n```\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    assert len(examples) == 2
    for program, printed in examples:
        command = [sys.executable, "-W", "error", "-c", program]
        run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=300)
        assert run.returncode == 0, run.stderr
        assert run.stdout == printed


def test_the_python_examples_of_the_reductions_run(root: Path, tmp_path: Path) -> None:
    text = (root / "docs" / "reductions.md").read_text("utf-8")
    program = "\n".join(re.findall(r"^```python\n(.*?)^```", text, re.MULTILINE | re.DOTALL))
    command = [sys.executable, "-W", "error", "-c", program]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=300)
    assert run.returncode == 0, run.stderr


def test_the_study_of_the_tutorial_is_read(root: Path) -> None:
    whole, rules, both = re.findall(
        r"^```(?:yaml|\{code-block\} yaml)\n(.*?)^```",
        (root / "docs" / "study-file.md").read_text("utf-8"),
        re.M | re.S,
    )
    study = read_study(whole, "docs/study-file.md")
    assert [arm.name for arm in study.arms] == ["six-weekly", "four-biweekly"]
    # The two parts that follow hold in a study as well: its rules, and an arm with two products.
    study = read_study(whole + rules, "docs/study-file.md")
    assert [rule.id for rule in study.rules] == ["taper_steroid", "retreat_on_relapse"]
    products = "  cd19: {product: lentiviral_cd19}\n  bcma: {product: lentiviral_bcma}\n"
    text = whole.replace("lead_in: 0", "lead_in: 7").replace("products:\n", "products:\n" + products)
    study = read_study(text.replace("arms:\n", "arms:\n" + both), "docs/study-file.md")
    assert [product for product, _ in study.arm("both").given] == ["cd19", "bcma"]


def test_the_overlay_of_the_documentation_is_read(root: Path, tmp_path: Path) -> None:
    (text,) = re.findall(r"^```yaml\n(.*?)^```", (root / "docs" / "register.md").read_text("utf-8"), re.M | re.S)
    overlay = tmp_path / "own.yaml"
    overlay.write_text(text, encoding="utf-8")
    changed = [entry.id for entry in load_register(overlay).values() if entry.origin == "user"]
    assert changed == ["k_kill"]


@pytest.mark.parametrize("page", ["README.md", "docs/getting-started.md"])
def test_every_command_that_a_page_shows_exists(root: Path, page: str) -> None:
    blocks = "\n".join(
        re.findall(r"^```(?:text)?\n(.*?)^```", (root / page).read_text("utf-8"), re.MULTILINE | re.DOTALL)
    )
    commands = set(re.findall(r"^silicart ([a-z-]+)", blocks, re.MULTILINE))
    assert commands
    for command in commands:
        run = [str(Path(sys.executable).with_name("silicart")), command, "--help"]
        assert subprocess.run(run, capture_output=True, check=False).returncode == 0, command


def test_every_make_target_of_the_readme_exists(root: Path) -> None:
    targets = set(re.findall(r"^make ([a-z]+)", (root / "README.md").read_text("utf-8"), re.MULTILINE))
    rules = set(re.findall(r"^([a-z]+):", (root / "Makefile").read_text("utf-8"), re.MULTILINE))
    assert targets
    assert targets <= rules
