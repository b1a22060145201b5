"""The haematologist: response by IMWG criteria at visits, progression, residual disease, death.

Blood is measured with the noise of a laboratory, marrow is examined at every visit. A response counts once the next
visit confirms it; progression is dated at the first of the two visits that show it. Urine is not simulated: serum and
free light chains follow every patient, whichever of them is measurable.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from silicart.endpoints.chunk import Chunk
from silicart.endpoints.myeloma.residual import is_negative, marrow_share
from silicart.endpoints.myeloma.response import Markers, Response, category, confirmed, progressed
from silicart.endpoints.visit import Care, Findings, State, Visit
from silicart.population.keys import normals

FloatArray = NDArray[np.float64]

TUMOUR, PROTEIN, CHAIN = "tumour", "M_protein", "FLC_involved"
_READINGS = ("M-protein reading", "free light chain reading", "marrow reading")
_FIELDS = ("serum", "urine", "involved", "uninvolved", "marrow")


@dataclass(frozen=True)
class Myeloma:
    """Sees patients with myeloma.

    Findings: `response` (0 stable disease or worse, 1 MR, 2 PR, 3 VGPR, 4 CR, 5 sCR, confirmed at this visit) and
    `best_response`; `first_response_day`, on which the first confirmed PR or better began; `MRD_negative` (1 or 0) and
    `best_MRD_negative`; `M_protein_measured`; `PD` (1 from confirmation on), `progression_day` and `death_day`, NaN
    until they come.
    """

    id: str = "myeloma"
    needs: tuple[str, ...] = (TUMOUR, PROTEIN, CHAIN)

    def enter(self, chunk: Chunk, care: Care) -> tuple[State, Care]:
        """Draw how much hazard each patient survives; nothing is known of the disease yet."""
        nothing = np.full(chunk.size, np.nan)
        return {
            "endurance": -np.log(chunk.uniform("myeloma death")),
            "hazard": np.zeros(chunk.size),
            "category": np.zeros(chunk.size),
            "rising": np.zeros(chunk.size),
            "best": np.zeros(chunk.size),
            "MRD": np.zeros(chunk.size),
            "since": nothing, "progression": nothing, "death": nothing, "first": nothing,
        }, {}  # fmt: skip

    def see(self, state: State, visit: Visit, care: Care, findings: Findings) -> tuple[State, Findings]:
        """Measure, compare with entry and with the lowest so far, confirm, and count the hazard of death."""
        now, share = _measure(visit)
        new = dict(state)
        if visit.place == 0:
            new |= _kept("entry", now) | _kept("lowest", now) | _kept("before", now)
        entry, lowest, before = (_read(new, name) for name in ("entry", "lowest", "before"))
        immunofixation_negative = now.serum < visit.parameter("immunofixation_limit")
        found = category(entry, _on_electrophoresis(now, visit), immunofixation_negative,
                         share < visit.parameter("clone_limit"))  # fmt: skip
        rising = progressed(entry, lowest, now)
        over = ~np.isnan(state["progression"]) | ~np.isnan(state["death"])
        shared = confirmed(state["category"].astype(np.int64), found).astype(np.float64)
        ends = rising & (state["rising"] > 0.0) & ~over
        progression = np.where(ends, state["since"], state["progression"])
        over = over | ends
        depth = np.where(over, 0.0, shared) if visit.place else np.zeros(visit.size)
        # A depth that two visits share began at the earlier of them.
        first = np.where(np.isnan(state["first"]) & (depth >= Response.PR), visit.since, state["first"])
        clear = is_negative(share).astype(np.float64)
        death, hazard = _death(state, visit, progression)
        new |= {
            "category": found.astype(np.float64),
            "rising": rising.astype(np.float64),
            "since": np.where(rising & (state["rising"] == 0.0), visit.day, state["since"]),
            "best": np.maximum(state["best"], depth),
            "MRD": np.maximum(state["MRD"], np.where(over, 0.0, clear)),
            "first": first, "progression": progression, "death": death, "hazard": hazard,
        }  # fmt: skip
        if visit.place:
            steady = {name: np.maximum(getattr(before, name), getattr(now, name)) for name in _FIELDS}
            new |= {f"lowest {name}": np.minimum(getattr(lowest, name), steady[name]) for name in _FIELDS}
        new |= _kept("before", now)
        return new, {
            "response": depth,
            "best_response": new["best"],
            "first_response_day": first,
            "M_protein_measured": now.serum,
            "MRD_negative": clear,
            "best_MRD_negative": new["MRD"],
            "PD": (~np.isnan(progression)).astype(np.float64),
            "progression_day": progression,
            "death_day": death,
        }


MYELOMA = Myeloma()


def _measure(visit: Visit) -> tuple[Markers, FloatArray]:
    """Return the markers of a visit with their noise, and the true share of myeloma cells in marrow."""
    noise = normals(visit.chunk.seed, visit.chunk.draws, visit.chunk.patients, _READINGS, visit.occasion)
    spread = [visit.parameter(id) for id in ("M_protein_noise", "FLC_noise", "marrow_noise")]
    factor = [np.exp(size * noise[:, place]) for place, size in enumerate(spread)]
    share = marrow_share(visit.value(TUMOUR), visit.parameter("marrow_cells"))
    normal = visit.parameter("FLC_normal")
    markers = Markers(
        serum=np.maximum(visit.value(PROTEIN), 0.0) * factor[0],
        urine=np.zeros(visit.size),
        involved=visit.value(CHAIN) * factor[1],
        uninvolved=normal,
        marrow=np.minimum(share * factor[2], 1.0),
    )
    return markers, share


def _on_electrophoresis(now: Markers, visit: Visit) -> Markers:
    seen = now.serum >= visit.parameter("electrophoresis_limit")
    return Markers(np.where(seen, now.serum, 0.0), now.urine, now.involved, now.uninvolved, now.marrow)


def _death(state: State, visit: Visit, progression: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the day of death, NaN of the living, and the hazard gathered; after progression it is another."""
    length = visit.day - visit.since
    after = np.clip(visit.day - np.where(np.isnan(progression), np.inf, progression), 0.0, length)
    gained = visit.parameter("death_before_PD") * (length - after) + visit.parameter("death_after_PD") * after
    hazard = state["hazard"] + gained
    dies = np.isnan(state["death"]) & (hazard >= state["endurance"])
    # Within an interval the hazard gathers evenly.
    share = np.divide(state["endurance"] - state["hazard"], gained, out=np.zeros_like(gained), where=gained > 0.0)
    return np.where(dies, visit.since + np.clip(share, 0.0, 1.0) * length, state["death"]), hazard


def _kept(name: str, markers: Markers) -> dict[str, FloatArray]:
    return {f"{name} {field}": getattr(markers, field) for field in _FIELDS}


def _read(state: State, name: str) -> Markers:
    return Markers(*(state[f"{name} {field}"] for field in _FIELDS))
