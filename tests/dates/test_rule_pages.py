"""What a body asks of a day, through its page."""

from __future__ import annotations

import re
from datetime import time

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from agenda.core.runtime import Runtime
from agenda.dates.body_rules import closures_of, day_rules_of, journeys_between
from agenda.dates.day_rules import DayRules
from agenda.dates.model import Closure, DayRule
from agenda.people.model import Body, Organisation, Seat
from tests.meetings.conftest import AsSomeone
from tests.world import World

OFFICE = {
    f"{edge}{day}": hour for day in range(5) for edge, hour in (("opens", "09:00"), ("closes", "17:30"))
}
USUAL = {
    **OFFICE,
    "public_holidays": "exclude",
    "school_holidays": "avoid",
    "school_region": "Midden",
    "travel_minutes": "15",
    "version": "0",
}


@pytest.fixture
def page(world: World) -> str:
    return f"/bodies/{world.body_id}/dates"


def asked(runtime: Runtime, world: World) -> DayRules:
    with runtime.read() as session:
        return day_rules_of(session, world.body_id)


def closures(runtime: Runtime, body_id: int) -> list[str]:
    with runtime.read() as session:
        body = session.get_one(Body, body_id)
        return [name for _row, name in closures_of(session, body_id, body.seats)]


def version_in(answer: TestResponse) -> str:
    found = re.search(r'name="version" type="hidden" value="(\d+)"', answer.text)
    assert found
    return found[1]


def weekly(world: World, **changed: str) -> dict[str, str]:
    leiden = str(world.organisations["Leiden"])
    given = {"why": "Collegevergadering", "organisation_id": leiden, "weekday": "1"}
    return given | {"begins": "09:00", "ends": "12:00"} | changed


def test_a_body_that_never_said_anything_has_what_is_usual(
    as_someone: AsSomeone, runtime: Runtime, world: World, page: str
) -> None:
    text = as_someone("secretary").get(page).text
    assert text.count("09.00 tot 17.30 uur") == 5
    assert "15 minuten" in text
    assert "Er is nog niets gewijzigd" in text
    assert asked(runtime, world) == DayRules()


def test_a_secretary_changes_hours_holidays_and_travel(
    as_someone: AsSomeone, runtime: Runtime, world: World, page: str
) -> None:
    client = as_someone("secretary")
    wanted = USUAL | {"opens4": "", "closes4": "", "closes0": "00:00", "school_holidays": "exclude"}
    wanted |= {"school_region": "Zuid", "travel_minutes": "30"}
    assert client.post(f"{page}/edit", data=wanted).status_code == 303
    found = asked(runtime, world)
    assert sorted(found.hours) == [0, 1, 2, 3]
    assert found.hours[0] == (time(9), time())
    assert (found.school_holidays, found.school_region, found.travel_minutes) == (
        DayRule.EXCLUDE,
        "Zuid",
        30,
    )
    history = client.get(page).text
    assert "wijzigde wat van een dag wordt gevraagd" in history
    assert "09:00 - 17:30" in history


WRONG_RULES: list[tuple[dict[str, str], str]] = [
    ({"closes2": ""}, "Vul beide tijden in, of geen van beide."),
    ({"closes2": "08:00"}, "Deze uren eindigen voordat ze beginnen."),
    ({"closes2": "09:00"}, "Deze uren eindigen voordat ze beginnen."),
    ({"opens2": "25:00"}, "Vul beide tijden in"),
    (dict.fromkeys(OFFICE, ""), "Houd minstens één dag open."),
    ({"travel_minutes": "181"}, "van 0 tot en met 180"),
    ({"travel_minutes": "-1"}, "van 0 tot en met 180"),
    ({"school_region": "Oost"}, "aria-invalid"),
    ({"public_holidays": "sometimes"}, "aria-invalid"),
]


def test_what_cannot_be_is_said_and_changes_nothing(
    as_someone: AsSomeone, runtime: Runtime, world: World, page: str
) -> None:
    client = as_someone("secretary")
    for changed, said in WRONG_RULES:
        answer = client.post(f"{page}/edit", data=USUAL | changed)
        assert answer.status_code == 422, changed
        assert said in answer.text
    assert asked(runtime, world) == DayRules()


def test_of_two_secretaries_the_second_sees_what_the_first_saved(
    as_someone: AsSomeone, runtime: Runtime, world: World, page: str
) -> None:
    client = as_someone("secretary")
    for seen, travel in (("0", "20"), ("1", "25")):
        assert client.post(f"{page}/edit", data=USUAL | {"travel_minutes": travel, "version": seen}).location
        late = client.post(f"{page}/edit", data=USUAL | {"travel_minutes": "40", "version": seen})
        assert late.status_code == 409
        assert "Intussen gewijzigd" in late.text
        assert asked(runtime, world).travel_minutes == int(travel)
    again = USUAL | {"travel_minutes": "40", "version": version_in(late)}
    assert client.post(f"{page}/edit", data=again).status_code == 303
    assert asked(runtime, world).travel_minutes == 40


def test_a_college_s_own_meeting_counts_for_every_body_in_which_it_sits(
    as_someone: AsSomeone, runtime: Runtime, world: World, page: str
) -> None:
    with runtime.work() as session:
        leiden = world.organisations["Leiden"]
        session.add(Seat(body_id=world.other_body_id, organisation_id=leiden, position=0))
    client = as_someone("secretary")
    assert client.post(f"{page}/closures/new/weekly", data=weekly(world)).status_code == 303
    own = weekly(world, organisation_id="", why="Heidag")
    assert client.post(f"{page}/closures/new/weekly", data=own).status_code == 303
    assert closures(runtime, world.body_id) == ["Heidag", "Collegevergadering (Leiden)"]
    assert closures(runtime, world.other_body_id) == ["Collegevergadering (Leiden)"]
    neighbour = as_someone("outsider")
    there = f"/bodies/{world.other_body_id}/dates"
    assert "elke dinsdag, 09.00 tot 12.00 uur" in neighbour.get(there).text
    with runtime.read() as session:
        row = session.scalars(select(Closure).where(Closure.organisation_id == leiden)).one()
        heidag = session.scalars(select(Closure).where(Closure.body_id == world.body_id)).one()
    moved = weekly(world, weekday="2", version=str(row.version))
    assert neighbour.post(f"{there}/closures/{row.id}", data=moved).status_code == 303
    assert "elke woensdag" in client.get(page).text
    # What is kept for one body alone is not there for another.
    assert neighbour.get(f"{there}/closures/{heidag.id}").status_code == 404
    assert neighbour.post(f"{there}/closures/{heidag.id}/remove").status_code == 404


def test_what_was_removed_can_be_put_back(
    as_someone: AsSomeone, runtime: Runtime, world: World, page: str
) -> None:
    client = as_someone("secretary")
    yearly = {"why": "3 oktober", "organisation_id": str(world.organisations["Leiden"])}
    yearly |= {"day_of_month": "3", "month": "10"}
    client.post(f"{page}/closures/new/yearly", data=yearly)
    assert "elk jaar op 3 oktober, de hele dag" in client.get(page).text
    with runtime.read() as session:
        row = session.scalars(select(Closure)).one()
    place = f"{page}/closures/{row.id}"
    assert client.post(f"{place}/remove", data={"version": row.version}).status_code == 303
    assert closures(runtime, world.body_id) == []
    assert client.post(place, data=yearly | {"version": row.version + 1}).status_code == 409
    assert "Eén verwijderd" in client.get(page).text
    assert client.post(f"{place}/restore", data={"version": row.version}).status_code == 409
    assert client.post(f"{place}/restore", data={"version": row.version + 1}).status_code == 303
    assert closures(runtime, world.body_id) == ["3 oktober (Leiden)"]
    history = client.get(page).text
    assert "verwijderde een tijd waarop niet overlegd kan worden" in history
    assert "zette een tijd terug" in history


def test_of_two_editors_of_a_closure_the_second_sees_both(
    as_someone: AsSomeone, runtime: Runtime, world: World, page: str
) -> None:
    client = as_someone("secretary")
    client.post(f"{page}/closures/new/weekly", data=weekly(world))
    with runtime.read() as session:
        row = session.scalars(select(Closure)).one()
    place, seen = f"{page}/closures/{row.id}", str(row.version)
    assert client.post(place, data=weekly(world, weekday="3", version=seen)).status_code == 303
    late = client.post(place, data=weekly(world, why="College", version=seen))
    assert late.status_code == 409
    assert "donderdag" in late.text
    assert closures(runtime, world.body_id) == ["Collegevergadering (Leiden)"]


WRONG_CLOSURES: list[tuple[str, dict[str, str], str]] = [
    ("weekly", {"weekday": "1"}, "Vul dit in."),
    ("weekly", {"why": "x"}, "Maak een keuze."),
    ("weekly", {"why": "x", "weekday": "7"}, "aria-invalid"),
    ("weekly", {"why": "x", "weekday": "1", "begins": "09:00"}, "Vul beide tijden in"),
    ("weekly", {"why": "x", "weekday": "1", "begins": "09:00", "ends": "08:00"}, "eindigen voordat"),
    (
        "weekly",
        {"why": "x", "weekday": "1", "first_day": "2019-02-01", "last_day": "2019-01-01"},
        "valt vóór de eerste",
    ),
    ("yearly", {"why": "x", "month": "2", "day_of_month": "30"}, "bestaat niet in die maand"),
    ("yearly", {"why": "x", "month": "13", "day_of_month": "1"}, "aria-invalid"),
    ("once", {"why": "x"}, "Vul de dag in."),
    ("once", {"why": "x", "first_day": "20019-01-01"}, "aria-invalid"),
    ("once", {"why": "x", "first_day": "2019-01-01", "last_day": "2021-01-01"}, "langer dan een jaar"),
]


def test_a_closure_that_cannot_be_is_refused(
    as_someone: AsSomeone, runtime: Runtime, world: World, page: str
) -> None:
    client = as_someone("secretary")
    for kind, given, said in WRONG_CLOSURES:
        answer = client.post(f"{page}/closures/new/{kind}", data=given)
        assert answer.status_code == 422, given
        assert said in answer.text
    assert closures(runtime, world.body_id) == []


def test_an_organisation_without_a_seat_is_no_choice(
    as_someone: AsSomeone, runtime: Runtime, page: str, world: World
) -> None:
    province = str(world.organisations["Provincie"])
    answer = as_someone("secretary").post(
        f"{page}/closures/new/weekly", data=weekly(world, organisation_id=province)
    )
    assert answer.status_code == 422
    assert as_someone("secretary").get(f"{page}/closures/new/daily").status_code == 404


def journey(world: World, one: str, other: str) -> str:
    return "-".join(str(key) for key in sorted((world.organisations[one], world.organisations[other])))


def minutes(runtime: Runtime, world: World, one: str, other: str) -> int | None:
    with runtime.read() as session:
        those = [session.get_one(Organisation, world.organisations[name]) for name in (one, other)]
        return next(iter(journeys_between(session, those).values()), None)


def test_travel_times_are_kept_by_pair_and_emptied_again(
    as_someone: AsSomeone, runtime: Runtime, world: World, page: str
) -> None:
    client, key = as_someone("secretary"), journey(world, "Leiden", "Zoeterwoude")
    assert client.post(f"{page}/journeys", data={f"minutes-{key}": "25"}).status_code == 303
    assert minutes(runtime, world, "Leiden", "Zoeterwoude") == 25
    assert f'id="minutes-{key}" name="minutes-{key}" value="25"' in client.get(page).text
    other = {f"minutes-{key}": "30", f"seen-{key}": "20"}
    late = client.post(f"{page}/journeys", data=other)
    assert late.status_code == 409
    assert f'name="seen-{key}" value="25"' in late.text
    assert minutes(runtime, world, "Leiden", "Zoeterwoude") == 25
    emptied = {f"minutes-{key}": "", f"seen-{key}": "25"}
    assert client.post(f"{page}/journeys", data=emptied).status_code == 303
    assert minutes(runtime, world, "Leiden", "Zoeterwoude") is None
    for wrong in ("181", "-1", "een uur", "9" * 500, "²"):
        answer = client.post(f"{page}/journeys", data={f"minutes-{key}": wrong})
        assert answer.status_code == 422
    assert "van 0 tot en met 180" in answer.text


@pytest.mark.parametrize(
    ("who", "look", "change"),
    [
        ("clerk", 200, 403),
        ("Wethouder Leiden 1", 200, 403),
        ("reader", 200, 403),
        ("administrator", 200, 403),
        ("outsider", 404, 404),
        ("stranger", 404, 404),
    ],
)
def test_members_look_and_secretaries_change(
    as_someone: AsSomeone, world: World, page: str, who: str, look: int, change: int
) -> None:
    client = as_someone(who)
    answer = client.get(page)
    assert answer.status_code == look
    assert "<button" not in answer.text.partition("<main")[2].partition("</main>")[0]
    assert client.get(f"{page}/edit").status_code == change
    assert client.post(f"{page}/edit", data=USUAL).status_code == change
    assert client.post(f"{page}/journeys").status_code == change
    assert client.post(f"{page}/closures/new/weekly", data=weekly(world)).status_code == change


def test_the_page_of_a_body_leads_there_and_says_who_is_host_next(
    as_someone: AsSomeone, world: World, page: str
) -> None:
    client = as_someone("reader")
    assert page in client.get(f"/bodies/{world.body_id}").text
    assert re.search(r"Leiden *<span[^>]*>volgende gastheer", client.get(page).text)
