"""`silicart verify`: for a judge outside, one case a command or a line a case; and whole suites."""

from __future__ import annotations

import csv
import json
import math
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Folder = Callable[..., Path]


@pytest.fixture
def suite(tmp_path: Path) -> Folder:
    """Folders of tiny cases, as the tests of the room write them."""
    import importlib.util

    path = Path(__file__).parents[1] / "verification" / "conftest.py"
    spec = importlib.util.spec_from_file_location("tiny_cases", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    write: Folder = module.write_suite
    return lambda *names, folder="tiny": write(tmp_path, *names, folder=folder)


def job(case: Path, out: Path) -> dict[str, Any]:
    return {
        "sbml": str(case / "m.xml"), "start": 0, "duration": 4, "steps": 4, "variables": ["S", "k"], "amount": ["S"],
        "concentration": [], "absolute": 1e-7, "relative": 1e-4, "out": str(out),
    }  # fmt: skip


def arguments(job: dict[str, Any]) -> list[str]:
    pairs = ((f"--{key}", ",".join(value) if isinstance(value, list) else str(value)) for key, value in job.items())
    return ["verify", "--adapter", *(word for pair in pairs for word in pair)]


def test_one_case_writes_its_table(silicart: Any, suite: Folder, tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    process = silicart(*arguments(job(suite("right") / "right", out)))
    assert (process.returncode, process.stdout, process.stderr) == (0, "", "")
    with out.open(newline="", encoding="utf-8") as file:
        head, *rows = list(csv.reader(file))
    assert head == ["time", "S", "k"]
    assert [float(row[0]) for row in rows] == [0.0, 1.0, 2.0, 3.0, 4.0]
    assert [float(row[1]) for row in rows] == pytest.approx([6 * math.exp(-t / 2) for t in range(5)], rel=1e-7)


def test_a_refusal_is_exit_code_3_and_named_in_the_last_line(silicart: Any, suite: Folder, tmp_path: Path) -> None:
    process = silicart(*arguments(job(suite("refused") / "refused", tmp_path / "out.csv")))
    assert process.returncode == 3
    assert "algebraic rule" in process.stderr.splitlines()[-1]
    assert not (tmp_path / "out.csv").exists()


def test_an_error_is_exit_code_1(silicart: Any, suite: Folder, tmp_path: Path) -> None:
    assert silicart(*arguments(job(suite("broken") / "broken", tmp_path / "out.csv"))).returncode == 1
    assert silicart("verify", "--adapter").returncode == 1


def test_a_batch_answers_every_line_and_goes_on(suite: Folder, tmp_path: Path) -> None:
    folder = suite("right", "refused", "broken")
    lines = [
        json.dumps(job(folder / "broken", tmp_path / "0.csv")),
        "nonsense",
        json.dumps(job(folder / "refused", tmp_path / "1.csv")),
        "[1, 2]",
        json.dumps({**job(folder / "right", tmp_path / "2.csv"), "variables": ["absent"]}),
        json.dumps(job(folder / "right", tmp_path / "nowhere" / "3.csv")),
        json.dumps(job(folder / "right", tmp_path / "4.csv")),
    ]
    command = [sys.executable, "-m", "silicart", "verify", "--adapter", "--batch"]
    process = subprocess.run(
        command, input="\n".join(lines) + "\n", capture_output=True, text=True, timeout=300, check=True
    )
    answers = [json.loads(line) for line in process.stdout.splitlines()]
    assert [one["status"] for one in answers] == ["error", "error", "refused", "error", "error", "error", "ok"]
    assert "algebraic rule" in answers[2]["message"]
    assert "absent" in answers[4]["message"]
    assert (tmp_path / "4.csv").is_file()


def test_a_batch_answers_before_the_next_line_comes(suite: Folder, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "silicart", "verify", "--adapter", "--batch"]
    case = suite("right") / "right"
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for place in range(2):
            process.stdin.write(json.dumps(job(case, tmp_path / f"{place}.csv")) + "\n")
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["status"] == "ok"
        process.stdin.close()
        assert process.wait(timeout=60) == 0


def test_what_a_library_prints_does_not_reach_the_answers() -> None:
    program = (
        "import os\nfrom silicart.verification import answering\n"
        "with answering() as answers:\n    os.write(1, b'noise\\n')\n    print('more noise', flush=True)\n"
        "    answers.write('answer\\n')\nprint('after')\n"
    )
    process = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert process.stdout == "answer\nafter\n"
    assert process.stderr == "noise\nmore noise\n"


def test_a_suite_is_counted_and_what_fails_is_named(silicart: Any, suite: Folder) -> None:
    folder = suite("right", "late", "wrong", "refused", "unexpected")
    process = silicart("verify", "--suite", str(folder), "--jobs", "1")
    assert process.returncode == 1
    text = " ".join(process.stdout.split())
    assert max(len(line) for line in process.stdout.splitlines()) <= 100
    assert "AlgebraicRule 2 1 · 2 · · ·" in text
    assert "tiny 5 3 2 2 1 · ·" in text
    assert "tiny/wrong wrong S at 2: 2.2072766" in text
    assert "tiny/unexpected refused" in text
    assert re.search(r"3 of 5 cases as expected, 1 silently wrong, [\d.]+ s\.", text)


def test_a_suite_as_json_and_by_case(inside: Any, suite: Folder, capsys: pytest.CaptureFixture[str]) -> None:
    folder = str(suite("right", "wrong", "refused"))
    assert inside("verify", "--suite", folder, "--jobs", "1", "--case", "right", "--case", "refused", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["suites"] == [
        {"name": "tiny", "cases": 2, "good": 2, "pass": 1, "refused": 1, "wrong": 0, "error": 0, "timeout": 0}
    ]
    assert [(one["case"], one["outcome"]) for one in told["cases"]] == [("right", "pass"), ("refused", "refused")]
    assert inside("verify", "--suite", folder, "--case", "rihgt") == 2
    assert "did you mean right?" in capsys.readouterr().err


def test_without_suites_the_reason_is_clear(
    inside: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SILICART_VERIFICATION", raising=False)
    monkeypatch.chdir(tmp_path)
    assert inside("verify") == 2
    assert "not part of silicart" in " ".join(capsys.readouterr().err.split())
    assert os.listdir(tmp_path) == []
