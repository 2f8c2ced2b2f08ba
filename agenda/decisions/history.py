"""The trail of actions and promises as lines that a person can read."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from agenda.core import words
from agenda.core.audit import AuditEntry
from agenda.decisions import action_words, promise_words
from agenda.web import here
from agenda.web.history import Line, lines
from agenda.web.language import language

DAYS = frozenset({"promised_on", "kept_on", "due_on"})
VERBS = {**promise_words.VERBS, **action_words.VERBS}
FIELDS = {**promise_words.FIELDS, **action_words.FIELDS}


def lines_of(entries: Iterable[AuditEntry]) -> list[Line]:
    """Tell what happened to an action or a promise, in the reader's language."""
    zone = ZoneInfo(here.runtime().config.time_zone)

    def shown(name: str, value: Any) -> str:
        if name in DAYS:
            return words.date_only(date.fromisoformat(value), zone, language())
        return str(value)

    return lines(entries, VERBS, FIELDS, shown)
