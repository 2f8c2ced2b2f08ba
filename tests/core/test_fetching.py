"""Addresses that people type in are asked without harm, whatever is behind them (CALENDAR-MAIL rule 34)."""

from __future__ import annotations

import gzip
import logging
import ssl
import threading
from collections.abc import Iterable
from ipaddress import ip_address, ip_network
from pathlib import Path

import pytest

from agenda.core.fetching import MOST_BYTES, Credentials, Request, fetcher, together
from agenda.core.network_guard import NotFetched, may_be_asked
from config import Inside
from tests.support.scripted_server import Asked, serving

CALENDAR = b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"
CERTIFICATE = Path(__file__).parents[1] / "mail" / "localhost.pem"


def refused(address: str, inside: tuple[Inside, ...] = (), seconds: float = 20, **more: object) -> str:
    """Give the code with which an address is refused."""
    with pytest.raises(NotFetched) as refusal:
        fetcher(inside, seconds=seconds, **more)(Request(address))  # type: ignore[arg-type]
    # Nothing of the address, which is a secret, stands in what is told.
    assert str(refusal.value) == refusal.value.code
    assert refusal.value.__suppress_context__ or refusal.value.__context__ is None
    return refusal.value.code


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.0.0.1",
        "172.16.5.4",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "192.0.2.1",
        "::1",
        "::",
        "fe80::1",
        "fc00::1",
        "fd00:ec2::254",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "2002:7f00:1::",
        "64:ff9b::7f00:1",
        "64:ff9b:1::a00:1",
        "2001:db8::1",
        "::127.0.0.1",
        "::ffff:0:7f00:1",
        "64:ff9b:1:a00:1::",
        "fec0::1",
        "4000::1",
        "192.0.0.192",
        "168.63.129.16",
    ],
)
def test_nothing_inside_may_be_asked_in_whatever_disguise(address: str) -> None:
    assert not may_be_asked(ip_address(address), 443, ())


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "2a00:1450:4001:827::200e", "145.131.0.1", "64:ff9b::808:808"]
)
def test_the_outside_world_may_be_asked_on_the_ports_of_the_web_alone(address: str) -> None:
    found = ip_address(address)
    assert [port for port in (22, 25, 80, 443, 5432, 8080) if may_be_asked(found, port, ())] == [80, 443]


def test_an_own_server_inside_may_be_asked_where_the_settings_say_so() -> None:
    inside = (Inside(ip_network("10.1.0.0/16")), Inside(ip_network("192.168.1.5"), 8443))
    assert may_be_asked(ip_address("10.1.2.3"), 8080, inside)
    assert may_be_asked(ip_address("192.168.1.5"), 8443, inside)
    assert not may_be_asked(ip_address("192.168.1.5"), 443, inside)
    assert not may_be_asked(ip_address("10.2.0.1"), 443, inside)


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1/a.ics",
        "http://localhost/a.ics",
        "http://2130706433/a.ics",
        "http://0177.0.0.1/a.ics",
        "http://0x7f.1/a.ics",
        "http://127.0.0.1./a.ics",
        "http://[::1]/a.ics",
        "http://[::ffff:127.0.0.1]/a.ics",
        "http://[fe80::1%25lo]/a.ics",
        "file:///etc/passwd",
        "ftp://example.org/a.ics",
        "gopher://example.org/",
        "//example.org/a.ics",
        "http://user:password@example.org/a.ics",
        "http:///a.ics",
        "http://example.org:99999/",
        "http://example.org/a b.ics",
        "http://example.org/\r\nHost: evil",
        "http://[::1",
        "",
    ],
)
def test_an_address_that_leads_inside_or_nowhere_is_refused(address: str) -> None:
    assert refused(address) == "address_not_allowed"


def test_a_calendar_is_given_with_what_the_server_calls_this_version() -> None:
    def behave(asked: Asked) -> None:
        asked.answer(body=CALENDAR, ETag='"7"', Last_Modified="Tue, 18 Dec 2018 08:00:00 GMT")

    with serving(behave) as server:
        answer = fetcher(server.inside)(Request(f"{server.address}/a.ics?key=geheim"))
    assert (answer.status, answer.content, answer.headers["etag"]) == (200, CALENDAR, '"7"')
    assert server.asked[0].path == "/a.ics?key=geheim"
    assert server.asked[0].header("Host") == f"127.0.0.1:{server.port}"
    assert "geheim" not in repr(answer)


def test_proxies_of_the_environment_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with serving(lambda asked: asked.answer(body=CALENDAR)) as server:
        assert fetcher(server.inside)(Request(f"{server.address}/a.ics")).status == 200


@pytest.mark.parametrize(
    "location",
    [
        "http://127.0.0.1/a.ics",
        "http://169.254.169.254/latest/meta-data/",
        "http://[::ffff:127.0.0.1]:80/",
        "file:///etc/passwd",
        "http://user:x@127.0.0.1/",
        "//localhost/a.ics",
        "http://[::1",
    ],
)
def test_a_redirect_that_leads_inside_is_not_followed(location: str) -> None:
    with serving(lambda asked: asked.answer("302 Found", Location=location)) as server:
        assert refused(f"{server.address}/a.ics", server.inside) == "address_not_allowed"
    assert len(server.asked) == 1


def test_a_redirect_on_the_same_server_is_followed_and_one_without_end_is_not() -> None:
    def once(asked: Asked) -> None:
        if asked.path == "/old.ics":
            asked.answer("301 Moved Permanently", Location="/new.ics")
        else:
            asked.answer(body=CALENDAR)

    with serving(once) as server:
        assert fetcher(server.inside)(Request(f"{server.address}/old.ics")).content == CALENDAR
    with serving(lambda asked: asked.answer("302 Found", Location="/again")) as server:
        assert refused(f"{server.address}/a", server.inside) == "too_many_redirects"
    assert len(server.asked) == 6


def test_name_and_password_go_to_no_other_server() -> None:
    with serving(lambda asked: asked.answer(body=CALENDAR)) as other:
        onward = f"http://127.0.0.1:{other.port}/a.ics"
        with serving(lambda asked: asked.answer("302 Found", Location=onward)) as server:
            request = Request(f"{server.address}/a.ics", credentials=Credentials("wethouder", "geheim"))
            fetcher(server.inside + other.inside)(request)
    assert server.asked[0].header("Authorization").startswith("Basic ")
    assert other.asked[0].header("Authorization") == ""
    assert "geheim" not in repr(request)


def test_the_address_that_was_checked_is_the_one_that_is_asked() -> None:
    """A name that means another address a moment later (rebinding) is resolved once a hop."""
    times: list[str] = []

    def rebinding(host: str, port: int) -> Iterable[str]:
        times.append(host)
        return ["127.0.0.1"] if len(times) == 1 else ["169.254.169.254"]

    with serving(lambda asked: asked.answer(body=CALENDAR)) as server:
        fetch = fetcher(server.inside, rebinding)
        answer = fetch(Request(f"http://agenda.leiden.example:{server.port}/a.ics"))
    assert answer.content == CALENDAR
    assert times == ["agenda.leiden.example"]
    assert server.asked[0].header("Host") == f"agenda.leiden.example:{server.port}"


def test_a_name_of_which_one_address_lies_inside_is_refused() -> None:
    def both(_host: str, _port: int) -> Iterable[str]:
        return ["8.8.8.8", "127.0.0.1"]

    assert refused("http://agenda.leiden.example/a.ics", resolve=both) == "address_not_allowed"


def test_a_name_that_does_not_exist_or_a_port_that_is_closed_is_unreachable() -> None:
    def unknown(_host: str, _port: int) -> Iterable[str]:
        raise OSError

    assert refused("http://bestaat-niet.example/a.ics", resolve=unknown) == "unreachable"
    with serving(lambda asked: None) as server:
        pass
    assert refused(f"{server.address}/a.ics", server.inside) == "unreachable"


@pytest.mark.parametrize("size", [MOST_BYTES, MOST_BYTES + 1])
def test_five_megabytes_are_taken_and_not_an_octet_more(size: int) -> None:
    with serving(lambda asked: asked.answer(body=b"x" * size)) as server:
        if size <= MOST_BYTES:
            assert len(fetcher(server.inside)(Request(f"{server.address}/a.ics")).content) == size
        else:
            assert refused(f"{server.address}/a.ics", server.inside) == "too_large"


def test_a_compressed_calendar_is_unpacked_and_a_bomb_is_not() -> None:
    packed, bomb = gzip.compress(CALENDAR), gzip.compress(b"\0" * 60_000_000, 1)
    with serving(lambda asked: asked.answer(body=packed, Content_Encoding="gzip")) as server:
        assert fetcher(server.inside)(Request(f"{server.address}/a.ics")).content == CALENDAR
    with serving(lambda asked: asked.answer(body=bomb, Content_Encoding="gzip")) as server:
        assert refused(f"{server.address}/a.ics", server.inside) == "too_large"
    with serving(lambda asked: asked.answer(body=b"no gzip", Content_Encoding="gzip")) as server:
        assert refused(f"{server.address}/a.ics", server.inside) == "unreachable"
    with serving(lambda asked: asked.answer(body=packed[:-9], Content_Encoding="gzip")) as server:
        assert refused(f"{server.address}/a.ics", server.inside) == "unreachable"


def _drip_head(asked: Asked, ended: threading.Event) -> None:
    asked.send(b"HTTP/1.1 200 OK\r\n")
    while not ended.wait(0.05):
        asked.send(b"X-Drip: 1\r\n")


def _drip_body(asked: Asked, ended: threading.Event) -> None:
    asked.send(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
    while not ended.wait(0.05):
        asked.send(b"x")


def _drip_chunks(asked: Asked, ended: threading.Event) -> None:
    asked.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while not ended.wait(0.05):
        asked.send(b"1\r\nx\r\n")


def _say_nothing(_asked: Asked, ended: threading.Event) -> None:
    ended.wait(30)


@pytest.mark.parametrize("behave", [_drip_head, _drip_body, _drip_chunks, _say_nothing])
def test_a_server_that_drips_or_says_nothing_is_left_in_time(behave: object) -> None:
    ended = threading.Event()
    with serving(lambda asked: behave(asked, ended)) as server:  # type: ignore[operator]
        try:
            assert refused(f"{server.address}/a.ics", server.inside, seconds=0.5) == "too_slow"
        finally:
            ended.set()


def test_a_name_server_that_says_nothing_is_left_in_time_too() -> None:
    ended = threading.Event()

    def say_nothing(_host: str, _port: int) -> Iterable[str]:
        ended.wait(30)
        return ["8.8.8.8"]

    try:
        assert refused("http://agenda.leiden.example/", seconds=0.2, resolve=say_nothing) == "too_slow"
    finally:
        ended.set()


@pytest.mark.parametrize(("seconds", "most", "code"), [(-1, 100, "too_slow"), (60, 99, "too_large")])
def test_several_questions_have_one_time_and_one_size_together(seconds: float, most: int, code: str) -> None:
    with serving(lambda asked: asked.answer(body=b"x" * 50)) as server:
        fetch = together(fetcher(server.inside), seconds, most)
        with pytest.raises(NotFetched, match=code):
            [fetch(Request(f"{server.address}/a.ics")) for _time in range(2)]


@pytest.mark.parametrize("written", ["/caf\u00e9/a.ics", "/caf%C3%A9/a.ics"])
def test_an_address_with_accents_is_asked_as_octets(written: str) -> None:
    with serving(lambda asked: asked.answer(body=CALENDAR)) as server:
        fetcher(server.inside)(Request(f"{server.address}{written}?q=%20&r=1"))
    assert server.asked[0].path == "/caf%C3%A9/a.ics?q=%20&r=1"


def test_headers_that_nobody_understands_put_no_address_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with serving(lambda asked: asked.send(b"HTTP/1.1 200 OK\r\nnonsense\r\nX: 1\r\n\r\n")) as server:
        fetcher(server.inside)(Request(f"{server.address}/geheim.ics"))
    assert "geheim" not in caplog.text


@pytest.mark.parametrize(
    "answer",
    [b"", b"\r\n\r\n", b"HTTP/1.1 abc\r\n\r\n", b"SSH-2.0-x\r\n", b"HTTP/1.1 200 OK\r\n" + b"X" * 99_999],
)
def test_what_is_no_answer_of_a_web_server_is_unreachable(answer: bytes) -> None:
    with serving(lambda asked: asked.send(answer)) as server:
        assert refused(f"{server.address}/a.ics", server.inside) == "unreachable"


def test_an_answer_that_is_cut_short_is_no_calendar() -> None:
    half = b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n" + CALENDAR
    with serving(lambda asked: asked.send(half)) as server:
        assert refused(f"{server.address}/a.ics", server.inside) == "unreachable"


def _encrypted() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    return context


def test_a_certificate_that_nobody_vouches_for_is_not_believed() -> None:
    with serving(lambda asked: asked.answer(body=CALENDAR), _encrypted()) as server:
        assert refused(f"https://127.0.0.1:{server.port}/a.ics", server.inside) == "unreachable"
    # Not even a request left: the address with its secret would have been in it.
    assert server.asked == []


def test_a_certificate_counts_for_the_name_that_was_typed_and_for_no_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    with serving(lambda asked: asked.answer(body=CALENDAR), _encrypted()) as server:
        fetch = fetcher(server.inside, lambda _host, _port: ["127.0.0.1"])
        assert fetch(Request(f"https://localhost:{server.port}/a.ics")).content == CALENDAR
        with pytest.raises(NotFetched, match="unreachable"):
            fetch(Request(f"https://agenda.leiden.example:{server.port}/a.ics"))
    assert len(server.asked) == 1


def test_what_was_asked_encrypted_is_not_asked_in_the_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    with serving(lambda asked: asked.answer(body=CALENDAR)) as plain:
        onward = f"http://localhost:{plain.port}/a.ics"
        with serving(lambda asked: asked.answer("302 Found", Location=onward), _encrypted()) as server:
            fetch = fetcher(server.inside + plain.inside, lambda _host, _port: ["127.0.0.1"])
            with pytest.raises(NotFetched, match="address_not_allowed"):
                fetch(Request(f"https://localhost:{server.port}/a.ics"))
    assert (len(server.asked), plain.asked) == (1, [])


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_what_is_written_follows_no_redirect_to_another_server(method: str) -> None:
    with serving(lambda asked: asked.answer("204 No Content")) as other:
        moved = f"{other.address}/a.ics"
        with serving(lambda asked: asked.answer("307 Moved", Location=moved)) as server:
            fetch = fetcher(server.inside + other.inside)
            assert fetch(Request(server.address)).status == 204
            with pytest.raises(NotFetched, match="address_not_allowed"):
                fetch(Request(server.address, method=method, body=b"geheim"))
    assert [asked.head.split()[0] for asked in other.asked] == ["GET"]


def test_what_is_written_follows_its_own_server() -> None:
    def behave(asked: Asked) -> None:
        if asked.path == "/a":
            asked.answer("308 Moved", Location="/b")
        else:
            asked.answer("201 Created", ETag='"1"')

    with serving(behave) as server:
        answer = fetcher(server.inside)(Request(f"{server.address}/a", method="PUT", body=CALENDAR))
    assert (answer.status, answer.etag) == (201, '"1"')
    assert server.asked[-1].body == CALENDAR
