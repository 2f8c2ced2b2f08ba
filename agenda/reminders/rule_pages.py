"""A body's rules for reminders: read in words, changed one by one, back to the usual, and tried first."""

from __future__ import annotations

from collections.abc import Mapping

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms import BooleanField, StringField
from wtforms.validators import Length, Optional

from agenda.core.database import get
from agenda.core.problems import Conflict, Invalid, NotFound
from agenda.people.model import Body
from agenda.planner.cadence_queries import running_cadence
from agenda.reminders import actions, rule_queries, rules
from agenda.reminders.blueprint import pages
from agenda.reminders.model import ReminderRule
from agenda.reminders.rule_words import GROUPS, days_in_words
from agenda.reminders.words import COUNTED_FROM, FOR_WHOM, SAID
from agenda.web import here, shell
from agenda.web.forms import Form, IntegerField, tidy_line


class RuleForm(Form):
    """On which days a rule reminds; of a thin agenda also below which share."""

    days = StringField(_l("Days"), filters=[tidy_line], validators=[Length(max=100)])
    share = IntegerField(_l("Thin below (% filled)"), validators=[Optional()])
    enabled = BooleanField(_l("On"))


@pages.get("/bodies/<int:body_id>/reminders")
def rules_of_body(body_id: int) -> str:
    """Show a body's rules with a form for each."""
    with here.read() as session:
        return _page(session, body_to_see(session, body_id))


@pages.post("/bodies/<int:body_id>/reminders/<int:rule_id>")
def change_rule(body_id: int, rule_id: int) -> Response | tuple[str, int]:
    """Change one rule."""
    form = form_sent(rule_id)
    if not form.validate_on_submit():
        return refused(body_id, rule_id, form, 422)
    try:
        with here.work() as session:
            body, rule = rule_of(session, body_id, rule_id)
            actions.change_rule(
                session,
                rule,
                body,
                form.days.data or "",
                form.enabled.data,
                form.seen_version(),
                here.actor(),
                here.now(),
                share=form.share.data,
            )
    except (Invalid, Conflict) as problem:
        place = form.share if problem.facts.get("field") == "share" else form.days
        place.errors = [shell.sentence(problem.code, problem.facts)]
        return refused(body_id, rule_id, form, problem.status)
    flash(_("The rule is changed."), "success")
    return redirect(url_for("reminders.rules_of_body", body_id=body_id, _anchor=f"rule-{rule_id}"), 303)


@pages.post("/bodies/<int:body_id>/reminders/<int:rule_id>/usual")
def back_to_usual(body_id: int, rule_id: int) -> Response | tuple[str, int]:
    """Give one rule its usual days again, and let it remind."""
    form = Form()
    try:
        with here.work() as session:
            body, rule = rule_of(session, body_id, rule_id)
            actions.back_to_usual(session, rule, body, form.seen_version(), here.actor(), here.now())
    except Conflict as problem:
        with here.read() as session:
            body, rule = rule_of(session, body_id, rule_id)
            again = form_of(rule)
            again.days.errors = [shell.sentence(problem.code, problem.facts)]
            return _page(session, body, {rule_id: again}), problem.status
    flash(_("The rule is as usual again."), "success")
    return redirect(url_for("reminders.rules_of_body", body_id=body_id, _anchor=f"rule-{rule_id}"), 303)


def form_sent(rule_id: int) -> RuleForm:
    """Read the form of one rule; the fields of each rule have names of their own."""
    return RuleForm(prefix=f"rule{rule_id}")


def form_of(rule: ReminderRule) -> RuleForm:
    """Fill the form of a rule with what stands."""
    return RuleForm(
        formdata=None,
        prefix=f"rule{rule.id}",
        days=", ".join(str(day) for day in rule.days),
        share=rule.share,
        enabled=rule.enabled,
        version=rule.version,
    )


def body_to_see(session: Session, body_id: int) -> Body:
    """Give a body; NotFound when it is not theirs to see."""
    body = get(session, Body, body_id)
    here.actor().must("see", body)
    return body


def rule_of(session: Session, body_id: int, rule_id: int) -> tuple[Body, ReminderRule]:
    """Give a rule of this body; NotFound for one of another."""
    body = body_to_see(session, body_id)
    rule = get(session, ReminderRule, rule_id)
    if rule.body_id != body.id:
        raise NotFound("not_found")
    return body, rule


def refused(body_id: int, rule_id: int, form: RuleForm, status: int) -> tuple[str, int]:
    """Show the rules again with what was typed."""
    with here.read() as session:
        rule = session.get(ReminderRule, rule_id)
        # The next try is made with what stands there now before one's eyes.
        form.version.data = str(rule.version) if rule else None
        return _page(session, body_to_see(session, body_id), {rule_id: form}), status


def _page(session: Session, body: Body, shown: Mapping[int, RuleForm] | None = None) -> str:
    found = {rule.kind: rule for rule in rule_queries.rules_of(session, body.id)}
    changed = rule_queries.last_changes(session, body.id)
    cadence = running_cadence(session, body.id)
    return render_template(
        "reminders/rules.html",
        body=body,
        groups=[(title, [found[kind] for kind in kinds if kind in found]) for title, kinds in GROUPS],
        forms={rule.id: form_of(rule) for rule in found.values()} | dict(shown or {}),
        changed=changed,
        thin=rules.THIN_AGENDA,
        rhythm_share=cadence.thin_below if cadence is not None else None,
        may_set=here.actor().may("set_reminders", body),
        is_usual=actions.is_usual,
        in_words=days_in_words,
        titles={kind: _(said[0]) for kind, said in SAID.items()},
        whom={kind: _(text) for kind, text in FOR_WHOM.items()},
        counted={kind: _(text) for kind, text in COUNTED_FROM.items()},
    )
