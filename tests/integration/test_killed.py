"""A run that is killed leaves nothing that could be taken for a result, and the next run is not in its way."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from silicart.errors import StoreError
from silicart.study import Study, open_result, run_study

RUN = """\
import sys, time
from pathlib import Path
from silicart.study import load_study, run_study

def wait(result, folder):
    Path(sys.argv[3]).write_text(str(folder))
    time.sleep(600)

run_study(load_study(sys.argv[1]), patients=3, out=sys.argv[2], finish=wait)
"""


def test_a_killed_run_leaves_no_result_and_the_next_one_cleans_up(small_study: Study, tmp_path: Path) -> None:
    file, out, marker = tmp_path / "small.yaml", tmp_path / "out" / "small", tmp_path / "writing"
    file.write_text(small_study.text, encoding="utf-8")
    process = subprocess.Popen([sys.executable, "-c", RUN, str(file), str(out), str(marker)])
    try:
        deadline = time.monotonic() + 120
        while not marker.exists() and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.05)
        assert marker.exists(), "the run never came to writing its result"
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert not out.exists()
    leftovers = list(out.parent.iterdir())
    assert leftovers
    with pytest.raises(StoreError):
        open_result(leftovers[0])
    run_study(small_study, patients=3, out=out)
    assert open_result(out).manifest["patients"] == 3
    assert [one.name for one in out.parent.iterdir()] == ["small"]
