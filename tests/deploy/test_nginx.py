"""A real nginx with our own configuration in front: what passes it, what does not, and who waits for whom."""

from __future__ import annotations

import os
import re
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import urllib3
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from agenda.core.runtime import Runtime
from config import ROOT
from tests.support.live import served
from tools.needs import NEEDS, find_nginx

HOST = "overleg.example"
MEGABYTE = 1_000_000
FRAME = """daemon off;
master_process off;
pid {folder}/pid;
events {{ worker_connections 512; }}
http {{
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/site.conf;
}}
"""


class Echo:
    """A web application that says what reached it."""

    def __init__(self) -> None:
        self.requests = 0

    def __call__(self, environ: dict[str, Any], start_response: Any) -> list[bytes]:
        self.requests += 1
        size = 0
        while piece := environ["wsgi.input"].read(65536):
            size += len(piece)
        names = [name for name in environ if re.match("HTTP_(X_FORWARDED|FORWARDED|HOST|X_REQUEST_ID)", name)]
        said = "".join(f"{name}={environ[name]}\n" for name in sorted(names)) + f"size={size}\n"
        headers = [("Content-Type", "text/css" if "/static/" in environ["PATH_INFO"] else "text/html")]
        if "/static/" in environ["PATH_INFO"]:
            headers.append(("Cache-Control", "public, max-age=31536000, immutable"))
        start_response(
            "200 OK", [*headers, ("Strict-Transport-Security", "max-age=1"), ("X-Request-ID", "one")]
        )
        return [said.encode()]


@dataclass(frozen=True)
class Proxy:
    """nginx as it runs: where it listens, and how to ask it."""

    port: int
    plain_port: int
    folder: Path

    def pool(self) -> urllib3.HTTPSConnectionPool:
        return urllib3.HTTPSConnectionPool(
            "127.0.0.1",
            self.port,
            ca_certs=str(self.folder / "cert.pem"),
            assert_hostname=HOST,
            server_hostname=HOST,
            retries=False,
            timeout=30,
        )

    def ask(self, path: str, method: str = "GET", **more: Any) -> urllib3.BaseHTTPResponse:
        headers = {"Host": HOST, **more.pop("headers", {})}
        with self.pool() as pool:
            return pool.request(method, path, headers=headers, **more)


def free_port() -> int:
    with closing(socket.socket()) as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def make_certificate(folder: Path) -> None:
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )


def our_site(folder: Path, upstream: str, port: int, plain_port: int) -> str:
    """Our configuration with this machine's ports and folders."""
    site = (ROOT / "deploy" / "nginx.conf").read_text()
    for found, ours in (
        (r"http://127\.0\.0\.1:8000", upstream),
        (r"listen 443 ", f"listen 127.0.0.1:{port} "),
        (r"listen 80;", f"listen 127.0.0.1:{plain_port};"),
        (r"\n *listen \[::\].*", ""),
        (r"/etc/ssl/overleg/fullchain\.pem", f"{folder}/cert.pem"),
        (r"/etc/ssl/overleg/key\.pem", f"{folder}/key.pem"),
        (r"/var/log/nginx/", f"{folder}/"),
        (r"/var/cache/nginx/agenda", f"{folder}/cache"),
    ):
        site, times = re.subn(found, ours, site)
        assert times, found
    return site


@contextmanager
def nginx(folder: Path, upstream: str) -> Iterator[Proxy]:
    program = find_nginx()
    assert program, next(need.remedy for need in NEEDS if need.name == "nginx")
    port, plain_port = free_port(), free_port()
    make_certificate(folder)
    (folder / "site.conf").write_text(our_site(folder, upstream, port, plain_port))
    (folder / "nginx.conf").write_text(FRAME.format(folder=folder))
    words = [program, "-p", str(folder), "-e", str(folder / "start.log"), "-c", str(folder / "nginx.conf")]
    tried = subprocess.run([*words, "-t"], capture_output=True, text=True, check=False)
    assert tried.returncode == 0, tried.stderr
    running = subprocess.Popen(words)
    try:
        wait_for(port)
        yield Proxy(port, plain_port, folder)
    finally:
        running.terminate()
        running.wait(10)


def wait_for(port: int, lives: Callable[[], object] = lambda: None) -> None:
    for _ in range(2400):
        with closing(socket.socket()) as one:
            if one.connect_ex(("127.0.0.1", port)) == 0:
                return
        lives()
        time.sleep(0.05)
    raise AssertionError("nobody listens")


@pytest.fixture
def echo() -> Echo:
    return Echo()


@pytest.fixture
def proxy(tmp_path: Path, echo: Echo) -> Iterator[Proxy]:
    """nginx before an application that says what reached it."""
    with served(echo) as upstream, nginx(tmp_path, upstream) as running:
        yield running


def test_what_a_visitor_says_of_who_asks_counts_for_nothing(proxy: Proxy) -> None:
    forged = {
        "X-Forwarded-For": "10.0.0.1",
        "X-Forwarded-Proto": "http",
        "X-Forwarded-Host": "evil.example",
        "Forwarded": "for=10.0.0.1",
        "X-Request-ID": "mine-mine-mine",
    }
    said = proxy.ask("/", headers=forged).data.decode()
    assert "HTTP_X_FORWARDED_FOR=127.0.0.1\n" in said
    assert "HTTP_X_FORWARDED_PROTO=https\n" in said
    assert f"HTTP_HOST={HOST}\n" in said
    assert "evil" not in said
    assert "10.0.0.1" not in said
    assert "mine" not in said


def test_https_is_asked_for_once_and_plain_http_is_sent_there(proxy: Proxy) -> None:
    assert proxy.ask("/").headers.getlist("Strict-Transport-Security") == ["max-age=31536000"]
    answer = urllib3.request(
        "GET",
        f"http://127.0.0.1:{proxy.plain_port}/topics?q=1",
        headers={"Host": "evil.example"},
        redirect=False,
    )
    assert answer.status == 301
    assert answer.headers["Location"] == f"https://{HOST}/topics?q=1"


def test_a_static_file_is_asked_of_the_product_once_and_compressed(proxy: Proxy, echo: Echo) -> None:
    asked = [
        proxy.ask("/static/page.css?v=1", headers={"Accept-Encoding": "gzip"}, decode_content=False)
        for _ in range(3)
    ]
    assert echo.requests == 1
    assert {one.headers["Cache-Control"] for one in asked} == {"public, max-age=31536000, immutable"}
    assert "X-Request-ID" not in asked[0].headers
    proxy.ask("/static/page.css?v=2")
    assert echo.requests == 2
    proxy.ask("/")
    proxy.ask("/")
    assert echo.requests == 4


def test_five_documents_of_fifty_megabytes_pass_and_more_does_not(proxy: Proxy, echo: Echo) -> None:
    pieces = [b"x" * MEGABYTE] * 250
    passed = proxy.ask("/", "POST", body=iter(pieces), headers={"Content-Length": str(250 * MEGABYTE)})
    assert passed.status == 200
    assert f"size={250 * MEGABYTE}\n" in passed.data.decode()
    refused = proxy.ask("/", "POST", headers={"Content-Length": str(264 * MEGABYTE)})
    assert refused.status == 413
    assert echo.requests == 1


def test_forty_slow_visitors_keep_nobody_waiting(proxy: Proxy, echo: Echo) -> None:
    context = ssl.create_default_context(cafile=str(proxy.folder / "cert.pem"))
    with ExitStack() as stack:
        for number in range(40):
            plain = stack.enter_context(socket.create_connection(("127.0.0.1", proxy.port)))
            slow = stack.enter_context(context.wrap_socket(plain, server_hostname=HOST))
            # Half stop within the head, half within what they send.
            head = f"POST / HTTP/1.1\r\nHost: {HOST}\r\nContent-Length: 1000\r\n"
            slow.sendall((head if number % 2 else f"{head}\r\nhalf").encode())
        assert [proxy.ask("/").status for _ in range(10)] == [200] * 10
        assert echo.requests == 10


def test_a_machine_that_sends_forms_without_end_is_told_to_wait(proxy: Proxy) -> None:
    with proxy.pool() as pool:
        statuses = [pool.request("POST", "/", headers={"Host": HOST}).status for _ in range(200)]
        assert set(statuses) == {200, 429}
        assert statuses[:60] == [200] * 60
        assert pool.request("GET", "/", headers={"Host": HOST}).status == 200


def test_no_address_of_a_page_is_written_down(proxy: Proxy) -> None:
    proxy.ask("/answer/a-secret-key?k=another")
    proxy.ask("/answer/a-secret-key", "POST", headers={"Content-Length": str(264 * MEGABYTE)})
    written = "".join(path.read_text() for path in proxy.folder.glob("*.log"))
    assert "GET" in written
    assert "secret" not in written
    assert "another" not in written


@contextmanager
def product(folder: Path, database_url: str, port: int) -> Iterator[str]:
    """The product as the web service runs it, and its address on the machine itself."""
    log = folder / "serve.log"
    with log.open("w") as file:
        running = subprocess.Popen(
            [sys.executable, "-m", "agenda", "serve", "--port", str(port)],
            cwd=ROOT,
            stderr=file,
            env={
                "PATH": os.environ["PATH"],
                "AGENDA_SECRET_KEY": "x" * 40,
                "AGENDA_BASE_URL": f"https://{HOST}",
                "AGENDA_MAIL_FROM": f"agenda@{HOST}",
                "AGENDA_VAR": str(folder / "var"),
                "AGENDA_DATABASE_URL": database_url,
                "AGENDA_TRUSTED_PROXIES": "1",
            },
        )
    try:
        wait_for(port, lambda: running.poll() is None or pytest.fail(log.read_text()))
        yield f"http://127.0.0.1:{port}"
    finally:
        running.terminate()
        running.wait(30)


def test_the_product_behind_it_tells_visitors_from_who_watches(runtime: Runtime, tmp_path: Path) -> None:
    url = runtime.config.database_url
    with product(tmp_path, url, free_port()) as upstream, nginx(tmp_path, upstream) as running:
        assert running.ask("/metrics").status == 404
        assert running.ask("/healthz").data == b"ok\n"
        assert running.ask("/readyz").json() == {"status": "ready"}
        # On the machine itself, past the proxy: all of it.
        assert urllib3.request("GET", f"{upstream}/metrics").status == 200
        assert "queues" in urllib3.request("GET", f"{upstream}/readyz").json()
        page = running.ask("/sign-in")
        assert page.status == 200
        assert "__Host-" in page.headers["Set-Cookie"] or "Secure" in page.headers["Set-Cookie"]
        style = re.search(r'href="(/static/[^"]+\.css\?v=\w+)"', page.data.decode())
        assert style
        kept = running.ask(style.group(1))
        assert kept.status == 200
        assert "immutable" in kept.headers["Cache-Control"]
        assert kept.headers["X-Content-Type-Options"] == "nosniff"
