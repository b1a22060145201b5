"""Silicart beside other simulators: work-precision curves on the same models, patients, doses and output times."""

from silicart.bench.measuring import Effort
from silicart.bench.peers import PEERS
from silicart.bench.picture import draw
from silicart.bench.problems import problem_names
from silicart.bench.results import Report, as_document, from_document
from silicart.bench.running import run_benchmark
from silicart.bench.table import markdown, rows_of

__all__ = [
    "PEERS",
    "Effort",
    "Report",
    "as_document",
    "draw",
    "from_document",
    "markdown",
    "problem_names",
    "rows_of",
    "run_benchmark",
]
