"""When a letter goes again, and in what state it is: values in, values out."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

LEASE = timedelta(minutes=15)
# Temporary failure: after 1, 5, 15 and 60 minutes, then hourly for two days.
DELAYS = (*(timedelta(minutes=m) for m in (1, 5, 15, 60)), *(timedelta(hours=1) for _ in range(48)))
MOST_ATTEMPTS = len(DELAYS) + 1
RATE_PERIOD = timedelta(hours=1)
# Who wants to sign in waits for it now: these letters have a lane of their own and no rate limit.
SIGN_IN_LANE = "sign-in:"
_RESTORED = "restored:"
_ANSWER_LINK = re.compile(r"(/(?:answer|poll|round|feeds)/)[^\s\"'<>&?#]+")
_REPLY_TOKEN = re.compile(r"(\+)[A-Za-z0-9_-]{16,}(?=@)")


class State(StrEnum):
    """What a secretary is told about a letter."""

    WAITING = "waiting"
    SENDING = "sending"
    HELD = "held"
    SENT = "sent"
    FAILED = "failed"
    EXPIRED = "expired"
    DISCARDED = "discarded"


class Facts(Protocol):
    """What a letter's state is derived from."""

    @property
    def fate(self) -> str | None: ...

    @property
    def leased_until(self) -> datetime | None: ...

    @property
    def attempts(self) -> int: ...

    @property
    def expires_at(self) -> datetime | None: ...


def next_try(attempts: int, failed_at: datetime) -> datetime | None:
    """Tell when a letter goes again after that many attempts failed; None when it is given up."""
    if attempts < 1:
        raise ValueError("a letter that failed was tried at least once")
    return failed_at + DELAYS[attempts - 1] if attempts <= len(DELAYS) else None


def is_given_up(letter: Facts, now: datetime) -> bool:
    """Tell whether trying (again) helps nobody: too late, or tried too often."""
    too_late = letter.expires_at is not None and letter.expires_at <= now
    return too_late or letter.attempts >= MOST_ATTEMPTS


def state_of(letter: Facts, now: datetime, held: bool = False) -> State:
    """Name the state; `held` tells whether outgoing mail is held at this moment."""
    if letter.fate is not None:
        return State(letter.fate)
    if letter.leased_until is not None and letter.leased_until > now:
        return State.SENDING
    return State.HELD if held else State.WAITING


def restored_from(made_at: datetime) -> str:
    """Write down as the reason of a hold that a backup of this moment was put back."""
    return f"{_RESTORED}{made_at.isoformat()}"


def restored_backup(why: str) -> datetime | None:
    """Tell of which moment the backup is that was put back; None for a hold with another reason."""
    try:
        moment = datetime.fromisoformat(why.removeprefix(_RESTORED)) if why.startswith(_RESTORED) else None
    except ValueError:
        return None
    return moment if moment is not None and moment.tzinfo is not None else None


def without_secrets(text: str) -> str:
    """Cut the secret out of links to answer and of reply addresses: who reads along answers for nobody."""
    return _REPLY_TOKEN.sub(r"\1…", _ANSWER_LINK.sub(r"\1…", text))
