"""What holds for every address of the product, found in its own map."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import AnyConverter, PathConverter, Rule
from werkzeug.routing.converters import NumberConverter

from agenda.app import create_app
from agenda.core.runtime import Runtime
from agenda.meetings.model import Meeting
from agenda.web.security import HEADERS
from config import Config
from tests.meetings.conftest import AsSomeone
from tests.meetings.planning import confirmed, put_on_agenda, topic
from tests.world import World


def address(app: Flask, rule: Rule) -> str:
    """Fill in an address: number 1 for every number, the first of every choice."""
    values: dict[str, Any] = {}
    for name, converter in rule._converters.items():
        if isinstance(converter, AnyConverter):
            values[name] = min(converter.items)
        elif isinstance(converter, NumberConverter):
            values[name] = 1
        else:
            values[name] = "app.js" if isinstance(converter, PathConverter) else "x"
    with app.test_request_context():
        built = app.url_map.bind("localhost").build(
            rule.endpoint, values, method=next(iter(rule.methods or ()))
        )
    return str(built)


def addresses(app: Flask, method: str) -> Iterator[tuple[str, str]]:
    for rule in app.url_map.iter_rules():
        if method in (rule.methods or ()):
            yield rule.endpoint, address(app, rule)


@pytest.fixture
def furnished(runtime: Runtime, world: World) -> None:
    """A meeting with a topic, so that number 1 is something."""
    with runtime.work() as session:
        meeting: Meeting = confirmed(session, world)
        put_on_agenda(session, meeting, topic(session, world))


@pytest.mark.parametrize("who", ["nobody", "secretary", "administrator"])
def test_every_answer_carries_the_security_headers_and_no_page_breaks(
    app: Flask, client: FlaskClient, as_someone: AsSomeone, furnished: None, who: str
) -> None:
    visitor = client if who == "nobody" else as_someone(who)
    seen = 0
    for endpoint, url in addresses(app, "GET"):
        answer = visitor.get(url, buffered=True)
        seen += 1
        assert answer.status_code < 500, (endpoint, url)
        for name, value in HEADERS.items():
            if name in {"Content-Security-Policy", "X-Frame-Options", "Referrer-Policy"}:
                assert answer.headers.get(name), (endpoint, name)
            else:
                assert answer.headers.get(name) == value, (endpoint, name)
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy, endpoint
        assert "unsafe-eval" not in policy, endpoint
        if "unsafe-inline" in policy:
            # Only a letter in its frame, which is sandboxed, brings styles of its own.
            assert policy.startswith("sandbox"), endpoint
        if endpoint != "static":
            assert answer.headers["Cache-Control"] == "no-store", endpoint
    assert seen > 30


def test_every_post_needs_the_token_of_its_form(
    runtime: Runtime, app: Flask, as_someone: AsSomeone, furnished: None
) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    client = as_someone("secretary")
    seen = 0
    for endpoint, url in addresses(app, "POST"):
        if endpoint == "reminders.unsubscribe":
            # Mail programs post here without a page (RFC 8058); the key in the address is what counts.
            continue
        seen += 1
        assert client.post(url).status_code == 400, endpoint
        as_json = client.post(url, data='{"a": 1}', content_type="text/plain")
        assert as_json.status_code == 400, endpoint
        forged = client.post(url, data={"csrf_token": "x"}, headers={"Origin": "https://evil.example"})
        assert forged.status_code == 400, endpoint
    assert seen > 20


def test_no_address_changes_anything_by_other_verbs(app: Flask) -> None:
    verbs = {verb for rule in app.url_map.iter_rules() for verb in rule.methods or ()}
    assert verbs <= {"GET", "HEAD", "OPTIONS", "POST"}


def test_a_visitor_sees_only_what_is_meant_for_visitors(
    app: Flask, client: FlaskClient, furnished: None
) -> None:
    open_pages = set()
    for endpoint, url in addresses(app, "GET"):
        answer = client.get(url, buffered=True)
        if answer.status_code != 303 or "/sign-in" not in answer.location:
            open_pages.add(endpoint)
    assert open_pages <= {
        "static",
        "web.healthz",
        "accounts.sign_in_page",
        "accounts.asked",
        "accounts.show_link",
        "dates.ballot",
        "feeds.feed",
        "invitations.answer",
        "operations.readyz",
        "operations.tell_figures",
        "reminders.off",
        "reminders.rest",
        "topics.round_ballot",
    }


def test_over_https_cookies_are_secure_and_the_browser_stays_there(runtime: Runtime, world: World) -> None:
    config: Config = replace(runtime.config, base_url="https://overleg.example")
    app = create_app(replace(runtime, config=config))
    answer = app.test_client().get("/sign-in", base_url="https://overleg.example")
    assert answer.status_code == 200
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=")
    cookie = answer.headers["Set-Cookie"]
    for part in ("Secure", "HttpOnly", "SameSite=Lax"):
        assert part in cookie
