"""What the screens show: who gets what and why, what became of it, and one's own invitation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, defer, joinedload

from agenda.core.problems import NotFound
from agenda.invitations import facts as told_facts
from agenda.invitations import letters, standing
from agenda.invitations.by_mail import Came, came_by_mail
from agenda.invitations.letters import Sent
from agenda.invitations.model import AnswerToken, Reply, Told
from agenda.invitations.rules import Appointment, Change
from agenda.invitations.standing import Standing
from agenda.mail.compose import LetterText
from agenda.mail.model import Letter
from agenda.mail.queries import open_hold
from agenda.mail.rules import State, state_of
from agenda.mail.tokens import same_token, token_hash
from agenda.meetings import queries as meetings
from agenda.meetings.attendance import substitute_of
from agenda.meetings.model import Answer, Attendee, AttendeeRole, Meeting
from agenda.meetings.rules import answered_earlier, current_answer, is_to_come
from agenda.meetings.substitutes import candidates
from agenda.people.model import Person
from config import Config

LANGUAGES = ("nl", "en")
# Stands where the secret of the answer link will stand: nobody can answer for another by looking here.
NO_TOKEN = "voorbeeld"  # noqa: S105
ORDER = (AttendeeRole.MEMBER, AttendeeRole.SECRETARIAT, AttendeeRole.GUEST, AttendeeRole.ROOM)
UNDER_WAY = frozenset({State.WAITING, State.SENDING, State.HELD})


@dataclass(frozen=True)
class Recipient:
    """One attendee on the screen: what was told, what is owed, what was answered, how the letter fared."""

    standing: Standing
    answer: Answer
    answered_earlier: bool
    letter: Letter | None
    fate: State | None
    # What came from this person by mail, newest first: answers, and the last absence notice.
    replies: tuple[Reply, ...]
    absent: str

    @property
    def attendee(self) -> Attendee:
        return self.standing.attendee

    @property
    def window(self) -> Appointment | None:
        """A guest's own time, where it is narrower than the meeting."""
        owed, known = self.standing.owed, self.standing.known
        appointment = owed.told.appointment if owed else (known.appointment if known else None)
        if appointment is None or self.attendee.role is not AttendeeRole.GUEST:
            return None
        return appointment


@dataclass(frozen=True)
class Example:
    """A letter as one of the recipients will read it."""

    language: str
    name: str
    text: LetterText


@dataclass(frozen=True)
class Owing:
    """Letters of one kind that still must leave, with the changes that they tell."""

    kind: str
    number: int
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class Preview:
    """Who gets what and why, in groups; and what a secretary should know before sending."""

    groups: tuple[tuple[AttendeeRole, tuple[Recipient, ...]], ...]
    removed: tuple[Recipient, ...]
    owing: tuple[Owing, ...]
    examples: tuple[Example, ...]
    undeliverable: tuple[str, ...]
    not_in_number: tuple[str, ...]
    engaged: tuple[str, ...]

    @property
    def recipients(self) -> tuple[Recipient, ...]:
        return tuple(recipient for _, group in self.groups for recipient in group)

    @property
    def number(self) -> int:
        """How many letters will leave."""
        return sum(owing.number for owing in self.owing)

    @property
    def under_way(self) -> int:
        """How many are written and have not left yet."""
        return sum(one.fate in UNDER_WAY for one in (*self.recipients, *self.removed))


@dataclass(frozen=True)
class Invitation:
    """A meeting as one attendee sees it on the answer page."""

    attendee: Attendee
    meeting: Meeting
    appointment: Appointment
    successor: str
    answer: Answer
    answered_earlier: bool
    over: bool
    # Who comes in their place, and who could.
    substitute: Attendee | None
    may_come_instead: Sequence[Person]

    @property
    def open(self) -> bool:
        """Whether this attendee can answer now."""
        return not (self.over or self.removed or self.meeting.cancelled_at)

    @property
    def removed(self) -> bool:
        return self.attendee.removed_at is not None

    @property
    def guest(self) -> bool:
        return self.attendee.role is AttendeeRole.GUEST


def preview(session: Session, config: Config, meeting: Meeting, now: datetime) -> Preview:
    """Tell who will get what and why, with an example in each language, before anything leaves.

    For a meeting that was sent already: who knows what, and what is still owed.
    """
    if meeting.starts_at is None:
        raise NotFound("not_found")
    found = standing.of_meeting(session, config.mail_domain, meeting)
    fates = _letters(session, meeting, now)
    came = came_by_mail(session, meeting)
    recipients = [_recipient(one, fates, came) for one in found]
    invited = [recipient for recipient in recipients if recipient.standing.invited or meeting.cancelled_at]
    presence = meetings.presence(session, meeting)
    clashes = meetings.conflicts(session, meeting, meeting.starts_at, meeting.minutes)
    return Preview(
        groups=tuple((role, group) for role in ORDER if (group := _in_role(invited, role))),
        removed=tuple(r for r in recipients if r.attendee.removed_at and r.standing.told),
        owing=_owing(found),
        examples=tuple(_examples(config, found, now)),
        undeliverable=tuple(r.attendee.person.name for r in invited if r.attendee.person.undeliverable_since),
        not_in_number=tuple(college.organisation.name for college in presence.colleges if college.lost),
        engaged=tuple(sorted({person.name for clash in clashes for person in clash.people})),
    )


def owing(session: Session, config: Config, meeting: Meeting, now: datetime) -> tuple[Owing, ...]:
    """Tell which letters about a confirmed meeting have not been queued yet; nothing once it is over."""
    if meeting.confirmed_at is None or not is_to_come(meeting, now):
        return ()
    return _owing(standing.of_meeting(session, config.mail_domain, meeting))


def by_token(session: Session, token: str) -> Attendee:
    """Find whose answer link this is; NotFound alike for one that never was and one that was revoked.

    The look-up is by hash, so that its time tells nothing of the token (CALENDAR-MAIL rule 32).
    """
    row = session.scalars(
        select(AnswerToken)
        .where(AnswerToken.token_hash == token_hash(token), AnswerToken.revoked_at.is_(None))
        .options(joinedload(AnswerToken.attendee).joinedload(Attendee.person))
    ).one_or_none()
    if row is None or not same_token(token, row.token_hash):
        raise NotFound("not_found")
    return row.attendee


def attendee_of(session: Session, meeting: Meeting, person_id: int | None) -> Attendee | None:
    """Find this person among the attendees of a meeting that was sent."""
    if meeting.confirmed_at is None or person_id is None:
        return None
    query = select(Attendee).where(Attendee.meeting_id == meeting.id, Attendee.person_id == person_id)
    return session.scalars(query).one_or_none()


def invitation_for(session: Session, config: Config, attendee: Attendee, now: datetime) -> Invitation:
    """Give the meeting as this attendee must see it now; what was told, once it no longer concerns them."""
    meeting = attendee.meeting
    found = standing.of_meeting(session, config.mail_domain, meeting)
    one = next((one for one in found if one.attendee.id == attendee.id), None)
    if one is None or meeting.starts_at is None:
        raise NotFound("not_found")
    return Invitation(
        attendee=attendee,
        meeting=meeting,
        appointment=one.known.appointment if one.known and not one.invited else one.appointment,
        successor=one.successor,
        answer=current_answer(attendee, meeting),
        answered_earlier=answered_earlier(attendee, meeting),
        over=not is_to_come(meeting, now),
        substitute=substitute_of(attendee),
        may_come_instead=candidates(session, attendee, now),
    )


def calendar_file(session: Session, config: Config, meeting: Meeting, person_id: int | None) -> bytes:
    """Give the calendar entry that this person was last sent, byte for byte; NotFound when none was."""
    told = session.scalars(
        select(Told)
        .join(Told.attendee)
        .where(Attendee.meeting_id == meeting.id, Attendee.person_id == person_id)
    ).one_or_none()
    if told is None:
        raise NotFound("not_found")
    sent = sent_last(session, config, told)
    return letters.calendar(config, told_facts.from_json(told.facts), sent).content


def sent_last(session: Session, config: Config, told: Told) -> Sent:
    """Give as which version, and with which answer link, an attendee was told last."""
    serial = session.scalars(
        select(AnswerToken.serial)
        .where(AnswerToken.attendee_id == told.attendee_id)
        .order_by(AnswerToken.serial.desc())
        .limit(1)
    ).one()
    return letters.as_sent(config, told, serial)


def _letters(session: Session, meeting: Meeting, now: datetime) -> dict[str, tuple[Letter, State]]:
    held = open_hold(session) is not None
    query = (
        select(Letter)
        .where(Letter.subject_kind == "meeting", Letter.subject_id == meeting.id)
        .options(defer(Letter.content))
    )
    return {letter.message_id: (letter, state_of(letter, now, held)) for letter in session.scalars(query)}


def _recipient(one: Standing, fates: dict[str, tuple[Letter, State]], came: Came) -> Recipient:
    letter, fate = fates.get(one.told.message_id, (None, None)) if one.told else (None, None)
    return Recipient(
        standing=one,
        answer=current_answer(one.attendee, one.meeting),
        answered_earlier=answered_earlier(one.attendee, one.meeting),
        letter=letter,
        fate=fate,
        replies=tuple(came.replies.get(one.attendee.id, ())),
        absent=came.absent.get(one.attendee.person_id, ""),
    )


def _in_role(recipients: Sequence[Recipient], role: AttendeeRole) -> tuple[Recipient, ...]:
    return tuple(recipient for recipient in recipients if recipient.attendee.role is role)


def _owing(found: Sequence[Standing]) -> tuple[Owing, ...]:
    """Group what is owed by kind, naming each sort of change once."""
    kinds: Counter[str] = Counter()
    changes: dict[str, dict[str, Change]] = {}
    # A guest's own time is told after the meeting's, and only where the meeting itself keeps its time.
    for one in sorted(found, key=lambda one: one.attendee.role is AttendeeRole.GUEST):
        if one.owed is None:
            continue
        kinds[one.owed.kind] += 1
        told = changes.setdefault(one.owed.kind, {})
        for change in one.owed.changes:
            told.setdefault(change.what, change)
    return tuple(Owing(kind, number, tuple(changes[kind].values())) for kind, number in kinds.items())


def _examples(config: Config, found: Sequence[Standing], now: datetime) -> list[Example]:
    """Write the letter to someone with items of their own, if anyone has, in both languages."""
    owed = [one for one in found if one.owed is not None]
    if not owed:
        return []
    one = max(owed, key=lambda one: len(one.owed.told.appointment.items) if one.owed else 0)
    if one.owed is None:
        return []
    facts = one.facts(one.owed)
    sent = Sent(one.meeting.id, one.owed.sequence, now, NO_TOKEN, cancelled=one.owed.told.cancelled)
    return [
        Example(language, facts.name, letters.text(config, replace(facts, language=language), one.owed, sent))
        for language in LANGUAGES
    ]
