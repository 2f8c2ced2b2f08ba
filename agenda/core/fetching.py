"""Asking an address that somebody typed in, without being led where we must not go (CALENDAR-MAIL rule 34).

The name is resolved once a hop, what it resolves to is checked, and the connection goes to exactly that
network address. Proxies are not used, and neither time nor size is up to the other side.
"""

from __future__ import annotations

import http.client
import socket
import threading
import time
import zlib
from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError

from agenda.core.network_guard import PORTS, NotFetched, Resolve, checked, resolved
from config import Inside

SECONDS = 20.0
CONNECT_SECONDS, SILENT_SECONDS = 5.0, 10.0
PIECE = 65_536
# Of one answer; a calendar that is larger is not read.
MOST_BYTES = 5_000_000
MOST_HOPS = 5
REDIRECTS = {301, 302, 303, 307, 308}
WRITING = {"PUT", "DELETE"}
LONGEST_VERSION = 500
UNCHANGED = 304
# What stays as it is in the path of an address; all else is written as octets (RFC 3987 3.1).
AS_IT_IS = "%/?:@!$&'()*+,;=[]~"
USER_AGENT = "leidse-regio-agenda"


@dataclass(frozen=True)
class Credentials:
    """User name and password, for one host alone."""

    user: str
    password: str = field(repr=False)

    @property
    def header(self) -> str:
        """Write them as HTTP's basic authentication asks (RFC 7617)."""
        return "Basic " + b64encode(f"{self.user}:{self.password}".encode()).decode()


@dataclass(frozen=True)
class Request:
    """What is asked of an address."""

    address: str = field(repr=False)
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    credentials: Credentials | None = None


@dataclass(frozen=True)
class Answer:
    """What came back, and from which address in the end."""

    status: int
    headers: Mapping[str, str]
    content: bytes = field(repr=False)
    address: str = field(repr=False)

    @property
    def etag(self) -> str:
        """The version that the server calls it, or nothing."""
        return version(self.headers.get("etag", ""))


class Fetch(Protocol):
    """Asks an address; raises NotFetched."""

    def __call__(self, request: Request) -> Answer: ...


def fetcher(inside: tuple[Inside, ...], resolve: Resolve = resolved, seconds: float = SECONDS) -> Fetch:
    """Give what asks addresses: those of the outside world, and the `inside` ones that settings allow."""

    def fetch(request: Request) -> Answer:
        return _fetch(request, inside, resolve, seconds)

    return fetch


def together(fetch: Fetch, seconds: float, most_bytes: int) -> Fetch:
    """Give what asks several questions within one time and one size; NotFetched once they are used up."""
    ends_at, left = time.monotonic() + seconds, most_bytes

    def fetch_of_many(request: Request) -> Answer:
        nonlocal left
        if time.monotonic() > ends_at:
            raise NotFetched("too_slow")
        answer = fetch(request)
        left -= len(answer.content)
        if left < 0:
            raise NotFetched("too_large")
        return answer

    return fetch_of_many


def version(told: str) -> str:
    """Keep how a server names what it gave, where that can be stored and sent back as it is."""
    return told if len(told) <= LONGEST_VERSION and told.isascii() and told.isprintable() else ""


def _fetch(request: Request, inside: tuple[Inside, ...], resolve: Resolve, seconds: float) -> Answer:
    target = _split(request.address)
    home = target
    # One deadline for all hops together.
    with _Deadline(seconds) as deadline:
        for _hop in range(MOST_HOPS + 1):
            answer = _one_hop(request, target, _same_place(target, home), inside, resolve, deadline)
            location = answer.headers.get("location")
            if answer.status not in REDIRECTS or location is None:
                return answer
            onward = _split(_onward(answer.address, location))
            if target.scheme == "https" and onward.scheme != "https":
                raise NotFetched("address_not_allowed")
            if request.method in WRITING and not _same_place(onward, home):
                # What is written is for one server's eyes.
                raise NotFetched("address_not_allowed")
            target = onward
    raise NotFetched("too_many_redirects")


def _onward(address: str, location: str) -> str:
    try:
        return urljoin(address, location)
    except ValueError:
        raise NotFetched("address_not_allowed") from None


def _split(address: str) -> SplitResult:
    try:
        found = urlsplit(address)
        valid = found.scheme in PORTS and found.hostname and found.username is None
        _ = found.port
    except ValueError:
        valid = False
    # A zone of a link-local address has no place in an address of the web (RFC 9844 3).
    if not valid or "%" in found.netloc or any(ord(letter) <= 32 or ord(letter) == 127 for letter in address):
        raise NotFetched("address_not_allowed")
    return found


def _same_place(one: SplitResult, other: SplitResult) -> bool:
    return (one.scheme, one.hostname, _port(one)) == (other.scheme, other.hostname, _port(other))


def _port(target: SplitResult) -> int:
    return target.port or PORTS[target.scheme]


def _one_hop(
    request: Request,
    target: SplitResult,
    trusted: bool,
    inside: tuple[Inside, ...],
    resolve: Resolve,
    deadline: _Deadline,
) -> Answer:
    host = _host(target)
    address = checked(host, _port(target), inside, resolve, deadline.left)
    named = f"[{host}]" if ":" in host else host
    headers = {
        "Host": named if target.port is None else f"{named}:{target.port}",
        "User-Agent": USER_AGENT,
        "Accept-Encoding": "gzip",
        **request.headers,
    }
    if request.credentials and trusted:
        headers["Authorization"] = request.credentials.header
    path = quote((target.path or "/") + (f"?{target.query}" if target.query else ""), AS_IT_IS)
    with _connected(target, host, address, deadline) as connection:
        try:
            connection.request(request.method, path, body=request.body, headers=headers)
            # Not urllib3's own: of headers that it cannot read it logs the address, which is a secret.
            response = http.client.HTTPConnection.getresponse(connection)
            content = _content(response)
        except (HTTPError, http.client.HTTPException, OSError, ValueError) as error:
            # What went wrong may hold the address, which is a secret.
            raise NotFetched("too_slow" if _slow(error, deadline) else "unreachable") from None
        if deadline.passed:
            raise NotFetched("too_slow")
    kept = {name.lower(): value for name, value in response.headers.items()}
    return Answer(response.status, kept, content, target.geturl())


def _slow(error: Exception, deadline: _Deadline) -> bool:
    return deadline.passed or isinstance(error, TimeoutError) or "timed out" in str(error)


def _host(target: SplitResult) -> str:
    name = (target.hostname or "").rstrip(".")
    try:
        return name if ":" in name else name.encode("idna").decode("ascii")
    except UnicodeError:
        raise NotFetched("address_not_allowed") from None


@contextmanager
def _connected(target: SplitResult, host: str, address: str, deadline: _Deadline) -> Iterator[HTTPConnection]:
    # No time left is not the same as no limit, which 0 would mean.
    timeout = max(min(CONNECT_SECONDS, deadline.left), 0.001)
    connection: HTTPConnection
    if target.scheme == "https":
        connection = HTTPSConnection(
            address, _port(target), timeout=timeout, server_hostname=host, cert_reqs="CERT_REQUIRED"
        )
    else:
        connection = HTTPConnection(address, _port(target), timeout=timeout)
    try:
        connection.connect()
        sock = connection.sock
        if sock is None:
            raise NotFetched("unreachable")
        sock.settimeout(SILENT_SECONDS)
        deadline.watch(sock)
        yield connection
    except (HTTPError, OSError, ValueError):
        raise NotFetched("too_slow" if deadline.passed else "unreachable") from None
    finally:
        connection.close()


def _content(response: http.client.HTTPResponse) -> bytes:
    """Read the body in pieces, unpacked no further than what we take (a gzip bomb ends there)."""
    packed = (response.getheader("Content-Encoding") or "identity").strip().lower()
    if packed not in {"identity", "gzip", "x-gzip"}:
        raise NotFetched("server_refuses")
    # 31: gzip alone.
    unpacking = zlib.decompressobj(31) if "gzip" in packed else None
    content = bytearray()
    taken = 0
    while piece := response.read(PIECE):
        taken += len(piece)
        content += _unpacked(unpacking, piece, MOST_BYTES + 1 - len(content)) if unpacking else piece
        if len(content) > MOST_BYTES or taken > MOST_BYTES:
            raise NotFetched("too_large")
    if response.length or (taken and unpacking and not unpacking.eof):
        # Half a calendar would show false freedom.
        raise http.client.IncompleteRead(b"")
    return bytes(content)


def _unpacked(unpacking: zlib._Decompress, piece: bytes, most: int) -> bytes:
    try:
        return unpacking.decompress(piece, most)
    except zlib.error:
        raise NotFetched("unreachable") from None


class _Deadline:
    """Ends the connection in hand once time is up, however little by little the other side speaks."""

    def __init__(self, seconds: float) -> None:
        self._ends_at = time.monotonic() + seconds
        self._timer = threading.Timer(seconds, self._end)
        self._timer.daemon = True
        self._sock: socket.socket | None = None
        self._lock = threading.Lock()
        self.passed = False

    def __enter__(self) -> _Deadline:
        self._timer.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._timer.cancel()

    @property
    def left(self) -> float:
        """How many seconds there still are."""
        return max(self._ends_at - time.monotonic(), 0.0)

    def watch(self, sock: socket.socket) -> None:
        """Hold this connection, the newest, to the deadline."""
        with self._lock:
            self._sock = sock
            if self.passed:
                _shut(sock)

    def _end(self) -> None:
        with self._lock:
            self.passed = True
            if self._sock is not None:
                _shut(self._sock)


def _shut(sock: socket.socket) -> None:
    # The connection may have ended by itself in the meantime.
    with suppress(OSError):
        sock.shutdown(socket.SHUT_RDWR)
