"""Tables that cannot be predicted from say so, with file and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from silicart.errors import ExpressionDataError
from silicart.product.donors.table import read_file, read_rows, read_text

GOOD = "donor,dose_ng,day,percent\n14,800,1,66\n\n14,800,2,\n"


def test_empty_percentages_are_to_be_predicted() -> None:
    rows = read_text(GOOD, "t.csv")
    assert [row.percent for row in rows] == [66.0, None]
    assert rows[1].where == "t.csv:4"


def test_other_columns_another_order_and_words_for_nothing_are_read() -> None:
    rows = read_text("note,percent, day ,dose_ng,donor\nx,NA,2,800,A\ny,5,1,800,A\n", "t.csv")
    assert (rows[0].donor, rows[0].dose_ng, rows[0].day, rows[0].percent) == ("A", 800.0, 2.0, None)


@pytest.mark.parametrize(
    ("text", "line", "problem"),
    [
        ("", None, "empty"),
        ("donor,dose,day,percent\n", 1, "no column dose_ng"),
        ("donor,dose_ng,day,percent,day\n", 1, "column stands twice"),
        (GOOD.replace(",66", ",101"), 2, "leaves 0 to 100"),
        (GOOD.replace(",66", ",-1"), 2, "leaves 0 to 100"),
        (GOOD.replace(",66", ",many"), 2, "percent is not a number"),
        (GOOD.replace("800,1,", "800,0,"), 2, "not after electroporation"),
        (GOOD.replace("800,1,", "800,inf,"), 2, "day is not a number"),
        (GOOD.replace("800,1,", "-800,1,"), 2, "dose is negative"),
        (GOOD.replace("14,800,2,", "14,800,2"), 4, "number of cells"),
        (GOOD.replace("14,800,2,", ",800,2,"), 4, "no donor"),
        (GOOD.replace("800,2,", "800.0,1,"), 4, "stands twice"),
        (GOOD.replace("800,2,", "800,2,5"), None, "nothing is to be predicted"),
    ],
)
def test_a_bad_table_says_where(text: str, line: int | None, problem: str) -> None:
    with pytest.raises(ExpressionDataError, match=problem) as caught:
        read_text(text, "t.csv")
    assert caught.value.where == ("t.csv" if line is None else f"t.csv:{line}")


def test_columns_of_a_mapping_must_agree() -> None:
    with pytest.raises(ExpressionDataError, match="differ in length"):
        read_rows({"donor": ["a"], "dose_ng": [800, 400], "day": [1], "percent": [None]})
    with pytest.raises(ExpressionDataError, match="no column percent"):
        read_rows({"donor": ["a"], "dose_ng": [800], "day": [1]})


def test_a_file_that_is_not_there_or_not_text_is_named(tmp_path: Path) -> None:
    with pytest.raises(ExpressionDataError, match="cannot be read"):
        read_file(tmp_path / "none.csv")
    (tmp_path / "binary.csv").write_bytes(b"\xff\xfe\x00donor")
    with pytest.raises(ExpressionDataError, match="not text"):
        read_file(tmp_path / "binary.csv")
