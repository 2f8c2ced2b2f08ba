"""The book of the erased: what it says of whom, and that it survives."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from agenda.retention.erased_people import (
    BOOK,
    Erasure,
    erasure_of,
    is_about,
    must_take_lines,
    read,
    write_down,
)

SECRET, OTHER = b"x" * 40, b"y" * 40
AT = datetime(2019, 2, 14, 12, 0, 0, 123456, tzinfo=UTC)
OLD, NEW = "zoe@leiden.example", "zoe.van.der.ven@leiden.example"


def test_somebody_is_known_by_each_address_and_none_stands_in_the_book(tmp_path: Path) -> None:
    one = erasure_of(SECRET, 7, [OLD, NEW], AT)
    write_down(tmp_path, [one])
    assert read(tmp_path).erasures == (one,)
    assert is_about(SECRET, one, OLD)
    assert is_about(SECRET, one, NEW.upper())
    assert not is_about(SECRET, one, "iemand@leiden.example")
    written = (tmp_path / BOOK).read_text()
    assert "leiden" not in written
    assert "zoe" not in written
    assert (tmp_path / BOOK).stat().st_mode & 0o777 == 0o600


def test_under_another_secret_key_nobody_is_known(tmp_path: Path) -> None:
    one = erasure_of(SECRET, 7, [OLD], AT)
    assert not is_about(OTHER, one, OLD)
    assert one != erasure_of(OTHER, 7, [OLD], AT)
    assert not is_about(SECRET, Erasure(7, AT), OLD)


def test_what_is_written_twice_is_one_line(tmp_path: Path) -> None:
    one, two = erasure_of(SECRET, 7, [OLD], AT), erasure_of(SECRET, 8, [NEW], AT + timedelta(days=1))
    write_down(tmp_path, [one, one])
    write_down(tmp_path, [one, two])
    assert read(tmp_path).erasures == (one, two)
    assert (read(tmp_path) + read(tmp_path)).erasures == (one, two)


def test_a_line_that_a_crash_cut_short_hides_no_other(tmp_path: Path) -> None:
    one, two = erasure_of(SECRET, 7, [OLD], AT), erasure_of(SECRET, 8, [NEW], AT)
    write_down(tmp_path, [one])
    whole = (tmp_path / BOOK).read_bytes()
    (tmp_path / BOOK).write_bytes(whole + whole[:30])
    write_down(tmp_path, [two])
    assert (read(tmp_path).erasures, read(tmp_path).unreadable) == ((one, two), 1)


@pytest.mark.parametrize(
    "line",
    [
        b"7",
        b"{}",
        b"[]",
        b"\xff\xfe",
        b'{"what": "person", "person": true, "at": "2019-02-14T12:00:00+00:00", "key": "", "known_by": []}',
        b'{"what": "person", "person": 7, "at": "2019-02-14T12:00:00", "key": "", "known_by": []}',
        b'{"what": "letter", "person": 7, "at": "2019-02-14T12:00:00+00:00", "key": "", "known_by": []}',
    ],
)
def test_what_is_no_line_is_counted(tmp_path: Path, line: bytes) -> None:
    (tmp_path / BOOK).write_bytes(line + b"\n\n")
    assert (read(tmp_path).erasures, read(tmp_path).unreadable) == ((), 1)


def test_several_write_at_once_and_no_line_is_lost(tmp_path: Path) -> None:
    def write(first: int) -> None:
        for number in range(first, first + 20):
            write_down(tmp_path, [Erasure(number, AT)])

    writers = [threading.Thread(target=write, args=(100 * one,)) for one in range(1, 5)]
    for one in writers:
        one.start()
    for one in writers:
        one.join()
    book = read(tmp_path)
    assert (len({one.person for one in book.erasures}), book.unreadable) == (80, 0)


def test_a_folder_that_takes_no_book_is_found_out_before(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match="file"):
        must_take_lines(tmp_path / "file")
    must_take_lines(tmp_path / "new")
    assert read(tmp_path / "new").erasures == ()
    assert read(tmp_path / "none").erasures == ()
