"""When a person's own calendar is written, and what may be written there. Values in, values out."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from agenda.mail.itip import Partstat

# What its owner answers in the calendar is known here so soon.
EVERY = timedelta(minutes=10)
DAY = timedelta(days=1)
# Once ended, so long we try to take out what stands on a server that does not answer.
TAKING_OUT = timedelta(days=7)
JITTER_SECONDS = 60


@dataclass(frozen=True)
class Wanted:
    """A meeting as its owner was told it, with their answer: what must stand in their calendar."""

    attendee_id: int
    uid: str
    mailbox: str
    content: bytes
    sequence: int
    partstat: Partstat
    cancelled: bool

    @property
    def fingerprint(self) -> str:
        """Names what is to be written: another name means that there is something new."""
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True)
class Written:
    """What we last wrote of a meeting, and where; `gone` once its owner threw it away."""

    address: str
    etag: str
    fingerprint: str
    sequence: int
    partstat: str
    gone: bool


def must_write(wanted: Wanted, written: Written | None) -> bool:
    """Tell whether something is to be written.

    A cancellation of what is not there is no news, and what its owner threw away only comes back with a new
    version of the meeting.
    """
    if written is None:
        return not wanted.cancelled
    if written.gone:
        return not wanted.cancelled and wanted.sequence > written.sequence
    return wanted.fingerprint != written.fingerprint


def answers(wanted: Wanted, written: Written, sequence: int, partstat: str) -> bool:
    """Tell whether what stands in the calendar is an answer of its owner to what they know.

    Not one to an older version, and not where they answered elsewhere since we wrote: that is the one of
    which we know when it was given.
    """
    said = partstat not in {"", "needs-action", written.partstat}
    return said and sequence >= wanted.sequence and wanted.partstat == written.partstat


def next_at(push_id: int, failures: int, now: datetime) -> datetime:
    """Tell when a calendar is written again, if nothing calls for it sooner; ever later while it fails."""
    pause = min(EVERY * (1 << min(max(failures - 1, 0), 8)), DAY)
    return now + pause + timedelta(seconds=push_id * 7 % JITTER_SECONDS)


def works(done_at: datetime | None, failures: int, now: datetime) -> bool:
    """Tell whether meetings reach someone's calendar without mail."""
    return failures == 0 and done_at is not None and now - done_at <= DAY


def carries_entry(*, carried_before: bool, reaches: bool) -> bool:
    """Tell whether a letter carries the entry that mail programs put in a calendar.

    Not where we write it there ourselves: two ways at once may show one meeting twice. But once a letter
    about a meeting carried it, the later ones do too: else a program that took it from the mail would keep
    showing the old time.
    """
    return carried_before or not reaches


def is_trouble(done_at: datetime | None, added_at: datetime, failures: int, now: datetime) -> bool:
    """Tell whether writing has failed for so long that its owner must do something."""
    return failures > 0 and (done_at or added_at) <= now - DAY
