"""A problem file is read, or every fault in it is named with its place."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import pytest

from agenda.core.json_document import DocumentFaults
from agenda.dates.problem_file import read_problem
from agenda.dates.question import Holidays, Kind
from tests.dates.command.example import problem
from tests.support.documents import GONE, written


def faults(content: bytes, folder: Path = Path()) -> list[str]:
    with pytest.raises(DocumentFaults) as caught:
        read_problem(content, folder)
    return list(caught.value.faults)


def test_everything_in_the_file_is_understood(tmp_path: Path) -> None:
    asked = problem("people", 2, "calendar", "zoeterwoude.ics")
    found = read_problem(written(asked), tmp_path)
    question = found.question
    assert (question.first, question.last) == (date(2019, 1, 7), date(2019, 1, 8))
    assert (question.minutes, question.step) == (120, 30)
    assert question.hours == {0: (time(9), time(17, 30)), 1: (time(9), time(17, 30))}
    assert (question.public, question.school) == (Holidays.EXCLUDE, Holidays.AVOID)
    assert question.closed[0].starts_at == datetime(2019, 1, 8, 8, tzinfo=UTC)
    assert [(need.kind, need.id, need.least) for need in found.needs] == [
        (Kind.QUORUM, "leiden", 1),
        (Kind.QUORUM, "zoeterwoude", 1),
        (Kind.REQUIRED, "leiden.mayor", 1),
    ]
    assert found.people[0].travel == 20
    assert found.people[2].calendar == tmp_path.resolve() / "zoeterwoude.ics"


def test_what_is_left_out_has_its_default() -> None:
    asked = {name: problem()[name] for name in ("time_zone", "from", "until", "minutes", "hours")}
    found = read_problem(written(asked | {"people": [{"id": "x"}]}), Path())
    question = found.question
    assert (question.step, question.public, question.school) == (15, Holidays.EXCLUDE, Holidays.AVOID)
    assert question.school_holidays[date(2019, 1, 2)] == "Kerstvakantie"
    assert (question.closed, found.needs) == ((), ())
    one = found.people[0]
    assert (one.group, one.required, one.calendar, len(one.blocks), one.travel) == (None, False, None, 0, 0)


def test_a_date_is_that_whole_local_day() -> None:
    found = read_problem(written(problem()), Path())
    begin, end = found.people[1].blocks[0].tolist()
    assert datetime.fromtimestamp(begin * 60, UTC) == datetime(2019, 1, 6, 23, tzinfo=UTC)
    assert datetime.fromtimestamp(end * 60, UTC) == datetime(2019, 1, 7, 23, tzinfo=UTC)


def test_a_part_of_a_minute_is_busy() -> None:
    pair = ["2019-01-07T09:00:59.5+01:00", "2019-01-07T08:30:00.1Z"]
    found = read_problem(written(problem("people", 0, "busy", [pair])), Path())
    begin, end = found.people[0].blocks[0].tolist()
    assert end - begin == 31


def test_half_of_a_group_is_rounded_up() -> None:
    asked = problem("people", [{"id": str(n), "group": "leiden"} for n in range(5)])
    assert read_problem(written(asked | {"quorum": {"leiden": "half"}}), Path()).quorum == {"leiden": 3}


def test_a_day_may_last_until_midnight() -> None:
    found = read_problem(written(problem("hours", "mon", ["00:00", "24:00"])), Path())
    assert found.question.hours[0] == (time(), time())


A_TIME = "must be a time with an offset such as 2019-01-31T09:00:00+01:00, or a date, between 1973 and 2099"
A_DAY = "must be a date such as 2019-01-31, between 1973 and 2099"
A_WEEKDAY = "is no day: the days are mon, tue, wed, thu, fri, sat, sun"
BESIDE = "must be a file beside the problem file"
AN_HOUR = "must be a time of day such as 09:30"


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (("step", 5), "step: is not a key that is known here"),
        (("new\nline", 5), '["new\\nline"]: is not a key that is known here'),
        (("minutes", GONE), "minutes: is missing"),
        (("people", GONE), "people: is missing"),
        (("time_zone", "Europe/Leiden"), "time_zone: must be a time zone, such as Europe/Amsterdam"),
        (("time_zone", "../../etc/passwd"), "time_zone: must be a time zone, such as Europe/Amsterdam"),
        (("time_zone", "Europe"), "time_zone: must be a time zone, such as Europe/Amsterdam"),
        (("from", "2019-02-30"), f"from: {A_DAY}"),
        (("from", "1814-01-01"), f"from: {A_DAY}"),
        (("from", 20190101), f"from: {A_DAY}"),
        (("until", "2019-01-31T09:00:00+01:00"), f"until: {A_DAY}"),
        (("until", "2019-01-06"), "until: must not be before from"),
        (("until", "2022-01-09"), "until: must be less than 1098 days after from"),
        (("minutes", 0), "minutes: must be at least 1"),
        (("minutes", -(10**400)), "minutes: must be at least 1"),
        (("minutes", 10**4000), "minutes: must be at most 1440"),
        (("minutes", 1441), "minutes: must be at most 1440"),
        (("minutes", 60.0), "minutes: must be a whole number"),
        (("minutes", float("nan")), "minutes: must be a whole number"),
        (("minutes", float("inf")), "minutes: must be a whole number"),
        (("minutes", True), "minutes: must be a whole number"),
        (("minutes", "60"), "minutes: must be a whole number"),
        (("step_minutes", 0), "step_minutes: must be at least 1"),
        (("hours", []), "hours: must be an object"),
        (("hours", "monday", ["09:00", "10:00"]), f"hours.monday: {A_WEEKDAY}"),
        (("hours", "mon", ["09:00"]), "hours.mon: must be a list of two"),
        (("hours", "mon", ["09:00", "9:30"]), f"hours.mon[1]: {AN_HOUR}"),
        (("hours", "mon", ["24:30", "24:00"]), f"hours.mon[0]: {AN_HOUR}"),
        (("hours", "mon", ["09:00", "09:00"]), "hours.mon: must close after it opens"),
        (("public_holidays", "skip"), "public_holidays: must be one of exclude, avoid, ignore"),
        (("school_holidays", None), "school_holidays: must be one of exclude, avoid, ignore"),
        (("school_region", "Oost"), "school_region: must be one of Noord, Midden, Zuid"),
        (("closed", 0, "from", "2019-01-08T09:00:00"), f"closed[0].from: {A_TIME}"),
        (("closed", 0, "until", "2019-01-08T09:00:00+01:00"), "closed[0].until: must be after the start"),
        (("closed", 0, "until", "2019-01-08T25:00:00+01:00"), f"closed[0].until: {A_TIME}"),
        (("closed", 0, "why", " "), "closed[0].why: must be a text"),
        (("closed", 0, "why", "x" * 201), "closed[0].why: must have at most 200 characters"),
        (("people", {}), "people: must be a list"),
        (("people", [{"id": str(n)} for n in range(5001)]), "people: must have at most 5000 entries"),
        (("people", 1, []), "people[1]: must be an object"),
        (("people", 1, "id", GONE), "people[1].id: is missing"),
        (("people", 1, "id", "leiden.mayor"), "people[1].id: is the id of people[0] too"),
        (("people", 1, "id", "x\ud800"), "people[1].id: must be one line of printable text"),
        (("people", 1, "group", 4), "people[1].group: must be a text"),
        (("people", 0, "required", 1), "people[0].required: must be true or false"),
        (("people", 0, "busy", 0, "now"), "people[0].busy[0]: must be a list of two"),
        (("people", 0, "busy", 0, 1, "2019-01-06"), "people[0].busy[0][1]: must be after the start"),
        (("people", 0, "busy", 0, 0, {}), f"people[0].busy[0][0]: {A_TIME}"),
        (("people", 0, "travel_minutes", -1), "people[0].travel_minutes: must be at least 0"),
        (("people", 0, "calendar", "../secret.ics"), f"people[0].calendar: {BESIDE}"),
        (("people", 0, "calendar", "a/../b.ics"), f"people[0].calendar: {BESIDE}"),
        (("people", 0, "calendar", "/etc/passwd"), f"people[0].calendar: {BESIDE}"),
        (("quorum", "oegstgeest", 1), "quorum.oegstgeest: is a group that nobody is in"),
        (("quorum", "leiden", 3), "quorum.leiden: must be at most 2"),
        (("quorum", "leiden", -1), "quorum.leiden: must be at least 0"),
        (("quorum", "leiden", "most"), "quorum.leiden: must be a whole number or half"),
        (("quorum", "leiden", [2]), "quorum.leiden: must be a whole number"),
    ],
)  # fmt: skip
def test_a_fault_is_named_with_its_place(change: tuple[Any, ...], fault: str) -> None:
    with_groups = faults(written(problem(*change)))
    # Where people are wrong their groups may be unknown too.
    assert [one for one in with_groups if "that nobody is in" not in one or one == fault] == [fault]


def test_all_faults_are_named_at_once() -> None:
    asked = problem("minutes", 0) | {"from": "now", "extra": 1}
    asked["people"][2]["travel_minutes"] = "20"
    assert len(faults(written(asked))) == 4


def test_too_many_starts_are_refused() -> None:
    asked = problem("until", "2021-01-06") | {"step_minutes": 1}
    asked["hours"] = {day: ["00:00", "24:00"] for day in ("mon", "tue", "wed")}
    assert faults(written(asked)) == ["step_minutes: makes more than 200000 possible starts"]


def test_a_number_of_very_many_digits_is_too_large() -> None:
    assert faults(written(problem()).replace(b"120", b"9" * 100_000)) == ["minutes: must be at most 1440"]


def test_a_key_that_is_given_twice_is_refused() -> None:
    content = written(problem()).replace(b'"minutes": 120', b'"minutes": 120, "minutes": 60')
    assert faults(content) == ["minutes: is given twice"]


def test_a_link_that_leads_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (tmp_path / "secret.ics").write_text("BEGIN:VCALENDAR")
    (folder / "out.ics").symlink_to(tmp_path / "secret.ics")
    (folder / "round.ics").symlink_to(folder / "round.ics")
    for name in ("out.ics", "round.ics"):
        asked = written(problem("people", 0, "calendar", name))
        assert faults(asked, folder) == ["people[0].calendar: must be a file beside the problem file"]


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", "line 1, column 1: Expecting value"),
        (b'{"minutes":\n  [1,}', "line 2, column 6: Expecting value"),
        (b'{"minutes": 1', "line 1, column 14: Expecting ',' delimiter"),
        (b'{"time_zone": "\xff"}', "byte 15: is not UTF-8"),
        ("{}".encode("utf-16"), "byte 0: is not UTF-8"),
        (b"[" * 100_000, "the document: is nested too deeply"),
        (b'{"a":' * 100_000, "the document: is nested too deeply"),
        (b"[]", "the document: must be an object"),
        (b" " * 50_000_001, "the document: is larger than 50 MB"),
    ],
)
def test_what_is_no_json_is_told_with_line_and_column(content: bytes, fault: str) -> None:
    assert faults(content)[0] == fault


def test_a_mark_at_the_begin_of_the_file_is_no_fault() -> None:
    assert read_problem(b"\xef\xbb\xbf" + written(problem()), Path()).question.minutes == 120
