"""A line to a server that can be cut: at once and heard by both, or so that it is silent and open."""

from __future__ import annotations

import selectors
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Literal

State = Literal["open", "silent", "refused"]
A_LOOK = 0.02
CHUNK = 65_536


class Line:
    """Hands on what comes in on a loopback port to a server behind it.

    open     everything passes
    silent   connections stay, and nothing passes: a network that was cut, a server that hangs
    refused  connections are ended: a server that is down
    """

    def __init__(self, behind: str | tuple[str, int]) -> None:
        self.behind = behind
        self.state: State = "open"
        self._ended = threading.Event()
        self._door = socket.create_server(("127.0.0.1", 0))
        self._door.settimeout(A_LOOK)
        self.port: int = self._door.getsockname()[1]
        self._threads = [threading.Thread(target=self._take_in)]
        self._threads[0].start()

    def becomes(self, state: State) -> None:
        """Change what happens to connections, those that are there too."""
        self.state = state

    def close(self) -> None:
        """End every connection."""
        self._ended.set()
        for thread in self._threads:
            thread.join(10)
        self._door.close()

    def _take_in(self) -> None:
        while not self._ended.is_set():
            with suppress(TimeoutError):
                caller, _ = self._door.accept()
                if self.state == "refused":
                    caller.close()
                    continue
                thread = threading.Thread(target=self._hand_on, args=(caller,))
                self._threads.append(thread)
                thread.start()

    def _hand_on(self, caller: socket.socket) -> None:
        with suppress(OSError), caller, self._server() as server, selectors.DefaultSelector() as ready:
            for one, other in ((caller, server), (server, caller)):
                ready.register(one, selectors.EVENT_READ, other)
            while not self._ended.is_set() and self.state != "refused":
                if self.state == "silent":
                    self._ended.wait(A_LOOK)
                    continue
                for key, _ in ready.select(A_LOOK):
                    data = key.fileobj.recv(CHUNK)  # type: ignore[union-attr]
                    if not data:
                        return
                    key.data.sendall(data)

    def _server(self) -> socket.socket:
        if isinstance(self.behind, tuple):
            return socket.create_connection(self.behind)
        server = socket.socket(socket.AF_UNIX)
        server.connect(self.behind)
        return server


@contextmanager
def line_to(behind: str | tuple[str, int]) -> Iterator[Line]:
    """Give a line to a server, by its address or its socket's path."""
    line = Line(behind)
    try:
        yield line
    finally:
        line.close()
