"""A design as one plain document, for programs."""

from __future__ import annotations

from typing import Any

from silicart.product.construct.design import NOT_PREDICTED, Design
from silicart.product.construct.parts import LIPID_KINDS


def record_of(design: Design) -> dict[str, Any]:
    """Return everything that a design says, in plain values; positions count from 1, ends included.

    Masses of nucleic acid are in g/mol, of lipid in mg per mg mRNA; the folding energy in kcal/mol.
    """
    construct, counted = design.construct, design.composition
    folding = design.folding
    return {
        "construct": construct.name,
        "title": construct.title,
        "note": construct.note,
        "sources": list(construct.sources),
        "protein": construct.protein,
        "coding_sequence": design.coding,
        "coding_sequence_by": f"DNA Chisel, {construct.rules.objective}" if design.chosen else "user",
        "mRNA": design.transcript.RNA,
        "cap": construct.mRNA.cap.name,
        "uridine": construct.mRNA.uridine.name,
        "features": [
            {
                "name": feature.name,
                "kind": feature.kind,
                "first": feature.start + 1,
                "last": feature.end,
                "note": feature.note,
            }
            for feature in design.transcript.features
        ],
        "rules": {
            "species": construct.rules.species,
            "objective": construct.rules.objective,
            "GC": list(construct.rules.GC),
            "GC_window": construct.rules.GC_window,
            "longest_run": construct.rules.longest_run,
            "avoid": list(construct.rules.avoid),
            "seed": construct.rules.seed,
        },
        "composition": {
            "length": counted.length,
            "coding_length": counted.coding_length,
            "GC": counted.GC,
            "coding_GC": counted.coding_GC,
            "GC_window": counted.window,
            "lowest_window_GC": counted.lowest_GC,
            "highest_window_GC": counted.highest_GC,
            "uridines": counted.uridines,
            "uridine_share": counted.uridine_share,
            "coding_uridines": counted.coding_uridines,
            "coding_uridine_share": counted.coding_uridine_share,
            "codon_adaptation_index": counted.codon_adaptation,
            "molar_mass": counted.molar_mass,
            "molar_mass_by_rule": counted.molar_mass_by_rule,
            "phosphates": counted.phosphates,
            "copies_per_cell_at_1_ug_per_million": counted.copies_per_cell,
            "copies_per_cell_by_rule": counted.copies_per_cell_by_rule,
        },
        "LNP": {
            "N_to_P": construct.LNP.N_to_P,
            "lipids": {
                kind: {
                    "lipid": construct.LNP.lipids[kind].name,
                    "mol_percent": construct.LNP.mol_percent[kind],
                    "molar_mass": construct.LNP.lipids[kind].mass,
                    "amines": construct.LNP.lipids[kind].amines,
                    "mg_per_mg_mRNA": design.lipids.masses[kind],
                }
                for kind in LIPID_KINDS
            },
            "lipid_per_mRNA": design.lipids.total,
            "mRNA_per_lipid": design.lipids.mRNA_to_lipid,
            "published_mRNA_per_lipid": design.published_ratio.value,
            "N_to_P_at_published_ratio": design.N_to_P_at_published_ratio,
            "published_N_to_P": design.published_N_to_P.value,
        },
        "folding": None if folding is None else {"energy": folding.energy, "temperature": 37, "by": folding.by},
        "findings": list(design.findings),
        "not_predicted": list(NOT_PREDICTED),
    }
