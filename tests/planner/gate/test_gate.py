"""Whoever plans a meeting first sees what could make it unneeded; going on asks for a reason."""

from __future__ import annotations

import ast

import pytest
from flask.testing import FlaskClient

from agenda.accounts.actions import begin
from agenda.accounts.guard import session_cookie
from agenda.core.problems import Invalid
from agenda.core.runtime import Runtime
from agenda.meetings.planning_reason import Ground, PlanningReason, keep_reason
from agenda.meetings.rules import Quarter
from agenda.planner.burden_actions import Term, set_term
from agenda.planner.gate import reasons_in
from agenda.topics.model import Treatment
from config import ROOT
from tests.meetings.agenda_world import planned_meeting, topic
from tests.world import START, World

WHY = "De raden moeten voor februari worden geïnformeerd."


def signed_in(client: FlaskClient, runtime: Runtime, world: World) -> FlaskClient:
    with runtime.work() as session:
        token = begin(session, world.person(session, "secretary"), "a test", runtime.clock())
    client.set_cookie(session_cookie(runtime.config), token)
    return client


def test_the_page_shows_budget_cost_and_what_can_go_in_writing(
    runtime: Runtime, world: World, client: FlaskClient
) -> None:
    with runtime.work() as session:
        body, by = world.body(session), world.by(session, "secretary")
        set_term(session, body, Term(1, None, None, ""), None, by, START)
        planned_meeting(session, world)
        topic(session, world, "Hamerstuk", treatment=Treatment.CONSENT)
    page = signed_in(client, runtime, world).get("/meetings/new").text
    assert "In het eerste kwartaal 2019 is het budget van 1 op: er zijn er 1 gepland." in page
    assert "Hamerstuk" in page
    assert "34 uur tijd van mensen" in page


def test_going_on_asks_for_a_reason_that_is_kept_and_counted(
    runtime: Runtime, world: World, client: FlaskClient
) -> None:
    form = {"title": "Overleg", "quarter": "2019-1", "minutes": "90", "venue": "Raadzaal"}
    browser = signed_in(client, runtime, world)
    assert browser.post("/meetings/new", data=form).status_code == 422
    assert browser.post("/meetings/new", data=form | {"ground": "deadline", "reason": WHY}).status_code == 303
    with runtime.read() as session:
        counted = reasons_in(session, [world.body(session)], Quarter(2018, 4), "Europe/Amsterdam")
        assert counted == {Ground.DEADLINE: 1}
        assert [one.text for one in session.query(PlanningReason)] == [WHY]
    assert "Een termijn valt vóór het volgende overleg: 1" in browser.get("/planner/").text


def test_a_few_letters_are_no_reason(runtime: Runtime, world: World) -> None:
    with runtime.work() as session, pytest.raises(Invalid):
        by = world.by(session, "secretary")
        keep_reason(session, planned_meeting(session, world), Ground.OTHER, "Moet.  ", by, START)


def test_meetings_are_made_only_where_the_reason_is_asked() -> None:
    """Whoever adds a way to plan asks for the reason there too."""
    callers = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "agenda").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and (getattr(node.func, "attr", None) or getattr(node.func, "id", None)) == "create_meeting"
    }
    assert callers == {"agenda/meetings/planning_pages.py", "agenda/planner/new_meetings.py"}
