"""The frame of every page: language, refusals, and where one is sent afterwards."""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import example, given
from hypothesis import strategies as st

from agenda.core.problems import Conflict
from agenda.web import here
from tests.meetings.conftest import AsSomeone


def test_pages_speak_dutch_until_english_is_asked_for_and_remember_it(client: FlaskClient) -> None:
    page = client.get("/sign-in").text
    assert '<html lang="nl"' in page
    answer = client.post("/language", data={"language": "en", "next": "/sign-in?next=/topics"})
    assert (answer.status_code, answer.location) == (303, "/sign-in?next=/topics")
    assert "HttpOnly" in answer.headers["Set-Cookie"]
    assert '<html lang="en"' in client.get("/sign-in").text
    client.post("/language", data={"language": "nl"})
    assert '<html lang="nl"' in client.get("/sign-in").text


def test_a_language_that_is_none_changes_nothing(client: FlaskClient) -> None:
    answer = client.post("/language", data={"language": "<script>"})
    assert "Set-Cookie" not in answer.headers
    client.set_cookie("language", "xx")
    assert '<html lang="nl"' in client.get("/sign-in").text


@given(st.text() | st.from_regex(r"[/\\]{0,3}[\w.:@/\\?#%-]{0,30}", fullmatch=True) | st.none())
@example("//evil.example")
@example("/\\evil.example")
@example("/\t/evil.example")
@example("\\\\evil.example")
@example("http:evil.example")
@example("https:///evil.example")
@example("javascript:alert(1)")
@example("/@evil.example")
@example(" //evil.example")
@example("/%2f/evil.example")
@example("//[")
@example("/[")
def test_whatever_is_asked_one_stays_on_this_site(target: str | None) -> None:
    found = here.own_path(target, "/otherwise")
    assert found.startswith("/")
    there = urlsplit(urljoin("http://localhost/page", found))
    assert (there.scheme, there.netloc) == ("http", "localhost")
    assert not any(sign in found for sign in "\r\n\t\\")


@pytest.mark.parametrize(
    "target", ["/", "/topics?q=a&page=2", "/meetings/5#agenda", "/topics?q=caf%C3%A9", "/a//b", "/a:b"]
)
def test_a_path_of_this_site_is_kept(target: str) -> None:
    assert here.own_path(target, "/otherwise") == target


def test_an_unknown_page_says_so_in_both_languages(as_someone: AsSomeone) -> None:
    client = as_someone("clerk")
    dutch = client.get("/bestaat-niet")
    assert dutch.status_code == 404
    assert "bestaat niet" in dutch.text
    client.set_cookie("language", "en")
    english = client.get("/bestaat-niet")
    assert "This page does not exist" in english.text
    assert client.get("/language").status_code == 405


def test_a_program_gets_the_refusal_as_a_problem(as_someone: AsSomeone) -> None:
    answer = as_someone("clerk").get("/bestaat-niet", headers={"Accept": "application/json"})
    assert answer.content_type == "application/problem+json"
    assert answer.get_json() == {
        "type": "about:blank",
        "title": answer.get_json()["title"],
        "status": 404,
        "code": "not_found",
    }


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "localhost@evil.example", "[::1"])
def test_a_forged_host_is_refused_and_nowhere_repeated(client: FlaskClient, host: str) -> None:
    answer = client.get("/sign-in", headers={"Host": host})
    assert answer.status_code == 400
    assert "evil" not in answer.text
    trusted = client.get("/sign-in", headers={"X-Forwarded-Host": "evil.example"})
    assert "evil" not in trusted.text


def test_a_body_that_is_too_large_is_refused(as_someone: AsSomeone) -> None:
    client = as_someone("secretary")
    part = b'--x\r\nContent-Disposition: form-data; name="language"\r\n\r\n' + b"x" * 2_000_000 + b"\r\n--x--"
    in_parts = client.post("/language", data=part, content_type="multipart/form-data; boundary=x")
    assert in_parts.status_code == 413
    form = "application/x-www-form-urlencoded"
    raw = client.post("/language", data=b"x" * 10_500_000, content_type=form, buffered=True)
    assert raw.status_code == 413


def test_a_page_that_breaks_shows_nothing_of_its_inside(app: Flask, client: FlaskClient) -> None:
    def broken() -> str:
        raise RuntimeError("SELECT secret FROM inside")

    broken.public = True  # type: ignore[attr-defined]
    app.add_url_rule("/broken", "broken", broken)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    answer = client.get("/broken")
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert "RuntimeError" not in answer.text
    assert "Er ging bij ons iets mis" in answer.text
    as_program = client.get("/broken", headers={"Accept": "application/json"})
    assert as_program.get_json()["code"] == "broken"


def test_a_refusal_without_words_of_its_own_is_still_a_page(app: Flask, client: FlaskClient) -> None:
    def refuse() -> str:
        raise Conflict("<b>nobody wrote this down</b>")

    refuse.public = True  # type: ignore[attr-defined]
    app.add_url_rule("/refused", "refused", refuse)
    answer = client.get("/refused")
    assert answer.status_code == 409
    assert "<b>nobody" not in answer.text


def test_the_process_says_that_it_is_alive(client: FlaskClient) -> None:
    assert client.get("/healthz").text == "ok\n"
