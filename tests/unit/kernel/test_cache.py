"""The cache of machine code: kept, found, safe to delete, damage noticed, bounded."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from silicart.kernel import cache


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    place = tmp_path / "objects"
    monkeypatch.setenv("SILICART_CACHE", str(place))
    return place


def never() -> bytes:
    raise AssertionError("made again although it was stored")


def test_code_is_made_once(folder: Path) -> None:
    assert cache.cached(("a", "b"), lambda: b"code") == b"code"
    assert cache.cached(("a", "b"), never) == b"code"
    assert [path.suffix for path in folder.iterdir()] == [".o"]


def test_keys_with_other_boundaries_differ() -> None:
    cache.cached(("ab", "c"), lambda: b"one")
    assert cache.cached(("a", "bc"), lambda: b"two") == b"two"


def test_a_deleted_folder_is_made_again(folder: Path) -> None:
    cache.cached(("a",), lambda: b"code")
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()
    assert cache.cached(("a",), lambda: b"again") == b"again"
    assert cache.cached(("a",), never) == b"again"


@pytest.mark.parametrize("damage", [lambda content: content[:-3], lambda content: content + b"x", lambda content: b""])
def test_a_damaged_file_counts_as_absent(folder: Path, damage: object) -> None:
    cache.cached(("a",), lambda: b"code" * 100)
    (path,) = folder.iterdir()
    assert callable(damage)
    path.write_bytes(damage(path.read_bytes()))
    assert cache.cached(("a",), lambda: b"fresh") == b"fresh"
    assert cache.cached(("a",), never) == b"fresh"


def test_the_oldest_goes_when_the_folder_is_full(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "LARGEST_BYTES", 2500)
    for age, name in enumerate(["first", "second", "third"]):
        cache.cached((name,), lambda: b"x" * 1000)
        for path in folder.glob("*.o"):
            if path.stat().st_mtime > 1e9:
                os.utime(path, (age, age))
    assert len(list(folder.glob("*.o"))) == 2
    assert cache.cached(("first",), lambda: b"made") == b"made"
    assert cache.cached(("third",), never) == b"x" * 1000


def test_a_process_that_writes_much_does_not_look_at_the_folder_each_time(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[Path] = []
    monkeypatch.setattr(cache, "_trim", looked.append)
    monkeypatch.setattr(cache, "LARGEST_BYTES", 64 * 2500)
    monkeypatch.setattr(cache._Written, "bytes", 0)
    for number in range(6):
        cache.cached((str(number),), lambda: b"x" * 1000)
    assert len(looked) == 2
    assert len(list(folder.glob("*.o"))) == 6


def test_a_folder_that_cannot_be_written_costs_only_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    monkeypatch.setenv("SILICART_CACHE", str(blocked / "objects"))
    assert cache.cached(("a",), lambda: b"code") == b"code"


def test_no_half_written_file_is_left(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(source: str, target: str) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(os, "replace", refuse)
    assert cache.cached(("a",), lambda: b"code") == b"code"
    assert list(folder.iterdir()) == []
