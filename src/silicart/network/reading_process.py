"""Model texts are read in a process of their own, because the parsers are native code.

Some texts make libAntimony or libSBML overrun its stack, abort, or go on for hours. In this process that would be the
end of everything; in one of its own it is an error that names the file. The process is started on the first reading,
serves one reading after the other, and ends with this one.
"""

from __future__ import annotations

import atexit
import contextlib
import importlib
import os
import pickle
import signal
import struct
import subprocess
import sys
import threading
from pathlib import Path
from typing import IO, Any

from silicart.errors import ModelError, SilicartError
from silicart.network.network import Network

#: Seconds of processor time that a reading may take: these, and one more for every so many characters. The oldest
#: libAntimony that is allowed reads our longest model, 128 000 characters, in nine seconds, a recent one in one.
SECONDS, CHARACTERS_A_SECOND = 5.0, 10_000
#: Bytes that the process may take.
MEMORY = 4 * 2**30

_HEAD = struct.Struct("<Q")
_READERS = {
    "antimony": ("silicart.network.reader", "read_antimony_here"),
    "sbml": ("silicart.network.sbml_reader", "read_sbml_here"),
}


def read_apart(kind: str, text: str, where: str, folder: Path | None = None) -> Network:
    """Return the Network of a text, read in the process kept for that.

    Parameters
    ----------
    kind : "antimony" or "sbml".
    where : what to call the text in messages.
    folder : where files that an Antimony text imports are looked for.

    Raises
    ------
    ModelError : what the reader refuses, and a text that ends the reader or keeps it too long.
    """
    with _lock:
        return _process.read(kind, text, where, folder)


class _Process:
    """The reading process, and the pipes to it; one reading at a time."""

    def __init__(self) -> None:
        self._running: subprocess.Popen[bytes] | None = None
        # Kept, because letting go of a process that still runs gives a warning.
        self._of_parent: subprocess.Popen[bytes] | None = None

    def read(self, kind: str, text: str, where: str, folder: Path | None) -> Network:
        request = (kind, text, where, None if folder is None else str(folder.resolve()), os.getcwd())
        try:
            answer = self._answer(request)
        except BaseException:
            # An interrupt leaves a reading half done; the next one begins with a new process.
            self.stop(kill=True)
            raise
        if answer is None:
            raise self._ended(where)
        if isinstance(answer, SilicartError):
            raise answer
        if not isinstance(answer, Network):
            raise ModelError(
                "the model cannot be read", where=where, found=str(answer), expected="a model of a usual size and form",
                remedy="simplify the text; if it is valid, report it: this is an error of silicart",
            )  # fmt: skip
        return answer

    def stop(self, *, kill: bool = False) -> int:
        """End the process and return how it ended."""
        running, self._running = self._running, None
        if running is None:
            return 0
        if kill:
            running.kill()
        for pipe in (running.stdin, running.stdout):
            with contextlib.suppress(OSError):
                if pipe is not None:
                    pipe.close()
        return running.wait()

    def forget(self) -> None:
        """Leave the process to the parent: a fork shares its pipes, and must not use them."""
        self._of_parent, self._running = self._running, None

    def _answer(self, request: object) -> object | None:
        if self._running is None or self._running.poll() is not None:
            self.stop(kill=True)
            self._running = _start()
        try:
            _send(self._running.stdin, request)
            return _receive(self._running.stdout)
        except (BrokenPipeError, EOFError):
            return None

    def _ended(self, where: str) -> ModelError:
        code = self.stop()
        too_long = os.name == "posix" and code == -signal.SIGPROF
        name = f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
        return ModelError(
            "reading the model takes too long" if too_long else "the parser of the model broke down",
            where=where,
            found=f"more than {SECONDS:g} s of processor time" if too_long else name,
            expected="a text that libAntimony and libSBML can read",
            remedy="split long formulas up, and give units, functions and quantities different names",
        )


_process = _Process()
_lock = threading.Lock()


def _begin_anew() -> None:
    global _lock
    # Another thread of the parent may have held the lock.
    _lock = threading.Lock()
    _process.forget()


atexit.register(_process.stop, kill=True)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_begin_anew)


def _start() -> subprocess.Popen[bytes]:
    # The very modules of this process: its search path goes along, and no site file is read again.
    code = f"import sys; sys.path[:] = {sys.path!r}; from silicart.network.reading_process import serve; serve()"
    return subprocess.Popen(
        [sys.executable, "-S", "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )


def _send(pipe: IO[bytes] | None, value: object) -> None:
    assert pipe is not None
    content = pickle.dumps(value)
    pipe.write(_HEAD.pack(len(content)) + content)
    pipe.flush()


def _receive(pipe: IO[bytes] | None) -> object:
    assert pipe is not None
    head = pipe.read(_HEAD.size)
    if len(head) < _HEAD.size:
        raise EOFError
    (size,) = _HEAD.unpack(head)
    content = pipe.read(size)
    if len(content) < size:
        raise EOFError
    return pickle.loads(content)


def serve() -> None:
    """Answer requests from standard input until it ends: the life of the reading process."""
    # Ctrl-C reaches every process of a terminal; ending is for the one that asks.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    answers = os.fdopen(os.dup(1), "wb")
    # What the parsers print must not get between the answers.
    os.dup2(2, 1)
    _limit_memory()
    while True:
        try:
            request: Any = _receive(sys.stdin.buffer)
        except EOFError:
            return
        try:
            _send(answers, _read(*request))
        except BrokenPipeError:
            return


def _read(kind: str, text: str, where: str, folder: str | None, here: str) -> object:
    with contextlib.suppress(OSError):
        os.chdir(here)
    _limit_time(SECONDS + len(text) / CHARACTERS_A_SECOND)
    try:
        module, name = _READERS[kind]
        answer: object = getattr(importlib.import_module(module), name)(text, where, folder and Path(folder))
    except SilicartError as error:
        answer = error
    except Exception as error:
        answer = f"{type(error).__name__}: {error}"
    finally:
        _limit_time(0.0)
    return answer


def _limit_time(seconds: float) -> None:
    # The signal's own effect is the end of the process, which reaches native code as well.
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_PROF, seconds)


def _limit_memory() -> None:
    try:
        import resource
    except ImportError:
        return
    _, most = resource.getrlimit(resource.RLIMIT_AS)
    limit = MEMORY if most == resource.RLIM_INFINITY else min(MEMORY, most)
    resource.setrlimit(resource.RLIMIT_AS, (limit, most))
