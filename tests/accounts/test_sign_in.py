"""Signing in with a mailed link."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from agenda.accounts import lifetimes
from agenda.accounts.model import SignIn, SignInLink
from agenda.core.runtime import Runtime
from agenda.mail.model import Letter
from tests.accounts.conftest import LinkOf
from tests.accounts.helpers import sign_in
from tests.world import StandingClock, World

SECRETARY = "secretary@leidseregio.example"


def ask(client: FlaskClient, email: str = SECRETARY) -> None:
    assert client.post("/sign-in", data={"email": email}).status_code == 303


def is_signed_in(client: FlaskClient) -> bool:
    return client.get("/profile").status_code == 200


def count(runtime: Runtime, kind: type) -> int:
    with runtime.read() as session:
        return session.scalar(select(func.count()).select_from(kind)) or 0


def test_a_visitor_is_sent_to_the_sign_in_page_and_back_to_where_they_wanted_to_be(
    client: FlaskClient, world: World, newest_link: LinkOf
) -> None:
    sent = client.get("/profile?from=mail")
    assert (sent.status_code, sent.location) == (303, "/sign-in?next=/profile?from%3Dmail")
    client.get(sent.location)
    ask(client)
    arrived = client.post(newest_link("secretary"))
    assert (arrived.status_code, arrived.location) == (303, "/profile?from=mail")
    assert is_signed_in(client)


def test_every_page_but_the_public_ones_asks_a_visitor_to_sign_in(app: Flask, client: FlaskClient) -> None:
    public = {"static", "web.choose_language", "web.healthz", "operations.readyz", "operations.tell_figures"}
    for rule in app.url_map.iter_rules():
        if rule.arguments or "GET" not in (rule.methods or set()):
            continue
        if rule.endpoint in public or rule.endpoint.startswith(("accounts.sign_in", "accounts.ask")):
            continue
        answer = client.get(rule.rule)
        assert answer.status_code == 303, rule
        assert answer.location.startswith("/sign-in"), rule


def test_only_these_pages_are_public(app: Flask) -> None:
    public = {name for name, view in app.view_functions.items() if getattr(view, "public", False)}
    assert public == {
        "accounts.sign_in_page",
        "accounts.ask",
        "accounts.asked",
        "accounts.show_link",
        "accounts.follow_link",
        "accounts.sign_out",
        "dates.ballot",
        "dates.cast",
        "feeds.feed",
        "invitations.answer",
        "invitations.save_answer",
        "operations.readyz",
        "operations.tell_figures",
        "reminders.off",
        "reminders.put_to_rest",
        "reminders.rest",
        "reminders.unsubscribe",
        "reminders.wake",
        "substitutes.by_link",
        "topics.round_ballot",
        "topics.round_cast",
        "web.choose_language",
        "web.healthz",
    }


def test_opening_the_link_shows_a_button_and_signs_nobody_in(
    client: FlaskClient, world: World, newest_link: LinkOf
) -> None:
    ask(client)
    link = newest_link("secretary")
    shown = client.get(link)
    client.head(link)
    assert shown.status_code == 200
    assert b"<button" in shown.data
    assert shown.headers["Referrer-Policy"] == "no-referrer"
    assert not is_signed_in(client)
    # The scanner's look did not use the link up.
    assert client.post(link).status_code == 303
    assert is_signed_in(client)


def test_a_link_signs_in_once(app: Flask, client: FlaskClient, world: World, newest_link: LinkOf) -> None:
    ask(client)
    link = newest_link("secretary")
    assert client.post(link).status_code == 303
    client.post("/sign-out")
    replayed = client.post(link)
    assert replayed.status_code == 410
    assert not is_signed_in(client)


def test_a_link_does_nothing_in_another_browser(
    app: Flask, client: FlaskClient, world: World, newest_link: LinkOf
) -> None:
    ask(client)
    thief = app.test_client()
    assert thief.post(newest_link("secretary")).status_code == 410
    assert not is_signed_in(thief)
    ask(thief, "reader@leidseregio.example")
    assert thief.post(newest_link("secretary")).status_code == 410
    assert not is_signed_in(thief)
    # And the one who asked can still use it.
    assert client.post(newest_link("secretary")).status_code == 303


def test_a_link_is_worth_nothing_after_a_quarter_of_an_hour(
    client: FlaskClient, world: World, newest_link: LinkOf, clock: StandingClock
) -> None:
    ask(client)
    clock.wind(minutes=15)
    assert client.post(newest_link("secretary")).status_code == 410
    ask(client)
    clock.wind(minutes=14, seconds=59)
    assert client.post(newest_link("secretary")).status_code == 303


def test_a_guessed_link_does_nothing_and_guessing_ends_soon(client: FlaskClient, world: World) -> None:
    ask(client)
    answers = [client.post("/sign-in/link/" + "A" * 43).status_code for _ in range(61)]
    assert answers[0] == 410
    assert answers[-1] == 429
    assert not is_signed_in(client)


def test_signing_in_makes_the_other_links_worthless(
    client: FlaskClient, world: World, newest_link: LinkOf
) -> None:
    ask(client)
    first = newest_link("secretary")
    ask(client)
    assert client.post(newest_link("secretary")).status_code == 303
    client.post("/sign-out")
    assert client.post(first).status_code == 410


def test_nothing_in_the_database_opens_anything(
    client: FlaskClient, world: World, newest_link: LinkOf, runtime: Runtime
) -> None:
    ask(client)
    link = newest_link("secretary")
    client.post(link)
    cookie = client.get_cookie("signed-in")
    browser = client.get_cookie("asked-here")
    assert cookie is not None
    assert browser is not None
    secrets = {cookie.value, browser.value, link.rpartition("/")[2]}
    with runtime.read() as session:
        kept = session.execute(select(SignInLink.token_hash, SignInLink.browser_hash)).one()
        opened = session.execute(select(SignIn.token_hash)).one()
    hashes = {*kept, *opened}
    assert all(len(value) == 64 for value in hashes)
    assert not secrets & hashes


def test_nobody_can_tell_whether_an_address_is_known(app: Flask, world: World, runtime: Runtime) -> None:
    answers = []
    for email in (SECRETARY, "nobody@leidseregio.example"):
        visitor = app.test_client()
        asked = visitor.post("/sign-in", data={"email": email})
        after = visitor.get(asked.location)
        names = [name for name, _ in asked.headers if name != "Date"]
        answers.append((asked.status_code, asked.data, names, after.status_code, _without_tokens(after.text)))
    assert answers[0] == answers[1]
    assert count(runtime, SignInLink) == 2
    assert count(runtime, Letter) == 1


def _without_tokens(page: str) -> list[str]:
    return [line for line in page.splitlines() if "csrf" not in line]


def test_the_sixth_question_within_an_hour_sends_nothing_and_looks_the_same(
    client: FlaskClient, world: World, runtime: Runtime, clock: StandingClock
) -> None:
    for _ in range(6):
        ask(client)
    assert count(runtime, Letter) == lifetimes.LINKS_PER_HOUR
    clock.wind(hours=1, seconds=1)
    ask(client)
    assert count(runtime, Letter) == lifetimes.LINKS_PER_HOUR + 1


def test_one_machine_can_not_go_on_asking(client: FlaskClient, world: World) -> None:
    answers = [client.post("/sign-in", data={"email": f"{n}@x.example"}).status_code for n in range(31)]
    assert answers[-2:] == [303, 429]


def test_an_address_is_known_whatever_its_capitals_and_blanks(
    client: FlaskClient, world: World, newest_link: LinkOf
) -> None:
    ask(client, "  Secretary@LeidseRegio.example ")
    assert client.post(newest_link("secretary")).status_code == 303


def test_an_empty_address_is_asked_for_again(client: FlaskClient, world: World) -> None:
    answer = client.post("/sign-in", data={"email": ""})
    assert answer.status_code == 422
    assert "Vul uw e-mailadres in." in answer.text


def test_the_letter_leaves_in_a_lane_of_its_own_and_not_after_the_link_has_ended(
    client: FlaskClient, world: World, runtime: Runtime
) -> None:
    ask(client)
    with runtime.read() as session:
        letter = session.scalar(select(Letter))
        assert letter is not None
        assert letter.lane == f"sign-in:{SECRETARY}"
        assert letter.expires_at == runtime.clock() + timedelta(minutes=15)


def test_links_that_nobody_used_are_forgotten_after_a_day(
    client: FlaskClient, world: World, runtime: Runtime, clock: StandingClock
) -> None:
    ask(client)
    clock.wind(days=1, minutes=16)
    ask(client)
    assert count(runtime, SignInLink) == 1


def test_someone_signed_in_already_goes_straight_on(
    client: FlaskClient, runtime: Runtime, world: World
) -> None:
    sign_in(client, runtime, world, "secretary")
    answer = client.get("/sign-in?next=/profile")
    assert (answer.status_code, answer.location) == (303, "/profile")
