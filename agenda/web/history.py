"""The audit trail as lines that a person can read, the same on every room's pages."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from agenda.core.audit import AuditEntry
from agenda.web.panels import HistoryWords, offered_words

Texts = Mapping[str, Any]
Show = Callable[[str, Any], str]


@dataclass(frozen=True)
class Line:
    """One line of history, as the history macro shows it; changes are label, before and after."""

    at: datetime
    actor_name: str
    text: str
    changes: tuple[tuple[str, str, str], ...]


def lines(entries: Iterable[AuditEntry], verbs: Texts, fields: Texts, show: Show) -> list[Line]:
    """Tell what happened in a room's words, and in those that other rooms offered (panels.offer_words).

    `show` writes one kept value, by its field. Changes come in the order of `fields`; what has no label
    comes last under its own name, for a trail hides nothing.
    """
    offered = offered_words()
    spoken, labels = {**offered.verbs, **verbs}, {**fields, **offered.fields, **fields}
    return [
        Line(
            entry.at,
            entry.actor_name,
            str(spoken.get(entry.verb, entry.verb)),
            _changes(entry, labels, offered, show),
        )
        for entry in entries
    ]


def _changes(
    entry: AuditEntry, labels: Texts, offered: HistoryWords, show: Show
) -> tuple[tuple[str, str, str], ...]:
    def told(name: str, value: Any) -> str:
        if value is None or value == "":
            return ""
        if name in offered.values:
            return str(offered.values[name].get(value, value))
        return show(name, value)

    kept = {**entry.before, **entry.after}
    names = [name for name in labels if name in kept] + [name for name in kept if name not in labels]
    return tuple(
        (str(labels.get(name, name)), told(name, entry.before.get(name)), told(name, entry.after.get(name)))
        for name in names
    )
