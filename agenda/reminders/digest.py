"""The day's letter of one person: its sections, its lines and the links under them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from agenda.core import words
from agenda.core.speech import speak
from agenda.invitations.own_items import leads_of
from agenda.invitations.rules import PersonalItem
from agenda.mail.actions import Outgoing, post
from agenda.mail.compose import Mailbox, render_letter
from agenda.mail.tokens import link_token
from agenda.meetings.model import Meeting
from agenda.people.model import Person
from agenda.reminders import rules
from agenda.reminders.gathering import LETTER_KIND
from agenda.reminders.paths import own_path
from agenda.reminders.rules import Planned
from agenda.reminders.words import ACTION_WITHOUT_DAY, LIMITED, SAID, YOUR_ITEMS
from config import Config

Section = dict[str, object]

# More lines of one kind are no reminders but a list: the letter names the first, and where the rest stand.
MOST_LINES = 10


@dataclass(frozen=True)
class Told:
    """The meetings that reminders tell of, and by (meeting, person) the items that concern someone."""

    meetings: Mapping[int, Meeting]
    own: Mapping[tuple[int, int], Sequence[PersonalItem]]


def rest_token(config: Config, key: str, person_id: int) -> str:
    """Return the secret by which one reader puts one reminder to rest; `key` is the reminder's."""
    return link_token(config.secret, f"reminder:{key}", person_id, 0)


def rest_path(token: str) -> str:
    """Give the page on which a reminder is put to rest."""
    return f"/reminder/{token}"


def write(
    session: Session,
    config: Config,
    person: Person,
    found: Sequence[Planned],
    told: Told,
    key: str,
    now: datetime,
) -> None:
    """Queue a person's letter of the day under its key."""
    zone = ZoneInfo(config.time_zone)
    text = render_letter(
        "reminders",
        person.language,
        sections=_sections(config, person, found, told),
        mine=f"{config.base_url}/profile/reminders",
        zone=zone,
        sender=config.mail_name,
    )
    about = {(r.occasion.subject_kind, r.occasion.subject_id) for r in found}
    bodies = {r.occasion.body_id for r in found}
    off = f"{config.base_url}{rest_path(rest_token(config, found[0].key, person.id))}/off"
    outgoing = Outgoing(
        key=key,
        kind=LETTER_KIND,
        recipient=Mailbox(person.name, person.email),
        text=text,
        person_id=person.id,
        body_id=bodies.pop() if len(bodies) == 1 else None,
        about=about.pop() if len(about) == 1 else None,
        # RFC 8058 knows HTTPS alone.
        unsubscribe=off if config.secure else None,
    )
    post(session, config, outgoing, now)


def _sections(config: Config, person: Person, found: Sequence[Planned], told: Told) -> list[Section]:
    sections: list[Section] = []
    for kind in rules.KINDS:
        mine = most_pressing_first(r for r in found if r.occasion.kind == kind)
        lines = [
            {
                "text": line(r, person.language, told),
                "link": config.base_url + own_path(config, r.occasion),
                "rest": config.base_url + rest_path(rest_token(config, r.key, person.id)),
            }
            for r in mine[:MOST_LINES]
        ]
        if lines:
            section: Section = {
                "heading": speak("reminders", person.language, SAID[kind][0]),
                "lines": lines,
                "more": len(mine) - len(lines),
                "list": f"{config.base_url}/profile/reminders?kind={kind}#ledger",
            }
            sections.append(section)
    return sections


def most_pressing_first(found: Iterable[Planned]) -> list[Planned]:
    """Order reminders of one kind by their day: what lies longest, is latest or comes soonest goes first."""
    return sorted(found, key=lambda r: (r.occasion.day, r.due_at, r.occasion.subject_id))


def line(reminder: Planned, language: str, told: Told) -> str:
    """Say one reminder in a language, with its reader's own items where it has any."""
    occasion = reminder.occasion
    zone = ZoneInfo(occasion.zone)
    facts = dict(occasion.facts)
    for name, value in facts.items():
        if isinstance(value, datetime):
            facts[name] = words.when(value, zone, language)
        elif isinstance(value, date):
            facts[name] = words.day(value, zone, language)
    if occasion.kind == rules.PAPERS_DUE:
        items = told.meetings[occasion.subject_id].items
        facts["items"] = ", ".join(item.title for item in items if reminder.person_id in leads_of(item))
    for name in ("action", "promise", "decision"):
        if facts.get(name) == "":
            facts[name] = speak("reminders", language, LIMITED)
    text = SAID[occasion.kind][1]
    if occasion.kind == rules.ACTION_GIVEN and facts["due"] is None:
        text = ACTION_WITHOUT_DAY
    said = speak("reminders", language, text, **facts)
    own = told.own.get((occasion.subject_id, reminder.person_id), [])
    if occasion.kind == rules.MEETING_TOMORROW and own:
        times = [f"{words.clock(item.starts_at, zone, language)} {item.title}" for item in own]
        said += " " + speak("reminders", language, YOUR_ITEMS, items=", ".join(times))
    return said
