"""Serve the pages with waitress, and stop without cutting off anybody."""

from __future__ import annotations

import signal
import threading
import time
from typing import Any

from flask import Flask
from waitress import wasyncore
from waitress.channel import HTTPChannel
from waitress.server import create_server

# RELIABILITY: slow clients do not keep others waiting with these.
THREADS, CONNECTIONS, CHANNEL_SECONDS = 8, 1000, 30
LOOK_SECONDS = 0.5
# Less than a supervisor waits before it kills (deploy/systemd); who just connected says something within one.
FINISH_SECONDS, GREETING_SECONDS = 30.0, 1.0
# So many connections that the system has taken for us are taken over before the door closes.
LAST_CALLERS = 64


def serve_on(app: Flask, host: str, port: int) -> None:
    """Serve until told to stop: on SIGTERM requests in hand are answered first, on Ctrl-C they are not."""
    told = threading.Event()
    sockets: dict[int, Any] = {}
    server = create_server(
        app,
        map=sockets,
        host=host,
        port=port,
        threads=THREADS,
        connection_limit=CONNECTIONS,
        channel_timeout=CHANNEL_SECONDS,
        # AGENDA_TRUSTED_PROXIES judges what a proxy says of who asks. Dropped here, every visitor would seem
        # to be the proxy: one rate limit for all, and everybody reads the figures of who watches.
        clear_untrusted_proxy_headers=False,
        ident=None,
    )
    signal.signal(signal.SIGTERM, lambda *_: told.set())
    server.print_listen("Serving on http://{}:{}")
    try:
        while not told.is_set():
            wasyncore.loop(timeout=LOOK_SECONDS, map=sockets, count=1)
        _finish(sockets)
    except (KeyboardInterrupt, SystemExit):
        return
    finally:
        server.task_dispatcher.shutdown()


def _finish(sockets: dict[int, Any]) -> None:
    """Take no further connections, and answer what was asked on those that are there."""
    wasyncore.loop(timeout=0, map=sockets, count=LAST_CALLERS)
    for one in list(sockets.values()):
        if one.accepting:
            # Not its own `close`: with that nothing wakes this loop any more when an answer is ready.
            wasyncore.dispatcher.close(one)
    end = time.monotonic() + FINISH_SECONDS
    greeted = time.monotonic() + GREETING_SECONDS
    while time.monotonic() < end:
        hearing = time.monotonic() < greeted
        if not any(_in_hand(one, hearing) for one in sockets.values()):
            return
        wasyncore.loop(timeout=0.1, map=sockets, count=1)


def _in_hand(one: Any, hearing: bool) -> bool:
    """Tell whether something is asked or answered here; `hearing`: or may yet be, on a new connection."""
    if not isinstance(one, HTTPChannel):
        return False
    silent = one.last_activity == one.creation_time
    return bool(
        one.requests or one.request is not None or one.total_outbufs_len or one.close_when_flushed
    ) or (silent and hearing)
