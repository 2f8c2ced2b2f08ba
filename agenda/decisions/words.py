"""The decisions room's sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from agenda.core.audit import AuditEntry
from agenda.core.words import date_only
from agenda.decisions.model import DecisionKind, Ratification, RatificationResult, RatifyingOrgan
from agenda.decisions.register_asked import IN_WRITING, RECTIFIED
from agenda.decisions.rules import Standing, Tally
from agenda.meetings.words import OUTCOMES
from agenda.web.history import Line, lines

Texts = Mapping[str, Any]

KINDS: Mapping[DecisionKind, Any] = {
    DecisionKind.DECISION: _l("Decision"),
    DecisionKind.AGREEMENT: _l("Agreement, to be ratified"),
}
STANDINGS: Mapping[Standing, Any] = {
    Standing.IN_FORCE: _l("In force"),
    Standing.WAITING: _l("Waiting for ratification"),
    Standing.REFUSED: _l("Not ratified"),
    Standing.SUPERSEDED: _l("Superseded"),
}
TONES: Mapping[Standing, str] = {
    Standing.IN_FORCE: "ok",
    Standing.WAITING: "warn",
    Standing.REFUSED: "neg",
    Standing.SUPERSEDED: "neutral",
}
RESULTS: Mapping[RatificationResult, Any] = {
    RatificationResult.RATIFIED: _l("Ratified"),
    RatificationResult.WITH_RESERVATION: _l("Ratified with reservation"),
    RatificationResult.REFUSED: _l("Not ratified"),
}
RESULT_TONES: Mapping[RatificationResult, str] = {
    RatificationResult.RATIFIED: "ok",
    RatificationResult.WITH_RESERVATION: "warn",
    RatificationResult.REFUSED: "neg",
}
NOTHING_SAID = "open"
RESULT_CHOICES: Sequence[tuple[str, Any]] = (
    *((result.value, label) for result, label in RESULTS.items()),
    (NOTHING_SAID, _l("Nothing yet")),
)
ORGANS: Mapping[RatifyingOrgan, Any] = {
    RatifyingOrgan.COLLEGE: _l("college of %(name)s"),
    RatifyingOrgan.COUNCIL: _l("council of %(name)s"),
}

# What the register can be asked for.
REGISTER_KINDS: Mapping[str, Any] = {
    DecisionKind.DECISION.value: _l("Decision"),
    DecisionKind.AGREEMENT.value: _l("Agreement"),
    IN_WRITING: _l("Written round"),
}
REGISTER_STATES: Mapping[str, Any] = {
    **{standing.value: label for standing, label in STANDINGS.items()},
    RECTIFIED: _l("Rectified"),
}
# What follows in a history the name of who did it, and what it was about.
VERBS = {
    "decision_recorded": _l("recorded a decision"),
    "decision_rewritten": _l("put a decision in other words"),
    "decision_removed": _l("removed a decision"),
    "decision_added_later": _l("added a decision that was left out"),
    "decision_rectified": _l("rectified a decision"),
    "decision_superseded": _l("let a later decision take its place"),
    "decision_supersedes": _l("let it take the place of an earlier decision"),
    "decision_stands_again": _l("let an earlier decision stand again"),
    "outcome_rectified": _l("rectified an outcome"),
    "organs_chosen": _l("chose who must ratify it"),
    "ratification_noted": _l("wrote down what came of the ratification"),
    "reservation_made": _l("recorded a reservation"),
    "reservation_withdrawn": _l("noted that a reservation was given up"),
    "reservation_restored": _l("let a reservation stand again"),
    "promised": _l("recorded a promise to the councils"),
    "promise_kept": _l("marked a promise as kept"),
    "promise_reopened": _l("opened a promise again"),
}
FIELDS = {
    "decision": _l("Decision"),
    "decision_kind": _l("Kind of decision"),
    "reference": _l("Reference"),
    "superseded_by": _l("Superseded by"),
    "supersedes": _l("Takes the place of"),
    "rectified_why": _l("Why it is rectified"),
    "organs": _l("Who must ratify it"),
    "organ": _l("Organ"),
    "result": _l("What came of it"),
    "said_on": _l("Decided on"),
    "ratification_remark": _l("Remark"),
    "college": _l("College"),
    "reservation": _l("Reservation"),
    "commitment": _l("What was promised"),
    "promised_on": _l("Promised by"),
}
# What stands in the trail as a code, by the field it stands in.
CODES: Mapping[str, Mapping[Any, Any]] = {
    "decision_kind": {kind.value: label for kind, label in KINDS.items()},
    "result": {result.value: label for result, label in RESULTS.items()},
    "outcome": OUTCOMES,
}

PROBLEMS = {
    "decision_empty": _l("Write down what was decided."),
    "commitment_empty": _l("Write down what was promised."),
    "commitment_kept": _l("This promise was marked as kept already."),
    "commitment_open": _l("This promise is open already."),
    "meeting_not_begun": _l("Outcomes can be recorded once the meeting has begun."),
    "meeting_still_open": _l("This meeting is not closed yet: record it anew instead."),
    "rectification_why_missing": _l("Give the reason: everyone who reads the decision reads it."),
    "rectification_same": _l("Nothing differs from what was recorded."),
    "not_an_agreement": _l("This is a decision of the body itself: nobody has to ratify it."),
    "organs_missing": _l("Choose at least one college or council."),
    "organ_unknown": _l("Choose colleges and councils of members of this body."),
    "organ_has_spoken": _l("%(organisation)s has spoken already, and stays on the list."),
    "ratification_has_begun": _l(
        "A college or council has spoken about this agreement. Close the meeting and rectify it instead."
    ),
    "decision_superseded": _l("A later decision has taken its place."),
    "decision_stands": _l("This decision stands already."),
    "decision_not_earlier": _l("Choose an earlier decision of the same body."),
    "said_on_missing": _l("Enter the day on which it was decided."),
    "said_on_ahead": _l("That day has yet to come."),
    "said_before_meeting": _l("That is before the meeting of %(day)s."),
    "remark_missing": _l("Write down the reservation, or why it was not ratified."),
    "college_unknown": _l("Choose a member of this body."),
    "reservation_empty": _l("Write down what the college holds back."),
    "reservation_stands": _l("The reservation of %(college)s stands already."),
    "reservation_given_up": _l("This reservation was given up already."),
    "meeting_cancelled": _l("This meeting was cancelled."),
}


def organ(ratification: Ratification) -> str:
    """Name who must ratify: "college van Leiden"."""
    return str(ORGANS[ratification.organ]) % {"name": ratification.organisation.name}


def ratified(counted: Tally) -> str:
    """Tell how far the ratification is: "3 van 5 bekrachtigd"; never a majority.

    Who ratified with a reservation is counted, and named apart, as in the letters to the councils.
    """
    told = str(_("%(ratified)s of %(asked)s ratified", ratified=counted.agreed, asked=counted.asked))
    if counted.reserved:
        more = ngettext(
            "of which one with a reservation", "of which %(num)d with a reservation", counted.reserved
        )
        told = f"{told}, {more}"
    return told


def refused_by(ratifications: Sequence[Ratification]) -> str:
    """Name who refused, for the sentence that the agreement is not in force; empty where nobody did."""
    names = [organ(one) for one in ratifications if one.result is RatificationResult.REFUSED]
    return (
        str(_("Not ratified by: %(names)s. The agreement is not in force.", names=", ".join(names)))
        if names
        else ""
    )


def history(entries: Sequence[AuditEntry], zone: str, language: str) -> list[Line]:
    """Turn the audit trail of a decision into lines that a person can read."""

    def shown(name: str, value: Any) -> str:
        if name == "said_on":
            return date_only(date.fromisoformat(value), ZoneInfo(zone), language)
        return str(CODES.get(name, {}).get(value, value))

    return lines(entries, VERBS, FIELDS, shown)
