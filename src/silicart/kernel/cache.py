"""Machine code kept on disk: compiled once a model, processor and LLVM version, then loaded in milliseconds.

The folder may be deleted at any time, and several processes may use it at once: a file is written beside its place
and renamed into it, and whatever cannot be read whole counts as absent.
"""

from __future__ import annotations

import contextlib
import hashlib
import math
import os
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

#: The folder is kept near this size by removing what was used longest ago.
LARGEST_BYTES = 512 * 1024 * 1024
#: A process looks at the folder again when it has written so much: looking takes longer than writing where it is full.
LOOK_SHARE = 1 / 64
_MAGIC = b"silicart object 2\n"


def folder() -> Path:
    """Return the folder of the cache; SILICART_CACHE overrides the platform's place."""
    named = os.environ.get("SILICART_CACHE")
    if named:
        return Path(named)
    from platformdirs import user_cache_path

    return user_cache_path("silicart", appauthor=False)


@cache
def fingerprint() -> str:
    """Return a digest of the code that turns a system into machine code: a change there makes all of it anew."""
    digest = hashlib.sha256()
    here = Path(__file__).parent
    # The elementary functions, the order of elimination and the like come from the room before this one.
    for path in sorted([*here.rglob("*.py"), *here.with_name("symbolic").rglob("*.py")]):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def cached(key_parts: tuple[str, ...], make: Callable[[], bytes]) -> bytes:
    """Return the object code under a key, making and storing it if it is not there.

    A folder that cannot be written only costs the time to make the code again.
    """
    digest = hashlib.sha256()
    for part in key_parts:
        digest.update(len(part).to_bytes(8, "little"))
        digest.update(part.encode())
    path = folder() / f"{digest.hexdigest()}.o"
    found = _read(path)
    if found is not None:
        return found
    code = make()
    with contextlib.suppress(OSError):
        _write(path, code)
        _trim_at_times(path, len(code))
    return code


def _read(path: Path) -> bytes | None:
    try:
        content = path.read_bytes()
    except OSError:
        return None
    head = len(_MAGIC) + 32
    body = content[head:]
    if content[: len(_MAGIC)] != _MAGIC or hashlib.sha256(body).digest() != content[len(_MAGIC) : head]:
        return None
    with contextlib.suppress(OSError):
        os.utime(path)
    return body


def _write(path: Path, code: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".writing-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(_MAGIC + hashlib.sha256(code).digest() + code)
        os.replace(name, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(name)
        raise


class _Written:
    """How many bytes this process has written since it last looked at the folder; it looks at its first write."""

    bytes = math.inf


def _trim_at_times(newest: Path, size: int) -> None:
    # Threads may write at once; the worst that comes of it is a look more or less.
    _Written.bytes += size
    if _Written.bytes >= LOOK_SHARE * LARGEST_BYTES:
        _Written.bytes = 0
        _trim(newest)


def _trim(newest: Path) -> None:
    entries = []
    for path in newest.parent.glob("*.o"):
        with contextlib.suppress(OSError):
            status = path.stat()
            entries.append((status.st_mtime, status.st_size, path))
    total = sum(size for _, size, _ in entries)
    for _, size, path in sorted(entries):
        if total <= LARGEST_BYTES:
            return
        if path != newest:
            with contextlib.suppress(OSError):
                path.unlink()
                total -= size
