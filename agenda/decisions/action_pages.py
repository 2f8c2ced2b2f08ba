"""Action items: the list of a body, one's own, and writing down a new one."""

from __future__ import annotations

from collections.abc import Callable

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from agenda.core.actor import Actor
from agenda.core.clock import local_day
from agenda.core.database import get
from agenda.core.problems import Invalid
from agenda.decisions import action_actions as actions
from agenda.decisions import action_queries as queries
from agenda.decisions import action_words as words
from agenda.decisions.action_forms import ActionForm
from agenda.decisions.action_queries import Asked
from agenda.decisions.action_rules import state_of
from agenda.decisions.blueprint import pages
from agenda.decisions.lists import Answer, body_recorded, body_seen, item_recorded, meeting_cells, today_of
from agenda.decisions.model import ActionItem
from agenda.meetings.model import AgendaItem
from agenda.meetings.sight import item_title
from agenda.people.model import Body, Person
from agenda.topics import sight
from agenda.topics.model import Topic
from agenda.web import here
from agenda.web.csv_file import csv_answer
from agenda.web.forms import key


@pages.get("/bodies/<int:body_id>/actions")
def body_actions(body_id: int) -> str:
    """List a body's actions, and offer to write one down."""
    with here.read() as session:
        return _list_page(session, body_seen(session, body_id), None)


@pages.get("/bodies/<int:body_id>/actions.csv")
def actions_csv(body_id: int) -> Response:
    """Give the actions that are asked for as a file for a spreadsheet."""
    with here.read() as session:
        body = body_seen(session, body_id)
        found = queries.actions_of(session, body, here.actor(), asked_here(), today_of(body), None).actions
        rows = [
            (
                one.text,
                one.owner.name if one.owner else "",
                one.due_on,
                str(words.STATES[state_of(one, today_of(body))]),
                *meeting_cells(one.meeting),
                _about(one, here.actor()),
                local_day(one.done_at, body.time_zone) if one.done_at else None,
                one.remark,
            )
            for one in found
        ]
    heads = (
        _("Action item"),
        _("Owner"),
        _("Due"),
        _("State"),
        _("Meeting"),
        _("Day of the meeting"),
        _("Agenda item or topic"),
        _("Done on"),
        _("Remark"),
    )
    return csv_answer(_("actions-%(body)d.csv", body=body_id), heads, rows)


@pages.get("/actions/mine")
def own_actions() -> str:
    """List one's own actions over all bodies."""
    by, now, zone = here.actor(), here.now(), here.runtime().config.time_zone
    asked = asked_here()
    with here.read() as session:
        return render_template(
            "decisions/own_actions.html",
            actions=queries.own_actions(session, by, asked, now, zone),
            asked=asked,
            **frame(),
        )


@pages.post("/bodies/<int:body_id>/actions")
def add_action(body_id: int) -> Answer:
    """Write down an action that stands by itself."""
    form = ActionForm()
    there = url_for("decisions.body_actions", body_id=body_id)

    def add(session: Session, body: Body) -> None:
        _add(session, body, form, None, None)

    return _answer(form, lambda session: (body_recorded(session, body_id), None, None), add, there)


@pages.post("/topics/<int:topic_id>/actions")
def add_on_topic(topic_id: int) -> Answer:
    """Write down an action on a topic."""
    form = ActionForm(prefix=f"topic{topic_id}")
    there = url_for("topics.show", topic_id=topic_id, _anchor="actions")

    def about(session: Session) -> tuple[Body, AgendaItem | None, Topic | None]:
        topic = get(session, Topic, topic_id)
        here.actor().must("record", topic.body)
        return topic.body, None, topic

    def add(session: Session, body: Body) -> None:
        _add(session, body, form, None, get(session, Topic, topic_id))

    return _answer(form, about, add, there)


@pages.post("/meetings/<int:meeting_id>/items/<int:item_id>/actions")
def add_on_item(meeting_id: int, item_id: int) -> Answer:
    """Write down an action that was agreed when an item was treated."""
    form = ActionForm(prefix=f"action{item_id}")
    there = url_for("decisions.outcomes", meeting_id=meeting_id, _anchor=f"item-{item_id}")

    def about(session: Session) -> tuple[Body, AgendaItem | None, Topic | None]:
        item = item_recorded(session, meeting_id, item_id)
        return item.meeting.body, item, None

    def add(session: Session, body: Body) -> None:
        _add(session, body, form, get(session, AgendaItem, item_id), None)

    return _answer(form, about, add, there)


def _answer(
    form: ActionForm,
    about: Callable[[Session], tuple[Body, AgendaItem | None, Topic | None]],
    add: Callable[[Session, Body], None],
    there: str,
) -> Answer:
    """Write an action down, or show the form again with what was typed; `about` tells what it belongs to."""
    with here.read() as session:
        body, item, topic = about(session)
        form.fill(queries.possible_owners(session, body, today_of(body)))
        if not form.validate_on_submit():
            return _list_page(session, body, form, item, topic), Invalid.status
    with here.work() as session:
        add(session, about(session)[0])
    flash(_("The action is recorded."), "success")
    return redirect(here.own_path(request.form.get("back"), there), 303)


def _add(
    session: Session, body: Body, form: ActionForm, item: AgendaItem | None, topic: Topic | None
) -> None:
    owner = get(session, Person, form.owner.data) if form.owner.data else None
    meeting = item.meeting if item else None
    actions.add_action(
        session,
        body,
        meeting,
        item,
        form.text.data or "",
        owner,
        form.due_on.data,
        here.actor(),
        here.now(),
        topic=topic,
    )


def asked_here() -> Asked:
    """Read which actions are asked for; what makes no sense in an address is left out."""
    state = request.args.get("state", "open")
    return Asked(state if state in words.ASKED else "open", request.args.get("owner", type=key))


def frame() -> dict[str, object]:
    """Give what every list of actions needs to show a row."""
    by = here.actor()

    def may_finish(action: ActionItem) -> bool:
        return action.owner_id == by.person_id or by.may("record", action.body)

    return {
        "state_of": lambda action: state_of(action, today_of(action.body)),
        "title_of": lambda action: _about(action, by),
        "sees_topic": lambda action: sight.sees(action.topic, by),
        "may_finish": may_finish,
        "words": words,
    }


def _about(action: ActionItem, by: Actor) -> str:
    """Give the title of the item or the topic that an action hangs on, as this person reads it."""
    if action.item is not None:
        return item_title(action.item, action.body, by)
    return sight.title_for(action.topic, by) if action.topic is not None else ""


def _list_page(
    session: Session,
    body: Body,
    form: ActionForm | None,
    item: AgendaItem | None = None,
    topic: Topic | None = None,
) -> str:
    by, asked = here.actor(), asked_here()
    may_record = by.may("record", body)
    if form is None and may_record:
        form = ActionForm(formdata=None)
        form.fill(queries.possible_owners(session, body, today_of(body)))
    return render_template(
        "decisions/actions.html",
        body=body,
        form=form,
        item=item,
        topic=topic,
        found=queries.actions_of(
            session, body, by, asked, today_of(body), request.args.get("page", 1, type=int)
        ),
        asked=asked,
        named=lambda people: [(one.id, one.name) for one in people],
        owners=queries.owners_of(session, body, by),
        may_record=may_record,
        **frame(),
    )
