"""The acceptance targets of the product at the command line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from silicart.cli.terminal import NOTICE, comparison_table, results, write_json

if TYPE_CHECKING:
    from silicart.product.acceptance import AcceptanceRow


def show_acceptance(draws: int | None, *, markdown: bool, as_json: bool) -> None:
    """Compute the acceptance targets and write them as a table, a page of the documentation, or JSON."""
    from silicart.evidence import load_register
    from silicart.product.acceptance import acceptance_markdown, compare

    register = load_register()
    rows = compare(register) if draws is None else compare(register, draws)
    if as_json:
        write_json([_record(row) for row in rows])
    elif markdown:
        results().out(acceptance_markdown(rows), highlight=False, end="")
    else:
        _print_table(rows)


def _record(row: AcceptanceRow) -> dict[str, Any]:
    from silicart.product.acceptance.page import published_text

    one = row.observation
    return {
        "observation": one.id,
        "label": one.label,
        "group": row.target.group,
        "number": row.target.number,
        "published": one.value,
        # In words where it is published as a direction or in several numbers; then only the band compares.
        "published_text": published_text(row),
        "published_interval": None if one.low is None else [one.low, one.high],
        "unit": one.unit,
        "n": one.n,
        "follow_up_months": one.follow_up,
        "role": one.role,
        "records": list(one.records),
        "model": row.model,
        "low": row.low,
        "high": row.high,
        "band": None if row.band_low is None else [row.band_low, row.band_high],
        "band_of": row.band,
        "verdict": row.verdict,
        "off_by": row.off_by,
        "covered": row.covered,
        "reason": row.target.reason,
    }


def _print_table(rows: Sequence[AcceptanceRow]) -> None:
    from rich.text import Text

    from silicart.product.acceptance.page import band_text, model_text, published_text

    console = results()
    table = comparison_table(console, published=11, model=24, band=16)
    group = None
    for row in rows:
        one = row.observation
        if row.target.group != group:
            group = row.target.group
            table.add_row(Text(group, style="bold"))
        judged = row.model is not None
        style = "bold red" if row.verdict == "missed" else "green"
        table.add_row(
            Text(f"  {one.label}" if row.target.reason is None else f"  {one.label}: {row.target.reason}"),
            Text(published_text(row)),
            Text(model_text(row)),
            Text(band_text(row)),
            Text(row.verdict if judged else "", style=style),
        )
    console.print(table)
    banded = [row for row in rows if row.model is not None and row.band_low is not None]
    missed = [row for row in rows if row.verdict == "missed"]
    console.print(
        f"{sum(row.verdict == 'met' for row in banded)} of {len(banded)} acceptance bands met; {len(missed)} figures "
        "missed in all. A band with a star is the reading's own tolerance; the others are published. Figures on LNP "
        "are extrapolated: no dose response in primary human T cells was read."
    )
    console.print(NOTICE, style="dim")
