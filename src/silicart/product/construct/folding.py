"""The predicted folding energy of an mRNA, where ViennaRNA is installed: the only importer of it."""

from __future__ import annotations

from dataclasses import dataclass

HOW_TO_INSTALL = "pip install 'silicart[folding]'"


@dataclass(frozen=True)
class Folding:
    """A minimum free energy: kcal/mol at 37 °C, with nearest-neighbour parameters of unmodified RNA.

    by : program and version.
    """

    energy: float
    by: str


def fold(RNA: str) -> Folding | None:
    """Return the minimum free energy of an RNA (letters A, C, G, U), or None where ViennaRNA is not installed.

    Source: ViennaRNA, `RNA.fold`, with its own parameters. They are those of unmodified RNA, so a modified base is not
    seen; the energy is a property of the sequence in this model, not a prediction of stability in a cell.
    """
    try:
        import RNA as vienna
    except ImportError:
        return None
    _, energy = vienna.fold(RNA)
    return Folding(float(energy), f"ViennaRNA {vienna.__version__}")
