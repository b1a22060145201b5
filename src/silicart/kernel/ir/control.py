"""Structured control flow: counted loops, conditions, and visits to the lanes of a mask."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from silicart.kernel.ir.body import INT, Body, Value


@dataclass
class Loop:
    """A loop under construction; `carried` are this turn's values, `next_values` those of the next turn.

    After the loop `carried` are the final values.
    """

    index: Value
    carried: list[Value]
    next_values: list[Value] = field(default_factory=list)

    def carry(self, *values: Value) -> None:
        """Set what the next turn carries."""
        self.next_values = list(values)


class Control(Body):
    """Loops and branches as context managers, so that the emitting code has the shape of the emitted code."""

    @contextmanager
    def loop(self, count: Value | int, carried: Sequence[Value] = ()) -> Iterator[Loop]:
        """Repeat for index 0 ... count - 1."""
        limit = Value(INT, str(count)) if isinstance(count, int) else count
        zero = Value(INT, "0")
        with self._turns([zero, *carried], lambda first: f"icmp slt {first}, {limit.text}") as loop:
            yield loop
            following = self.emit(INT, f"add {loop.index}, 1")
            loop.next_values = [following, *(loop.next_values or loop.carried)]

    @contextmanager
    def each_lane(self, mask: Value) -> Iterator[Value]:
        """Visit the lanes whose bit is set in `mask`, lowest first."""
        with self._turns([mask], lambda first: f"icmp ne {first}, 0") as loop:
            yield self.emit(INT, f"call i64 @llvm.cttz.i64({loop.index}, i1 true)")
            less_one = self.emit(INT, f"sub {loop.index}, 1")
            loop.next_values = [self.emit(INT, f"and {loop.index}, {less_one.text}")]

    @contextmanager
    def when(self, condition: Value) -> Iterator[None]:
        """Do what follows only if `condition` holds."""
        body, after = self.fresh_label("then"), self.fresh_label("after")
        self.branch(condition, body, after)
        self.start_block(body)
        yield
        self.jump(after)
        self.start_block(after)

    @contextmanager
    def while_true(self) -> Iterator[Callable[[Value], None]]:
        """Repeat until the yielded function is called with a condition that holds."""
        head, after = self.fresh_label("head"), self.fresh_label("after")
        self.jump(head)
        self.start_block(head)

        def leave_if(condition: Value) -> None:
            rest = self.fresh_label("rest")
            self.branch(condition, after, rest)
            self.start_block(rest)

        yield leave_if
        self.jump(head)
        self.start_block(after)

    @contextmanager
    def _turns(self, first_values: Sequence[Value], proceed: Callable[[Value], str]) -> Iterator[Loop]:
        head, body, after = (self.fresh_label(stem) for stem in ("head", "body", "after"))
        before = self.block
        self.jump(head)
        self.start_block(head)
        place = len(self.lines)
        # The values of the next turn are unknown until the body is emitted; the lines are completed then.
        now = [self.emit(value.type, "") for value in first_values]
        condition = self.emit("i1", proceed(now[0]))
        self.branch(condition, body, after)
        self.start_block(body)
        loop = Loop(now[0], now[1:])
        yield loop
        for offset, (value, first, following) in enumerate(zip(now, first_values, loop.next_values, strict=True)):
            incoming = f"[ {first.text}, %{before} ], [ {following.text}, %{self.block} ]"
            self.lines[place + offset] = f"  {value.text} = phi {value.type} {incoming}"
        self.jump(head)
        self.start_block(after)
