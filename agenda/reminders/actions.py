"""Reminding: derive what is due, gather it a person a day, and queue it with its ledger."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from agenda.core import audit
from agenda.core.actor import Actor
from agenda.core.problems import Invalid
from agenda.invitations.own_items import own_items
from agenda.meetings.model import Meeting
from agenda.people.model import Body, Person
from agenda.reminders import digest, queries, rules
from agenda.reminders.digest import Told
from agenda.reminders.gathering import gather
from agenda.reminders.ledger_writing import Ledger
from agenda.reminders.model import ReminderRule, SwitchedOff
from config import Config


def lay_down_rules(session: Session, body: Body) -> None:
    """Give a body the usual rules."""
    session.flush()
    for kind, days in rules.USUAL_DAYS.items():
        share = rules.USUAL_SHARE if kind == rules.THIN_AGENDA else None
        session.add(ReminderRule(body_id=body.id, kind=kind, days=list(days), share=share))


def remind_everyone(session: Session, config: Config, now: datetime) -> int:
    """Queue what is due, one gathered letter a person a day; how many letters.

    A body without rules gets the usual ones first. Safe to call twice, and safe to miss.
    """
    _one_at_a_time(session)
    for body in queries.bodies_without_rules(session):
        lay_down_rules(session, body)
    session.flush()
    gathered = gather(session, config, now)
    if not gathered:
        return 0
    people = {p.id: p for p in session.scalars(select(Person).where(Person.id.in_(gathered)))}
    meetings = queries.meetings_of(session, (r for found in gathered.values() for r in found))
    # A draft agenda moves nobody: as in invitations, items are told once it is final.
    final = [meeting for meeting in meetings.values() if meeting.agenda_final_at is not None]
    told = Told(meetings, own_items(session, final))
    ledger = Ledger(session, config, gathered, now)
    for person_id, found in gathered.items():
        key = ledger.note(person_id, found)
        digest.write(session, config, people[person_id], found, told, key, now)
    return len(gathered)


def _one_at_a_time(session: Session) -> None:
    """On PostgreSQL a second worker waits here, and then sees what the first one wrote."""
    session.execute(select(Body.id).order_by(Body.id).with_for_update(key_share=True))


def change_rule(
    session: Session,
    rule: ReminderRule,
    body: Body,
    days: str,
    enabled: bool,
    version: int | None,
    by: Actor,
    now: datetime,
    *,
    share: int | None = None,
) -> None:
    """Let a rule remind on other days, or not at all; Invalid when days or share cannot be."""
    by.must("set_reminders", body)
    rule.expect(version)
    read, below = read_rule(rule, days, share)
    _change(session, rule, read, enabled, below, by, now)


def back_to_usual(
    session: Session, rule: ReminderRule, body: Body, version: int | None, by: Actor, now: datetime
) -> None:
    """Let a rule remind on the days with which every body begins."""
    by.must("set_reminders", body)
    rule.expect(version)
    share = rules.USUAL_SHARE if rule.kind == rules.THIN_AGENDA else None
    _change(session, rule, list(rules.USUAL_DAYS[rule.kind]), True, share, by, now)


def is_usual(rule: ReminderRule) -> bool:
    """Tell whether a rule is as every body begins with it."""
    share = rules.USUAL_SHARE if rule.kind == rules.THIN_AGENDA else None
    return (tuple(rule.days), rule.enabled, rule.share) == (rules.USUAL_DAYS[rule.kind], True, share)


def read_rule(rule: ReminderRule, days: str, share: int | None) -> tuple[list[int], int | None]:
    """Read days and share as they were typed; Invalid when they cannot be. Only a thin agenda has a share."""
    read = rules.read_days(days)
    if read is None:
        raise Invalid("days_unreadable", field="days")
    if rule.kind != rules.THIN_AGENDA:
        return read, None
    below = rule.share if share is None else share
    if below is None or not 1 <= below <= 100:
        raise Invalid("share_unreadable", field="share")
    return read, below


def _change(
    session: Session,
    rule: ReminderRule,
    days: list[int],
    enabled: bool,
    share: int | None,
    by: Actor,
    now: datetime,
) -> None:
    before = {"days": rule.days, "enabled": rule.enabled, "share": rule.share}
    after = {"days": days, "enabled": enabled, "share": share}
    if before == after:
        return
    rule.days, rule.enabled, rule.share = days, enabled, share
    about = {"reminder": rule.kind}
    audit.record(session, by, now, "reminder_rule_changed", ("body", rule.body_id), before, after | about)


def switch(session: Session, meeting: Meeting, kind: str, on: bool, by: Actor, now: datetime) -> None:
    """Silence one kind of reminder for one meeting, or let it speak again."""
    by.must("set_reminders", meeting.body)
    if kind not in rules.KINDS:
        raise Invalid("reminder_unknown")
    place = (
        SwitchedOff.kind == kind,
        SwitchedOff.subject_kind == "meeting",
        SwitchedOff.subject_id == meeting.id,
    )
    found = session.scalars(select(SwitchedOff).where(*place)).one_or_none()
    if on == (found is None):
        return
    if found is not None:
        session.delete(found)
    else:
        session.add(SwitchedOff(kind=kind, subject_kind="meeting", subject_id=meeting.id, at=now))
    verb = "reminder_on" if on else "reminder_off"
    audit.record(session, by, now, verb, ("meeting", meeting.id), after={"reminder": kind})
