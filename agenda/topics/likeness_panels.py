"""What is alike, linked or merged, on a topic's page and on the start page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from flask import Flask, render_template, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from agenda.core import audit
from agenda.core.actor import Actor
from agenda.core.clock import local_day
from agenda.people.model import Person
from agenda.topics import likeness_actions as actions
from agenda.topics import likeness_queries as queries
from agenda.topics import likeness_words as words
from agenda.topics import rules
from agenda.topics import words as topic_words
from agenda.topics.likeness_model import TopicPair, Verdict
from agenda.topics.likeness_queries import Alike
from agenda.topics.model import Topic
from agenda.web import here
from agenda.web.history import Line
from agenda.web.language import language
from agenda.web.panels import Task, offer_panel, offer_tasks

# So many twins stand on a topic's page; the rest on the list.
MOST_SHOWN = 5


def offer(app: Flask) -> None:
    """Offer the panel and the tasks."""
    offer_panel(app, "topic", _topic_panel, order=20)
    offer_tasks(app, _tasks)


def reasons(session: Session, found: Sequence[Alike]) -> dict[tuple[int, int], str]:
    """Say for each pair why it is called alike."""
    wanted = {person for one in found for person in one.pair.likeness.people}
    query = select(Person.id, Person.name).where(Person.id.in_(wanted))
    people = {row.id: row.name for row in session.execute(query)} if wanted else {}
    return {(one.low.id, one.high.id): words.reason(one.pair.likeness, people, language()) for one in found}


def _topic_panel(session: Session, topic: Topic) -> str | None:
    by = here.actor()
    today = local_day(here.now(), here.runtime().config.time_zone)
    found = queries.twins_of(session, topic, by, today)
    decided = queries.decided_of(session, topic, by)
    if not found and not decided:
        return None
    shown = [one for one in found if one.across][:MOST_SHOWN]
    within = [one for one in found if not one.across][:MOST_SHOWN]
    return render_template(
        "topics/panel_alike.html",
        topic=topic,
        across=shown,
        within=within,
        more=len(found) - len(shown) - len(within),
        reasons=reasons(session, [*shown, *within]),
        decided=[_told(session, topic, pair) for pair in decided],
        may_judge=lambda pair: actions.may_judge(pair.low, pair.high, by),
        state_of=rules.state_of,
        Verdict=Verdict,
        words=words,
        topic_words=topic_words,
    )


def _told(session: Session, topic: Topic, pair: TopicPair) -> tuple[TopicPair, Topic, list[Line]]:
    """Give a pair, the other topic of it, and what happened to that one."""
    other = pair.high if pair.low_id == topic.id else pair.low
    zone = here.runtime().config.time_zone
    entries = audit.history(session, "topic", other.id)
    return pair, other, topic_words.history(entries, zone, language())


def _tasks(session: Session, by: Actor, now: datetime) -> Iterator[Task]:
    for pair in queries.news_for(session, by, now):
        if pair.decided_at is None:
            continue
        merged = pair.verdict is Verdict.MERGED
        facts = words.both(pair)
        yield Task(
            _("Merged: %(one)s and %(other)s", **facts)
            if merged
            else _("Linked: %(one)s and %(other)s", **facts),
            url_for("topics.alike_pair", one_id=pair.low_id, other_id=pair.high_id),
            "info",
            local_day(pair.decided_at, here.runtime().config.time_zone),
            _("By %(who)s. Nothing needs to be done.", who=pair.decided_by),
            happens=True,
        )
