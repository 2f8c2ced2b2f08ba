"""Whatever goes wrong on the way to somebody's own calendar, nothing stands there twice or half."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from ipaddress import ip_network

import pytest

from agenda.core.fetching import Answer, Fetch, Request, fetcher
from agenda.core.problems import Conflict
from agenda.invitations.push_rules import DAY, EVERY
from agenda.invitations.push_writing import LEASE, write_calendars
from config import Inside
from tests.invitations.push.own import Own
from tests.invitations.region import ALDERMAN, Region, to
from tests.meetings.agenda_world import EVENING
from tests.support.scripted_server import Asked, serving

LATER = EVENING + timedelta(days=7)
ALARM = "BEGIN:VALARM\r\nACTION:DISPLAY\r\nDESCRIPTION:Vertrek\r\nTRIGGER:-PT45M\r\nEND:VALARM\r\nEND:VEVENT"
CALENDAR = (
    b'<multistatus xmlns="DAV:"><response><href>/agenda/</href><propstat><prop><resourcetype>'
    b'<C:calendar xmlns:C="urn:ietf:params:xml:ns:caldav"/></resourcetype></prop></propstat></response>'
    b"</multistatus>"
)
only_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def around(own: Own, put: Callable[[Fetch, Request], Answer]) -> Fetch:
    """Give what asks the server, with something happening around each PUT."""
    asks = fetcher(own.server.inside)

    def fetch(request: Request) -> Answer:
        return put(asks, request) if request.method == "PUT" else asks(request)

    return fetch


def killed_after(asks: Fetch, request: Request) -> Answer:
    asks(request)
    raise KeyboardInterrupt


@pytest.mark.parametrize("step", ["invitation", "update"])
def test_a_crash_between_writing_and_noting_it_leaves_one_entry(own: Own, region: Region, step: str) -> None:
    region.invite()
    if step == "update":
        own.write()
        region.move(LATER)
        region.tell()
    with pytest.raises(KeyboardInterrupt):
        own.write(around(own, killed_after))
    assert len(own.entries) == 1
    assert own.write() == 0
    own.later(LEASE)
    assert len(own.entries) == 1
    assert own.pushed.sequence == own.event["SEQUENCE"] == (1 if step == "update" else 0)
    assert own.failure == ""


def test_of_two_workers_at_once_one_writes(own: Own, region: Region) -> None:
    region.invite()
    tried: list[int] = []

    def work() -> None:
        tried.append(write_calendars(region.runtime, fetcher(own.server.inside)))

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(tried) == [0, 1]
    assert len(own.entries) == 1


def test_a_worker_that_was_too_slow_writes_nothing_down(own: Own, region: Region) -> None:
    region.invite()

    def overtaken(asks: Fetch, request: Request) -> Answer:
        region.clock.at += LEASE
        own.write()
        return asks(request)

    own.write(around(own, overtaken))
    assert len(own.entries) == 1
    assert own.pushed.etag
    assert own.failure == ""


def test_what_is_told_meanwhile_is_written_at_once_after(own: Own, region: Region) -> None:
    own.write()
    region.invite()
    moved = []

    def edited(asks: Fetch, request: Request) -> Answer:
        if not moved:
            moved.append(region.clock.wind(seconds=1))
            region.move(LATER)
            region.tell()
        return asks(request)

    own.write(around(own, edited))
    assert own.event["DTSTART"].dt == LATER
    assert len(own.entries) == 1


@only_sqlite
def test_what_its_owner_adds_at_that_very_moment_is_kept(own: Own, region: Region) -> None:
    region.invite()
    own.write()
    region.move(LATER)
    region.tell()
    seen: list[int] = []

    def overtaken(asks: Fetch, request: Request) -> Answer:
        if not seen:
            own.change("END:VEVENT", ALARM)
        answer = asks(request)
        seen.append(answer.status)
        return answer

    own.write(around(own, overtaken))
    assert seen == [412, 204]
    assert "TRIGGER:-PT45M" in own.text
    assert own.event["DTSTART"].dt == LATER


@only_sqlite
def test_a_server_that_took_the_entry_from_our_letter_keeps_that_one(own: Own, region: Region) -> None:
    mail = to(region.invite(), ALDERMAN)
    path = f"/{own.address.split('/', 3)[3]}van-de-post.ics"
    own.server.write(path, mail.ics.decode().replace("METHOD:REQUEST\r\n", ""))
    own.write()
    assert list(own.entries) == [path]
    assert own.event["ORGANIZER"].params["SCHEDULE-AGENT"] == "CLIENT"


@only_sqlite
def test_a_wrong_password_is_told_and_tried_ever_less_often(own: Own, region: Region) -> None:
    own.connect(password="verkeerd")
    own.write()
    assert own.failure == "not_authorised"
    waits = []
    for _ in range(10):
        assert own.push is not None
        waits.append(own.push.next_at - region.clock())  # type: ignore[operator]
        own.later(waits[-1])
    assert waits == sorted(waits)
    assert waits[0] < EVERY * 2
    assert DAY <= waits[-1] < DAY + timedelta(minutes=1)
    own.connect()
    own.write()
    assert own.failure == ""


@only_sqlite
def test_a_server_that_is_gone_is_told_and_comes_back(own: Own, region: Region) -> None:
    region.invite()

    def gone(_request: Request) -> Answer:
        return fetcher((Inside(ip_network("127.0.0.1"), 1),))(Request("http://127.0.0.1:1/"))

    own.write(gone)
    assert own.failure == "unreachable"
    own.later(DAY)
    assert (own.failure, len(own.entries)) == ("", 1)


@only_sqlite
def test_a_calendar_that_was_thrown_away_is_told_and_its_meetings_are_not(own: Own, region: Region) -> None:
    """Not every meeting was thrown away by its owner: with the calendar back they are there again."""
    region.invite()
    own.write()
    own.server.remove(own.name)
    own.later()
    assert (own.failure, own.pushed.gone_at) == ("not_found", None)


@only_sqlite
def test_meetings_are_written_into_one_calendar_at_a_time(own: Own) -> None:
    with pytest.raises(Conflict, match="calendar_push_elsewhere"):
        own.connect(address="https://elders.leiden.example/agenda/")
    own.end(take_out=True)
    with pytest.raises(Conflict, match="calendar_push_elsewhere"):
        own.connect()


@only_sqlite
def test_under_another_secret_key_the_calendar_is_to_be_given_anew(own: Own, region: Region) -> None:
    other = replace(region.runtime, config=replace(region.runtime.config, secret_key="y" * 40))
    write_calendars(other)
    assert own.failure == "secret_lost"
    own.connect()
    own.write()
    assert own.failure == ""


@only_sqlite
@pytest.mark.parametrize(
    "status, code",
    [
        ("403 Forbidden", "not_writable"),
        ("507 Insufficient Storage", "full"),
        ("409 Conflict", "not_found"),
        ("500 Oops", "server_refuses"),
        ("302 Found", "address_not_allowed"),
    ],
)
def test_what_a_server_refuses_is_told_without_giving_anything_away(
    own: Own, region: Region, caplog: pytest.LogCaptureFixture, status: str, code: str
) -> None:
    region.invite()

    def behave(asked: Asked) -> None:
        if asked.head.startswith("PUT"):
            asked.answer(status, Location="http://169.254.169.254/agenda/")
        elif asked.head.startswith("REPORT"):
            asked.answer("207 Multi-Status", b'<multistatus xmlns="DAV:"/>')
        else:
            asked.answer("207 Multi-Status", CALENDAR)

    with serving(behave) as server, caplog.at_level(logging.DEBUG):
        own.end(take_out=False)
        own.connect(address=f"{server.address}/agenda/geheim/", password="geheim-woord")
        own.write(fetcher(server.inside))
    assert own.failure == code
    assert "geheim" not in caplog.text
    assert [asked.head.split()[0] for asked in server.asked if asked.head[:6] != "REPORT"] == [
        "PROPFIND",
        "PUT",
    ]


@only_sqlite
@pytest.mark.parametrize("status", ["400 Bad Request", "409 Conflict"])
def test_a_server_that_answers_with_other_entries_loses_none_of_them(
    own: Own, region: Region, status: str
) -> None:
    """Asked for the entry that keeps ours out, it names another one: that one is left alone."""
    region.invite()
    other = b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:tandarts\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    listed = b'<multistatus xmlns="DAV:"><response><href>/agenda/tandarts.ics</href></response></multistatus>'

    def behave(asked: Asked) -> None:
        method = asked.head.split()[0]
        if method == "PUT":
            asked.answer(status)
        elif method == "GET":
            asked.answer(body=other, ETag='"1"')
        else:
            asked.answer("207 Multi-Status", listed if method == "REPORT" else CALENDAR)

    with serving(behave) as server:
        own.end(take_out=False)
        own.connect(address=f"{server.address}/agenda/")
        own.write(fetcher(server.inside))
    (path,) = [asked.path for asked in server.asked if asked.head.startswith("PUT")]
    assert "tandarts" not in path
    assert own.failure in {"server_refuses", "not_found"}
