"""The web application served for real, in a thread, on a free loopback port."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from waitress import wasyncore
from waitress.server import create_server


@contextmanager
def served(app: Callable[..., Any], threads: int = 4, port: int = 0) -> Iterator[str]:
    """Serve a WSGI application with waitress; gives its address, `http://127.0.0.1:PORT`.

    Without a port on one that is free.
    """
    sockets: dict[int, Any] = {}
    # As `agenda serve` does: what a proxy says of who asks reaches the application.
    server = create_server(
        app, map=sockets, host="127.0.0.1", port=port, threads=threads, clear_untrusted_proxy_headers=False
    )
    thread = threading.Thread(target=wasyncore.loop, kwargs={"timeout": 1, "map": sockets}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.effective_port}"
    finally:
        server.task_dispatcher.shutdown()
        # Closing happens in the loop's own thread: it must not wait on a socket that is gone.
        server.trigger.pull_trigger(lambda: wasyncore.close_all(sockets))
        thread.join(10)
