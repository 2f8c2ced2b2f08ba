"""What the product says of itself while it runs: an event a line, with its request or job, no secrets."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Mapping
from typing import Any

import structlog
from structlog.typing import EventDict, Processor

# What lets in whoever has it, and where it stands: passwords in addresses, tokens in paths, headers, names.
_MASKS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(?<=://)[^/\s@]+(?=@)"), "***"),
    (
        re.compile(
            r"(?i)\b(authorization|proxy-authorization|cookie|set-cookie)([\"']?\s*[:=]\s*)[^\r\n]+",
        ),
        r"\1\2***",
    ),
    (
        re.compile(
            r"(?i)\b([\w-]*(?:password|passwd|passphrase|secret|token|api[_-]?key)[\w-]*)"
            r"([\"']?\s*[:=]\s*[\"']?)[^\s\"',;&)}]+"
        ),
        r"\1\2***",
    ),
    # Tokens of ours in links: base32 in letters, longer ones where somebody signs in.
    (re.compile(r"(?<![A-Za-z0-9_-])(?:[a-z2-7]{32}|[A-Za-z0-9_-]{43,})(?![A-Za-z0-9_-])"), "***"),
    # Of somebody's address only the domain, which is what a fault of delivery is about.
    (re.compile(r"[A-Za-z0-9._%+-]+(?=@[A-Za-z0-9.-]+\.[A-Za-z]{2,})"), "***"),
)
_CONTROLS = {number: f"\\x{number:02x}" for number in (*range(32), 127)}
# An event is one line; a traceback is not, and stands last.
_LINES = _CONTROLS | {ord("\n"): "\\n", ord("\r"): "\\r", ord("\t"): "\\t"}
_TRACEBACK = "exception"


def masked(text: str) -> str:
    """Take out of a text what lets in whoever has it."""
    for pattern, instead in _MASKS:
        text = pattern.sub(instead, text)
    return text


def set_up(log_format: str, level: int = logging.INFO) -> None:
    """Let everything that is logged, by us and by libraries, go to standard error: as "json" or as "text"."""
    before: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.format_exc_info,
        _clean,
    ]
    last: Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if log_format == "json"
        else structlog.dev.ConsoleRenderer(colors=False, sort_keys=False)
    )
    structlog.configure(
        processors=[*before, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=before,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, last],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in ("alembic", "fontTools", "weasyprint", "urllib3"):
        logging.getLogger(name).setLevel(logging.WARNING)
    # It warns at each look that finds a job still running; the worker's listener says what is worth saying.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    # These bring a handler of their own; then each line would stand there twice, once unmasked.
    for name in ("gunicorn.error", "waitress", "waitress.queue"):
        library = logging.getLogger(name)
        library.handlers.clear()
        library.propagate = True


def _clean(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """Mask every value, and let none begin a line of its own."""
    return {name: _cleaned(name, value) for name, value in event.items()}


def _cleaned(name: str, value: Any) -> Any:
    if isinstance(value, str):
        return masked(value) if name == _TRACEBACK else masked(value).translate(_LINES)
    if isinstance(value, Mapping):
        return {key: _cleaned(str(key), one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_cleaned(name, one) for one in value]
    if value is None or isinstance(value, bool | int | float) or name.startswith("_"):
        return value
    return masked(str(value)).translate(_LINES)
