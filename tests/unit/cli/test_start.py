"""The command line answers at once: no heavy library is imported before it is needed."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib import metadata

import pytest

HEAVY = {
    "numpy", "scipy", "pandas", "pyarrow", "xarray", "matplotlib", "llvmlite", "antimony", "libsbml", "jinja2",
    "ruamel", "PIL",
}  # fmt: skip
MODULES_ALLOWED = 600
"""`silicart --help` imports about 350 modules, most of them of rich and typer; numpy alone would bring 150 more."""

LISTING = """\
import json, sys
sys.argv = ["silicart", *sys.argv[1:]]
from silicart.cli import main
try:
    main()
except SystemExit:
    pass
print(json.dumps(sorted(sys.modules)), file=sys.stderr)
"""


@pytest.mark.parametrize("arguments", [["--help"], ["run", "--help"], ["claims", "--help"], ["--version"]])
def test_help_imports_no_heavy_library(arguments: list[str]) -> None:
    process = subprocess.run(
        [sys.executable, "-c", LISTING, *arguments], capture_output=True, text=True, encoding="utf-8", check=True
    )
    modules = json.loads(process.stderr.splitlines()[-1])
    assert {name.partition(".")[0] for name in modules} & HEAVY == set()
    assert len(modules) < MODULES_ALLOWED


def test_importing_silicart_imports_no_room() -> None:
    text = "import sys, silicart; print([name for name in sys.modules if name.startswith('silicart.')])"
    process = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, check=True)
    assert process.stdout.strip() == "[]"


def test_version_is_that_of_the_package(inside, capsys: pytest.CaptureFixture[str]) -> None:  # type: ignore[no-untyped-def]
    assert inside("--version") == 0
    assert capsys.readouterr().out == f"silicart {metadata.version('silicart')}\n"


def test_help_lists_the_commands_and_the_exit_codes(inside, capsys: pytest.CaptureFixture[str]) -> None:  # type: ignore[no-untyped-def]
    assert inside("--help") == 0
    text = " ".join(capsys.readouterr().out.split())
    for words in (
        "check",
        "run",
        "claims",
        "report",
        "sources",
        "validate",
        "Exit codes",
        "130",
        "not a medical device",
    ):
        assert words in text
