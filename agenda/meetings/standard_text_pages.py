"""Pages on which a body's standard texts are made, changed, put in order and thrown away."""

from __future__ import annotations

from typing import Any

from flask import Flask, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from agenda.core.database import get
from agenda.core.problems import Changed, Conflict, Invalid
from agenda.meetings import standard_text_actions as actions
from agenda.meetings import standard_text_words as words
from agenda.meetings.blueprint import pages
from agenda.meetings.standard_text_forms import TextForm, form_of
from agenda.meetings.standard_text_model import StandardText, TextPlace
from agenda.meetings.standard_text_queries import example_facts, text_for, texts_of
from agenda.meetings.standard_text_rules import LONGEST_NAME, NAMES, filled, places_of
from agenda.meetings.standard_text_usual import USUAL_TEXTS
from agenda.people.model import Body
from agenda.web import here
from agenda.web.language import language
from agenda.web.panels import offer_panel, offer_words
from agenda.web.shell import say, sentence

Answered = str | Response | tuple[str, int]
# Standard texts are Dutch, as the papers are; what they are filled with is too.
EXAMPLE_LANGUAGE = "nl"
# At which field of the form a refusal is shown; others stand on top.
AT_FIELD = {
    "standard_text_name_missing": "name",
    "standard_text_name_taken": "name",
    "standard_text_empty": "text",
    "standard_text_placeholder": "text",
    "standard_text_place_missing": "places",
}


def offer(app: Flask) -> None:
    """Offer the way to the texts from a body's page, the words and the refusals."""
    offer_panel(app, "body", _body_panel, order=67)
    offer_words(app, words.VERBS, words.FIELDS)
    say(app, words.PROBLEMS)


@pages.get("/bodies/<int:body_id>/standard-texts")
def standard_texts(body_id: int) -> str:
    """List the standard texts of a body, all or those of one place."""
    return _list_page(body_id, _place(request.args.get("place", "")))


@pages.post("/bodies/<int:body_id>/standard-texts/usual")
def begin_standard_texts(body_id: int) -> Answered:
    """Begin with the usual texts."""
    try:
        with here.work() as session:
            actions.add_usual_texts(session, _body(session, body_id), here.actor(), here.now())
    except Conflict as problem:
        return _list_page(body_id, None, problem), problem.status
    flash(_("These are the usual texts. Change what your body says otherwise."), "success")
    return redirect(url_for("meetings.standard_texts", body_id=body_id), 303)


@pages.route("/bodies/<int:body_id>/standard-texts/new", methods=["GET", "POST"])
def new_standard_text(body_id: int) -> Answered:
    """Make a text."""
    with here.read() as session:
        body = _body(session, body_id)
        if request.method != "POST":
            place = _place(request.args.get("place", ""))
            begin = {"places": [place.value] if place else []}
            return _form_page(session, body, TextForm(formdata=None, data=begin))
        form = TextForm()
        if page := _not_yet(session, form, body):
            return page
    try:
        with here.work() as session:
            actions.add_text(session, _body(session, body_id), form.words(), here.actor(), here.now())
    except Invalid as problem:
        return _refused(form, body_id, problem)
    flash(_("The text is kept."), "success")
    return redirect(url_for("meetings.standard_texts", body_id=body_id), 303)


@pages.route("/bodies/<int:body_id>/standard-texts/<int:text_id>", methods=["GET", "POST"])
def change_standard_text(body_id: int, text_id: int) -> Answered:
    """Change a text."""
    with here.read() as session:
        text = text_for(session, body_id, text_id, here.actor())
        if request.method != "POST":
            return _form_page(session, text.body, form_of(text), text)
        form = TextForm()
        if page := _not_yet(session, form, text.body, text):
            return page
    try:
        with here.work() as session:
            text, seen = text_for(session, body_id, text_id, here.actor()), form.seen_version()
            actions.change_text(session, text, form.words(), here.actor(), here.now(), seen)
    except Changed:
        return _meanwhile(form, body_id, text_id)
    except (Invalid, Conflict) as problem:
        return _refused(form, body_id, problem, text_id)
    flash(_("The text is kept."), "success")
    return redirect(url_for("meetings.standard_texts", body_id=body_id), 303)


@pages.post("/bodies/<int:body_id>/standard-texts/<int:text_id>/<any(up, down, copy, remove, restore):way>")
def turn_standard_text(body_id: int, text_id: int, way: str) -> Answered:
    """Move a text, copy it, throw it away or bring it back."""
    place = _place(request.form.get("place", ""))
    go_to = url_for("meetings.standard_texts", body_id=body_id, place=place.value if place else None)
    try:
        with here.work() as session:
            text, by, now = text_for(session, body_id, text_id, here.actor()), here.actor(), here.now()
            if way == "copy":
                name = _("%(name)s (copy)", name=text.name[: LONGEST_NAME - 10])
                made = actions.copy_text(session, text, name, by, now)
                go_to = url_for("meetings.change_standard_text", body_id=body_id, text_id=made.id)
            elif way == "remove":
                actions.remove_text(session, text, by, now)
            elif way == "restore":
                actions.restore_text(session, text, by, now)
            else:
                actions.move_text(session, text, -1 if way == "up" else 1, place, by)
    except (Invalid, Conflict) as problem:
        return _list_page(body_id, place, problem), problem.status
    flash(words.DONE[way], "success")
    return redirect(go_to, 303)


def _body_panel(_session: Session, body: Body) -> str | None:
    if not here.actor().may("draft_agenda", body):
        return None
    return render_template("meetings/panel_standard_texts.html", body=body)


def _body(session: Session, body_id: int) -> Body:
    body = get(session, Body, body_id)
    here.actor().must("draft_agenda", body)
    return body


def _place(name: str) -> TextPlace | None:
    return next(iter(places_of([name])), None)


def _not_yet(
    session: Session, form: TextForm, body: Body, text: StandardText | None = None
) -> Answered | None:
    """Give the page again when it is asked how the text reads, or something is wrong."""
    if request.form.get("do") == "show":
        return _form_page(session, body, form, text)
    return None if form.validate() else (_form_page(session, body, form, text), Invalid.status)


def _refused(
    form: TextForm, body_id: int, problem: Invalid | Conflict, text_id: int | None = None
) -> Answered:
    said = sentence(problem.code, problem.facts)
    if field := AT_FIELD.get(problem.code):
        form[field].errors = [*form[field].errors, said]
    else:
        form.form_errors.append(said)
    with here.read() as session:
        text = text_for(session, body_id, text_id, here.actor()) if text_id is not None else None
        return _form_page(session, _body(session, body_id), form, text), problem.status


def _meanwhile(form: TextForm, body_id: int, text_id: int) -> Answered:
    """Show both versions; saving once more is then a choice made with open eyes."""
    with here.read() as session:
        text, mine = text_for(session, body_id, text_id, here.actor()), form.words()
        rows = [
            (form.name.label.text, mine.name, text.name),
            (form.text.label.text, mine.text, text.text),
            (form.places.label.text, _named(mine.places), _named(places_of(text.places))),
        ]
        form.version.data = str(text.version)
        differs = [row for row in rows if row[1] != row[2]]
        return _form_page(session, text.body, form, text, theirs=differs), Changed.status


def _named(places: tuple[TextPlace, ...]) -> str:
    return "; ".join(str(words.PLACES[place]) for place in places)


def _form_page(
    session: Session, body: Body, form: TextForm, text: StandardText | None = None, **more: Any
) -> str:
    facts = example_facts(session, body, here.now(), EXAMPLE_LANGUAGE)
    return render_template(
        "meetings/standard_text_form.html",
        body=body,
        form=form,
        text=text,
        placeholders=[name for name, known in NAMES.items() if (name == known) == (language() == "en")],
        shown=filled(form.text.data or "", facts, EXAMPLE_LANGUAGE),
        has_meeting=bool(facts),
        **more,
    )


def _list_page(body_id: int, place: TextPlace | None, refusal: Invalid | Conflict | None = None) -> str:
    with here.read() as session:
        body = _body(session, body_id)
        everything = texts_of(session, body_id)
        return render_template(
            "meetings/standard_texts.html",
            body=body,
            texts=[one for one in everything if place is None or place in one.places],
            everything=everything,
            removed=texts_of(session, body_id, removed=True),
            place=place,
            places=words.PLACES,
            count={one: sum(one in text.places for text in everything) for one in TextPlace},
            named=lambda text: _named(places_of(text.places)),
            usual=USUAL_TEXTS,
            refusal=sentence(refusal.code, refusal.facts) if refusal else None,
        )
