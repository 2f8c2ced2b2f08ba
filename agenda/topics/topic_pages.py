"""Pages about one topic: all that stands about it, and what changes it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from agenda.core import audit
from agenda.core.actor import Actor
from agenda.core.audit import AuditEntry, without
from agenda.core.clock import local_day
from agenda.core.database import get
from agenda.core.problems import Changed, Forbidden, Invalid, Problem
from agenda.people.model import Body
from agenda.people.queries import bodies_for, members_on
from agenda.topics import actions, checks, facts, likeness_queries, queries, rules, words
from agenda.topics.blueprint import pages
from agenda.topics.differences import Difference, differences
from agenda.topics.forms import LeadForm, TopicForm, WithdrawForm
from agenda.topics.listing import leads_without_seat
from agenda.topics.model import Topic, TopicState
from agenda.topics.sight import sees
from agenda.web import here
from agenda.web.forms import Form, key, options
from agenda.web.language import language
from agenda.web.panels import panels
from agenda.web.shell import sentence

Answer = str | Response | tuple[str, int]
# Of an outcome and of other topics: those may be closed where this topic is open.
UNTOLD = frozenset({"outcome_text", "predecessor"})


@pages.get("/topics/<int:topic_id>")
def show(topic_id: int) -> str:
    """Show one topic with everything that stands about it."""
    with here.read() as session:
        topic = queries.topic_for(session, topic_id, here.actor())
        return _topic_page(session, topic)


@pages.route("/topics/new", methods=["GET", "POST"])
def create() -> Answer:
    """Submit a topic with everything about it."""
    by = here.actor()
    with here.read() as session:
        bodies = bodies_for(session, by.bodies("submit_topic"))
        if not bodies:
            raise Forbidden("forbidden")
        asked = request.args.get("body", type=key)
        if asked is None and len(bodies) > 1:
            return render_template("topics/choose_body.html", bodies=bodies)
        body = get(session, Body, asked) if asked is not None else bodies[0]
        by.must("submit_topic", body)
        body_id, form = body.id, TopicForm.about(None, _beginning(session, body))
        _fill(session, form, body, None)
        if request.method != "POST":
            return _form_page(form, body, None)
        if not form.validate():
            return _form_page(form, body, None), Invalid.status
    try:
        with here.work() as session:
            body = get(session, Body, body_id)
            given = form.particulars(_beginning(session, body))
            made = actions.create_topic(session, body, given, by, here.now())
            address = url_for("topics.show", topic_id=made.id)
    except Invalid as problem:
        _blame(form, problem)
        with here.read() as session:
            return _form_page(form, get(session, Body, body_id), None), Invalid.status
    flash(_("The topic is on the backlog."), "success")
    return redirect(address, 303)


@pages.route("/topics/<int:topic_id>/edit", methods=["GET", "POST"])
def edit(topic_id: int) -> Answer:
    """Change a topic; when someone else was first, show both versions."""
    with here.read() as session:
        topic = _editable(session, topic_id)
        form = TopicForm.about(topic, facts.particulars(topic))
        _fill(session, form, topic.body, topic)
        if request.method != "POST":
            return _form_page(form, topic.body, topic)
        if not form.validate():
            return _form_page(form, topic.body, topic), Invalid.status
    try:
        with here.work() as session:
            topic = queries.topic_for(session, topic_id, here.actor())
            given = form.particulars(facts.particulars(topic))
            actions.edit_topic(session, topic, given, form.seen_version(), here.actor(), here.now())
    except Changed:
        return _beside_theirs(topic_id, form), Changed.status
    except Invalid as problem:
        _blame(form, problem)
        with here.read() as session:
            topic = _editable(session, topic_id)
            return _form_page(form, topic.body, topic), Invalid.status
    flash(_("The changes have been saved."), "success")
    return redirect(url_for("topics.show", topic_id=topic_id), 303)


@pages.post("/topics/<int:topic_id>/lead")
def assign_lead(topic_id: int) -> Response:
    """Name who leads a topic."""
    form = LeadForm()
    with here.work() as session:
        topic = queries.topic_for(session, topic_id, here.actor())
        lead_id = request.form.get("lead", type=key)
        actions.assign_lead(session, topic, lead_id, form.seen_version(), here.actor(), here.now())
        name = topic.lead.name if topic.lead else _("Still to be named")
    flash(_("Administrative lead: %(name)s", name=name), "success")
    return redirect(url_for("topics.show", topic_id=topic_id), 303)


@pages.route("/topics/<int:topic_id>/withdraw", methods=["GET", "POST"])
def withdraw(topic_id: int) -> Answer:
    """Take a topic back, with the reason."""
    with here.read() as session:
        topic = _editable(session, topic_id)
        form = WithdrawForm(version=topic.version)
        if request.method != "POST" or not form.validate():
            page = render_template("topics/withdraw.html", topic=topic, form=form)
            return page if request.method != "POST" else (page, Invalid.status)
    with here.work() as session:
        row = queries.topic_for(session, topic_id, here.actor())
        why = str(form.why.data)
        actions.withdraw(session, row, why, form.seen_version(), here.actor(), here.now())
    flash(_("The topic has been withdrawn. It can be opened again on this page."), "success")
    return redirect(url_for("topics.show", topic_id=topic_id), 303)


@pages.post("/topics/<int:topic_id>/reopen")
def reopen(topic_id: int) -> Response:
    """Undo a withdrawal."""
    form = Form()
    with here.work() as session:
        topic = queries.topic_for(session, topic_id, here.actor())
        actions.reopen(session, topic, form.seen_version(), here.actor(), here.now())
    flash(_("The topic is open again."), "success")
    return redirect(url_for("topics.show", topic_id=topic_id), 303)


def _topic_page(session: Session, topic: Topic) -> str:
    by, today, state = here.actor(), _today(topic.body), rules.state_of(topic)
    zone = here.runtime().config.time_zone
    assign = None
    if by.may("edit_topics", topic.body) and state in rules.RUNNING:
        members = members_on(session, topic.body_id, today)
        assign = LeadForm(formdata=None, lead=topic.lead_id, version=topic.version)
        names = queries.lead_choices(members, topic.lead)
        assign.lead.choices = options([("", _("Still to be named")), *names])
    return render_template(
        "topics/show.html",
        topic=topic,
        state=state,
        running=state in rules.RUNNING,
        planned=state is TopicState.PLANNED,
        ended=topic.id in leads_without_seat(session, [topic], today),
        urgency=rules.urgency(topic.deadline, state, today),
        needed=", ".join(need.person.name if need.person else need.portfolio for need in topic.needs),
        goes_on=likeness_queries.merged_into(session, topic, by),
        successors=queries.successors(session, topic, by),
        may_edit=checks.may_edit(topic, by),
        comes_after=topic.predecessor if topic.predecessor and sees(topic.predecessor, by) else None,
        assign=assign,
        state_of=rules.state_of,
        today=today,
        words=words,
        history=words.history(
            _told_to(by, topic, audit.history(session, "topic", topic.id)), zone, language()
        ),
        panels=panels("topic", session, topic),
    )


def _told_to(by: Actor, topic: Topic, entries: Sequence[AuditEntry]) -> list[AuditEntry]:
    """Give the history without what was said at a table that this person may not know of."""
    if by.may("see_confidential", topic.body):
        return list(entries)
    return [without(entry, UNTOLD) for entry in entries]


def _editable(session: Session, topic_id: int) -> Topic:
    topic = queries.topic_for(session, topic_id, here.actor())
    if not checks.may_edit(topic, here.actor()):
        raise Forbidden("forbidden")
    return topic


def _beginning(session: Session, body: Body) -> rules.Particulars:
    """Give what a new topic starts with: one's own organisation, and a member as its lead."""
    by = here.actor()
    own = sorted(checks.seats_of(session, body.id, by, _today(body)))
    return rules.Particulars(
        title="",
        organisation_id=own[0] if own else None,
        lead_id=None if by.may("edit_topics", body) else by.person_id,
    )


def _fill(session: Session, form: TopicForm, body: Body, topic: Topic | None) -> None:
    by, today = here.actor(), _today(body)
    settled = by.may("edit_topics", body)
    limit = None
    if not settled:
        limit = checks.seats_of(session, body.id, by, today)
        limit |= {topic.organisation_id} if topic and topic.organisation_id else set()
    form.fill(queries.offer_for(session, body.id, topic, limit, today), settled)


def _beside_theirs(topic_id: int, form: TopicForm) -> str:
    with here.read() as session:
        topic = _editable(session, topic_id)
        theirs = TopicForm(formdata=None, **facts.particulars(topic).__dict__)
        _fill(session, theirs, topic.body, topic)
        last = next(iter(audit.history(session, "topic", topic.id, 1)), None)
        # Saving once more is then a choice made with both versions in sight.
        form.version.data = str(topic.version)
        return _form_page(form, topic.body, topic, differences(form, theirs), last)


def _form_page(
    form: TopicForm, body: Body, topic: Topic | None, rows: Sequence[Difference] = (), last: Any = None
) -> str:
    return render_template(
        "topics/form.html", form=form, body=body, topic=topic, rows=rows, last=last, words=words
    )


def _blame(form: TopicForm, problem: Problem) -> None:
    """Put a refusal beside the field it is about; raise it where the form has no such field."""
    name = problem.facts.get("field")
    if name is None or name not in form:
        raise problem
    facts_told = {key: value for key, value in problem.facts.items() if key != "field"}
    form[name].errors = [*form[name].errors, sentence(problem.code, facts_told)]


def _today(body: Body) -> date:
    return local_day(here.now(), body.time_zone)
