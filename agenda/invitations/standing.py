"""What holds now for each attendee, beside what that attendee was told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from agenda.core import words
from agenda.invitations import facts as told_facts
from agenda.invitations import rules
from agenda.invitations.facts import Facts
from agenda.invitations.model import Alarm, Told
from agenda.invitations.own_items import own_items
from agenda.invitations.rules import Appointment, Owed, PersonalItem, Truth
from agenda.mail.itip import CalendarAttendee, Partstat, Role, uid_for
from agenda.meetings.model import Answer, Attendee, AttendeeRole, Meeting
from agenda.meetings.rules import current_answer, ends_at
from agenda.meetings.states import ends_at_in_sql

ROLES: dict[AttendeeRole, Role] = {
    AttendeeRole.MEMBER: "required",
    AttendeeRole.SECRETARIAT: "optional",
    AttendeeRole.GUEST: "optional",
    AttendeeRole.ROOM: "non_participant",
}
NOT_NEEDED = {
    "nl": "{} komt zelf of laat zich door een ander vervangen.",
    "en": "{} comes in person or is replaced by somebody else.",
}
PARTSTATS: dict[Answer, Partstat] = {
    Answer.NEEDS_ACTION: "needs-action",
    Answer.ACCEPTED: "accepted",
    Answer.DECLINED: "declined",
    Answer.TENTATIVE: "tentative",
}


@dataclass(frozen=True)
class Standing:
    """One attendee: what holds, what was told, and the letter that is owed, if one is."""

    attendee: Attendee
    meeting: Meeting
    told: Told | None
    known: Facts | None
    owed: Owed | None
    appointment: Appointment
    uid: str
    reason: str
    successor: str
    alarm: int = 0

    @property
    def invited(self) -> bool:
        """Whether this person is expected at the meeting."""
        return self.attendee.removed_at is None and self.meeting.cancelled_at is None

    @property
    def only_window_moved(self) -> bool:
        """Whether a guest's own time changes while the meeting stays where it is."""
        asks = self.owed is not None and self.owed.asks_again
        return asks and self.known is not None and self.known.revision == self.meeting.revision

    def facts(self, owed: Owed) -> Facts:
        """Put together what will have been told once this letter is queued."""
        person, meeting = self.attendee.person, self.meeting
        answer = Answer.NEEDS_ACTION if self.only_window_moved else current_answer(self.attendee, meeting)
        return Facts(
            uid=self.uid,
            revision=meeting.revision,
            span=span_of(meeting),
            summary=meeting.body.name,
            name=person.name,
            address=person.email,
            language=person.language,
            role=ROLES[self.attendee.role],
            partstat=PARTSTATS[answer],
            guest=self.attendee.role is AttendeeRole.GUEST,
            host=meeting.host.name if meeting.host else "",
            appointment=owed.told.appointment,
            reason=self.reason,
            successor=self.successor,
            thread=self.known.thread if self.known else (),
            organiser=meeting.body.organiser,
            replaces=replaced_by(meeting, person.language),
            substitute_for=self._represented,
            listed=tuple(self._listed()),
            alarm=self.alarm,
        )

    @property
    def _represented(self) -> str:
        """Name whose place this attendee takes, if anyone's."""
        key = self.attendee.substitute_for_id
        return next((one.person.name for one in self.meeting.attendees if one.id == key), "")

    def _listed(self) -> Iterator[CalendarAttendee]:
        """Name who stands in the entry too: the hall, and the others where the body says so."""
        if self.attendee.role is AttendeeRole.ROOM:
            return
        for other in self.meeting.attendees:
            hall = other.role is AttendeeRole.ROOM
            if other is self.attendee or other.removed_at or not (hall or self.meeting.body.list_attendees):
                continue
            yield CalendarAttendee(
                other.person.name,
                other.person.email,
                role=ROLES[other.role],
                kind="room" if hall else "individual",
                partstat=PARTSTATS[current_answer(other, self.meeting)],
            )


def of_all(session: Session, domain: str, now: datetime) -> list[Standing]:
    """List every attendee of the meetings that are not over and of which someone may have to hear.

    The number of queries does not grow with meetings or people.
    """
    in_the_know = exists().where(
        Told.attendee_id == Attendee.id, Attendee.meeting_id == Meeting.id, Told.cancelled.is_(False)
    )
    return _standings(
        session,
        domain,
        Meeting.confirmed_at.is_not(None),
        ends_at_in_sql() > now,
        or_(Meeting.cancelled_at.is_(None), in_the_know),
    )


def of_meeting(session: Session, domain: str, meeting: Meeting) -> list[Standing]:
    """List every attendee of one dated meeting, as if it were confirmed: for the screen before sending."""
    return _standings(session, domain, Meeting.id == meeting.id, Meeting.starts_at.is_not(None))


def owing_of(session: Session, domain: str, meeting: Meeting) -> list[Standing]:
    """List those attendees of one dated meeting to whom a letter is owed."""
    return [one for one in of_meeting(session, domain, meeting) if one.owed is not None]


def _standings(session: Session, domain: str, *wanted: ColumnElement[bool]) -> list[Standing]:
    meetings = session.scalars(
        select(Meeting)
        .where(*wanted)
        .order_by(Meeting.id)
        .options(
            joinedload(Meeting.body),
            joinedload(Meeting.host),
            joinedload(Meeting.successor),
            selectinload(Meeting.predecessors),
            selectinload(Meeting.attendees).joinedload(Attendee.person),
        )
    ).all()
    told = _told(session, [meeting.id for meeting in meetings])
    alarms = {row.person_id: row.minutes for row in session.scalars(select(Alarm))}
    agendas = own_items(session, [meeting for meeting in meetings if meeting.agenda_final_at])
    found = []
    for meeting in meetings:
        known = {a.id: told_facts.from_json(told[a.id].facts) for a in meeting.attendees if a.id in told}
        # A UID is for ever (rule 9), also when the domain of our mail changes.
        uid = next((facts.uid for facts in known.values()), None) or uid_of(meeting, domain)
        for attendee in meeting.attendees:
            own = agendas.get((meeting.id, attendee.person_id), ())
            one = _standing(meeting, attendee, told.get(attendee.id), known.get(attendee.id), own, uid)
            found.append(replace(one, alarm=alarms.get(attendee.person_id, 0)))
    return found


def uid_of(meeting: Meeting, domain: str) -> str:
    """Return the UID of a meeting that nobody was told of yet."""
    return uid_for(f"meeting-{meeting.id}-{meeting.created_at:%Y%m%d%H%M%S}", domain)


def as_known(told: Told) -> rules.Told:
    """Give what was told in the terms of the rules."""
    appointment = told_facts.from_json(told.facts).appointment
    return rules.Told(appointment, told.sequence, told.serial, told.cancelled)


def _standing(
    meeting: Meeting,
    attendee: Attendee,
    told: Told | None,
    known: Facts | None,
    own: Sequence[PersonalItem],
    uid: str,
) -> Standing:
    reason = meeting.cancelled_why if meeting.cancelled_at else _why_not_needed(meeting, attendee)
    successor = _successor(meeting, attendee.person.language) if meeting.cancelled_at else ""
    truth = Truth(
        appointment=_appointment(meeting, attendee, known, own),
        revision=meeting.revision,
        invited=attendee.removed_at is None,
        cancelled=meeting.cancelled_at is not None,
        reason=reason,
        successor=successor,
    )
    owed = rules.what_is_owed(as_known(told) if told else None, truth)
    return Standing(attendee, meeting, told, known, owed, truth.appointment, uid, reason, successor)


def _why_not_needed(meeting: Meeting, attendee: Attendee) -> str:
    """Tell a substitute whose place need not be taken any more; "" to anybody else."""
    if attendee.substitute_for_id is None or attendee.removed_at is None:
        return ""
    member = next((one for one in meeting.attendees if one.id == attendee.substitute_for_id), None)
    return NOT_NEEDED[attendee.person.language].format(member.person.name) if member else ""


def _appointment(
    meeting: Meeting, attendee: Attendee, known: Facts | None, own: Sequence[PersonalItem]
) -> Appointment:
    if meeting.starts_at is None:
        raise ValueError("nobody is told of a meeting without a date")
    starts_at, finish = meeting.starts_at, ends_at(meeting.starts_at, meeting.minutes)
    whole = Appointment(starts_at, finish, meeting.venue, meeting.title)
    if meeting.agenda_final_at is None:
        return _as_told_before(meeting, whole, known)
    if attendee.role is AttendeeRole.GUEST and own:
        # Rule 16: a guest comes for the own items only.
        starts_at, finish = own[0].starts_at, max(ends_at(item.starts_at, item.minutes) for item in own)
    return Appointment(starts_at, finish, meeting.venue, meeting.title, tuple(own), agenda_known=True)


def _as_told_before(meeting: Meeting, whole: Appointment, known: Facts | None) -> Appointment:
    """Keep the items that were told while the agenda is being changed; at another time they mean nothing."""
    if known is None or known.appointment.agenda is None or known.span != span_of(meeting):
        return whole
    return replace(known.appointment, venue=whole.venue, title=whole.title)


def span_of(meeting: Meeting) -> str:
    """Write start and end of a dated meeting, to see whether it moved."""
    if meeting.starts_at is None:
        raise ValueError("nobody is told of a meeting without a date")
    finish = ends_at(meeting.starts_at, meeting.minutes)
    return f"{meeting.starts_at.astimezone(UTC).isoformat()}/{finish.isoformat()}"


def _successor(meeting: Meeting, language: str) -> str:
    """Say what replaces a cancelled meeting: a moment and a place, or its name while it has no date."""
    successor = meeting.successor
    if successor is None:
        return ""
    if successor.starts_at is None:
        return successor.title
    when = words.when(successor.starts_at, ZoneInfo(successor.time_zone), language)
    return ", ".join(part for part in (when, successor.venue) if part)


def replaced_by(meeting: Meeting, language: str) -> str:
    """Say which cancelled meetings this one takes the place of: their moments, or names without one."""
    return "; ".join(
        words.when(one.starts_at, ZoneInfo(one.time_zone), language) if one.starts_at else one.title
        for one in meeting.predecessors
        if one.confirmed_at is not None
    )


def _told(session: Session, meeting_ids: Sequence[int]) -> dict[int, Told]:
    query = select(Told).join(Told.attendee).where(Attendee.meeting_id.in_(meeting_ids))
    return {told.attendee_id: told for told in session.scalars(query)}
