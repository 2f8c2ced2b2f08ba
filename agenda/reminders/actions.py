"""Reminding: derive what is due, gather it a person a day, and queue it with its ledger."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from agenda.core import audit, words
from agenda.core.actor import Actor
from agenda.core.clock import at_local, local_day
from agenda.core.problems import Invalid
from agenda.core.speech import speak
from agenda.invitations.own_items import leads_of, own_items
from agenda.invitations.rules import PersonalItem
from agenda.mail.actions import Outgoing, post
from agenda.mail.compose import Mailbox, render_letter
from agenda.meetings.model import Meeting
from agenda.people.model import Body, Person
from agenda.reminders import queries, rules
from agenda.reminders.model import Reminder, ReminderRule, SwitchedOff
from agenda.reminders.paths import own_path
from agenda.reminders.rules import Planned
from agenda.reminders.words import ACTION_WITHOUT_DAY, LIMITED, SAID, YOUR_ITEMS
from config import Config

Section = dict[str, object]


@dataclass(frozen=True)
class Told:
    """The meetings that reminders tell of, and by (meeting, person) the items that concern someone."""

    meetings: Mapping[int, Meeting]
    own: Mapping[tuple[int, int], Sequence[PersonalItem]]


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
    if not rules.is_daytime(now, config.time_zone):
        return 0
    gathered: defaultdict[int, list[Planned]] = defaultdict(list)
    for reminder in queries.due(session, now):
        gathered[reminder.person_id].append(reminder)
    today = local_day(now, config.time_zone)
    for person_id in queries.written_to_since(
        session, at_local(today, datetime.min.time(), config.time_zone)
    ):
        gathered.pop(person_id, None)
    if not gathered:
        return 0
    people = {p.id: p for p in session.scalars(select(Person).where(Person.id.in_(gathered)))}
    meetings = queries.meetings_of(session, (r for found in gathered.values() for r in found))
    # A draft agenda moves nobody: as in invitations, items are told once it is final.
    final = [meeting for meeting in meetings.values() if meeting.agenda_final_at is not None]
    told = Told(meetings, own_items(session, final))
    for person_id, found in gathered.items():
        _write(session, config, people[person_id], found, told, today, now)
    return len(gathered)


def _one_at_a_time(session: Session) -> None:
    """On PostgreSQL a second worker waits here, and then sees what the first one wrote."""
    session.execute(select(Body.id).order_by(Body.id).with_for_update(key_share=True))


def _write(
    session: Session,
    config: Config,
    person: Person,
    found: Sequence[Planned],
    told: Told,
    today: date,
    now: datetime,
) -> None:
    key = f"reminders:{person.id}:{today.isoformat()}"
    sections = _sections(config, person, found, told)
    zone = ZoneInfo(config.time_zone)
    text = render_letter("reminders", person.language, sections=sections, zone=zone, sender=config.mail_name)
    about = {(r.occasion.subject_kind, r.occasion.subject_id) for r in found}
    bodies = {r.occasion.body_id for r in found}
    post(
        session,
        config,
        Outgoing(
            key=key,
            kind="reminders",
            recipient=Mailbox(person.name, person.email),
            text=text,
            person_id=person.id,
            body_id=bodies.pop() if len(bodies) == 1 else None,
            about=about.pop() if len(about) == 1 else None,
        ),
        now,
    )
    for reminder in found:
        o = reminder.occasion
        session.add(
            Reminder(
                key=reminder.key,
                kind=o.kind,
                person_id=person.id,
                subject_kind=o.subject_kind,
                subject_id=o.subject_id,
                due_at=reminder.due_at,
                sent_at=now,
                letter_key=key,
            )
        )


def _sections(config: Config, person: Person, found: Sequence[Planned], told: Told) -> list[Section]:
    sections: list[Section] = []
    for kind in rules.KINDS:
        lines = [
            {"text": line(r, person, told), "link": config.base_url + own_path(config, r.occasion)}
            for r in found
            if r.occasion.kind == kind
        ]
        if lines:
            sections.append({"heading": speak("reminders", person.language, SAID[kind][0]), "lines": lines})
    return sections


def line(reminder: Planned, person: Person, told: Told) -> str:
    """Say one reminder in the language of its reader, with their own items where it has any."""
    occasion = reminder.occasion
    zone = ZoneInfo(occasion.zone)
    facts = dict(occasion.facts)
    for name, value in facts.items():
        if isinstance(value, datetime):
            facts[name] = words.when(value, zone, person.language)
        elif isinstance(value, date):
            facts[name] = words.day(value, zone, person.language)
    if occasion.kind == rules.PAPERS_DUE:
        items = told.meetings[occasion.subject_id].items
        facts["items"] = ", ".join(item.title for item in items if person.id in leads_of(item))
    for name in ("action", "promise", "decision"):
        if facts.get(name) == "":
            facts[name] = speak("reminders", person.language, LIMITED)
    text = SAID[occasion.kind][1]
    if occasion.kind == rules.ACTION_GIVEN and facts["due"] is None:
        text = ACTION_WITHOUT_DAY
    said = speak("reminders", person.language, text, **facts)
    own = told.own.get((occasion.subject_id, person.id), [])
    if occasion.kind == rules.MEETING_TOMORROW and own:
        times = [f"{words.clock(item.starts_at, zone, person.language)} {item.title}" for item in own]
        said += " " + speak("reminders", person.language, YOUR_ITEMS, items=", ".join(times))
    return said


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
