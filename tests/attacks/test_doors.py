"""The ways in: hosts, addresses to come back to, cookies, links, tokens, and what strangers can learn."""

from __future__ import annotations

import logging
import re
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from agenda.accounts.model import SignInLink
from agenda.app import create_app
from agenda.invitations.model import AnswerToken
from agenda.invitations.rules import answer_token
from agenda.mail.model import Letter
from agenda.meetings.model import Attendee
from agenda.steps import tick
from agenda.web.security import HEADERS
from tests.attacks.field import ROLES, Field, path_of
from tests.attacks.forms import form_of
from tests.attacks.test_matrix import TABLE, addresses
from tests.world import StandingClock

ELSEWHERE = [
    "//kwaad.example", "///kwaad.example", "https://kwaad.example", "/\\kwaad.example", "\\\\kwaad.example",
    "http:kwaad.example", "javascript:alert(1)", "/\t/kwaad.example", "/\n/kwaad.example", " //kwaad.example",
    "/%0a/kwaad.example\r\nX: y", "//localhost:80@kwaad.example", "kwaad.example",
]  # fmt: skip
KNOWN, UNKNOWN = "secretary@leidseregio.example", "niemand@leidseregio.example"


def is_own(location: str) -> bool:
    return re.match(r"/(?![/\\])[^\\\x00-\x20]*$", location) is not None


@pytest.mark.parametrize("target", ELSEWHERE)
def test_no_form_leads_to_another_site(field: Field, target: str) -> None:
    forms = {"/language": "next", "/topics": "back"}
    for path, name in forms.items():
        sent = {"language": "en", "title": "x", "body": str(field.ours["body_id"]), name: target}
        answer = field.client("secretary").post(path, data=sent)
        assert answer.status_code == 303
        assert is_own(answer.location), answer.location


def test_nor_does_any_address_bar(field: Field) -> None:
    looks = [rule for method, rule in addresses(field.app) if method == "GET"]
    redirecting = {"/sign-in", "/topics"}
    for place, rule in enumerate(looks):
        # Pages that lead on are tried with every target, the others in turn with one.
        for target in ELSEWHERE if rule in redirecting else [ELSEWHERE[place % len(ELSEWHERE)]]:
            asked = dict.fromkeys(("next", "back", "url", "return", "q", "redirect_uri", "_scheme"), target)
            for role in ("visitor", "secretary"):
                path = path_of(rule, field.ours.ids)
                found = field.client(role).get(path, query_string=asked, buffered=True)
                assert not found.location or is_own(found.location), (rule, found.location)


@pytest.mark.parametrize("path", ["/healthz", "/sign-in", "/topics", "/static/region.css", "/none"])
@pytest.mark.parametrize(
    "host",
    [
        "kwaad.example",
        "localhost.kwaad.example",
        "localhost:80@kwaad.example",
        "kwaad.example#localhost",
        "",
        "[",
    ],
)
def test_a_forged_host_gets_no_page(field: Field, host: str, path: str) -> None:
    answer = field.client("secretary").get(path, headers={"Host": host}, buffered=True)
    assert answer.status_code == 400
    assert "kwaad" not in answer.text


FORGED = {
    "X-Forwarded-Host": "kwaad.example",
    "X-Forwarded-Server": "kwaad.example",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Port": "666",
    "X-Forwarded-Prefix": "/kwaad.example",
    "X-Forwarded-For": "kwaad.example",
    "Forwarded": "host=kwaad.example;proto=https",
    "X-Host": "kwaad.example",
    "X-Original-URL": "/people",
    "X-Rewrite-URL": "/people",
}


@pytest.mark.parametrize("proxies", [0, 1])
def test_forged_forwarding_changes_no_page_and_no_letter(field: Field, proxies: int) -> None:
    runtime = replace(field.runtime, config=replace(field.runtime.config, trusted_proxies=proxies))
    app = create_app(runtime)
    app.config.update(WTF_CSRF_ENABLED=False)
    client = app.test_client()
    links = (f"/answer/{field.ours['token']}", f"/poll/{field.ours['poll_token']}")
    for path in ("/sign-in", "/topics", *links):
        answer = client.get(path, headers=FORGED)
        assert "kwaad" not in answer.text
        assert "kwaad" not in str(answer.headers)
    before = len(field.letters())
    client.post("/sign-in", data={"email": KNOWN}, headers=FORGED)
    (letter,) = field.letters()[before:]
    assert b"kwaad" not in letter
    assert "http://localhost/sign-in/link/" in _text(letter)


def _text(content: bytes) -> str:
    return str(message_from_bytes(content, policy=policy.default).get_body(("plain",)).get_content())


def test_every_answer_carries_the_security_headers(field: Field) -> None:
    own = {"Content-Security-Policy", "X-Frame-Options", "Referrer-Policy"}
    paths = [path_of(rule, field.ours.ids) for method, rule in addresses(field.app) if method == "GET"]
    for path in [*paths, "/none", "/people/import/none"]:
        for role in ("visitor", "secretary"):
            answer = field.client(role).get(path, buffered=True)
            for name, value in HEADERS.items():
                if name in own and (path.endswith("/body") or path.startswith("/documents/")):
                    assert name in answer.headers, path
                elif name == "Referrer-Policy":
                    assert answer.headers[name] in {value, "no-referrer"}, path
                else:
                    assert answer.headers[name] == value, (path, name)
            # A feed is asked for time and again by who knows its address, and by nobody else.
            if path.startswith("/documents/"):
                # A paper that everyone may read is not fetched again as long as it is the same.
                assert answer.headers["Cache-Control"] in {"no-store", "private, no-cache"}, path
            elif not path.startswith(("/static", "/feeds")):
                assert "no-store" in answer.headers["Cache-Control"], path
            assert "Server" not in answer.headers
            assert "X-Powered-By" not in answer.headers
    assert "unsafe" not in HEADERS["Content-Security-Policy"]
    assert "*" not in HEADERS["Content-Security-Policy"]


def test_a_page_whose_address_is_a_secret_tells_it_to_nobody(field: Field) -> None:
    ours = field.ours
    for path in (
        f"/answer/{ours['token']}",
        f"/poll/{ours['poll_token']}",
        f"/sign-in/link/{ours['link']}",
    ):
        answer = field.client("visitor").get(path)
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        outside = re.findall(r'(?:href|src|action)="(?!/|#)([^"]+)', answer.text)
        assert outside == []


def test_under_https_every_cookie_is_secure_and_browsers_stay_there(field: Field) -> None:
    runtime = replace(field.runtime, config=replace(field.runtime.config, base_url="https://localhost"))
    app = create_app(runtime)
    app.config.update(WTF_CSRF_ENABLED=False)
    client = app.test_client()
    answers = [
        client.get("/sign-in?next=/topics", base_url="https://localhost"),
        client.post("/sign-in", data={"email": KNOWN}, base_url="https://localhost"),
        client.post("/language", data={"language": "en"}, base_url="https://localhost"),
        client.post("/sign-out", base_url="https://localhost"),
    ]
    cookies = [cookie for answer in answers for cookie in answer.headers.getlist("Set-Cookie")]
    assert len(cookies) >= 4
    for cookie in cookies:
        parts = {part.strip() for part in cookie.split(";")}
        assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= parts, cookie
        assert not any(part.lower().startswith("domain=") for part in parts)
    for answer in answers:
        assert answer.headers["Strict-Transport-Security"].startswith("max-age=31536000")


# --- What strangers can learn -------------------------------------------------------------------


def test_asking_for_a_link_tells_nothing_by_text_status_header_or_work(field: Field) -> None:
    seen = []
    for email in (KNOWN, UNKNOWN):
        field.restore()
        client = field.app.test_client()
        answers = [client.post("/sign-in", data={"email": email}) for _ in range(7)]
        after = client.get("/sign-in/asked")
        told = [(answer.status_code, answer.data, sorted(dict(answer.headers))) for answer in answers]
        with field.runtime.read() as session:
            asked = session.scalar(select(func.count()).select_from(SignInLink))
        seen.append((told, _without_tokens(after.text), asked))
    assert seen[0] == seen[1]


def _without_tokens(page: str) -> list[str]:
    return [line for line in page.splitlines() if "csrf" not in line]


def test_a_link_still_arrives_after_older_ones_were_forgotten(field: Field) -> None:
    """Numbers of forgotten links are used again; a letter must not be taken for an earlier one."""
    clock = field.runtime.clock
    assert isinstance(clock, StandingClock)
    at = clock.at
    try:
        for email in (KNOWN, "reader@leidseregio.example", KNOWN):
            clock.wind(days=3)
            before = len(field.letters())
            client = field.app.test_client()
            client.post("/sign-in", data={"email": email})
            (letter,) = field.letters()[before:]
            assert f"<{email}>" in message_from_bytes(letter)["To"]
            found = re.search(r"/sign-in/link/\S+", _text(letter))
            assert found is not None
            assert client.post(found[0]).status_code == 303
            assert client.get("/profile").status_code == 200
    finally:
        clock.at = at


def test_a_sign_in_link_is_for_the_browser_that_asked_whoever_holds_the_letter(field: Field) -> None:
    link = f"/sign-in/link/{field.ours['link']}"
    for token in ("", "b" * 42, "B" * 43, "c" * 43):
        thief = field.app.test_client()
        thief.set_cookie("asked-here", token, domain="localhost")
        assert thief.post(link).status_code == 410
    own = field.app.test_client()
    own.set_cookie("asked-here", "b" * 43, domain="localhost")
    for other in (link.upper(), link.lower(), link + "x", link[:-1], link + "%00"):
        assert own.post(other).status_code in {404, 410}, other
    assert own.post(link).status_code == 303
    assert own.post(link).status_code == 410


# --- The answer link ----------------------------------------------------------------------------


def answer(client: FlaskClient, token: object, **more: str) -> int:
    sent = {"answer": "accepted", "remark": "", "revision": "0"} | more
    return client.post(f"/answer/{token}", data=sent).status_code


def test_an_answer_link_is_found_whole_in_any_case_and_no_other(field: Field) -> None:
    token, visitor = str(field.ours["token"]), field.app.test_client()
    for wrong in (
        token[:-1],
        token + "a",
        "a" * 32,
        token[::-1],
        "%20",
        "*",
        "_" * 32,
        token.replace("a", "b", 1) + "0",
    ):
        assert visitor.get(f"/answer/{wrong}").status_code == 404, wrong
        assert answer(visitor, wrong) == 404
    with field.runtime.read() as session:
        for row in session.scalars(select(AnswerToken)):
            assert visitor.get(f"/answer/{row.token_hash}").status_code == 404, "what is kept opens nothing"
    assert not field.changed()
    assert visitor.get(f"/answer/{token.upper()}").status_code == 200
    assert answer(visitor, token.upper()) == 303


def test_guessing_answer_links_ends_soon(field: Field) -> None:
    visitor = field.app.test_client()
    answers = [visitor.get(f"/answer/{number:032d}").status_code for number in range(121)]
    assert answers[0] == 404
    assert answers[-1] == 429


def test_a_revoked_answer_link_is_gone(field: Field) -> None:
    token = field.ours["token"]
    sent = form_of("/people/<int:person_id>/edit", field.ours.ids) | {"email": "verhuisd@leidseregio.example"}
    person = f"/people/{field.ours['person_id']}/edit"
    assert field.client("administrator").post(person, data=sent).status_code == 303
    edit = {"title": "Overleg", "minutes": "90", "venue": "Elders"}
    field.client("secretary").post(f"/meetings/{field.ours['meeting_id']}/edit", data=edit)
    tick(field.runtime)
    visitor = field.app.test_client()
    assert visitor.get(f"/answer/{token}").status_code == 404
    assert answer(visitor, token, revision="1") == 404
    again = answer_token(field.runtime.config.secret, int(field.ours["attendee_id"]), 2)
    assert answer(visitor, again, revision="1") == 303


def test_an_answer_link_answers_for_one_person_and_one_meeting(field: Field) -> None:
    visitor = field.app.test_client()
    more = {"attendee_id": str(field.theirs["attendee_id"]), "meeting_id": str(field.theirs["meeting_id"])}
    assert answer(visitor, field.ours["token"], person_id="2", **more) == 303
    with field.runtime.read() as session:
        answered = session.scalars(select(Attendee.id).where(Attendee.answer != "needs-action")).all()
        changed = [key for key in answered if session.get_one(Attendee, key).answered_at is not None]
    assert changed == [field.ours["attendee_id"]]


def test_an_answer_link_reaches_nothing_else(field: Field) -> None:
    """Whoever opened and used it is still a visitor everywhere."""
    visitor = field.app.test_client()
    visitor.get(f"/answer/{field.ours['token']}")
    answer(visitor, field.ours["token"])
    for line, row in TABLE.items():
        method, _, rule = line.partition(" ")
        if row.split()[0] != "in":
            continue
        ids = field.ours.ids | {"sign_in_id": 1}
        found = visitor.open(
            path_of(rule, ids), method=method, data=form_of(rule, ids) if method == "POST" else None
        )
        assert found.status_code == 303, line
        assert found.location.startswith("/sign-in"), line
    for cookie in ("signed-in", "asked-here"):
        thief = field.app.test_client()
        thief.set_cookie(cookie, str(field.ours["token"]), domain="localhost")
        assert thief.get("/profile").status_code == 303
    assert visitor.post(f"/sign-in/link/{field.ours['token']}").status_code == 410


def test_the_answer_page_names_no_other_attendee(field: Field) -> None:
    page = field.app.test_client().get(f"/answer/{field.ours['token']}").text
    with field.runtime.read() as session:
        own = session.get_one(Attendee, field.ours["attendee_id"]).person
        others = [one for one in field.world.people if one != own.name and one not in own.name]
    assert [
        name for name in others if f">{name}<" in page or f"{name.lower().replace(' ', '.')}@" in page
    ] == []


# --- Demonstration and for real -----------------------------------------------------------------


def demo(field: Field, on: bool) -> Flask:
    app = create_app(replace(field.runtime, config=replace(field.runtime.config, demo=on)))
    app.config.update(WTF_CSRF_ENABLED=False)
    return app


def test_what_only_the_demonstration_has_is_not_there_for_real(field: Field) -> None:
    real = set(addresses(demo(field, False)))
    only_demo = set(addresses(demo(field, True))) - real
    assert {rule for _, rule in only_demo} == {
        "/demo/sign-in",
        "/demo/wind",
        "/post",
        "/post/<int:letter_id>",
    }
    for method, rule in only_demo:
        for role in ROLES:
            sent = {"person": field.world.people["administrator"], "by": "day"}
            found = field.client(role).open(path_of(rule, field.ours.ids), method=method, data=sent)
            assert found.status_code == 404, (rule, role)
    assert not field.changed()


@pytest.mark.parametrize("person", ["0", "-1", str(2**31), str(2**63), "9" * 5000, "x", "", "²"])
def test_the_demonstration_signs_nobody_in_who_is_not_there(field: Field, person: str) -> None:
    client = demo(field, True).test_client()
    assert client.post("/demo/sign-in", data={"person": person}).status_code == 404
    assert client.get("/profile").status_code == 303


def test_nobody_reads_a_sign_in_link_for_real(field: Field) -> None:
    letter, link = field.ours["sign_in_letter"], str(field.ours["link"])
    for role in ROLES:
        client = field.client(role)
        for part in ("", "/body", ".eml"):
            found = client.get(f"/letters/{letter}{part}")
            assert found.status_code == (303 if role == "visitor" else 404), (role, part)
            assert link not in found.text
        assert link not in client.get("/letters").text


def test_a_letter_on_a_page_does_not_hold_its_readers_answer_link(field: Field) -> None:
    token = str(field.ours["token"])
    with field.runtime.read() as session:
        assert token in _text(session.get_one(Letter, field.ours["letter_id"]).content)
    for role in ("secretary", "administrator"):
        for part in ("", "/body"):
            shown = field.client(role).get(f"/letters/{field.ours['letter_id']}{part}")
            assert shown.status_code == 200
            assert token not in shown.text.lower()


# --- Sessions -----------------------------------------------------------------------------------


def test_ending_a_session_ends_it_for_whoever_copied_the_cookie(field: Field) -> None:
    copied = field.client("clerk")
    assert field.client("clerk").post("/sign-out").status_code == 303
    assert copied.get("/profile").status_code == 303


def test_a_session_ends_after_long_disuse(field: Field) -> None:
    clock = field.runtime.clock
    assert isinstance(clock, StandingClock)
    at = clock.at
    try:
        clock.wind(days=31)
        assert field.client("clerk").get("/profile").status_code == 303
    finally:
        clock.at = at


def test_who_lost_a_place_loses_its_pages_at_once(field: Field) -> None:
    topic = f"/topics/{field.ours['topic_id']}"
    clerk = field.client("clerk")
    assert clerk.get(topic).status_code == 200
    with field.runtime.work() as session:
        person = field.world.person(session, "clerk")
        for membership in person.memberships:
            membership.until = field.runtime.clock().date() - timedelta(days=1)
    assert clerk.get(topic).status_code == 404


# --- What is written down -----------------------------------------------------------------------


def test_no_secret_is_written_into_a_log(field: Field, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    token, link = str(field.ours["token"]), str(field.ours["link"])
    client = field.client("secretary")
    held = client.get_cookie("signed-in")
    assert held is not None
    visitor = field.app.test_client()
    for path in (f"/answer/{token}", f"/sign-in/link/{link}", f"/answer/{token}x", f"/people?token={token}"):
        visitor.get(path)
        visitor.post(path, data={"answer": "accepted", "revision": "0"})
        client.get(path)
    _break(field, client)
    visitor.post("/sign-in", data={"email": KNOWN})
    new = re.search(r"/sign-in/link/(\S+)", _text(field.letters()[-1]))
    tick(field.runtime)
    assert new is not None
    secrets = [token, link, held.value, new[1], field.runtime.config.secret_key]
    assert "page failed" in caplog.text
    assert [secret for secret in secrets if secret in caplog.text] == []
    # What is kept of a secret, and what people wrote, stays out of a failed statement too.
    assert "[parameters:" not in caplog.text


def _break(field: Field, client: FlaskClient) -> None:
    """Let a page fail: what it writes down then is what a keeper of the logs reads."""
    with field.runtime.work() as session:
        session.connection().exec_driver_sql("ALTER TABLE answer_token RENAME TO hidden")
    try:
        assert client.get(f"/answer/{field.ours['token']}").status_code == 500
        assert client.post(f"/answer/{field.ours['token']}", data={"remark": "geheim"}).status_code == 500
    finally:
        with field.runtime.work() as session:
            session.connection().exec_driver_sql("ALTER TABLE hidden RENAME TO answer_token")
