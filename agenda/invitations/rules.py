"""What each attendee must still be told, and the tokens by which answers are known. Values in, values out."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from agenda.mail.tokens import link_token

# Whoever goes on editing does not keep everyone waiting for longer than this.
LONGEST_WAIT = timedelta(minutes=10)


@dataclass(frozen=True)
class PersonalItem:
    """An agenda item that concerns this attendee."""

    title: str
    starts_at: datetime
    minutes: int


@dataclass(frozen=True)
class Appointment:
    """A meeting as one attendee knows it; for a guest the times are the guest's own window.

    `agenda_known` tells that the agenda is final, also for someone who has no items of their own on it.
    """

    starts_at: datetime
    ends_at: datetime
    venue: str
    title: str
    items: tuple[PersonalItem, ...] = ()
    tentative: bool = False
    agenda_known: bool = False

    @property
    def agenda(self) -> tuple[PersonalItem, ...] | None:
        """The attendee's own items; None while the agenda is still to follow."""
        return self.items if self.items or self.agenda_known else None


@dataclass(frozen=True)
class Truth:
    """What holds now for one attendee of a dated meeting.

    `revision` counts the meeting's material changes. `reason` and `successor` are said when it is cancelled.
    """

    appointment: Appointment
    revision: int
    invited: bool = True
    cancelled: bool = False
    reason: str = ""
    successor: str = ""


@dataclass(frozen=True)
class Told:
    """What one attendee was last told; `cancelled` when that was a cancellation.

    `serial` counts the letters to this attendee about this meeting, and so names each of them.
    """

    appointment: Appointment
    sequence: int
    serial: int
    cancelled: bool = False


@dataclass(frozen=True)
class Change:
    """One thing that differs from what was told, with its old and new value for the update letter.

    time: (start, end) pairs; place and title: texts; status: "tentative" or "confirmed"; agenda: the items,
    or None while the agenda is still to follow.
    """

    what: Literal["time", "place", "status", "title", "agenda"]
    old: object
    new: object


@dataclass(frozen=True)
class Owed:
    """A letter that one attendee must get, and what will have been told once it is queued."""

    kind: Literal["invitation", "repeat", "update", "agenda", "cancellation"]
    told: Told
    changes: tuple[Change, ...] = ()
    removed: bool = False

    @property
    def sequence(self) -> int:
        """The SEQUENCE of the calendar message."""
        return self.told.sequence

    @property
    def method(self) -> Literal["REQUEST", "CANCEL"]:
        """The iTIP method of the calendar message."""
        return "CANCEL" if self.kind == "cancellation" else "REQUEST"

    @property
    def asks_again(self) -> bool:
        """Whether an earlier answer no longer counts (rule 10: PARTSTAT returns to NEEDS-ACTION)."""
        return self.kind == "update"

    @property
    def agenda_only(self) -> bool:
        """Whether nothing but the attendee's agenda items differs."""
        return bool(self.changes) and all(change.what == "agenda" for change in self.changes)

    @property
    def agenda_added(self) -> bool:
        """Whether the agenda was still to follow before and is known now."""
        return any(change.what == "agenda" and change.old is None for change in self.changes)


def what_is_owed(told: Told | None, truth: Truth) -> Owed | None:
    """Return the letter this attendee must get now, or None when what was told is still true.

    The comparison is with the facts themselves, so a change that was undone before anyone heard of it costs
    no letter. SEQUENCE rises with time, place and status and never falls; an agenda or title alone keeps it
    (rules 10 and 17).
    """
    expected = truth.invited and not truth.cancelled
    if told is None or told.cancelled:
        return _invitation(told, truth) if expected else None
    if not expected:
        # The calendar entry that disappears is the one the attendee knows, so its own facts are repeated.
        farewell = Told(told.appointment, _higher(told, truth), told.serial + 1, cancelled=True)
        return Owed("cancellation", farewell, removed=not truth.cancelled)
    changes = _changes(told.appointment, truth.appointment)
    if not changes:
        return None
    material = any(change.what in ("time", "place", "status") for change in changes)
    sequence = _higher(told, truth) if material else told.sequence
    now_told = Told(truth.appointment, sequence, told.serial + 1)
    return Owed("update" if material else "agenda", now_told, changes)


def repeated(told: Told) -> Owed:
    """Return the last letter once more for someone who lost it: same SEQUENCE (rule 10), a key of its own."""
    if told.cancelled:
        raise ValueError("what was cancelled is not sent again")
    return Owed("repeat", Told(told.appointment, told.sequence, told.serial + 1))


def has_settled(since: datetime, first_at: datetime, now: datetime, wait: timedelta) -> bool:
    """Tell whether what is owed may leave: it stood still so long, or waited too long already."""
    return now - since >= wait or now - first_at >= LONGEST_WAIT


def letter_key(uid: str, recipient: str, owed: Owed) -> str:
    """Return the unique key of a letter: queueing it twice is harmless, and no two letters share one."""
    return f"{uid}|{owed.sequence}|{owed.method}|{recipient.lower()}|{owed.kind}|{owed.told.serial}"


def answer_token(secret: bytes, attendee_id: int, serial: int) -> str:
    """Return the 160-bit token of one attendee of one meeting; a new serial makes the old token worthless."""
    return link_token(secret, "answer", attendee_id, serial)


def _invitation(told: Told | None, truth: Truth) -> Owed:
    if told is None:
        return Owed("invitation", Told(truth.appointment, truth.revision, serial=1))
    return Owed("invitation", Told(truth.appointment, _higher(told, truth), told.serial + 1))


def _higher(told: Told, truth: Truth) -> int:
    return max(told.sequence + 1, truth.revision)


def _changes(old: Appointment, new: Appointment) -> tuple[Change, ...]:
    candidates = (
        Change("time", (old.starts_at, old.ends_at), (new.starts_at, new.ends_at)),
        Change("place", old.venue, new.venue),
        Change("status", _status(old), _status(new)),
        Change("title", old.title, new.title),
        Change("agenda", old.agenda, new.agenda),
    )
    changes = tuple(change for change in candidates if change.old != change.new)
    if old.starts_at != new.starts_at and _relative(old) == _relative(new):
        # The items moved along with the meeting: that is said by the time alone.
        return tuple(change for change in changes if change.what != "agenda")
    return changes


def _relative(appointment: Appointment) -> tuple[tuple[str, timedelta, int], ...] | None:
    if appointment.agenda is None:
        return None
    return tuple(
        (item.title, item.starts_at - appointment.starts_at, item.minutes) for item in appointment.items
    )


def _status(appointment: Appointment) -> str:
    return "tentative" if appointment.tentative else "confirmed"
