"""Ctrl-C leaves a whole result or none, and says so."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import typer

from silicart.cli.terminal import guarded

# Reports its first progress through a file, so that the interrupt surely meets a run that is under way.
RUN = """\
import sys
from pathlib import Path
import silicart.cli.progress as progress
from silicart.cli import app

class Marking(progress.PlainLines):
    def __call__(self, event):
        if event.stage == "simulating" and event.done > 0:
            Path(sys.argv[1]).touch()
        super().__call__(event)

progress.PlainLines = Marking
app(["run", "sys6020-sle", "--patients", "400", "--out", sys.argv[2], "--json"])
"""


@pytest.mark.skipif(os.name != "posix", reason="sends the interrupt as a POSIX signal")
def test_an_interrupted_run_leaves_nothing(tmp_path: Path) -> None:
    marker, out = tmp_path / "started", tmp_path / "out" / "run"
    process = subprocess.Popen(
        [sys.executable, "-c", RUN, str(marker), str(out)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        # A shell that starts this test in the background would have it ignore interrupts, and so its children.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    deadline = time.monotonic() + 120
    while not marker.exists() and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    output, errors = process.communicate(timeout=60)
    assert marker.exists(), errors
    assert process.returncode == 130, errors
    assert output == ""
    assert "Interrupted" in errors.splitlines()[-1], errors
    assert "Traceback" not in errors, errors
    assert not out.exists()
    assert not out.parent.exists() or list(out.parent.iterdir()) == []


def test_an_interrupt_that_meets_a_destructor_is_not_lost(capsys: pytest.CaptureFixture[str]) -> None:
    class Dying:
        def __del__(self) -> None:
            raise KeyboardInterrupt

    reached = []

    @guarded
    def command() -> None:
        Dying()
        for _ in range(500):
            time.sleep(0.01)
        reached.append("the end")

    with pytest.raises(typer.Exit) as left:
        command()
    assert left.value.exit_code == 130
    assert reached == []
    said = capsys.readouterr().err
    assert "Interrupted" in said
    assert "Traceback" not in said


def test_other_troubles_of_destructors_are_reported_as_ever() -> None:
    heard = []

    class Dying:
        def __del__(self) -> None:
            raise ValueError("of its own")

    @guarded
    def command() -> None:
        Dying()

    before, sys.unraisablehook = sys.unraisablehook, lambda dropped: heard.append(str(dropped.exc_value))
    try:
        command()
    finally:
        sys.unraisablehook = before
    assert heard == ["of its own"]
