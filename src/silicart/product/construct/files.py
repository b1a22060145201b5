"""Writing a design for other tools: GenBank, SBOL 3 and FASTA."""

from __future__ import annotations

import textwrap
from pathlib import Path

from silicart.errors import ConstructError
from silicart.product.construct.design import Design
from silicart.product.construct.genbank import genbank_text
from silicart.product.construct.sbol import sbol_text


def write_files(design: Design, folder: Path) -> tuple[Path, ...]:
    """Write NAME.gb, NAME.sbol.nt and NAME.fasta into a folder, which is made where it is missing; return the files.

    Raises
    ------
    ConstructError : the folder or a file in it cannot be written.
    """
    name = design.construct.name
    texts = {
        f"{name}.gb": genbank_text(design),
        f"{name}.sbol.nt": sbol_text(design),
        f"{name}.fasta": fasta_text(design),
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for file, text in texts.items():
            (folder / file).write_text(text, encoding="utf-8", newline="\n")
    except OSError as bad:
        raise ConstructError(
            "the files of the construct cannot be written", where=str(folder), found=bad.strerror,
            expected="a folder that can be written", remedy="choose another with --out",
        ) from None  # fmt: skip
    return tuple(folder / file for file in texts)


def fasta_text(design: Design) -> str:
    """Return the mRNA as FASTA in DNA letters, as synthesis and most tools take it."""
    construct = design.construct
    head = f">{construct.name} {construct.title}"
    return "\n".join([head, *textwrap.wrap(design.transcript.sequence, 70)]) + "\n"
