"""What the decisions room shows on other rooms' pages, and what needs someone now."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from flask import Flask, render_template, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from agenda.core.actor import Actor
from agenda.core.clock import local_day
from agenda.decisions import queries, ratification_queries, rules, words
from agenda.decisions.model import Decision, Rectification, Reservation
from agenda.meetings.model import AgendaItem, Meeting
from agenda.meetings.sight import sees, title_of
from agenda.meetings.words import OUTCOME_TONES, OUTCOMES
from agenda.people.model import Body
from agenda.web import here
from agenda.web.panels import Task, offer_panel, offer_tasks, offer_words


@dataclass(frozen=True)
class Treated:
    """One item with all that came of it, as one reader sees it."""

    item: AgendaItem
    title: str
    seen: bool
    decisions: tuple[Decision, ...] = ()
    reservations: tuple[Reservation, ...] = ()
    rectifications: tuple[Rectification, ...] = ()


def offer(app: Flask) -> None:
    """Offer the panels, the tasks and the words for histories."""
    offer_panel(app, "meeting", meeting_panel, order=40)
    offer_panel(app, "body", body_panel, order=35)
    offer_tasks(app, tasks)
    offer_words(app, words.VERBS, words.FIELDS, words.CODES)


def frame() -> dict[str, Any]:
    """Give what every template of decisions speaks with."""
    return {
        "words": words,
        "outcomes_named": {one.value: label for one, label in OUTCOMES.items()},
        "outcome_tones": OUTCOME_TONES,
        "reference_of": rules.reference_of,
        "standing_of": rules.standing_of,
        "tally": rules.tally,
        "days_late": rules.days_late,
        "today": today(),
    }


def today() -> date:
    """Tell the civil day on which this page is asked."""
    return local_day(here.now(), here.runtime().config.time_zone)


def meeting_panel(session: Session, meeting: Meeting) -> str | None:
    """Show what came out of a meeting, to each what they may see."""
    decisions = queries.decisions_of(session, meeting)
    reservations = queries.reservations_of(session, meeting)
    if not decisions and not reservations and not any(item.outcome for item in meeting.items):
        return None
    sight = queries.sight_at(session, meeting, here.actor())
    corrected = queries.rectifications_of(session, meeting)
    treated = []
    for item in meeting.items:
        under = tuple(one for one in decisions if one.agenda_item_id == item.id)
        held = tuple(reservations.get(item.id, ()))
        if item.outcome is None and not under and not held:
            continue
        if not sees(item, sight):
            treated.append(Treated(item, title_of(item, sight), seen=False))
        else:
            rectifications = tuple(one for one in corrected if one.item_id == item.id)
            treated.append(Treated(item, item.title, True, under, held, rectifications))
    return render_template(
        "decisions/_came_out.html",
        treated=treated,
        loose=[one for one in decisions if one.agenda_item_id is None],
        rectified=_by_decision(corrected),
        may_record=here.actor().may("record", meeting.body),
        meeting=meeting,
        **frame(),
    )


def body_panel(session: Session, body: Body) -> str:
    """Lead to what a body decided, with what still waits to be ratified."""
    waiting = ratification_queries.number_unsettled(session, here.actor(), body.id)
    return render_template("decisions/_body.html", body=body, waiting=waiting)


def tasks(session: Session, by: Actor, now: datetime) -> Iterator[Task]:
    """Name the agreements of which a college or council must speak soon, one line each."""
    day = today()
    due = ratification_queries.due_ratifications(session, by, day + ratification_queries.NEAR)
    for _key, group in groupby(sorted(due, key=lambda one: one.decision_id), lambda one: one.decision_id):
        rows = list(group)
        decision, first = rows[0].decision, min(row.due_on for row in rows if row.due_on)
        yield Task(
            text=_(
                "Ratification of %(reference)s: %(organs)s",
                reference=rules.reference_of(decision),
                organs=", ".join(words.organ(row) for row in rows),
            ),
            url=url_for("decisions.show", decision_id=decision.id, _anchor="ratification"),
            tone="neg" if first < day else "warn",
            due=first,
            detail=decision.meeting.body.name,
        )


def _by_decision(corrected: Sequence[Rectification]) -> dict[int, list[Rectification]]:
    found: dict[int, list[Rectification]] = {}
    for one in corrected:
        if one.decision_id is not None:
            found.setdefault(one.decision_id, []).append(one)
    return found
