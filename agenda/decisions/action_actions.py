"""Action items: who will do what by when, until it is done, handed over or dropped."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session

from agenda.core import audit
from agenda.core.actor import Actor
from agenda.core.clock import local_day
from agenda.core.problems import Conflict, Invalid
from agenda.decisions.model import ActionItem
from agenda.meetings.model import AgendaItem, Meeting
from agenda.people.model import Body, Person
from agenda.people.queries import members_on
from agenda.topics.model import Topic


def add_action(
    session: Session,
    body: Body,
    meeting: Meeting | None,
    item: AgendaItem | None,
    text: str,
    owner: Person | None,
    due_on: date | None,
    by: Actor,
    now: datetime,
    *,
    topic: Topic | None = None,
) -> ActionItem:
    """Write down what someone will do; an item brings its meeting and its topic along.

    Invalid for an owner who does not belong to the body, and for what is another body's.
    """
    by.must("record", body)
    if not text:
        raise Invalid("action_empty", field="text")
    if item is not None:
        meeting, topic = meeting or item.meeting, topic or item.topic
        if item.meeting_id != meeting.id:
            raise Invalid("action_elsewhere")
    if meeting is not None and meeting.body_id != body.id:
        raise Invalid("action_elsewhere")
    # A topic that came from another body stands on this body's agenda only through its item.
    if topic is not None and item is None and topic.body_id != body.id:
        raise Invalid("action_elsewhere")
    _must_belong(session, body, owner, now)
    action = ActionItem(
        body=body,
        meeting=meeting,
        item=item,
        topic=topic,
        text=text,
        owner=owner,
        due_on=due_on,
        made_at=now,
        given_at=_given(owner, by, now),
        remark="",
    )
    session.add(action)
    session.flush()
    audit.record(session, by, now, "action_added", _subject(action), after=_told(action))
    return action


def edit_action(
    session: Session,
    action: ActionItem,
    text: str,
    owner: Person | None,
    due_on: date | None,
    version: int | None,
    by: Actor,
    now: datetime,
) -> None:
    """Change what is to be done, by whom and by when."""
    by.must("record", action.body)
    action.expect(version)
    _must_be_open(action)
    if not text:
        raise Invalid("action_empty", field="text")
    before = _told(action)
    if owner is not None and owner.id != action.owner_id:
        _must_belong(session, action.body, owner, now)
    _give(action, owner, by, now)
    action.text, action.due_on = text, due_on
    if before != _told(action):
        audit.record(session, by, now, "action_changed", _subject(action), before, _told(action))


def hand_over(
    session: Session, action: ActionItem, to: Person, version: int | None, by: Actor, now: datetime
) -> None:
    """Give an action to another person of the body, who hears of it with the next reminders."""
    _must_be_theirs(action, by)
    action.expect(version)
    _must_be_open(action)
    if to.id == action.owner_id:
        raise Invalid("owner_unchanged", field="owner")
    _must_belong(session, action.body, to, now)
    before = {"owner": action.owner.name if action.owner else ""}
    _give(action, to, by, now)
    audit.record(session, by, now, "action_handed_over", _subject(action), before, {"owner": to.name})


def mark_done(
    session: Session, action: ActionItem, remark: str, version: int | None, by: Actor, now: datetime
) -> None:
    """Mark an action as done, with what came of it; a member only their own."""
    _must_be_theirs(action, by)
    action.expect(version)
    _must_be_open(action)
    before = {"remark": action.remark}
    action.done_at, action.remark = now, remark
    audit.record(session, by, now, "action_done", _subject(action), before, {"remark": remark})


def drop_action(
    session: Session, action: ActionItem, why: str, version: int | None, by: Actor, now: datetime
) -> None:
    """Let an action go, with the reason; it stays in the list of what was dropped."""
    by.must("record", action.body)
    action.expect(version)
    _must_be_open(action)
    if not why:
        raise Invalid("drop_without_reason", field="why")
    before = {"remark": action.remark}
    action.dropped_at, action.remark = now, why
    audit.record(session, by, now, "action_dropped", _subject(action), before, {"remark": why})


def reopen_action(
    session: Session, action: ActionItem, version: int | None, by: Actor, now: datetime
) -> None:
    """Undo that an action is done or dropped; what is dropped only for who records."""
    if action.dropped_at is not None:
        by.must("record", action.body)
    _must_be_theirs(action, by)
    action.expect(version)
    if action.done_at is None and action.dropped_at is None:
        raise Conflict("action_open")
    before = {"remark": action.remark}
    action.done_at = action.dropped_at = None
    action.remark = ""
    audit.record(session, by, now, "action_reopened", _subject(action), before, {"remark": ""})


def _must_be_theirs(action: ActionItem, by: Actor) -> None:
    if action.owner_id is None or action.owner_id != by.person_id:
        by.must("record", action.body)


def _must_be_open(action: ActionItem) -> None:
    if action.done_at is not None or action.dropped_at is not None:
        raise Conflict("action_over")


def _must_belong(session: Session, body: Body, owner: Person | None, now: datetime) -> None:
    today = local_day(now, body.time_zone)
    if owner is not None and owner.id not in {one.person_id for one in members_on(session, body.id, today)}:
        raise Invalid("owner_not_in_body", field="owner")


def _give(action: ActionItem, owner: Person | None, by: Actor, now: datetime) -> None:
    if (owner.id if owner else None) == action.owner_id:
        return
    action.owner = owner
    action.given_at = _given(owner, by, now)


def _given(owner: Person | None, by: Actor, now: datetime) -> datetime | None:
    """Tell since when somebody has what another gave them: what one takes on oneself, one knows."""
    return now if owner is not None and owner.id != by.person_id else None


def _told(action: ActionItem) -> dict[str, object]:
    return {
        "action": action.text,
        "owner": action.owner.name if action.owner else "",
        "due_on": action.due_on,
    }


def _subject(action: ActionItem) -> tuple[str, int]:
    return "action", action.id
