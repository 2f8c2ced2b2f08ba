"""What a body asks of a day: the page that shows it, and the forms that change it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import time
from itertools import combinations
from types import SimpleNamespace
from typing import Any

from babel.dates import get_month_names
from flask import Flask, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from agenda.core.database import get
from agenda.core.problems import Changed
from agenda.dates import rule_actions, rule_words
from agenda.dates.blueprint import pages
from agenda.dates.body_rules import closure_rows, day_rules_of, journeys_between, rules_row
from agenda.dates.day_rules import WEEK, DayRules
from agenda.dates.model import Closure, ClosureKind
from agenda.dates.rule_actions import Pair
from agenda.dates.rule_forms import LONGEST_JOURNEY, ClosureForm, DayRulesForm, closure_form
from agenda.people.frame import Answer, Difference, Editing
from agenda.people.model import Body, Organisation
from agenda.people.queries import seats_of
from agenda.people.turns import whose_turn
from agenda.web import here
from agenda.web.forms import Form
from agenda.web.language import language
from agenda.web.panels import offer_panel, offer_words
from agenda.web.shell import say, sentence

Rows = list[tuple[Pair, str, str]]


class Standing(SimpleNamespace):
    """A body's rules as the form shows them, whether or not it ever said anything."""

    version: Any


def offer(app: Flask) -> None:
    """Offer the link on the page of a body, the words of the history and the refusals."""
    offer_panel(app, "body", _panel, order=60)
    offer_words(app, rule_words.VERBS, rule_words.FIELDS, rule_words.VALUES)
    say(app, rule_words.PROBLEMS)


@pages.get("/bodies/<int:body_id>/dates")
def rules(body_id: int) -> str:
    """Show what a body asks of a day to everyone who belongs to it."""
    with here.read() as session:
        body = _body(session, body_id, "see")
        return _page(session, body, journeys_between(session, _seats(session, body)))


@pages.route("/bodies/<int:body_id>/dates/edit", methods=["GET", "POST"])
def edit_rules(body_id: int) -> Answer:
    """Change opening hours, holidays and the usual travel time."""
    by = here.actor()
    with here.read() as session:
        form = DayRulesForm(obj=_standing(session, _body(session, body_id, "plan")))

    def save(session: Session) -> str:
        body = _body(session, body_id, "plan")
        rule_actions.set_rules(session, body, form.facts(), form.seen_version(), by, here.now())
        return url_for("dates.rules", body_id=body_id)

    def show(session: Session, theirs: Sequence[Difference]) -> str:
        body = _body(session, body_id, "plan")
        return render_template("dates/rules_form.html", form=form, body=body, theirs=theirs)

    def saved(session: Session) -> Standing:
        return _standing(session, _body(session, body_id, "plan"))

    return Editing(form, save, show, saved).answer(_("The changes have been saved."))


@pages.post("/bodies/<int:body_id>/dates/journeys")
def set_journeys(body_id: int) -> Response | tuple[str, int]:
    """Keep how long it takes between the town halls."""
    with here.read() as session:
        body = _body(session, body_id, "plan")
        pairs = list(combinations(sorted(one.id for one in _seats(session, body)), 2))
        given = {pair: request.form.get(f"minutes-{pair[0]}-{pair[1]}", "").strip() for pair in pairs}
        if not all(_is_journey(text) for text in given.values()):
            fault = _("A journey takes a whole number of minutes from 0 to %(most)s.", most=LONGEST_JOURNEY)
            return _page(session, body, given, fault), 422
    seen = {pair: request.form.get(f"seen-{pair[0]}-{pair[1]}", "") for pair in pairs}
    try:
        with here.work() as session:
            body = _body(session, body_id, "plan")
            rule_actions.set_journeys(
                session, body, _minutes(given), _minutes(seen), here.actor(), here.now()
            )
    except Changed as problem:
        with here.read() as session:
            body = _body(session, body_id, "plan")
            return _page(session, body, given, sentence(problem.code, {})), problem.status
    flash(_("The travel times have been saved."), "success")
    return redirect(url_for("dates.rules", body_id=body_id, _anchor="journeys"), 303)


@pages.route(
    "/bodies/<int:body_id>/dates/closures/new/<any(weekly, yearly, once):often>", methods=["GET", "POST"]
)
def add_closure(body_id: int, often: str) -> Answer:
    """Add a time at which nobody can meet, of one kind."""
    by, kind = here.actor(), ClosureKind(often)
    with here.read() as session:
        form = _form(session, kind, _body(session, body_id, "plan"), None)

    def save(session: Session) -> str:
        body = _body(session, body_id, "plan")
        rule_actions.add_closure(session, body, form.facts(), by, here.now())
        return url_for("dates.rules", body_id=body_id, _anchor="closures")

    show = _showing(form, body_id, kind, None)
    return Editing(form, save, show).answer(_("This time is kept free from now on."))


@pages.route("/bodies/<int:body_id>/dates/closures/<int:closure_id>", methods=["GET", "POST"])
def edit_closure(body_id: int, closure_id: int) -> Answer:
    """Change a time at which nobody can meet."""
    by = here.actor()

    def saved(session: Session) -> Closure:
        return rule_actions.closure_to_change(session, _body(session, body_id, "plan"), closure_id, by)

    with here.read() as session:
        row = saved(session)
        form = _form(session, row.kind, _body(session, body_id, "plan"), row)

    def save(session: Session) -> str:
        body = _body(session, body_id, "plan")
        rule_actions.edit_closure(
            session, body, closure_id, form.facts(), form.seen_version(), by, here.now()
        )
        return url_for("dates.rules", body_id=body_id, _anchor="closures")

    show = _showing(form, body_id, row.kind, closure_id)
    return Editing(form, save, show, saved).answer(_("The changes have been saved."))


@pages.post("/bodies/<int:body_id>/dates/closures/<int:closure_id>/<any(remove, restore):way>")
def mark_closure(body_id: int, closure_id: int, way: str) -> Response:
    """Let a closure no longer hold, or undo that."""
    form = Form()
    act = rule_actions.remove_closure if way == "remove" else rule_actions.restore_closure
    with here.work() as session:
        body = _body(session, body_id, "plan")
        act(session, body, closure_id, form.seen_version(), here.actor(), here.now())
    if way == "remove":
        flash(_("This no longer keeps days free. Below you can put it back."), "success")
    else:
        flash(_("This time is kept free again."), "success")
    return redirect(url_for("dates.rules", body_id=body_id, _anchor="closures"), 303)


def _body(session: Session, body_id: int, permission: str) -> Body:
    body = get(session, Body, body_id)
    here.actor().must(permission, body)
    return body


def _seats(session: Session, body: Body) -> list[Organisation]:
    return [seat.organisation for seat in seats_of(session, body.id)]


def _page(session: Session, body: Body, given: Mapping[Pair, int | str], journey_fault: str = "") -> str:
    seats = _seats(session, body)
    rows = closure_rows(session, body.id, [one.id for one in seats])
    return render_template(
        "dates/rules.html",
        body=body,
        rules=day_rules_of(session, body.id),
        usual=rules_row(session, body.id) is None,
        closures=[row for row in rows if row.removed_at is None],
        removed=[row for row in rows if row.removed_at is not None],
        journeys=_journey_rows(seats, given),
        standing=journeys_between(session, seats),
        journey_fault=journey_fault,
        seats=seats,
        host=whose_turn(session, body),
        may_set=here.actor().may("plan", body),
        words=rule_words,
        week=WEEK,
        when=lambda row: rule_words.when(row, language()),
        hours=lambda day: rule_words.hours(day[0], day[1], language()),
        kinds=list(ClosureKind),
        history=rule_words.lines(rule_actions.history_of(session, body)),
    )


def _journey_rows(seats: Sequence[Organisation], given: Mapping[Pair, int | str]) -> Rows:
    names = {one.id: one.name for one in seats}
    order = [one.id for one in seats]
    rows = []
    for one, other in combinations(order, 2):
        pair = (min(one, other), max(one, other))
        rows.append((pair, f"{names[one]} – {names[other]}", str(given.get(pair, ""))))
    return rows


def _is_journey(text: str) -> bool:
    return not text or (text.isascii() and text.isdigit() and len(text) < 4 and int(text) <= LONGEST_JOURNEY)


def _minutes(texts: Mapping[Pair, str]) -> dict[Pair, int | None]:
    return {pair: int(text) if text and _is_journey(text) else None for pair, text in texts.items()}


def _standing(session: Session, body: Body) -> Standing:
    row = rules_row(session, body.id)
    found = day_rules_of(session, body.id)
    return Standing(
        version=row.version if row else 0, **_hours(found), **{name: getattr(found, name) for name in PLAIN}
    )


PLAIN = ("public_holidays", "school_holidays", "school_region", "travel_minutes")


def _hours(found: DayRules) -> dict[str, time]:
    opens = {f"opens{day}": hours[0] for day, hours in found.hours.items()}
    return opens | {f"closes{day}": hours[1] for day, hours in found.hours.items()}


def _form(session: Session, kind: ClosureKind, body: Body, row: Closure | None) -> ClosureForm:
    names = get_month_names("wide", "format", language())
    form = closure_form(kind, row, [str(names[month]) for month in range(1, 13)])
    form.offer(_seats(session, body))
    return form


def _showing(
    form: ClosureForm, body_id: int, kind: ClosureKind, closure_id: int | None
) -> Callable[[Session, Sequence[Difference]], str]:
    def show(session: Session, theirs: Sequence[Difference]) -> str:
        body = _body(session, body_id, "plan")
        return render_template(
            "dates/rules_closure.html",
            form=form,
            body=body,
            kind=kind,
            closure_id=closure_id,
            theirs=theirs,
            words=rule_words,
        )

    return show


def _panel(_session: Session, body: Body) -> str:
    return render_template("dates/rules_panel.html", body=body)
