"""Published orderings of killing without a number: by antigen density, and by the age of cells with messenger RNA."""

from __future__ import annotations

from dataclasses import dataclass

from silicart.evidence import load_observations
from silicart.product.potency.antigen import SCALES, on_scale
from silicart.product.potency.curves import cytotoxicity_curves
from silicart.product.potency.dish import kill_in_dish
from silicart.product.potency.fading import TransientCells
from silicart.product.values import Values, centres

RATIOS = (1.0, 5.0)
_LATER_HOURS = 168.0


@dataclass(frozen=True)
class OrderRow:
    """A published ordering: specific lysis `before` should be above that `after`.

    label : what is compared; ratio : effectors per target; records : where the ordering was published.
    """

    label: str
    ratio: float
    records: tuple[str, ...]
    before: float
    after: float

    @property
    def met(self) -> bool:
        """Whether killing falls as published."""
        return self.after < self.before


def compare_orders(values: Values, cells: TransientCells) -> tuple[OrderRow, ...]:
    """Return killing on both sides of each published ordering.

    Parameters
    ----------
    values : the register, or one value by id of it.
    cells : a lot of cells with messenger RNA, as it is released.

    Examples
    --------
    >>> from silicart.evidence import load_register
    >>> from silicart.product.making import load_process, make_lot
    >>> values = centres(load_register())
    >>> all(row.met for row in compare_orders(values, make_lot(load_process("mrna-lnp-bcma"), values)))
    True
    """
    known = centres(values)
    return tuple(row for ratio in RATIOS for row in (*_by_antigen(known, ratio), *_by_age(known, cells, ratio)))


def _by_antigen(known: Values, ratio: float) -> tuple[OrderRow, ...]:
    observations = load_observations()
    before, after = observations["BCMA_before_CAR_T"], observations["BCMA_at_relapse"]
    rows = []
    for scale in SCALES:
        moved = on_scale(known, scale)
        myeloma = moved["BCMA_tumour"]
        densities = [myeloma, myeloma * after.value / before.value]
        high, low = kill_in_dish(moved, effector_to_target=ratio, antigen_density=densities).specific_lysis
        label = f"BCMA {before.value:g} to {after.value:g} per myeloma cell, scale: {scale}"
        rows.append(OrderRow(label, ratio, (*before.records, *after.records), float(high), float(low)))
    lines = [known["BCMA_line"], known["BCMA_line_low"]]
    high, low = kill_in_dish(known, effector_to_target=ratio, antigen_density=lines).specific_lysis
    # The report orders lines by their BCMA; the line of little BCMA is the only one with a count.
    rows.append(OrderRow("a myeloma line to a line with little BCMA", ratio, ("product:C05",), float(high), float(low)))
    return tuple(rows)


def _by_age(known: Values, cells: TransientCells, ratio: float) -> tuple[OrderRow, ...]:
    decline = load_observations()["mrna_bcma_killing_declines"]
    ages = [0.0, decline.value * 24.0, _LATER_HOURS]
    fresh, then, later = cytotoxicity_curves(known, {"lot": cells}, ratios=[ratio], hours_after=ages).lysis[0, :, 0]
    name = f"lot kept for {decline.value:g} days"
    return (
        OrderRow(f"fresh lot to {name}", ratio, decline.records, float(fresh), float(then)),
        OrderRow(f"{name} to {_LATER_HOURS / 24:g} days", ratio, decline.records, float(then), float(later)),
    )
