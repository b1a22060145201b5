"""The page stands alone, says what it must, and shows what the run holds."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from silicart.errors import StoreError
from silicart.evidence import load_register
from silicart.report import render_report, write_report
from silicart.simulation import ProgressEvent
from silicart.study import StudyResult

ADDRESSES = {"src", "href", "xlink:href", "srcset", "poster", "data", "action", "formaction", "background", "cite"}
SIZE_LIMIT = 5_000_000


class Reader(HTMLParser):
    """Collects what a page asks for, its ids, and the text between its tags."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.asked: list[tuple[str, str, str]] = []
        self.ids: list[str] = []
        self.tags: list[str] = []
        self.aria: list[str] = []
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        for name, value in attrs:
            if name in ADDRESSES:
                self.asked.append((tag, name, value or ""))
            if name == "id":
                self.ids.append(value or "")
            if name == "aria-labelledby":
                self.aria += (value or "").split()

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


@pytest.fixture(scope="module")
def html(synthetic_result: StudyResult) -> str:
    return render_report(synthetic_result)


@pytest.fixture(scope="module")
def page(html: str) -> Reader:
    return Reader(html)


@pytest.fixture(scope="module")
def short(synthetic_result: StudyResult) -> StudyResult:
    """The result with the course of activity alone, which is drawn quickly."""
    bands = synthetic_result.bands
    return replace(synthetic_result, bands=bands[bands["observable"] == "activity"])


def test_no_address_leaves_the_file(html: str, page: Reader) -> None:
    assert [one for one in page.asked if not one[2].startswith("#")] == []
    assert re.findall(r"https?:|//[a-z]|@import|url\((?!#)", html) == []
    assert not {"link", "img", "iframe", "object", "embed", "audio", "video", "form"} & set(page.tags)


def test_policy_forbids_everything_but_the_page_s_own_script(html: str) -> None:
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', html)
    script = re.search(r"<script>(.*?)</script>", html, re.DOTALL)
    assert policy is not None
    assert script is not None
    digest = base64.b64encode(hashlib.sha256(script[1].encode()).digest()).decode()
    assert "default-src 'none'" in policy[1]
    assert f"script-src 'sha256-{digest}'" in policy[1]
    assert not re.findall(r"\son[a-z]+=", html)


def test_ids_are_unique_and_every_link_arrives(page: Reader) -> None:
    assert sorted(page.ids) == sorted(set(page.ids))
    links = {value[1:] for tag, _, value in page.asked if tag in ("a", "use")}
    assert links - set(page.ids) == set()
    assert set(page.aria) - set(page.ids) == set()


def test_every_figure_has_a_title_a_description_and_its_numbers(html: str) -> None:
    figures = re.findall(r"<figure.*?</figure>", html, re.DOTALL)
    assert len(figures) == 10
    for figure in figures:
        assert re.search(r"<title id=[^>]+>[^<]+</title><desc id=[^>]+>[^<]{60,}</desc>", figure)
        assert "Numbers behind figure" in figure


def test_page_says_what_it_is_and_is_not(page: Reader) -> None:
    text = page.text
    for words in (
        "A research instrument, not a medical device",
        "Dose and spacing of the first arm are those of another product",
        "Every number below is simulated unless it says published",
        "Question of interest",
        "Context of use",
        "Tests of the report and of the command line only",
        "held by a steady state",
        "SRI-4 at week 52 on placebo, BLISS-52",
        "What is not computed",
        "What to cite",
        "20261124",
        "0" * 64,
    ):
        assert words in text


def test_answer_is_read_off_the_ledger(page: Reader) -> None:
    assert (
        "The 4 claims of the announcement turn on 4 quantities, of which this run computed 3: 1 supported, 1 "
        "contradicted, 1 undecided. Supported in every quantity computed: “side effects are fewer” (1)." in page.text
    )


def test_every_verdict_has_a_shape_beside_its_word(html: str) -> None:
    rows = re.findall(r'<tr class="row".*?</tr>', html, re.DOTALL)
    assert len(rows) == 4
    verdicts = [re.search(r'class="verdict[^>]*>(<svg class="shape".*?</svg>)([a-z ]+)</span>', row) for row in rows]
    found = {match[2]: match[1] for match in verdicts if match is not None}
    assert set(found) == {"supported", "contradicted", "undecided", "not computed"}
    assert len(set(found.values())) == 4


def test_a_row_that_is_not_computed_shows_no_number(html: str) -> None:
    row = re.search(r'<tr class="row" id="row-cost">.*?</tr>', html, re.DOTALL)
    assert row is not None
    assert 'class="estimate"' not in row[0]
    assert 'class="bar"' not in row[0]


def test_a_row_shows_estimate_interval_margin_rivals_and_flips(html: str) -> None:
    row = re.search(r'<tr class="row" id="row-activity">.*?</tr>\s*<tr class="more">.*?</details>', html, re.DOTALL)
    assert row is not None
    text = Reader(row[0]).text
    for words in (
        "2.40 points",
        "(0.20 to 7.90)",
        "below 1.00 points",
        "linear sources, slow refill",
        "flips the verdict",
    ):
        assert words in text


def test_refused_candidates_are_counted_by_reason_with_readable_units(page: Reader) -> None:
    assert re.search(r"k LPm is negative\s+closure\s+1", page.text)
    assert re.search(r"IgG outside 6 to 30 g/L\s+filter\s+7", page.text)


def test_the_same_result_gives_the_same_page(short: StudyResult) -> None:
    assert render_report(short) == render_report(short)


def test_the_page_is_small_enough_to_send(html: str) -> None:
    assert len(html.encode()) < SIZE_LIMIT


def test_every_figure_is_told_as_progress(short: StudyResult) -> None:
    told: list[ProgressEvent] = []
    render_report(short, progress=told.append)
    assert (told[-1].done, told[-1].total, told[-1].unit) == (9, 9, "figure")


def test_values_of_the_user_show_as_theirs(short: StudyResult) -> None:
    own = "parameters:\n  k_kill: {value: 9.25, unit: per_day}\n"
    text = Reader(render_report(replace(short, overlay_text=own))).text
    assert "This run used values of its user in place of the register's: k_kill." in text
    assert re.search(r"k_kill user 9\.25 1/d", text)


def test_a_register_that_has_changed_since_is_refused(short: StudyResult) -> None:
    fitting = {**short.manifest, "hashes": {"register": load_register().hash}}
    assert "<html" in render_report(replace(short, manifest=fitting))
    changed = {**short.manifest, "hashes": {"register": "f" * 64}}
    with pytest.raises(StoreError, match="have changed since this run"):
        render_report(replace(short, manifest=changed))


def test_a_run_without_claims_or_some_courses_still_has_a_page(short: StudyResult) -> None:
    text = Reader(render_report(replace(short, ledger=(), statements=()))).text
    assert "This study judges no claims." in text
    assert "Disease activity" in text
    assert "Plasma cells and soluble BCMA" not in text


def test_failed_patients_are_named(short: StudyResult) -> None:
    import pandas as pd

    failed = pd.DataFrame(
        {
            "arm": ["lv_cd19"] * 3,
            "patient": [1, 2, 3],
            "time": [5.0] * 3,
            "state": ["IFN"] * 3,
            "reason": ["step limit"] * 3,
        }
    )
    text = Reader(render_report(replace(short, failures=failed))).text
    assert "Lentiviral CD19, once after Flu/Cy step limit 3" in text
    assert "Every patient of every arm was simulated" not in text


def test_a_report_that_cannot_be_written_says_so(short: StudyResult, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be written"):
        write_report(short, tmp_path / "absent" / "report.html")
