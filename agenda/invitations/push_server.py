"""One calendar on a CalDAV server (RFC 4791): what stands in it, putting something there, taking it away."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from urllib.parse import quote, unquote, urljoin, urlsplit
from xml.sax.saxutils import escape

from agenda.core.caldav import (
    CALDAV,
    DAV,
    MULTISTATUS,
    addresses,
    asked,
    calendars,
    is_calendar,
    parsed,
    refusal,
)
from agenda.core.caldav import Calendar as FoundCalendar
from agenda.core.fetching import Answer, Fetch, Request, version
from agenda.core.network_guard import NotFetched
from agenda.invitations.push_objects import is_about, merged

AT_A_TIME = 100
ATTEMPTS = 3
MOST_CALENDARS = 30
MOST_ALIKE = 5
_GONE = {404, 410}
_WRITTEN = {200, 201, 204}
CHANGED = 412
_MULTIGET = (
    '<C:calendar-multiget xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><prop><getetag/></prop>'
    "{links}</C:calendar-multiget>"
)
_WITH_UID = (
    '<C:calendar-query xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><prop><getetag/></prop>'
    '<C:filter><C:comp-filter name="VCALENDAR"><C:comp-filter name="VEVENT"><C:prop-filter name="UID">'
    '<C:text-match collation="i;octet">{uid}</C:text-match></C:prop-filter></C:comp-filter></C:comp-filter>'
    "</C:filter></C:calendar-query>"
)


@dataclass(frozen=True)
class Stored:
    """An entry on the server: where it is, and which version it has there."""

    address: str
    etag: str
    content: bytes = b""


@dataclass(frozen=True)
class OwnCalendar:
    """Somebody's calendar on a server; what fails raises NotFetched."""

    fetch: Fetch
    request: Request

    def must_be_there(self) -> None:
        """Raise NotFetched where there is no calendar any more, or we are not let in."""
        if not is_calendar(self.fetch, self.request):
            raise NotFetched("not_found")

    def versions(self, wanted: Iterable[str]) -> dict[str, str | None]:
        """Tell which version each of these addresses has now; None where nothing is there any more."""
        by_path = {_path(address): address for address in wanted}
        found: dict[str, str | None] = {}
        paths = list(by_path)
        for first in range(0, len(paths), AT_A_TIME):
            links = "".join(
                f"<href>{escape(quote(path))}</href>" for path in paths[first : first + AT_A_TIME]
            )
            for path, etag in self._told(_MULTIGET.format(links=links)):
                if path in by_path:
                    found[by_path[path]] = etag
        return found

    def get(self, address: str) -> Stored | None:
        """Give the entry at an address; None where nothing is there."""
        # A version of packed text may differ from that of the entry itself.
        headers = {"Accept-Encoding": "identity"}
        answer = self.fetch(replace(self.request, address=address, headers=headers))
        if answer.status in _GONE:
            return None
        if answer.status != 200:
            raise NotFetched(refusal(answer.status))
        return Stored(address, answer.etag, answer.content)

    def place(self, uid: str, ours: bytes, known: str | None) -> Stored | None:
        """Let the entry stand there once, with what its owner added; None where a known one is gone.

        A new one gets an address made from its UID: after a crash it is found there again. One that a server
        made of our letter is taken over, wherever in this calendar it stands.
        """
        address = known or self._address(uid)
        if known is None:
            answer = self._put(address, ours, {"If-None-Match": "*"})
            if answer.status in _WRITTEN:
                return Stored(address, answer.etag)
            if answer.status != CHANGED:
                address = self._with_uid(uid, answer)
        for _attempt in range(ATTEMPTS):
            theirs = self.get(address)
            if theirs is None:
                return None
            content = merged(ours, theirs.content, uid)
            answer = self._put(address, content, {"If-Match": theirs.etag or "*"})
            if answer.status in _WRITTEN:
                return Stored(address, answer.etag)
            if answer.status != CHANGED:
                raise NotFetched(_write_refusal(answer.status))
        raise NotFetched("keeps_changing")

    def take_out(self, address: str) -> None:
        """Take an entry away; one that is gone already is no fault."""
        answer = self.fetch(replace(self.request, address=address, method="DELETE"))
        if answer.status not in {200, 202, 204, *_GONE}:
            raise NotFetched(_write_refusal(answer.status))

    def _put(self, address: str, content: bytes, condition: dict[str, str]) -> Answer:
        headers = {"Content-Type": "text/calendar; charset=utf-8", **condition}
        return self.fetch(replace(self.request, address=address, method="PUT", headers=headers, body=content))

    def _address(self, uid: str) -> str:
        return urljoin(self.request.address, quote(uid, safe="@") + ".ics")

    def _with_uid(self, uid: str, refused: Answer) -> str:
        """Find the entry that keeps ours out; raises NotFetched where it was refused for another reason."""
        # A server may say no more than that the request is bad.
        if refused.status not in {400, 403, 409}:
            raise NotFetched(_write_refusal(refused.status))
        answer = self.fetch(asked(self.request, "REPORT", _WITH_UID.format(uid=escape(uid)), 1))
        links = parsed(answer).iter(f"{DAV}href") if answer.status == MULTISTATUS else ()
        for address in islice(addresses(answer, links), MOST_ALIKE):
            # A server that looks less closely than it was asked to must not cost its owner another entry.
            stored = self.get(address)
            if stored is not None and is_about(stored.content, uid):
                return address
        # It may stand in another calendar of the same owner, where we were not asked to write.
        raise NotFetched("stands_elsewhere" if _is_taken(refused) else _write_refusal(refused.status))

    def _told(self, report: str) -> Iterator[tuple[str, str | None]]:
        answer = self.fetch(asked(self.request, "REPORT", report, 1))
        if answer.status != MULTISTATUS:
            raise NotFetched(refusal(answer.status))
        for one in parsed(answer).iter(f"{DAV}response"):
            etag = one.findtext(f".//{DAV}getetag")
            status = one.findtext(f"{DAV}status") or ""
            for address in addresses(answer, one.findall(f"{DAV}href")):
                if etag is not None:
                    yield _path(address), version(etag)
                elif any(f" {code}" in status for code in _GONE):
                    yield _path(address), None


def own_calendar(fetch: Fetch, request: Request) -> OwnCalendar:
    """Give the calendar at an address, whether that was written with a last / or not."""
    return OwnCalendar(fetch, replace(request, address=request.address.rstrip("/") + "/"))


def to_choose_from(fetch: Fetch, request: Request) -> list[FoundCalendar]:
    """Find the calendars at an address into which meetings may be written; raises NotFetched for none."""
    found = {one.address: one for one in calendars(fetch, request)}
    if not found:
        raise NotFetched("no_calendars")
    writable = [one for one in found.values() if one.may_write][:MOST_CALENDARS]
    if not writable:
        raise NotFetched("not_writable")
    return writable


def _is_taken(answer: Answer) -> bool:
    """Tell whether another entry has the same UID (RFC 4791 5.3.2.1, RFC 6638 3.2.4.1)."""
    names = (f"{CALDAV}no-uid-conflict", f"{CALDAV}unique-scheduling-object-resource")
    try:
        return any(next(parsed(answer).iter(name), None) is not None for name in names)
    except NotFetched:
        return False


def _write_refusal(status: int) -> str:
    if status == 401:
        return "not_authorised"
    if status == 403:
        return "not_writable"
    if status in {404, 409, 410}:
        return "not_found"
    return "full" if status == 507 else "server_refuses"


def _path(address: str) -> str:
    return unquote(urlsplit(address).path)
