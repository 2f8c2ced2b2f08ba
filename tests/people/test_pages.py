"""The screens of people and bodies, as the administrator and the others meet them."""

from __future__ import annotations

from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select

from agenda.core.runtime import Runtime
from agenda.meetings.model import Meeting
from agenda.people.model import Body, Membership, Organisation, Person, Role
from tests.accounts.helpers import sign_in
from tests.world import SINCE, START, TODAY, World


@pytest.fixture
def administrator(client: FlaskClient, runtime: Runtime, world: World) -> FlaskClient:
    return sign_in(client, runtime, world, "administrator")


def version(runtime: Runtime, kind: type, key: int) -> int:
    with runtime.read() as session:
        return session.get_one(kind, key).version


def test_the_overview_shows_bodies_persons_and_organisations(administrator: FlaskClient) -> None:
    page = administrator.get("/people").text
    for shown in ("Gezamenlijk collegeoverleg", "Burgemeester Leiden", "gm0638", "Gemeentehuis Zoeterwoude"):
        assert shown in page


@pytest.mark.parametrize(
    "query, found, missing",
    [
        ("q=leiden+burgemeester", "Burgemeester Leiden<", "Burgemeester Leiderdorp<"),
        ("q=CLERK@", ">clerk<", ">reader<"),
        ("role=secretary", ">secretary<", ">clerk<"),
        ("state=current", ">clerk<", ">stranger<"),
        ("q=%25", "Niemand voldoet", ">clerk<"),
        ("role=nonsense&body=x&page=999&sort=nonsense", ">clerk<", "Niemand voldoet"),
    ],
)
def test_the_filter_lives_in_the_address(
    administrator: FlaskClient, query: str, found: str, missing: str
) -> None:
    page = administrator.get(f"/people?{query}").text
    assert found in page
    assert missing not in page


def test_who_had_a_place_and_has_none_is_found_as_former(
    administrator: FlaskClient, runtime: Runtime, world: World
) -> None:
    with runtime.work() as session:
        session.scalars(
            select(Membership).where(Membership.person_id == world.people["clerk"])
        ).one().until = SINCE
    page = administrator.get("/people?state=former").text
    assert ">clerk<" in page
    assert ">reader<" not in page


def test_the_overview_asks_no_more_questions_with_more_people(
    administrator: FlaskClient, runtime: Runtime, world: World
) -> None:
    asked: list[str] = []
    event.listen(runtime.sessions.engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    administrator.get("/people")
    few = len(asked)
    with runtime.work() as session:
        for number in range(40):
            person = Person(name=f"Extra {number}", email=f"extra{number}@x.example")
            place = Membership(body_id=world.body_id, role=Role.MEMBER, since=TODAY)
            place.organisation_id = world.organisations["Leiden"]
            person.memberships = [place]
            session.add(person)
    asked.clear()
    administrator.get("/people")
    assert len(asked) == few


def test_a_person_is_added_and_given_a_place(
    administrator: FlaskClient, runtime: Runtime, world: World
) -> None:
    answer = administrator.post(
        "/people/new", data={"name": "Griffier", "email": "griffier@leiden.nl", "language": "nl"}
    )
    assert answer.status_code == 303
    wanted = {"body_id": world.body_id, "organisation_id": world.organisations["Leiden"], "role": "reader"}
    place = {**wanted, "title": "Griffier", "since": "2018-12-01", "until": ""}
    assert administrator.get(f"{answer.location}/memberships/new").status_code == 200
    assert administrator.post(f"{answer.location}/memberships/new", data=place).status_code == 303
    page = administrator.get(answer.location).text
    assert "vanaf 01-12-2018" in page
    assert "voegde een lidmaatschap toe" in page
    again = administrator.post(f"{answer.location}/memberships/new", data=place)
    assert again.status_code == 422
    assert "Deze persoon heeft dezelfde plaats al" in again.text


@pytest.mark.parametrize(
    "data, told",
    [
        ({"name": "", "email": "x@x.nl"}, "Vul dit in."),
        ({"name": "X", "email": "geen adres"}, "Dit is geen volledig e-mailadres"),
        ({"name": "X", "email": "CLERK@leidseregio.example"}, "Een andere persoon heeft dit e-mailadres."),
    ],
)
def test_a_refusal_stands_beside_its_field(
    administrator: FlaskClient, data: dict[str, str], told: str
) -> None:
    answer = administrator.post("/people/new", data={"language": "nl", **data})
    assert answer.status_code == 422
    assert told in answer.text
    assert 'aria-invalid="true"' in answer.text


def test_of_two_edits_both_versions_are_shown_and_the_next_save_counts(
    administrator: FlaskClient, runtime: Runtime, world: World
) -> None:
    key = world.people["clerk"]
    seen = version(runtime, Person, key)
    data = {"email": "clerk@leidseregio.example", "language": "nl", "version": seen}
    assert administrator.post(f"/people/{key}/edit", data={**data, "name": "Van de een"}).status_code == 303
    late = administrator.post(f"/people/{key}/edit", data={**data, "name": "Van de ander"})
    assert late.status_code == 409
    assert "Van de een" in late.text
    assert "Van de ander" in late.text
    now = version(runtime, Person, key)
    assert f'name="version" type="hidden" value="{now}"' in late.text
    again = administrator.post(f"/people/{key}/edit", data={**data, "name": "Van de ander", "version": now})
    assert again.status_code == 303


def test_seats_hosts_and_quorum_are_set_on_one_form(
    administrator: FlaskClient, runtime: Runtime, world: World
) -> None:
    path = f"/bodies/{world.body_id}/edit"
    leiden, zoeterwoude = world.organisations["Leiden"], world.organisations["Zoeterwoude"]
    assert f'id="seat-{leiden}"' in administrator.get(path).text
    data = {
        "name": "Collegeoverleg",
        "usual_minutes": 90,
        "papers_days_before": 10,
        "expires_on": "2019-01-31",
        "version": version(runtime, Body, world.body_id),
        f"seat-{leiden}": "1",
        f"turn-{leiden}": "2",
        f"quorum-{leiden}": "4",
        f"seat-{zoeterwoude}": "1",
        f"turn-{zoeterwoude}": "1",
    }
    wrong = administrator.post(path, data={**data, f"turn-{leiden}": "9" * 5000})
    assert wrong.status_code == 422
    assert "Leiden: de beurt is een getal van 1 tot en met 100." in wrong.text
    assert administrator.post(path, data=data).status_code == 303
    page = administrator.get(f"/bodies/{world.body_id}").text
    assert "Dit gremium eindigt binnenkort" in page
    with runtime.read() as session:
        seats = [(seat.organisation.name, seat.quorum) for seat in world.body(session).seats]
        assert seats == [("Zoeterwoude", None), ("Leiden", 4)]
    late = administrator.post(path, data={**data, f"turn-{zoeterwoude}": "3"})
    assert late.status_code == 409
    assert "Zoeterwoude, Leiden (4)" in late.text
    assert "Leiden (4), Zoeterwoude" in late.text


def test_a_body_and_an_organisation_are_added(administrator: FlaskClient, world: World) -> None:
    made = administrator.post(
        "/people/organisations/new", data={"name": "Katwijk", "kind": "municipality", "tooi_id": "gm0537"}
    )
    assert made.status_code == 303
    assert "Katwijk" in administrator.get("/people").text
    body = administrator.post(
        "/bodies/new", data={"name": "Kust", "usual_minutes": 60, "papers_days_before": 7}
    )
    assert body.status_code == 303
    # Which body ends for it is asked next; its own page stands beside that.
    page = body.location.replace("/planner/burden/", "/bodies/").removesuffix("/replacing")
    assert "Nog geen organisatie heeft een zetel." in administrator.get(page).text


def test_an_organisation_is_changed_with_its_history(
    administrator: FlaskClient, runtime: Runtime, world: World
) -> None:
    key = world.organisations["Leiden"]
    data = {"name": "Leiden", "kind": "municipality", "tooi_id": "gm0546", "venue": "Stadhuis"}
    data["version"] = str(version(runtime, Organisation, key))
    assert administrator.post(f"/people/organisations/{key}/edit", data=data).status_code == 303
    page = administrator.get(f"/people/organisations/{key}/edit").text
    assert "wijzigde dit" in page
    assert "Gemeentehuis Leiden" in page


def test_a_membership_is_ended_on_a_day(administrator: FlaskClient, runtime: Runtime, world: World) -> None:
    with runtime.read() as session:
        row = session.scalars(select(Membership).where(Membership.person_id == world.people["clerk"])).one()
        path, seen = f"/people/memberships/{row.id}", row.version
    assert 'value="2018-12-18"' in administrator.get(f"{path}/end").text
    early = administrator.post(f"{path}/end", data={"until": "2001-01-01", "version": seen})
    assert early.status_code == 422
    assert "De laatste dag valt vóór de eerste." in early.text
    assert administrator.post(f"{path}/end", data={"until": "2018-12-31", "version": seen}).status_code == 303
    assert "tot en met 31-12-2018" in administrator.get(f"/people/{world.people['clerk']}").text
    assert administrator.get(f"{path}/edit").status_code == 200


def test_a_body_is_read_by_those_who_belong_to_it_and_unknown_to_others(
    app: Flask, runtime: Runtime, world: World
) -> None:
    for who, status in (("Wethouder Leiden 1", 200), ("reader", 200), ("stranger", 404), ("outsider", 404)):
        client = sign_in(app.test_client(), runtime, world, who)
        answer = client.get(f"/bodies/{world.body_id}")
        assert answer.status_code == status, who
        assert f"/bodies/{world.body_id}/edit" not in answer.text
        assert client.get("/bodies/9999").status_code == 404


def test_the_host_next_follows_the_one_who_was_last(
    administrator: FlaskClient, runtime: Runtime, world: World
) -> None:
    def marked() -> str:
        page = administrator.get(f"/bodies/{world.body_id}").text
        return page.partition("volgende gastheer")[0].rpartition('<th scope="row">')[2].partition(" <")[0]

    assert marked() == "Leiden"
    with runtime.work() as session:
        meeting = Meeting(body_id=world.body_id, host_id=world.organisations["Leiden"], title="Overleg")
        meeting.created_at, meeting.minutes, meeting.time_zone = START, 120, "Europe/Amsterdam"
        session.add(meeting)
    assert marked() == "Leiderdorp"


ADMINISTRATION = [
    "/people",
    "/people/1",
    "/people/1/edit",
    "/people/new",
    "/people/1/memberships/new",
    "/people/memberships/1/edit",
    "/people/memberships/1/end",
    "/people/organisations/new",
    "/people/organisations/1/edit",
    "/people/import",
    "/bodies/new",
    "/bodies/1/edit",
]


@pytest.mark.parametrize("who", ["secretary", "Wethouder Leiden 1", "stranger"])
def test_only_an_administrator_opens_these_pages(
    app: Flask, runtime: Runtime, world: World, who: str
) -> None:
    client = sign_in(app.test_client(), runtime, world, who)
    boss = sign_in(app.test_client(), runtime, world, "administrator")
    for path in ADMINISTRATION:
        assert client.get(path).status_code == 403, path
        assert boss.get(path).status_code == 200, path


def test_a_file_is_brought_in_or_refused_with_every_fault(
    administrator: FlaskClient, runtime: Runtime
) -> None:
    def send(text: str) -> tuple[int, str]:
        file = (BytesIO(text.encode()), "people.csv")
        answer = administrator.post("/people/import", data={"file": file}, content_type="multipart/form-data")
        return answer.status_code, answer.text

    status, page = send("naam;e-mail\n;fout\nX;x@x.example\n")
    assert status == 422
    assert "Rij 2, kolom naam: Dit mag niet leeg zijn." in page
    assert "Rij 2, kolom e-mail: Dit is geen volledig e-mailadres" in page
    assert send("naam;e-mail\nX;x@x.example\n")[0] == 303
    assert "Nieuw of gewijzigd: personen 1," in administrator.get("/people").text
    assert administrator.post("/people/import", data={}).status_code == 422


def test_a_name_with_script_in_it_is_shown_as_text(administrator: FlaskClient, runtime: Runtime) -> None:
    data = {"name": "<script>alert(1)</script>", "email": "x@x.example", "language": "nl"}
    answer = administrator.post("/people/new", data=data)
    for path in (answer.location, "/people", f"{answer.location}/edit"):
        assert "<script>alert" not in administrator.get(path).text
