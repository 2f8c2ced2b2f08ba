"""Pages on which a body's templates for agendas are made, changed and chosen."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import Flask, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from agenda.core.actor import Actor
from agenda.core.database import get
from agenda.core.problems import Changed, Conflict, Invalid, NotFound
from agenda.meetings import template_actions as actions
from agenda.meetings import template_words as words
from agenda.meetings.agenda_queries import meeting_with_agenda
from agenda.meetings.blueprint import pages
from agenda.meetings.template_forms import TemplateForm, filled, pressed
from agenda.meetings.template_model import AgendaTemplate
from agenda.meetings.template_queries import template_for, templates_of
from agenda.meetings.template_rules import MOST_ITEMS, USUAL_FRAME, FrameItem, frame_of, from_rows, sided
from agenda.meetings.timing import total
from agenda.people.model import Body
from agenda.web import here
from agenda.web.forms import key
from agenda.web.panels import offer_panel, offer_words
from agenda.web.shell import say, sentence

Answered = str | Response | tuple[str, int]
Done = Callable[[Session, AgendaTemplate, Actor, datetime], None]
WAYS: dict[str, Done] = {
    "use": actions.use_template,
    "stop": actions.stop_using,
    "remove": actions.remove_template,
    "restore": actions.restore_template,
}


def offer(app: Flask) -> None:
    """Offer the way to the templates from a body's page, the words and the refusals."""
    offer_panel(app, "body", _body_panel, order=66)
    offer_words(app, words.VERBS, words.FIELDS)
    say(app, words.PROBLEMS)


@pages.get("/bodies/<int:body_id>/agenda-templates")
def templates(body_id: int) -> str:
    """List the templates of a body, with the one that is usual."""
    return _list_page(body_id)


@pages.route("/bodies/<int:body_id>/agenda-templates/new", methods=["GET", "POST"])
def new_template(body_id: int) -> Answered:
    """Make a template: from the frame of the house, or from an agenda that exists."""
    with here.read() as session:
        body = _body(session, body_id)
        if request.method != "POST":
            return _form_page(body, filled("", _begin(session, body), None))
        form = TemplateForm()
        if page := _not_yet(form, body):
            return page
    try:
        with here.work() as session:
            name, items = form.name.data or "", form.frame()
            actions.add_template(session, _body(session, body_id), name, items, here.actor(), here.now())
    except Invalid as problem:
        return _refused(form, body_id, problem)
    flash(_("The template is kept."), "success")
    return redirect(url_for("meetings.templates", body_id=body_id), 303)


@pages.route("/bodies/<int:body_id>/agenda-templates/<int:template_id>", methods=["GET", "POST"])
def change_template(body_id: int, template_id: int) -> Answered:
    """Change a template."""
    with here.read() as session:
        template = template_for(session, body_id, template_id, here.actor())
        if request.method != "POST":
            form = filled(template.name, from_rows(template.items), template.version)
            return _form_page(template.body, form, template)
        form = TemplateForm()
        if page := _not_yet(form, template.body, template):
            return page
    try:
        with here.work() as session:
            template = template_for(session, body_id, template_id, here.actor())
            name, items, by = form.name.data or "", form.frame(), here.actor()
            actions.change_template(session, template, name, items, by, here.now(), form.seen_version())
    except Changed:
        return _meanwhile(form, body_id, template_id)
    except (Invalid, Conflict) as problem:
        return _refused(form, body_id, problem, template_id)
    flash(_("The template is kept."), "success")
    return redirect(url_for("meetings.templates", body_id=body_id), 303)


@pages.post("/bodies/<int:body_id>/agenda-templates/<int:template_id>/<any(use, stop, remove, restore):way>")
def turn_template(body_id: int, template_id: int, way: str) -> Answered:
    """Let a template be the usual one or not, throw it away or bring it back."""
    try:
        with here.work() as session:
            template = template_for(session, body_id, template_id, here.actor())
            WAYS[way](session, template, here.actor(), here.now())
    except (Invalid, Conflict) as problem:
        return _list_page(body_id, problem), problem.status
    flash(words.DONE[way], "success")
    return redirect(url_for("meetings.templates", body_id=body_id), 303)


def _body_panel(_session: Session, body: Body) -> str | None:
    if not here.actor().may("draft_agenda", body):
        return None
    return render_template("meetings/panel_templates.html", body=body)


def _body(session: Session, body_id: int) -> Body:
    body = get(session, Body, body_id)
    here.actor().must("draft_agenda", body)
    return body


def _begin(session: Session, body: Body) -> list[FrameItem]:
    asked = request.args.get("meeting", type=key)
    if asked is None:
        return sided(USUAL_FRAME)
    meeting = meeting_with_agenda(session, asked, here.actor())
    if meeting.body_id != body.id:
        raise NotFound("not_found")
    return frame_of(meeting.items)


def _not_yet(form: TemplateForm, body: Body, template: AgendaTemplate | None = None) -> Answered | None:
    """Give the page again when a row was moved, added or taken off, or something is wrong."""
    if do := request.form.get("do", ""):
        rows, focus = pressed(do, form.frame())
        again = filled(form.name.data or "", rows, form.version.data)
        return _form_page(body, again, template, focus=focus, do=do.partition("-")[0])
    return None if form.validate() else (_form_page(body, form, template), Invalid.status)


def _refused(
    form: TemplateForm, body_id: int, problem: Invalid | Conflict, template_id: int | None = None
) -> Answered:
    text = sentence(problem.code, problem.facts)
    if problem.code.startswith("template_name"):
        form.name.errors = [*form.name.errors, text]
    else:
        form.form_errors.append(text)
    with here.read() as session:
        body, template = _body(session, body_id), None
        if template_id is not None:
            template = template_for(session, body_id, template_id, here.actor())
        return _form_page(body, form, template), problem.status


def _meanwhile(form: TemplateForm, body_id: int, template_id: int) -> Answered:
    """Show both versions; saving once more is then a choice made with open eyes."""
    with here.read() as session:
        template = template_for(session, body_id, template_id, here.actor())
        rows = [
            (_("Name"), form.name.data, template.name),
            (_("Items"), words.outline(form.frame()), words.outline(from_rows(template.items))),
        ]
        form.version.data = str(template.version)
        differs = [row for row in rows if row[1] != row[2]]
        return _form_page(template.body, form, template, theirs=differs), Changed.status


def _form_page(body: Body, form: TemplateForm, template: AgendaTemplate | None = None, **more: Any) -> str:
    return render_template(
        "meetings/template_form.html",
        body=body,
        form=form,
        template=template,
        total=total(body.usual_minutes, form.frame()),
        full=len(form.items) >= MOST_ITEMS,
        **more,
    )


def _list_page(body_id: int, refusal: Invalid | Conflict | None = None) -> str:
    with here.read() as session:
        body = _body(session, body_id)
        found = templates_of(session, body_id)
        return render_template(
            "meetings/templates.html",
            body=body,
            templates=[(one, from_rows(one.items)) for one in found],
            removed=templates_of(session, body_id, removed=True),
            usual=any(one.is_usual for one in found),
            house=USUAL_FRAME,
            outline=words.outline,
            total=lambda items: total(body.usual_minutes, items),
            refusal=sentence(refusal.code, refusal.facts) if refusal else None,
        )
