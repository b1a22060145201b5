"""The command on peers: published models that silicart ships, beside the outputs that they were read with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from silicart.cli.terminal import WIDTH, guarded, results, unicode_fits, write_json

if TYPE_CHECKING:
    from silicart.simulation.peers import PeerRow


def add_commands(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command()(guarded(peers))


def peers(
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="[NAME]", help="A peer, or the path of a YAML file; without it all.", show_default=False
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Write JSON to standard output, nothing else.")] = False,
) -> None:
    """Run published models and set what comes out beside their reference outputs."""
    from silicart.simulation.peers import load_peer, peer_names, reproduce

    found = [load_peer(one) for one in ([name] if name else peer_names())]
    rows = [row for peer in found for row in reproduce(peer)]
    if as_json:
        write_json([_record(row) for row in rows])
        return
    _print_table(rows)
    for row in rows:
        if row.output.missed:
            results().print(f"{row.peer}, {row.output.id}: {row.output.missed}.")


def _record(row: PeerRow) -> dict[str, object]:
    one = row.output
    return {
        "peer": row.peer, "scenario": row.scenario, "output": one.id, "unit": row.unit, "reference": one.value,
        "bound": one.below, "ours": row.ours, "difference": row.difference, "agrees": row.agrees, "missed": one.missed,
    }  # fmt: skip


def _print_table(rows: Sequence[PeerRow]) -> None:
    from rich import box
    from rich.table import Table

    console = results()
    shape = box.SIMPLE_HEAD if unicode_fits(console) else box.ASCII2
    table = Table(box=shape, width=min(WIDTH, console.width), pad_edge=False, padding=(0, 1, 0, 0), header_style="bold")
    table.add_column("peer, scenario", ratio=1, overflow="fold")
    table.add_column("output", width=23, overflow="fold")
    table.add_column("reference", justify="right", width=10)
    table.add_column("ours", justify="right", width=10)
    table.add_column("difference", justify="right", width=10)
    table.add_column("", width=6)
    before = ""
    for row in rows:
        title = f"{row.peer}, {row.scenario}"
        reference = f"{'< ' if row.output.below else ''}{row.output.value:.4g}"
        difference = "" if row.output.below else f"{100 * row.difference:+.2f} %"
        verdict = "agrees" if row.agrees else "missed"
        table.add_row(
            "" if title == before else title, row.output.id, reference, f"{row.ours:.4g}", difference, verdict
        )
        before = title
    console.print(table)
