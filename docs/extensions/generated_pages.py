"""Pages and tables that are written from the code and the biology files before Sphinx reads the sources.

Everything that a reader could look up in the code is taken from the code, so that the documentation cannot disagree
with it. The pages land in `docs/_generated`, which git ignores.
"""

from __future__ import annotations

import importlib
import inspect
import os
import pkgutil
import re
import subprocess
import sys
import textwrap
from collections.abc import Iterable, Sequence
from pathlib import Path
from types import ModuleType

from cost_tables import cost_tables
from endpoint_tables import endpoint_tables
from sphinx.application import Sphinx
from study_tables import study_tables

DOCS = Path(__file__).resolve().parents[1]
ROOT = DOCS.parent
BIOLOGY = ROOT / "src" / "silicart" / "biology"
OUTPUT = DOCS / "_generated"

ROAD = (
    "evidence",
    "network",
    "symbolic",
    "kernel",
    "simulation",
    "verification",
    "population",
    "product",
    "therapy",
    "endpoints",
    "trial",
    "claims",
    "study",
    "report",
    "bench",
)

PARTS_OF_ROOMS = (
    "product.construct",
    "product.delivery",
    "product.making",
    "product.potency",
    "product.donors",
    "product.genome_safety",
    "product.cost",
    "product.acceptance",
    "endpoints.lupus",
    "endpoints.myasthenia",
    "endpoints.myeloma",
    "endpoints.safety",
)
"""Folders and files of a room that offer enough to have a page of their own."""


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("builder-inited", lambda _: write_all())
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def write_all() -> None:
    """Write every generated page; a page that did not change keeps its time, so that Sphinx does not read it again."""
    pages = {
        "parts/endpoints.md": endpoint_tables(table, unit_text),
        "parts/not_computed.md": not_computed(),
        "parts/modules.md": modules(),
        "parts/grades.md": grades(),
        "parts/parameters.md": parameters(),
        "parts/filters.md": filters(),
        "parts/quantities.md": quantities(),
        "parts/status.md": status(),
        "parts/front_door.md": front_door(),
        "parts/claims.md": claims(),
        "parts/commands.md": commands(),
        "parts/exit_codes.md": exit_codes(),
        "parts/sources.md": sources(),
        **cost_tables(table),
        **study_tables(table),
        **decisions(),
        **interface(),
    }
    for name, text in pages.items():
        path = OUTPUT / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
    for path in OUTPUT.rglob("*.md"):
        if path.relative_to(OUTPUT).as_posix() not in pages:
            path.unlink()


def table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a Markdown table; a cell's own bars and line ends are made harmless."""
    lines = ["| " + " | ".join(header) + " |", "|" + "---|" * len(header)]
    lines += ["| " + " | ".join(_cell(value) for value in row) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def not_computed() -> str:
    from silicart.endpoints.not_computed import NOT_COMPUTED

    return table(("endpoint", "why not"), [(one.label, one.reason) for one in NOT_COMPUTED])


def modules() -> str:
    from silicart.network import assay_names, disease_names
    from silicart.network.assembly import load_assembly

    models = (*disease_names(), *assay_names())
    names = dict.fromkeys(name for model in models for name in load_assembly(model).modules)
    rows = [(f"`{name}.ant`", _leading_comment(BIOLOGY / "models" / f"{name}.ant")) for name in names]
    return table(("module", "mechanism"), rows)


def grades() -> str:
    from silicart.evidence import load_register

    register = load_register()
    counts = {grade: sum(entry.grade == grade for entry in register.values()) for grade in ("A", "B", "C")}
    uncertain, variable = len(register.uncertain()), len(register.variable())
    said = f"Of {len(register)} values, {uncertain} are uncertain and {variable} differ between patients."
    return f"{table(('grade', 'parameters'), counts.items())}\n{said}\n"


def parameters() -> str:
    from silicart.evidence import load_register

    parts: dict[str, list[tuple[object, ...]]] = {}
    for entry in load_register().values():
        parts.setdefault(entry.mechanism, []).append(
            (
                f"`{entry.id}`",
                entry.label if entry.price is None else f"{entry.label}; {entry.price.describe()}",
                f"{entry.value:.6g}",
                unit_text(entry.unit),
                _spread(entry.uncertainty.describe()),
                _spread(entry.variability.describe()),
                entry.grade,
                ", ".join(entry.sources),
            )
        )
    header = ("id", "what", "centre", "unit", "uncertainty", "variability", "grade", "sources")
    return "\n".join(
        f"## {name.replace('_', ' ').capitalize()}\n\n{table(header, rows)}" for name, rows in parts.items()
    )


def quantities() -> str:
    from silicart.endpoints.quantities import GROUPS

    parts = []
    for group, members in GROUPS.items():
        rows = [
            (
                f"`{one.id}`",
                unit_text(one.unit),
                ", ".join(one.diseases),
                "a day" if one.timed else "none",
                one.definition,
            )
            for one in members
        ]
        if rows:
            parts += [
                f"### {group[:1].upper()}{group[1:]}\n",
                table(("quantity", "unit", "in", "time", "meaning"), rows),
            ]
    return "\n".join(parts)


def filters() -> str:
    from silicart.evidence import load_register

    rows = [
        (
            f"`{one.quantity}`",
            _range(one.low, one.high),
            unit_text(one.unit),
            one.reason,
            ", ".join(one.sources),
        )
        for one in load_register().filters
    ]
    return table(("quantity", "range", "unit", "why", "sources"), rows)


def commands() -> str:
    """What each command says about itself, as a terminal shows it."""
    from typer.main import get_command

    from silicart.cli import app

    program = Path(sys.executable).with_name("silicart")
    environment = {**os.environ, "COLUMNS": "88", "NO_COLOR": "1", "PYTHONIOENCODING": "utf-8"}
    parts = []
    for name in get_command(app).commands:
        told = subprocess.run(
            [program, name, "--help"], env=environment, capture_output=True, encoding="utf-8", check=True
        )
        lines = [line.strip() if line.startswith(" ") else line.rstrip() for line in told.stdout.splitlines()]
        parts.append("\n".join([f"## {name}", "", "```text", *lines, "```", ""]))
    return "\n".join(parts)


def exit_codes() -> str:
    from silicart.cli.terminal import EXIT_CODES

    codes = re.findall(r"(\d+) ([^;.]+)", EXIT_CODES.partition(": ")[2])
    return table(("code", "meaning"), codes)


def sources() -> str:
    from silicart.evidence import load_sources

    rows = [(f"`{key}`", one.citation(), one.doi or "", one.read) for key, one in load_sources().items()]
    return table(("key", "work", "DOI", "what was read"), rows)


def claims() -> str:
    from silicart.claims.claim import load_claims

    claim_set = load_claims("sys6020")
    rows: list[tuple[str, ...]] = []
    for row in claim_set.rows:
        comparator = row.comparator.label if row.comparator else ""
        margin = f"{row.direction} {row.margin:g} {unit_text(row.unit)}".strip()
        holds = f"not computed; it needs {row.needs_room}" if row.needs_room else margin
        rows.append((row.claim, row.quantity, comparator, holds, row.margin_reason, row.study or ""))
    header = ("claim", "quantity", "beside", "holds when", "why this margin", "another study")
    stated = [(one.statement, one.finding, f"{one.source} ({one.as_of})") for one in claim_set.statements]
    return (
        table(header, rows)
        + "\nStatements that no simulation decides:\n\n"
        + table(("statement", "what was found", "source"), stated)
    )


def status() -> str:
    from silicart.simulation import REASONS

    return table(("status", "meaning"), REASONS.items())


def decisions() -> dict[str, str]:
    pages = sorted((ROOT / "decisions").glob("[0-9]*.md"))
    index = "\n".join(["```{toctree}", ":maxdepth: 1", "", *(f"decisions/{page.stem}" for page in pages), "```", ""])
    return {"decisions.md": "# Decisions\n\n" + index} | {
        f"decisions/{page.name}": page.read_text(encoding="utf-8") for page in pages
    }


def front_door() -> str:
    """What `import silicart` offers: its own functions in full, and where the rest is described."""
    package = importlib.import_module("silicart")
    names = [name for name in package.__all__ if not name.startswith("_")]
    values = {name: getattr(package, name) for name in names}
    own = [_autodoc(package, name) for name, value in values.items() if value.__module__ == "silicart"]
    rows = [
        (f"`{name}`", value.__module__.split(".")[1], _summary(value))
        for name, value in values.items()
        if value.__module__ != "silicart"
    ]
    return "\n".join([*own, table(("name", "room", "what it is"), rows)])


def interface() -> dict[str, str]:
    """One page a room: the names that it offers, or all of its modules where it offers none by itself."""
    pages = {}
    for room in (*ROAD, *PARTS_OF_ROOMS):
        package = importlib.import_module(f"silicart.{room}")
        # What a part of the room has on its own page is not described twice.
        apart = tuple(f"silicart.{part}" for part in PARTS_OF_ROOMS if part.startswith(f"{room}."))
        offered = [
            _autodoc(package, name)
            for name in getattr(package, "__all__", ())
            if not getattr(getattr(package, name), "__module__", "").startswith(apart or (" ",))
        ]
        modules = sorted(_submodules(package)) if hasattr(package, "__path__") else [package.__name__]
        modules = [name for name in modules if not name.startswith(apart or (" ",))]
        # A clinic is read module by module: items, scores, criteria, what a patient brings along.
        by_module = not offered or room.startswith("endpoints.")
        blocks = [_automodule(name) for name in modules] if by_module else offered
        pages[f"interface/{room}.md"] = "\n".join([f"# {room}\n\n{_summary(package)}\n", *blocks])
    pages["interface/errors.md"] = "# errors\n\n" + _automodule("silicart.errors")
    return pages


def unit_text(unit: str) -> str:
    """Return how a unit id is written for a reader, as `biology/units.yaml` says."""
    from silicart.evidence.document import read_document

    if not _UNITS:
        path = BIOLOGY / "units.yaml"
        top = read_document(path.read_text(encoding="utf-8"), path.name).top()
        _UNITS.update({id: str(part.text("text")) for id, part in top.sections()})
    return _UNITS.get(unit, "" if unit == "dimensionless" else unit)


_UNITS: dict[str, str] = {}


def _autodoc(package: ModuleType, name: str) -> str:
    value = getattr(package, name)
    if inspect.isclass(value):
        return f"```{{eval-rst}}\n.. autoclass:: {package.__name__}.{name}\n   :members:\n```\n"
    if inspect.isroutine(value):
        return f"```{{eval-rst}}\n.. autofunction:: {package.__name__}.{name}\n```\n"
    # A constant has no docstring of its own at run time; its value says enough.
    return f"`{name}` = `{textwrap.shorten(repr(value), 160)}`\n"


def _automodule(name: str) -> str:
    return f"```{{eval-rst}}\n.. automodule:: {name}\n   :members:\n```\n"


def _submodules(package: ModuleType) -> list[str]:
    return [
        info.name
        for info in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
        if not info.ispkg and not info.name.rpartition(".")[2].startswith("_")
    ]


def _summary(value: object) -> str:
    return (inspect.getdoc(value) or "").split("\n\n")[0].replace("\n", " ")


def _leading_comment(path: Path) -> str:
    lines = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line.startswith("// "):
            break
        lines.append(line[3:].strip())
    return " ".join(lines)


def _spread(words: str) -> str:
    """Return a spread in few words: a log-normal one is a factor, as the page explains, and none is a dash."""
    factor = re.search(r"between 1/([\d.]+) and", words)
    if factor:
        return f"× or ÷ {factor[1]}"
    return "–" if words == "fixed" else words


def _range(low: float | None, high: float | None) -> str:
    if low is None:
        return f"up to {high:g}"
    return f"from {low:g}" if high is None else f"{low:g} to {high:g}"


def _cell(value: object) -> str:
    return re.sub(r"\s+", " ", str(value)).replace("|", "\\|").replace("<", "&lt;")
