"""The catalogue of products, as data: `biology/products.yaml`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources

from silicart.errors import DoseError
from silicart.evidence import load_sources
from silicart.evidence.document import Section, read_document
from silicart.evidence.sources import ASSUMPTION

ANTIGENS = ("BCMA", "CD19")
CARRIERS = ("lnp", "electroporation")
DOSE_UNITS: Mapping[str, tuple[str, ...]] = {
    "transient": ("cell_per_kg", "cell", "viable_cell_per_kg", "viable_cell"),
    "integrating": ("cell_per_kg", "cell", "viable_cell_per_kg", "viable_cell"),
    "in_vivo_mrna": ("mg",),
    "in_vivo_vector": ("vector_unit",),
    "lymphodepletion": ("dimensionless",),
    "anti_CD20": ("mg", "mg_per_kg"),
    "engager": ("mg", "mg_per_kg"),
    "immunoglobulin": ("mg", "mg_per_kg"),
}
"""Kinds of products, and the units in which each may be dosed, per infusion.

A cell is a CAR+ cell, as trials count them; of viable cells, the lot's CAR+ share carries the CAR.
"""

WITHOUT_CAR = frozenset({"lymphodepletion", "anti_CD20", "engager", "immunoglobulin"})
"""Kinds that bring no CAR: they name no target of one, and nothing makes a lot of them."""


IN_VIVO_KINDS = ("in_vivo_mrna", "in_vivo_vector")
"""Kinds that are given to the patient as a carrier and make their cells in the body."""


@dataclass(frozen=True)
class ProductSpec:
    """What a product is, before any number.

    id : name in the catalogue.
    label : name in words.
    kind : a key of `DOSE_UNITS`.
    targets : antigens that its CAR binds, some of `ANTIGENS`; none for a kind without CAR.
    carrier : "lnp" or "electroporation" of a transient product, else None.
    process : the built-in process that makes it, a file of `biology/processes`; None for a kind without CAR.
    scales : parameter of the model -> value of the register that multiplies it while this product is given.
    evidence : keys of `sources.bib`, or "assumption".
    reasoning : why, where a source alone does not say.
    """

    id: str
    label: str
    kind: str
    targets: tuple[str, ...]
    carrier: str | None = None
    process: str | None = None
    evidence: tuple[str, ...] = ()
    reasoning: str | None = None
    scales: Mapping[str, str] = field(default_factory=dict)

    @property
    def target(self) -> str:
        """The antigens in one word, such as "BCMA" or "CD19+BCMA"."""
        return "+".join(self.targets)

    @property
    def dose_units(self) -> tuple[str, ...]:
        """Units in which it may be dosed."""
        return DOSE_UNITS[self.kind]


@cache
def load_products() -> Mapping[str, ProductSpec]:
    """Return the shipped catalogue by id.

    Examples
    --------
    >>> load_products()["lentiviral_cd19_bcma"].target
    'CD19+BCMA'
    """
    text = resources.files("silicart").joinpath("biology", "products.yaml").read_text(encoding="utf-8")
    return read_products(text, "biology/products.yaml")


def read_products(text: str, name: str) -> dict[str, ProductSpec]:
    """Read a catalogue; `name` is what messages show.

    Raises
    ------
    DoseError : with file and line, for an unknown key, kind, carrier, antigen or source, or none.

    Examples
    --------
    >>> text = "products: {x: {label: X, kind: in_vivo_mrna, targets: [CD19], process: in-vivo-cd19, source: assumption"
    >>> read_products(text + ", reasoning: an example}}", "own.yaml")["x"].dose_units
    ('mg',)
    """
    top = read_document(text, name, DoseError).top()
    top.allow("products")
    return {id: _read_product(id, part) for id, part in top.section("products").sections()}


def _read_product(id: str, part: Section) -> ProductSpec:
    part.allow("label", "kind", "carrier", "targets", "process", "scales", "source", "reasoning")
    kind = part.choice("kind", tuple(DOSE_UNITS))
    carrier = part.choice("carrier", CARRIERS) if kind == "transient" else None
    if carrier is None and part.has("carrier"):
        raise part.fail(f"a product of kind {kind} has no carrier", "carrier", remedy="remove it")
    targets = part.words("targets")
    for antigen in targets:
        if antigen not in ANTIGENS:
            raise part.fail(
                "unknown antigen", "targets", found=antigen, expected="some of: " + ", ".join(ANTIGENS),
                remedy="the killing of the model knows no other antigen",
            )  # fmt: skip
    if bool(targets) == (kind in WITHOUT_CAR):
        expected = "none" if targets else "at least one of: " + ", ".join(ANTIGENS)
        raise part.fail(f"the targets of {id} do not fit its kind", "targets", found=targets or None, expected=expected)
    sources = part.words("source")
    known = {*load_sources(), ASSUMPTION}
    for key in sources or ("",):
        if key not in known:
            raise part.fail(
                "a product without a known source", "source" if sources else None, found=key or None,
                expected="keys of sources.bib, or assumption", remedy="say where the product is described",
            )  # fmt: skip
    reasoning = part.optional_text("reasoning")
    if ASSUMPTION in sources and reasoning is None:
        raise part.fail(f"{id} is assumed without a reason", expected="reasoning: a sentence", remedy="say why")
    process = part.text("process") if targets else None
    scales: dict[str, str] = {}
    if part.has("scales"):
        ratios = part.section("scales")
        scales = {name: ratios.text(name) for name in ratios.data}
    return ProductSpec(id, part.text("label"), kind, targets, carrier, process, sources, reasoning, scales)
