"""Busy times from a CalDAV server (RFC 4791): its own free-busy answer, or else the events in a period."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime

from agenda.core.caldav import CALDAV, MULTISTATUS, asked, calendars, parsed, refusal
from agenda.core.fetching import Answer, Fetch, Request
from agenda.core.network_guard import NotFetched

MOST_CALENDARS = 30
HEAD, TAIL = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n", b"END:VCALENDAR\r\n"
_INSIDE = re.compile(
    rb"BEGIN:VCALENDAR[ \t]*\r?\n(.*)^END:VCALENDAR", re.DOTALL | re.MULTILINE | re.IGNORECASE
)
_FREE_BUSY = (
    '<C:free-busy-query xmlns:C="urn:ietf:params:xml:ns:caldav">'
    '<C:time-range start="{start}" end="{end}"/></C:free-busy-query>'
)
_EVENTS = (
    '<C:calendar-query xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><prop><C:calendar-data/></prop>'
    '<C:filter><C:comp-filter name="VCALENDAR"><C:comp-filter name="VEVENT">'
    '<C:time-range start="{start}" end="{end}"/></C:comp-filter></C:comp-filter></C:filter>'
    "</C:calendar-query>"
)


def read_server(fetch: Fetch, request: Request, first: datetime, last: datetime) -> list[bytes]:
    """Give the iCalendar text of each calendar at an address, as far as it lies between two moments.

    The address is that of a calendar, or of a server, on which all the person's calendars are then found.
    Raises NotFetched, with the code "no_calendars" where there is none.
    """
    busy = (one.address for one in calendars(fetch, request) if not one.transparent)
    found = list(dict.fromkeys(busy))[:MOST_CALENDARS]
    if not found:
        raise NotFetched("no_calendars")
    return [_of_calendar(fetch, replace(request, address=one), first, last) for one in found]


def _of_calendar(fetch: Fetch, request: Request, first: datetime, last: datetime) -> bytes:
    # Asked first: then titles do not even leave the server.
    answer = _report(fetch, request, _FREE_BUSY, first, last)
    if answer.status == 200 and b"BEGIN:VCALENDAR" in answer.content:
        return answer.content
    answer = _report(fetch, request, _EVENTS, first, last)
    if answer.status != MULTISTATUS:
        raise NotFetched(refusal(answer.status))
    data = (found.text or "" for found in parsed(answer).iter(f"{CALDAV}calendar-data"))
    return joined(text.encode() for text in data)


def joined(calendars: Iterable[bytes]) -> bytes:
    """Make one calendar of many; what is no calendar is left out."""
    found = (_INSIDE.search(one) for one in calendars)
    return HEAD + b"".join(one[1] for one in found if one is not None) + TAIL


def _report(fetch: Fetch, request: Request, query: str, first: datetime, last: datetime) -> Answer:
    body = query.format(start=_written(first), end=_written(last))
    return fetch(asked(request, "REPORT", body, 1))


def _written(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"
