"""A real browser, where there is one, and a report of a real run to look at."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from silicart.report import write_report
from silicart.study import load_study, run_study

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--hide-scrollbars",
    # No name resolves: neither the page nor the browser's own services reach a network from a test.
    "--host-resolver-rules=MAP * ~NOTFOUND",
)  # fmt: skip

Browse = Callable[..., subprocess.CompletedProcess[str]]
Ask = Callable[..., Any]


@pytest.fixture(scope="session")
def browser() -> str:
    """Path of a Chromium; without one the test is skipped."""
    found = next((path for path in map(shutil.which, NAMES) if path is not None), None)
    if found is None:
        pytest.skip(f"no Chromium on this machine (looked for {', '.join(NAMES)})")
    return found


@pytest.fixture(scope="session")
def report(browser: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of the built-in study with 40 patients."""
    result = run_study(load_study("sys6020-sle"), patients=40)
    return write_report(result, tmp_path_factory.mktemp("report") / "report.html")


@pytest.fixture
def browse(browser: str, tmp_path: Path) -> Browse:
    """Open a file in a browser of its own and return what the process wrote."""

    def run(file: Path, *flags: str) -> subprocess.CompletedProcess[str]:
        profile = f"--user-data-dir={tmp_path / 'profile'}"
        return subprocess.run(
            [browser, *FLAGS, profile, *flags, file.as_uri()], capture_output=True, text=True, encoding="utf-8",
            timeout=120, check=True,
        )  # fmt: skip

    return run


@pytest.fixture
def ask(browse: Browse, tmp_path: Path) -> Ask:
    """Evaluate JavaScript in a copy of a page whose policy allows it, at a given width, and return its value."""

    def evaluate(file: Path, expression: str, width: int = 1280) -> Any:
        text = file.read_text(encoding="utf-8")
        assert "Content-Security-Policy" in text
        probe = (
            "<script>window.addEventListener('load', function () {"
            f"var found = {expression};"
            "var note = document.createElement('pre'); note.id = 'probe';"
            "note.textContent = JSON.stringify(found); document.body.appendChild(note); });</script></body>"
        )
        copy = tmp_path / "asked.html"
        text = text.replace("Content-Security-Policy", "Policy-Taken-Away").replace("</body>", probe)
        copy.write_text(text, encoding="utf-8")
        dom = browse(copy, f"--window-size={width},1400", "--dump-dom").stdout
        answer = dom.rpartition('<pre id="probe">')[2].partition("</pre>")[0]
        return json.loads(answer.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&"))

    return evaluate
