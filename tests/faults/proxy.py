"""A cable between two programs that can be slow, torn or unplugged."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import suppress


class Proxy:
    """Passes bytes on between a port of its own and another; what happens to them is said while it runs.

    delay: seconds each piece waits; unplugged: nobody gets through; tear(): every open line ends now.
    """

    def __init__(self, target: int) -> None:
        self.target = target
        self.delay = 0.0
        self.unplugged = False
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listening.getsockname()[1])
        threading.Thread(target=self._listen, daemon=True).start()

    def tear(self) -> None:
        """End every open line, in the middle of whatever it carries."""
        with self._lock:
            torn, self._open = self._open, set()
        for one in torn:
            _end(one)

    def close(self) -> None:
        """Carry nothing any more."""
        with suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self.tear()

    def _listen(self) -> None:
        while True:
            try:
                near, _peer = self._listening.accept()
            except OSError:
                return
            threading.Thread(target=self._connect, args=(near,), daemon=True).start()

    def _connect(self, near: socket.socket) -> None:
        try:
            if self.unplugged:
                raise ConnectionRefusedError
            far = socket.create_connection(("127.0.0.1", self.target), timeout=10)
        except OSError:
            _end(near)
            return
        far.settimeout(None)
        with self._lock:
            self._open |= {near, far}
        for one, other in ((near, far), (far, near)):
            threading.Thread(target=self._carry, args=(one, other), daemon=True).start()

    def _carry(self, one: socket.socket, other: socket.socket) -> None:
        with suppress(OSError):
            while piece := one.recv(65_536):
                if self.delay:
                    time.sleep(self.delay)
                other.sendall(piece)
        with self._lock:
            self._open -= {one, other}
        _end(one)
        _end(other)


def _end(one: socket.socket) -> None:
    with suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
    one.close()
