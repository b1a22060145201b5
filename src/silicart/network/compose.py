"""Compose a disease model: modules written out, values from the register, one readable Antimony text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Protocol

from silicart.errors import ModelError, RegisterError, UnitError, nearest
from silicart.evidence.document import read_document
from silicart.network.assembly import (
    Assembly,
    assay_names,
    disease_names,
    load_assembly,
    read_elsewhere,
    render_module,
)
from silicart.network.expression import OPERATORS
from silicart.network.network import Network
from silicart.network.reader import read_antimony_text
from silicart.network.units import BASE_KINDS, check_units


class Value(Protocol):
    """What a register says about a parameter, as far as a model text needs it."""

    @property
    def label(self) -> str: ...

    @property
    def value(self) -> float: ...

    @property
    def unit(self) -> str: ...


#: Steps of the expression ladder that a model may have; the last of them expresses 2**-23 of the first.
MOST_CLASSES = 24


@dataclass(frozen=True)
class ComposedModel:
    """A disease model, an assay or a module alone: the readable Antimony `text`, and the `network` that it means."""

    disease: str
    classes: int
    text: str
    network: Network


def compose(disease: str, register: Mapping[str, Value], classes: int = 6) -> ComposedModel:
    """Return the model of a disease, or of an assay, with `classes` steps of the CAR ladder, each half of the last.

    Parameters
    ----------
    disease : "sle", "mg" or "mm"; or an assay, "dish".
    register : value, unit and label of every parameter by id.
    classes : number of expression classes; at least those that in vivo transfection fills (6).

    Raises
    ------
    ModelError : unknown disease, or too few or too many classes.
    RegisterError : a parameter of a model is missing from the register, or the register has one that no model uses.
    UnitError : a formula does not agree with the units of the register.

    Examples
    --------
    >>> from silicart.evidence import load_register
    >>> model = compose("sle", load_register())
    >>> model.network.id, len(model.network.states)
    ('silicart_sle', 79)
    """
    assembly = load_assembly(disease)
    transfected = assembly.tables["transfected_classes"]
    fewest = max(transfected, 1)
    if classes < fewest:
        raise ModelError(
            "too few expression classes",
            found=classes,
            expected=f"at least {fewest}" + (", which in vivo transfection fills" if transfected else ""),
            remedy=f"ask for {fewest} or more",
        )
    if classes > MOST_CLASSES:
        raise ModelError(
            "too many expression classes",
            found=classes,
            expected=f"at most {MOST_CLASSES}",
            remedy="ask for fewer: each expresses half of the one before",
        )
    refuse_unused(register, classes)
    modules = _modules(disease, classes)
    text = _written(assembly, classes, modules, register)
    where = f"composed model {disease}"
    return ComposedModel(disease, classes, text, _checked(text, where))


def compose_alone(module: str, register: Mapping[str, Value], classes: int = 6) -> ComposedModel:
    """Return the model that a module of biology/models is by itself, outside any disease.

    The module defines all that it needs but values of the register; its inputs stand in it with a value and a unit.

    Parameters
    ----------
    module : name of the file.
    register : value, unit and label of every parameter by id.
    classes : number of expression classes, for a module that runs over them.

    Raises
    ------
    ModelError : there is no such module.
    RegisterError : a parameter of the module is missing from the register.
    UnitError : a formula does not agree with the units of the register.

    Examples
    --------
    >>> from silicart.evidence import load_register
    >>> model = compose_alone("intracellular", load_register())
    >>> model.network.id, "mRNA_cytosolic" in model.network.states
    ('silicart_intracellular', True)
    """
    text = render_module(module, load_assembly(disease_names()[0]), classes)
    title, _, rest = text.partition("\n\n")
    defined = dict.fromkeys(_defined(text), module)
    words = _vocabulary(disease_names()[0])
    names = [name for name in _identifiers(text) if name not in defined and name not in words]
    _refuse_unknown(module, text, names, defined, register)
    plain = _without_comments(text)
    units = {register[name].unit for name in names} | set(_HAS_UNIT.findall(plain))
    units |= set(_LITERAL_UNIT.findall(plain)) & set(_units())
    heading = [
        title,
        "// Composed by silicart from biology/models; values from the register. Time in days.",
        f"model silicart_{module}",
        "",
        "unit time_unit = 86400 second",
        *_unit_lines(units),
        "",
        "// The size is nominal: every species is an amount.",
        "compartment body = 1 litre",
        "",
    ]
    values = [_value_line(name, register[name]) for name in names]
    written = "\n".join([*heading, *values, "", rest.rstrip(), "", "end", ""])
    return ComposedModel(module, classes, written, _checked(written, f"composed model {module}"))


def used_parameters(disease: str, classes: int = 6) -> frozenset[str]:
    """Return the names that a disease model (or an assay) uses and does not define: its parameters in the register.

    Examples
    --------
    >>> {"k_kill", "beta_mm"} <= used_parameters("mm"), "beta" in used_parameters("mm")
    (True, False)
    """
    modules = _modules(disease, classes)
    defined = {name for _, text in modules for name in _defined(text)}
    return frozenset(name for _, text in modules for name in _identifiers(text)) - defined - _vocabulary(disease)


def refuse_unused(register: Mapping[str, Value], classes: int = 6) -> None:
    """Refuse a register with a model parameter that no model uses.

    Values that only products, regimens or endpoints read are declared in `assemblies.yaml` under `read_by_other_rooms`.

    Raises
    ------
    RegisterError : naming the parameter and the nearest name that a model uses.
    """
    used = frozenset().union(*(used_parameters(model, classes) for model in (*disease_names(), *assay_names())))
    files, values = read_elsewhere()
    for identifier, entry in register.items():
        if identifier in used | values or getattr(entry, "mechanism", "") in files:
            continue
        close = nearest(identifier, used - set(register))
        raise RegisterError(
            "the register has a model parameter that no model uses",
            where=getattr(entry, "where", None) or None,
            found=identifier,
            expected="a parameter of a file in biology/models",
            remedy="remove it, or declare it under read_by_other_rooms in biology/models/assemblies.yaml"
            if close is None
            else f"did you mean {close}?",
        )


_COMMENT = re.compile(r"//.*")
_WORD = re.compile(r"(?<![\w.])[A-Za-z_]\w*")
# What gives a name its meaning: "x :=", "x =", "x' =", "reaction:", "species x in place".
_DEFINITION = re.compile(r"(?:^|;)\s*([A-Za-z_]\w*)\s*(?:'\s*=|:=|=(?!=|>)|:(?!=))", re.MULTILINE)
_SPECIES = re.compile(r"([A-Za-z_]\w*)\s+in\s+\w+")
_HAS_UNIT = re.compile(r"\bhas\s+([A-Za-z_]\w*)")
_LITERAL_UNIT = re.compile(r"(?<![\w.])[0-9.]+(?:[eE][-+]?[0-9]+)?\s+([A-Za-z_]\w*)")
_WORDS_OF_ANTIMONY = frozenset({"species", "substanceOnly", "in", "has", *OPERATORS})


@cache
def _modules(disease: str, classes: int) -> tuple[tuple[str, str], ...]:
    """Return name and written-out text of each module, without the values of the register."""
    assembly = load_assembly(disease)
    texts = [(name, render_module(name, assembly, classes)) for name in assembly.modules]
    if assembly.replaced:
        lines = [f"{name} = {other}" for name, other in assembly.replaced.items()]
        title = "// Values of this disease: each takes the place of the one shared by all diseases."
        texts.append(("values", "\n".join([title, "", *lines, ""])))
    return tuple(texts)


def _written(
    assembly: Assembly, classes: int, modules: tuple[tuple[str, str], ...], register: Mapping[str, Value]
) -> str:
    """Return the whole text: heading, units, compartments, then each module after the parameters it uses first."""
    defined = {name: module for module, text in modules for name in _defined(text)}
    _refuse_double_values(defined, assembly, register)
    stated: set[str] = set()
    body: list[str] = []
    used_units = {"cell"}
    for module, text in modules:
        names = [name for name in _identifiers(text) if name not in defined and name not in _vocabulary(assembly.name)]
        _refuse_unknown(module, text, names, defined, register)
        fresh = [name for name in names if name not in stated]
        stated.update(fresh)
        values = [_value_line(name, register[name]) for name in fresh]
        if module == "values":
            text = text + "\n".join(f"{name} has {register[other].unit}" for name, other in assembly.replaced.items())
            text += "\n"
        plain = _without_comments(text)
        used_units |= {register[name].unit for name in fresh} | set(_HAS_UNIT.findall(plain))
        # A number before a word is a literal with its unit, or a stoichiometry ("=> 2 B_auto").
        used_units |= set(_LITERAL_UNIT.findall(plain)) & set(_units())
        title, _, rest = text.partition("\n\n")
        body.extend(["", f"// ======== {module}", title, ""])
        body.extend([*values, "", rest.rstrip()] if values else [rest.rstrip()])
    heading = [
        f"// {assembly.title}.",
        f"// Composed by silicart from biology/models with {classes} CAR expression classes; values from the register.",
        "// Time in days. Numbers of equations are those of the model description.",
        f"model silicart_{assembly.name}",
        "",
        "// Units",
        "unit time_unit = 86400 second",
        *_unit_lines(used_units),
        "",
        "// Places. Sizes are nominal: every species is a number of cells.",
        *(f"compartment {name} = 1 litre" for name in ("body", *assembly.tables["compartments"])),
    ]
    return "\n".join([*heading, *body, "", "end", ""])


def _checked(text: str, where: str) -> Network:
    """Return the network of a composed text, whose units must agree."""
    network = read_antimony_text(text, where)
    problems = check_units(network)
    if problems:
        first = problems[0]
        raise UnitError(
            f"units do not agree: {first.problem}",
            where=f"{where} ({first.where})",
            found=f"{first.found} in {first.formula}" if first.formula else first.found,
            expected=first.expected,
            remedy=f"correct the formula or the unit in the register ({len(problems)} such places)",
        )
    return network


def _value_line(name: str, entry: Value) -> str:
    _require_known_unit(entry.unit, name)
    label = " ".join(entry.label.split()).replace('"', "'")
    return f'{name} = {entry.value!r} {entry.unit}; {name} is "{label}"'


def _unit_lines(used: Iterable[str]) -> Iterator[str]:
    for name in sorted(used):
        _require_known_unit(name, None)
    yield from (f"unit {name} = {definition}" for name, definition in _units().items() if name in used)


def _require_known_unit(unit: str, parameter: str | None) -> None:
    if unit in _units() or unit in BASE_KINDS:
        return
    close = nearest(unit, _units())
    raise UnitError(
        "unknown unit" if parameter is None else f"the unit of {parameter} is not known",
        where="biology/models" if parameter is None else "the register",
        found=unit,
        expected="a unit of biology/units.yaml",
        remedy=None if close is None else f"did you mean {close}?",
    )


def _refuse_unknown(
    module: str, text: str, names: Iterable[str], defined: Mapping[str, str], register: Mapping[str, Value]
) -> None:
    for name in names:
        if name in register:
            continue
        close = nearest(name, [*register, *defined])
        line = next((n for n, row in enumerate(text.splitlines(), 1) if re.search(rf"\b{name}\b", row)), 1)
        raise RegisterError(
            "the model needs a parameter that the register does not have",
            where=f"biology/models/{module}.ant (written out, line {line})",
            found=name,
            expected="a parameter of the register, or a name that a module defines",
            remedy="add it to the register" if close is None else f"did you mean {close}? Otherwise add it",
        )


def _refuse_double_values(defined: Mapping[str, str], assembly: Assembly, register: Mapping[str, Value]) -> None:
    for name, module in defined.items():
        if name in register and name not in assembly.replaced:
            raise RegisterError(
                "the register gives a value to something that the model computes",
                where=f"biology/models/{module}.ant",
                found=name,
                expected="values only for what no formula sets",
                remedy="remove it from the register",
            )


def _without_comments(text: str) -> str:
    return _COMMENT.sub("", text)


def _defined(text: str) -> list[str]:
    plain = _without_comments(text)
    return list(dict.fromkeys([*_DEFINITION.findall(plain), *_SPECIES.findall(plain)]))


def _identifiers(text: str) -> list[str]:
    return list(dict.fromkeys(_WORD.findall(_without_comments(text))))


@cache
def _vocabulary(model: str | None = None) -> frozenset[str]:
    """Words that are no identifiers of the biology; a module that stands alone has one compartment."""
    places = ("body", *(() if model is None else load_assembly(model).tables["compartments"]))
    return _WORDS_OF_ANTIMONY | frozenset(_units()) | frozenset(BASE_KINDS) | frozenset(places)


@cache
def _units() -> Mapping[str, str]:
    name = "biology/units.yaml"
    text = resources.files("silicart").joinpath("biology", "units.yaml").read_text(encoding="utf-8")
    return {unit: row.text("antimony") for unit, row in read_document(text, name, UnitError).top().sections()}
