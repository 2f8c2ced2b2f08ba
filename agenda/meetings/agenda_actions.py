"""The agenda of one meeting: what is put on it, what is changed about it, and what came of it.

Each change keeps a step that can be undone, and stands in the audit trail. Whoever drafts anew hands in
`seen`, the fingerprint of the agenda as it was on screen: when it is another one by now, Conflict
"agenda_changed_meanwhile" is raised and nothing is overwritten.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from agenda.core import audit
from agenda.core.actor import Actor
from agenda.core.problems import Conflict, NotFound
from agenda.meetings import agenda_steps as steps
from agenda.meetings.agenda_backlog import key_of, may_leave, propose, split
from agenda.meetings.agenda_change import Change, hold_open, named
from agenda.meetings.agenda_editing import ItemText, check_item, fill, must_be_open
from agenda.meetings.candidates import Draft
from agenda.meetings.deferrals import deferred_item
from agenda.meetings.limits import follow_topic
from agenda.meetings.model import AgendaItem, AgendaStep, ItemKind, ItemOutcome, Meeting
from agenda.topics.actions import conclude_turn, plan_turn
from agenda.topics.model import Topic, TurnResult

# An agenda is a Dutch paper, whatever the language of the screen it was made on.
FIXED_ITEMS = (
    (ItemKind.OPENING, "Opening", 5),
    (ItemKind.MINUTES, "Verslag van het vorige overleg", 5),
    (ItemKind.ANY_OTHER_BUSINESS, "Rondvraag", 5),
    (ItemKind.CLOSING, "Sluiting", 5),
)
TURNS = {
    ItemOutcome.AGREED: TurnResult.TREATED,
    ItemOutcome.DECIDED: TurnResult.TREATED,
    ItemOutcome.NOTED: TurnResult.TREATED,
    ItemOutcome.DEFERRED: TurnResult.DEFERRED,
    # Whether the topic itself is withdrawn is for its owner to say: here only its turn ends.
    ItemOutcome.WITHDRAWN: TurnResult.RELEASED,
    # The round settles it, or brings it back.
    ItemOutcome.REFERRED: TurnResult.RELEASED,
}


def lay_out(session: Session, meeting: Meeting) -> None:
    """Put the items on the agenda that every meeting has; nothing when something is on it already."""
    if meeting.items:
        return
    for position, (kind, title, minutes) in enumerate(FIXED_ITEMS):
        meeting.items.append(AgendaItem(position=position, kind=kind, title=title, minutes=minutes))
    session.flush()


def draft_agenda(
    session: Session, meeting: Meeting, by: Actor, now: datetime, seen: str | None = None
) -> Draft:
    """Fill the agenda from the open topics; what a person put there or touched stays as it is.

    Gives what was chosen, and for each topic left out why.
    """
    change = Change(session, meeting, by, now, seen)
    lay_out(session, meeting)
    made = propose(session, meeting, now)
    chosen = {topic.id for topic in made.chosen}
    present = {item.topic_id for item in meeting.items}
    leaving = [item for item in meeting.items if may_leave(item) and item.topic_id not in chosen]
    for item in leaving:
        steps.take_off(session, meeting, item)
    for item in meeting.items:
        if may_leave(item) and item.topic is not None:
            _take_over(item, item.topic)
    arriving = session.scalars(
        select(Topic)
        .where(Topic.id.in_(chosen - present))
        .options(selectinload(Topic.turns))
        .order_by(Topic.id)
    ).all()
    for topic in arriving:
        meeting.items.append(_item_of(session, meeting, topic, now, drafted=True))
    session.flush()
    head, inner, tail = split([item for item in meeting.items if item.topic_id not in chosen])
    placed = {key_of(item): item for item in [*inner, *(i for i in meeting.items if i.topic_id in chosen)]}
    steps.put_in_order(meeting, [*head, *(placed[entry.id] for entry in made.order), *tail])
    changed = {"items_added": _titles(arriving), "items_removed": _titles(leaving)}
    change.done("agenda_drafted", "", after=changed)
    return made


def add_topic(
    session: Session, meeting: Meeting, topic: Topic, by: Actor, now: datetime, *, on_final: bool = False
) -> AgendaItem:
    """Put a topic on the agenda, before any other business; Conflict when it is not free.

    `on_final`: also on a final agenda, as agenda_late does with a reason.
    """
    change = Change(session, meeting, by, now, on_final=on_final)
    if topic.body_id != meeting.body_id:
        raise NotFound("not_found")
    if any(item.topic_id == topic.id and item.outcome is None for item in meeting.items):
        raise Conflict("topic_on_agenda_already", title=topic.title)
    lay_out(session, meeting)
    item = _item_of(session, meeting, topic, now, drafted=False)
    _insert(session, meeting, item)
    change.done("item_added", item.title, after={"item": item.title})
    return item


def add_free_item(
    session: Session,
    meeting: Meeting,
    title: str,
    minutes: int,
    by: Actor,
    now: datetime,
    *,
    on_final: bool = False,
) -> AgendaItem:
    """Put an item on the agenda that is no topic, such as a word of welcome; `on_final` as in add_topic."""
    change = Change(session, meeting, by, now, on_final=on_final)
    check_item(title, minutes)
    lay_out(session, meeting)
    item = AgendaItem(
        kind=ItemKind.TOPIC, position=len(meeting.items), title=title, minutes=minutes, requested_decision=""
    )
    _insert(session, meeting, item)
    change.done("item_added", title, after={"item": title})
    return item


def remove_item(
    session: Session, item: AgendaItem, by: Actor, now: datetime, version: int | None = None
) -> None:
    """Take an item off the agenda; its topic is free again. Opening and closing stay."""
    meeting = item.meeting
    change = Change(session, meeting, by, now)
    item.expect(version)
    if item.kind in (ItemKind.OPENING, ItemKind.CLOSING):
        raise Conflict("item_belongs_on_every_agenda", title=item.title)
    must_be_open(item)
    steps.take_off(session, meeting, item)
    steps.put_in_order(meeting, list(meeting.items))
    change.done("item_removed", item.title, before={"item": item.title})


def change_minutes(
    session: Session, item: AgendaItem, minutes: int, by: Actor, now: datetime, version: int | None = None
) -> None:
    """Give an item more or less time; Changed when someone else saved after `version` was seen."""
    meeting = item.meeting
    change = Change(session, meeting, by, now)
    item.expect(version)
    check_item(item.title, minutes)
    if item.minutes == minutes:
        return
    was, item.minutes, item.drafted = item.minutes, minutes, False
    times = {"item_minutes": was}, {"item_minutes": minutes, "item": item.title}
    change.done("item_minutes", item.title, *times)


def edit_item(
    session: Session,
    item: AgendaItem,
    wanted: ItemText,
    by: Actor,
    now: datetime,
    version: int | None = None,
) -> None:
    """Change an item on this agenda; of the topic itself only who may see it changes along.

    Raises Changed when someone else saved after `version` was seen, and Invalid for a lead who is
    not invited.
    """
    change = Change(session, item.meeting, by, now)
    item.expect(version)
    edited = fill(session, item, wanted, by, now)
    if audit.changes(edited.before, edited.after):
        item.drafted = False
        session.flush()
        change.done("item_edited", item.title, edited.before, edited.after | {"item": item.title})


def undo(
    session: Session, meeting: Meeting, by: Actor, now: datetime, step_id: int | None = None
) -> AgendaStep:
    """Take back the last step; with `step_id` only when that is still the last one.

    Raises Conflict when there is nothing to take back, an outcome would be lost, or a topic that
    should come back is no longer free. On a final agenda only the order at the table is taken back.
    """
    at_table = steps.last_step(session, meeting)
    on_final = at_table is not None and at_table.verb == steps.AT_TABLE
    change = Change(session, meeting, by, now, on_final=on_final)
    step = steps.last_step(session, meeting)
    if step is None:
        raise Conflict("nothing_to_undo")
    if step_id is not None and step.id != step_id:
        raise Conflict("agenda_changed_meanwhile")
    steps.restore(session, meeting, step.items, now)
    session.delete(step)
    session.flush()
    change.guests_follow()
    names = (
        {row["id"]: row["title"] for row in change.before},
        {row["id"]: row["title"] for row in step.items},
    )
    came = [title for key, title in names[1].items() if key not in names[0]]
    went = [title for key, title in names[0].items() if key not in names[1]]
    after = {"item": step.about, "items_added": "; ".join(came), "items_removed": "; ".join(went)}
    change.record("agenda_undone", after=after)
    change.tell_topics()
    return step


def record_outcome(
    session: Session, item: AgendaItem, outcome: ItemOutcome, text: str, by: Actor, now: datetime
) -> None:
    """Write down what came out of an item, and with it what became of the topic's turn.

    Possible once the meeting has begun, and again to mend it until the meeting is closed.
    """
    meeting = item.meeting
    by.must("record", meeting.body)
    hold_open(session, meeting, now)
    if meeting.starts_at is None or meeting.starts_at > now:
        raise Conflict("meeting_has_not_begun")
    if item.withdrawn_at is not None:
        raise Conflict("item_was_withdrawn", title=item.title)
    old = {"outcome": item.outcome, "outcome_text": item.outcome_text}
    item.outcome, item.outcome_text = outcome, text
    if item.turn is not None:
        conclude_turn(session, item.turn, TURNS[outcome], now)
    new = {"outcome": outcome, "outcome_text": text}
    if audit.changes(old, new):
        session.flush()
        after = new | {"item": item.title}
        audit.record(session, by, now, "outcome_recorded", ("meeting", meeting.id), old, after)
        if item.topic_id is not None:
            told = new | named(meeting)
            audit.record(session, by, now, "outcome_recorded", ("topic", item.topic_id), old, told)


def _item_of(session: Session, meeting: Meeting, topic: Topic, now: datetime, drafted: bool) -> AgendaItem:
    item = AgendaItem(kind=ItemKind.TOPIC, position=len(meeting.items), topic=topic, drafted=drafted)
    earlier = deferred_item(session, topic)
    item.deferred_from_id = earlier.id if earlier else None
    item.turn = plan_turn(session, topic, now)
    _take_over(item, topic)
    return item


def _take_over(item: AgendaItem, topic: Topic) -> None:
    item.title, item.minutes = topic.title, topic.minutes
    item.purpose, item.treatment = topic.purpose, topic.treatment
    item.lead_id, item.requested_decision = topic.lead_id, topic.requested_decision
    follow_topic(item, topic)


def _insert(session: Session, meeting: Meeting, item: AgendaItem) -> None:
    head, inner, tail = split(meeting.items)
    meeting.items.append(item)
    session.flush()
    steps.put_in_order(meeting, [*head, *inner, item, *tail])


def _titles(items: Sequence[AgendaItem] | Sequence[Topic]) -> str:
    return "; ".join(item.title for item in items)
