"""The form of a search: its bodies, its days, and the dates that may be planned besides."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from agenda.accounts.actions import begin
from agenda.accounts.guard import session_cookie
from agenda.core.runtime import Runtime
from agenda.planner.run_model import PlanningRun
from agenda.planner.run_working import plan_next
from tests.planner.cadence.rhythm import with_rhythm
from tests.planner.thin import two_thin_meetings
from tests.world import World


@pytest.fixture
def signed_in(runtime: Runtime, world: World, client: FlaskClient) -> FlaskClient:
    with runtime.work() as session:
        two_thin_meetings(session, world)
        token = begin(session, world.person(session, "secretary"), "a test", runtime.clock())
    client.set_cookie(session_cookie(runtime.config), token)
    return client


def form(world: World, **changed: Any) -> dict[str, Any]:
    return {"bodies": world.body_id, "first": "2019-01-01", "last": "2019-03-31"} | changed


def asked(runtime: Runtime) -> PlanningRun | None:
    with runtime.read() as session:
        return session.scalars(select(PlanningRun)).one_or_none()


def test_new_dates_are_kept_in_the_hour_of_the_body(
    runtime: Runtime, world: World, signed_in: FlaskClient
) -> None:
    sent = form(world, body1=world.body_id, day1="2019-02-21", start1="15:30", open_topics="y")
    done = signed_in.post("/planner/searches", data=sent)
    assert done.status_code == 303
    run = asked(runtime)
    assert run is not None
    assert run.open_topics
    assert [one[:2] for one in run.new_dates] == [[world.body_id, "2019-02-21T14:30:00+00:00"]]
    assert plan_next(runtime)
    assert "Waarvan nieuw" in signed_in.get(done.location).text


def test_free_dates_of_the_rhythm_take_part_when_asked_for(
    runtime: Runtime, world: World, signed_in: FlaskClient
) -> None:
    with runtime.work() as session:
        with_rhythm(session, world)
    assert "vaste ritme" in signed_in.get("/planner/searches").text
    assert signed_in.post("/planner/searches", data=form(world, rhythm="y")).status_code == 303
    run = asked(runtime)
    assert run is not None
    # The second Thursdays of January, February and March at ten.
    starts = [one[1] for one in run.new_dates]
    assert starts == [f"2019-{day}T09:00:00+00:00" for day in ("01-10", "02-14", "03-14")]


def test_without_a_rhythm_nobody_is_asked_about_it(signed_in: FlaskClient) -> None:
    assert "vaste ritme" not in signed_in.get("/planner/searches").text


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"day1": "2019-02-21"}, "Vul dag en begintijd beide in"),
        ({"start2": "10:00"}, "Vul dag en begintijd beide in"),
        ({"day1": "2019-03-31", "start1": "02:30"}, "2:30"),
        ({"day1": "2019-02-30", "start1": "10:00"}, ""),
        ({"day1": "2019-05-01", "start1": "10:00"}, "buiten de periode"),
        ({"day1": "2018-12-01", "start1": "10:00"}, "verleden"),
        ({"day1": "2019-02-21", "start1": "10:00", "body1": "99999"}, "Kies een gremium"),
        ({"last": "2018-12-31"}, "een eerste en een laatste dag"),
    ],
)
def test_what_is_wrong_is_said_and_kept(
    runtime: Runtime, world: World, signed_in: FlaskClient, changed: dict[str, Any], said: str
) -> None:
    sent = form(world, body1=world.body_id, body2=world.body_id) | changed
    answer = signed_in.post("/planner/searches", data=sent)
    assert answer.status_code == 422
    assert said in answer.text
    assert all(str(value) in answer.text for name, value in changed.items() if name.startswith("day"))
    assert asked(runtime) is None
