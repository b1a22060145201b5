"""One fixed colour and line for each arm, used in every figure and table of a report.

The colours are the eight that Okabe and Ito chose to stay apart under the common forms of colour blindness; each arm
also has a line pattern, so that nothing depends on colour alone.

Source: Okabe M, Ito K. Color Universal Design (CUD), 2008.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from silicart.study.design import Arm

Dash = tuple[float, tuple[float, ...]]

INK = "#1c2733"
MUTED = "#5b6875"
GRID = "#e3e8ee"

# (colour, darker ink of the same hue for text on white, dash pattern)
_PRODUCTS: tuple[tuple[str, str, Dash], ...] = (
    ("#D55E00", "#A94A00", (0, ())),
    ("#E69F00", "#8A5F00", (0, (5, 1.6))),
    ("#0072B2", "#005B8E", (0, (9, 1.5, 1.5, 1.5))),
    ("#56B4E9", "#1F6F9F", (0, (2.8, 1.4))),
    ("#009E73", "#00704F", (0, (6, 1.4, 1.4, 1.4, 1.4, 1.4))),
    ("#CC79A7", "#94446F", (0, (9, 2.5))),
)
_BACKGROUND: tuple[str, str, Dash] = ("#6B7682", "#4A545E", (0, (1.4, 1.6)))


@dataclass(frozen=True)
class ArmStyle:
    """How one arm looks: `colour` for lines and shapes, `ink` for text on white, `dash` for lines."""

    name: str
    label: str
    colour: str
    ink: str
    dash: Dash


_DELIVERIES: Mapping[str, tuple[str, tuple[str, str, Dash]]] = {
    "lnp": ("mRNA-LNP", _PRODUCTS[0]),
    "electroporation": ("mRNA, electroporation", _PRODUCTS[1]),
    "lentivirus": ("lentivirus", _PRODUCTS[2]),
    "targeted_lnp": ("targeted mRNA-LNP, in vivo", _PRODUCTS[4]),
}


def delivery_style(delivery: str, label: str | None = None) -> ArmStyle:
    """Return the style of a way to bring the gene into cells, the same in every figure of a product.

    Raises KeyError for a delivery that no process of the house uses.

    Examples
    --------
    >>> delivery_style("lnp").label, delivery_style("lentivirus").colour
    ('mRNA-LNP', '#0072B2')
    """
    words, (colour, ink, dash) = _DELIVERIES[delivery]
    return ArmStyle(delivery, label or words, colour, ink, dash)


def elsewhere_style(arm: Arm) -> ArmStyle:
    """Return the style of an arm of another study, which no figure of this one shows: ink, and no colour of an arm."""
    return ArmStyle(arm.name, arm.label, INK, INK, (0, ()))


def arm_styles(arms: tuple[Arm, ...]) -> Mapping[str, ArmStyle]:
    """Return the style of each arm by name: what gives a product or a drug in the study's order, the others in grey.

    Examples
    --------
    >>> from silicart.study.design import Arm
    >>> styles = arm_styles((Arm("mrna", "mRNA", "p", None), Arm("soc", "Standard care", None, None)))
    >>> styles["mrna"].colour, styles["soc"].colour
    ('#D55E00', '#6B7682')
    """
    styles: dict[str, ArmStyle] = {}
    products = 0
    for arm in arms:
        if arm.product is None and not arm.background:
            colour, ink, dash = _BACKGROUND
        else:
            colour, ink, dash = _PRODUCTS[products % len(_PRODUCTS)]
            products += 1
        styles[arm.name] = ArmStyle(arm.name, arm.label, colour, ink, dash)
    return styles
