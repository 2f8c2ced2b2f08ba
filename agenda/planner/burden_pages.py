"""Pages of the burden: what meetings cost and bring, beside the baseline and the budget."""

from __future__ import annotations

from collections import Counter

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from agenda.core.clock import local_day
from agenda.core.problems import Changed, Invalid
from agenda.meetings.planning_reason import Ground
from agenda.meetings.rules import Quarter, quarter_named, quarter_of
from agenda.meetings.words import GROUNDS
from agenda.meetings.words import quarter as quarter_name
from agenda.people.model import Body, Organisation, Person
from agenda.planner import burden_actions as actions
from agenda.planner import burden_queries as queries
from agenda.planner import burden_table
from agenda.planner.blueprint import pages
from agenda.planner.burden_actions import Term
from agenda.planner.burden_facts import Facts, facts_of, first_quarter
from agenda.planner.burden_forms import TermForm, bodies_beside, body_seen
from agenda.planner.burden_model import BodyTerm, BurdenBaseline
from agenda.planner.burden_rules import (
    Burden,
    burden_of,
    by_quarter,
    chart,
    minutes_by_organisation,
    minutes_by_person,
    quarters_until,
    reckon,
)
from agenda.planner.gate_counts import new_meetings
from agenda.web import here
from agenda.web.csv_file import csv_answer
from agenda.web.shell import sentence

Planned = list[tuple[str, Counter[Ground | None]]]
# So many quarters stand beside each other.
QUARTERS = 6


@pages.get("/burden")
def burden() -> str:
    """Show what all bodies cost in one quarter."""
    by = here.actor()
    by.must("see")
    with here.read() as session:
        bodies = queries.bodies_seen_by(session, by)
        quarter = _asked_quarter(bodies)
        facts = facts_of(session, bodies, quarter.first_day, quarter.last_day, here.now())
        budgets = queries.budgets_of(session, bodies, quarter)
        rows = []
        for body in bodies:
            theirs = facts.within(quarter, body.id)
            rows.append((body, reckon(theirs.held, theirs.settled), budgets[body.id]))
        return render_template(
            "planner/burden.html",
            rows=rows,
            total=reckon(facts.held, facts.settled),
            quarter=quarter,
            quarter_name=quarter_name,
            organisations=_organisations(session, facts),
            exchange=queries.exchange_of(session, bodies),
            planned=_newly_planned(session, bodies, quarter),
            grounds=GROUNDS,
        )


@pages.get("/burden/<int:body_id>")
def body_burden(body_id: int) -> str:
    """Show what one body costs, quarter by quarter, beside its baseline and its budget."""
    with here.read() as session:
        return _body_page(session, body_seen(session, body_id), None)


@pages.get("/burden/<int:body_id>.csv")
def burden_csv(body_id: int) -> Response:
    """Give all quarters of a body as a file for a spreadsheet."""
    with here.read() as session:
        body = body_seen(session, body_id)
        baseline = session.get(BurdenBaseline, body.id)
        quarters, facts = _quarters(session, body, _asked_quarter([body]), None)
        table = burden_table.table(session, body, quarters, facts, baseline)
    return csv_answer(_("burden-%(body)d.csv", body=body_id), *table)


@pages.post("/burden/<int:body_id>/term")
def set_term(body_id: int) -> Response | tuple[str, int]:
    """Set the budget, the review day, and what a body came in the place of."""
    by, form = here.actor(), TermForm()
    with here.work() as session:
        body = body_seen(session, body_id)
        by.must("plan", body)
        form.offer(bodies_beside(session, body, by))
        if not form.validate():
            return _body_page(session, body, form), Invalid.status
        wanted = Term(
            form.most_meetings.data,
            form.review_on.data,
            form.instead_of.data,
            form.why_none_ended.data or "",
        )
        try:
            actions.set_term(session, body, wanted, form.seen_version(), by, here.now())
        except Invalid as problem:
            form.form_errors.append(sentence(problem.code, problem.facts))
            return _body_page(session, body, form), problem.status
        except Changed as problem:
            form.see_again(session.get(BodyTerm, body_id), sentence(problem.code, {}))
            return _body_page(session, body, form), problem.status
    flash(_("Kept."), "success")
    return redirect(url_for("planner.body_burden", body_id=body_id), 303)


def _body_page(session: Session, body: Body, form: TermForm | None) -> str:
    by, now = here.actor(), here.now()
    quarter = _asked_quarter([body])
    baseline = session.get(BurdenBaseline, body.id)
    term = session.get(BodyTerm, body.id)
    if form is None:
        form = TermForm.of(term)
        form.offer(bodies_beside(session, body, by))
    quarters, all_facts = _quarters(session, body, quarter, QUARTERS)
    facts = all_facts.within(quarter)
    frozen = burden_of(baseline.figures) if baseline else None
    return render_template(
        "planner/burden_body.html",
        body=body,
        quarter=quarter,
        quarter_name=quarter_name,
        quarters=quarters,
        frozen=frozen,
        baseline=baseline,
        budget=queries.budget_left(session, body, quarter),
        chart=chart(
            [(_short(one), found) for one, found in quarters], frozen, term.most_meetings if term else None
        ),
        term=term,
        planned=_planned_by_quarter(session, body, quarter),
        grounds=GROUNDS,
        form=form,
        may_plan=by.may("plan", body),
        may_say_what_ended=by.may("administer") or by.may("plan", body),
        freezable=actions.why_not_freezable(session, body, quarter, now) is None,
        organisations=_organisations(session, facts),
        people=_people(session, facts, everyone=by.may("see_time_of_people", body)),
    )


def _quarters(
    session: Session, body: Body, last: Quarter, most: int | None
) -> tuple[list[tuple[Quarter, Burden]], Facts]:
    """Give the quarters up to one, at most so many, oldest first, empty ones too; and their facts."""
    wanted = quarters_until(last, first_quarter(session, body.id, body.time_zone) or last, most)
    facts = facts_of(session, [body], wanted[0].first_day, last.last_day, here.now())
    found = by_quarter(facts.held, facts.settled)
    return [(one, found.get(one, Burden())) for one in wanted], facts


def _asked_quarter(bodies: list[Body]) -> Quarter:
    zone = bodies[0].time_zone if bodies else here.runtime().config.time_zone
    return quarter_named(request.args.get("q", "")) or quarter_of(local_day(here.now(), zone))


def _newly_planned(session: Session, bodies: list[Body], quarter: Quarter) -> Planned:
    """Count the meetings that were newly planned in a quarter by reason, for each body."""
    found = new_meetings(session, bodies, quarter, quarter)
    counts = [(body.name, found.of([body.id], quarter)) for body in bodies]
    return [pair for pair in counts if pair[1]]


def _planned_by_quarter(session: Session, body: Body, last: Quarter) -> Planned:
    """Count the meetings of a body that were newly planned by reason, for each quarter."""
    # A meeting is planned before it is held: quarters before the first meeting count too.
    quarters = quarters_until(last, Quarter(last.year - QUARTERS, 1), QUARTERS)
    found = new_meetings(session, [body], quarters[0], last)
    counts = [(quarter_name(one), found.of([body.id], one)) for one in quarters]
    return [pair for pair in counts if pair[1]]


def _organisations(session: Session, facts: Facts) -> list[tuple[str, int]]:
    """Name the organisations with their minutes, most first."""
    spent = minutes_by_organisation(facts.held)
    names = {one.id: one.name for one in session.scalars(select(Organisation))}
    return [(names.get(key or 0, ""), minutes) for key, minutes in spent.most_common()]


def _people(session: Session, facts: Facts, *, everyone: bool) -> list[tuple[str, int]]:
    """Name people with their minutes, most first: everyone's for who may see them, else only one's own."""
    spent = minutes_by_person(facts.held)
    if not everyone:
        own = here.actor().person_id
        spent = type(spent)({key: minutes for key, minutes in spent.items() if key == own})
    names = {one.id: one.name for one in session.scalars(select(Person).where(Person.id.in_(spent)))}
    return [(names[key], minutes) for key, minutes in spent.most_common()]


def _short(quarter: Quarter) -> str:
    return str(_("Q%(number)d %(year)d", number=quarter.number, year=quarter.year))
