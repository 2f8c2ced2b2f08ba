"""Opening a written round: what is put to whom, until when; nothing leaves before a last look."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from agenda.core.clock import local_day
from agenda.core.problems import Conflict, Problem
from agenda.people.queries import attendees_on, colleges_on
from agenda.topics import queries, rules
from agenda.topics import round_actions as actions
from agenda.topics import round_words as words
from agenda.topics.blueprint import pages
from agenda.topics.model import Topic
from agenda.topics.round_forms import NewRoundForm
from agenda.topics.round_queries import silence_of
from agenda.topics.round_rules import usual_last_day
from agenda.web import here
from agenda.web.shell import sentence

Answer = str | Response | tuple[str, int]


@pages.get("/topics/<int:topic_id>/round/new")
def new_round(topic_id: int) -> Answer:
    """Show a round to be opened, filled with what stands about the topic."""
    with here.read() as session:
        topic = _to_ask(session, topic_id)
        if rules.state_of(topic) not in rules.UNPLANNED:
            flash(sentence("topic_not_free", {"title": topic.title}), "error")
            return redirect(url_for("topics.show", topic_id=topic_id), 303)
        today = local_day(here.now(), topic.body.time_zone)
        form = NewRoundForm(
            formdata=None,
            version=topic.version,
            proposal=topic.requested_decision or topic.summary,
            last_day=usual_last_day(today),
        )
        return _form_page(session, topic, form)


@pages.post("/topics/<int:topic_id>/round/new")
def open_round(topic_id: int) -> Answer:
    """Show what would leave, or open the round, by the button that was pressed."""
    form, pressed = NewRoundForm(), request.form.get("do", "check")
    with here.read() as session:
        topic = _to_ask(session, topic_id)
        day = form.last_day.data
        if not form.validate() or day is None:
            return _form_page(session, topic, form), 422
        if pressed == "back":
            return _form_page(session, topic, form)
    try:
        with here.work() as session:
            _to_ask(session, topic_id)
            found = actions.open_round(
                session,
                here.runtime().config,
                topic_id,
                day,
                here.actor(),
                here.now(),
                proposal=form.proposal.data or "",
                note=form.note.data or "",
                version=form.seen_version(),
            )
            address = url_for("topics.written_round", round_id=found.id)
            number = len(found.voters)
            if pressed != "open":
                # Only looked at: what would be refused is said before anyone says yes.
                session.rollback()
    except Conflict:
        raise
    except Problem as problem:
        if problem.status != 422:
            raise
        return _not_opened(topic_id, form, problem)
    if pressed != "open":
        return _confirm_page(topic_id, form, number)
    flash(_("The round is open. %(letters)s", letters=words.letters(number)), "success")
    return redirect(address, 303)


def _to_ask(session: Session, topic_id: int) -> Topic:
    topic = queries.topic_for(session, topic_id, here.actor())
    here.actor().must("run_rounds", topic.body)
    return topic


def _form_page(session: Session, topic: Topic, form: NewRoundForm) -> str:
    today = local_day(here.now(), topic.body.time_zone)
    people = [one for one in attendees_on(session, topic.body_id, today) if one.voting]
    return render_template(
        "topics/round_new.html",
        topic=topic,
        form=form,
        voters=len(people),
        colleges=[one for one in colleges_on(session, topic.body_id, today) if one.voting_members],
        silence=silence_of(session, topic.body_id),
        words=words,
    )


def _confirm_page(topic_id: int, form: NewRoundForm, number: int) -> str:
    with here.read() as session:
        topic = _to_ask(session, topic_id)
        return render_template(
            "topics/round_confirm.html",
            topic=topic,
            form=form,
            voters=number,
            silence=silence_of(session, topic.body_id),
            words=words,
        )


def _not_opened(topic_id: int, form: NewRoundForm, problem: Problem) -> tuple[str, int]:
    facts = {name: value for name, value in problem.facts.items() if name != "field"}
    said, field = sentence(problem.code, facts), problem.facts.get("field")
    if field is not None and field in form:
        form[field].errors = [*form[field].errors, said]
    else:
        form.form_errors.append(said)
    with here.read() as session:
        return _form_page(session, _to_ask(session, topic_id), form), problem.status
