"""Finding the calendars behind an address on a CalDAV server (RFC 4791), and asking one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from urllib.parse import urljoin, urlsplit
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from agenda.core.fetching import Answer, Fetch, Request
from agenda.core.network_guard import NotFetched
from agenda.core.text import one_line

DAV, CALDAV = "{DAV:}", "{urn:ietf:params:xml:ns:caldav}"
MULTISTATUS = 207
WELL_KNOWN = "/.well-known/caldav"
# An XML tree takes many times its text; five megabytes of events have fewer tags than this.
MOST_TAGS = 300_000
_FIND = (
    '<propfind xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><prop><resourcetype/><displayname/>'
    "<current-user-privilege-set/><current-user-principal/><C:calendar-home-set/><C:supported-calendar-component-set/>"
    "<C:schedule-calendar-transp/></prop></propfind>"
)

# Any of these lets new entries into a calendar (RFC 3744 3.2 to 3.11).
_MAY_WRITE = {f"{DAV}all", f"{DAV}write", f"{DAV}bind"}


@dataclass(frozen=True)
class Calendar:
    """A calendar that holds events; `transparent` where its owner says that it makes nobody busy.

    `may_write` is also true where the server does not say.
    """

    address: str
    name: str
    may_write: bool
    transparent: bool


def refusal(status: int) -> str:
    """Name why an HTTP status is no answer."""
    if status in {401, 403}:
        return "not_authorised"
    if status in {404, 410}:
        return "not_found"
    return "server_refuses"


def calendars(fetch: Fetch, request: Request) -> Iterator[Calendar]:
    """Find the calendars with events behind an address (RFC 4791 6.2.1, RFC 5397, RFC 6764)."""
    answer = _propfind(fetch, request, 0)
    if answer.status != MULTISTATUS and urlsplit(request.address).path in {"", "/"}:
        answer = _propfind(fetch, replace(request, address=urljoin(request.address, WELL_KNOWN)), 0)
    if answer.status != MULTISTATUS:
        raise NotFetched(refusal(answer.status))
    if next(parsed(answer).iter(f"{CALDAV}calendar"), None) is not None:
        # The address is that of one calendar: it, or nothing.
        for found in _listed(answer):
            # It was asked for by name, whatever its owner says of it.
            yield replace(found, transparent=False)
        return
    homes = _links(answer, f"{CALDAV}calendar-home-set")
    for principal in [] if homes else _links(answer, f"{DAV}current-user-principal"):
        told = _propfind(fetch, replace(request, address=principal), 0)
        homes += _links(told, f"{CALDAV}calendar-home-set")
    for home in homes or [answer.address]:
        yield from _listed(_propfind(fetch, replace(request, address=home), 1))


def is_calendar(fetch: Fetch, request: Request) -> bool:
    """Tell whether there is a calendar at exactly this address; raises NotFetched where we are refused."""
    answer = _propfind(fetch, request, 0)
    if answer.status != MULTISTATUS:
        raise NotFetched(refusal(answer.status))
    return next(_listed(answer), None) is not None


def _listed(answer: Answer) -> Iterator[Calendar]:
    """Give the calendars in an answer that hold events."""
    if answer.status != MULTISTATUS:
        return
    for one in parsed(answer).iter(f"{DAV}response"):
        if one.find(f".//{DAV}resourcetype/{CALDAV}calendar") is None:
            continue
        kinds = {kind.get("name", "").upper() for kind in one.iter(f"{CALDAV}comp")}
        if kinds and "VEVENT" not in kinds:
            continue
        allowed = {right.tag for held in one.iter(f"{DAV}privilege") for right in held}
        # RFC 6638 9.1.
        transparent = one.find(f".//{CALDAV}schedule-calendar-transp/{CALDAV}transparent") is not None
        for address in addresses(answer, one.findall(f"{DAV}href")):
            name = one_line(one.findtext(f".//{DAV}displayname") or "").strip()
            yield Calendar(address, name, not allowed or bool(allowed & _MAY_WRITE), transparent)


def _links(answer: Answer, name: str) -> list[str]:
    if answer.status != MULTISTATUS:
        return []
    found = (href for holder in parsed(answer).iter(name) for href in holder.iter(f"{DAV}href"))
    return list(addresses(answer, found))


def addresses(answer: Answer, links: Iterable[Element]) -> Iterator[str]:
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
