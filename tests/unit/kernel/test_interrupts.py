"""An interrupt may come at any moment, and neither breaks what compiles nor leaves a word behind."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from silicart.errors import SimulationError
from silicart.kernel.compile import translate, uninterrupted

STORM = """\
import os, random, signal, sys, threading, time
from pathlib import Path
from silicart.kernel import compile_kernel
from silicart.network import read_antimony_text
from silicart.symbolic import build_system

words = []
sys.unraisablehook = lambda dropped: words.append(f"{dropped.object!r}: {dropped.exc_value!r}")
threading.excepthook = lambda failed: words.append(repr(failed.exc_value))
system = build_system(read_antimony_text("model m; A = 5; k = 1; A' = -k*A; end", "m"))
rng, begun, sent = random.Random(1), threading.Event(), threading.Event()

def interrupt():
    while True:
        begun.wait()
        begun.clear()
        time.sleep(rng.random() * 0.1)
        os.kill(os.getpid(), signal.SIGINT)
        sent.set()

threading.Thread(target=interrupt, daemon=True).start()
met, end = 0, time.monotonic() + float(sys.argv[1])
while time.monotonic() < end:
    try:
        sent.clear()
        begun.set()
        for number in range(10**9):
            # A folder of its own each time, or the code would be loaded and not made.
            os.environ["SILICART_CACHE"] = str(Path(sys.argv[2]) / f"{met}-{number}")
            assert compile_kernel(system, ("A",), 2).run([[1.0]], [0.0, 1.0]).status[0] == 0
    except KeyboardInterrupt:
        met += 1
        sent.wait()
print(met)
for word in words:
    # What an interrupt in a destructor leaves is Python's own; the command line raises it again.
    if "KeyboardInterrupt" not in word:
        print(word)
os._exit(0)
"""


@pytest.mark.skipif(os.name != "posix", reason="sends the interrupt as a POSIX signal")
@pytest.mark.parametrize(
    "seconds", [pytest.param(3, id="short"), pytest.param(60, id="long", marks=pytest.mark.verify)]
)
def test_a_storm_of_interrupts_while_kernels_are_compiled(seconds: int, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", STORM, str(seconds), str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=seconds + 120,
    )
    assert (done.returncode, done.stderr) == (0, "")
    met, *words = done.stdout.splitlines()
    assert int(met) > 0
    assert words == []


def test_work_that_must_not_be_interrupted_is_done_in_another_thread() -> None:
    assert uninterrupted(threading.current_thread) is not threading.main_thread()
    # A thread that is not the main one is never interrupted: no third one is needed.
    inside = uninterrupted(lambda: (threading.current_thread(), uninterrupted(threading.current_thread)))
    assert inside[0] is inside[1]


def test_its_errors_are_those_of_the_caller() -> None:
    with pytest.raises(SimulationError, match="refused by LLVM"):
        translate("this is no module")
