"""Incoming: what came by mail and what a person must decide of it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Flask, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse
from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import AnyOf, InputRequired, Length

from agenda.core import audit
from agenda.invitations import tray_actions, tray_queries, tray_words
from agenda.invitations import words as invitation_words
from agenda.invitations.answers import ANSWERS
from agenda.invitations.tasks import incoming_messages
from agenda.invitations.tray_actions import LONGEST_NOTE
from agenda.invitations.tray_queries import Fate, Message
from agenda.mail.mailbox import mailbox_state
from agenda.meetings.model import Answer
from agenda.meetings.substitutes import candidates
from agenda.web import here
from agenda.web.forms import Form, number_or_none, options, tidy_text
from agenda.web.panels import offer_tasks
from agenda.web.shell import say

pages = Blueprint("inbox", __name__, url_prefix="/inbox")
POSSIBLE = (Answer.ACCEPTED, Answer.DECLINED, Answer.TENTATIVE)


class NoteForm(Form):
    """What was done with a message, in the secretary's own words."""

    note = TextAreaField(
        _l("What you did with it"),
        filters=[tidy_text],
        validators=[Length(max=LONGEST_NOTE, message=_l("Use at most %(max)d characters."))],
    )


class RecordForm(Form):
    """Whose answer a message is, and which."""

    attendee_id = SelectField(
        _l("Whose answer"), coerce=number_or_none, validators=[InputRequired(_l("Choose a person."))]
    )
    answer = StringField(
        _l("Answer"),
        validators=[
            AnyOf([answer.value for answer in POSSIBLE], message=_l("Choose yes, no or perhaps.")),
        ],
    )


def init(app: Flask) -> None:
    """Add the pages, their refusals, and what waits to the start page."""
    app.register_blueprint(pages)
    say(app, tray_words.PROBLEMS)
    offer_tasks(app, incoming_messages)


@pages.get("")
def index() -> str:
    """List what came in: first of all what waits."""
    asked = request.args.get("state", Fate.WAITING.value)
    fate = Fate(asked) if asked in set(Fate) else None
    with here.read() as session:
        found = tray_queries.messages(
            session,
            here.actor(),
            fate,
            search=request.args.get("q", ""),
            page=request.args.get("page", 1, type=int),
        )
        return render_template(
            "invitations/tray.html",
            found=found,
            fate=fate,
            fates=list(Fate),
            mailbox=mailbox_state(here.runtime()),
            words=tray_words,
        )


@pages.get("/<int:incoming_id>")
def show(incoming_id: int) -> str:
    """Show one message, what we make of it, and what can be done."""
    with here.read() as session:
        return _page(session, incoming_id, NoteForm(formdata=None))


@pages.get("/<int:incoming_id>.eml")
def download(incoming_id: int) -> Response:
    """Give the message as it came."""
    with here.read() as session:
        incoming = tray_queries.incoming_for(session, incoming_id, here.actor())
        response = Response(incoming.content, mimetype="message/rfc822")
    response.headers["Content-Disposition"] = f'attachment; filename="message-{incoming_id}.eml"'
    return response


@pages.post("/<int:incoming_id>/answer")
def record(incoming_id: int) -> BaseResponse | tuple[str, int]:
    """Record what a message says as someone's answer."""
    with here.work() as session:
        form = _record_form(_message(session, incoming_id))
        if not form.validate():
            return _page(session, incoming_id, NoteForm(formdata=None), form), 422
        attendee = tray_actions.record_answer(
            session,
            incoming_id,
            int(form.attendee_id.data),
            Answer(str(form.answer.data)),
            here.actor(),
            here.now(),
        )
        name = attendee.person.name
    flash(_("The answer of %(name)s is recorded.", name=name), "success")
    return redirect(url_for("inbox.index"), 303)


@pages.post("/<int:incoming_id>/invite")
def invite(incoming_id: int) -> BaseResponse:
    """Invite whom the message brings up, or let them come in the other's place."""
    instead = bool(request.form.get("instead"))
    with here.work() as session:
        person = tray_actions.invite_newcomer(session, incoming_id, here.actor(), here.now(), instead=instead)
        name = person.name
    flash(_("%(name)s is invited; the letter leaves by itself.", name=name), "success")
    return redirect(url_for("inbox.index"), 303)


@pages.post("/<int:incoming_id>/done")
def done(incoming_id: int) -> BaseResponse | tuple[str, int]:
    """Put a message away."""
    form = NoteForm()
    with here.work() as session:
        if not form.validate():
            return _page(session, incoming_id, form), 422
        tray_actions.set_done(session, incoming_id, str(form.note.data or ""), here.actor(), here.now())
    flash(_("The message is put away."), "success")
    return redirect(url_for("inbox.index"), 303)


@pages.post("/<int:incoming_id>/back")
def put_back(incoming_id: int) -> BaseResponse:
    """Let a message wait again."""
    with here.work() as session:
        tray_actions.put_back(session, incoming_id, here.actor(), here.now())
    flash(_("The message waits again."), "success")
    return redirect(url_for("inbox.show", incoming_id=incoming_id), 303)


def _message(session: Session, incoming_id: int) -> Message:
    return tray_queries.message(session, tray_queries.incoming_for(session, incoming_id, here.actor()))


def _record_form(found: Message, **given: Any) -> RecordForm:
    said = next((ANSWERS.get(one.partstat) for one in found.said.answers), None)
    chosen = found.attendee.id if found.attendee else None
    facts = {"attendee_id": chosen, "answer": said.value if said else ""}
    form = RecordForm(**facts, **given)
    named = [(one.id, one.person.name) for one in found.people]
    form.attendee_id.choices = options([("", _("Choose")), *named])
    return form


def _page(session: Session, incoming_id: int, note: NoteForm, record_form: RecordForm | None = None) -> str:
    found = _message(session, incoming_id)
    fate = Fate(found.incoming.fate or "")
    body = found.meeting.body if found.meeting else None
    replaced = found.attendee if found.attendee and found.attendee.removed_at is None else None
    possible = candidates(session, replaced, here.now()) if replaced else ()
    return render_template(
        "invitations/tray_message.html",
        found=found,
        incoming=found.incoming,
        fate=fate,
        note=note,
        record_form=record_form or _record_form(found, formdata=None),
        may_act=here.actor().may("invite", body),
        replaced=replaced if found.newcomer in possible else None,
        possible=POSSIBLE,
        answers=invitation_words.THEIR_ANSWERS,
        words=tray_words,
        entries=_history(session, incoming_id),
    )


def _history(session: Session, incoming_id: int) -> list[dict[str, object]]:
    return [
        {
            "at": entry.at,
            "actor_name": entry.actor_name,
            "text": tray_words.VERBS.get(entry.verb, entry.verb),
            "changes": [
                (tray_words.FIELDS.get(name, name), None, _told(name, value))
                for name, value in entry.after.items()
                if name != "fate"
            ],
        }
        for entry in audit.history(session, "incoming", incoming_id)
    ]


def _told(name: str, value: Any) -> Any:
    return invitation_words.THEIR_ANSWERS[Answer(value)] if name == "answer" and value else value
