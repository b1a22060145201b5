"""What every command shares: where words go, how errors look, and what the exit codes mean.

Results go to standard output; progress, messages and errors go to standard error. With `--json` standard output holds
one JSON document and nothing else.
"""

from __future__ import annotations

import _thread
import functools
import json
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

import typer

from silicart.errors import SilicartError

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

NOTICE = "silicart is a research instrument, not a medical device; nothing it prints is a basis for treating a patient."
EXIT_CODES = (
    "Exit codes: 0 done; 1 an error of silicart itself; 2 wrong usage or input; 3 done, but more than 2 % of the "
    "patients of an arm could not be simulated; 130 interrupted, and nothing half-written was left."
)
WRONG_INPUT, INCOMPLETE, INTERRUPTED = 2, 3, 130
FAILURE_BOUND = 0.02
"""Share of an arm's patients that may fail before a run counts as incomplete: the bound of the kernel's tests."""

WIDTH = 100
"""Columns that every table fits in."""

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


def guarded(command: Callable[Arguments, Result]) -> Callable[Arguments, Result]:
    """Turn the errors that a user can mend into a panel and an exit code, and an interrupt into code 130."""

    @functools.wraps(command)
    def run(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Result:
        try:
            with _no_interrupt_lost():
                return command(*args, **kwargs)
        except SilicartError as error:
            show_error(error)
            raise typer.Exit(WRONG_INPUT) from None
        except KeyboardInterrupt:
            messages().print("[bold]Interrupted.[/bold] Nothing half-written was left.")
            raise typer.Exit(INTERRUPTED) from None

    return run


@contextmanager
def _no_interrupt_lost() -> Iterator[None]:
    """Raise an interrupt again that came while an object was being freed: Python would print it and go on."""
    usual = sys.unraisablehook
    waiting: list[threading.Timer] = []

    def heard(dropped: sys.UnraisableHookArgs) -> None:
        if isinstance(dropped.exc_value, KeyboardInterrupt):
            # A little later: raised at once it would be dropped here as well.
            waiting.append(threading.Timer(0.05, _thread.interrupt_main))
            waiting[-1].daemon = True
            waiting[-1].start()
        else:
            usual(dropped)

    sys.unraisablehook = heard
    try:
        yield
    finally:
        sys.unraisablehook = usual
        for timer in waiting:
            timer.cancel()


def results() -> Console:
    """Return the console of standard output."""
    return _console(stderr=False)


def messages() -> Console:
    """Return the console of standard error."""
    return _console(stderr=True)


def _console(*, stderr: bool) -> Console:
    from rich.console import Console

    console = Console(stderr=stderr, highlight=False, soft_wrap=False)
    # Wider lines are hard to read; into a pipe or a file rich would write 80 columns.
    if console.width > WIDTH or not console.is_terminal:
        console = Console(stderr=stderr, highlight=False, soft_wrap=False, width=WIDTH)
    return console


def unicode_fits(console: Console) -> bool:
    """Say whether the console can show more than ASCII."""
    return console.encoding.lower().replace("-", "").startswith("utf")


def say(text: str) -> None:
    """Write a plain line to standard output."""
    sys.stdout.write(text + "\n")


def comparison_table(console: Console, *, published: int, model: int, band: int) -> Table:
    """Return the empty table of published figures beside the model's, with these widths of its columns."""
    from rich import box
    from rich.table import Table

    table = Table(
        box=box.SIMPLE_HEAD if unicode_fits(console) else box.ASCII2, width=min(WIDTH, console.width), pad_edge=False,
        padding=(0, 1, 0, 0), header_style="bold",
    )  # fmt: skip
    table.add_column("published figure", ratio=1, overflow="fold")
    table.add_column("published", justify="right", width=published)
    table.add_column("model (5 % to 95 %)", width=model, overflow="fold")
    table.add_column("band", width=band, overflow="fold")
    table.add_column("", width=6)
    return table


def write_json(value: Any) -> None:
    """Write one JSON document to standard output; numbers that do not exist are null."""
    say(json.dumps(finite(value), indent=1, ensure_ascii=False, allow_nan=False))


def finite(value: Any) -> Any:
    """Return a document with null in place of numbers that do not exist, which JSON cannot say."""
    if isinstance(value, float) and (value != value or value in (float("inf"), float("-inf"))):
        return None
    if isinstance(value, dict):
        return {key: finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [finite(item) for item in value]
    return value


def show_error(error: SilicartError) -> None:
    """Show an error as a panel on standard error: what is wrong, where, what was found, expected, and the remedy."""
    from rich import box
    from rich.panel import Panel
    from rich.table import Table
    from rich.text import Text

    console = messages()
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="bold", no_wrap=True)
    grid.add_column(overflow="fold")
    for label, text in (
        ("where", error.where),
        ("found", error.found),
        ("expected", error.expected),
        ("remedy", error.remedy),
    ):
        if text is not None:
            grid.add_row(label, Text(text))
    body = Table.grid()
    body.add_row(Text(error.problem, style="bold"))
    if grid.row_count:
        body.add_row(grid)
    frame = box.ROUNDED if unicode_fits(console) else box.ASCII
    console.print(Panel(body, title="error", title_align="left", border_style="red", box=frame))
