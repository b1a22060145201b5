"""A network as mathematics: one expression graph with derivatives, closures and outputs."""

from silicart.symbolic.evaluate import evaluate, evaluate_at, initial_state
from silicart.symbolic.meaning import Meaning
from silicart.symbolic.system import System, build_system

__all__ = ["Meaning", "System", "build_system", "evaluate", "evaluate_at", "initial_state"]
