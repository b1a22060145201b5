"""The page of one product: its process, the lot that comes out, whether it may be released, and what it costs.

One HTML file that is complete in itself: figures stand in it, and nothing in it asks any network for anything.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from silicart.evidence import Source
    from silicart.report.illustrations import Illustration

Verdict = Literal["in specification", "out of specification", "failed", "not judged"]


@dataclass(frozen=True)
class StepView:
    """One step of the process: its name, and each setting in words with its value."""

    name: str
    settings: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class AttributeView:
    """One attribute of the lot: its typical value, unit, release limit, and whether it is met.

    interval : 5th to 95th percentile over parameter draws, what is not known of the typical lot.
    spread : 5th to 95th percentile of lots, how lots of different donors differ.
    met : None where there is no limit.
    """

    label: str
    value: str
    interval: str = ""
    spread: str = ""
    unit: str = ""
    limit: str = ""
    met: bool | None = None


@dataclass(frozen=True)
class Table:
    """A plain table: a title, its columns, and rows whose first cell is the head of the row."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""


@dataclass(frozen=True)
class Assumption:
    """One grade C value that the product was computed with."""

    id: str
    label: str
    value: str
    range: str
    reasoning: str


@dataclass(frozen=True)
class ProductPage:
    """What a page of a product shows; every number is already in words.

    title, name : of the process, and the file or built-in name it was read from.
    summary : one or two sentences on the lot, for the top of the page.
    notes : what the process file says of itself.
    verdict, reasons : the release of the typical lot, and which limits it fails.
    limits : which release limits were applied, with where they come from.
    attributes : the lot table.
    release : what becomes of many lots.
    figures : in the order of the page; the tables of the balance and of the cost stand behind theirs.
    course : tables of a whole course.
    recorded : settings of the process that are recorded and not modelled, each with its value.
    assumptions : grade C values read.
    sources : works behind the values, in the order of the list.
    version, command, hashes : what repeats the page.
    """

    title: str
    name: str
    summary: str
    steps: tuple[StepView, ...]
    attributes: tuple[AttributeView, ...]
    verdict: Verdict
    reasons: tuple[str, ...] = ()
    limits: str = ""
    notes: tuple[str, ...] = ()
    figures: tuple[Illustration, ...] = ()
    release: tuple[Table, ...] = ()
    course: tuple[Table, ...] = ()
    recorded: tuple[tuple[str, str], ...] = ()
    assumptions: tuple[Assumption, ...] = ()
    sources: tuple[Source, ...] = ()
    version: str = ""
    command: str = ""
    hashes: tuple[tuple[str, str], ...] = ()


def render_product_page(page: ProductPage) -> str:
    """Return the page as one HTML text that asks nothing of any network.

    Examples
    --------
    >>> page = ProductPage("A process", "own.yaml", "No lot.", (StepView("thaw"),), (), "not judged")
    >>> text = render_product_page(page)
    >>> "Research instrument" in text, "://" in text
    (True, False)
    """
    from silicart.report.page import asset, environment, keep_percent

    text = environment().get_template("product.html.j2").render(
        page=page,
        style=asset("style.css"),
        numbers=_numbers(page.figures),
        styles={},
    )  # fmt: skip
    return keep_percent(text)


def write_product_page(page: ProductPage, path: Path | str) -> Path:
    """Write the page of a product to a file and return its path; a folder that is missing is made.

    Raises
    ------
    StoreError : the file cannot be written.
    """
    from silicart.errors import StoreError

    place = Path(path)
    text = render_product_page(page)
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")
    except OSError as bad:
        raise StoreError(
            "the page of the product cannot be written", where=str(place), found=bad.strerror,
            remedy="choose another path",
        ) from None  # fmt: skip
    return place


def _numbers(figures: Sequence[Illustration]) -> dict[str, int]:
    return {one.id: place for place, one in enumerate(figures, start=1)}
