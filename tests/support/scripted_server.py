"""A server on loopback that answers byte for byte what a test wants, as slowly as it wants."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from ipaddress import ip_network

from config import Inside

Behave = Callable[["Asked"], None]


@dataclass
class Asked:
    """One request, and the way to answer it."""

    head: str
    body: bytes
    sock: socket.socket

    @property
    def path(self) -> str:
        return self.head.split(" ")[1]

    def header(self, name: str) -> str:
        lines = [line.split(":", 1) for line in self.head.split("\r\n")[1:] if ":" in line]
        return next((value.strip() for key, value in lines if key.lower() == name.lower()), "")

    def send(self, content: bytes) -> None:
        with suppress(OSError):
            self.sock.sendall(content)

    def answer(self, status: str = "200 OK", body: bytes = b"", **headers: str) -> None:
        """Send a whole answer."""
        named = {"Content-Length": str(len(body))} | {k.replace("_", "-"): v for k, v in headers.items()}
        lines = [f"HTTP/1.1 {status}", *(f"{name}: {value}" for name, value in named.items()), "", ""]
        self.send("\r\n".join(lines).encode() + body)


@dataclass
class Server:
    """Where it listens, and what it was asked."""

    port: int
    asked: list[Asked] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def inside(self) -> tuple[Inside, ...]:
        """The setting that lets this server be asked."""
        return (Inside(ip_network("127.0.0.1"), self.port),)


@contextmanager
def serving(behave: Behave, tls: ssl.SSLContext | None = None) -> Iterator[Server]:
    """Serve until the test is over; every connection gets one answer."""
    listening = socket.create_server(("127.0.0.1", 0))
    server = Server(listening.getsockname()[1])
    open_ones: list[socket.socket] = []

    def listen() -> None:
        while True:
            try:
                sock, _peer = listening.accept()
            except OSError:
                return
            open_ones.append(sock)
            threading.Thread(target=talk, args=(sock,), daemon=True).start()

    def talk(sock: socket.socket) -> None:
        with suppress(OSError):
            if tls is not None:
                sock = tls.wrap_socket(sock, server_side=True)
                open_ones.append(sock)
            received = b""
            while b"\r\n\r\n" not in received:
                piece = sock.recv(65_536)
                if not piece:
                    return
                received += piece
            head, _, body = received.partition(b"\r\n\r\n")
            asked = Asked(head.decode("latin-1"), body, sock)
            while len(asked.body) < int(asked.header("Content-Length") or 0):
                asked.body += sock.recv(65_536)
            server.asked.append(asked)
            behave(asked)
            sock.shutdown(socket.SHUT_RDWR)

    thread = threading.Thread(target=listen, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        with suppress(OSError):
            # Wakes the thread that waits for a connection.
            listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        for sock in open_ones:
            sock.close()
        thread.join(10)
