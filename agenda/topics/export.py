"""The list of topics as a file for a spreadsheet."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterable

from flask_babel import gettext as _

from agenda.topics import words
from agenda.topics.model import Topic
from agenda.topics.rules import state_of

# What makes a spreadsheet read a cell as a formula (OWASP, CSV Injection).
STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def harmless(cell: str) -> str:
    """Give a cell that no spreadsheet runs: one that looks like a formula starts with an apostrophe."""
    # Excel also takes the full-width signs, and looks past blanks.
    start = unicodedata.normalize("NFKC", cell).lstrip(" ")
    return f"'{cell}" if cell.startswith(STARTS_A_FORMULA) or start.startswith(STARTS_A_FORMULA) else cell


def as_csv(topics: Iterable[Topic]) -> bytes:
    """Write topics as Dutch spreadsheets open them at a click: semicolons, and UTF-8 with a mark."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";")
    writer.writerow(_heads())
    writer.writerows([harmless(cell) for cell in _cells(topic)] for topic in topics)
    return out.getvalue().encode("utf-8-sig")


def _heads() -> list[str]:
    named = ("title", "state", "focus_area", "organisation", "lead", "official_lead", "purpose", "treatment")
    more = ("minutes", "earliest", "deadline", "priority", "intensified", "summary", "desired_result")
    return [_("Number"), _("Body"), *(str(words.FIELDS[name]) for name in (*named, *more))]


def _cells(topic: Topic) -> list[str]:
    return [
        str(topic.id),
        topic.body.name,
        topic.title,
        str(words.STATES[state_of(topic)]),
        topic.focus_area.name if topic.focus_area else "",
        topic.organisation.name if topic.organisation else "",
        topic.lead.name if topic.lead else "",
        topic.official_lead.name if topic.official_lead else "",
        str(words.PURPOSES[topic.purpose]),
        str(words.TREATMENTS[topic.treatment]),
        str(topic.minutes),
        topic.earliest.isoformat() if topic.earliest else "",
        topic.deadline.isoformat() if topic.deadline else "",
        str(topic.priority),
        _("yes") if topic.intensified else _("no"),
        topic.summary,
        topic.desired_result,
    ]
