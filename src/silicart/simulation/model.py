"""A model as a noun: what may be set, what changes, what can be observed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

import numpy as np

from silicart.errors import ModelError, nearest
from silicart.network import Network
from silicart.simulation.compiled import system_of
from silicart.symbolic import evaluate

if TYPE_CHECKING:
    from silicart.network.compose import Value

BUILT_IN = ("sle", "mg", "mm")
ASSAYS = ("dish",)


@dataclass(frozen=True, slots=True)
class Quantity:
    """Something with a value: `unit` is an id of the model's units, None where the file gives none."""

    id: str
    unit: str | None
    value: float
    name: str = ""


class Quantities(Sequence[Quantity]):
    """Quantities in the order of the model, found by position or by id.

    Examples
    --------
    >>> quantities = Quantities([Quantity("k", "per_day", 0.3)])
    >>> quantities["k"].value, quantities[0].id, "k" in quantities.ids
    (0.3, 'k', True)
    """

    def __init__(self, entries: Sequence[Quantity]) -> None:
        self._entries = tuple(entries)
        self._places = {entry.id: place for place, entry in enumerate(self._entries)}

    @overload
    def __getitem__(self, key: int | str) -> Quantity: ...

    @overload
    def __getitem__(self, key: slice) -> tuple[Quantity, ...]: ...

    def __getitem__(self, key: int | str | slice) -> Quantity | tuple[Quantity, ...]:
        if isinstance(key, str):
            if key not in self._places:
                near = nearest(key, self._places)
                raise KeyError(f"no {key!r}" + (f"; did you mean {near!r}?" if near else ""))
            return self._entries[self._places[key]]
        return self._entries[key]

    def __len__(self) -> int:
        return len(self._entries)

    def __iter__(self) -> Iterator[Quantity]:
        return iter(self._entries)

    def __repr__(self) -> str:
        return f"Quantities({', '.join(self._places)})"

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids, in order."""
        return tuple(self._places)


@dataclass(frozen=True, eq=False)
class Model:
    """A model that can be simulated; immutable, picklable, and cheap to hand around.

    network : reactions, rules and units.
    name : how messages call it.
    text : the composed Antimony of a built-in model, else None.

    Examples
    --------
    >>> from silicart.network import read_antimony_text
    >>> decay = Model(read_antimony_text("model decay; A = 5; k = 0.1; A' = -k*A; half := A/2; end", "decay"), "decay")
    >>> [(entry.id, entry.value) for entry in decay.parameters]
    [('k', 0.1)]
    >>> decay.states["A"].value, decay.observables.ids, decay.fixed.ids
    (5.0, ('half',), ())
    """

    network: Network
    name: str
    text: str | None = None

    @cached_property
    def parameters(self) -> Quantities:
        """What may be set: parameters that no rule assigns. One with a formula shows what the formula gives."""
        ruled = {rule.variable for rule in self.network.assignment_rules + self.network.rate_rules}
        return self._quantities([entry.id for entry in self.network.parameters if entry.id not in ruled])

    @cached_property
    def fixed(self) -> Quantities:
        """Species and compartments that no reaction and no rule changes; they may be set as parameters are."""
        changed = {rule.variable for rule in self.network.assignment_rules} | set(self.network.states)
        ids = [entry.id for entry in self.network.compartments]
        ids += [entry.id for entry in self.network.species]
        return self._quantities([id for id in ids if id not in changed])

    @cached_property
    def states(self) -> Quantities:
        """What changes in time, with its initial value."""
        return self._quantities(self.network.states)

    @cached_property
    def observables(self) -> Quantities:
        """What assignment rules compute from the states, with its initial value."""
        return self._quantities([rule.variable for rule in self.network.assignment_rules])

    @property
    def notes(self) -> tuple[str, ...]:
        """What the file says that has no effect on a solution, such as constraints; a sentence each."""
        return self.network.notes

    @property
    def hash(self) -> str:
        """SHA-256 of the content of the model."""
        return self.network.hash

    @cached_property
    def formulas(self) -> frozenset[str]:
        """Parameters that may be set but have a formula for their initial value; setting one replaces the formula."""
        return frozenset(entry.variable for entry in self.network.initial_assignments) & set(self.parameters.ids)

    def unit(self, id: str) -> str | None:
        """Return the unit of a parameter, state, observable or compartment."""
        return self._units.get(id)

    def __getstate__(self) -> dict[str, Any]:
        # What is derived is cheap to derive again, and the same in every process.
        return {"network": self.network, "name": self.name, "text": self.text}

    @cached_property
    def _units(self) -> Mapping[str, str | None]:
        units = {entry.id: entry.unit for entry in self.network.compartments}
        units |= {entry.id: entry.unit for entry in self.network.species}
        return units | {entry.id: entry.unit for entry in self.network.parameters}

    def _quantities(self, ids: Sequence[str]) -> Quantities:
        system = system_of(self.network)
        inputs = dict(zip(system.inputs, system.input_defaults.tolist(), strict=True))
        computed = [id for id in ids if id not in inputs]
        rows = system.input_defaults[None, :]
        with np.errstate(all="ignore"):
            values = dict(zip(computed, evaluate(system, rows, computed)[0].tolist(), strict=True)) if computed else {}
        names = {entry.id: entry.name for entry in self.network.compartments}
        names |= {entry.id: entry.name for entry in self.network.species}
        names |= {entry.id: entry.name for entry in self.network.parameters}
        return Quantities([Quantity(id, self.unit(id), (inputs | values)[id], names.get(id, "")) for id in ids])


def load_model(source: str | Path, *, classes: int = 6, register: Mapping[str, Value] | None = None) -> Model:
    """Load a model: "sle", "mg" or "mm", or a file in Antimony or SBML.

    Parameters
    ----------
    source : a built-in model by its name, or the path of an .ant, .xml or .sbml file.
    classes : expression classes of a built-in model.
    register : the values of a built-in model; the shipped register when absent.

    Raises
    ------
    ModelError : an unknown name, a file that cannot be read, or a feature that is refused by name.

    Examples
    --------
    >>> model = load_model("sle")
    >>> model.parameters["k_kill"].unit, model.states["T_blood_0"].unit
    ('per_day', 'cell')
    """
    from silicart.network import read_antimony_file, read_sbml_file

    if str(source) in BUILT_IN:
        return _shipped(str(source), classes) if register is None else _composed(str(source), classes, register)
    path = Path(source)
    if path.suffix == ".ant":
        return Model(read_antimony_file(path), path.stem, None)
    if path.suffix in (".xml", ".sbml"):
        return Model(read_sbml_file(path), path.stem, None)
    near = nearest(str(source), BUILT_IN)
    advice = f"did you mean {near}?" if near else "check the name or the path"
    raise ModelError(
        "unknown model",
        found=source,
        expected="one of "
        + ", ".join(BUILT_IN)
        + ", or the path of an Antimony file (.ant) or an SBML file (.xml, .sbml)",
        remedy="it is an assay, not a patient: use load_assay" if str(source) in ASSAYS else advice,
    )


def load_assay(name: str, *, classes: int = 6, register: Mapping[str, Value] | None = None) -> Model:
    """Load the model of a laboratory's assay, which shares mechanisms and values with the patients of `load_model`.

    Parameters
    ----------
    name : "dish", the killing assay.
    classes : expression classes of transient CAR-T cells.
    register : the values; the shipped register when absent.

    Raises
    ------
    ModelError : an unknown name.

    Examples
    --------
    >>> dish, patient = load_assay("dish"), load_model("mm")
    >>> dish.parameters["k_kill"] == patient.parameters["k_kill"]
    True
    """
    if name not in ASSAYS:
        raise ModelError(
            "unknown assay",
            found=name,
            expected="one of " + ", ".join(ASSAYS),
            remedy="a disease is loaded by load_model" if name in BUILT_IN else "check the name",
        )
    return _shipped(name, classes) if register is None else _composed(name, classes, register)


def read_model(text: str, name: str = "model") -> Model:
    """Return the model that a text in Antimony or SBML means.

    Parameters
    ----------
    text : SBML where it begins with "<", else Antimony.
    name : how messages call it.

    Raises
    ------
    ModelError : the text cannot be read, or uses a feature that is refused by name.

    Examples
    --------
    >>> read_model("model decay; A = 5; k = 0.1; A' = -k*A; end").states.ids
    ('A',)
    """
    from silicart.network import read_antimony_text, read_sbml_text

    is_sbml = text.lstrip("\ufeff \t\r\n").startswith("<")
    return Model(read_sbml_text(text, name) if is_sbml else read_antimony_text(text, name), name)


@cache
def _shipped(name: str, classes: int) -> Model:
    from silicart.evidence import load_register

    return _composed(name, classes, load_register())


def _composed(name: str, classes: int, register: Mapping[str, Value]) -> Model:
    from silicart.network import compose

    composed = compose(name, register, classes)
    return Model(composed.network, name, composed.text)
