"""One in, one out: a new body asks which one ends for it."""

from __future__ import annotations

from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from agenda.accounts.actions import begin
from agenda.accounts.guard import session_cookie
from agenda.core import audit
from agenda.core.problems import Changed, Conflict, Forbidden, Invalid
from agenda.core.runtime import Runtime
from agenda.meetings import actions as meetings
from agenda.meetings.facts import Plan
from agenda.people.model import Body
from agenda.planner.burden_actions import Replaced, Term, say_what_ended, set_term
from agenda.planner.burden_model import BodyTerm
from agenda.planner.burden_queries import bodies_seen_by, exchange_of
from tests.meetings.agenda_world import EVENING, planned_meeting
from tests.world import START, World

WHY = "Dit overleg is wettelijk verplicht."
NEW = {"name": "Regiotafel Wonen", "usual_minutes": "60", "papers_days_before": "7"}


@pytest.fixture
def administrator(client: FlaskClient, runtime: Runtime, world: World) -> FlaskClient:
    with runtime.work() as session:
        token = begin(session, world.person(session, "administrator"), "a test", runtime.clock())
    client.set_cookie(session_cookie(runtime.config), token)
    return client


def term_of(runtime: Runtime, name: str) -> BodyTerm | None:
    with runtime.read() as session:
        query = select(BodyTerm).join(BodyTerm.body).where(Body.name == name)
        return session.scalars(query).first()


def test_a_new_body_asks_which_one_ends_and_ends_it(
    administrator: FlaskClient, runtime: Runtime, world: World
) -> None:
    with runtime.work() as session:
        planned_meeting(session, world)
    made = administrator.post("/bodies/new", data=NEW)
    assert made.location.endswith("/replacing")
    asked = administrator.get(made.location).text
    assert "Welk gremium eindigt nu Regiotafel Wonen erbij komt?" in asked
    said = {"instead_of": str(world.body_id), "last_day": "2019-01-31", "why_none_ended": ""}
    page = administrator.post(made.location, data=said, follow_redirects=True).text
    assert "Van dat gremium staat na de laatste dag nog één overleg" in page
    found = term_of(runtime, "Regiotafel Wonen")
    assert found is not None
    assert found.instead_of_id == world.body_id
    with runtime.work() as session:
        body, by = world.body(session), world.by(session, "secretary")
        assert body.expires_on == date(2019, 1, 31)
        assert "edited" in [entry.verb for entry in audit.history(session, "body", body.id)]
        with pytest.raises(Conflict, match="body_has_ended"):
            meetings.create_meeting(session, body, Plan(starts_at=EVENING, minutes=60), by, START)


def test_the_question_is_passed_over_only_with_a_reason_which_is_kept_and_counted(
    administrator: FlaskClient, runtime: Runtime, world: World
) -> None:
    address = administrator.post("/bodies/new", data=NEW).location
    refused = administrator.post(address, data={"instead_of": "", "why_none_ended": "Moet."})
    assert refused.status_code == 422
    assert "Kies het gremium dat eindigt, of geef een reden van ten minste 10 tekens." in refused.text
    assert "Moet." in refused.text
    assert administrator.post(address, data={"instead_of": "", "why_none_ended": WHY}).status_code == 303
    page = administrator.get("/planner/burden").text
    assert WHY in page
    assert "Voor één gremium eindigde geen ander." in page
    assert "Van 2 gremia is het niet vermeld." in page


def test_bodies_are_counted_by_what_was_said_of_them(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        by = world.by(session, "administrator")
        say_what_ended(session, world.body(session), Replaced(world.other_body_id), None, by, START)
        bodies = bodies_seen_by(session, by)
        found = exchange_of(session, bodies)
        assert (found.replaced, found.added, found.silent) == (1, 0, len(bodies) - 1)


def test_saying_so_leaves_budget_and_review_as_they_were(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        body, by = world.body(session), world.by(session, "secretary")
        set_term(session, body, Term(4, date(2019, 6, 1), None, ""), None, by, START)
        say_what_ended(session, body, Replaced(None, None, WHY), None, by, START)
        term = session.get_one(BodyTerm, body.id)
        assert (term.most_meetings, term.review_on, term.why_none_ended) == (4, date(2019, 6, 1), WHY)
        say_what_ended(session, body, Replaced(world.other_body_id, None, WHY), None, by, START)
        assert (term.instead_of_id, term.why_none_ended) == (world.other_body_id, "")


def test_who_may_not_is_refused_and_a_secretary_ends_no_other_body(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        body = world.body(session)
        with pytest.raises(Forbidden):
            say_what_ended(session, body, Replaced(None, None, WHY), None, world.by(session, "clerk"), START)
        with pytest.raises(Invalid):
            say_what_ended(session, body, Replaced(body.id), None, world.by(session, "secretary"), START)
        with pytest.raises(Forbidden):
            wanted = Replaced(world.other_body_id, date(2019, 1, 31))
            say_what_ended(session, body, wanted, None, world.by(session, "secretary"), START)


def test_of_two_who_answer_at_once_the_second_is_told(
    administrator: FlaskClient, runtime: Runtime, world: World
) -> None:
    with runtime.work() as session:
        by = world.by(session, "administrator")
        say_what_ended(session, world.body(session), Replaced(None, None, WHY), None, by, START)
        seen = session.get_one(BodyTerm, world.body_id).version
    with runtime.work() as session:
        say_what_ended(session, world.body(session), Replaced(world.other_body_id), seen, by, START)
    with runtime.work() as session, pytest.raises(Changed):
        say_what_ended(session, world.body(session), Replaced(None, None, WHY), seen, by, START)
    # On screen what was filled in stays, and saving once more is a choice made with open eyes.
    address = f"/planner/burden/{world.body_id}/replacing"
    late = administrator.post(address, data={"why_none_ended": WHY, "version": str(seen)})
    assert late.status_code == 409
    assert WHY in late.text
    assert f'name="version" type="hidden" value="{seen + 1}"' in late.text
    again = administrator.post(address, data={"why_none_ended": WHY, "version": str(seen + 1)})
    assert again.status_code == 303
