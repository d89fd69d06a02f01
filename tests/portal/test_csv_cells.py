import csv
import io

import pytest

from portal import csv_cells


@pytest.mark.parametrize(
    "formula",
    ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "\u00a0=1", "\ufeff=1", "＝1", "＋1", "－1", "＠x"],  # noqa: RUF001
)
def test_what_a_spreadsheet_would_compute_stays_text(formula: str) -> None:
    assert csv_cells.cell(formula) == f"'{formula}"


@pytest.mark.parametrize("text", ["", "plain", "a=b", "1-2", "user:7", "2026-03-03T09:00:00+00:00", "'quoted'"])
def test_other_text_stays_as_it_is(text: str) -> None:
    assert csv_cells.cell(text) == text


def test_a_table_comes_back_as_it_was_but_for_its_formulas() -> None:
    table = csv_cells.table(("who", "what"), [("a, b", 'said "x"\nand left'), (7, "=HYPERLINK(1)")])

    read = list(csv.reader(io.StringIO(table, newline="")))

    assert read == [["who", "what"], ["a, b", 'said "x"\nand left'], ["7", "'=HYPERLINK(1)"]]
