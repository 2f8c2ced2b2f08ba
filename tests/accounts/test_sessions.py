"""Sessions: how long they last, and how they end."""

from __future__ import annotations

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from agenda.accounts.model import SignIn
from agenda.core.runtime import Runtime
from agenda.people.model import Person
from tests.accounts.conftest import LinkOf
from tests.accounts.helpers import sign_in
from tests.world import StandingClock, World


def is_signed_in(client: FlaskClient) -> bool:
    return client.get("/profile").status_code == 200


def test_a_session_ends_after_thirty_days_without_use(
    client: FlaskClient, runtime: Runtime, world: World, clock: StandingClock
) -> None:
    sign_in(client, runtime, world, "secretary")
    clock.wind(days=29, hours=23)
    assert is_signed_in(client)
    clock.wind(days=29, hours=23)
    assert is_signed_in(client), "its use was noted"
    clock.wind(days=30)
    assert not is_signed_in(client)


def test_a_session_ends_after_ninety_days_however_much_it_is_used(
    client: FlaskClient, runtime: Runtime, world: World, clock: StandingClock
) -> None:
    sign_in(client, runtime, world, "secretary")
    for _ in range(8):
        clock.wind(days=11)
        assert is_signed_in(client)
    clock.wind(days=2)
    assert not is_signed_in(client)


def test_in_the_demonstration_winding_the_clock_signs_nobody_out(
    demo_app: Flask, runtime: Runtime, world: World, clock: StandingClock
) -> None:
    client = sign_in(demo_app.test_client(), runtime, world, "secretary")
    clock.wind(days=200)
    assert is_signed_in(client)


def test_signing_out_ends_the_session_and_not_only_the_cookie(
    app: Flask, client: FlaskClient, runtime: Runtime, world: World
) -> None:
    sign_in(client, runtime, world, "secretary")
    cookie = client.get_cookie("signed-in")
    assert cookie is not None
    answer = client.post("/sign-out")
    assert (answer.status_code, answer.location) == (303, "/sign-in")
    assert client.get_cookie("signed-in") is None
    thief = app.test_client()
    thief.set_cookie("signed-in", cookie.value, domain="localhost")
    assert not is_signed_in(thief)


def test_signing_out_everywhere_ends_every_session_of_this_person_alone(
    app: Flask, runtime: Runtime, world: World, newest_link: LinkOf
) -> None:
    phone, desk, other = app.test_client(), app.test_client(), app.test_client()
    for client, who in ((phone, "secretary"), (desk, "secretary"), (other, "clerk")):
        sign_in(client, runtime, world, who)
    unused = app.test_client()
    unused.post("/sign-in", data={"email": "secretary@leidseregio.example"})
    desk.post("/sign-out/everywhere")
    assert not is_signed_in(desk)
    assert not is_signed_in(phone)
    assert is_signed_in(other)
    assert unused.post(newest_link("secretary")).status_code == 410


def test_one_ends_a_session_of_ones_own_and_nobody_elses(app: Flask, runtime: Runtime, world: World) -> None:
    phone = sign_in(app.test_client(), runtime, world, "secretary")
    desk = sign_in(app.test_client(), runtime, world, "secretary")
    stranger = sign_in(app.test_client(), runtime, world, "stranger")
    with runtime.read() as session:
        first = session.scalars(select(SignIn.id).order_by(SignIn.id)).first()
    assert stranger.post(f"/profile/sessions/{first}/end").status_code == 404
    assert is_signed_in(phone)
    assert desk.post(f"/profile/sessions/{first}/end").status_code == 303
    assert not is_signed_in(phone)
    assert is_signed_in(desk)


def test_an_administrator_signs_someone_else_out(app: Flask, runtime: Runtime, world: World) -> None:
    lost = sign_in(app.test_client(), runtime, world, "secretary")
    clerk = sign_in(app.test_client(), runtime, world, "clerk")
    administrator = sign_in(app.test_client(), runtime, world, "administrator")
    path = f"/people/{world.people['secretary']}/sign-out"
    assert clerk.post(path).status_code == 403
    assert is_signed_in(lost)
    assert "In één browser" in administrator.get(f"/people/{world.people['secretary']}").text
    assert administrator.post(path).status_code == 303
    assert not is_signed_in(lost)


def test_the_profile_lists_where_one_is_signed_in(
    client: FlaskClient, runtime: Runtime, world: World
) -> None:
    sign_in(client, runtime, world, "secretary")
    page = client.get("/profile").text
    assert "Firefox, Windows" in page
    assert "secretary@leidseregio.example" in page


def test_one_changes_ones_own_name_and_language(client: FlaskClient, runtime: Runtime, world: World) -> None:
    sign_in(client, runtime, world, "secretary")
    with runtime.read() as session:
        version = world.person(session, "secretary").version
    answer = client.post(
        "/profile", data={"name": " Secretaris\tZuid ", "language": "en", "version": version}
    )
    assert answer.status_code == 303
    assert "Your profile has been saved." in client.get("/profile").text
    with runtime.read() as session:
        saved = world.person(session, "secretary")
        assert (saved.name, saved.language) == ("Secretaris Zuid", "en")


def test_a_profile_changed_meanwhile_is_shown_beside_ones_own_and_not_overwritten(
    client: FlaskClient, runtime: Runtime, world: World
) -> None:
    sign_in(client, runtime, world, "secretary")
    with runtime.work() as session:
        person = session.get_one(Person, world.people["secretary"])
        seen, person.name = person.version, "Hun naam"
    answer = client.post("/profile", data={"name": "Mijn naam", "language": "nl", "version": seen})
    assert answer.status_code == 409
    assert "Hun naam" in answer.text
    assert "Mijn naam" in answer.text
    with runtime.read() as session:
        assert world.person(session, "secretary").name == "Hun naam"


def test_a_profile_needs_a_name(client: FlaskClient, runtime: Runtime, world: World) -> None:
    sign_in(client, runtime, world, "secretary")
    answer = client.post("/profile", data={"name": " ", "language": "xx"})
    assert answer.status_code == 422
    assert "Vul uw naam in." in answer.text


def test_pages_speak_the_language_of_whoever_signed_in(
    client: FlaskClient, runtime: Runtime, world: World
) -> None:
    with runtime.work() as session:
        session.get_one(Person, world.people["secretary"]).language = "en"
    sign_in(client, runtime, world, "secretary")
    assert "My profile" in client.get("/profile").text


def test_a_part_of_a_page_asked_without_a_session_leads_to_signing_in(
    client: FlaskClient, world: World
) -> None:
    answer = client.get("/people", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (200, "/sign-in")


def test_in_the_demonstration_one_click_is_enough(demo_app: Flask, runtime: Runtime, world: World) -> None:
    client = demo_app.test_client()
    page = client.get("/sign-in").text
    assert page.index("secretary") < page.index("clerk") < page.index("Burgemeester Leiden")
    for person_id in world.people.values():
        assert f'name="person" value="{person_id}"' in page
    answer = client.post("/demo/sign-in", data={"person": world.people["Wethouder Leiden 1"]})
    assert answer.status_code == 303
    assert "wethouder.leiden.1@leidseregio.example" in client.get("/profile").text
    client.post("/demo/sign-in", data={"person": world.people["secretary"]})
    assert "secretary@leidseregio.example" in client.get("/profile").text
    assert client.post("/demo/sign-in", data={"person": "9999"}).status_code == 404
    assert client.get("/demo/sign-in").status_code == 405
