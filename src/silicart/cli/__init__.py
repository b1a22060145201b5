"""The command line: a thin door to the rooms, one family of commands a file.

Nothing here imports a heavy library at start-up: `silicart --help` must answer at once.
"""

from __future__ import annotations

import sys

import typer

from silicart import __version__
from silicart.cli import bench, construct, evidence, expression, peers, product, studies, validation, verify
from silicart.cli.terminal import EXIT_CODES, NOTICE, say

app = typer.Typer(
    name="silicart",
    help="The mRNA-LNP CAR-T therapy as an executable system: from LNP dose to virtual trial and ledger of claims.\n\n"
    + NOTICE,
    epilog=EXIT_CODES,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _show_version(wanted: bool) -> None:
    if wanted:
        say(f"silicart {__version__}")
        raise typer.Exit()


@app.callback()
def _options(
    version: bool = typer.Option(
        False, "--version", help="Print the version and stop.", callback=_show_version, is_eager=True
    ),
) -> None:
    pass


studies.add_commands(app)
evidence.add_commands(app)
validation.add_commands(app)
verify.add_commands(app)
peers.add_commands(app)
bench.add_commands(app)
expression.add_commands(app)
construct.add_commands(app)
product.add_commands(app)


def main() -> None:
    """Run the command line and leave with its exit code."""
    for stream in (sys.stdout, sys.stderr):
        # A pipe on a machine without a UTF-8 locale must not turn a result into an error.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    app()


__all__ = ["app", "main"]
