"""What a body's rules would have sent in the past quarter, also with a rule that is not saved yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from flask import render_template
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from agenda.core.clock import at_local, local_day
from agenda.core.problems import Invalid
from agenda.people.model import Body, Person
from agenda.reminders import actions, rule_queries, rules
from agenda.reminders.blueprint import pages
from agenda.reminders.history import UNKNOWN
from agenda.reminders.history_standing import spells_of
from agenda.reminders.model import ReminderRule
from agenda.reminders.preview_rules import Week, by_week, would_have_gone
from agenda.reminders.rule_pages import RuleForm, body_to_see, form_sent, refused, rule_of
from agenda.reminders.rule_words import days_in_words
from agenda.reminders.words import SAID
from agenda.web import here, shell

# A quarter, in whole weeks; the week of today is one of them.
WEEKS = 13


@dataclass(frozen=True)
class Tried:
    """A rule as it was typed, before it is saved."""

    rule: ReminderRule
    form: RuleForm
    days: list[int]


@pages.get("/bodies/<int:body_id>/reminders/preview")
def preview(body_id: int) -> str:
    """Show what the rules as they stand would have sent."""
    with here.read() as session:
        body = body_to_see(session, body_id)
        here.actor().must("set_reminders", body)
        return _page(session, body, None)


@pages.post("/bodies/<int:body_id>/reminders/<int:rule_id>/preview")
def preview_rule(body_id: int, rule_id: int) -> str | tuple[str, int]:
    """Show what the rules would have sent with this one as it was typed; nothing is changed."""
    form = form_sent(rule_id)
    if not form.validate_on_submit():
        return refused(body_id, rule_id, form, Invalid.status)
    with here.read() as session:
        body, rule = rule_of(session, body_id, rule_id)
        here.actor().must("set_reminders", body)
        try:
            days, _share = actions.read_rule(rule, form.days.data or "", form.share.data)
        except Invalid as problem:
            place = form.share if problem.facts.get("field") == "share" else form.days
            place.errors = [shell.sentence(problem.code, problem.facts)]
        else:
            return _page(session, body, Tried(rule, form, days if form.enabled.data else []))
    return refused(body_id, rule_id, form, Invalid.status)


def _page(session: Session, body: Body, tried: Tried | None) -> str:
    now = here.now()
    found = rule_queries.rules_of(session, body.id)
    days = {rule.kind: rule.days for rule in found if rule.enabled}
    if tried is not None:
        days[tried.rule.kind] = tried.days
    first = _first_moment(now, body.time_zone)
    weeks = by_week(would_have_gone(spells_of(session, body, now), days, first, now))
    return render_template(
        "reminders/preview.html",
        body=body,
        tried=tried,
        first=first,
        kinds=[(kind, _(SAID[kind][0]), weeks.get(kind, [])) for kind in rules.KINDS if kind not in UNKNOWN],
        unknown=[_(SAID[kind][0]) for kind in UNKNOWN],
        total=sum(week.reminders for some in weeks.values() for week in some),
        people={person for some in weeks.values() for week in some for person in week.people},
        names=_names(session, weeks),
        titles={kind: _(said[0]) for kind, said in SAID.items()},
        in_words=days_in_words,
    )


def _first_moment(now: datetime, zone: str) -> datetime:
    today = local_day(now, zone)
    monday = today - timedelta(days=today.weekday())
    return at_local(monday - timedelta(weeks=WEEKS - 1), time(), zone)


def _names(session: Session, weeks: Mapping[str, list[Week]]) -> dict[int, str]:
    keys = {person for some in weeks.values() for week in some for person in week.people}
    rows = session.execute(select(Person.id, Person.name).where(Person.id.in_(keys)).order_by(Person.name))
    return dict(rows.all())
