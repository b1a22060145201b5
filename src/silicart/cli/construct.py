"""The command on constructs: a CAR, its mRNA and its LNP, checked, worked out and written for other tools."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from silicart.cli.terminal import WIDTH, guarded, results, say, unicode_fits, write_json

if TYPE_CHECKING:
    from rich.table import Table

    from silicart.product.construct import Design

Row = tuple[str, ...]


def add_commands(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command()(guarded(construct))


def construct(
    file: Annotated[str, typer.Argument(help="A construct file, or the name of a built-in one, such as bcma-bbz.")],
    out: Annotated[
        Path | None, typer.Option(help="Folder for the files. Default: out/NAME.", show_default=False)
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Write JSON to standard output, nothing else.")] = False,
) -> None:
    """Check a construct, choose its codons, count and weigh it, and write GenBank, SBOL 3 and FASTA."""
    from silicart.product.construct import load_construct, record_of, work_out, write_files

    design = work_out(load_construct(file))
    files = write_files(design, Path("out") / design.construct.name if out is None else out)
    if as_json:
        write_json({**record_of(design), "files": [str(path) for path in files]})
        return
    _print(design)
    for path in files:
        say(f"written: {path}")


def _print(design: Design) -> None:
    from rich.padding import Padding
    from rich.text import Text

    from silicart.product.construct import NOT_PREDICTED

    console = results()
    console.print(Text(design.construct.title, style="bold"))
    if design.construct.note:
        console.print(Text(design.construct.note, style="dim"))
    console.print(_parts(design))
    console.print(_counts(design))
    console.print(_lipids(design))
    console.print(_arithmetic(design))
    for head, lines, style in (
        ("Look at", design.findings, "yellow"),
        ("Not predicted, for want of evidence", ("; ".join(NOT_PREDICTED) + ".",), "bold"),
    ):
        if lines:
            console.print(Text(head, style=style))
        for line in lines:
            console.print(Padding(Text(line), (0, 0, 0, 2)))
    console.print()


def _parts(design: Design) -> Table:
    table = _table((("part", None), ("kind", None), ("nt", "right"), ("of the mRNA", "right"), ("aa", "right")))
    table.add_column("source", ratio=1, overflow="fold")
    domains = {domain.kind for domain in design.construct.CAR}
    for feature in design.transcript.features:
        inside = feature.kind in domains
        acids = ""
        if inside:
            acids = str(feature.length // 3)
        elif feature.kind == "CDS":
            acids = str(len(design.construct.protein))
        source = "a stand-in, see below" if feature.note.startswith("stand-in") else feature.note
        _row(
            table, ("  " + feature.name if inside else feature.name, _words(feature.kind), str(feature.length),
                    f"{feature.start + 1}–{feature.end}", acids, source),
        )  # fmt: skip
    return table


def _counts(design: Design) -> Table:
    from silicart.product.construct import HOW_TO_INSTALL
    from silicart.report.numbers import figure

    counted, rules, mRNA = design.composition, design.construct.rules, design.construct.mRNA
    codons = f"DNA Chisel, {_words(rules.objective)}, seed {rules.seed}" if design.chosen else "the user's own, checked"
    rule = counted.molar_mass_by_rule / counted.length
    folding = design.folding
    energy = (
        f"ViennaRNA is not installed: {HOW_TO_INSTALL}"
        if folding is None
        else f"{folding.energy:.1f} kcal/mol ({folding.by}, 37 °C, parameters of unmodified RNA)"
    )
    return _pairs(
        "mRNA",
        (
            ("length", f"{counted.length} nt, of them {counted.coding_length} nt reading frame with stop"),
            ("5' end, base for U", f"{mRNA.cap.name}, {mRNA.uridine.name}"),
            ("codons", codons),
            ("codon adaptation index", f"{counted.codon_adaptation:.3f} ({rules.species})"),
            ("GC", f"{_percent(counted.GC)} of the mRNA, {_percent(counted.coding_GC)} of the reading frame"),
            (
                f"GC in windows of {counted.window} nt",
                f"{_percent(counted.lowest_GC)} to {_percent(counted.highest_GC)} of the codons",
            ),
            (
                "uridine",
                f"{counted.uridines} ({_percent(counted.uridine_share)}) in the mRNA, "
                f"{counted.coding_uridines} ({_percent(counted.coding_uridine_share)}) in the reading frame",
            ),
            (
                "molar mass",
                f"{counted.molar_mass / 1e3:.2f} kg/mol by composition (free acid); "
                f"{counted.molar_mass_by_rule / 1e3:.2f} by {rule:.0f} g/mol a nt",
            ),
            (
                "copies per cell",
                f"{figure(counted.copies_per_cell / 1e6)} million at 1 µg per million cells, before any loss "
                f"({figure(counted.copies_per_cell_by_rule / 1e6)} by rule)",
            ),
            ("folding energy", energy),
        ),
    )


def _lipids(design: Design) -> Table:
    from silicart.product.construct import LIPID_KINDS

    table = _table(
        (
            ("LNP", None),
            ("", None),
            ("mol %", "right"),
            ("g/mol", "right"),
            ("amines", "right"),
            ("mg/mg mRNA", "right"),
        )
    )
    LNP = design.construct.LNP
    for kind in LIPID_KINDS:
        lipid = LNP.lipids[kind]
        amines = "" if lipid.amines is None else str(lipid.amines)
        mass = f"{design.lipids.masses[kind]:.2f}"
        _row(table, (lipid.name, kind, f"{LNP.mol_percent[kind]:g}", f"{lipid.mass:.1f}", amines, mass))
    _row(table, ("all lipid", "", "100", "", "", f"{design.lipids.total:.2f}"))
    return table


def _arithmetic(design: Design) -> Table:
    from silicart.report.numbers import figure

    ratio, published = design.published_ratio, design.published_N_to_P
    return _pairs(
        "N/P arithmetic",
        (
            (
                f"N/P {design.construct.LNP.N_to_P:g}",
                f"is {figure(design.lipids.mRNA_to_lipid)} mg mRNA per mg lipid "
                f"(marketed vaccines about {ratio.value:g}, {ratio.source})",
            ),
            (
                f"{ratio.value:g} mg mRNA per mg lipid",
                f"is N/P {figure(design.N_to_P_at_published_ratio)} "
                f"(marketed vaccines {published.value:g}, {published.source})",
            ),
        ),
    )


def _table(columns: Iterable[tuple[str, str | None]]) -> Table:
    from rich import box
    from rich.table import Table

    console = results()
    table = Table(
        box=box.SIMPLE_HEAD if unicode_fits(console) else box.ASCII2,
        width=None,
        pad_edge=False,
        padding=(0, 2, 0, 0),
        header_style="bold",
    )
    for name, side in columns:
        table.add_column(name, justify="right" if side == "right" else "left", no_wrap=True)
    return table


def _pairs(title: str, rows: Sequence[tuple[str, str]]) -> Table:
    table = _table(((title, None),))
    table.width = min(WIDTH, results().width)
    table.add_column("", ratio=1, overflow="fold")
    for row in rows:
        _row(table, row)
    return table


def _row(table: Table, cells: Row) -> None:
    from rich.text import Text

    table.add_row(*(Text(cell) for cell in cells))


def _percent(share: float) -> str:
    return f"{100.0 * share:.1f} %"


def _words(name: str) -> str:
    return name.replace("five_prime", "5'").replace("three_prime", "3'").replace("_", " ").replace("poly A", "poly(A)")
