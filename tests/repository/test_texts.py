"""What no file of the repository may contain, and how its source files look."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

TEXT = {
    ".py",
    ".md",
    ".yaml",
    ".yml",
    ".toml",
    ".cff",
    ".ant",
    ".bib",
    ".cfg",
    ".html",
    ".css",
    ".js",
    ".lock",
    ".txt",
    "",
}
# Written in pieces, so that this file does not find itself.
PLACES = [r"/" + r"(?:home|root|Users|work|opt|mnt|private|var/folders)" + r"/[\w.-]", r"[A-Z]:" + r"\\\\?Users"]
HOSTS = [r"pypi" + r"\.org", r"python" + r"hosted\.org", r"localhost" + r":\d", r"\b10\.\d+\.\d+\." + r"\d+\b"]
MARKS = ["TO" + "DO", "FIX" + "ME", "X" * 3 + r"\b", "NotImplemented" + "Error"]
VAGUE = {"util", "utils", "helper", "helpers", "manager", "managers", "common", "misc"}
LONGEST = 400


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def _found(paths: list[Path], patterns: list[str], root: Path) -> list[str]:
    pattern = re.compile("|".join(patterns))
    return [
        f"{path.relative_to(root)}:{number}: {line.strip()[:120]}"
        for path in paths
        if path.suffix in TEXT
        for number, line in enumerate(_text(path).splitlines(), 1)
        if pattern.search(line)
    ]


def test_no_absolute_paths_and_no_hosts(tracked: list[Path], root: Path) -> None:
    assert _found(tracked, PLACES + HOSTS, root) == []


def test_nothing_is_left_for_later_in_the_source(tracked: list[Path], root: Path) -> None:
    source = [path for path in tracked if root / "src" in path.parents and path.suffix == ".py"]
    assert source
    assert _found(source, MARKS, root) == []


def test_a_file_holds_one_idea(tracked: list[Path], root: Path) -> None:
    long = {
        str(path.relative_to(root)): length
        for path in tracked
        if path.suffix == ".py" and (length := len(_text(path).splitlines())) > LONGEST
    }
    assert long == {}


def test_no_vague_names(tracked: list[Path], root: Path) -> None:
    vague = [
        path.relative_to(root).as_posix()
        for path in tracked
        if set(re.split(r"[/_.]", path.relative_to(root).as_posix())) & VAGUE
    ]
    assert vague == []


@pytest.mark.parametrize(
    "line", ["see " + "/home" + "/ada/data.csv", "--index-url https://" + "pypi" + ".org/simple"], ids=["path", "host"]
)
def test_the_search_finds_what_it_should(line: str, tmp_path: Path) -> None:
    planted = tmp_path / "planted.md"
    planted.write_text(f"fine\n{line}\n", encoding="utf-8")
    assert _found([planted], PLACES + HOSTS, tmp_path) == [f"planted.md:2: {line}"]
