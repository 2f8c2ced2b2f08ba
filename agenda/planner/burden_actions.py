"""Freezing the baseline, setting the budget, and the term of a body; one verb a function."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from agenda.core import audit
from agenda.core.actor import Actor
from agenda.core.clock import local_day
from agenda.core.database import get
from agenda.core.problems import Changed, Conflict, Invalid
from agenda.core.text import clean
from agenda.meetings.rules import Quarter
from agenda.people.ending import end_body
from agenda.people.model import Body
from agenda.planner.burden_facts import facts_of, first_quarter
from agenda.planner.burden_model import BodyTerm, BurdenBaseline
from agenda.planner.burden_rules import frozen_figures

MOST_MEETINGS = 99
SHORTEST_REASON, LONGEST_REASON = 10, 2_000


@dataclass(frozen=True)
class Replaced:
    """Which body ends for a new one, and on what day where that must still be set; or why none does."""

    instead_of_id: int | None
    last_day: date | None = None
    why_none_ended: str = ""


@dataclass(frozen=True)
class Term:
    """What a body may cost a quarter, when it is reviewed, and what it came in the place of."""

    most_meetings: int | None
    review_on: date | None
    instead_of_id: int | None
    why_none_ended: str


def why_not_freezable(session: Session, body: Body, quarter: Quarter, now: datetime) -> str | None:
    """Give the code of why this quarter cannot become the baseline of a body; None when it can."""
    if session.get(BurdenBaseline, body.id) is not None:
        return "baseline_frozen_already"
    if local_day(now, body.time_zone) <= quarter.last_day:
        return "quarter_not_over"
    first = first_quarter(session, body.id, body.time_zone)
    return "nothing_that_quarter" if first is None or quarter.last_day < first.first_day else None


def must_be_freezable(session: Session, body: Body, quarter: Quarter, now: datetime) -> None:
    """Raise Conflict unless this quarter can become the baseline of a body."""
    why = why_not_freezable(session, body, quarter, now)
    if why is not None:
        raise Conflict(why)


def freeze_baseline(
    session: Session, body: Body, quarter: Quarter, by: Actor, now: datetime
) -> BurdenBaseline:
    """Keep what a body cost in a quarter, for good.

    Raises Conflict when there is a baseline already, the quarter is not over yet, or lies before the body's
    first meeting.
    """
    by.must("plan", body)
    must_be_freezable(session, body, quarter, now)
    facts = facts_of(session, [body], quarter.first_day, quarter.last_day, now)
    baseline = BurdenBaseline(
        body_id=body.id,
        quarter=str(quarter),
        frozen_at=now,
        frozen_by=by.name,
        figures=frozen_figures(facts.held, facts.settled),
    )
    try:
        with session.begin_nested():
            session.add(baseline)
    except IntegrityError as error:
        raise Conflict("baseline_frozen_already") from error
    audit.record(session, by, now, "baseline_frozen", ("body", body.id), after={"quarter": str(quarter)})
    return baseline


def set_term(
    session: Session, body: Body, wanted: Term, version: int | None, by: Actor, now: datetime
) -> None:
    """Set budget, review day and what this body came in the place of.

    Raises Invalid for a budget below 0, and for a body that would come in its own place.
    """
    by.must("plan", body)
    if wanted.most_meetings is not None and not 0 <= wanted.most_meetings <= MOST_MEETINGS:
        raise Invalid("budget_impossible", most=MOST_MEETINGS)
    if wanted.instead_of_id == body.id:
        raise Invalid("instead_of_itself")
    _keep(session, body, wanted, version, by, now)


def say_what_ended(
    session: Session, body: Body, wanted: Replaced, version: int | None, by: Actor, now: datetime
) -> None:
    """Keep which body ends for this one, and let it end; or why none does.

    Raises Invalid when neither is said, and Forbidden for a last day by who does not administer.
    """
    if not by.may("administer"):
        by.must("plan", body)
    why = clean(wanted.why_none_ended).strip()
    if wanted.instead_of_id is None and len(why) < SHORTEST_REASON:
        raise Invalid("no_body_ended_why", least=SHORTEST_REASON)
    if wanted.instead_of_id == body.id:
        raise Invalid("instead_of_itself")
    term = session.get(BodyTerm, body.id)
    most, review_on = (term.most_meetings, term.review_on) if term else (None, None)
    said = Term(most, review_on, wanted.instead_of_id, "" if wanted.instead_of_id else why)
    _keep(session, body, said, version, by, now)
    if wanted.instead_of_id is not None and wanted.last_day is not None:
        end_body(session, get(session, Body, wanted.instead_of_id), wanted.last_day, by, now)


def _keep(session: Session, body: Body, wanted: Term, version: int | None, by: Actor, now: datetime) -> None:
    term = session.get(BodyTerm, body.id)
    before = _told(term)
    if term is None:
        term = _first_term(session, body)
    else:
        term.expect(version)
    term.most_meetings, term.review_on = wanted.most_meetings, wanted.review_on
    term.instead_of_id = wanted.instead_of_id
    term.why_none_ended = clean(wanted.why_none_ended).strip()[:LONGEST_REASON]
    session.flush()
    session.expire(term, ["instead_of"])
    after = _told(term)
    if audit.changes(before, after):
        audit.record(session, by, now, "term_set", ("body", body.id), before, after)


def _first_term(session: Session, body: Body) -> BodyTerm:
    """Add the term of a body; Changed when somebody did so at the same moment."""
    term = BodyTerm(body_id=body.id)
    try:
        with session.begin_nested():
            session.add(term)
    except IntegrityError as error:
        raise Changed from error
    return term


def _told(term: BodyTerm | None) -> dict[str, object]:
    if term is None:
        return {"most_meetings": None, "review_on": None, "instead_of": None, "why_none_ended": None}
    return {
        "most_meetings": term.most_meetings,
        "review_on": term.review_on,
        "instead_of": term.instead_of.name if term.instead_of else None,
        "why_none_ended": term.why_none_ended or None,
    }
