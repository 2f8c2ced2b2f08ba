"""The quarters of a body as a table for a spreadsheet, beside the baseline and by municipality."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from agenda.meetings.rules import Quarter
from agenda.people.model import Body, Organisation
from agenda.planner.burden_facts import Facts
from agenda.planner.burden_model import BurdenBaseline
from agenda.planner.burden_rules import Burden, burden_of, frozen_of_organisation, minutes_by_organisation
from agenda.web.csv_file import Cell

FIGURES = {
    "meetings": _l("Meetings held"),
    "planned": _l("Meetings planned"),
    "person_minutes": _l("Person-minutes"),
    "travel_minutes": _l("Travel minutes"),
    "minutes": _l("Minutes of meetings"),
    "topic_minutes": _l("Minutes on topics"),
    "topic_share": _l("On topics, as a part of 1"),
    "decisions": _l("Decisions"),
    "decisions_an_hour": _l("Decisions per person-hour"),
    "deferrals": _l("Deferrals"),
    "treated": _l("Topics settled in a meeting"),
    "in_writing": _l("Topics settled in writing"),
    "written_share": _l("Settled in writing, as a part of 1"),
    "lead_days": _l("Days from intake to outcome, together"),
    "lead_time": _l("Lead time in days"),
}
Table = tuple[list[str], list[list[Cell]]]


def table(
    session: Session,
    body: Body,
    quarters: Sequence[tuple[Quarter, Burden]],
    facts: Facts,
    baseline: BurdenBaseline | None,
) -> Table:
    """Give the heads and a row a quarter: its figures, the minutes by organisation, and the baseline's."""
    spent = {quarter: minutes_by_organisation(facts.within(quarter).held) for quarter, _found in quarters}
    involved = _organisations(session, {key for minutes in spent.values() for key in minutes})
    named = [str(label) for label in FIGURES.values()]
    named += [_("%(name)s: minutes, travel included", name=name) for _key, name in involved]
    frozen = _frozen(baseline, [key for key, _name in involved]) if baseline else []
    heads = [_("Body"), _("Quarter"), *named]
    if baseline:
        heads += [
            _("%(figure)s, baseline %(quarter)s", figure=one, quarter=baseline.quarter) for one in named
        ]
    rows = [
        [body.name, str(quarter), *_cells(found), *(spent[quarter][key] for key, _name in involved), *frozen]
        for quarter, found in quarters
    ]
    return heads, rows


def _cells(found: Burden) -> list[Cell]:
    return [getattr(found, key) for key in FIGURES]


def _frozen(baseline: BurdenBaseline, organisations: Sequence[int | None]) -> list[Cell]:
    minutes = [frozen_of_organisation(baseline.figures, key) for key in organisations]
    return [*_cells(burden_of(baseline.figures)), *minutes]


def _organisations(session: Session, keys: set[int | None]) -> list[tuple[int | None, str]]:
    """Name the organisations by name; those who come for none stand last."""
    query = select(Organisation).where(Organisation.id.in_(keys)).order_by(Organisation.name)
    named: list[tuple[int | None, str]] = [(one.id, one.name) for one in session.scalars(query)]
    return [*named, (None, _("Others"))] if None in keys else named
