"""A meeting's ledger on screen: what will go, what went, what did not and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from flask import render_template, request
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from agenda.core.database import get
from agenda.meetings.model import Meeting
from agenda.reminders import ledger, queries
from agenda.reminders.blueprint import pages
from agenda.reminders.ledger import Entry, Part
from agenda.reminders.ledger_words import PARTS, WHY, said_of
from agenda.reminders.words import SAID
from agenda.web import here
from agenda.web.forms import key


@dataclass(frozen=True)
class Line:
    """Reminders of one kind at one moment, to a number of people."""

    kind: str
    title: str
    at: datetime
    people: int


@pages.get("/meetings/<int:meeting_id>/reminders")
def meeting_ledger(meeting_id: int) -> str:
    """Show every reminder of a meeting to every person, filtered as asked."""
    with here.read() as session:
        meeting = get(session, Meeting, meeting_id)
        here.actor().must("set_reminders", meeting.body)
        entries = ledger.of_meeting(session, here.runtime().config, meeting.id, here.now())
        silenced = _silenced(session, meeting)
        return render_template(
            "reminders/ledger.html", meeting=meeting, silenced=silenced, **filtered(entries)
        )


def filtered(entries: Iterable[Entry]) -> dict[str, object]:
    """Give the entries that the address asks for, and what can be chosen."""
    entries = list(entries)
    part, kind = request.args.get("part", ""), request.args.get("kind", "")
    person = request.args.get("person", 0, type=key) or 0
    found = [
        one
        for one in entries
        if (not part or one.part == part)
        and (not kind or one.kind == kind)
        and (not person or one.person_id == person)
    ]
    return {
        "entries": [(one, _(SAID[one.kind][0]), said_of(one)) for one in found],
        "total": len(entries),
        "parts": PARTS,
        "kinds": sorted({(one.kind, _(SAID[one.kind][0])) for one in entries}, key=lambda pair: pair[1]),
        "people": sorted({(one.person_id, one.name) for one in entries}, key=lambda pair: pair[1]),
        "chosen": {"part": part, "kind": kind, "person": person},
        "may_see_letters": here.actor().may("see_letters"),
    }


def meeting_panel(session: Session, meeting: Meeting) -> str | None:
    """Show on the meeting's page how many reminders go and went, to the secretary."""
    if not here.actor().may("set_reminders", meeting.body):
        return None
    entries = ledger.of_meeting(session, here.runtime().config, meeting.id, here.now())
    silenced = _silenced(session, meeting)
    if not (entries or silenced):
        return None
    kept = Counter(one.why for one in entries if one.part is Part.NOT)
    return render_template(
        "reminders/_meeting.html",
        meeting=meeting,
        coming=_lines(entries, Part.COMING),
        went=_lines(entries, Part.WENT)[::-1],
        kept=[(WHY[why], number) for why, number in sorted(kept.items())],
        silenced=silenced,
    )


def _silenced(session: Session, meeting: Meeting) -> list[tuple[str, str]]:
    off = queries.switched_off(session)
    kinds = sorted(kind for kind, what, key in off if (what, key) == ("meeting", meeting.id))
    return [(kind, _(SAID[kind][0])) for kind in kinds]


def _lines(entries: Iterable[Entry], part: Part) -> list[Line]:
    counted = Counter((one.at, one.kind) for one in entries if one.part is part)
    return [Line(kind, _(SAID[kind][0]), at, people) for (at, kind), people in sorted(counted.items())]
