"""A stored result is complete or it is none, whatever stops the run that writes it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from silicart.errors import StoreError
from silicart.simulation import is_result, open_result, writing_result


def write(path: Path, text: str = "42", **manifest: object) -> None:
    with writing_result(path, manifest) as partial:
        (partial / "answer.txt").write_text(text)
        (partial / "tables").mkdir()
        (partial / "tables" / "endpoints.csv").write_text("a,b\n1,2\n")


def write_half(path: Path, error: type[BaseException]) -> None:
    with writing_result(path, {}) as partial:
        (partial / "answer.txt").write_text("4")
        raise error


def test_a_complete_result_opens_with_what_it_says_of_itself(tmp_path: Path) -> None:
    write(tmp_path / "out" / "run", seed=6020)
    result = open_result(tmp_path / "out" / "run", expect={"seed": 6020})
    assert result.manifest["seed"] == 6020
    assert result.manifest["complete"] is True
    assert result.file("tables/endpoints.csv").read_text() == "a,b\n1,2\n"
    assert [entry.name for entry in (tmp_path / "out").iterdir()] == ["run"]


def test_a_newer_result_takes_the_place_of_an_older_one(tmp_path: Path) -> None:
    write(tmp_path / "run", "old")
    write(tmp_path / "run", "new")
    assert open_result(tmp_path / "run").file("answer.txt").read_text() == "new"
    assert [entry.name for entry in tmp_path.iterdir()] == ["run"]


@pytest.mark.parametrize("error", [KeyboardInterrupt, RuntimeError, SystemExit])
def test_an_interrupted_run_leaves_nothing(tmp_path: Path, error: type[BaseException]) -> None:
    with pytest.raises(error):
        write_half(tmp_path / "run", error)
    assert list(tmp_path.iterdir()) == []


def test_an_interrupted_run_leaves_the_older_result_as_it_was(tmp_path: Path) -> None:
    write(tmp_path / "run", "old")
    with pytest.raises(KeyboardInterrupt):
        write_half(tmp_path / "run", KeyboardInterrupt)
    assert open_result(tmp_path / "run").file("answer.txt").read_text() == "old"


KILLED = """
import sys, time
from pathlib import Path
from silicart.simulation import writing_result
with writing_result(Path(sys.argv[1]), {"seed": 1}) as partial:
    (partial / "answer.txt").write_text("half of it")
    print("writing", flush=True)
    time.sleep(60)
"""


def kill_while_writing(path: Path, how: int) -> None:
    process = subprocess.Popen([sys.executable, "-c", KILLED, str(path)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    with process.stdout:
        assert process.stdout.readline() == "writing\n"
        process.send_signal(how)
        process.wait(timeout=30)


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_a_killed_run_leaves_nothing_that_opens_and_the_next_run_cleans_up(tmp_path: Path, how: int) -> None:
    kill_while_writing(tmp_path / "run", how)
    assert not (tmp_path / "run").exists()
    leftovers = list(tmp_path.iterdir())
    assert [leftover.name.startswith(".run.partial-") for leftover in leftovers] == [True]
    assert not is_result(leftovers[0])
    write(tmp_path / "run")
    assert [entry.name for entry in tmp_path.iterdir()] == ["run"]


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_an_interrupt_from_the_keyboard_cleans_up_at_once(tmp_path: Path) -> None:
    kill_while_writing(tmp_path / "run", signal.SIGINT)
    assert list(tmp_path.iterdir()) == []


def test_another_process_that_still_writes_is_left_alone(tmp_path: Path) -> None:
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        other = tmp_path / f".run.partial-{process.pid}-00"
        other.mkdir()
        write(tmp_path / "run")
        assert other.exists()
    finally:
        process.communicate(b"\n", timeout=30)
    write(tmp_path / "run")
    assert not other.exists()


def test_an_older_result_that_was_about_to_be_replaced_comes_back(tmp_path: Path) -> None:
    write(tmp_path / "run", "old")
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait(timeout=30)
    # As if the power had failed between the two renames.
    (tmp_path / "run").rename(tmp_path / f".run.replaced-{ended.pid}-00")
    with pytest.raises(RuntimeError), writing_result(tmp_path / "run", {}):
        raise RuntimeError
    assert open_result(tmp_path / "run").file("answer.txt").read_text() == "old"


def test_what_silicart_did_not_write_is_never_replaced(tmp_path: Path) -> None:
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "chapter.txt").write_text("years of work")
    with pytest.raises(StoreError, match=r"did not write") as caught:
        write(tmp_path / "thesis")
    assert caught.value.found == "chapter.txt"
    write(tmp_path / "run")
    (tmp_path / "run" / "my notes.txt").write_text("keep me")
    with pytest.raises(StoreError, match=r"did not write"):
        write(tmp_path / "run")
    (tmp_path / "file").write_text("a file")
    with pytest.raises(StoreError, match=r"did not write"):
        write(tmp_path / "file")


def test_an_empty_folder_may_become_a_result(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    write(tmp_path / "run")
    assert is_result(tmp_path / "run")


def test_a_changed_or_missing_file_is_refused(tmp_path: Path) -> None:
    write(tmp_path / "run")
    (tmp_path / "run" / "answer.txt").write_text("43")
    with pytest.raises(StoreError, match="changed after it was written"):
        open_result(tmp_path / "run")
    (tmp_path / "run" / "answer.txt").unlink()
    with pytest.raises(StoreError, match="misses a file"):
        open_result(tmp_path / "run")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"complete": False}, "not complete"),
        ({"format": "something else"}, "no result of silicart"),
        ({"format_version": 99}, "another format"),
    ],
)
def test_a_manifest_that_does_not_say_complete_is_refused(tmp_path: Path, change: dict[str, object], says: str) -> None:
    write(tmp_path / "run")
    manifest = tmp_path / "run" / "manifest.json"
    manifest.write_text(json.dumps({**json.loads(manifest.read_text()), **change}))
    with pytest.raises(StoreError, match=says):
        open_result(tmp_path / "run")


@pytest.mark.parametrize("text", ["", "{", "[]", '"complete"'])
def test_a_broken_manifest_is_refused(tmp_path: Path, text: str) -> None:
    write(tmp_path / "run")
    (tmp_path / "run" / "manifest.json").write_text(text)
    with pytest.raises(StoreError, match="no result of silicart"):
        open_result(tmp_path / "run")


def test_a_result_of_another_question_is_refused(tmp_path: Path) -> None:
    write(tmp_path / "run", seed=1)
    with pytest.raises(StoreError, match="does not belong") as caught:
        open_result(tmp_path / "run", expect={"seed": 2})
    assert (caught.value.found, caught.value.expected) == ("seed 1", "seed 2")


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no result there"):
        open_result(tmp_path / "run")


def test_an_unknown_file_of_a_result_is_refused(tmp_path: Path) -> None:
    write(tmp_path / "run")
    with pytest.raises(StoreError, match="no such file"):
        open_result(tmp_path / "run").file("../run/answer.txt")


def test_the_manifest_may_grow_while_the_result_is_written(tmp_path: Path) -> None:
    manifest: dict[str, object] = {"seed": 1}
    with writing_result(tmp_path / "run", manifest):
        manifest["seconds"] = 2.5
    assert open_result(tmp_path / "run").manifest["seconds"] == 2.5


def test_checking_a_result_is_quick(tmp_path: Path) -> None:
    with writing_result(tmp_path / "run", {}) as partial:
        (partial / "big.bin").write_bytes(b"\0" * 20_000_000)
    begin = time.perf_counter()
    open_result(tmp_path / "run")
    assert time.perf_counter() - begin < 2.0
