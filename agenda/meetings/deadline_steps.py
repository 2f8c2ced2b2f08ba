"""What this room asks around a meeting: papers, a final agenda, outcomes and the decision list."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from flask import current_app, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from agenda.core.actor import Actor
from agenda.core.clock import local_day
from agenda.meetings.deadline_queries import Next, Preparing, next_of, preparing, terms_of
from agenda.meetings.deadline_rules import Terms, days_after, days_before
from agenda.meetings.deadlines import Deadline, day_of, last_day_of
from agenda.meetings.model import AgendaItem, ItemKind, Meeting
from agenda.meetings.sight import Sight, sees

# So many names are read at a glance.
NAMES = 3


def deadlines(session: Session, meetings: Sequence[Meeting], by: Actor, now: datetime) -> Iterator[Deadline]:
    """Name this room's deadlines of meetings that have a date."""
    terms = terms_of(session, {one.body_id: one.body for one in meetings}.values())
    known = preparing(session, [one.id for one in meetings], by)
    following = next_of(session, meetings)
    for meeting in meetings:
        day, last = day_of(meeting), last_day_of(meeting)
        if day is None or last is None:
            continue
        asked = terms[meeting.body_id]
        topics = [item for item in meeting.items if item.kind is ItemKind.TOPIC]
        if topics:
            yield _papers(meeting, topics, known, days_before(day, asked.papers_days_before), by)
        yield _agenda(meeting, days_before(day, asked.agenda_days_before))
        if topics:
            yield _outcomes(meeting, topics, days_after(last, asked.outcomes_days_after))
        yield _decision_list(meeting, last, asked)
        if meeting.id in following:
            yield _adoption(meeting, following[meeting.id])


def _papers(
    meeting: Meeting, topics: Sequence[AgendaItem], known: Preparing, due: date, by: Actor
) -> Deadline:
    missing = [item for item in topics if known.lacks_paper(item)]
    came = [known.papers[item.id] for item in topics if item.id in known.papers]
    people = {person for item in missing for person in known.leads.get(item.id, ())}
    sight = Sight(by.may("see_confidential", meeting.body), known.guest_of)
    names = _names([item for item in missing if sees(item, sight)], known)
    return Deadline(
        meeting_id=meeting.id,
        key="papers",
        text=_("Papers of all items"),
        due=due,
        url=_address("meetings.agenda", meeting),
        done=not missing,
        done_on=local_day(max(came), meeting.time_zone) if came and not missing else None,
        who=names or (_("the leads") if people else _("secretary and clerk")),
        people=frozenset(people),
        permission="" if people else "draft_agenda",
        until=day_of(meeting),
    )


def _names(missing: Sequence[AgendaItem], known: Preparing) -> str:
    """Name who must still bring papers."""
    found = {key: name for item in missing for key, name in known.leads.get(item.id, {}).items()}
    names = sorted(found.values())
    more = len(names) - NAMES
    shown = ", ".join(names[:NAMES])
    return _("%(names)s and %(number)d more", names=shown, number=more) if more > 0 else shown


def _agenda(meeting: Meeting, due: date) -> Deadline:
    final = meeting.agenda_final_at
    return Deadline(
        meeting_id=meeting.id,
        key="agenda",
        text=_("Agenda final"),
        due=due,
        url=_address("meetings.agenda", meeting),
        done=final is not None,
        done_on=local_day(final, meeting.time_zone) if final else None,
        who=_("secretary and clerk"),
        until=day_of(meeting),
    )


def _outcomes(meeting: Meeting, topics: Sequence[AgendaItem], due: date) -> Deadline:
    return Deadline(
        meeting_id=meeting.id,
        key="outcomes",
        text=_("Outcomes recorded"),
        due=due,
        url=_address("decisions.outcomes", meeting),
        done=all(item.outcome is not None for item in topics),
        who=_("secretary and clerk"),
    )


def _decision_list(meeting: Meeting, last: date, asked: Terms) -> Deadline:
    """Give the day of the concept decision list.

    A meeting that is closed has said its last word: its list stands. A room that makes the list as a paper
    may know that it is there earlier, and says so (deadlines.offer_settled).
    """
    closed = meeting.closed_at
    return Deadline(
        meeting_id=meeting.id,
        key="decision_list",
        text=_("Concept decision list"),
        due=days_after(last, asked.decision_list_days_after),
        url=_address("decisions.outcomes", meeting),
        done=closed is not None,
        done_on=local_day(closed, meeting.time_zone) if closed else None,
        who=_("secretary and clerk"),
        permission="record",
    )


def _adoption(meeting: Meeting, following: Next) -> Deadline:
    """Give the day of the next meeting, which adopts the list: once that is closed and had the item."""
    closed = following.meeting.closed_at
    day = last_day_of(following.meeting) or date.max
    return Deadline(
        meeting_id=meeting.id,
        key="adoption",
        text=_("Decision list adopted, at the next meeting"),
        due=day,
        url=_address("meetings.show", following.meeting),
        done=closed is not None and following.adopts,
        done_on=day if closed is not None and following.adopts else None,
        who=_("the next meeting"),
        until=day,
    )


def _address(endpoint: str, meeting: Meeting) -> str:
    known = endpoint if endpoint in current_app.view_functions else "meetings.show"
    return url_for(known, meeting_id=meeting.id)
