"""Tables as files that Dutch spreadsheets open at a click: semicolons, decimal commas, UTF-8 with a mark."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date

from flask import make_response
from werkzeug.wrappers import Response

# What makes a spreadsheet read a cell as a formula (OWASP, CSV Injection).
STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
DECIMALS = 2
Cell = str | int | float | date | None


def as_csv(heads: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """Write a table: texts made harmless, fractions in two decimals behind a comma, days as 2019-02-14."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";")
    for row in (heads, *rows):
        writer.writerow([_written(cell) for cell in row])
    return out.getvalue().encode("utf-8-sig")


def csv_answer(name: str, heads: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Response:
    """Give a table as a file to download under this name."""
    response = make_response(as_csv(heads, rows))
    response.content_type = "text/csv; charset=utf-8"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def harmless(cell: str) -> str:
    """Give a cell that no spreadsheet runs: one that looks like a formula starts with an apostrophe."""
    # Excel also takes the full-width signs, and looks past blanks.
    start = unicodedata.normalize("NFKC", cell).lstrip(" ")
    return f"'{cell}" if cell.startswith(STARTS_A_FORMULA) or start.startswith(STARTS_A_FORMULA) else cell


def _written(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return harmless(cell)
    if isinstance(cell, float):
        return f"{cell:.{DECIMALS}f}".replace(".", ",")
    return str(cell)
