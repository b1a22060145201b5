"""A text that breaks a native parser, or keeps it for ever, is an error of that text and of nothing else."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from silicart.errors import ModelError
from silicart.network import Network, read_antimony_text, reading_process
from silicart.network.reading_process import read_apart

GOOD = "model good; x = 1; x' = -x; end"
#: libAntimony follows the unit into the quantity of that name, and that one's unit back again, until its stack ends.
BREAKING = "model inner(P)\n P = 0; P has u; unit u = 1/litre\nend\nmodel outer()\n part: inner(u); u := 2\nend"


@pytest.fixture
def own_process(monkeypatch: pytest.MonkeyPatch) -> Iterator[reading_process._Process]:
    """A reading process of this test alone."""
    process = reading_process._Process()
    monkeypatch.setattr(reading_process, "_process", process)
    yield process
    process.stop(kill=True)


def test_a_text_that_breaks_the_parser_is_an_error_and_the_next_text_is_read() -> None:
    with pytest.raises(ModelError, match=r"broke down[\s\S]*where: +breaking\.ant[\s\S]*SIG"):
        read_antimony_text(BREAKING, "breaking.ant")
    assert read_antimony_text(GOOD).states == ("x",)


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="needs timers of processor time")
def test_a_reading_without_end_is_an_error(
    own_process: reading_process._Process, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "endless.py").write_text("def read(text, where, folder):\n    while True:\n        pass\n")
    code = (
        f"import sys; sys.path[:] = {[str(tmp_path), *sys.path]!r}\n"
        "from silicart.network import reading_process\n"
        "reading_process.SECONDS = 0.2\n"
        "reading_process._READERS['endless'] = ('endless', 'read')\n"
        "reading_process.serve()\n"
    )
    with monkeypatch.context() as patch:
        patch.setattr(
            reading_process,
            "_start",
            lambda: subprocess.Popen([sys.executable, "-S", "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE),
        )
        with pytest.raises(ModelError, match="takes too long"):
            read_apart("endless", "any", "<text>")
    # With its own seconds again: on a busy machine, loading libAntimony alone may take more than the 0.2 s above.
    assert read_apart("antimony", GOOD, "<text>").id == "good"


def test_an_error_of_another_kind_is_told_as_an_error_of_silicart(own_process: reading_process._Process) -> None:
    with pytest.raises(ModelError, match="KeyError: 'nothing'"):
        read_apart("nothing", GOOD, "<text>")
    assert read_apart("antimony", GOOD, "<text>").id == "good"


def test_an_interrupted_reading_does_not_answer_the_next(
    own_process: reading_process._Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(_pipe: object) -> object:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(reading_process, "_receive", interrupted)
        with pytest.raises(KeyboardInterrupt):
            read_antimony_text(GOOD)
    assert read_antimony_text("model other; y = 1; y' = 1; end").id == "other"


def test_threads_take_turns() -> None:
    def read(number: int) -> Network:
        return read_antimony_text(f"model m{number}; x = {number}; x' = -x; end")

    with ThreadPoolExecutor(4) as pool:
        assert [network.id for network in pool.map(read, range(20))] == [f"m{number}" for number in range(20)]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_fork_reads_by_itself() -> None:
    read_antimony_text(GOOD)
    code = (
        "import os, sys\n"
        "from silicart.network import read_antimony_text\n"
        f"read_antimony_text({GOOD!r})\n"
        "child = os.fork()\n"
        f"network = read_antimony_text({GOOD!r})\n"
        "if child == 0: os._exit(0 if network.states == ('x',) else 1)\n"
        "sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))\n"
    )
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_process_ends_with_the_one_that_asks() -> None:
    code = (
        "from silicart.network import read_antimony_text, reading_process\n"
        f"read_antimony_text({GOOD!r})\n"
        "print(reading_process._process._running.pid)\n"
    )
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
    with pytest.raises(ProcessLookupError):
        os.kill(int(done.stdout), 0)


@pytest.mark.parametrize(("character", "shown"), [("\0", r"'\\x00'"), ("\udc80", r"'\\udc80'")])
def test_characters_that_would_cut_a_text_off_are_refused(character: str, shown: str) -> None:
    with pytest.raises(ModelError, match=shown):
        read_antimony_text(f"model m; x = 1;\n x' = -x{character}*2; end")


def test_a_broken_character_in_a_message_is_no_crash() -> None:
    with pytest.raises(ModelError, match="Antimony cannot read"):
        read_antimony_text("model m; x = 1; µµ x' = -x; end")


@pytest.mark.parametrize("depth", [300, 3000])
@pytest.mark.parametrize(
    ("left", "right"), [("(", ")"), ("sin(", ")"), ("-(", ")"), ("piecewise(1, x > 2, ", ")"), ("", "^2"), ("", "+x")]
)
def test_deeply_nested_formulas_are_read_or_refused(left: str, right: str, depth: int) -> None:
    try:
        network = read_antimony_text(f"model m; x = 1; x' = {left * depth}x{right * depth}; end")
    except ModelError:
        return
    assert network.states == ("x",)
    assert len(network.hash) == 64
