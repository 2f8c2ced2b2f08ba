"""Putting reminders to rest and waking them; when the day's letter comes, and days without one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from agenda.accounts.actors import actor_for
from agenda.core import audit
from agenda.core.actor import Actor
from agenda.core.clock import local_day
from agenda.core.database import get
from agenda.core.problems import Conflict, Invalid, NotFound
from agenda.invitations.model import Alarm
from agenda.mail.tokens import same_token, token_hash
from agenda.people.model import Person
from agenda.reminders import gathering, rules
from agenda.reminders.model import DigestWish, Leave, Reminder, Resting
from agenda.reminders.moments import FIRST_HOUR, LAST_HOUR, USUAL_HOUR
from agenda.reminders.wishes import ANYTHING, Rest, rests_until
from agenda.reminders.wishes_queries import leaves_of
from config import Config

# How long the links under a letter's lines work.
LINK_LIVES = timedelta(days=60)
LONGEST_LEAVE = timedelta(days=366)
MOST_LEAVES = 20
# Minutes before a meeting; 0 is none.
ALARMS = (0, 15, 60, 24 * 60)
# What the staff of a body must do: somebody has to hear of it.
DUTIES = frozenset(
    {
        rules.CALL_FOR_TOPICS,
        rules.TOPIC_WITHOUT_LEAD,
        rules.OUTCOMES_DUE,
        rules.DECISION_LIST_DUE,
        rules.COUNCILS_DUE,
        rules.AGENDA_DUE,
        rules.THIN_AGENDA,
        rules.QUORUM_AT_RISK,
        rules.RATIFICATION_DUE,
        rules.BODY_REVIEW,
        rules.ESCALATED,
    }
)


def reminder_behind(session: Session, token: str, now: datetime) -> Reminder:
    """Give the reminder of a link; NotFound alike for one that never was and one that is too old."""
    found = session.scalars(
        select(Reminder).where(Reminder.token_hash == token_hash(token), Reminder.sent_at > now - LINK_LIVES)
    ).first()
    if found is None or found.token_hash is None or not same_token(token, found.token_hash):
        raise NotFound("not_found")
    return found


def resting_for(session: Session, reminder: Reminder) -> Resting | None:
    """Tell how the thing of a reminder rests for its reader: its whole kind, it alone, or not (None)."""
    for subject in (ANYTHING, (reminder.subject_kind, reminder.subject_id)):
        found = _find(session, reminder.person_id, reminder.kind, *subject)
        if found is not None:
            return found
    return None


def is_last_to_hear(session: Session, reminder: Reminder, now: datetime) -> bool:
    """Tell whether this is a duty of which nobody else would hear if its reader hears of it no more."""
    if reminder.kind not in DUTIES:
        return False
    seen = gathering.look_at_what_is_due(session, now)
    about = (reminder.kind, reminder.subject_kind, reminder.subject_id)
    still_so = False
    for other in seen.planned:
        o = other.occasion
        if (o.kind, o.subject_kind, o.subject_id) != about:
            continue
        still_so = True
        if other.person_id == reminder.person_id:
            continue
        place = (other.person_id, *about)
        deaf = (other.person_id, o.kind, *ANYTHING) in seen.wishes.resting
        if not deaf and seen.wishes.resting.get(place, date.min) is not None:
            return False
    return still_so


def rest(
    session: Session, config: Config, reminder: Reminder, choice: Rest, sure: bool, now: datetime
) -> Resting:
    """Let a reader hear no more of a thing, for a while or for good, or of its whole kind.

    Conflict where nobody else would hear of a duty, unless they are sure of that.
    """
    for_good = choice in (Rest.NEVER, Rest.KIND)
    last = for_good and is_last_to_hear(session, reminder, now)
    if last and not sure:
        raise Conflict("last_to_hear")
    subject = ANYTHING if choice is Rest.KIND else (reminder.subject_kind, reminder.subject_id)
    until = rests_until(choice, local_day(now, config.time_zone))
    person = get(session, Person, reminder.person_id)
    return _put(session, config, person, reminder.kind, subject, until, last, now)


def wake(session: Session, config: Config, reminder: Reminder, now: datetime) -> None:
    """Let a reader hear again of what the link is about; harmless where they do already."""
    person = get(session, Person, reminder.person_id)
    while (found := resting_for(session, reminder)) is not None:
        _wake(session, config, person, found, now)


def rest_whole_letter(session: Session, config: Config, reminder: Reminder, now: datetime) -> list[str]:
    """Let a reader hear no more of every kind that was in the letter of this link (RFC 8058); which kinds.

    Programs ask this without a page to warn on: where nobody else hears of a duty, the history of what it
    is about says so.
    """
    query = select(Reminder).where(
        Reminder.letter_key == reminder.letter_key, Reminder.person_id == reminder.person_id
    )
    person, kinds = get(session, Person, reminder.person_id), []
    for row in session.scalars(query.order_by(Reminder.id)).all():
        if row.kind not in kinds:
            kinds.append(row.kind)
            last = is_last_to_hear(session, row, now)
            _put(session, config, person, row.kind, ANYTHING, None, last, now, _subject(row))
    return kinds


def wake_one(session: Session, config: Config, resting_id: int, by: Actor, now: datetime) -> None:
    """Put back on what somebody put to rest; NotFound for what is another's."""
    found = session.get(Resting, resting_id)
    if found is None or found.person_id != by.person_id:
        raise NotFound("not_found")
    _wake(session, config, get(session, Person, found.person_id), found, now)


def choose_hour(session: Session, hour: int, version: int | None, by: Actor, now: datetime) -> None:
    """Let the day's letter come at another hour; Invalid for an hour of the night."""
    if by.person_id is None:
        raise NotFound("not_found")
    if not FIRST_HOUR <= hour <= LAST_HOUR:
        raise Invalid("digest_hour")
    found = session.get(DigestWish, by.person_id)
    before = found.hour if found else USUAL_HOUR
    if found is None:
        session.add(DigestWish(person_id=by.person_id, hour=hour))
    else:
        found.expect(version)
        found.hour = hour
    _note(session, by, now, "digest_hour", {"digest_hour": before}, {"digest_hour": hour})


def add_leave(session: Session, config: Config, first: date, last: date, by: Actor, now: datetime) -> None:
    """Let nothing come on these days, both included; Invalid where they are over, too many or reversed."""
    if by.person_id is None:
        raise NotFound("not_found")
    today = local_day(now, config.time_zone)
    if last < first:
        raise Invalid("leave_reversed")
    if last < today:
        raise Invalid("leave_over")
    if last - first > LONGEST_LEAVE or first - today > 2 * LONGEST_LEAVE:
        raise Invalid("leave_too_long")
    if len(leaves_of(session, by.person_id, today)) >= MOST_LEAVES:
        raise Invalid("leave_too_many")
    session.add(Leave(person_id=by.person_id, first_day=first, last_day=last))
    _note(session, by, now, "leave_added", {}, {"leave": f"{first.isoformat()} / {last.isoformat()}"})


def end_leave(session: Session, leave_id: int, by: Actor, now: datetime) -> None:
    """Take days of leave away; NotFound for those of another."""
    found = session.get(Leave, leave_id)
    if found is None or found.person_id != by.person_id:
        raise NotFound("not_found")
    session.delete(found)
    before = {"leave": f"{found.first_day.isoformat()} / {found.last_day.isoformat()}"}
    _note(session, by, now, "leave_ended", before, {})


def choose_alarm(session: Session, minutes: int, by: Actor, now: datetime) -> None:
    """Let one's calendar warn so many minutes before a meeting, in the place of a mail; 0 for the mail."""
    if by.person_id is None:
        raise NotFound("not_found")
    if minutes not in ALARMS:
        raise Invalid("alarm_unknown")
    found = session.get(Alarm, by.person_id)
    before = found.minutes if found else 0
    if found is not None and not minutes:
        session.delete(found)
    elif found is not None:
        found.minutes = minutes
    elif minutes:
        session.add(Alarm(person_id=by.person_id, minutes=minutes))
    _note(session, by, now, "alarm_chosen", {"alarm": before}, {"alarm": minutes})


def _find(session: Session, person_id: int, kind: str, what: str, key: int) -> Resting | None:
    query = select(Resting).where(
        Resting.person_id == person_id,
        Resting.kind == kind,
        Resting.subject_kind == what,
        Resting.subject_id == key,
    )
    return session.scalars(query).one_or_none()


def _subject(row: Reminder) -> tuple[str, int]:
    return row.subject_kind, row.subject_id


def _put(
    session: Session,
    config: Config,
    person: Person,
    kind: str,
    subject: tuple[str, int],
    until: date | None,
    last: bool,
    now: datetime,
    told_at: tuple[str, int] | None = None,
) -> Resting:
    # The person's row is locked: two presses of the button make one row.
    session.scalars(select(Person.id).where(Person.id == person.id).with_for_update()).one()
    found = _find(session, person.id, kind, *subject)
    if found is None:
        found = Resting(person_id=person.id, kind=kind, subject_kind=subject[0], subject_id=subject[1])
        session.add(found)
    found.until, found.at = until, now
    session.flush()
    by = actor_for(session, person, local_day(now, config.time_zone))
    after = {"reminder": kind} | ({"until": until.isoformat()} if until else {})
    _note(session, by, now, "reminder_rests", {}, after)
    # The staff reads in the history of a thing that nobody hears of it, or not for a while.
    thing = told_at if subject == ANYTHING else subject
    if thing is not None and (last or (kind in DUTIES and subject != ANYTHING)):
        verb = "last_hears_no_more" if last else "reminder_rests"
        audit.record(session, by, now, verb, thing, {}, after)
    return found


def _wake(session: Session, config: Config, person: Person, found: Resting, now: datetime) -> None:
    session.delete(found)
    session.flush()
    by = actor_for(session, person, local_day(now, config.time_zone))
    _note(session, by, now, "reminder_wakes", {}, {"reminder": found.kind})


def _note(
    session: Session,
    by: Actor,
    now: datetime,
    verb: str,
    before: Mapping[str, object],
    after: Mapping[str, object],
) -> None:
    audit.record(session, by, now, verb, ("person", by.person_id or 0), before, after)
