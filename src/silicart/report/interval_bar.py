"""The small bar of a ledger row: its interval, its margin, the side on which the claim holds, and published values."""

from __future__ import annotations

from markupsafe import Markup, escape

from silicart.claims.row import LedgerRow
from silicart.report.numbers import figure, share
from silicart.report.palette import INK, MUTED

WIDTH, HEIGHT = 236.0, 46.0
_LEFT, _RIGHT, _LINE = 6.0, 230.0, 17.0


def interval_bar(row: LedgerRow, colour: str) -> Markup:
    """Return the bar of a row as SVG in the arm's colour; empty for a row that has no interval.

    The axis runs over the interval, the margin and the published values, so that bars of different rows are not to be
    compared with one another.
    """
    if row.interval is None or row.estimate is None:
        return Markup("")
    published = comparable(row)
    low, high = axis_of(row)

    def x(value: float) -> float:
        return round(_LEFT + (value - low) / (high - low) * (_RIGHT - _LEFT), 1)

    holds = (x(row.margin), _RIGHT) if row.direction == "above" else (_LEFT, x(row.margin))
    parts = [
        f'<rect x="{holds[0]}" y="5" width="{max(holds[1] - holds[0], 0):.1f}" height="24" class="holds"/>',
        f'<line x1="{_LEFT}" x2="{_RIGHT}" y1="{_LINE}" y2="{_LINE}" stroke="#c9d1d9"/>',
        f'<line x1="{x(row.margin)}" x2="{x(row.margin)}" y1="3" y2="31" stroke="{INK}" stroke-width="1.6"/>',
        f'<line x1="{x(row.interval[0])}" x2="{x(row.interval[1])}" y1="{_LINE}" y2="{_LINE}" stroke="{colour}" '
        f'stroke-width="5" stroke-linecap="round"/>',
        f'<circle cx="{x(row.estimate)}" cy="{_LINE}" r="4.6" fill="{colour}" stroke="#fff" stroke-width="1.6"/>',
        *(_diamond(x(number)) for number in published),
        _label(row, x(row.margin)),
    ]
    return Markup(
        f'<svg class="bar" role="img" viewBox="0 0 {WIDTH:g} {HEIGHT:g}" aria-label="{escape(_aloud(row))}">'
        + "".join(parts)
        + "</svg>"
    )


def axis_of(row: LedgerRow) -> tuple[float, float]:
    """Return the ends of a row's axis, which holds its interval, its margin and its published values."""
    values = [row.margin, *(row.interval or ()), *comparable(row)]
    low, high = min(values), max(values)
    room = 0.08 * (high - low) or 0.1 * (abs(high) or 1.0)
    return low - room, high + room


def comparable(row: LedgerRow) -> list[float]:
    """Return the published numbers of the row's own quantity; the claims file says which are.

    A difference between two arms has none: what was published is one arm's number.
    """
    return [] if row.comparator is not None else [one.value for one in row.published if one.value is not None]


def scale_of(row: LedgerRow) -> float:
    """Return 100 for a row that reads in per cent and 1 for any other: shares of one are the only plain numbers."""
    return 100.0 if row.unit == "dimensionless" else 1.0


def _diamond(x: float) -> str:
    y = _LINE
    return (
        f'<path d="M{x} {y - 7}L{x + 5} {y}L{x} {y + 7}L{x - 5} {y}Z" fill="#fff" stroke="{INK}" stroke-width="1.2"/>'
    )


def _label(row: LedgerRow, x: float) -> str:
    place = min(max(x, 30.0), WIDTH - 30.0)
    shown = _written(row, row.margin)
    return f'<text x="{place:.1f}" y="42" text-anchor="middle" font-size="10" fill="{MUTED}">margin {shown}</text>'


def _written(row: LedgerRow, value: float) -> str:
    return f"{share(value)} %" if scale_of(row) == 100.0 else figure(value)


def _aloud(row: LedgerRow) -> str:
    assert row.interval is not None
    numbers = [_written(row, number) for number in (row.estimate or 0.0, *row.interval, row.margin)]
    return (
        f"estimate {numbers[0]}, 90 % interval {numbers[1]} to {numbers[2]}; "
        f"the claim holds {row.direction} the margin {numbers[3]}"
    )
