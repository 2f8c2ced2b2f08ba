"""The worker reads people's calendars: in time, once each, and never loses a good copy."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from agenda.core.audit import history
from agenda.core.fetching import Answer, Request
from agenda.core.network_guard import NotFetched
from agenda.core.problems import Conflict, Invalid, NotFound
from agenda.core.runtime import Runtime
from agenda.core.vault import Secret, opened
from agenda.dates import calendar_actions as actions
from agenda.dates.calendar_reading import read_calendars, read_file
from agenda.dates.calendar_rules import next_read, window
from agenda.dates.known import Known, busy_of
from agenda.dates.model import BusyCalendar
from agenda.people.model import Membership
from tests.meetings.planning import VALENTINE, dated
from tests.support.radicale_server import PASSWORD, USER, radicale
from tests.support.scripted_server import serving
from tests.world import START, TODAY, StandingClock, World

WHO = "Wethouder Leiden 1"
CALENDAR = b"""BEGIN:VCALENDAR
VERSION:2.0
BEGIN:VEVENT
UID:a
SUMMARY:Vertrouwelijk
DTSTART:20190212T090000Z
DTEND:20190212T100000Z
END:VEVENT
END:VCALENDAR
"""
TUESDAY = datetime(2019, 2, 12, 9, tzinfo=UTC)
ADDRESS = "https://agenda.leiden.example/geheim-7.ics"


class Server:
    """What the other side says, scripted; what it was asked."""

    def __init__(self, status: int = 200, content: bytes = CALENDAR, **headers: str) -> None:
        self.asked: list[Request] = []
        self.status, self.content, self.headers = status, content, headers
        self.fails: str | None = None
        self.meanwhile: Callable[[], None] = lambda: None

    def __call__(self, request: Request) -> Answer:
        self.asked.append(request)
        self.meanwhile()
        if self.fails:
            raise NotFetched(self.fails)
        return Answer(self.status, self.headers, self.content, request.address)


@pytest.fixture
def given_address(runtime: Runtime, world: World) -> int:
    """Let the alderman give an address."""
    with runtime.work() as session:
        secret = Secret(ADDRESS)
        calendar = actions.add_address(session, runtime.config.secret, world.by(session, WHO), secret, START)
        return calendar.id


def kept(runtime: Runtime, calendar_id: int) -> BusyCalendar:
    with runtime.read() as session:
        return session.get_one(BusyCalendar, calendar_id)


def known(runtime: Runtime, world: World, but_meeting: int | None = None) -> Known:
    with runtime.read() as session:
        person = world.people[WHO]
        return busy_of(session, [person], date(2019, 1, 1), date(2019, 3, 31), but_meeting)[person]


def busy(runtime: Runtime, world: World, but_meeting: int | None = None) -> list[datetime]:
    """Tell when each busy time of the alderman begins."""
    blocks = known(runtime, world, but_meeting).blocks
    return [datetime.fromtimestamp(begin * 60, UTC) for begin, _end in blocks.tolist()]


def test_a_calendar_that_was_given_is_read_at_the_next_look_and_then_every_hour(
    runtime: Runtime, world: World, clock: StandingClock, given_address: int
) -> None:
    server = Server()
    assert read_calendars(runtime, server) == 1
    assert busy(runtime, world) == [TUESDAY]
    assert known(runtime, world).read_at == START
    assert read_calendars(runtime, server) == 0
    clock.wind(minutes=50)
    assert read_calendars(runtime, server) == 0
    clock.wind(minutes=25)
    assert read_calendars(runtime, server) == 1
    assert [request.address for request in server.asked] == [ADDRESS] * 2


def test_no_title_is_kept_anywhere(runtime: Runtime, given_address: int) -> None:
    read_calendars(runtime, Server())
    calendar = kept(runtime, given_address)
    assert "Vertrouwelijk" not in str({**calendar.__dict__})
    assert len(calendar.blocks) == 16


def test_the_last_good_copy_counts_while_a_calendar_fails_and_its_age_is_known(
    runtime: Runtime, world: World, clock: StandingClock, given_address: int
) -> None:
    server = Server()
    read_calendars(runtime, server)
    for failure in ("unreachable", "not_found"):
        server.fails = failure
        clock.wind(days=2)
        read_calendars(runtime, server)
        assert busy(runtime, world) == [TUESDAY]
        assert (known(runtime, world).read_at, known(runtime, world).failures) == (START, (failure,))
    server.fails = None
    clock.wind(days=2)
    read_calendars(runtime, server)
    assert known(runtime, world).failures == ()
    assert kept(runtime, given_address).failures == 0


@pytest.mark.parametrize(
    ("status", "content", "code"),
    [
        (404, b"", "not_found"),
        (410, b"", "not_found"),
        (401, b"", "not_authorised"),
        (403, b"", "not_authorised"),
        (500, CALENDAR, "server_refuses"),
        (200, b"<!doctype html><title>Aanmelden</title>", "not_a_calendar"),
        (200, b"", "not_a_calendar"),
    ],
)
def test_why_a_calendar_cannot_be_read_is_kept_as_a_word(
    runtime: Runtime, given_address: int, status: int, content: bytes, code: str
) -> None:
    read_calendars(runtime, Server(status, content))
    calendar = kept(runtime, given_address)
    assert (calendar.failure, calendar.failures, calendar.read_at) == (code, 1, None)


def test_a_server_that_says_nothing_changed_is_believed_until_the_days_run_out(
    runtime: Runtime, world: World, clock: StandingClock, given_address: int
) -> None:
    server = Server(etag='"7"', **{"last-modified": "Tue, 18 Dec 2018 08:00:00 GMT"})
    read_calendars(runtime, server)
    server.status, server.content = 304, b""
    clock.wind(hours=2)
    read_calendars(runtime, server)
    assert server.asked[-1].headers == {
        "If-None-Match": '"7"',
        "If-Modified-Since": "Tue, 18 Dec 2018 08:00:00 GMT",
    }
    assert busy(runtime, world) == [TUESDAY]
    assert known(runtime, world).read_at == clock()
    server.status, server.content = 200, CALENDAR
    clock.wind(days=8)
    read_calendars(runtime, server)
    # The window has moved: without a fresh copy the last days would be missing.
    assert server.asked[-1].headers == {}
    assert kept(runtime, given_address).covers_until == window(TODAY + timedelta(days=8))[1]


@pytest.mark.parametrize("told", ["a\0b", "\u00e9", "x" * 501, '"a"\r\n b'])
def test_a_name_of_a_version_that_cannot_be_sent_back_is_not_kept(
    runtime: Runtime, world: World, given_address: int, told: str
) -> None:
    read_calendars(runtime, Server(etag=told))
    assert busy(runtime, world) == [TUESDAY]
    assert kept(runtime, given_address).etag == ""


def test_an_answer_that_breaks_the_reading_is_a_failure_of_that_calendar_alone(
    runtime: Runtime, world: World, given_address: int, caplog: pytest.LogCaptureFixture
) -> None:
    with runtime.work() as session:
        by = world.by(session, "Wethouder Leiden 2")
        actions.add_address(session, runtime.config.secret, by, Secret("https://b.example/"), START)
    server = Server()

    def breaks() -> None:
        if len(server.asked) == 1:
            raise RuntimeError(ADDRESS)

    server.meanwhile = breaks
    assert read_calendars(runtime, server) == 2
    with runtime.read() as session:
        assert sorted(one.failure for one in session.scalars(select(BusyCalendar))) == ["", "unreadable"]
    assert "broke its reading: RuntimeError" in caplog.text
    assert "geheim" not in caplog.text


def test_a_changed_secret_key_says_so_and_breaks_nothing(runtime: Runtime, given_address: int) -> None:
    other = replace(runtime, config=replace(runtime.config, secret_key="z" * 40))
    server = Server()
    assert read_calendars(other, server) == 1
    assert kept(runtime, given_address).failure == "secret_lost"
    assert server.asked == []


def test_two_workers_side_by_side_read_a_calendar_once(runtime: Runtime, given_address: int) -> None:
    server = Server()
    second: list[int] = []
    server.meanwhile = lambda: second.append(read_calendars(runtime, Server()))
    assert read_calendars(runtime, server) == 1
    assert second == [0]


def test_a_worker_that_was_too_slow_does_not_overwrite_what_another_read(
    runtime: Runtime, world: World, clock: StandingClock, given_address: int
) -> None:
    slow = Server(content=CALENDAR.replace(b"20190212T09", b"20190213T09"))

    def meanwhile() -> None:
        clock.wind(minutes=11)
        assert read_calendars(runtime, Server()) == 1

    slow.meanwhile = meanwhile
    read_calendars(runtime, slow)
    assert busy(runtime, world) == [TUESDAY]


def test_a_calendar_that_is_removed_while_it_is_read_stays_removed(
    runtime: Runtime, world: World, given_address: int
) -> None:
    server = Server()

    def meanwhile() -> None:
        with runtime.work() as session:
            actions.remove(session, given_address, world.by(session, WHO), START)

    server.meanwhile = meanwhile
    read_calendars(runtime, server)
    with runtime.read() as session:
        assert session.scalars(select(BusyCalendar)).all() == []


def test_who_left_every_body_is_no_longer_followed(
    runtime: Runtime, world: World, given_address: int
) -> None:
    with runtime.work() as session:
        for membership in session.scalars(
            select(Membership).where(Membership.person_id == world.people[WHO])
        ):
            membership.until = TODAY - timedelta(days=1)
    assert read_calendars(runtime, Server()) == 0


def test_nothing_of_the_address_stands_in_the_log(
    runtime: Runtime, world: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with serving(lambda asked: asked.answer("500 Oops")) as server:
        local = replace(runtime, config=replace(runtime.config, calendar_networks=server.inside))
        secret = Secret(f"{server.address}/geheim-8.ics")
        with runtime.work() as session:
            by = world.by(session, WHO)
            actions.add_address(session, runtime.config.secret, by, secret, START)
        assert read_calendars(local) == 1
    assert "was not read: server_refuses" in caplog.text
    assert "geheim" not in caplog.text


def test_a_calendar_server_is_read_through_the_same_guard(
    runtime: Runtime, world: World, tmp_path: Path
) -> None:
    with radicale(tmp_path) as server:
        server.make_calendar("werk")
        server.put("werk", "UID:once\nSUMMARY:Geheim\nDTSTART:20190212T090000Z\nDTEND:20190212T100000Z")
        secret = Secret(server.address, USER, PASSWORD)
        with runtime.work() as session:
            by = world.by(session, WHO)
            calendar_id = actions.add_address(session, runtime.config.secret, by, secret, START).id
        assert read_calendars(runtime) == 1
        assert kept(runtime, calendar_id).failure == "address_not_allowed"
        inside = replace(runtime, config=replace(runtime.config, calendar_networks=server.inside))
        with runtime.work() as session:
            session.get_one(BusyCalendar, calendar_id).next_read_at = START
        assert read_calendars(inside) == 1
    assert busy(runtime, world) == [TUESDAY]


def test_own_meetings_count_and_the_one_that_is_moved_does_not(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        meeting_id = dated(session, world).id
    assert busy(runtime, world) == [VALENTINE]
    assert busy(runtime, world, meeting_id) == []
    assert not known(runtime, world).has_calendar


def test_several_calendars_and_meetings_of_a_person_are_laid_together(
    runtime: Runtime, world: World, given_address: int
) -> None:
    read_calendars(runtime, Server())
    later = CALENDAR.replace(b"T090000Z", b"T093000Z").replace(b"T100000Z", b"T113000Z")
    found, days = read_file(later, "Europe/Amsterdam", START)
    with runtime.work() as session:
        upload = actions.Upload("tweede.ics", found, days)
        actions.add_file(session, world.by(session, WHO), upload, START)
    (block,) = known(runtime, world).blocks.tolist()
    assert (block[1] - block[0]) == 150


def test_a_file_with_the_same_name_takes_the_place_of_the_one_before(runtime: Runtime, world: World) -> None:
    for day in ("12", "13"):
        content = CALENDAR.replace(b"20190212", f"201902{day}".encode())
        found, days = read_file(content, "Europe/Amsterdam", START)
        with runtime.work() as session:
            upload = actions.Upload("export.ics", found, days)
            actions.add_file(session, world.by(session, WHO), upload, START)
    assert busy(runtime, world) == [TUESDAY + timedelta(days=1)]
    with runtime.read() as session:
        verbs = [entry.verb for entry in history(session, "person", world.people[WHO])]
    assert verbs == ["calendar_renewed", "calendar_added"]


def test_the_history_tells_of_a_calendar_without_its_secret(
    runtime: Runtime, world: World, given_address: int
) -> None:
    with runtime.work() as session:
        actions.remove(session, given_address, world.by(session, WHO), START)
    with runtime.read() as session:
        entries = history(session, "person", world.people[WHO])
        assert [entry.after for entry in entries] == [{"calendar": "agenda.leiden.example"}] * 2


def test_an_address_that_is_given_again_is_the_same_calendar_with_its_new_password(
    runtime: Runtime, world: World
) -> None:
    for password in ("oud", "nieuw"):
        secret = Secret("https://cloud.leiden.example/", USER, password)
        with runtime.work() as session:
            by = world.by(session, WHO)
            number = actions.add_address(session, runtime.config.secret, by, secret, START).id
            session.get_one(BusyCalendar, number).failure = "not_authorised"
    with runtime.work() as session:
        by = world.by(session, WHO)
        actions.add_address(session, runtime.config.secret, by, replace(secret, user="ander"), START)
    with runtime.read() as session:
        calendars = list(session.scalars(select(BusyCalendar).order_by(BusyCalendar.id)))
        assert [entry.verb for entry in history(session, "person", world.people[WHO])] == [
            "calendar_added",
            "calendar_renewed",
            "calendar_added",
        ]
    kept_secrets = [opened(runtime.config.secret, one.secret or b"") for one in calendars]
    assert [(one.user, one.password) for one in kept_secrets] == [(USER, "nieuw"), ("ander", "nieuw")]


def test_after_the_secret_key_changed_an_address_is_simply_given_again(
    runtime: Runtime, world: World, given_address: int
) -> None:
    other = replace(runtime, config=replace(runtime.config, secret_key="z" * 40))
    read_calendars(other, Server())
    with other.work() as session:
        by = world.by(session, WHO)
        again = actions.add_address(session, other.config.secret, by, Secret(ADDRESS), START)
        assert (again.id, again.failure) == (given_address, "")
    assert read_calendars(other, Server()) == 1
    assert busy(other, world) == [TUESDAY]


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("webcal://agenda.leiden.example/a.ics", "https://agenda.leiden.example/a.ics"),
        ("agenda.leiden.example/a.ics", "https://agenda.leiden.example/a.ics"),
        (" http://agenda.leiden.example/a.ics?x=1#y \n", "http://agenda.leiden.example/a.ics?x=1"),
    ],
)
def test_an_address_is_understood_as_people_copy_it(
    runtime: Runtime, world: World, typed: str, asked: str
) -> None:
    with runtime.work() as session:
        by = world.by(session, WHO)
        actions.add_address(session, runtime.config.secret, by, Secret(typed), START)
    server = Server()
    read_calendars(runtime, server)
    assert server.asked[0].address == asked


@pytest.mark.parametrize(
    "typed", ["", "agenda", "ftp://agenda.leiden.example/", "https://u:p@a.example/", "https://a b.example/"]
)
def test_what_is_no_web_address_is_refused(runtime: Runtime, world: World, typed: str) -> None:
    with pytest.raises(Invalid, match="no_web_address"), runtime.work() as session:
        by = world.by(session, WHO)
        actions.add_address(session, runtime.config.secret, by, Secret(typed), START)


def test_a_person_gives_ten_calendars_at_most(runtime: Runtime, world: World) -> None:
    with pytest.raises(Conflict, match="too_many_calendars"), runtime.work() as session:
        for number in range(11):
            secret = Secret(f"https://agenda{number}.leiden.example/")
            actions.add_address(session, runtime.config.secret, world.by(session, WHO), secret, START)


def test_a_calendar_of_another_is_not_there(runtime: Runtime, world: World, given_address: int) -> None:
    for who in ("Wethouder Leiden 2", "secretary", "administrator"):
        with runtime.work() as session:
            by = world.by(session, who)
            with pytest.raises(NotFound):
                actions.remove(session, given_address, by, START)
            with pytest.raises(NotFound):
                actions.read_soon(session, given_address, by, START)


@given(calendar_id=st.integers(1, 10**6), failures=st.integers(0, 10**6))
def test_a_dead_address_is_asked_ever_less_and_a_living_one_every_hour(
    calendar_id: int, failures: int
) -> None:
    pause = next_read(calendar_id, failures, START) - START
    assert timedelta(hours=1) <= pause < timedelta(days=1, minutes=10)
    assert next_read(calendar_id, failures + 1, START) - START >= pause
    if failures > 5:
        assert pause >= timedelta(days=1)


def test_the_days_that_are_kept_reach_from_last_month_to_a_year_and_a_quarter_ahead() -> None:
    assert window(date(2019, 1, 31)) == (date(2018, 12, 1), date(2020, 5, 1))
    assert window(date(2020, 2, 29))[0] == date(2020, 1, 1)
