"""Whoever plans a meeting first sees what could make it unneeded; going on asks for a reason."""

from __future__ import annotations

import ast
from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient

from agenda.accounts.actions import begin
from agenda.accounts.guard import session_cookie
from agenda.core.problems import Invalid
from agenda.core.runtime import Runtime
from agenda.meetings.model import Meeting
from agenda.meetings.planning_reason import Ground, PlanningReason, keep_reason
from agenda.meetings.rules import Quarter
from agenda.planner.burden_actions import Term, set_term
from agenda.planner.gate_counts import new_meetings
from agenda.topics.model import Treatment
from config import ROOT
from tests.meetings.agenda_world import planned_meeting, topic
from tests.world import START, StandingClock, World

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
        quarter = Quarter(2018, 4)
        counted = new_meetings(session, [world.body(session)], quarter, quarter)
        assert counted.of([world.body_id], quarter) == {Ground.DEADLINE: 1}
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


def test_the_cost_follows_the_minutes_also_without_javascript(
    runtime: Runtime, world: World, client: FlaskClient
) -> None:
    browser = signed_in(client, runtime, world)
    typed = {"title": "Overleg", "minutes": "45", "reason": "Half af", "do": "reckon"}
    page = browser.post("/meetings/new", data=typed)
    assert page.status_code == 200
    assert "Deze duur kost 12 uur en 45 minuten tijd van mensen" in page.text
    assert "Half af" in page.text
    assert "aandacht" not in page.text
    for impossible in ("", "heel lang", "9999999"):
        page = browser.post("/meetings/new", data=typed | {"minutes": impossible})
        assert page.status_code == 200
        assert "Deze duur kost" not in page.text
    with runtime.read() as session:
        assert session.query(Meeting).count() == 0


def test_a_topic_goes_on_a_meeting_with_room_at_once(
    runtime: Runtime, world: World, client: FlaskClient
) -> None:
    with runtime.work() as session:
        short = planned_meeting(session, world, minutes=30, title="Kort overleg")
        roomy = planned_meeting(session, world, title="Ruim overleg")
        about = topic(session, world, "Warmterotonde", minutes=60)
        short_id, roomy_id, topic_id = short.id, roomy.id, about.id
    browser = signed_in(client, runtime, world)
    address = f"/meetings/new?body={world.body_id}&topic={topic_id}"
    assert address.replace("&", "&amp;") in browser.get(f"/topics/{topic_id}").text
    page = browser.get(address).text
    assert f'action="/meetings/{roomy_id}/agenda/topics"' in page
    assert f'action="/meetings/{short_id}/agenda/topics"' not in page
    assert "/agenda/topics" not in browser.get("/meetings/new").text
    assert (
        browser.post(f"/meetings/{roomy_id}/agenda/topics", data={"topic": str(topic_id)}).status_code == 303
    )
    # It stands on an agenda now: nothing is left to plan for it.
    taken = browser.get(address)
    assert taken.status_code == 409
    assert "Overleg zoeken of plannen" not in browser.get(f"/topics/{topic_id}").text


def test_a_meeting_planned_for_a_topic_has_it_on_its_agenda(
    runtime: Runtime, world: World, client: FlaskClient
) -> None:
    with runtime.work() as session:
        about = topic(session, world, "Van der Ven, Zoë & co", minutes=60)
        topic_id = about.id
    form = {"title": "Overleg", "quarter": "2019-1", "minutes": "90", "ground": "no_room", "reason": WHY}
    address = f"/meetings/new?body={world.body_id}&topic={topic_id}"
    browser = signed_in(client, runtime, world)
    made = browser.post(address, data=form)
    assert made.status_code == 303
    with runtime.read() as session:
        meeting = session.query(Meeting).one()
        assert topic_id in [item.topic_id for item in meeting.items]
    # Twice at once: the second is told, and no second meeting is made.
    assert browser.post(address, data=form).status_code == 409
    assert browser.get(f"/meetings/new?body={world.body_id}&topic=99999").status_code == 404
    with runtime.read() as session:
        assert session.query(Meeting).count() == 1


def test_a_topic_of_a_body_that_is_not_theirs_tells_nothing(
    runtime: Runtime, world: World, client: FlaskClient
) -> None:
    with runtime.work() as session:
        hidden = topic(session, world, "Geheim", body_id=world.other_body_id).id
    browser = signed_in(client, runtime, world)
    answer = browser.get(f"/meetings/new?body={world.body_id}&topic={hidden}")
    assert answer.status_code == 404
    assert "Geheim" not in answer.text


def test_new_meetings_are_counted_by_body_quarter_and_reason(
    runtime: Runtime, world: World, clock: StandingClock, client: FlaskClient
) -> None:
    with runtime.work() as session:
        by = world.by(session, "secretary")
        # Half past midnight on New Year's day in Amsterdam, still December in UTC; one without a reason.
        moments = (START, datetime(2018, 12, 31, 23, 30, tzinfo=UTC), START)
        made = [planned_meeting(session, world) for _moment in moments]
        for meeting, at in zip(made, moments, strict=True):
            meeting.created_at = at
        keep_reason(session, made[0], Ground.NO_ROOM, WHY, by, START)
        keep_reason(session, made[1], Ground.DEADLINE, WHY, by, moments[1])
        last, first = Quarter(2018, 4), Quarter(2019, 1)
        found = new_meetings(session, [world.body(session)], last, first)
        assert found.of([world.body_id], last) == {Ground.NO_ROOM: 1, None: 1}
        assert found.of([world.body_id], first) == {Ground.DEADLINE: 1}
        assert found.of([world.other_body_id], last) == {}
    browser = signed_in(client, runtime, world)
    for address in ("/planner/burden?q=2018-4", f"/planner/burden/{world.body_id}?q=2018-4"):
        page = browser.get(address).text
        assert 'data-label="Nieuw gepland" class="lr-num">2</td>' in page
        assert "<li>De geplande overleggen hebben geen ruimte: 1</li>" in page
        assert "<li>Geen reden gevraagd: 1</li>" in page
