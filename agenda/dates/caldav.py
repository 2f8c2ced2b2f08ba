"""Busy times from a CalDAV server (RFC 4791): its own free-busy answer, or else the events in a period."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import urljoin, urlsplit
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from agenda.dates.fetching import Answer, Fetch, Request
from agenda.dates.network_guard import NotFetched

DAV, CALDAV = "{DAV:}", "{urn:ietf:params:xml:ns:caldav}"
MULTISTATUS = 207
WELL_KNOWN = "/.well-known/caldav"
MOST_CALENDARS = 30
# An XML tree takes many times its text; five megabytes of events have fewer tags than this.
MOST_TAGS = 300_000
HEAD, TAIL = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n", b"END:VCALENDAR\r\n"
_INSIDE = re.compile(
    rb"BEGIN:VCALENDAR[ \t]*\r?\n(.*)^END:VCALENDAR", re.DOTALL | re.MULTILINE | re.IGNORECASE
)
_FIND = (
    '<propfind xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><prop><resourcetype/>'
    "<current-user-principal/><C:calendar-home-set/><C:supported-calendar-component-set/>"
    "<C:schedule-calendar-transp/></prop></propfind>"
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
    found = list(dict.fromkeys(_calendars(fetch, request)))[:MOST_CALENDARS]
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
    data = (found.text or "" for found in _parsed(answer).iter(f"{CALDAV}calendar-data"))
    return joined(text.encode() for text in data)


def joined(calendars: Iterable[bytes]) -> bytes:
    """Make one calendar of many; what is no calendar is left out."""
    found = (_INSIDE.search(one) for one in calendars)
    return HEAD + b"".join(one[1] for one in found if one is not None) + TAIL


def refusal(status: int) -> str:
    """Name why an HTTP status is no answer."""
    if status in {401, 403}:
        return "not_authorised"
    if status in {404, 410}:
        return "not_found"
    return "server_refuses"


def _calendars(fetch: Fetch, request: Request) -> Iterator[str]:
    """Find the calendars with events behind an address (RFC 4791 6.2.1, RFC 5397, RFC 6764)."""
    answer = _propfind(fetch, request, 0)
    if answer.status != MULTISTATUS and urlsplit(request.address).path in {"", "/"}:
        answer = _propfind(fetch, replace(request, address=urljoin(request.address, WELL_KNOWN)), 0)
    if answer.status != MULTISTATUS:
        raise NotFetched(refusal(answer.status))
    if next(_parsed(answer).iter(f"{CALDAV}calendar"), None) is not None:
        # The address is that of one calendar: it, or nothing.
        yield from _listed(answer, asked_for=True)
        return
    homes = _links(answer, f"{CALDAV}calendar-home-set")
    for principal in [] if homes else _links(answer, f"{DAV}current-user-principal"):
        told = _propfind(fetch, replace(request, address=principal), 0)
        homes += _links(told, f"{CALDAV}calendar-home-set")
    for home in homes or [answer.address]:
        yield from _listed(_propfind(fetch, replace(request, address=home), 1), asked_for=False)


def _listed(answer: Answer, *, asked_for: bool) -> Iterator[str]:
    """Give the addresses in an answer that are calendars which hold events.

    One that its owner calls transparent makes nobody busy (RFC 6638 9.1), unless it was asked for by name.
    """
    if answer.status != MULTISTATUS:
        return
    for one in _parsed(answer).iter(f"{DAV}response"):
        if one.find(f".//{DAV}resourcetype/{CALDAV}calendar") is None:
            continue
        if not asked_for and one.find(f".//{CALDAV}schedule-calendar-transp/{CALDAV}transparent") is not None:
            continue
        kinds = {kind.get("name", "").upper() for kind in one.iter(f"{CALDAV}comp")}
        if not kinds or "VEVENT" in kinds:
            yield from _addresses(answer, one.findall(f"{DAV}href"))


def _links(answer: Answer, name: str) -> list[str]:
    if answer.status != MULTISTATUS:
        return []
    found = (href for holder in _parsed(answer).iter(name) for href in holder.iter(f"{DAV}href"))
    return list(_addresses(answer, found))


def _addresses(answer: Answer, links: Iterable[Element]) -> Iterator[str]:
    """Resolve links; one that leads to another host is left out, for name and password would go there."""
    here = urlsplit(answer.address)
    for link in links:
        try:
            there = urljoin(answer.address, (link.text or "").strip())
        except ValueError:
            continue
        if urlsplit(there)[:2] == here[:2]:
            yield there


def _parsed(answer: Answer) -> Element:
    if answer.content.count(b"<") > MOST_TAGS:
        raise NotFetched("too_large")
    try:
        found: Element = fromstring(answer.content, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError):
        raise NotFetched("not_caldav") from None
    return found


def _propfind(fetch: Fetch, request: Request, depth: int) -> Answer:
    return fetch(_asked(request, "PROPFIND", _FIND, depth))


def _report(fetch: Fetch, request: Request, query: str, first: datetime, last: datetime) -> Answer:
    body = query.format(start=_written(first), end=_written(last))
    return fetch(_asked(request, "REPORT", body, 1))


def _asked(request: Request, method: str, body: str, depth: int) -> Request:
    headers = {"Depth": str(depth), "Content-Type": "application/xml; charset=utf-8"}
    return replace(request, method=method, headers=headers, body=body.encode())


def _written(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"
