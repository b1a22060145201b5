"""The virtual population: patients in parameter draws, plausible by closures and filters, the same in every run."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from silicart.population.filters import Kind

if TYPE_CHECKING:
    import pandas as pd

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


class Named(Protocol):
    """Anything with an id, as the parameters of a model are."""

    @property
    def id(self) -> str: ...


class Settable(Protocol):
    """Anything whose parameters may be set, as those of a model; `formulas` are those that it computes by itself."""

    @property
    def parameters(self) -> Sequence[Named]: ...

    @property
    def formulas(self) -> Collection[str]: ...


@dataclass(frozen=True)
class Rejections:
    """Why candidates were refused: `count` of them for this reason, `alone` of them for no other.

    A candidate may have several reasons, so counts add up to more than the candidates refused.
    """

    reason: str
    kind: Kind
    count: int
    alone: int


@dataclass(frozen=True)
class Population:
    """Who is simulated.

    Parameters
    ----------
    seed, per_draw : what the patients are keyed by; patient p belongs to parameter draw p // per_draw.
    patients, draw : (n,) patient numbers and their draws.
    structure : (n,) the rival structure of each patient's draw.
    parameters : id -> (n,) every value of the register as the patient has it.
    draws, draw_structure : (J,) the parameter draws and their structures.
    typical_values : id -> (J,) the uncertain typical values.
    attempts : (n,) how many candidates were drawn for each patient, the accepted one included.
    redraws : (J,) how often a draw's typical values were drawn again because its patients could not be filled.
    candidates : all patients that were drawn, those of draws that were drawn again included.
    passed : how many of them were possible patients.
    closures_refused : how many of them had a negative closure.
    rejected : the reasons, most frequent first.
    """

    seed: int
    per_draw: int
    patients: IntArray
    draw: IntArray
    structure: NDArray[np.str_]
    parameters: Mapping[str, FloatArray]
    draws: IntArray
    draw_structure: NDArray[np.str_]
    typical_values: Mapping[str, FloatArray]
    attempts: IntArray
    redraws: IntArray
    candidates: int
    passed: int
    closures_refused: int
    rejected: tuple[Rejections, ...]

    def __len__(self) -> int:
        return len(self.patients)

    @property
    def acceptance(self) -> float:
        """The share of candidates that are possible patients."""
        return float(self.passed / self.candidates) if self.candidates else float("nan")

    @property
    def closure_share(self) -> float:
        """The share of candidates with a negative closure; above 0.02 the parameterisation is wrong."""
        return float(self.closures_refused / self.candidates) if self.candidates else float("nan")

    @cached_property
    def hash(self) -> str:
        """SHA-256 of who these patients are: numbers, draws, structures and every parameter."""
        digest = hashlib.sha256(f"{self.seed} {self.per_draw}\n".encode())
        for name, numbers in (("patient", self.patients), ("draw", self.draw)):
            digest.update(name.encode() + np.ascontiguousarray(numbers, dtype="<i8").tobytes())
        digest.update(" ".join(self.structure.tolist()).encode())
        for name in sorted(self.parameters):
            digest.update(name.encode() + np.ascontiguousarray(self.parameters[name], dtype="<f8").tobytes())
        return digest.hexdigest()

    @property
    def typical(self) -> pd.DataFrame:
        """One row a parameter draw: `draw`, `structure`, then the uncertain typical values by id."""
        import pandas as pd

        return pd.DataFrame({"draw": self.draws, "structure": self.draw_structure.tolist()} | dict(self.typical_values))

    @property
    def rejections(self) -> pd.DataFrame:
        """One row a reason: `reason`, `kind` ("closure" or "filter"), `count`, `alone`."""
        import pandas as pd

        rows = [(one.reason, one.kind, one.count, one.alone) for one in self.rejected]
        return pd.DataFrame(rows, columns=["reason", "kind", "count", "alone"])

    def to_pandas(self) -> pd.DataFrame:
        """Return one row a patient: `patient`, `draw`, `structure`, then every parameter by id."""
        import pandas as pd

        heads = {"patient": self.patients, "draw": self.draw, "structure": self.structure.tolist()}
        return pd.DataFrame(heads | dict(self.parameters))

    def settings(self, model: Settable, rows: IntArray | slice = slice(None)) -> dict[str, FloatArray]:
        """Return what the patients set in a model, id -> (patients,), of all or of some rows of the population."""
        return {name: self.parameters[name][rows] for name in names_to_set(model, self.parameters)}


def names_to_set(model: Settable, drawn: Collection[str]) -> tuple[str, ...]:
    """Return which of the drawn values a model takes from outside.

    A disease may compute a value of the register from one of its own (IgG_0 from IgG_0_mm in myeloma). Its formula
    stands: the value drawn under the general name is that of another disease.
    """
    return tuple(one.id for one in model.parameters if one.id in drawn and one.id not in model.formulas)
