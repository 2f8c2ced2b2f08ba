"""Telling systemd how this process fares: datagrams on the socket that it names (sd_notify(3))."""

from __future__ import annotations

import logging
import math
import socket
import time

log = logging.getLogger("agenda.supervisor")

# Whoever does not take a datagram must not keep the work waiting.
PATIENCE_SECONDS = 1.0
# Nor is it told more often than this that we are still here.
BETWEEN_SECONDS = 1.0


class Supervisor:
    """Whoever started this process and wants to hear of it; nobody where `address` is empty.

    address: the path of a datagram socket, or with a @ before it a name that is in no folder, as systemd
    gives it in NOTIFY_SOCKET. Nothing here raises: a process that cannot tell how it fares works on.
    """

    def __init__(self, address: str = "") -> None:
        self.address = f"\0{address[1:]}" if address.startswith("@") else address
        self._told_at = -math.inf

    def at_work(self) -> None:
        """Say that the process is at work (Type=notify)."""
        self._tell("READY=1")

    def alive(self) -> None:
        """Say that it still is: systemd ends one that is silent for WatchdogSec."""
        if time.monotonic() - self._told_at >= BETWEEN_SECONDS:
            self._told_at = time.monotonic()
            self._tell("WATCHDOG=1")

    def ending(self) -> None:
        """Say that it ends of its own accord."""
        self._tell("STOPPING=1")

    def _tell(self, state: str) -> None:
        if not self.address:
            return
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
                line.settimeout(PATIENCE_SECONDS)
                line.sendto(state.encode(), self.address)
        except OSError as error:
            log.warning("%s could not be told: %s", state, error)
