"""The letters of a written round. Values in, values out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from agenda.mail.compose import LetterText, render_letter
from agenda.topics.round_model import Ending, Silence
from agenda.topics.round_rules import Owed, round_token
from config import Config

TEMPLATES = {"ask": "round", "changed": "round_changed", "removed": "round_removed", "ended": "round_ended"}


@dataclass(frozen=True)
class Paper:
    """A page that belongs to the proposal."""

    label: str
    url: str


@dataclass(frozen=True)
class About:
    """What the letters of one round tell its reader of it."""

    topic: str
    body: str
    proposal: str
    note: str
    papers: tuple[Paper, ...]
    last_day: date
    silence: Silence
    zone: str
    link: str
    ending: Ending | None = None
    reason: str = ""
    ended_at: datetime | None = None


def round_path(config: Config, voter_id: int, serial: int) -> str:
    """Give the path of the page on which one member answers, without signing in."""
    return f"/round/{round_token(config.secret, voter_id, serial)}"


def text(config: Config, about: About, language: str, owed: Owed) -> LetterText:
    """Write the letter that a voter is owed."""
    return render_letter(
        TEMPLATES[owed.kind],
        language,
        reminder=False,
        old_last_day=owed.old_last_day,
        **_said(config, about),
    )


def reminder(config: Config, about: About, language: str) -> LetterText:
    """Write the letter by which the secretariat reminds someone who has not answered."""
    return render_letter("round", language, reminder=True, **_said(config, about))


def _said(config: Config, about: About) -> dict[str, object]:
    return {**about.__dict__, "zone": ZoneInfo(about.zone), "sender": config.mail_name}
