"""How written rounds are spoken of on screen: answers, endings, refusals, history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from agenda.core import words
from agenda.core.audit import AuditEntry
from agenda.topics.round_model import Ending, Said, Silence
from agenda.topics.round_rules import Stand
from agenda.web.history import Line, lines

Texts = Mapping[Any, Any]

SAID: Texts = {
    Said.CONSENT: _l("Consent"),
    Said.DISCUSS: _l("Discuss"),
    Said.ABSTAIN: _l("Abstain"),
}
# Beside the text: never by colour alone.
SIGNS: Mapping[Said | None, str] = {
    Said.CONSENT: "✓",
    Said.DISCUSS: "✕",
    Said.ABSTAIN: "–",
    None: "?",
}
STANDS: Texts = {
    Stand.CONSENTS: _l("consents"),
    Stand.OPEN: _l("not yet"),
    Stand.DISCUSSES: _l("wants to discuss"),
    Stand.LOST: _l("too few consent"),
}
STAND_TONES: Mapping[Stand, str] = {
    Stand.CONSENTS: "ok",
    Stand.OPEN: "neutral",
    Stand.DISCUSSES: "warn",
    Stand.LOST: "neg",
}
ENDINGS: Texts = {
    Ending.SETTLED: _l("Settled in writing"),
    Ending.TO_DISCUSS: _l("To be discussed"),
    Ending.NO_QUORUM: _l("Not enough consent"),
    Ending.WITHDRAWN: _l("Withdrawn"),
}
ENDING_TONES: Mapping[Ending, str] = {
    Ending.SETTLED: "ok",
    Ending.TO_DISCUSS: "warn",
    Ending.NO_QUORUM: "warn",
    Ending.WITHDRAWN: "neutral",
}
ENDING_SENTENCES: Texts = {
    Ending.SETTLED: _l("Every college consented: this is decided, without a meeting."),
    Ending.TO_DISCUSS: _l("The topic is back on the backlog, to be discussed in a meeting."),
    Ending.NO_QUORUM: _l(
        "Not every college had its quorum of consent. The topic is back on the backlog, to be discussed."
    ),
    Ending.WITHDRAWN: _l("The round was withdrawn; the topic is back on the backlog."),
}
SILENCES: Texts = {
    Silence.CONSENT: _l("Silence is consent"),
    Silence.DISCUSS: _l("Silence is a wish to discuss"),
    Silence.ABSTAIN: _l("Silence is abstaining: it does not count for the quorum"),
}
# For whoever is asked.
SILENCE_FOR_YOU: Texts = {
    Silence.CONSENT: _l("If you do not answer, you consent."),
    Silence.DISCUSS: _l("If you do not answer, you want to discuss it."),
    Silence.ABSTAIN: _l("If you do not answer, you do not count for the quorum."),
}
PROBLEMS: Mapping[str, Any] = {
    "round_deadline_passed": _l("That day has passed. Give people some time to answer."),
    "round_deadline_far": _l("Ask for answers within %(most)d days."),
    "round_proposal_missing": _l("Write down what the members consent to."),
    "round_nobody_votes": _l("Nobody in this body has a vote. Add voting members first."),
    "round_quorum_impossible": _l(
        "The quorum of a college is larger than its number of voting members. Mend that first."
    ),
    "round_withdrawal_needs_reason": _l("Someone has answered already. Give the reason."),
    "round_still_open": _l("The round goes on until everyone has answered or someone wants to discuss."),
    "round_time_over": _l("The time to answer is over. Nothing was changed."),
    "round_settled_already": _l("This has been settled. Nothing was changed."),
    "round_to_discuss_already": _l("This goes to a meeting. Nothing was changed."),
    "round_no_quorum_already": _l("The round is over. Nothing was changed."),
    "round_withdrawn_already": _l("The round has been withdrawn. Nothing was changed."),
    "round_answer_missing": _l("Choose consent, discuss or abstain."),
    "round_reason_missing": _l("Say why you want to discuss it."),
    "round_reason_too_long": _l("Use at most %(most)d characters."),
    "round_not_asked": _l("You are asked no longer in this round. Nothing was changed."),
    "round_asked_already": _l("This member is asked already."),
    "round_removed_already": _l("This member is asked no longer already."),
    "round_change_needs_reason": _l("Give the reason: it stands in the history."),
    "round_last_of_college": _l(
        "This is the last one who is asked of this college. "
        "Add another member of it first, or withdraw the round."
    ),
    "round_nobody_to_chase": _l("Whoever has not answered was reminded today."),
    "silence_unknown": _l("Choose what silence counts as."),
}
VERBS: Mapping[str, Any] = {
    "round_opened": _l("opened a written round"),
    "round_answered": _l("answered"),
    "round_answered_for": _l("answered on behalf of someone"),
    "round_extended": _l("changed the last day to answer"),
    "round_voter_added": _l("asked one more member"),
    "round_voter_removed": _l("asked a member no longer"),
    "round_chased": _l("reminded who had not answered"),
    "round_ended": _l("ended the written round"),
    "silence_set": _l("decided what silence counts as"),
}
FIELDS: Mapping[str, Any] = {
    "last_day": _l("Answer by"),
    "voters": _l("People asked"),
    "person": _l("Person"),
    "said": _l("Answer"),
    "reason": _l("Reason"),
    "letters": _l("Letters"),
    "ending": _l("Outcome of the round"),
    "silence": _l("Silence"),
}
VALUES: Mapping[str, Mapping[Any, Any]] = {
    "said": {each.value: label for each, label in SAID.items()},
    "ending": {each.value: label for each, label in ENDINGS.items()},
    "silence": {each.value: label for each, label in SILENCES.items()},
}


def history(entries: Sequence[AuditEntry], zone: str, language: str) -> list[Line]:
    """Turn the audit trail of a round into lines that a person can read."""
    return lines(entries, VERBS, FIELDS, lambda name, value: shown(name, value, zone, language))


def shown(name: str, value: Any, zone: str, language: str) -> str:
    """Write one kept value in the reader's words."""
    if name == "last_day":
        return words.date_only(date.fromisoformat(value), ZoneInfo(zone), language)
    return str(value)


def letters(number: int) -> str:
    """Say how many letters leave."""
    return str(ngettext("One letter leaves.", "%(num)d letters leave.", number))


def consenting(done: int, whole: int) -> str:
    """Say how many colleges consent: "3 of 5 colleges consent"."""
    return str(_("%(done)d of %(whole)d colleges consent", done=done, whole=whole))
