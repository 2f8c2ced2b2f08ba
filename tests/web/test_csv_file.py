"""Files for a spreadsheet open as they should in a Dutch one, and run nothing."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agenda.web.csv_file import as_csv, harmless

LONG = "Een toelichting van vijfduizend tekens. " * 125


def test_numbers_have_a_comma_and_stay_numbers() -> None:
    written = as_csv(["Naam", "Deel"], [["Van der Ven, Zoë", 0.5], [None, -3], [date(2020, 2, 29), 1234.567]])
    assert (
        written.decode("utf-8") == "\ufeffNaam;Deel\r\nVan der Ven, Zoë;0,50\r\n;-3\r\n2020-02-29;1234,57\r\n"
    )


@pytest.mark.parametrize("cell", ["=1+1", "+31", "-2", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1+1", "\n=1"])
def test_a_cell_that_looks_like_a_formula_is_made_harmless(cell: str) -> None:
    assert harmless(cell) == f"'{cell}"


def test_an_ordinary_cell_stays_as_it_is() -> None:
    assert harmless("Zoë - 3 = 4") == "Zoë - 3 = 4"


@given(
    st.lists(
        st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=40)
    )
)
def test_what_is_written_is_read_back(cells: list[str]) -> None:
    text = as_csv(["a"] * len(cells), [[*cells, LONG]]).decode("utf-8-sig")
    read = list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))
    assert read[1] == [*map(harmless, cells), LONG]
