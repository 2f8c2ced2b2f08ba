"""What one incoming message says, as far as we understand it. Values only; `message_reading` makes them."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Self


class IncomingKind(StrEnum):
    """What sort of message came in; what is several at once is the first of these that fits."""

    # A calendar message with METHOD REPLY.
    REPLY = "reply"
    # A proposal of another time (METHOD COUNTER).
    COUNTER = "counter"
    # Someone lost the invitation and asks for it again (METHOD REFRESH).
    REFRESH = "refresh"
    # REQUEST, CANCEL, ADD and the like, which change nothing with us (CALENDAR-MAIL rule 24).
    CALENDAR = "calendar"
    # A delivery report (RFC 3464): failed or delayed.
    DELIVERY = "delivery"
    # Out of office and other mail that no person wrote.
    AUTOMATIC = "automatic"
    # Words of a person.
    TEXT = "text"
    # What cannot be read, or is too large; the reason stands in `unreadable`.
    UNREADABLE = "unreadable"


@dataclass(frozen=True)
class Answered:
    """One answer in a REPLY; addresses in lower case without "mailto:", "" where the message names nobody.

    `partstat` is the iTIP word in capitals. `recurrence_id` is an ISO moment. `delegated_to` names who comes
    instead (RFC 5546 3.2.2.3).
    """

    attendee: str
    partstat: str
    recurrence_id: str | None = None
    comment: str | None = None
    delegated_to: tuple[str, ...] = ()
    sent_by: str = ""
    name: str = ""


@dataclass(frozen=True)
class Proposed:
    """The time that a COUNTER asks for, in UTC."""

    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class Delivery:
    """What a mail server says of a letter of ours; `of` is the Message-ID of that letter, where it tells."""

    failed: tuple[str, ...] = ()
    delayed: tuple[str, ...] = ()
    of: str = ""
    diagnostic: str = ""


@dataclass(frozen=True)
class Understood:
    """One message: who sent it to which of our addresses, and what it says.

    `addressed` holds every address that it was sent to, also those in trace headers and in a calendar's
    ORGANIZER, in lower case and without doubles. `text` is what a person reads, at most 20 000 characters.
    `authentication` holds the Authentication-Results headers, topmost first. `warnings` and `unreadable` are
    codes of our own, never a parser's words (rule 28).
    """

    kind: IncomingKind
    message_id: str = ""
    sender: str = ""
    sender_name: str = ""
    subject: str = ""
    text: str = ""
    addressed: tuple[str, ...] = ()
    authentication: tuple[str, ...] = ()
    method: str = ""
    uid: str = ""
    sequence: int = 0
    dtstamp: datetime | None = None
    answers: tuple[Answered, ...] = ()
    proposal: Proposed | None = None
    comment: str = ""
    delivery: Delivery | None = None
    warnings: tuple[str, ...] = ()
    unreadable: str = ""

    def as_json(self) -> dict[str, Any]:
        """Turn it into what the database keeps and a child process says."""
        kept = asdict(self)
        kept["dtstamp"] = _written(self.dtstamp)
        if self.proposal is not None:
            kept["proposal"] = {
                "starts_at": _written(self.proposal.starts_at),
                "ends_at": _written(self.proposal.ends_at),
            }
        return kept

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> Self:
        """Read it back."""
        known = dict(kept)
        known["kind"] = IncomingKind(known["kind"])
        for name in ("addressed", "authentication", "warnings"):
            known[name] = tuple(known[name])
        known["dtstamp"] = _moment(known["dtstamp"])
        known["answers"] = tuple(
            Answered(**answer | {"delegated_to": tuple(answer["delegated_to"])})
            for answer in known["answers"]
        )
        if known["proposal"] is not None:
            known["proposal"] = Proposed(
                **{name: datetime.fromisoformat(value) for name, value in known["proposal"].items()}
            )
        if known["delivery"] is not None:
            told = known["delivery"]
            known["delivery"] = Delivery(
                tuple(told["failed"]), tuple(told["delayed"]), told["of"], told["diagnostic"]
            )
        return cls(**known)


def _written(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).isoformat() if moment is not None else None


def _moment(written: str | None) -> datetime | None:
    return datetime.fromisoformat(written) if written is not None else None
