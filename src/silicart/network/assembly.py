"""The declared index tables of the built-in models, and the templates that run over them.

A disease is a patient; an assay is a laboratory's test that runs some of the same modules in places of its own.

Antimony has no indices, so repeated structure is written once, with Jinja line statements that read as Antimony
comments ("//: for k in classes"), and composed once for every row of a table of `biology/models/assemblies.yaml`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import product
from typing import Any

from silicart.errors import ModelError, nearest
from silicart.evidence.document import Section, read_document

_KEYS = (
    "modules",
    "compartments",
    "routes",
    "transfected_classes",
    "kinds",
    "targets",
    "chemosensitive",
    "read_by_other_rooms",
    "diseases",
    "assays",
)
_FILE = "biology/models/assemblies.yaml"


@dataclass(frozen=True)
class Assembly:
    """One built-in model as data: its modules in order, its index tables and the values that it sets.

    `replaced` maps the id of a model parameter to the id of the register that takes its place in this disease.
    """

    name: str
    title: str
    modules: tuple[str, ...]
    tables: Mapping[str, Any]
    replaced: Mapping[str, str]


def disease_names() -> tuple[str, ...]:
    """Return the diseases that can be composed.

    Examples
    --------
    >>> disease_names()
    ('sle', 'mg', 'mm')
    """
    return tuple(_declared().section("diseases").data)


def assay_names() -> tuple[str, ...]:
    """Return the assays that can be composed: models of a laboratory's test, which no patient has.

    Examples
    --------
    >>> assay_names()
    ('dish',)
    """
    return tuple(_declared().section("assays").data)


def load_assembly(name: str) -> Assembly:
    """Return the assembly of a disease or of an assay.

    Raises
    ------
    ModelError : the name is unknown, or the table is malformed (with file and line).

    Examples
    --------
    >>> load_assembly("mm").modules[-1]
    'observables'
    >>> "killing" in load_assembly("dish").modules
    True
    """
    if name in assay_names():
        return _assay(name)
    top = _declared()
    if name not in disease_names():
        known = (*disease_names(), *assay_names())
        close = nearest(name, known)
        raise ModelError(
            "unknown disease model",
            where=_FILE,
            found=name,
            expected=f"one of: {', '.join(disease_names())}; or an assay: {', '.join(assay_names())}",
            remedy=None if close is None else f"did you mean {close}?",
        )
    own = top.section("diseases").section(name)
    own.allow("title", "modules", "kinds", "targets", "set")
    shared = list(top.words("modules"))
    # Observables read every other module, so they stay last.
    modules = (*shared[:-1], *own.words("modules"), shared[-1])
    return Assembly(
        name=name,
        title=own.text("title"),
        modules=modules,
        tables=_tables(top, top, own),
        replaced=dict(own.section("set").data) if own.has("set") else {},
    )


def read_elsewhere() -> tuple[frozenset[str], frozenset[str]]:
    """Return what no model file needs to use: names of register files, and ids of single register values.

    Examples
    --------
    >>> files, values = read_elsewhere()
    >>> "emission" in files, "r_0" in values
    (True, True)
    """
    section = _declared().section("read_by_other_rooms")
    section.allow("files", "values")
    return frozenset(section.words("files")), frozenset(section.words("values"))


def render_module(name: str, assembly: Assembly, classes: int) -> str:
    """Return a module as plain Antimony, its repetitions written out for `classes` expression classes.

    Raises
    ------
    ModelError : the module does not exist, or uses an index table that is not declared.

    Examples
    --------
    >>> print(render_module("background_therapy", load_assembly("sle"), 6).splitlines()[0])
    // Background therapy and blocking drugs (equation 47).
    """
    from jinja2 import TemplateError

    context = _context(assembly, classes)
    try:
        return str(_template(name).render(context))
    except TemplateError as error:
        line = getattr(error, "lineno", None)
        raise ModelError(
            f"the module cannot be written out: {error.message}",
            where=f"biology/models/{name}.ant" + ("" if line is None else f":{line}"),
            expected="Antimony with line statements over the tables of assemblies.yaml",
        ) from error


def module_text(name: str) -> str:
    """Return the source of a module.

    Raises
    ------
    ModelError : there is no such module.
    """
    file = resources.files("silicart").joinpath("biology", "models", f"{name}.ant")
    if not file.is_file():
        raise ModelError("unknown module", where=_FILE, found=name, expected=f"a file biology/models/{name}.ant")
    return file.read_text(encoding="utf-8")


def sum_over(pattern: str, *tables: Iterable[Mapping[str, Any]], **indices: Any) -> str:
    """Return `pattern` written once for every row and index value, joined by plus signs.

    `tables` hold rows whose fields the pattern names; an index is one value or several.

    Examples
    --------
    >>> sum_over("w_{c}*T_{c}_{k}", c=("blood", "marrow"), k=range(2))
    'w_blood*T_blood_0 + w_blood*T_blood_1 + w_marrow*T_marrow_0 + w_marrow*T_marrow_1'
    """
    return " + ".join(_written_out(pattern, tables, indices))


def greatest_over(pattern: str, *tables: Iterable[Mapping[str, Any]], **indices: Any) -> str:
    """Return the maximum of `pattern` over rows and index values.

    Examples
    --------
    >>> greatest_over("sigma_{kind}", kind=("naive", "memory"))
    'max(sigma_naive, sigma_memory)'
    """
    terms = _written_out(pattern, tables, indices)
    return terms[0] if len(terms) == 1 else f"max({', '.join(terms)})"


@cache
def _template(name: str) -> Any:
    from jinja2 import Environment, StrictUndefined

    environment = Environment(
        line_statement_prefix="//:", undefined=StrictUndefined, autoescape=False, keep_trailing_newline=True
    )
    return environment.from_string(module_text(name))


def _written_out(
    pattern: str, tables: tuple[Iterable[Mapping[str, Any]], ...], indices: Mapping[str, Any]
) -> list[str]:
    axes: list[list[Mapping[str, Any]]] = [list(table) for table in tables]
    for name, values in indices.items():
        several = values if isinstance(values, Iterable) and not isinstance(values, str) else (values,)
        axes.append([{name: value} for value in several])
    terms = []
    for rows in product(*axes):
        fields: dict[str, Any] = {}
        for row in rows:
            fields.update(row)
        terms.append(pattern.format(**fields))
    return terms


def _context(assembly: Assembly, classes: int) -> dict[str, Any]:
    ladder = list(range(classes))
    return {
        **assembly.tables,
        "classes": ladder,
        "signal_classes": [*ladder, "LV"],
        "transfected": ladder[: assembly.tables["transfected_classes"]],
        "modules": assembly.modules,
        "sum_over": sum_over,
        "greatest_over": greatest_over,
    }


@cache
def _declared() -> Section:
    text = resources.files("silicart").joinpath(*_FILE.split("/")).read_text(encoding="utf-8")
    top = read_document(text, _FILE, ModelError).top()
    top.allow(*_KEYS)
    return top


def _assay(name: str) -> Assembly:
    """An assay shares modules with the patient, but names its own places, kinds and targets: nobody circulates."""
    own = _declared().section("assays").section(name)
    own.allow("title", "modules", "compartments", "kinds", "targets")
    return Assembly(name, own.text("title"), own.words("modules"), _tables(own, own), {})


def _tables(places_of: Section, *parts: Section) -> dict[str, Any]:
    """The index tables: places from one section, kinds and targets from all `parts`."""
    antigens = {kind: _antigens(row) for kind, row in _kind_rows(parts)}
    targets = [_target(row, list(antigens)) for part in parts for row in part.listed("targets")]
    places: dict[str, dict[str, Any]] = {}
    for name, row in places_of.section("compartments").sections():
        row.allow("phi", "H", "K_eng")
        here = [target for target in targets if target["compartment"] == name]
        places[name] = {**row.data, "targets": here, "kinds": list(dict.fromkeys(row["kind"] for row in here))}
    densities = {
        antigen["density"]: {"id": antigen["density"], "antigen": antigen["antigen"]}
        for carried in antigens.values()
        for antigen in carried
    }
    return {
        "compartments": places,
        "routes": [dict(row.data) for row in places_of.listed("routes")],
        "transfected_classes": places_of.optional_count("transfected_classes") or 0,
        "kinds": [{"id": kind, "antigens": carried} for kind, carried in antigens.items()],
        "densities": list(densities.values()),
        "targets": targets,
        "chemosensitive": list(places_of.words("chemosensitive")),
    }


def _kind_rows(parts: Iterable[Section]) -> Iterable[tuple[str, Section]]:
    for part in parts:
        if part.has("kinds"):
            yield from part.section("kinds").sections()


def _antigens(row: Section) -> list[dict[str, str]]:
    row.allow("BCMA", "CD19")
    return [{"antigen": antigen, "density": row.text(antigen)} for antigen in row.data]


def _target(row: Section, kinds: list[str]) -> dict[str, str]:
    row.allow("state", "kind", "compartment", "access")
    shield = row.optional_text("access")
    return {
        "state": row.text("state"),
        "kind": row.choice("kind", kinds),
        "compartment": row.text("compartment"),
        "shield": "" if shield is None else f"{shield}*",
    }
