"""What the backlog shows on other rooms' pages: tasks on the start page, and what a person leads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta

from flask import Flask, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from agenda.core.actor import Actor
from agenda.core.clock import local_day
from agenda.people.model import Person
from agenda.topics import queries, rules, words
from agenda.topics.listing import leads_without_seat
from agenda.topics.model import Topic, TopicState
from agenda.web import here
from agenda.web.panels import Task, offer_panel, offer_tasks

# More than this of one sort becomes one line with a list behind it.
APART = 3


def offer(app: Flask) -> None:
    """Offer the tasks and the panel."""
    offer_tasks(app, _tasks)
    offer_panel(app, "person", _led_panel, order=40)


def _tasks(session: Session, by: Actor, now: datetime) -> Iterable[Task]:
    today = local_day(now, here.runtime().config.time_zone)
    told: set[int] = set()
    if by.bodies("edit_topics") != frozenset():
        yield from _of_secretariat(session, by, today, told)
    if by.person_id is not None:
        yield from _of_lead(session, by, by.person_id, today, told)


def _of_secretariat(session: Session, by: Actor, today: date, told: set[int]) -> Iterator[Task]:
    unled = _untold(queries.intensified_without_lead(session, by), told)
    if len(unled) > APART:
        text = ngettext("%(num)d topic has no lead", "%(num)d topics have no lead", len(unled))
        yield Task(
            text, url_for("topics.index", lead="open", intensified="1"), "warn", _first_deadline(unled)
        )
    else:
        yield from (
            _task(
                topic,
                _("Name a lead: %(title)s", title=topic.title),
                "warn",
                _("Extra consultation was agreed."),
            )
            for topic in unled
        )
    ended = _untold(queries.leads_to_reassign(session, by, today), told)
    if len(ended) > APART:
        text = ngettext("%(num)d lead has left", "%(num)d leads have left", len(ended))
        yield Task(text, url_for("topics.index", lead="ended"), "warn", _first_deadline(ended))
    else:
        yield from (
            _task(
                topic,
                _("Name another lead: %(title)s", title=topic.title),
                "warn",
                _("The lead has left this body."),
            )
            for topic in ended
        )
    late = _untold(queries.pressing(session, by, today), told)
    if len(late) > APART:
        text = ngettext(
            "%(num)d topic presses and is not planned", "%(num)d topics press and are not planned", len(late)
        )
        until = (today + rules.NEAR + timedelta(days=1)).isoformat()
        tone = "neg" if any(topic.deadline and topic.deadline < today for topic in late) else "warn"
        yield Task(
            text, url_for("topics.index", state="unplanned", before=until), tone, _first_deadline(late)
        )
    else:
        yield from (
            _pressing(topic, _("Not planned yet: %(title)s", title=topic.title), today) for topic in late
        )


def _of_lead(session: Session, by: Actor, person_id: int, today: date, told: set[int]) -> Iterator[Task]:
    for topic in _untold(queries.led_by(session, person_id, by), told):
        if rules.state_of(topic) is TopicState.PLANNED:
            yield _task(
                topic,
                _("You lead: %(title)s", title=topic.title),
                "info",
                _("It is on the agenda of a meeting."),
            )
        elif rules.urgency(topic.deadline, rules.state_of(topic), today):
            yield _pressing(topic, _("You lead: %(title)s", title=topic.title), today)


def _untold(topics: Sequence[Topic], told: set[int]) -> list[Topic]:
    """Leave out what stands on the start page already: one topic, one line."""
    fresh = [topic for topic in topics if topic.id not in told]
    told |= {topic.id for topic in fresh}
    return fresh


def _first_deadline(topics: Sequence[Topic]) -> date | None:
    return min((topic.deadline for topic in topics if topic.deadline), default=None)


def _pressing(topic: Topic, text: str, today: date) -> Task:
    late = topic.deadline is not None and topic.deadline < today
    why = _("The deadline has passed.") if late else _("The deadline is near.")
    return _task(topic, text, "neg" if late else "warn", why)


def _task(topic: Topic, text: str, tone: str, detail: str) -> Task:
    return Task(text, url_for("topics.show", topic_id=topic.id), tone, topic.deadline, detail)


def _led_panel(session: Session, person: Person) -> str | None:
    topics = queries.led_by(session, person.id, here.actor())
    if not topics:
        return None
    today = local_day(here.now(), here.runtime().config.time_zone)
    return render_template(
        "topics/panel_person.html",
        topics=topics,
        ended=leads_without_seat(session, topics, today),
        state_of=rules.state_of,
        words=words,
    )
