"""Version, dependencies, licences and decisions agree wherever they are written."""

from __future__ import annotations

import importlib.metadata
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import silicart

PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)", re.MULTILINE)


@pytest.fixture(scope="module")
def project(root: Path) -> dict[str, Any]:
    return tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def direct(project: dict[str, Any]) -> list[Requirement]:
    """Every dependency that pyproject.toml names, for users and for developers."""
    named = list(project["project"]["dependencies"])
    for group in project["dependency-groups"].values():
        named += group
    return [Requirement(text) for text in named]


def _pins(root: Path, lock: str) -> dict[str, set[str]]:
    pins: dict[str, set[str]] = {}
    for name, version in PIN.findall((root / "requirements" / lock).read_text(encoding="utf-8")):
        pins.setdefault(canonicalize_name(name), set()).add(version)
    return pins


def test_one_version_everywhere(root: Path, project: dict[str, Any]) -> None:
    version = project["project"]["version"]
    assert silicart.__version__ == version
    assert importlib.metadata.version("silicart") == version
    assert re.search(rf"^version: {re.escape(version)}$", (root / "CITATION.cff").read_text("utf-8"), re.MULTILINE)
    assert f"## [{version}]" in (root / "CHANGELOG.md").read_text("utf-8")


def test_each_dependency_has_a_lower_and_an_upper_bound(direct: list[Requirement]) -> None:
    for requirement in direct:
        operators = {specifier.operator for specifier in requirement.specifier}
        assert operators == {">=", "<"}, str(requirement)


@pytest.mark.parametrize("lock", ["run.lock", "develop.lock", "lowest.lock"])
def test_locks_hold_hashes_and_no_addresses(root: Path, lock: str) -> None:
    text = (root / "requirements" / lock).read_text(encoding="utf-8")
    assert "://" not in text
    assert "index" not in text
    blocks = re.split(r"\n(?=[A-Za-z0-9])", text.strip())
    assert len(blocks) > 20
    assert all("--hash=sha256:" in block for block in blocks)


def test_locks_fit_the_bounds(root: Path, direct: list[Requirement], project: dict[str, Any]) -> None:
    develop, lowest = _pins(root, "develop.lock"), _pins(root, "lowest.lock")
    for requirement in direct:
        versions = develop[canonicalize_name(requirement.name)]
        assert all(requirement.specifier.contains(version) for version in versions), str(requirement)
    for text in project["project"]["dependencies"]:
        requirement = Requirement(text)
        (bound,) = [specifier.version for specifier in requirement.specifier if specifier.operator == ">="]
        (version,) = lowest[canonicalize_name(requirement.name)]
        assert version == bound or version.startswith(f"{bound}."), f"{text} is tested at {version}"


def test_the_run_lock_is_a_part_of_the_develop_lock(root: Path) -> None:
    run, develop = _pins(root, "run.lock"), _pins(root, "develop.lock")
    assert all(versions <= develop[name] for name, versions in run.items())


def test_the_notice_lists_every_package_that_a_user_installs(root: Path) -> None:
    notice = (root / "NOTICE").read_text(encoding="utf-8")
    listed = {canonicalize_name(name) for name in re.findall(r"^  ([a-z][\w.-]*) {2,}", notice, re.MULTILINE)}
    assert listed == set(_pins(root, "run.lock"))


def test_no_gpl_enters_except_libsbml(root: Path) -> None:
    copyleft = set()
    for name in _pins(root, "run.lock"):
        try:
            metadata = importlib.metadata.metadata(name)
        except importlib.metadata.PackageNotFoundError:
            continue  # a package for another platform or Python
        said = [metadata.get("License-Expression") or "", *(metadata.get_all("Classifier") or [])]
        short = (metadata.get("License") or "").strip()
        said.append(short if len(short) < 80 else "")
        if any(re.search(r"\bA?L?GPL|General Public License", text) for text in said):
            copyleft.add(name)
    assert copyleft == {"python-libsbml"}


def test_decisions_are_numbered_and_follow_the_template(root: Path) -> None:
    pages = sorted((root / "decisions").glob("[0-9]*.md"))
    assert [page.name[:4] for page in pages] == [f"{number:04d}" for number in range(1, len(pages) + 1)]
    headings = re.findall(r"^## .*$", (root / "decisions" / "template.md").read_text("utf-8"), re.MULTILINE)
    for page in pages:
        text = page.read_text(encoding="utf-8")
        assert text.startswith(f"# {page.name[:4]}. "), page.name
        assert re.findall(r"^## .*$", text, re.MULTILINE) == headings, page.name
        assert len(text.splitlines()) <= 80, f"{page.name} is longer than a page"
