"""A problem as straight-line code for simulators that take functions instead of SBML.

They get what silicart's own kernel gets: every expression once, and what depends on parameters alone computed once a
patient, so that no peer is slow because of a poor translation.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from silicart.bench.problem import Problem
from silicart.network.sbml import network_from_sbml
from silicart.symbolic import System, build_system
from silicart.symbolic.graph import INPUT, Node

Writer = Callable[[Node, list[str]], str]


@dataclass(frozen=True)
class Translation:
    """The right-hand side and the Jacobian of a problem, before they are written in any language.

    Inputs that are the same for all patients are numbers; the others are columns of the problem's table.
    """

    problem: Problem

    @cached_property
    def system(self) -> System:
        """The system of differential equations."""
        return build_system(network_from_sbml(self.problem.sbml))

    @cached_property
    def order(self) -> list[int]:
        """For each state of the problem its place in the system."""
        return [self.system.states.index(state) for state in self.problem.states]

    @property
    def derivatives(self) -> list[int]:
        """The node of the derivative of each state."""
        return [self.system.derivatives[place] for place in self.order]

    @property
    def jacobian(self) -> dict[tuple[int, int], int]:
        """(row, column) -> node, in the order of the problem's states."""
        back = {place: own for own, place in enumerate(self.order)}
        return {(back[row], back[column]): node for (row, column), node in self.system.jacobian.items()}

    def lines(self, roots: Sequence[int], write: Writer, end: str = "") -> tuple[list[str], list[str], list[str]]:
        """Return what to compute once a patient, names of what it hands on, and what to compute at each call.

        `write` gives the expression of a node from the names of its arguments; leaves that are states, time and table
        columns are named `y[i]`, `time` and `p[k]` by it. `end` closes a line.
        """
        graph = self.system.graph
        reachable = graph.reachable(roots)
        once = {number for number in reachable if graph.dependency[number] <= INPUT}
        used = {argument for number in reachable if number not in once for argument in graph.nodes[number].args}
        handed = sorted(number for number in (used | set(roots)) & once if not self.is_number(number))
        first: list[str] = []
        later: list[str] = []
        for number in reachable:
            if self.is_number(number):
                continue
            node = graph.nodes[number]
            line = f"n{number} = {write(node, [self.name(argument) for argument in node.args])}{end}"
            (first if number in once else later).append(line)
        return first, [f"n{number}" for number in handed], later

    def name(self, number: int) -> str:
        """Return how a node is written as an argument: its variable, or its value where that is a plain number."""
        return self._number(number) if self.is_number(number) else f"n{number}"

    def is_number(self, number: int) -> bool:
        """Return whether a node is a constant or an input that no patient changes."""
        node = self.system.graph.nodes[number]
        if node.op == "input":
            return self.system.inputs[int(node.payload)] not in self.problem.parameters
        return node.op in ("constant", "start")

    def column(self, node: Node) -> int:
        """Return the column of the problem's table that an input node stands for."""
        return list(self.problem.parameters).index(self.system.inputs[int(node.payload)])

    def state(self, node: Node) -> int:
        """Return the place of a state node among the problem's states."""
        return self.order.index(int(node.payload))

    def _number(self, number: int) -> str:
        node = self.system.graph.nodes[number]
        if node.op == "start":
            return "0.0"
        value = node.payload if node.op == "constant" else float(self.system.input_defaults[int(node.payload)])
        return f"({value!r})" if value < 0 else repr(float(value))


def python_writer(translation: Translation, module: str = "np") -> Writer:
    """Return the writer of Python on single numbers; `module` holds the functions ("jnp" writes for arrays of JAX)."""
    choose = "({1} if {0} else {2})" if module == "np" else "jnp.where({0}, {1}, {2})"
    templates = {
        "add": "{0} + {1}", "subtract": "{0} - {1}", "multiply": "{0} * {1}", "divide": "{0} / {1}", "negate": "-{0}",
        "power": "{0} ** {1}", "less": "{0} < {1}", "less_equal": "{0} <= {1}", "equal": "{0} == {1}",
        "not_equal": "{0} != {1}", "and": "{0} & {1}", "or": "{0} | {1}", "xor": "{0} ^ {1}", "select": choose,
        "not": "~{0}" if module == "jnp" else "not {0}",
        "minimum": f"{module}.minimum({{0}}, {{1}})" if module == "jnp" else "({0} if {0} < {1} else {1})",
        "maximum": f"{module}.maximum({{0}}, {{1}})" if module == "jnp" else "({0} if {1} < {0} else {1})",
        "square_root": f"{module}.sqrt({{0}})", "absolute": f"{module}.abs({{0}})",
        "asin": f"{module}.arcsin({{0}})", "acos": f"{module}.arccos({{0}})", "atan": f"{module}.arctan({{0}})",
    }  # fmt: skip

    def write(node: Node, names: list[str]) -> str:
        if node.op == "input":
            return f"p[{translation.column(node)}]"
        if node.op == "state":
            return f"y[{translation.state(node)}]"
        if node.op == "time":
            return "time"
        return templates.get(node.op, f"{module}.{node.op}({{0}})").format(*names)

    return write


def python_functions(translation: Translation, module: str = "np") -> str:
    """Return Python text that defines `once(p)`, `slope(time, y, c)` and, for NumPy, `jacobian(time, y, c)`.

    `once` returns as an array `c` what the other two need beside the state: all that depends on parameters alone.
    """
    write = python_writer(translation, module)
    derivatives, jacobian = translation.derivatives, translation.jacobian
    roots = [*derivatives, *(jacobian.values() if module == "np" else ())]
    first, handed, _ = translation.lines(roots, write)
    # At least one element: compilers of array code do not like empty arrays.
    text = [
        "def once(p):",
        *(f"    {line}" for line in first),
        f"    return {module}.array([{', '.join(handed or ['0.0'])}])",
    ]
    text += _function("slope", translation, derivatives, handed, write)
    values = [translation.name(node) for node in derivatives]
    if module == "jnp":
        return "\n".join(
            [*text, f"    return jnp.stack([jnp.asarray(v, dtype=float) for v in ({', '.join(values)},)])"]
        )
    size = len(values)
    text += [
        f"    out = np.empty({size})",
        *(f"    out[{row}] = {value}" for row, value in enumerate(values)),
        "    return out",
    ]
    text += _function("jacobian", translation, list(jacobian.values()), handed, write)
    text.append(f"    out = np.zeros(({size}, {size}))")
    text += [f"    out[{row}, {column}] = {translation.name(node)}" for (row, column), node in jacobian.items()]
    return "\n".join([*text, "    return out"])


def _function(name: str, translation: Translation, roots: list[int], handed: list[str], write: Writer) -> list[str]:
    _, own, later = translation.lines(roots, write)
    taken = [f"    {value} = c[{handed.index(value)}]" for value in own]
    return [f"def {name}(time, y, c):", *taken, *(f"    {line}" for line in later)]
