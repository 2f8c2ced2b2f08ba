"""What may still change about a final agenda: an urgent item comes on it, an item is changed or withdrawn.

Each change gives its reason and keeps the next version of the agenda; everyone whom it concerns hears of it.
`seen` and `version` tell which agenda and which item were on screen, as in agenda_actions.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from agenda.core import audit
from agenda.core.actor import Actor
from agenda.core.problems import Conflict, Invalid
from agenda.core.text import clean, one_line
from agenda.meetings import agenda_actions
from agenda.meetings import agenda_steps as steps
from agenda.meetings.agenda_change import Change
from agenda.meetings.agenda_editing import ItemText, fill, must_be_open
from agenda.meetings.agenda_numbers import base_of, late_number
from agenda.meetings.model import AgendaItem, ItemKind, ItemOutcome, Meeting
from agenda.meetings.version_keeping import keep_as_it_was, keep_change
from agenda.topics.actions import release_turn
from agenda.topics.model import Topic

LONGEST_REASON = 2_000
LONGEST_NAME = 200


@dataclass(frozen=True)
class Late:
    """Why an item cannot wait, who as chair agreed, and after which item it comes; 0 for the usual place."""

    why: str
    consent: str
    after_id: int = 0


def add_late_topic(
    session: Session,
    meeting: Meeting,
    topic: Topic,
    late: Late,
    by: Actor,
    now: datetime,
    seen: str | None = None,
) -> AgendaItem:
    """Put an urgent topic on a final agenda; Conflict when it is not free."""

    def add() -> AgendaItem:
        return agenda_actions.add_topic(session, meeting, topic, by, now, on_final=True)

    return _add(session, meeting, add, late, by, now, seen)


def add_late_item(
    session: Session,
    meeting: Meeting,
    title: str,
    minutes: int,
    late: Late,
    by: Actor,
    now: datetime,
    seen: str | None = None,
) -> AgendaItem:
    """Put an urgent item that is no topic on a final agenda."""

    def add() -> AgendaItem:
        return agenda_actions.add_free_item(session, meeting, title, minutes, by, now, on_final=True)

    return _add(session, meeting, add, late, by, now, seen)


def change_item(
    session: Session,
    item: AgendaItem,
    wanted: ItemText,
    why: str,
    by: Actor,
    now: datetime,
    version: int | None = None,
) -> None:
    """Change an item of a final agenda, with the reason; nothing when nothing differs.

    Raises Changed when someone else saved after `version` was seen.
    """
    meeting = item.meeting
    change = _begin(session, meeting, by, now)
    item.expect(version)
    why = _reason(why)
    edited = fill(session, item, wanted, by, now)
    if audit.changes(edited.before, edited.after):
        session.flush()
        change.record("item_edited", edited.before, edited.after | {"item": item.title})
        _keep(session, meeting, why, by, now)


def withdraw_item(
    session: Session, item: AgendaItem, why: str, by: Actor, now: datetime, version: int | None = None
) -> None:
    """Take an item off a final agenda, with the reason: it keeps its number and its topic is free again.

    Opening and closing stay. Raises Changed when someone else saved after `version` was seen.
    """
    meeting = item.meeting
    change = _begin(session, meeting, by, now)
    item.expect(version)
    if item.kind in (ItemKind.OPENING, ItemKind.CLOSING):
        raise Conflict("item_belongs_on_every_agenda", title=item.title)
    must_be_open(item)
    why = _reason(why)
    before = {"item_minutes": item.minutes}
    item.outcome, item.outcome_text = ItemOutcome.WITHDRAWN, why
    # What is not treated takes no time; the version before tells how much it was to take.
    item.withdrawn_at, item.minutes = now, 0
    if item.turn is not None and item.turn.result is None:
        release_turn(session, item.turn, now)
    session.flush()
    change.record("item_withdrawn", before, {"item": item.title, "item_minutes": 0})
    if item.topic_id is not None:
        change.tell_topic("taken_off", item.topic_id)
    _keep(session, meeting, why, by, now)


def _add(
    session: Session,
    meeting: Meeting,
    add: Callable[[], AgendaItem],
    late: Late,
    by: Actor,
    now: datetime,
    seen: str | None,
) -> AgendaItem:
    _begin(session, meeting, by, now, seen)
    why = _reason(late.why)
    consent = one_line(late.consent).strip()
    if not consent or len(consent) > LONGEST_NAME:
        raise Invalid("consent_missing", field="consent")
    item = add()
    if late.after_id:
        _place(meeting, item, late.after_id)
    place = meeting.items.index(item)
    before = meeting.items[place - 1].number if place else ""
    item.number = late_number(before, {other.number for other in meeting.items if other is not item})
    item.late_at, item.late_why, item.late_consent = now, why, consent
    _keep(session, meeting, why, by, now, consent)
    return item


def _begin(session: Session, meeting: Meeting, by: Actor, now: datetime, seen: str | None = None) -> Change:
    change = Change(session, meeting, by, now, seen, on_final=True)
    if meeting.agenda_final_at is None:
        raise Conflict("agenda_still_draft")
    keep_as_it_was(session, meeting)
    return change


def _place(meeting: Meeting, item: AgendaItem, after_id: int) -> None:
    """Put an item after another and what came late after that; Conflict when that is not on the agenda.

    So the printed order is that of the numbers. Nothing comes after the closing.
    """
    rest = [other for other in meeting.items if other is not item]
    place = next((at for at, other in enumerate(rest, 1) if other.id == after_id), None)
    if place is None or rest[place - 1].kind is ItemKind.CLOSING:
        raise Conflict("agenda_changed_meanwhile")
    base = base_of(rest[place - 1].number)
    while place < len(rest) and base_of(rest[place].number) == base:
        place += 1
    steps.put_in_order(meeting, [*rest[:place], item, *rest[place:]])


def _keep(session: Session, meeting: Meeting, why: str, by: Actor, now: datetime, consent: str = "") -> None:
    steps.forget_steps(session, meeting)
    keep_change(session, meeting, why, by, now, consent)


def _reason(why: str) -> str:
    why = clean(why).strip()
    if not why or len(why) > LONGEST_REASON:
        raise Invalid("change_needs_reason", field="why")
    return why
