"""The board of ratifications: what each college and council said, and what is still to be said."""

from __future__ import annotations

from collections.abc import Sequence

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from agenda.core.database import get
from agenda.core.problems import Changed, Invalid, Problem
from agenda.decisions import panels, words
from agenda.decisions import ratification_actions as actions
from agenda.decisions import ratification_queries as queries
from agenda.decisions.blueprint import pages
from agenda.decisions.decision_pages import recorded_by
from agenda.decisions.forms import OrgansForm, SaidForm
from agenda.decisions.model import Decision, Ratification, RatificationResult, RatifyingOrgan
from agenda.decisions.rules import Standing
from agenda.meetings.deadline_queries import terms_of
from agenda.people.model import Body
from agenda.web import here
from agenda.web.forms import options, row_number
from agenda.web.shell import sentence

Answer = str | Response | tuple[str, int]
# As many agreements in force as are shown below the open ones; the register has them all.
SHOWN = 20


@pages.get("/ratifications")
def ratifications() -> str:
    """Show what waits to be ratified in all bodies that this person sees."""
    with here.read() as session:
        return _board(session, None)


@pages.get("/bodies/<int:body_id>/ratifications")
def ratifications_of_body(body_id: int) -> str:
    """Show what waits to be ratified in one body."""
    with here.read() as session:
        body = get(session, Body, body_id)
        here.actor().must("see", body)
        return _board(session, body)


def _board(session: Session, body: Body | None) -> str:
    by, key = here.actor(), body.id if body else None
    return render_template(
        "decisions/ratifications.html",
        body=body,
        unsettled=queries.agreements(session, by, key, queries.UNSETTLED),
        in_force=queries.agreements(session, by, key, [Standing.IN_FORCE], SHOWN),
        shown=SHOWN,
        days=terms_of(session, [body])[body.id].ratification_days_after if body else None,
        may_set=body is not None and by.may("set_reminders", body),
        may_record=lambda decision: by.may("record", decision.meeting.body),
        **panels.frame(),
    )


@pages.route("/ratifications/<int:ratification_id>", methods=["GET", "POST"])
def note_said(ratification_id: int) -> Answer:
    """Write down what one college or council said, or correct it."""
    form = SaidForm()
    if not form.is_submitted():
        with here.read() as session:
            found = _noted_by(session, ratification_id)
            result = found.result.value if found.result else None
            form = SaidForm(
                formdata=None,
                result=result,
                said_on=found.said_on,
                remark=found.remark,
                version=found.version,
            )
            return _said_page(found, form, [])
    if not form.validate():
        return _said_again(ratification_id, form, Invalid.status)
    result = None if form.result.data == words.NOTHING_SAID else RatificationResult(form.result.data)
    said = actions.Said(result, form.said_on.data, form.remark.data or "")
    try:
        with here.work() as session:
            found = _noted_by(session, ratification_id)
            actions.note_said(session, found, said, form.seen_version(), here.actor(), here.now())
            decision_id, name = found.decision_id, words.organ(found)
    except Changed:
        with here.read() as session:
            found = _noted_by(session, ratification_id)
            form.version.data = str(found.version)
            theirs = [
                (form.result.label.text, _result(result), _result(found.result)),
                (form.said_on.label.text, said.said_on, found.said_on),
                (form.remark.label.text, said.remark, found.remark),
            ]
            page = _said_page(found, form, [row for row in theirs if row[1] != row[2]])
            return page, Changed.status
    except Invalid as problem:
        facts = {name: value for name, value in problem.facts.items() if name != "field"}
        field = form[problem.facts["field"]]
        field.errors = [*field.errors, sentence(problem.code, facts)]
        return _said_again(ratification_id, form, problem.status)
    flash(_("Recorded: %(title)s", title=name), "success")
    return redirect(url_for("decisions.show", decision_id=decision_id, _anchor="ratification"), 303)


@pages.route("/decisions/<int:decision_id>/organs", methods=["GET", "POST"])
def organs(decision_id: int) -> Answer:
    """Choose which colleges and councils must ratify an agreement, and by when."""
    form = OrgansForm()
    with here.read() as session:
        decision = recorded_by(session, decision_id)
        choices = _choices(session, decision)
        if not form.is_submitted():
            open_days = [one.due_on for one in decision.ratifications if one.due_on and not one.result]
            form = OrgansForm(
                formdata=None,
                organs=[_key(one.organisation_id, one.organ) for one in decision.ratifications],
                due_on=min(open_days, default=actions.usual_due_day(session, decision.meeting)),
                version=decision.version,
            )
        form.organs.choices = options(choices)
        if not form.is_submitted() or not form.validate() or form.due_on.data is None:
            page = _organs_page(decision, form)
            return (page, Invalid.status) if form.is_submitted() else page
    wanted = [_organ(key) for key in form.organs.data or ()]
    try:
        with here.work() as session:
            actions.choose_organs(
                session,
                recorded_by(session, decision_id),
                wanted,
                form.due_on.data,
                form.seen_version(),
                here.actor(),
                here.now(),
            )
    except Problem as problem:
        if problem.status not in (Invalid.status, Changed.status):
            raise
        facts = {name: value for name, value in problem.facts.items() if name != "field"}
        form.form_errors.append(sentence(problem.code, facts))
        with here.read() as session:
            decision = recorded_by(session, decision_id)
            form.version.data = str(decision.version)
            return _organs_page(decision, form), problem.status
    flash(_("Kept: who must ratify it, and by when."), "success")
    return redirect(url_for("decisions.show", decision_id=decision_id, _anchor="ratification"), 303)


def _noted_by(session: Session, ratification_id: int) -> Ratification:
    found = queries.ratification_for(session, ratification_id, here.actor())
    here.actor().must("record", found.decision.meeting.body)
    return found


def _said_again(ratification_id: int, form: SaidForm, status: int) -> tuple[str, int]:
    with here.read() as session:
        return _said_page(_noted_by(session, ratification_id), form, []), status


def _said_page(found: Ratification, form: SaidForm, theirs: Sequence[tuple[object, object, object]]) -> str:
    return render_template(
        "decisions/said.html",
        ratification=found,
        decision=found.decision,
        form=form,
        theirs=theirs,
        **panels.frame(),
    )


def _organs_page(decision: Decision, form: OrgansForm) -> str:
    return render_template("decisions/organs.html", decision=decision, form=form, **panels.frame())


def _result(result: RatificationResult | None) -> str:
    return str(words.RESULTS[result]) if result else str(dict(words.RESULT_CHOICES)[words.NOTHING_SAID])


def _choices(session: Session, decision: Decision) -> list[tuple[str, str]]:
    """Offer both organs of each member, and those that were asked before and have left the body."""
    members = {one.id: one for one in actions.municipalities_of(session, decision.meeting.body_id)}
    known = members | {one.organisation_id: one.organisation for one in decision.ratifications}
    return [
        (_key(key, organ), str(words.ORGANS[organ]) % {"name": organisation.name})
        for organ in RatifyingOrgan
        for key, organisation in known.items()
    ]


def _key(organisation_id: int, organ: RatifyingOrgan) -> str:
    return f"{organ.value}:{organisation_id}"


def _organ(key: str) -> actions.Organ:
    organ, _colon, organisation_id = key.partition(":")
    return row_number(organisation_id), RatifyingOrgan(organ)
