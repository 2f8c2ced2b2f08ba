"""The register: which data are kept, on what ground, for how long, and what an administrator may choose.

What it is called and why it is kept is said in `words`; how it goes, in `removals`.

Sources: the Archiefwet with the Selectielijst gemeenten en intergemeentelijke organen of the VNG, which says
what of a municipality's records is kept for ever and what is destroyed when; the AVG (GDPR), article 5(1)(e):
personal data are kept no longer than their purpose needs. Which entry of that list holds for a record is for
the archivist of the municipality; the periods below that rest on `Ground.OWN` are this product's proposal.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from agenda.retention.rules import Period, Unit


class Ground(StrEnum):
    """On what it rests how long something is kept."""

    # Records of what was decided: kept for good, until they go to an archive.
    ARCHIVE = "archive"
    # Needed to give account of who did what.
    ACCOUNT = "account"
    # Needed for as long as it is used, and a little after (AVG article 5(1)(e)).
    PURPOSE = "purpose"
    # Can be made again at any moment.
    AGAIN = "again"


@dataclass(frozen=True)
class Kind:
    """One kind of data that goes after a while: the period that is proposed, and what may be chosen."""

    name: str
    ground: Ground
    proposed: Period
    least: Period
    most: Period


@dataclass(frozen=True)
class Kept:
    """One kind of data that stays: nobody can choose a period for it here."""

    name: str
    ground: Ground


def _days(amount: int) -> Period:
    return Period(amount, Unit.DAYS)


def _months(amount: int) -> Period:
    return Period(amount, Unit.MONTHS)


def _years(amount: int) -> Period:
    return Period(amount, Unit.YEARS)


KINDS = (
    Kind("sign_in_links", Ground.PURPOSE, _days(7), _days(1), _years(1)),
    # A session holds for 90 days at most (accounts.lifetimes): none that holds may go.
    Kind("sign_ins", Ground.ACCOUNT, _months(6), _months(4), _years(2)),
    Kind("letters", Ground.PURPOSE, _years(1), _months(1), _years(10)),
    Kind("incoming", Ground.PURPOSE, _years(1), _months(1), _years(10)),
    Kind("reminders", Ground.PURPOSE, _years(1), _months(1), _years(10)),
    Kind("busy_times", Ground.PURPOSE, _months(3), _days(7), _years(1)),
    Kind("ended_feeds", Ground.PURPOSE, _days(30), _days(1), _years(1)),
    Kind("poll_votes", Ground.PURPOSE, _years(1), _days(7), _years(10)),
    Kind("answer_remarks", Ground.PURPOSE, _years(1), _days(7), _years(10)),
    Kind("table_notes", Ground.PURPOSE, _years(1), _months(1), _years(10)),
    Kind("agenda_steps", Ground.PURPOSE, _months(6), _days(7), _years(2)),
    Kind("packs", Ground.AGAIN, _months(6), _days(1), _years(10)),
    Kind("removed_papers", Ground.PURPOSE, _years(1), _months(1), _years(10)),
    Kind("planner_runs", Ground.AGAIN, _years(1), _days(7), _years(10)),
    Kind("regional_days", Ground.AGAIN, _years(2), _years(1), _years(10)),
    # The term of a council.
    Kind("baseline_people", Ground.PURPOSE, _years(4), _years(1), _years(10)),
    Kind("let_be", Ground.PURPOSE, _years(1), _months(2), _years(10)),
    Kind("trail", Ground.ACCOUNT, _years(10), _years(1), _years(30)),
)
KEPT = (
    Kept("decisions", Ground.ARCHIVE),
    Kept("agendas", Ground.ARCHIVE),
    Kept("papers", Ground.ARCHIVE),
    Kept("council_letters", Ground.ARCHIVE),
    Kept("presence", Ground.ARCHIVE),
    Kept("topics", Ground.ARCHIVE),
    Kept("people", Ground.PURPOSE),
    Kept("search", Ground.AGAIN),
    Kept("jobs", Ground.AGAIN),
)
BY_NAME = {kind.name: kind for kind in KINDS}
# Nobody holds a place any more for so long: an administrator is asked whether the person can be erased.
LEFT_SINCE = _years(1)
