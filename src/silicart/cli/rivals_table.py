"""What would tell the rival structures apart, in a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

    from silicart.study.result import StudyResult

MOST = 8
"""Rows that are printed."""
SHOWN_SIZES = (10, 50)


def print_rivals(console: Console, result: StudyResult) -> None:
    """Print which observations would tell the rivals of a run apart, the best first; nothing without rivals."""
    from rich.table import Table

    from silicart.claims.telling_apart import GOAL, candidates, tell_apart

    arms = [arm.name for arm in result.study.arms if arm.regimen is not None]
    told = tell_apart(result.endpoints, candidates(arms, list(result.endpoints.columns)))[:MOST]
    if not told:
        return
    table = Table(title="What would tell the rival structures apart", title_justify="left", box=None, pad_edge=False)
    table.add_column("observation", overflow="fold")
    for heading in (*(f"{size} patients" for size in SHOWN_SIZES), f"n for {GOAL:.0%}", "at best"):
        table.add_column(heading, justify="right")
    for one in told:
        right = (f"{one.right[size]:.0%}" for size in SHOWN_SIZES)
        table.add_row(one.candidate.words, *right, str(one.patients or "-"), f"{one.ceiling:.0%}")
    console.print(table)
