"""Which network addresses may be asked for what somebody typed in (CALENDAR-MAIL rule 34)."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit

from agenda.core.problems import Invalid
from agenda.core.text import one_line
from config import Inside

Address = IPv4Address | IPv6Address
Resolve = Callable[[str, int], Iterable[str]]

PORTS = {"http": 80, "https": 443}
# All that is given out for the world (IANA's IPv6 address space); what lies beside it leads who knows where.
WORLD = ip_network("2000::/3")
# NAT64: the last four octets are an address of the older kind (RFC 6052).
TRANSLATED = ip_network("64:ff9b::/96")
# Numbered as if outside, used inside: protocol assignments with one cloud's metadata (RFC 6890), relays of
# 6to4 (RFC 7526), and the address at which another cloud tells a machine its settings.
INSIDE_ALL_THE_SAME = tuple(map(ip_network, ("192.0.0.0/24", "192.88.99.0/24", "168.63.129.16/32")))


class NotFetched(Exception):
    """There is no answer that can be used; `code` says why, and nothing else is told of it."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def web_address(typed: str) -> str:
    """Give the address as it is asked, webcal being how calendar programs write https; Invalid for none."""
    address = one_line(typed).strip()
    scheme, mark, rest = address.partition("://")
    if scheme.lower() in {"webcal", "webcals"}:
        address = f"https://{rest}"
    elif not mark:
        address = f"https://{address}"
    try:
        parts = urlsplit(address)
        valid = parts.scheme in {"http", "https"} and "." in (parts.hostname or "") and not parts.username
        _ = parts.port
    except ValueError:
        valid = False
    if not valid or " " in address:
        raise Invalid("no_web_address")
    return parts._replace(fragment="").geturl()


def resolved(host: str, port: int) -> list[str]:
    """Ask the machine which network addresses a name has."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(one[4][0]) for one in found]


def may_be_asked(address: Address, port: int, inside: Iterable[Inside]) -> bool:
    """Tell whether a connection may go to this network address and port."""
    if any(address in one.network and one.port in (None, port) for one in inside):
        return True
    return port in PORTS.values() and all(_is_outside(one) for one in _meant(address))


def _is_outside(address: Address) -> bool:
    if isinstance(address, IPv6Address) and address not in WORLD and address not in TRANSLATED:
        return False
    inside = address.is_multicast or any(address in network for network in INSIDE_ALL_THE_SAME)
    return address.is_global and not inside


def _meant(address: Address) -> Iterator[Address]:
    """Give the address and those that hide in it: mapped, 6to4, Teredo and NAT64 ones."""
    yield address
    if isinstance(address, IPv6Address):
        hidden = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
        if address in TRANSLATED:
            hidden.append(IPv4Address(int(address) & 0xFFFF_FFFF))
        yield from (one for one in hidden if one is not None)


def checked(host: str, port: int, inside: tuple[Inside, ...], resolve: Resolve, seconds: float) -> str:
    """Give the network address to go to, once all that the name has may be asked; raises NotFetched."""
    try:
        found = [ip_address(one) for one in _in_time(resolve, host, port, seconds)]
    except TimeoutError:
        raise NotFetched("too_slow") from None
    except (OSError, UnicodeError):
        raise NotFetched("unreachable") from None
    except ValueError:
        raise NotFetched("address_not_allowed") from None
    if not found:
        raise NotFetched("unreachable")
    if not all(may_be_asked(one, port, inside) for one in found):
        raise NotFetched("address_not_allowed")
    return str(found[0])


def _in_time(resolve: Resolve, host: str, port: int, seconds: float) -> list[str]:
    """Resolve a name; raises TimeoutError, which the machine's own resolver cannot be asked to do."""
    answer: Future[list[str]] = Future()

    def ask() -> None:
        try:
            answer.set_result(list(resolve(host, port)))
        except Exception as error:  # noqa: BLE001 - handed to the one who waits
            answer.set_exception(error)

    threading.Thread(target=ask, daemon=True).start()
    return answer.result(seconds)
