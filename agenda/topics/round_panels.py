"""What written rounds show on other pages: a topic's, a body's and the start page."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from flask import Flask, render_template, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from agenda.core import words as spoken
from agenda.core.actor import Actor
from agenda.core.clock import local_day
from agenda.people.model import Body
from agenda.topics import round_queries as queries
from agenda.topics import round_words as words
from agenda.topics import rules
from agenda.topics.model import Topic
from agenda.topics.round_letters import round_path
from agenda.topics.round_model import Ending, RoundVoter, WrittenRound
from agenda.topics.round_rules import Stand
from agenda.web import here
from agenda.web.language import language
from agenda.web.panels import Task, offer_panel, offer_tasks

# What was settled stands on the start page of the secretariat this long.
NEWS = timedelta(days=7)


def offer(app: Flask) -> None:
    """Offer the tasks and the panels."""
    offer_tasks(app, _tasks)
    offer_panel(app, "topic", _topic_panel, order=5)
    offer_panel(app, "body", _body_panel, order=30)


def _topic_panel(session: Session, topic: Topic) -> str | None:
    by = here.actor()
    found = queries.latest_round(session, topic.id)
    may_open = by.may("run_rounds", topic.body) and rules.state_of(topic) in rules.UNPLANNED
    if found is None and not may_open:
        return None
    progress = queries.progress_of(found) if found else None
    own = next((one for one in found.asked if one.person_id == by.person_id), None) if found else None
    is_open = found is not None and progress is not None and _takes_answers(found, progress)
    return render_template(
        "topics/panel_round.html",
        topic=topic,
        round=found,
        progress=progress,
        consenting=_consenting(progress) if progress else "",
        own=_own_page(own) if own and is_open else None,
        own_said=own.said if own else None,
        may_open=may_open,
        sees_answers=by.may("see_answers", topic.body),
        words=words,
    )


def _takes_answers(found: WrittenRound, progress: queries.Progress) -> bool:
    return found.ended_at is None and here.now() < progress.closes_at


def _consenting(progress: queries.Progress) -> str:
    done = sum(stand.stand is Stand.CONSENTS for _college, stand in progress.colleges)
    return words.consenting(done, len(progress.colleges))


def _body_panel(_session: Session, body: Body) -> str:
    return render_template("topics/panel_body.html", body=body)


def _tasks(session: Session, by: Actor, now: datetime) -> Iterator[Task]:
    for voter in queries.asked_of(session, by.person_id, now):
        found = voter.round
        until = spoken.date_only(found.last_day, ZoneInfo(found.topic.body.time_zone), language())
        yield Task(
            text=_("Written round: %(title)s", title=found.title),
            url=_own_page(voter),
            tone="warn",
            due=found.last_day,
            detail=_("Consent or discuss? Answer by %(until)s.", until=until),
        )
    yield from _ended(session, by, now)


def _ended(session: Session, by: Actor, now: datetime) -> Iterator[Task]:
    """Tell the secretariat what ended: news for a week, and what must be planned until it is."""
    bodies = by.bodies("run_rounds")
    if bodies == frozenset():
        return
    later = select(WrittenRound.topic_id, WrittenRound.id).subquery()
    newest = (
        ~select(later.c.id)
        .where(later.c.topic_id == WrittenRound.topic_id, later.c.id > WrittenRound.id)
        .exists()
    )
    query = (
        select(WrittenRound)
        .join(Topic, WrittenRound.topic_id == Topic.id)
        .where(WrittenRound.ended_at.is_not(None), WrittenRound.ending != Ending.WITHDRAWN, newest)
        .options(
            joinedload(WrittenRound.topic).joinedload(Topic.body),
            joinedload(WrittenRound.topic).selectinload(Topic.turns),
        )
        .order_by(WrittenRound.ended_at, WrittenRound.id)
    )
    if bodies is not None:
        query = query.where(Topic.body_id.in_(bodies))
    for found in session.scalars(query).unique():
        task = _of_ended(found, now)
        if task is not None:
            yield task


def _of_ended(found: WrittenRound, now: datetime) -> Task | None:
    topic, ended_at = found.topic, found.ended_at
    if ended_at is None:
        return None
    address = url_for("topics.written_round", round_id=found.id)
    if found.ending is Ending.SETTLED:
        if topic.settled_in_writing_at != ended_at or now >= ended_at + NEWS:
            return None
        return Task(
            _("Settled in writing: %(title)s", title=found.title),
            address,
            "ok",
            local_day(ended_at, topic.body.time_zone),
            _("It stands on the list of written decisions."),
            happens=True,
        )
    if rules.state_of(topic) not in rules.UNPLANNED or any(t.planned_at >= ended_at for t in topic.turns):
        return None
    return Task(
        _("To be discussed: %(title)s", title=found.title),
        address,
        "warn",
        topic.deadline,
        _("The written round did not settle it. Put it on an agenda."),
    )


def _own_page(voter: RoundVoter) -> str:
    """Give the page on which this voter answers; only ever shown to themselves."""
    return round_path(here.runtime().config, voter.id, voter.serial)
