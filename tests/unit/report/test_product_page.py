"""The page of a product stands alone, says what it is, and leaves out what there is not."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from silicart.errors import StoreError
from silicart.report.product.page import AttributeView, ProductPage, StepView, render_product_page, write_product_page


class Reader(HTMLParser):
    """Collects ids, links and the text between tags."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.asked: list[str] = []
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.ids += [value or "" for name, value in attrs if name == "id"]
        self.asked += [value or "" for name, value in attrs if name in ("href", "src", "xlink:href")]

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


@pytest.fixture(scope="module")
def page(invented_page: ProductPage) -> ProductPage:
    return invented_page


@pytest.fixture(scope="module")
def html(page: ProductPage) -> str:
    return render_product_page(page)


def bare() -> ProductPage:
    return ProductPage("A process", "own.yaml", "One lot.", (StepView("thaw"),), (), "not judged")


def test_nothing_leaves_the_page(html: str) -> None:
    assert re.findall(r"https?:|//[a-z]|@import|url\((?!#)|<script|<link|<img|<iframe", html) == []
    assert "default-src 'none'" in html
    assert not re.findall(r"\son[a-z]+=", html)


def test_ids_are_unique_and_every_link_arrives(html: str) -> None:
    read = Reader(html)
    assert sorted(read.ids) == sorted(set(read.ids))
    assert {one[1:] for one in read.asked} - set(read.ids) == set()


def test_the_page_shows_every_part_that_it_was_given(html: str, page: ProductPage) -> None:
    text = Reader(html).text
    for words in (
        "A research instrument, not a medical device", page.summary, "Out of specification:", page.reasons[0],
        "mRNA integrity 0.9", "at least 80 %", "✓ met", "✗ not met",
        "apolipoprotein E 1 ug/mL", "Nobody has measured it.", "doi:10.1000/1", "CAR+ cells",
        "silicart product synthetic.yaml --out folder", "0" * 64,
    ):  # fmt: skip
        assert words.replace(" %", "\u00a0%") in text.replace(" %", "\u00a0%"), words


def test_every_figure_has_a_title_a_description_and_its_numbers(html: str, page: ProductPage) -> None:
    figures = re.findall(r"<figure.*?</figure>", html, re.DOTALL)
    assert len(figures) == len(page.figures) == 7
    for place, figure in enumerate(figures, start=1):
        assert re.search(r"<title id=[^>]+>[^<]+</title><desc id=[^>]+>[^<]{60,}</desc>", figure)
        assert f"Figure {place}. " in figure
        assert f"Numbers behind figure {place}" in figure


def test_what_a_product_lacks_has_no_heading() -> None:
    text = render_product_page(bare())
    assert re.findall(r'<h2 id="([^"]+)"', text) == ["lot", "process", "recorded", "grade-c", "sources"]
    assert 'class="met"' not in text
    assert "Every setting of the process acts in the model." in text


def test_text_of_a_process_file_is_shown_and_never_run() -> None:
    text = render_product_page(replace(bare(), title="<script>alert(1)</script>"))
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert" in text


def test_an_attribute_without_a_limit_is_neither_met_nor_missed() -> None:
    text = render_product_page(replace(bare(), attributes=(AttributeView("yield", "2"),)))
    assert "✓" not in text
    assert "✗" not in text


def test_the_same_product_gives_the_same_page(page: ProductPage, html: str) -> None:
    assert render_product_page(page) == html


def test_a_page_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    assert write_product_page(bare(), tmp_path / "page.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert write_product_page(bare(), tmp_path / "new" / "page.html").exists()
    with pytest.raises(StoreError, match="cannot be written"):
        write_product_page(bare(), tmp_path / "page.html" / "page.html")
