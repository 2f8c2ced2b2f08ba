"""Pages on which a concept of a council letter is edited: what it tells, its words, and its copies."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from agenda.core.problems import Changed, Conflict, NotFound
from agenda.meetings.standard_text_queries import texts_for
from agenda.publications import letter_actions as actions
from agenda.publications import letter_queries as queries
from agenda.publications import letter_words as words
from agenda.publications.blueprint import pages
from agenda.publications.letter_choice import Choice
from agenda.publications.letter_facts import Written, written
from agenda.publications.letter_forms import ChoiceForm, CopyForm, WordsForm
from agenda.publications.letter_model import CouncilLetter, LetterCopy, LetterState, Section
from agenda.publications.letter_pages import choice_page, chosen, filled, offered
from agenda.publications.letter_rules import blocks
from agenda.web import here
from agenda.web.forms import Form
from agenda.web.shell import sentence

Answered = str | Response | tuple[str, int]
Differing = list[tuple[str, str | None, str | None]]
ON_A_COPY = ("reference", "secretary", "mayor")


@pages.get("/council-letters/<int:letter_id>/choice")
def letter_choice(letter_id: int) -> str:
    """Show what a concept tells, to change it."""
    with here.read() as session:
        letter = _editable(session, letter_id)
        form = filled(_as_it_is(letter))
        form.version.data = str(letter.version)
        return choice_page(session, letter.meeting, offered(session, letter.meeting, form), letter)


@pages.post("/council-letters/<int:letter_id>/choice")
def choose_for_letter(letter_id: int) -> Answered:
    """Change what a concept tells."""
    by, form = here.actor(), ChoiceForm()
    with here.read() as session:
        letter = _recordable(session, letter_id)
        if not offered(session, letter.meeting, form).validate():
            return choice_page(session, letter.meeting, form, letter), 422
    try:
        with here.work() as session:
            letter = _recordable(session, letter_id)
            actions.change_choice(session, letter, chosen(form), form.seen_version(), by, here.now())
    except Conflict as problem:
        with here.read() as session:
            letter = _recordable(session, letter_id)
            form.version.data = str(letter.version)
            form.form_errors.append(_refusal(problem))
            return choice_page(session, letter.meeting, offered(session, letter.meeting, form), letter), 409
    flash(_("The letter tells this now."), "success")
    return redirect(url_for("publications.council_letter", letter_id=letter_id), 303)


@pages.get("/council-letters/<int:letter_id>/words/<section>")
def letter_words_of(letter_id: int, section: str) -> str:
    """Show the words of a section, to put others in their place."""
    part = _section(section)
    with here.read() as session:
        letter = _editable(session, letter_id)
        found = _found(session, letter, part)
        seen = found.own.version if found.own else None
        return _words_page(
            session, letter, part, WordsForm(formdata=None, text=found.part.text, version=seen)
        )


@pages.post("/council-letters/<int:letter_id>/words/<section>")
def put_letter_in_words(letter_id: int, section: str) -> Answered:
    """Put a section in other words than those composed from the facts."""
    by, part, form = here.actor(), _section(section), WordsForm()
    if not form.validate():
        with here.read() as session:
            return _words_page(session, _recordable(session, letter_id), part, form), 422
    try:
        with here.work() as session:
            letter = _recordable(session, letter_id)
            text, seen = form.text.data or "", form.seen_version()
            actions.put_in_own_words(session, letter, part, text, seen, by, here.now())
    except Conflict as problem:
        with here.read() as session:
            letter = _recordable(session, letter_id)
            found = _found(session, letter, part)
            form.version.data = str(found.own.version) if found.own else ""
            theirs: Differing = []
            if isinstance(problem, Changed):
                theirs = [(form.text.label.text, form.text.data, found.part.text)]
            else:
                form.form_errors.append(_refusal(problem))
            return _words_page(session, letter, part, form, theirs), 409
    flash(_("These words stand in the letter now."), "success")
    return redirect(_part_address(letter_id, part), 303)


@pages.post("/council-letters/<int:letter_id>/words/<section>/composed")
def compose_letter_again(letter_id: int, section: str) -> Response:
    """Take the composed text of a section again."""
    by, part = here.actor(), _section(section)
    with here.work() as session:
        letter = _recordable(session, letter_id)
        actions.back_to_composed(session, letter, part, Form().seen_version(), by, here.now())
    flash(_("This part reads as the facts say again; the history keeps the other words."), "success")
    return redirect(_part_address(letter_id, part), 303)


@pages.get("/council-letters/copies/<int:copy_id>/edit")
def letter_copy_form(copy_id: int) -> str:
    """Show the reference of one copy and who sign it."""
    with here.read() as session:
        copy = _copy(session, copy_id)
        return _copy_page(copy, CopyForm(obj=copy))


@pages.post("/council-letters/copies/<int:copy_id>/edit")
def edit_letter_copy(copy_id: int) -> Answered:
    """Give one copy its reference and the names of who sign."""
    by, form = here.actor(), CopyForm()
    with here.read() as session:
        copy = _copy(session, copy_id)
        if not form.validate():
            return _copy_page(copy, form), 422
    values = {name: form[name].data or "" for name in ON_A_COPY}
    try:
        with here.work() as session:
            copy = _copy(session, copy_id)
            actions.change_copy(session, copy, values, form.seen_version(), by, here.now())
            letter_id = copy.letter_id
    except Changed:
        with here.read() as session:
            copy = _copy(session, copy_id)
            rows = [(str(form[name].label.text), values[name], getattr(copy, name)) for name in ON_A_COPY]
            form.version.data = str(copy.version)
            return _copy_page(copy, form, [row for row in rows if row[1] != row[2]]), Changed.status
    flash(_("Saved."), "success")
    return redirect(url_for("publications.council_letter", letter_id=letter_id, _anchor="copies"), 303)


def _recordable(session: Session, letter_id: int) -> CouncilLetter:
    letter = queries.letter_for(session, letter_id, here.actor())
    here.actor().must("record", letter.body)
    return letter


def _editable(session: Session, letter_id: int) -> CouncilLetter:
    letter = _recordable(session, letter_id)
    if letter.state is not LetterState.CONCEPT:
        raise Conflict(f"council_letter_{letter.state.value}")
    return letter


def _copy(session: Session, copy_id: int) -> LetterCopy:
    copy = queries.copy_for(session, copy_id, here.actor())
    here.actor().must("record", copy.letter.body)
    return copy


def _copy_page(copy: LetterCopy, form: CopyForm, theirs: Differing | None = None) -> str:
    return render_template("publications/letter_copy_edit.html", copy=copy, form=form, theirs=theirs or [])


def _section(name: str) -> Section:
    try:
        return Section(name)
    except ValueError as error:
        raise NotFound("not_found") from error


def _found(session: Session, letter: CouncilLetter, section: Section) -> Written:
    return next(one for one in written(session, letter) if one.part.section is section)


def _refusal(problem: Conflict) -> str:
    if isinstance(problem, Changed):
        return str(
            _(
                "Someone else changed this letter in the meantime. Nothing was overwritten: your choice "
                "stands below. Save once more to replace theirs."
            )
        )
    return sentence(problem.code, problem.facts)


def _part_address(letter_id: int, section: Section) -> str:
    return url_for("publications.council_letter", letter_id=letter_id, _anchor=f"part-{section.value}")


def _as_it_is(letter: CouncilLetter) -> Choice:
    return Choice(
        subject=letter.subject,
        dated_on=letter.dated_on,
        language=letter.language,
        decisions=[one.id for one in letter.decisions],
        commitments=[one.id for one in letter.commitments],
        focus_areas=[one.id for one in letter.focus_areas],
        tells_next_meeting=letter.tells_next_meeting,
        tells_promised_days=letter.tells_promised_days,
    )


def _words_page(
    session: Session,
    letter: CouncilLetter,
    section: Section,
    form: WordsForm,
    theirs: Differing | None = None,
) -> str:
    return render_template(
        "publications/letter_words.html",
        letter=letter,
        section=section,
        found=_found(session, letter, section),
        form=form,
        theirs=theirs or [],
        blocks=blocks,
        words=words,
        texts=texts_for(letter.meeting, here.actor(), letter.language),
    )
