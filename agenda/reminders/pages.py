"""A body's rules, and for a meeting which reminders will go and which went."""

from __future__ import annotations

from flask import Flask, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms import BooleanField, StringField
from wtforms.validators import Length

from agenda.core.database import get
from agenda.core.problems import Conflict, Invalid, NotFound
from agenda.meetings.model import Meeting
from agenda.people.model import Body
from agenda.reminders import actions, own_pages, queries, rest_pages
from agenda.reminders.blueprint import pages
from agenda.reminders.ledger_pages import meeting_panel
from agenda.reminders.model import ReminderRule
from agenda.reminders.words import COUNTED_FROM, FIELDS, FOR_WHOM, SAID, VERBS
from agenda.web import here, shell
from agenda.web.forms import Form, tidy_line
from agenda.web.panels import offer_panel, offer_words


class RuleForm(Form):
    """On which days a rule reminds."""

    days = StringField(_l("Days"), filters=[tidy_line], validators=[Length(max=100)])
    enabled = BooleanField(_l("On"))


def init(app: Flask) -> None:
    """Add the pages, and the panels on a meeting and a body."""
    app.register_blueprint(pages)
    own_pages.offer(app)
    rest_pages.offer(app)
    shell.say(
        app,
        {
            "days_unreadable": _l("Write the days as whole numbers with commas between, such as -7, -2."),
            "reminder_unknown": _l("There is no such reminder."),
        },
    )
    offer_panel(app, "meeting", meeting_panel, order=70)
    offer_panel(app, "body", _body_panel, order=70)
    offer_words(
        app, VERBS, FIELDS, {"reminder": {kind: lazy_gettext(said[0]) for kind, said in SAID.items()}}
    )


@pages.get("/bodies/<int:body_id>/reminders")
def rules(body_id: int) -> str:
    """Show a body's rules with a form for each."""
    with here.read() as session:
        return _rules(session, _body(session, body_id))


@pages.post("/bodies/<int:body_id>/reminders/<int:rule_id>")
def change_rule(body_id: int, rule_id: int) -> Response | tuple[str, int]:
    """Change one rule."""
    form = RuleForm(prefix=f"rule{rule_id}")
    if not form.validate_on_submit():
        return _refused(body_id, rule_id, form, 422)
    try:
        with here.work() as session:
            body = _body(session, body_id)
            rule = get(session, ReminderRule, rule_id)
            if rule.body_id != body.id:
                raise NotFound("not_found")
            actions.change_rule(
                session,
                rule,
                body,
                form.days.data or "",
                form.enabled.data,
                form.seen_version(),
                here.actor(),
                here.now(),
            )
    except (Invalid, Conflict) as problem:
        form.days.errors = [shell.sentence(problem.code, problem.facts)]
        return _refused(body_id, rule_id, form, problem.status)
    flash(_("The rule is changed."), "success")
    return redirect(url_for("reminders.rules", body_id=body_id), 303)


def _refused(body_id: int, rule_id: int, form: RuleForm, status: int) -> tuple[str, int]:
    with here.read() as session:
        rule = session.get(ReminderRule, rule_id)
        # The next try is made with what stands there now before one's eyes.
        form.version.data = str(rule.version) if rule else None
        return _rules(session, _body(session, body_id), {rule_id: form}), status


@pages.post("/meetings/<int:meeting_id>/reminders/<kind>/<any(on, off):state>")
def switch(meeting_id: int, kind: str, state: str) -> Response:
    """Silence one kind of reminder for one meeting, or undo that."""
    with here.work() as session:
        meeting = get(session, Meeting, meeting_id)
        actions.switch(session, meeting, kind, state == "on", here.actor(), here.now())
    flash(_("These reminders go again.") if state == "on" else _("These reminders stay at home."), "success")
    return redirect(url_for("meetings.show", meeting_id=meeting_id, _anchor="reminders"), 303)


def _body(session: Session, body_id: int) -> Body:
    body = get(session, Body, body_id)
    here.actor().must("see", body)
    return body


def _rules(session: Session, body: Body, shown: dict[int, RuleForm] | None = None) -> str:
    found = queries.rules_of(session, body.id)
    forms = {rule.id: _rule_form(rule) for rule in found} | (shown or {})
    return render_template(
        "reminders/rules.html",
        body=body,
        rules=found,
        forms=forms,
        may_set=here.actor().may("set_reminders", body),
        titles={kind: _(said[0]) for kind, said in SAID.items()},
        whom={kind: _(text) for kind, text in FOR_WHOM.items()},
        counted={kind: _(text) for kind, text in COUNTED_FROM.items()},
    )


def _rule_form(rule: ReminderRule) -> RuleForm:
    days = ", ".join(str(day) for day in rule.days)
    return RuleForm(
        formdata=None, prefix=f"rule{rule.id}", days=days, enabled=rule.enabled, version=rule.version
    )


def _body_panel(_session: Session, body: Body) -> str:
    return render_template("reminders/_body.html", body=body)
