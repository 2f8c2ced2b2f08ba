"""Several web processes on PostgreSQL, behind a proxy that buffers: `gunicorn` finds this file by itself.

On one machine with SQLite, `python -m agenda serve` is the better server: it withstands slow clients.
The number of processes is gunicorn's own WEB_CONCURRENCY, the address its own `--bind`.
"""

import multiprocessing
import os
import shutil
import sys
import tempfile
from typing import Any

from agenda.core import logs
from config import ConfigError, load

# Each process writes its figures into this folder, and each can tell those of all; the library of that reads
# this name when it is imported, in the processes. A reload finds it set.
METRICS = "PROMETHEUS_MULTIPROC_DIR"
if METRICS not in os.environ:
    os.environ[METRICS] = tempfile.mkdtemp(prefix="agenda-metrics-")

wsgi_app = "agenda.app:create_app()"
bind = "127.0.0.1:8000"
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY") or multiprocessing.cpu_count() + 1)
threads = 4
timeout = 30
graceful_timeout = 30
keepalive = 5
# A process is replaced now and then, not all at the same moment, so that nothing can grow for months.
max_requests = 10_000
max_requests_jitter = 1_000
# Each process opens its own database connections: they cannot be shared across a fork.
preload_app = False
control_socket_disable = True
# The proxy keeps the access log; addresses in letters are keys and do not belong in two of them.
accesslog = None
errorlog = "-"


def on_starting(server: Any) -> None:
    """Stop with one sentence where the settings are wrong, or where one process is the most there can be."""
    try:
        config = load()
    except ConfigError as wrong:
        sys.exit(str(wrong))
    if config.database_url.startswith("sqlite"):
        sys.exit(
            "Several processes need PostgreSQL: set AGENDA_DATABASE_URL, or use `python -m agenda serve`."
        )
    logs.set_up(config.log_format)


def on_exit(_server: Any) -> None:
    """Leave nothing behind."""
    shutil.rmtree(os.environ[METRICS], ignore_errors=True)
