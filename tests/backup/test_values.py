"""Values of every kind come back exactly as they were."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agenda.backup.values import KINDS, Shape, Unreadable, kind_of, line, row
from agenda.backup.writing import DERIVED, shape_of, tables
from agenda.tables import Base

ZONES = st.sampled_from([UTC, timezone(timedelta(hours=5, minutes=30)), timezone(-timedelta(hours=11))])
MOMENTS = st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=ZONES)  # noqa: DTZ001
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "integer": st.integers(),
    "boolean": st.booleans(),
    "text": st.text(),
    "json": st.text(),
    "moment": MOMENTS,
    "date": st.dates(),
    "time": st.times(),
    "bytes": st.binary(),
    "decimal": st.decimals(allow_nan=False),
    "number": st.floats(allow_nan=False),
}
ONE_OF_EACH = Shape("thing", {name: name for name in KINDS}, ("integer",))


@given(st.fixed_dictionaries({kind: st.none() | VALUES[kind] for kind in KINDS}))
def test_a_row_comes_back_as_it_was(values: dict[str, Any]) -> None:
    text = line(ONE_OF_EACH, values)
    assert text.count(b"\n") == 1
    back = row(ONE_OF_EACH, text)
    assert back == values
    assert all(type(back[kind]) is type(value) for kind, value in values.items())


def test_a_moment_comes_back_to_the_microsecond_and_in_utc() -> None:
    shape = Shape("thing", {"at": "moment"}, ("at",))
    there = datetime(2019, 2, 14, 14, 30, 0, 1, tzinfo=timezone(timedelta(hours=1)))
    text = line(shape, {"at": there})
    assert text == b'{"at":"2019-02-14T13:30:00.000001Z"}\n'
    assert row(shape, text)["at"].tzinfo is UTC


def test_lines_are_what_anyone_can_read() -> None:
    values = {
        "integer": -(2**70),
        "boolean": False,
        "text": "één\n\x00“regel”",
        "json": '{"b": 1, "a": null}',
        "moment": None,
        "date": date(9999, 12, 31),
        "time": time(23, 59, 59, 999_999),
        "bytes": b"\x00\xff",
        "decimal": Decimal("0.10"),
        "number": 0.5,
    }
    assert line(ONE_OF_EACH, values).decode() == (
        '{"integer":-1180591620717411303424,"boolean":false,"text":"één\\n\\u0000“regel”",'
        '"json":"{\\"b\\": 1, \\"a\\": null}","moment":null,"date":"9999-12-31","time":"23:59:59.999999",'
        '"bytes":"AP8=","decimal":"0.10","number":"0x1.0000000000000p-1"}\n'
    )


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"no json",
        b"[]",
        b"{}",
        b'{"at": "gisteren", "much": 1}',
        b'{"at": "2019-02-14T13:30:00", "much": 1}',
        b'{"at": null, "much": true}',
        b'{"at": null, "much": "1"}',
        b'{"at": null, "much": 1, "more": 2}',
    ],
)
def test_what_is_no_row_of_a_table_is_refused(text: bytes) -> None:
    with pytest.raises(Unreadable):
        row(Shape("thing", {"at": "moment", "much": "integer"}, ("much",)), text)


def test_every_table_and_column_of_the_product_has_its_place() -> None:
    """A table that is added comes along by itself; a column of a new kind makes this fail."""
    shapes = {shape.name: shape for shape in map(shape_of, tables())}
    assert shapes.keys() == Base.metadata.tables.keys() - DERIVED
    for name, shape in shapes.items():
        assert list(shape.columns) == [column.name for column in Base.metadata.tables[name].columns]
        assert shape.key


def test_a_column_of_an_unknown_kind_is_not_guessed_at() -> None:
    with pytest.raises(TypeError, match="cannot hold"):
        kind_of(st.text)  # type: ignore[arg-type]
