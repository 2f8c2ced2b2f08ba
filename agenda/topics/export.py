"""The list of topics as a file for a spreadsheet."""

from __future__ import annotations

from flask_babel import gettext as _

from agenda.topics import words
from agenda.topics.model import Topic
from agenda.topics.rules import state_of
from agenda.web.csv_file import Cell


def heads() -> list[str]:
    """Name the columns."""
    named = ("title", "state", "focus_area", "organisation", "lead", "official_lead", "purpose", "treatment")
    more = ("minutes", "earliest", "deadline", "priority", "intensified", "summary", "desired_result")
    return [_("Number"), _("Body"), *(str(words.FIELDS[name]) for name in (*named, *more))]


def cells(topic: Topic) -> list[Cell]:
    """Give the row of a topic."""
    return [
        topic.id,
        topic.body.name,
        topic.title,
        str(words.STATES[state_of(topic)]),
        topic.focus_area.name if topic.focus_area else "",
        topic.organisation.name if topic.organisation else "",
        topic.lead.name if topic.lead else "",
        topic.official_lead.name if topic.official_lead else "",
        str(words.PURPOSES[topic.purpose]),
        str(words.TREATMENTS[topic.treatment]),
        topic.minutes,
        topic.earliest,
        topic.deadline,
        topic.priority,
        _("yes") if topic.intensified else _("no"),
        topic.summary,
        topic.desired_result,
    ]
