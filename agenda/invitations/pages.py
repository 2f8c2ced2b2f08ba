"""Who gets what and why, the answer behind the link in the mail, and the calendar file."""

from __future__ import annotations

from typing import Any

from flask import (
    Blueprint,
    Flask,
    Response,
    flash,
    g,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse
from wtforms import HiddenField, StringField, TextAreaField
from wtforms.validators import AnyOf, Length

from agenda.core.database import get
from agenda.core.problems import NotFound, Problem
from agenda.invitations import (
    actions,
    feed_pages,
    presence_pages,
    proposal_pages,
    push_pages,
    queries,
    substitute_pages,
    tray_pages,
    tray_words,
    words,
)
from agenda.invitations.queries import Invitation
from agenda.invitations.rules import Change
from agenda.invitations.settling import leaves_at
from agenda.invitations.tasks import failed_letters, refused_halls
from agenda.meetings.attendance import LONGEST_REMARK, refresh_attendees
from agenda.meetings.attendance import answer as keep_answer
from agenda.meetings.model import Answer, Attendee, Meeting, MeetingState
from agenda.meetings.rules import state_of
from agenda.web import here
from agenda.web.forms import Form, tidy_text
from agenda.web.language import language
from agenda.web.panels import offer_panel, offer_tasks, offer_words
from agenda.web.shell import say, sentence

pages = Blueprint("invitations", __name__)
# A whole town hall may come from one address: this only stops machines that guess.
OPENING = "120 per 15 minutes"
POSSIBLE = (Answer.ACCEPTED, Answer.DECLINED, Answer.TENTATIVE)


class AnswerForm(Form):
    """Yes, no or perhaps, with a remark; `revision` is that of the meeting as it was shown."""

    answer = StringField(
        _l("Answer"),
        validators=[
            AnyOf([answer.value for answer in POSSIBLE], message=_l("Choose yes, no or perhaps.")),
        ],
    )
    remark = TextAreaField(
        _l("Remark"),
        filters=[tidy_text],
        validators=[Length(max=LONGEST_REMARK, message=_l("Use at most %(max)d characters."))],
    )
    revision = HiddenField()


def init(app: Flask) -> None:
    """Add the pages, the panels on the meeting's page, the refusals and the limits."""
    app.register_blueprint(pages)
    feed_pages.init(app)
    presence_pages.init(app)
    proposal_pages.init(app)
    substitute_pages.init(app)
    push_pages.init(app)
    tray_pages.init(app)
    say(app, words.PROBLEMS)
    offer_panel(app, "meeting_first", answer_panel)
    offer_panel(app, "meeting_guest", answer_panel)
    offer_panel(app, "meeting", owing_panel, order=10)
    offer_tasks(app, failed_letters)
    offer_tasks(app, refused_halls)
    offer_words(app, words.VERBS, words.FIELDS)
    limiter = Limiter(get_remote_address, app=app, storage_uri="memory://", strategy="moving-window")
    for endpoint in ("invitations.answer", "invitations.save_answer"):
        view: Any = app.view_functions[endpoint]
        limited: Any = limiter.limit(OPENING)(view)
        app.view_functions[endpoint] = limited


@pages.get("/meetings/<int:meeting_id>/invitations")
def preview(meeting_id: int) -> str | BaseResponse:
    """Show who will get what and why; once sent, who knows what and what they answered."""
    _invite_as_of_now(meeting_id)
    with here.read() as session:
        meeting = _invitable(session, meeting_id)
        if meeting.starts_at is None:
            flash(_("Choose a date first: then the invitations can leave."), "warning")
            return redirect(url_for("meetings.show", meeting_id=meeting_id), 303)
        state = state_of(meeting, here.now())
        return render_template(
            "invitations/status.html" if meeting.confirmed_at else "invitations/preview.html",
            meeting=meeting,
            state=state,
            preview=queries.preview(session, here.runtime().config, meeting, here.now()),
            leaves_at=leaves_at(session, here.runtime().config, meeting, here.now()),
            can_send=state is MeetingState.DATED
            and bool(meeting.venue.strip())
            and meeting.starts_at > here.now(),
            ahead=state is MeetingState.CONFIRMED,
            words=words,
            tray_words=tray_words,
            change=_change,
        )


@pages.post("/meetings/<int:meeting_id>/invitations")
def send(meeting_id: int) -> BaseResponse:
    """Confirm the meeting and let the invitations leave."""
    form = Form()
    try:
        with here.work() as session:
            meeting = _invitable(session, meeting_id)
            number = actions.invite(
                session, here.runtime().config, meeting, here.actor(), here.now(), form.seen_version()
            )
    except Problem as problem:
        if problem.status not in {409, 422}:
            raise
        flash(sentence(problem.code, problem.facts), "error")
    else:
        told = ngettext(
            "One invitation is ready and leaves now.", "%(num)d invitations are ready and leave now.", number
        )
        flash(told, "success")
    return redirect(url_for("invitations.preview", meeting_id=meeting_id), 303)


@pages.post("/meetings/<int:meeting_id>/invitations/<int:attendee_id>")
def send_again(meeting_id: int, attendee_id: int) -> BaseResponse:
    """Send one attendee the invitation once more."""
    with here.work() as session:
        meeting = _invitable(session, meeting_id)
        name = actions.send_again(
            session, here.runtime().config, meeting, attendee_id, here.actor(), here.now()
        )
    flash(_("The invitation for %(name)s leaves once more.", name=name), "success")
    return redirect(url_for("invitations.preview", meeting_id=meeting_id), 303)


@pages.post("/meetings/<int:meeting_id>/invitations/now")
def send_now(meeting_id: int) -> BaseResponse:
    """Let what is still to leave about a meeting leave at once."""
    with here.work() as session:
        meeting = _invitable(session, meeting_id)
        number = actions.tell_now(session, here.runtime().config, meeting, here.actor(), here.now())
    flash(ngettext("One letter leaves now.", "%(num)d letters leave now.", number), "success")
    return redirect(
        here.own_path(request.form.get("next"), url_for("meetings.show", meeting_id=meeting_id)), 303
    )


@pages.get("/meetings/<int:meeting_id>/invitation.ics")
def calendar_file(meeting_id: int) -> Response:
    """Give the signed-in attendee the calendar entry as it was mailed."""
    with here.read() as session:
        meeting = get(session, Meeting, meeting_id)
        content = queries.calendar_file(session, here.runtime().config, meeting, here.actor().person_id)
    response = make_response(content)
    response.headers["Content-Type"] = "text/calendar; charset=utf-8"
    response.headers["Content-Disposition"] = 'attachment; filename="invite.ics"'
    return response


@pages.get("/answer/<token>")
@here.public
def answer(token: str) -> Response:
    """Show the invitation behind the link in the mail; looking changes nothing (CALENDAR-MAIL rule 33)."""
    with here.read() as session:
        attendee = _behind(session, token)
        invitation = queries.invitation_for(session, here.runtime().config, attendee, here.now())
        return _secret(_answer_page(token, invitation, _filled(attendee)))


@pages.post("/answer/<token>")
@here.public
def save_answer(token: str) -> Response | BaseResponse:
    """Keep the answer of whoever holds the link, for this person and this meeting alone."""
    form = AnswerForm()
    with here.work() as session:
        attendee = _behind(session, token)
        problem = _save(session, attendee, form)
        if problem:
            invitation = queries.invitation_for(session, here.runtime().config, attendee, here.now())
            return _secret(_answer_page(token, invitation, form, problem), 409 if form.validate() else 422)
        said = attendee.answer
    flash(_thanks(said), "success")
    return _secret(redirect(url_for("invitations.answer", token=token), 303))


@pages.post("/meetings/<int:meeting_id>/answer")
def answer_here(meeting_id: int) -> BaseResponse:
    """Keep the answer of the signed-in attendee."""
    form = AnswerForm()
    with here.work() as session:
        meeting = get(session, Meeting, meeting_id)
        attendee = queries.attendee_of(session, meeting, here.actor().person_id)
        if attendee is None:
            raise NotFound("not_found")
        problem = _save(session, attendee, form)
        said = attendee.answer
        page = "meetings.show" if here.actor().may("see", meeting.body) else "meetings.guest"
    if problem:
        flash(problem, "error")
    else:
        flash(_thanks(said), "success")
    return redirect(url_for(page, meeting_id=meeting_id), 303)


def answer_panel(session: Session, meeting: Meeting) -> str | None:
    """Let an attendee answer on the meeting's own page."""
    attendee = queries.attendee_of(session, meeting, here.actor().person_id)
    if attendee is None or attendee.removed_at or state_of(meeting, here.now()) is not MeetingState.CONFIRMED:
        return None
    invitation = queries.invitation_for(session, here.runtime().config, attendee, here.now())
    return render_template(
        "invitations/panel_answer.html",
        invitation=invitation,
        meeting=meeting,
        form=_filled(attendee),
        action=url_for("invitations.answer_here", meeting_id=meeting.id),
        **_frame(),
    )


def owing_panel(session: Session, meeting: Meeting) -> str | None:
    """Tell the secretary what still must leave about a meeting that was sent."""
    if not here.actor().may("invite", meeting.body) or meeting.confirmed_at is None:
        return None
    return render_template(
        "invitations/panel_owing.html",
        meeting=meeting,
        owing=queries.owing(session, here.runtime().config, meeting, here.now()),
        leaves_at=leaves_at(session, here.runtime().config, meeting, here.now()),
        words=words,
        change=_change,
    )


def _invite_as_of_now(meeting_id: int) -> None:
    """Let the list of attendees of a meeting to be sent follow its memberships, as sending does."""
    with here.work() as session:
        meeting = _invitable(session, meeting_id)
        if state_of(meeting, here.now()) is MeetingState.DATED:
            refresh_attendees(session, meeting, here.now())


def _invitable(session: Session, meeting_id: int) -> Meeting:
    meeting = get(session, Meeting, meeting_id)
    here.actor().must("invite", meeting.body)
    return meeting


def _behind(session: Session, token: str) -> Attendee:
    attendee = queries.by_token(session, token)
    if here.visitor() is None:
        g.person_language = attendee.person.language
    return attendee


def _filled(attendee: Attendee) -> AnswerForm:
    return AnswerForm(formdata=None, remark=attendee.answer_remark, revision=attendee.meeting.revision)


def _save(session: Session, attendee: Attendee, form: AnswerForm) -> str | None:
    """Keep the answer; a sentence that says why not, where it cannot be kept."""
    if not form.validate():
        return next(str(fault) for faults in form.errors.values() for fault in faults)
    if str(form.revision.data) != str(attendee.meeting.revision):
        form.revision.data = str(attendee.meeting.revision)
        return sentence("answer_to_older", {})
    try:
        keep_answer(session, attendee, Answer(str(form.answer.data)), str(form.remark.data or ""), here.now())
    except Problem as problem:
        return sentence(problem.code, problem.facts)
    return None


def _answer_page(token: str, invitation: Invitation, form: AnswerForm, problem: str | None = None) -> str:
    return render_template(
        "invitations/answer.html",
        invitation=invitation,
        meeting=invitation.meeting,
        form=form,
        problem=problem,
        action=url_for("invitations.save_answer", token=token),
        substitute_action=url_for("substitutes.by_link", token=token),
        **_frame(),
    )


def _frame() -> dict[str, Any]:
    return {"possible": POSSIBLE, "words": words, "longest": LONGEST_REMARK}


def _secret(page: str | BaseResponse, status: int | None = None) -> Response:
    """Keep the address, which is a secret, out of other sites' logs and out of search engines (rule 35)."""
    response = make_response(page, status) if status else make_response(page)
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _thanks(said: Answer) -> str:
    texts: dict[Answer, str] = {
        Answer.ACCEPTED: _("Thank you. It is noted that you will come."),
        Answer.DECLINED: _("Thank you. It is noted that you cannot come."),
        Answer.TENTATIVE: _("Thank you. It is noted that you may come."),
    }
    return texts[said]


def _change(found: Change) -> str:
    return words.change(found, here.runtime().config.time_zone, language())
