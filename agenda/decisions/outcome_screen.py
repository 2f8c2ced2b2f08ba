"""The screen on which outcomes are recorded: all its forms, as new or as they were refused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import redirect, render_template, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload
from werkzeug.wrappers import Response

from agenda.core.database import get
from agenda.core.problems import Changed, NotFound
from agenda.decisions import panels, queries
from agenda.decisions.forms import DecisionForm, OutcomeForm, ReservationForm
from agenda.decisions.model import Decision
from agenda.meetings.model import AgendaItem, ItemKind, Meeting, MeetingState
from agenda.meetings.rules import state_of
from agenda.meetings.standard_text_queries import texts_for
from agenda.meetings.words import OUTCOMES
from agenda.people.model import Body, Seat
from agenda.topics.model import Topic, TurnResult
from agenda.topics.rules import UNPLANNED
from agenda.topics.rules import state_of as topic_state
from agenda.web import here


@dataclass
class Shown:
    """The forms of the screen as they are shown: new ones, but for what was sent and refused.

    `decisions` and `reservations` are by item; a decision that belongs to no item stands under None.
    """

    outcomes: dict[int, OutcomeForm] = field(default_factory=dict)
    decisions: dict[int | None, DecisionForm] = field(default_factory=dict)
    reservations: dict[int, ReservationForm] = field(default_factory=dict)
    rewrites: dict[int, DecisionForm] = field(default_factory=dict)
    # By the id of a form's text: what someone else saved meanwhile.
    theirs: dict[str, list[tuple[str, Any, Any]]] = field(default_factory=dict)


def recordable(session: Session, meeting_id: int) -> Meeting:
    """Give a meeting of which this person records what came out, with all that the screen shows."""
    meeting = session.scalars(
        select(Meeting)
        .where(Meeting.id == meeting_id)
        .options(
            joinedload(Meeting.body).selectinload(Body.seats).joinedload(Seat.organisation),
            selectinload(Meeting.items).joinedload(AgendaItem.topic).selectinload(Topic.turns),
        )
    ).one_or_none()
    if meeting is None:
        raise NotFound("not_found")
    here.actor().must("record", meeting.body)
    return meeting


def item_of(session: Session, meeting: Meeting, item_id: int) -> AgendaItem:
    """Give an item of this meeting; NotFound for one of another."""
    item = get(session, AgendaItem, item_id)
    if item.meeting_id != meeting.id:
        raise NotFound("not_found")
    return item


def back(meeting_id: int, item_id: int | None) -> Response:
    """Go back to the screen, to the item where there is one."""
    anchor = f"item-{item_id}" if item_id else "decisions"
    return redirect(url_for("decisions.outcomes", meeting_id=meeting_id, _anchor=anchor), 303)


def can_go_in_writing(item: AgendaItem) -> bool:
    """Tell whether this person can open a written round on the topic of an item now."""
    topic = item.topic
    return (
        topic is not None and topic_state(topic) in UNPLANNED and here.actor().may("run_rounds", topic.body)
    )


def refused(meeting_id: int, shown: Shown, status: int) -> tuple[str, int]:
    """Show the screen again with what was sent."""
    with here.read() as session:
        return screen(session, recordable(session, meeting_id), shown), status


def overtaken(
    meeting_id: int,
    shown: Shown,
    form: OutcomeForm | DecisionForm,
    theirs: list[tuple[str, Any, Any]],
    version: int,
) -> tuple[str, int]:
    """Show the form again with both versions; the next try is made with theirs before one's eyes."""
    shown.theirs[form.text.id] = [row for row in theirs if row[1] != row[2]]
    form.version.data = str(version)
    return refused(meeting_id, shown, Changed.status)


def screen(session: Session, meeting: Meeting, shown: Shown) -> str:
    """Render the screen."""
    items = [item for item in meeting.items if item.kind is ItemKind.TOPIC]
    decisions = queries.decisions_of(session, meeting)
    corrected = queries.rectifications_of(session, meeting)
    begun = meeting.starts_at is not None and meeting.starts_at <= here.now()
    return render_template(
        "decisions/outcomes.html",
        meeting=meeting,
        items=items,
        numbers={item.id: item.number or str(at) for at, item in enumerate(meeting.items, start=1)},
        under=_by_item(decisions, {item.id for item in items}),
        outcome_forms={item.id: _outcome_form(item) for item in items} | shown.outcomes,
        decision_forms=_decision_forms(items) | shown.decisions,
        reservation_forms=_reservation_forms(meeting, items) | shown.reservations,
        rewrites={one.id: _rewrite_form(one) for one in decisions} | shown.rewrites,
        refused=shown,
        theirs=shown.theirs,
        reservations=queries.reservations_of(session, meeting),
        rectifications=corrected,
        begun=begun,
        open=begun and meeting.closed_at is None and meeting.cancelled_at is None,
        over=state_of(meeting, here.now()) is MeetingState.HELD,
        in_writing={item.id for item in items if can_go_in_writing(item)},
        deferred={item.id: _times_deferred(item) for item in items},
        missing=sum(1 for item in items if item.outcome is None),
        labels=OUTCOMES,
        texts=texts_for(meeting, here.actor()),
        **panels.frame(),
    )


def _by_item(decisions: Sequence[Decision], items: set[int]) -> dict[int | None, list[Decision]]:
    """Group decisions by their item; those of an item that is not shown stand with those of none."""
    found: dict[int | None, list[Decision]] = {}
    for one in decisions:
        found.setdefault(one.agenda_item_id if one.agenda_item_id in items else None, []).append(one)
    return found


def _times_deferred(item: AgendaItem) -> int:
    turns = item.topic.turns if item.topic is not None else []
    return sum(turn.result is TurnResult.DEFERRED for turn in turns)


def _decision_forms(items: Sequence[AgendaItem]) -> dict[int | None, DecisionForm]:
    loose: dict[int | None, DecisionForm] = {None: DecisionForm(formdata=None)}
    return loose | {item.id: DecisionForm(formdata=None, prefix=f"under{item.id}") for item in items}


def _reservation_forms(meeting: Meeting, items: Sequence[AgendaItem]) -> dict[int, ReservationForm]:
    forms = {item.id: ReservationForm(formdata=None, prefix=f"held{item.id}") for item in items}
    for form in forms.values():
        form.fill(seat.organisation for seat in meeting.body.seats)
    return forms


def _rewrite_form(decision: Decision) -> DecisionForm:
    return DecisionForm(
        formdata=None,
        prefix=f"decision{decision.id}",
        text=decision.text,
        kind=decision.kind.value,
        version=decision.version,
    )


def _outcome_form(item: AgendaItem) -> OutcomeForm:
    return OutcomeForm(
        formdata=None,
        prefix=f"item{item.id}",
        outcome=item.outcome.value if item.outcome else None,
        text=item.outcome_text,
        version=item.version,
    )
