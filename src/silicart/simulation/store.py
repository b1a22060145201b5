"""Stored results: a complete one or none.

A result is written into a hidden folder beside its place and renamed into it when everything is on the disk. Whatever
stops a run (an error, an interrupt, a kill, a power cut) leaves at most a hidden folder that `open_result` refuses
and that the next run removes.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from silicart.errors import StoreError

MANIFEST = "manifest.json"
FORMAT = "silicart result"
FORMAT_VERSION = 1


@dataclass(frozen=True)
class StoredResult:
    """A complete result: `path` is its folder, `manifest` what it says of itself, `files` name -> SHA-256."""

    path: Path
    manifest: Mapping[str, Any]
    files: Mapping[str, str]

    def file(self, name: str) -> Path:
        """Return the path of one of its files; StoreError when it has none of that name."""
        if name not in self.files:
            raise StoreError(
                "the result has no such file",
                where=str(self.path),
                found=name,
                expected="one of: " + ", ".join(self.files),
                remedy="run the study again",
            )
        return self.path / name


@contextmanager
def writing_result(path: Path | str, manifest: Mapping[str, Any]) -> Iterator[Path]:
    """Give a folder to write into; when the block ends well, it becomes the result at `path`.

    Parameters
    ----------
    path : where the result goes. A complete result of silicart that stands there is replaced; anything else is not.
    manifest : what the result says of itself; `complete`, the hashes of the files and the format are added. The block
        may still add to a mapping that it holds.

    Raises
    ------
    StoreError : something stands at `path` that silicart did not write, or the disk refuses.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with writing_result(Path(folder) / "run", {"seed": 1}) as partial:
    ...         _ = (partial / "answer.txt").write_text("42")
    ...     result = open_result(Path(folder) / "run")
    ...     result.manifest["seed"], list(result.files)
    (1, ['answer.txt'])
    """
    place = Path(path).absolute()
    partial = _begin(place)
    try:
        yield partial
        _finish(partial, manifest)
        _put_in_place(partial, place)
    except OSError as error:
        raise StoreError(
            "the result could not be written",
            where=str(error.filename or place),
            found=error.strerror or str(error),
            remedy="free space or choose another folder; nothing was left that could be taken for a result",
        ) from error
    finally:
        # Gone already when all went well; an interrupt on the way here leaves it to the next run.
        shutil.rmtree(partial, ignore_errors=True)


def open_result(path: Path | str, expect: Mapping[str, Any] | None = None) -> StoredResult:
    """Open a stored result after checking that it is complete and as it was written.

    Parameters
    ----------
    expect : what its manifest must say, key by key, to be the result of what was asked.

    Raises
    ------
    StoreError : nothing there, not a result of silicart, incomplete, changed since, or not what was asked.
    """
    place = Path(path)
    if not place.is_dir():
        raise StoreError(
            "no result there", where=str(place), expected="the folder of a result", remedy="run the study first"
        )
    manifest = _read_manifest(place)
    files: dict[str, str] = manifest["files"]
    for name, expected in files.items():
        if not (place / name).is_file():
            raise _unfit(place, "the result misses a file", name, "every file that its manifest lists")
        if _hash(place / name) != expected:
            raise _unfit(place, "the result was changed after it was written", name, "the file as it was written")
    for key, wanted in (expect or {}).items():
        if manifest.get(key) != wanted:
            raise _unfit(
                place,
                "the result does not belong to what was asked",
                f"{key} {manifest.get(key)!r}",
                f"{key} {wanted!r}",
            )
    return StoredResult(place, manifest, files)


def is_result(path: Path | str, expect: Mapping[str, Any] | None = None) -> bool:
    """Return whether a complete result that says `expect` of itself stands at `path`."""
    try:
        open_result(path, expect)
    except StoreError:
        return False
    return True


def _begin(place: Path) -> Path:
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        _clear_leftovers(place)
        _check_replaceable(place)
        partial = place.parent / f".{place.name}.partial-{os.getpid()}-{secrets.token_hex(4)}"
        partial.mkdir()
    except OSError as error:
        raise StoreError(
            "the result cannot be written there",
            where=str(place),
            found=error.strerror or str(error),
            expected="a folder that can be created",
            remedy="choose another folder",
        ) from error
    return partial


def _check_replaceable(place: Path) -> None:
    """A result may take the place of nothing, of an empty folder, or of an older result and nothing but that."""
    if not place.exists() or (place.is_dir() and not any(place.iterdir())):
        return
    foreign = [place.name] if not place.is_dir() else None
    if foreign is None:
        try:
            known = {MANIFEST, *_read_manifest(place)["files"]}
        except StoreError:
            known = set()
        written = (file.relative_to(place).as_posix() for file in place.rglob("*") if not file.is_dir())
        foreign = sorted(set(written) - known)
    if foreign:
        raise StoreError(
            "something stands there that silicart did not write, and would be lost",
            where=str(place),
            found=", ".join(foreign[:3]),
            expected="an empty or new folder, or that of an older result",
            remedy="choose another folder, or move those files away",
        )


def _finish(partial: Path, manifest: Mapping[str, Any]) -> None:
    names = sorted(file.relative_to(partial).as_posix() for file in partial.rglob("*") if not file.is_dir())
    for name in names:
        _to_disk(partial / name)
    content = {
        **manifest,
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "files": {name: _hash(partial / name) for name in names},
        # Written last and only here: no manifest, no result.
        "complete": True,
    }
    text = json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False)
    (partial / MANIFEST).write_text(text + "\n", encoding="utf-8")
    _to_disk(partial / MANIFEST)
    for folder in [file for file in partial.rglob("*") if file.is_dir()]:
        _to_disk(folder)
    _to_disk(partial)


def _put_in_place(partial: Path, place: Path) -> None:
    older = place.parent / f".{place.name}.replaced-{os.getpid()}-{secrets.token_hex(4)}"
    if place.exists():
        os.rename(place, older)
    try:
        os.rename(partial, place)
    except BaseException:
        if older.exists():
            os.rename(older, place)
        raise
    _to_disk(place.parent)
    shutil.rmtree(older, ignore_errors=True)


def _clear_leftovers(place: Path) -> None:
    """Remove what stopped runs left beside `place`; bring back an older result that was about to be replaced."""
    for leftover in sorted(place.parent.glob(f".{place.name}.*-*-*")):
        kind, _, owner = leftover.name.removeprefix(f".{place.name}.").partition("-")
        if kind not in ("partial", "replaced") or _alive(owner.partition("-")[0]):
            continue
        if kind == "replaced" and not place.exists():
            os.rename(leftover, place)
        else:
            shutil.rmtree(leftover, ignore_errors=True)


def _alive(process: str) -> bool:
    if not process.isdigit():
        return True
    if int(process) == os.getpid() or os.name != "posix":
        # Signal 0 is no mere question elsewhere, so leftovers stay there.
        return True
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _read_manifest(place: Path) -> dict[str, Any]:
    try:
        manifest = json.loads((place / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        manifest = None
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise _unfit(place, "this is no result of silicart", "no manifest of one", f"a {MANIFEST} of silicart")
    if manifest.get("format_version") != FORMAT_VERSION:
        version = manifest.get("format_version")
        raise _unfit(place, "a result in another format", f"version {version}", f"version {FORMAT_VERSION}")
    if manifest.get("complete") is not True or not isinstance(manifest.get("files"), dict):
        raise _unfit(place, "the result is not complete", "complete is not true", "a run that came to its end")
    return manifest


def _unfit(place: Path, problem: str, found: str, expected: str) -> StoreError:
    return StoreError(problem, where=str(place), found=found, expected=expected, remedy="run the study again")


def _hash(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _to_disk(path: Path) -> None:
    if path.is_dir() and os.name != "posix":
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
