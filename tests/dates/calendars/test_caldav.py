"""Busy times from a calendar server, and from one that means harm."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import numpy as np
import pytest

from agenda.core.fetching import Credentials, Request, fetcher
from agenda.core.network_guard import NotFetched
from agenda.dates.busy import merged
from agenda.dates.caldav import joined, read_server
from agenda.dates.reading import read_busy
from tests.support.radicale_server import PASSWORD, USER, CalendarServer, radicale
from tests.support.scripted_server import Asked, serving

FIRST, LAST = datetime(2019, 1, 1, tzinfo=UTC), datetime(2019, 4, 1, tzinfo=UTC)
OWN = Credentials(USER, PASSWORD)
ZONE = "Europe/Amsterdam"
WEEKLY = """UID:weekly
SUMMARY:Vertrouwelijk
DTSTART;TZID=Europe/Amsterdam:20190108T090000
DTEND;TZID=Europe/Amsterdam:20190108T100000
RRULE:FREQ=WEEKLY;COUNT=3
EXDATE;TZID=Europe/Amsterdam:20190115T090000"""
ONCE = "UID:once\nSUMMARY:Geheim\nDTSTART:20190214T143000Z\nDTEND:20190214T163000Z"
FREE = "UID:free\nSUMMARY:Vrij\nDTSTART:20190215T090000Z\nDTEND:20190215T100000Z\nTRANSP:TRANSPARENT"
LONG_AGO = "UID:old\nSUMMARY:Oud\nDTSTART:20170214T143000Z\nDTEND:20170214T163000Z"
EXPECTED = [
    ("2019-01-08T08:00", "2019-01-08T09:00"),
    ("2019-01-22T08:00", "2019-01-22T09:00"),
    ("2019-02-14T14:30", "2019-02-14T16:30"),
]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CalendarServer]:
    with radicale(tmp_path_factory.mktemp("radicale")) as server:
        yield server


@pytest.fixture
def server(running: CalendarServer) -> Iterator[CalendarServer]:
    """A server on which the person has a calendar with work, and a list of tasks."""
    running.make_calendar("werk")
    running.make_calendar("taken", kind="VTODO")
    for entry in (WEEKLY, ONCE, FREE, LONG_AGO):
        running.put("werk", entry)
    yield running
    for name in ("werk", "taken", "thuis"):
        running.remove(name)


def busy(server: CalendarServer, address: str, own: Credentials = OWN) -> list[tuple[str, str]]:
    request = Request(address, credentials=own)
    texts = read_server(fetcher(server.inside), request, FIRST, LAST)
    assert not any(word in text for text in texts for word in (b"Vertrouwelijk", b"Geheim"))
    blocks = merged(np.concatenate([read_busy(text, FIRST, LAST, ZONE).blocks for text in texts]))
    return [(_shown(begin), _shown(end)) for begin, end in blocks.tolist()]


def _shown(minute: int) -> str:
    return datetime.fromtimestamp(minute * 60, UTC).strftime("%Y-%m-%dT%H:%M")


def test_the_busy_times_of_one_calendar_are_read_and_no_title_leaves_the_server(
    server: CalendarServer,
) -> None:
    assert busy(server, f"{server.address}/{USER}/werk/") == EXPECTED


def test_the_address_of_the_server_is_enough_and_all_calendars_count_together(
    server: CalendarServer,
) -> None:
    server.make_calendar("thuis")
    server.put("thuis", "UID:home\nSUMMARY:Thuis\nDTSTART:20190301T090000Z\nDURATION:PT1H")
    expected = [*EXPECTED, ("2019-03-01T09:00", "2019-03-01T10:00")]
    assert busy(server, server.address) == expected
    assert busy(server, f"{server.address}/{USER}/") == expected


@pytest.mark.parametrize(
    ("path", "own", "code"),
    [
        (f"/{USER}/werk/", Credentials(USER, "fout"), "not_authorised"),
        (f"/{USER}/bestaat-niet/", OWN, "not_found"),
        ("/iemand-anders/werk/", OWN, "not_authorised"),
        (f"/{USER}/taken/", OWN, "no_calendars"),
    ],
)
def test_what_cannot_be_read_has_its_reason(
    server: CalendarServer, path: str, own: Credentials, code: str
) -> None:
    with pytest.raises(NotFetched) as refusal:
        busy(server, server.address + path, own)
    assert refusal.value.code == code


EVENT = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:a\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
MULTISTATUS = """<multistatus xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav">{inside}</multistatus>"""
DATA = "<response><propstat><prop><C:calendar-data>{text}</C:calendar-data></prop></propstat></response>"
CALENDAR_HERE = """<response><href>{href}</href><propstat><prop><resourcetype><collection/><C:calendar/>
</resourcetype></prop></propstat></response>"""


def test_a_server_without_free_busy_is_asked_for_the_events_of_the_period_alone() -> None:
    def behave(asked: Asked) -> None:
        inside = CALENDAR_HERE.format(href="/a/")
        if b"free-busy-query" in asked.body:
            asked.answer("403 Forbidden")
            return
        if b"calendar-query" in asked.body:
            inside = 2 * DATA.format(text=EVENT.decode())
        asked.answer("207 Multi-Status", MULTISTATUS.format(inside=inside).encode())

    with serving(behave) as server:
        request = Request(f"{server.address}/a/", credentials=OWN)
        (text,) = read_server(fetcher(server.inside), request, FIRST, LAST)
    assert (text.count(b"BEGIN:VCALENDAR"), text.count(b"BEGIN:VEVENT")) == (1, 2)
    assert b'start="20190101T000000Z" end="20190401T000000Z"' in server.asked[-1].body
    assert [asked.head.split()[0] for asked in server.asked] == ["PROPFIND", "REPORT", "REPORT"]


def test_a_server_that_points_to_another_host_gets_no_password_there() -> None:
    with serving(lambda asked: asked.answer("207 Multi-Status", b"")) as other:
        inside = CALENDAR_HERE.format(href=f"{other.address}/a/").replace("<C:calendar/>", "")
        home = f"<C:calendar-home-set><href>{other.address}/home/</href></C:calendar-home-set>"
        inside = inside.replace("<prop>", f"<prop>{home}")
        answer = MULTISTATUS.format(inside=inside).encode()
        with (
            serving(lambda asked: asked.answer("207 Multi-Status", answer)) as server,
            pytest.raises(NotFetched) as refusal,
        ):
            fetch = fetcher(server.inside + other.inside)
            read_server(fetch, Request(f"{server.address}/", credentials=OWN), FIRST, LAST)
    assert refusal.value.code == "no_calendars"
    assert other.asked == []


def test_of_a_whole_server_a_calendar_that_makes_nobody_busy_is_left_out() -> None:
    transparent = "<prop><C:schedule-calendar-transp><C:transparent/></C:schedule-calendar-transp>"
    shared = CALENDAR_HERE.format(href="/gedeeld/").replace("<prop>", transparent)
    listed = MULTISTATUS.format(inside=CALENDAR_HERE.format(href="/eigen/") + shared)
    home = "<response><C:calendar-home-set><href>/</href></C:calendar-home-set></response>"

    def behave(asked: Asked) -> None:
        if asked.header("Depth") == "0":
            asked.answer("207 Multi-Status", MULTISTATUS.format(inside=home).encode())
        elif asked.head.startswith("PROPFIND"):
            asked.answer("207 Multi-Status", listed.encode())
        else:
            asked.answer(body=EVENT)

    with serving(behave) as server:
        read_server(fetcher(server.inside), Request(server.address, credentials=OWN), FIRST, LAST)
    assert [asked.path for asked in server.asked if asked.head.startswith("REPORT")] == ["/eigen/"]


def test_a_link_that_is_none_is_left_out_and_a_tree_without_end_is_not_grown() -> None:
    answers = {
        "no_calendars": MULTISTATUS.format(inside=CALENDAR_HERE.format(href="http://[::1")).encode(),
        "too_large": b"<multistatus>" + b"<a/>" * 300_000 + b"</multistatus>",
    }
    for code, answer in answers.items():
        with (
            serving(lambda asked, answer=answer: asked.answer("207 Multi-Status", answer)) as server,  # type: ignore[misc]
            pytest.raises(NotFetched, match=code),
        ):
            read_server(fetcher(server.inside), Request(f"{server.address}/", credentials=OWN), FIRST, LAST)


BOMB = """<!DOCTYPE x [<!ENTITY a "{a}"><!ENTITY b "{b}">]><multistatus xmlns="DAV:">&b;</multistatus>"""


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"<html>Welkom",
        b"\xff\xfe\x00",
        BOMB.format(a="a" * 1000, b="&a;" * 1000).encode(),
        '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><multistatus>&a;</multistatus>'.encode(
            "utf-16"
        ),
        b'<?xml version="1.0" encoding="no-such-thing"?><multistatus/>',
        b"<a>" * 50_000,
    ],
    ids=["nothing", "html", "noise", "bomb", "outside entity", "unknown encoding", "depth"],
)
def test_an_answer_that_is_no_honest_xml_is_refused(answer: bytes) -> None:
    with (
        serving(lambda asked: asked.answer("207 Multi-Status", answer)) as server,
        pytest.raises(NotFetched) as refusal,
    ):
        read_server(fetcher(server.inside), Request(f"{server.address}/", credentials=OWN), FIRST, LAST)
    assert refusal.value.code == "not_caldav"


def test_many_calendars_become_one_and_what_is_none_is_left_out() -> None:
    text = joined([EVENT, b"<html>", EVENT.replace(b"\r\n", b"\n"), b""])
    assert (text.count(b"BEGIN:VCALENDAR"), text.count(b"BEGIN:VEVENT")) == (1, 2)
    assert text.count(b"END:VCALENDAR") == 1
