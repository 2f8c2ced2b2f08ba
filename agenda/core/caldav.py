"""Finding the calendars behind an address on a CalDAV server (RFC 4791), and asking one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from urllib.parse import urljoin, urlsplit
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from agenda.core.fetching import Answer, Fetch, Request
from agenda.core.network_guard import NotFetched

DAV, CALDAV = "{DAV:}", "{urn:ietf:params:xml:ns:caldav}"
MULTISTATUS = 207
WELL_KNOWN = "/.well-known/caldav"
# An XML tree takes many times its text; five megabytes of events have fewer tags than this.
MOST_TAGS = 300_000
_FIND = (
    '<propfind xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><prop><resourcetype/>'
    "<current-user-principal/><C:calendar-home-set/><C:supported-calendar-component-set/>"
    "<C:schedule-calendar-transp/></prop></propfind>"
)


def refusal(status: int) -> str:
    """Name why an HTTP status is no answer."""
    if status in {401, 403}:
        return "not_authorised"
    if status in {404, 410}:
        return "not_found"
    return "server_refuses"


def calendars(fetch: Fetch, request: Request) -> Iterator[str]:
    """Find the calendars with events behind an address (RFC 4791 6.2.1, RFC 5397, RFC 6764)."""
    answer = _propfind(fetch, request, 0)
    if answer.status != MULTISTATUS and urlsplit(request.address).path in {"", "/"}:
        answer = _propfind(fetch, replace(request, address=urljoin(request.address, WELL_KNOWN)), 0)
    if answer.status != MULTISTATUS:
        raise NotFetched(refusal(answer.status))
    if next(parsed(answer).iter(f"{CALDAV}calendar"), None) is not None:
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
    for one in parsed(answer).iter(f"{DAV}response"):
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
    found = (href for holder in parsed(answer).iter(name) for href in holder.iter(f"{DAV}href"))
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


def parsed(answer: Answer) -> Element:
    if answer.content.count(b"<") > MOST_TAGS:
        raise NotFetched("too_large")
    try:
        found: Element = fromstring(answer.content, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError):
        raise NotFetched("not_caldav") from None
    return found


def _propfind(fetch: Fetch, request: Request, depth: int) -> Answer:
    return fetch(asked(request, "PROPFIND", _FIND, depth))


def asked(request: Request, method: str, body: str, depth: int) -> Request:
    headers = {"Depth": str(depth), "Content-Type": "application/xml; charset=utf-8"}
    return replace(request, method=method, headers=headers, body=body.encode())
