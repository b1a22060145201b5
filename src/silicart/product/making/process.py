"""A process as a file: which steps make a product, in which order and with which settings."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

from silicart.errors import ProcessError, nearest
from silicart.evidence import load_sources
from silicart.evidence.document import Document, Section, read_document
from silicart.evidence.shipped import find_text, shipped_names
from silicart.product.catalogue import IN_VIVO_KINDS, load_products
from silicart.product.making.order import check_order, warnings_of
from silicart.product.making.settings import DOSE_SETTINGS, STEPS, Value, read_settings

ROUTES = ("ex_vivo", "in_vivo")


@dataclass(frozen=True)
class Step:
    """One step: its kind, the settings that the model uses, those that are only recorded, and its file and line."""

    kind: str
    settings: Mapping[str, Value]
    recorded: Mapping[str, Value]
    where: str = field(default="", compare=False)

    def number(self, name: str) -> float:
        """Return a setting that is a number."""
        return float(self.settings[name])

    def optional(self, name: str) -> float | None:
        """Return a setting that is a number, or None when the file does not say it."""
        return self.number(name) if name in self.settings else None

    def word(self, name: str) -> str:
        """Return a setting that is a word."""
        return str(self.settings[name])


@dataclass(frozen=True)
class Process:
    """How a product is made, before any biology.

    id, title, note, sources : what it is called, what it is, and where it comes from.
    product : id of the catalogue.
    route : "ex_vivo" (cells are taken, changed and given back) or "in_vivo" (the carrier is given to the patient).
    release : limits of release, built-in by name or a path; None in vivo, where no lot of cells is released.
    steps : in order.
    warnings : what is possible, but loses what the process is for.
    """

    id: str
    title: str
    product: str
    route: str
    release: str | None
    steps: tuple[Step, ...]
    sources: tuple[str, ...]
    note: str | None = None
    warnings: tuple[str, ...] = ()
    document: Document | None = field(default=None, compare=False, repr=False)

    def step(self, kind: str) -> Step | None:
        """Return the first step of a kind, or None."""
        return next((step for step in self.steps if step.kind == kind), None)

    @property
    def delivery(self) -> Step:
        """The one step that brings the CAR into cells."""
        return next(step for step in self.steps if step.kind == "delivery")

    @property
    def carrier(self) -> str:
        """By what the CAR is delivered."""
        return self.delivery.word("by")

    @property
    def recorded(self) -> Mapping[str, Value]:
        """Settings that are written down and change nothing, as `step.setting` -> value."""
        return {f"{step.kind}.{name}": value for step in self.steps for name, value in step.recorded.items()}


def built_in_processes() -> tuple[str, ...]:
    """Return the names of the shipped processes.

    Examples
    --------
    >>> "mrna-lnp-bcma" in built_in_processes()
    True
    """
    return shipped_names("processes")


def load_process(name: str | Path) -> Process:
    """Load a built-in process by name, or a process file by path.

    Raises
    ------
    ProcessError : no such process, or one that `read_process` refuses.

    Examples
    --------
    >>> load_process("mrna-lnp-bcma").carrier
    'lnp'
    """
    return _read_once(*find_text(name, "processes", "process", ProcessError))


@cache
def _read_once(text: str, name: str) -> Process:
    return read_process(text, name)


def read_process(text: str, name: str) -> Process:
    """Read a process file; `name` is what messages show.

    Raises
    ------
    ProcessError : with file and line, for an unknown key, product, source, step or setting, a setting outside its
        bounds, or an order of steps that cannot be carried out.

    Examples
    --------
    >>> text = '''
    ... process: short
    ... title: One day in culture
    ... product: mrna_lnp_bcma
    ... source: assumption
    ... steps:
    ...   - leukapheresis: {}
    ...   - selection: {}
    ...   - activation: {days: 2}
    ...   - delivery: {by: lnp, dose_ug_per_million_cells: 1, exposure_hours: 24, cells_per_mL: 1e6, PDI: 0.1}
    ...   - hold: {hours: 24, at: culture}
    ... '''
    >>> process = read_process(text, "short.yaml")
    >>> process.delivery.number("dose_ug_per_million_cells"), dict(process.recorded)
    (1.0, {'delivery.PDI': 0.1})
    """
    return _read(read_document(text, name, ProcessError))


def with_settings(process: Process, changes: Mapping[str, Value]) -> Process:
    """Return a process with other settings, checked as if its file said so; this is what a sweep changes.

    Parameters
    ----------
    changes : `step.setting` -> value, such as {"hold.hours": 72}. `delivery.dose` is the dose of whatever carrier it
        is. Where a step stands twice, `culture.2.days` names the second.

    Raises
    ------
    ProcessError : the process has no such step, the step no such setting, or the changed process is not possible.

    Examples
    --------
    >>> longer = with_settings(load_process("mrna-lnp-bcma"), {"delivery.dose": 2, "hold.hours": 72})
    >>> longer.delivery.number("dose_ug_per_million_cells"), longer.step("hold").number("hours")
    (2.0, 72.0)
    """
    if process.document is None:
        raise ProcessError("this process was not read from a file", found=process.id, remedy="use read_process")
    data = copy.deepcopy(process.document.data)
    for key, value in changes.items():
        position, name = _place(process, key)
        step = process.steps[position].kind
        settings = data["steps"][position][step] or {}
        data["steps"][position][step] = {**settings, name: value}
    return _read(replace(process.document, data=data))


def _place(process: Process, key: str) -> tuple[int, str]:
    """Return the position of the step and the name of the setting that `culture.days` or `culture.2.days` names."""
    parts = key.split(".")
    step, name = parts[0], parts[-1]
    places = [place for place, one in enumerate(process.steps) if one.kind == step]
    if len(parts) not in (2, 3) or not places:
        kinds = list(dict.fromkeys(one.kind for one in process.steps))
        near = nearest(step, kinds)
        raise ProcessError(
            "no such setting in this process", where=process.id, found=key,
            expected="step.setting, with a step of: " + ", ".join(kinds),
            remedy=f"did you mean {near}.{name}?" if near else "name a step of the process",
        )  # fmt: skip
    which = parts[1] if len(parts) == 3 else "1"
    if not which.isdecimal() or not 1 <= int(which) <= len(places) or (len(parts) == 2 and len(places) > 1):
        raise ProcessError(
            f"{step} stands {len(places)} times in this process", where=process.id, found=key,
            expected=" or ".join(f"{step}.{turn}.{name}" for turn in range(1, len(places) + 1)),
        )  # fmt: skip
    if key == "delivery.dose":
        name = DOSE_SETTINGS[process.carrier]
    return places[int(which) - 1], name


def _read(document: Document) -> Process:
    top = document.top()
    top.allow("process", "title", "product", "route", "release", "source", "note", "steps")
    product = top.choice("product", tuple(load_products()))
    in_vivo = load_products()[product].kind in IN_VIVO_KINDS
    route = top.choice("route", ROUTES) if top.has("route") else "ex_vivo"
    if in_vivo != (route == "in_vivo"):
        raise top.fail(
            f"the route does not fit {product}", "route" if top.has("route") else "product", found=route,
            expected="route: in_vivo" if in_vivo else "route: ex_vivo, or none",
        )  # fmt: skip
    sources = top.words("source")
    for key in sources or ("",):
        if key not in load_sources():
            near = nearest(key, load_sources())
            raise top.fail(
                "a process without a known source", "source" if sources else None, found=key or None,
                expected="keys of sources.bib, or assumption",
                remedy=f"did you mean {near}?" if near else "say where the process is described, or that it is assumed",
            )  # fmt: skip
    steps = tuple(_steps(top))
    check_order(steps, route, product, top)
    return Process(
        id=top.text("process"),
        title=top.text("title"),
        product=product,
        route=route,
        release=_release(top),
        steps=steps,
        sources=sources,
        note=top.optional_text("note"),
        warnings=warnings_of(steps),
        document=document,
    )


def _release(top: Section) -> str | None:
    """Limits by name, or as a path, which starts at the folder of the process file."""
    release = top.optional_text("release")
    if release is None or Path(release).suffix not in (".yaml", ".yml"):
        return release
    return str(Path(top.document.name).parent / release)


def _steps(top: Section) -> Iterator[Step]:
    if not top.has("steps"):
        raise top.fail("a process has no steps", expected="steps: a list, such as - leukapheresis: {}")
    for entry in top.listed("steps"):
        if len(entry.data) != 1:
            raise entry.fail("each step stands by itself", found=", ".join(entry.data), expected="one step a line")
        (kind,) = entry.data
        if kind not in STEPS:
            near = nearest(kind, STEPS)
            raise entry.fail(
                "unknown step", kind, found=kind, expected="one of: " + ", ".join(STEPS),
                remedy=f"did you mean {near}?" if near else None,
            )  # fmt: skip
        section = entry.section(kind) if entry.has(kind) else Section(entry.document, (*entry.path, kind), {})
        yield Step(kind, *read_settings(kind, section), where=entry.at(kind))
