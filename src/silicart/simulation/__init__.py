"""Many patients at once: models, dose tables, chunks and threads, segments, trajectories, stored results."""

from silicart.simulation.model import BUILT_IN, Model, Quantities, Quantity, load_model, read_model
from silicart.simulation.progress import Listener, Progress, ProgressEvent
from silicart.simulation.run import baseline, simulate, simulate_in_chunks
from silicart.simulation.store import StoredResult, is_result, open_result, writing_result
from silicart.simulation.targets import DoseTarget
from silicart.simulation.trajectories import REASONS, Standing, Trajectories

__all__ = [
    "BUILT_IN",
    "REASONS",
    "DoseTarget",
    "Listener",
    "Model",
    "Progress",
    "ProgressEvent",
    "Quantities",
    "Quantity",
    "Standing",
    "StoredResult",
    "Trajectories",
    "baseline",
    "is_result",
    "load_model",
    "open_result",
    "read_model",
    "simulate",
    "simulate_in_chunks",
    "writing_result",
]
