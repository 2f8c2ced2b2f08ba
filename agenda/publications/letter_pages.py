"""Pages of council letters: the board, beginning one, looking at it, and agreeing on it."""

from __future__ import annotations

from datetime import date

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from agenda.core import audit
from agenda.core.database import get
from agenda.core.problems import Conflict
from agenda.decisions.queries import decisions_of
from agenda.meetings.model import Meeting
from agenda.publications import letter_actions as actions
from agenda.publications import letter_queries as queries
from agenda.publications import letter_words as words
from agenda.publications.blueprint import pages
from agenda.publications.letter_choice import Choice, offered_decisions, offered_promises, usual_choice
from agenda.publications.letter_facts import differs_by_now, is_open, left_out, written
from agenda.publications.letter_forms import ChoiceForm
from agenda.publications.letter_model import CouncilLetter
from agenda.publications.letter_pdfs import pdfs_of
from agenda.publications.letter_printing import printed_letter
from agenda.publications.letter_rules import blocks
from agenda.topics.listing import focus_areas
from agenda.web import here
from agenda.web.forms import Form, options

Answered = str | Response | tuple[str, int]


@pages.get("/council-letters")
def council_letters() -> str:
    """Show which councils were informed, when, and by which letter."""
    by, now = here.actor(), here.now()
    by.must("see")
    with here.read() as session:
        letters = queries.letters_seen_by(session, by)
        waiting = [
            (promise, queries.meeting_to_tell(session, promise.body_id, now))
            for promise in queries.unwritten(session, by, now)
        ]
        return render_template(
            "publications/letters.html",
            letters=letters,
            fates=queries.fates(session, letters, now),
            waiting=waiting,
            may_record=by.may("record"),
            words=words,
        )


@pages.route("/meetings/<int:meeting_id>/council-letter/new", methods=["GET", "POST"])
def new_letter(meeting_id: int) -> Answered:
    """Choose what a new letter about a meeting tells."""
    by, now = here.actor(), here.now()
    with here.read() as session:
        meeting = _recordable(session, meeting_id)
        if request.method == "POST":
            form = offered(session, meeting, ChoiceForm())
        else:
            form = offered(session, meeting, filled(usual_choice(session, meeting, now)))
        if request.method != "POST" or not form.validate():
            return choice_page(session, meeting, form, None), 422 if form.errors else 200
    with here.work() as session:
        letter = actions.begin_letter(session, _recordable(session, meeting_id), chosen(form), by, now)
        letter_id = letter.id
    flash(_("The concept is ready. Nothing is sent yet."), "success")
    return redirect(url_for("publications.council_letter", letter_id=letter_id), 303)


@pages.get("/council-letters/<int:letter_id>")
def council_letter(letter_id: int) -> str:
    """Show a letter: its text, its copies, and what can be done with it."""
    by, now = here.actor(), here.now()
    with here.read() as session:
        letter = queries.letter_for(session, letter_id, by)
        found = written(session, letter)
        may_record = by.may("record", letter.body)
        return render_template(
            "publications/letter.html",
            letter=letter,
            found=found,
            blocks=blocks,
            printed=printed_letter(session, letter),
            pdfs=pdfs_of(session, letter),
            left_out=left_out(session, letter) if may_record else ([], []),
            changed=differs_by_now(session, letter),
            fates=queries.fates(session, [letter], now),
            may_record=may_record,
            history=words.history_lines(audit.history(session, "council_letter", letter.id)),
            words=words,
        )


@pages.post("/council-letters/<int:letter_id>/<any(agree, reopen, remove):verb>")
def settle_letter(letter_id: int, verb: str) -> Response:
    """Fix the text of a letter, make it a concept again, or throw a concept away."""
    by, seen = here.actor(), Form().seen_version()
    with here.work() as session:
        letter = queries.letter_for(session, letter_id, by)
        meeting_id = letter.meeting_id
        if verb == "agree":
            actions.agree(session, letter, seen, by, here.now())
        elif verb == "reopen":
            actions.reopen(session, letter, seen, by, here.now())
        else:
            actions.remove_letter(session, letter, seen, by, here.now())
    if verb == "remove":
        flash(_("The concept is thrown away."), "success")
        return redirect(url_for("meetings.show", meeting_id=meeting_id), 303)
    agreed = _("The text is fixed: every council reads the same. It can now be sent.")
    flash(agreed if verb == "agree" else _("The letter is a concept again."), "success")
    return redirect(url_for("publications.council_letter", letter_id=letter_id), 303)


def _recordable(session: Session, meeting_id: int) -> Meeting:
    meeting = get(session, Meeting, meeting_id)
    here.actor().must("record", meeting.body)
    if meeting.cancelled_at is not None:
        raise Conflict("meeting_cancelled")
    if meeting.starts_at is None or meeting.starts_at > here.now():
        raise Conflict("council_letter_too_early")
    return meeting


def filled(choice: Choice) -> ChoiceForm:
    """Give the form with a choice in it."""
    return ChoiceForm(formdata=None, data={**choice.__dict__})


def offered(session: Session, meeting: Meeting, form: ChoiceForm) -> ChoiceForm:
    """Offer in the form what a letter about this meeting can tell."""
    form.decisions.choices = options((one.id, one.text) for one in offered_decisions(session, meeting))
    form.commitments.choices = options((one.id, one.text) for one in offered_promises(session, meeting))
    form.focus_areas.choices = options((one.id, one.name) for one in focus_areas(session))
    return form


def chosen(form: ChoiceForm) -> Choice:
    """Read the choice that was sent, from a form that is valid."""
    day: date = form.dated_on.data  # type: ignore[assignment]  # a valid form has it
    return Choice(
        subject=form.subject.data or "",
        dated_on=day,
        language=form.language.data,
        decisions=form.decisions.data or (),
        commitments=form.commitments.data or (),
        focus_areas=form.focus_areas.data or (),
        tells_next_meeting=form.tells_next_meeting.data,
        tells_promised_days=form.tells_promised_days.data,
    )


def choice_page(session: Session, meeting: Meeting, form: ChoiceForm, letter: CouncilLetter | None) -> str:
    """Show the form of what a letter tells; `letter` is None for a new one."""
    closed = [one for one in decisions_of(session, meeting) if not is_open(one.item)]
    return render_template(
        "publications/letter_choice.html", meeting=meeting, form=form, letter=letter, closed=len(closed)
    )
