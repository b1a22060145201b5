"""The dish beside published assays, as text."""

from __future__ import annotations

from collections.abc import Iterable

from silicart.product.potency.orders import OrderRow
from silicart.product.potency.published import AssayRow


def table_of_assays(rows: Iterable[AssayRow]) -> str:
    """Return the comparison as a table in Markdown, all figures in percent.

    Examples
    --------
    >>> from silicart.evidence import load_register
    >>> from silicart.product.potency.published import compare_with_published
    >>> print(table_of_assays(compare_with_published(load_register())).splitlines()[0])
    | assay | records | published | dish | difference | 5 % to 95 % | verdict | use | hours that agree |
    """
    head = ("assay", "records", "published", "dish", "difference", "5 % to 95 %", "verdict", "use", "hours that agree")
    return _table(head, (_assay(row) for row in rows))


def table_of_orders(rows: Iterable[OrderRow]) -> str:
    """Return the orderings as a table in Markdown, all figures in percent."""
    head = ("killing should fall from ... to ...", "E:T", "records", "before", "after", "verdict")
    cells = (
        (
            row.label,
            f"{row.ratio:g}:1",
            ", ".join(row.records),
            _percent(row.before),
            _percent(row.after),
            _said(row.met),
        )
        for row in rows
    )
    return _table(head, cells)


def _assay(row: AssayRow) -> tuple[str, ...]:
    one = row.observation
    published = _percent(one.value) + ("" if one.spread is None else f" ± {_percent(one.spread)}")
    if row.assay.hours is not None:
        agreeing = f"stated: {row.assay.hours:g}"
    else:
        agreeing = "none" if row.agreeing_hours is None else f"{row.agreeing_hours:.1f}"
    return (
        one.label,
        ", ".join(one.records),
        published,
        _percent(row.predicted),
        f"{100.0 * (row.predicted - one.value):+.1f}",
        f"{_percent(row.low)} to {_percent(row.high)}",
        _said(row.met) + ("" if row.met else f" by {_percent(row.off_by)}"),
        "used for fitting" if row.used else "check",
        agreeing,
    )


def _percent(share: float) -> str:
    return f"{100.0 * share:.1f}"


def _said(met: bool) -> str:
    return "met" if met else "missed"


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
