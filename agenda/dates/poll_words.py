"""How polls are spoken of on screen: answers, quorum, refusals, history."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from agenda.dates.model import Choice
from agenda.dates.poll_rules import Ending, Stand

Texts = Mapping[Any, Any]

CHOICES: Texts = {
    Choice.YES: _l("Yes"),
    Choice.IF_NEED_BE: _l("If need be"),
    Choice.NO: _l("No"),
}
# Beside the text: never by colour alone.
SIGNS: Mapping[Choice | None, str] = {
    Choice.YES: "✓",
    Choice.IF_NEED_BE: "≈",
    Choice.NO: "✕",
    None: "?",
}
STANDS: Texts = {
    Stand.MET: _l("quorum met"),
    Stand.POSSIBLE: _l("quorum possible"),
    Stand.LOST: _l("quorum lost"),
}
STAND_TONES: Mapping[Stand, str] = {Stand.MET: "ok", Stand.POSSIBLE: "neutral", Stand.LOST: "neg"}
ENDINGS: Texts = {
    Ending.CHOSEN: _l("A date has been chosen"),
    Ending.WITHDRAWN: _l("The poll has been withdrawn"),
    Ending.DATED: _l("The poll is closed: the meeting has its date"),
    Ending.CANCELLED: _l("The poll is closed: the meeting does not take place"),
}
PROBLEMS: Texts = {
    "poll_meeting_not_ahead": _l("A poll is for a meeting that still lies ahead."),
    "poll_open_already": _l("There is an open poll for this meeting already."),
    "poll_nobody_asked": _l("Tick at least one person to ask."),
    "poll_no_moments": _l("Add at least one moment."),
    "poll_too_many_moments": _l("Ask about at most %(most)d moments: nobody reads more."),
    "poll_deadline_passed": _l("That moment has passed. Give people some time to answer."),
    "poll_deadline_after_moment": _l("The deadline comes after the first moment, %(first)s."),
    "poll_moment_known": _l("That moment is in the poll already."),
    "poll_moment_before_deadline": _l("That moment comes before the deadline, %(deadline)s."),
    "poll_moment_dropped": _l("That moment was taken out of the poll."),
    "poll_moment_passed": _l("That moment has passed."),
    "poll_last_moment": _l("This is the last moment. Withdraw the poll instead."),
    "poll_asked_already": _l("%(name)s is asked already."),
    "poll_nothing_to_remind": _l("This person has answered everything."),
    "poll_reminded_today": _l("%(name)s was reminded today. One letter a day is enough."),
    "poll_chosen_already": _l("A moment has been chosen already. Nothing was changed."),
    "poll_withdrawn_already": _l("The poll has been withdrawn. Nothing was changed."),
    "poll_dated_already": _l("The poll is closed: the meeting has its date. Nothing was changed."),
    "poll_cancelled_already": _l("The poll is closed: the meeting is cancelled. Nothing was changed."),
    "poll_remark_too_long": _l("Use at most %(most)d characters."),
    "poll_answer_missing": _l("Choose yes, if need be or no."),
}
VERBS: Texts = {
    "poll_opened": _l("opened a poll"),
    "poll_answered_for": _l("answered a poll on behalf of someone"),
    "poll_deadline": _l("changed the deadline of the poll"),
    "poll_moment_added": _l("added a moment to the poll"),
    "poll_moment_dropped": _l("took a moment out of the poll"),
    "poll_voter_added": _l("asked one more person in the poll"),
    "poll_voter_removed": _l("asks someone no longer in the poll"),
    "poll_withdrawn": _l("withdrew the poll"),
    "poll_chosen": _l("chose a moment of the poll"),
    "poll_reminded": _l("reminded someone of the poll"),
}
FIELDS: Texts = {
    "moments": _l("Moments"),
    "moment": _l("Moment"),
    "voters": _l("People asked"),
    "deadline": _l("Answer before"),
    "answers": _l("Answers"),
}


def letters(number: int) -> str:
    """Say how many letters leave."""
    return str(ngettext("One letter leaves.", "%(num)d letters leave.", number))


def holds_cost(people: int, moments: int) -> str:
    """Say what options in calendars cost: "12 people × 6 moments = 72 options in calendars"."""
    return str(
        _(
            "%(people)s × %(moments)s = %(total)d messages",
            people=ngettext("one person", "%(num)d people", people),
            moments=ngettext("one moment", "%(num)d moments", moments),
            total=people * moments,
        )
    )
