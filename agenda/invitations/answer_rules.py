"""What an answer that came by mail means, given what is known. Values in, values out.

Numbers in brackets are rules of CALENDAR-MAIL.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from agenda.mail.authenticity import Verdict
from agenda.mail.understood import Answered, Understood

# How often someone may ask for the invitation again (24).
REFRESH_PERIODS = ((timedelta(hours=1), 1), (timedelta(days=1), 3))

Fate = Literal["counts", "older", "superseded", "nothing", "stranger", "delegate", "other_meeting"]


@dataclass(frozen=True)
class Known:
    """What we know of the owner of the token when an answer comes.

    `sequence` and `uid` are those of the version that was told last; `last` is the newest answer to it that
    counted, by mail or on the page: when it was given, and what (PARTSTAT).
    """

    uid: str
    address: str
    sequence: int
    starts_at: datetime
    last: tuple[datetime, str] | None = None


@dataclass(frozen=True)
class Meaning:
    """What an answer does; `sequence` and `dtstamp` are those that it is ordered by."""

    fate: Fate
    answer: Answered | None
    sequence: int
    dtstamp: datetime
    flags: tuple[str, ...] = ()

    @property
    def partstat(self) -> str:
        """The answer's word, "" where there is none."""
        return self.answer.partstat if self.answer else ""


def meaning(said: Understood, known: Known, verdict: Verdict, received_at: datetime) -> Meaning:
    """Tell what a REPLY does to the answer of the token's owner, and to nobody else's (19, 20, 22).

    A clock that runs ahead must not keep later answers out: DTSTAMP counts until the moment of arrival.
    Of two answers of the same second the alphabet chooses, so that it is the same one however they arrive.
    """
    dtstamp = min(said.dtstamp or received_at, received_at)
    answer = own_answer(said.answers, known)

    def result(fate: Fate, *flags: str) -> Meaning:
        return Meaning(fate, answer, said.sequence, dtstamp, flags)

    if said.uid != known.uid:
        return result("other_meeting")
    if answer is None:
        return result("stranger")
    flags = _flags(said.sender, answer.attendee, known.address, verdict)
    if flags is None:
        return result("stranger")
    if answer.partstat == "DELEGATED" or answer.delegated_to:
        return result("delegate", *flags)
    if answer.partstat == "NEEDS-ACTION":
        return result("nothing", *flags)
    if said.sequence < known.sequence:
        return result("older", *flags)
    if known.last is not None and (dtstamp, answer.partstat) <= known.last:
        return result("superseded", *flags)
    return result("counts", *flags)


def own_answer(answers: Sequence[Answered], known: Known) -> Answered | None:
    """Choose the answer that may be the owner's: the one in the owner's name, else the only one there is.

    Of several events (21) the one for the meeting itself counts, or the one at its very start.
    """
    of_meeting = [
        answer
        for answer in answers
        if answer.recurrence_id is None or datetime.fromisoformat(answer.recurrence_id) == known.starts_at
    ]
    named = [answer for answer in of_meeting if answer.attendee == known.address.lower()]
    if named:
        return named[0]
    return of_meeting[0] if len(of_meeting) == 1 else None


def _flags(sender: str, attendee: str, address: str, verdict: Verdict) -> tuple[str, ...] | None:
    """Name what a secretary should know of the sender; None where this is somebody else altogether."""
    owner = address.lower()
    if owner not in {sender.lower(), attendee.lower()}:
        return None
    other = sender.lower() != owner or attendee.lower() not in {"", owner}
    found = (("other_address", other), ("unverified", verdict is Verdict.UNALIGNED))
    return tuple(name for name, holds in found if holds)


def may_be_sent_again(earlier: Sequence[datetime], now: datetime) -> bool:
    """Tell whether who asks for the invitation again gets it: once an hour and three times a day (24)."""
    return all(
        sum(1 for moment in earlier if now - moment < period) < most for period, most in REFRESH_PERIODS
    )
