"""Many patients at once: models, dose tables, chunks and threads, segments, trajectories, stored results."""

from silicart.simulation.journey import Journey, simulate_by_visits
from silicart.simulation.model import ASSAYS, BUILT_IN, Model, Quantities, Quantity, load_assay, load_model, read_model
from silicart.simulation.peers import Peer, PeerOutput, PeerRow, PeerScenario, load_peer, peer_names, reproduce
from silicart.simulation.progress import Listener, Progress, ProgressEvent
from silicart.simulation.quantiles import Quantiles, QuantileTable
from silicart.simulation.reductions import (
    Area,
    Maximum,
    Minimum,
    Reduction,
    TimeAbove,
    TimeOfMaximum,
    TimeOfMinimum,
)
from silicart.simulation.run import baseline, simulate, simulate_in_chunks
from silicart.simulation.sensitivities import Sensitivities, sensitivities
from silicart.simulation.sources import Cohort, PatientSource
from silicart.simulation.store import StoredResult, is_result, open_result, writing_result
from silicart.simulation.summarise import summarise
from silicart.simulation.summary import Failure, Summary
from silicart.simulation.targets import DoseTarget
from silicart.simulation.trajectories import REASONS, Standing, Trajectories

__all__ = [
    "ASSAYS",
    "BUILT_IN",
    "REASONS",
    "Area",
    "Cohort",
    "DoseTarget",
    "Failure",
    "Journey",
    "Listener",
    "Maximum",
    "Minimum",
    "Model",
    "PatientSource",
    "Peer",
    "PeerOutput",
    "PeerRow",
    "PeerScenario",
    "Progress",
    "ProgressEvent",
    "QuantileTable",
    "Quantiles",
    "Quantities",
    "Quantity",
    "Reduction",
    "Sensitivities",
    "Standing",
    "StoredResult",
    "Summary",
    "TimeAbove",
    "TimeOfMaximum",
    "TimeOfMinimum",
    "Trajectories",
    "baseline",
    "is_result",
    "load_assay",
    "load_model",
    "load_peer",
    "open_result",
    "peer_names",
    "read_model",
    "reproduce",
    "sensitivities",
    "simulate",
    "simulate_by_visits",
    "simulate_in_chunks",
    "summarise",
    "writing_result",
]
