"""Small synthetic runs with known effects, for the tests of the ledger."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import pytest

from silicart.claims.claim import Claim
from silicart.claims.ledger import Repetition, RunTables
from silicart.claims.moving import move_centre
from silicart.evidence import Register, load_register

ARMS = ("mrna-lnp-bcma", "lentiviral-cd19")
INPUTS = ("k_kill", "BCMA_auto", "f_L", "c_LV")


@dataclass(frozen=True)
class SyntheticRun:
    """Anti-dsDNA at month 6 falls with the killing rate and with BCMA on the clone, by known slopes."""

    draws: int = 60
    per_draw: int = 10
    slope_kill: float = -0.02
    slope_clone: float = -0.12
    level: float = 0.30
    arm_gap: float = 0.10
    seed: int = 7

    @property
    def register(self) -> Register:
        shipped = load_register()
        grades = {"k_kill": "A", "BCMA_auto": "C"}
        moved = {id: replace(shipped[id], grade=grade) for id, grade in grades.items()}
        return replace(shipped, entries={**shipped.entries, **moved})

    def patients(self) -> dict[str, np.ndarray]:
        generator = np.random.default_rng(self.seed)
        size = self.draws * self.per_draw
        columns = {}
        for name in INPUTS:
            typical = generator.normal(0, 0.3, self.draws)
            own = np.repeat(typical, self.per_draw) + generator.normal(0, 0.3, size)
            columns[name] = self.register[name].value * np.exp(own)
            columns[f"{name}_typical"] = self.register[name].value * np.exp(typical)
        return columns

    def structures(self) -> np.ndarray:
        return np.resize(np.array(["a", "b", "c"]), self.draws)

    def endpoint(self, inputs: dict[str, np.ndarray], arm: str) -> np.ndarray:
        kill = np.log(inputs["k_kill"] / self.register["k_kill"].value)
        clone = np.log(inputs["BCMA_auto"] / self.register["BCMA_auto"].value)
        gap = 0.0 if arm == ARMS[0] else self.arm_gap
        return self.level + gap + self.slope_kill * kill + self.slope_clone * clone

    def table(self, inputs: dict[str, np.ndarray], rows: np.ndarray | None = None) -> pd.DataFrame:
        keep = np.arange(self.draws * self.per_draw) if rows is None else rows
        frames = [
            pd.DataFrame(
                {
                    "arm": arm,
                    "patient": keep,
                    "draw": keep // self.per_draw,
                    "structure": np.repeat(self.structures(), self.per_draw)[keep],
                    "Ab_dsDNA_6m": self.endpoint(inputs, arm)[keep],
                    "seronegative_6m": (self.endpoint(inputs, arm)[keep] < self.level).astype(float),
                }
            )
            for arm in ARMS
        ]
        return pd.concat(frames, ignore_index=True)

    def tables(self) -> RunTables:
        columns = self.patients()
        typical = pd.DataFrame({"draw": np.arange(self.draws), "structure": self.structures()})
        for name in INPUTS:
            typical[name] = columns[f"{name}_typical"]
        return RunTables(
            endpoints=self.table(columns),
            inputs={name: columns[name] for name in INPUTS},
            patients=np.arange(self.draws * self.per_draw),
            typical=typical,
            structures={"a": "loop", "b": "linear", "c": "help"},
            acting={"course": tuple(INPUTS), "product": ()},
        )

    def repeat(self, input: str, factor: float, arms: object) -> Repetition:
        columns = self.patients()
        rows = np.flatnonzero(np.arange(self.draws * self.per_draw) % self.per_draw < 3)
        before = self.table(columns, rows)
        columns[input] = move_centre(self.register[input], columns[input], factor).values
        return Repetition(before, self.table(columns, rows))


@pytest.fixture
def synthetic() -> type[SyntheticRun]:
    """The class of synthetic runs; each test makes the one that it needs."""
    return SyntheticRun


@pytest.fixture
def claim() -> Claim:
    """A claim that anti-dsDNA falls below 0.6 of its start, which the synthetic runs meet by far."""
    return Claim(
        id="antidsdna", claim_id="autoantibodies", claim="eliminated", quantity="Anti-dsDNA at month 6",
        endpoint="Ab_dsDNA_6m", statistic="mean", arm="mrna-lnp-bcma", comparator=None, direction="below", margin=0.6,
        margin_reason="for the test", unit="dimensionless", evidence=("Cambridge2006",), published=(), durability=True,
        needs_room=None, where="test.yaml:1",
    )  # fmt: skip
