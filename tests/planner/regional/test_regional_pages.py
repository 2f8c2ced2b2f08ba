"""The pages of a regional day: who may come there, what a wrong form says, and the way to accepting."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from agenda.core.runtime import Runtime
from agenda.meetings.model import Meeting
from agenda.planner.regional_model import RegionalDay
from tests.planner.regional.conftest import AsSomeone
from tests.planner.regional.regional_world import DAY, accepted, laid_out, stand
from tests.world import World

NEW = "/planner/regional-days/new"


@pytest.fixture
def secretary(as_someone: AsSomeone) -> FlaskClient:
    return as_someone("secretary")


def filled(world: World, numbers: list[int], **changed: Any) -> dict[str, Any]:
    return {
        "day": DAY.isoformat(),
        "host_id": world.organisations["Zoeterwoude"],
        "place": "Gemeentehuis Zoeterwoude",
        "room0": "Raadzaal",
        "seats0": "",
        "room1": "Trouwzaal",
        "seats1": "12",
        "opens": "09:00",
        "closes": "17:30",
        "pause_begins": "12:30",
        "pause_ends": "13:15",
        "change_over": "15",
        "meetings": numbers,
    } | changed


def test_a_day_is_laid_out_judged_accepted_and_taken_back_by_pages_alone(
    runtime: Runtime, world: World, secretary: FlaskClient, numbers: list[int]
) -> None:
    assert "Nog geen regiodagen" in secretary.get("/planner/regional-days").text
    before = stand(runtime, numbers)
    done = secretary.post(NEW, data=filled(world, numbers))
    assert done.status_code == 303
    page = secretary.get(done.location).text
    assert "3 van 3" in page
    assert "bewezen: beter kan niet" in page
    assert "reizen bespaard" in page
    assert stand(runtime, numbers) == before
    confirm = secretary.get(f"{done.location}/accept").text
    assert "3 overleggen krijgen een andere tijd of plaats." in confirm
    assert "38 wijzigingen" in confirm
    version = confirm.split('name="version"')[1].split('value="')[1].split('"')[0]
    moved = secretary.post(f"{done.location}/accept", data={"version": version})
    assert moved.status_code == 303
    assert stand(runtime, numbers) != before
    shown = secretary.get(moved.location).text
    assert "3 overleggen verplaatst" in shown
    assert "Provinciehuis" in shown
    # The timetable still stands on the page of the day, and the planner's own page leads back.
    assert "Raadzaal" in secretary.get(done.location).text
    assert "Overgenomen" in secretary.get("/planner/").text
    secretary.post(f"{moved.location}/undo")
    assert stand(runtime, numbers) == before
    assert "opnieuw worden gemaakt" in secretary.get(done.location).text


def test_a_form_filled_in_wrongly_says_where_and_keeps_what_was_entered(
    world: World, secretary: FlaskClient, numbers: list[int]
) -> None:
    for changed, said in (
        ({"day": ""}, "Vul de dag in."),
        ({"day": "2018-12-18"}, "Kies een dag die nog komt."),
        ({"place": " "}, "Vul de plaats in."),
        ({"room0": "", "room1": ""}, "Noem ten minste één zaal."),
        ({"room1": "Raadzaal"}, "Geef elke zaal een eigen naam."),
        ({"seats0": "0"}, "Vul een geheel getal in van 1 tot en met 2000."),
        ({"closes": "08:00"}, "Deze uren eindigen voordat ze beginnen."),
        ({"pause_ends": ""}, "Vul beide tijden in, of geen van beide."),
        ({"change_over": "61"}, "Vul een geheel getal in van 0 tot en met 60."),
        ({"meetings": []}, "Kies ten minste één overleg."),
        ({"day": "2019-03-31", "opens": "02:00", "closes": "03:00"}, "bestaan niet op die dag"),
    ):
        answer = secretary.post(NEW, data=filled(world, numbers, **changed))
        assert answer.status_code == 422, changed
        assert said in answer.text, changed
        assert 'value="12"' in answer.text


def test_a_name_of_any_length_and_kind_is_shown_as_it_is(
    runtime: Runtime, world: World, secretary: FlaskClient, numbers: list[int]
) -> None:
    with runtime.work() as session:
        world.person(session, "Wethouder Leiden 1").name = "Van der Ven, Zoë <b>"
        session.get_one(Meeting, numbers[0]).title = "Overleg " * 600
    done = secretary.post(NEW, data=filled(world, numbers, room0="Zaal <i>"))
    page = secretary.get(done.location).text
    assert "Van der Ven, Zoë &lt;b&gt;" in page
    assert "Zaal &lt;i&gt;" in page
    assert secretary.get(f"{done.location}/wishes").status_code == 200
    too_long = secretary.post(NEW, data=filled(world, numbers, place="x" * 5_000))
    assert too_long.status_code == 422


def test_peoples_hours_are_kept_and_wrong_ones_are_said(
    runtime: Runtime, world: World, secretary: FlaskClient, numbers: list[int]
) -> None:
    day_id = laid_out(runtime, world, numbers)
    address = f"/planner/regional-days/{day_id}/wishes"
    who = world.people["Wethouder Leiden 1"]
    wrong = secretary.post(address, data={f"begins_{who}": "15:00", f"ends_{who}": "10:00"})
    assert wrong.status_code == 422
    assert "Deze uren eindigen voordat ze beginnen." in wrong.text
    assert 'value="15:00"' in wrong.text
    ring = {f"after_{numbers[0]}": numbers[1], f"after_{numbers[1]}": numbers[0]}
    assert "wachten op elkaar" in secretary.post(address, data=ring).text
    good = {f"ends_{who}": "15:00", f"may_miss_{who}": "y", f"fixed_{numbers[2]}": "16:00"}
    assert secretary.post(address, data=good).status_code == 303
    with runtime.read() as session:
        day = session.get_one(RegionalDay, day_id)
        assert day.people == {str(who): {"ends": "15:00", "may_miss": True}}
        assert day.meetings[str(numbers[2])] == {"fixed": "16:00"}
        assert day.result is not None
    page = secretary.get(address).text
    assert 'value="16:00"' in page
    assert 'value="15:00"' in page


def test_two_people_at_one_day_do_not_overwrite_each_other(
    runtime: Runtime, world: World, secretary: FlaskClient, numbers: list[int]
) -> None:
    day_id = laid_out(runtime, world, numbers)
    address = f"/planner/regional-days/{day_id}/edit"
    version = secretary.get(address).text.split('name="version"')[1].split('value="')[1].split('"')[0]
    first = filled(world, numbers, version=version, place="Stadhuis Leiden")
    assert secretary.post(address, data=first).status_code == 303
    second = filled(world, numbers, version=version, place="Gemeentehuis Oegstgeest")
    answer = secretary.post(address, data=second)
    assert answer.status_code == 409
    assert "Gemeentehuis Oegstgeest" in answer.text
    with runtime.read() as session:
        assert session.get_one(RegionalDay, day_id).place == "Stadhuis Leiden"
    # Having read that, they mean it.
    version = answer.text.split('name="version"')[1].split('value="')[1].split('"')[0]
    assert secretary.post(address, data=second | {"version": version}).status_code == 303


def test_what_changed_since_is_said_and_is_not_accepted(
    runtime: Runtime, world: World, secretary: FlaskClient, numbers: list[int]
) -> None:
    day_id = laid_out(runtime, world, numbers)
    with runtime.work() as session:
        session.get_one(Meeting, numbers[0]).minutes = 120
    address = f"/planner/regional-days/{day_id}"
    assert "Het rooster moet opnieuw worden gemaakt" in secretary.get(address).text
    assert secretary.get(f"{address}/accept").status_code == 409
    assert secretary.post(f"{address}/accept").status_code == 409
    assert secretary.post(f"{address}/reckon").status_code == 303
    assert secretary.get(f"{address}/accept").status_code == 200


def test_a_day_is_thrown_away_and_meetings_stay(
    runtime: Runtime, world: World, secretary: FlaskClient, numbers: list[int]
) -> None:
    day_id = laid_out(runtime, world, numbers)
    accepted(runtime, world, day_id)
    now = stand(runtime, numbers)
    assert secretary.post(f"/planner/regional-days/{day_id}/remove").status_code == 303
    assert stand(runtime, numbers) == now
    with runtime.read() as session:
        assert session.scalars(select(RegionalDay)).all() == []


@pytest.mark.parametrize(
    ("who", "listing", "one"),
    [
        ("clerk", 403, 404),
        ("Wethouder Leiden 1", 403, 404),
        ("outsider", 200, 404),
        ("administrator", 403, 404),
    ],
)
def test_only_who_plans_all_of_its_bodies_sees_a_day(
    runtime: Runtime,
    world: World,
    as_someone: AsSomeone,
    numbers: list[int],
    who: str,
    listing: int,
    one: int,
) -> None:
    day_id = laid_out(runtime, world, numbers)
    visitor = as_someone(who)
    assert visitor.get("/planner/regional-days").status_code == listing
    assert visitor.get(NEW).status_code == listing
    assert str(DAY.year) not in visitor.get("/planner/regional-days").text.partition("<main")[2]
    for page in ("", "/edit", "/wishes", "/accept"):
        assert visitor.get(f"/planner/regional-days/{day_id}{page}").status_code == one
    for verb in ("/edit", "/wishes", "/accept", "/reckon", "/remove"):
        assert visitor.post(f"/planner/regional-days/{day_id}{verb}").status_code == one
    foreign = visitor.post(NEW, data=filled(world, numbers[:1]))
    assert foreign.status_code == (422 if listing == 200 else 403)
