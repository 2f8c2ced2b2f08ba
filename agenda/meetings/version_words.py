"""How versions of an agenda are spoken of: what changed, and how a kept value reads."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from agenda.core import words
from agenda.meetings.version_rules import FieldChange, Part, What, word_by_word
from agenda.topics.words import CODES
from agenda.web.language import language

CHANGES: Mapping[What, Any] = {
    What.ADDED: _l("added"),
    What.WITHDRAWN: _l("withdrawn"),
    What.REMOVED: _l("taken off"),
    What.MOVED: _l("moved"),
    What.CHANGED: _l("changed"),
}
TONES: Mapping[What, str] = {
    What.ADDED: "ok",
    What.WITHDRAWN: "neg",
    What.REMOVED: "neg",
    What.MOVED: "info",
    What.CHANGED: "warn",
}
FIELDS: Mapping[str, Any] = {
    "title": _l("Title"),
    "starts_at": _l("Start"),
    "minutes": _l("Length"),
    "host": _l("Host"),
    "venue": _l("Venue"),
    "purpose": _l("Purpose"),
    "treatment": _l("Treatment"),
    "lead": _l("Lead"),
    "guests": _l("Guests"),
    "requested_decision": _l("Requested decision"),
    "closed": _l("Closed session"),
    "confidential": _l("Confidential"),
    "papers": _l("Papers"),
}


def parts(change: FieldChange, zone: str) -> list[tuple[Part, str]]:
    """Give what differs in one field: texts word by word, anything else whole."""
    before, after = (said(change.name, value, zone) for value in (change.before, change.after))
    if change.name in {"title", "requested_decision", "papers", "guests"}:
        return word_by_word(before, after)
    whole = [(Part.GONE, before), (Part.SAME, " " if before and after else ""), (Part.NEW, after)]
    return [(part, text) for part, text in whole if text]


def said(name: str, value: Any, zone: str) -> str:
    """Write one kept value in the reader's words."""
    if value in (None, "", []):
        return ""
    if name in CODES:
        return str(CODES[name].get(value, value))
    if name == "starts_at":
        return words.when(datetime.fromisoformat(value), ZoneInfo(zone), language())
    if name == "minutes":
        return words.duration(int(value), language())
    if name == "papers":
        return "\n".join(paper(one) for one in value)
    if name == "guests":
        return ", ".join(value)
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    return str(value)


def paper(row: Mapping[str, Any]) -> str:
    """Name a paper as it stood in a version of the agenda."""
    return str(_("%(title)s (version %(number)s)", title=row["title"], number=row["version"]))


def deferral(day: date | str | None, times: int, zone: str) -> str:
    """Tell when an item was deferred to this agenda, and how often until now."""
    if day is None:
        return str(ngettext("deferred earlier", "deferred earlier (%(num)d times)", times))
    found = date.fromisoformat(day) if isinstance(day, str) else day
    spoken = words.date_only(found, ZoneInfo(zone), language())
    if times == 1:
        return str(_("deferred on %(day)s", day=spoken))
    return str(_("deferred on %(day)s (%(times)d times so far)", day=spoken, times=times))
