"""Graph nodes as straight-line code: what a patient fixes, right-hand side, Jacobian, observables."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from silicart.kernel.ir import FunctionBuilder, Value
from silicart.kernel.layout import Layout, Workspace, lane_function
from silicart.kernel.mathematics import FUNCTIONS, function_name
from silicart.kernel.schedule import Schedule, needs
from silicart.symbolic.graph import Graph


@dataclass(frozen=True)
class Destination:
    """Where a root goes: vector `index` of a part of the workspace, an infusion rate added if asked."""

    part: str
    index: int
    with_rate: bool = False


@dataclass(frozen=True)
class Code:
    """What a piece of graph code reads: hoisted nodes with their slots, and the part that holds the states."""

    graph: Graph
    layout: Layout
    hoisted: dict[int, int]
    states: str


def graph_functions(name: str, code: Code, plan: Schedule, destinations: Sequence[Sequence[Destination]]) -> str:
    """Return the functions that compute the roots of `plan` and a function `name` that calls them in turn.

    `destinations` lists for each root where it goes.
    """
    texts = []
    goals = dict.fromkeys(plan.roots)
    where: dict[int, list[Destination]] = {root: [] for root in goals}
    for root, places in zip(plan.roots, destinations, strict=True):
        where[root].extend(places)
    home = {number: index for index, piece in enumerate(plan.pieces) for number in piece}
    names = [f"{name}_{index}" for index in range(len(plan.pieces))]
    for index, piece in enumerate(plan.pieces):
        f, workspace = lane_function(names[index], code.layout)
        values = _Values(f, workspace, code, plan)
        for number in piece:
            value = values.compute(number)
            if number in plan.passed:
                workspace.store(_as_double(f, code.graph, number, value), "passed", plan.passed[number])
            for place in where.get(number, ()):
                _deliver(f, workspace, _as_double(f, code.graph, number, value), place)
        # Roots that are leaves or hoisted belong to no piece; the first one delivers them.
        for root in goals if index == 0 else ():
            if root not in home:
                value = _as_double(f, code.graph, root, values.read(root))
                for place in where[root]:
                    _deliver(f, workspace, value, place)
        f.give()
        texts.append(f.text(linkage="internal"))
    return "\n".join([*texts, calling(name, names, code.layout)])


def calling(name: str, names: Sequence[str], layout: Layout) -> str:
    """Return a function that calls functions of the workspace in turn."""
    f, workspace = lane_function(name, layout)
    for piece in names:
        f.call(piece, workspace.base)
    f.give()
    return f.text()


def functions_used(graph: Graph, plans: Sequence[Schedule]) -> set[str]:
    """Return the elementary functions that the plans call."""
    numbers = (number for plan in plans for piece in plan.pieces for number in piece)
    return {graph.nodes[number].op for number in numbers} & set(FUNCTIONS)


class _Values:
    """Values of nodes in one function: computed here, or loaded on first use."""

    def __init__(self, f: FunctionBuilder, workspace: Workspace, code: Code, plan: Schedule) -> None:
        self.f = f
        self.workspace = workspace
        self.code = code
        self.plan = plan
        self.known: dict[int, Value] = {}

    def compute(self, number: int) -> Value:
        node = self.code.graph.nodes[number]
        args = [self.read(needed) for needed in needs(self.code.graph, number, self.plan.products)]
        if number in self.plan.products:
            value = self._fused(number, *args)
        elif node.op in FUNCTIONS:
            value = self.f.call(function_name(node.op), *args, result=self.f.doubles)
        else:
            value = _OPERATIONS[node.op](self.f, *args)
        self.known[number] = value
        return value

    def read(self, number: int) -> Value:
        if number not in self.known:
            self.known[number] = self._load(number)
        return self.known[number]

    def _fused(self, number: int, left: Value, right: Value, other: Value) -> Value:
        node = self.code.graph.nodes[number]
        if node.op == "add":
            return self.f.fused(left, right, other)
        if node.args[1] == self.plan.products[number]:
            return self.f.fused(self.f.negate(left), right, other)
        return self.f.fused(left, right, self.f.negate(other))

    def _load(self, number: int) -> Value:
        node = self.code.graph.nodes[number]
        if node.op == "constant":
            return self.f.splat(node.payload)
        if node.op == "input":
            return self.workspace.load("inputs", int(node.payload))
        if node.op == "state":
            return self.workspace.load(self.code.states, int(node.payload))
        if node.op in ("held", "kept"):
            return self.workspace.load("memory" if node.op == "held" else "kept", int(node.payload))
        if node.op == "lag":
            return self.workspace.load("lag")
        if node.op in ("time", "start"):
            return self.workspace.load("at" if node.op == "time" else "start")
        if number in self.code.hoisted:
            value = self.workspace.load("hoisted", self.code.hoisted[number])
        else:
            value = self.workspace.load("passed", self.plan.passed[number])
        return self.f.not_equal(value, self.f.splat(0.0)) if self.code.graph.is_boolean(number) else value


def _as_double(f: FunctionBuilder, graph: Graph, number: int, value: Value) -> Value:
    return f.select(value, f.splat(1.0), f.splat(0.0)) if graph.is_boolean(number) else value


def _deliver(f: FunctionBuilder, workspace: Workspace, value: Value, place: Destination) -> None:
    if place.with_rate:
        value = f.add(value, workspace.load("rates", place.index))
    workspace.store(value, place.part, place.index)


_OPERATIONS: dict[str, Callable[..., Value]] = {
    "add": FunctionBuilder.add,
    "subtract": FunctionBuilder.subtract,
    "multiply": FunctionBuilder.multiply,
    "divide": FunctionBuilder.divide,
    "negate": FunctionBuilder.negate,
    "square_root": FunctionBuilder.square_root,
    "absolute": FunctionBuilder.absolute,
    "floor": FunctionBuilder.floor,
    "ceil": FunctionBuilder.ceil,
    "minimum": FunctionBuilder.minimum,
    "maximum": FunctionBuilder.maximum,
    "less": FunctionBuilder.less,
    "less_equal": FunctionBuilder.less_equal,
    "equal": FunctionBuilder.equal,
    "not_equal": FunctionBuilder.not_equal,
    "and": FunctionBuilder.both,
    "or": FunctionBuilder.either,
    "xor": FunctionBuilder.differ,
    "not": FunctionBuilder.opposite,
    "select": FunctionBuilder.select,
}
