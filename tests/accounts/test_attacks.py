"""What someone with bad intentions tries at the door."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from agenda.accounts.guard import session_cookie
from agenda.app import create_app
from agenda.core.runtime import Runtime
from tests.accounts.conftest import LinkOf
from tests.accounts.helpers import sign_in
from tests.world import World

SECRETARY = "secretary@leidseregio.example"
ELSEWHERE = [
    "//evil.example",
    "https://evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "javascript:alert(1)",
    "/%09/evil.example\t",
    " //evil.example",
    "evil.example",
]


@pytest.mark.parametrize("target", ELSEWHERE)
def test_signing_in_never_leads_to_another_site(
    client: FlaskClient, world: World, newest_link: LinkOf, target: str
) -> None:
    client.get("/sign-in", query_string={"next": target})
    client.post("/sign-in", data={"email": SECRETARY})
    answer = client.post(newest_link("secretary"))
    assert answer.status_code == 303
    assert answer.location == "/"


@pytest.mark.parametrize("path", ["/", "/sign-in", "/people", "/healthz"])
def test_a_forged_host_is_refused(client: FlaskClient, world: World, path: str) -> None:
    assert client.get(path, headers={"Host": "evil.example"}).status_code == 400


def test_a_forged_forwarded_host_changes_no_link(
    client: FlaskClient, world: World, newest_link: LinkOf
) -> None:
    forged = {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"}
    client.post("/sign-in", data={"email": SECRETARY}, headers=forged)
    assert newest_link("secretary").startswith("/sign-in/link/")


def test_a_session_token_planted_before_signing_in_opens_nothing_afterwards(
    app: Flask, client: FlaskClient, world: World, newest_link: LinkOf
) -> None:
    planted = "P" * 43
    client.set_cookie("signed-in", planted, domain="localhost")
    client.post("/sign-in", data={"email": SECRETARY})
    client.post(newest_link("secretary"))
    held = client.get_cookie("signed-in")
    assert held is not None
    assert held.value != planted
    attacker = app.test_client()
    attacker.set_cookie("signed-in", planted, domain="localhost")
    assert attacker.get("/profile").status_code == 303


def test_signing_in_anew_ends_the_session_that_the_browser_held(
    app: Flask, client: FlaskClient, runtime: Runtime, world: World, newest_link: LinkOf
) -> None:
    sign_in(client, runtime, world, "reader")
    old = client.get_cookie("signed-in")
    assert old is not None
    client.post("/sign-in", data={"email": SECRETARY})
    client.post(newest_link("secretary"))
    assert "secretary@leidseregio.example" in client.get("/profile").text
    other = app.test_client()
    other.set_cookie("signed-in", old.value, domain="localhost")
    assert other.get("/profile").status_code == 303


@pytest.mark.parametrize("token", ["", "x", "A" * 43, "é" * 43, "' OR 1=1 --", "A" * 4000])
def test_a_made_up_session_token_opens_nothing(client: FlaskClient, world: World, token: str) -> None:
    client.set_cookie("signed-in", token, domain="localhost")
    assert client.get("/profile").status_code == 303


FORMS = [
    "/sign-in",
    "/sign-in/link/" + "A" * 43,
    "/sign-out",
    "/sign-out/everywhere",
    "/profile",
    "/profile/sessions/1/end",
    "/people/1/sign-out",
    "/people/new",
    "/bodies/1/edit",
]


@pytest.mark.parametrize("path", FORMS)
def test_a_form_from_elsewhere_is_refused(
    guarded_app: Flask, runtime: Runtime, world: World, path: str
) -> None:
    client = sign_in(guarded_app.test_client(), runtime, world, "administrator")
    answer = client.post(path, data={"email": SECRETARY, "name": "x"})
    assert answer.status_code == 400
    assert client.get("/profile").status_code == 200, "still signed in"


def test_a_form_with_its_own_token_is_accepted(guarded_app: Flask, world: World) -> None:
    client = guarded_app.test_client()
    page = client.get("/sign-in").text
    token = page.partition('name="csrf_token" value="')[2].partition('"')[0]
    assert client.post("/sign-in", data={"email": SECRETARY, "csrf_token": token}).status_code == 303


def test_cookies_stay_out_of_reach_of_scripts_and_other_sites(
    app: Flask, client: FlaskClient, runtime: Runtime, world: World, newest_link: LinkOf
) -> None:
    asked = client.post("/sign-in", data={"email": SECRETARY})
    signed = client.post(newest_link("secretary"))
    for answer in (asked, signed):
        for cookie in answer.headers.getlist("Set-Cookie"):
            assert "HttpOnly" in cookie
            assert "SameSite=Lax" in cookie


def test_under_https_the_session_cookie_is_secure_and_bound_to_this_host(
    runtime: Runtime, world: World, newest_link: LinkOf
) -> None:
    config = replace(runtime.config, base_url="https://localhost")
    app = create_app(replace(runtime, config=config))
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    client = app.test_client()
    client.post("/sign-in", data={"email": SECRETARY}, base_url="https://localhost")
    answer = client.post(newest_link("secretary"), base_url="https://localhost")
    assert session_cookie(config) == "__Host-signed-in"
    cookie = next(c for c in answer.headers.getlist("Set-Cookie") if c.startswith("__Host-signed-in="))
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= {part.strip() for part in cookie.split(";")}
    assert "Domain=" not in cookie


def test_outside_the_demonstration_nobody_signs_in_by_a_click(client: FlaskClient, world: World) -> None:
    answer = client.post("/demo/sign-in", data={"person": world.people["secretary"]})
    assert answer.status_code == 404
    assert client.get("/profile").status_code == 303
    assert "Wethouder Leiden 1" not in client.get("/sign-in").text
