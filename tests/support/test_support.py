"""The tests' own tools find what they are there to find."""

import smtplib
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.request import urlopen

import psycopg
import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy import create_engine, text

from tests.support.browser import (
    assert_good_light_and_dark,
    assert_no_axe_violations,
    assert_no_overlapping_text,
    assert_no_sideways_scroll,
    each_view,
    screenshot,
)
from tests.support.live import served
from tests.support.postgres import Cluster, start
from tests.support.smtp import MailServer

GOOD = """<!doctype html><html lang="nl"><head><title>Overleg</title>
<meta name="viewport" content="width=device-width, initial-scale=1"></head>
<body style="line-height: 1.3"><main><h1>Gezamenlijk collegeoverleg</h1>
<p>Een regel die lang genoeg is om op een telefoon over meer regels te lopen, met een
<a href="/">verwijzing</a> erin.</p><label for="a">Naam</label> <input id="a" name="a">
</main></body></html>"""


def with_body(body: str) -> str:
    return GOOD.replace("</main>", f"{body}</main>")


def send(server: MailServer, subject: str = "Uitnodiging") -> None:
    with smtplib.SMTP("127.0.0.1", server.port, timeout=5) as client:
        client.sendmail(
            "agenda@region.example", ["mayor@leiden.example"], f"Subject: {subject}\r\n\r\nDag.\r\n"
        )


# PostgreSQL


def test_each_test_gets_a_fresh_database(postgres_cluster: Cluster) -> None:
    def fill(url: str) -> None:
        engine = create_engine(url)
        with engine.begin() as connection:
            connection.execute(text("CREATE TABLE topic (title text)"))
        engine.dispose()

    postgres_cluster.template("filled", fill)
    for _ in range(2):
        with postgres_cluster.database("filled") as url:
            engine = create_engine(url)
            with engine.begin() as connection:
                assert connection.scalar(text("SELECT count(*) FROM topic")) == 0
                connection.execute(text("INSERT INTO topic VALUES ('Warmtenet')"))
            engine.dispose()


def test_a_database_is_gone_after_its_test_even_with_an_open_connection(postgres_cluster: Cluster) -> None:
    with postgres_cluster.database() as url:
        left_open = psycopg.connect(url.replace("+psycopg", ""))
    with left_open, pytest.raises(psycopg.OperationalError):
        left_open.execute("SELECT 1")


def test_the_server_stops_when_its_test_run_is_killed() -> None:
    run = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    cluster = start(owner=run.pid)
    cluster.run("SELECT 1")
    run.kill()
    run.wait()
    until = time.monotonic() + 20
    while cluster.folder.exists() and time.monotonic() < until:
        time.sleep(0.1)
    assert not cluster.folder.exists()


# SMTP


def test_a_letter_arrives_with_its_envelope(mail_server: MailServer) -> None:
    send(mail_server)
    (letter,) = mail_server.accepted
    assert letter.sender == "agenda@region.example"
    assert letter.recipients == ("mayor@leiden.example",)
    assert letter.message["Subject"] == "Uitnodiging"
    assert mail_server.connections == 1


@pytest.mark.parametrize(("behaviour", "code"), [("temporary", 451), ("permanent", 550)])
def test_a_refused_reader_is_refused_once_and_then_accepted(
    mail_server: MailServer, behaviour: str, code: int
) -> None:
    mail_server.next_is(behaviour)
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        send(mail_server)
    assert refused.value.recipients["mayor@leiden.example"][0] == code
    send(mail_server)
    assert len(mail_server.accepted) == 1


def test_a_letter_can_be_refused_after_its_text(mail_server: MailServer) -> None:
    mail_server.next_is("temporary_after_data")
    with pytest.raises(smtplib.SMTPDataError):
        send(mail_server)
    assert mail_server.received == []


def test_a_dropped_connection_leaves_the_sender_in_doubt(mail_server: MailServer) -> None:
    mail_server.next_is("drop_after_data")
    with pytest.raises((smtplib.SMTPServerDisconnected, ConnectionResetError)):
        send(mail_server)
    assert [letter.acknowledged for letter in mail_server.received] == [False]


def test_a_hanging_server_does_not_answer_and_does_not_keep_others_waiting(mail_server: MailServer) -> None:
    mail_server.next_is("hang")
    with smtplib.SMTP("127.0.0.1", mail_server.port, timeout=0.5) as client:
        client.ehlo()
        client.mail("agenda@region.example")
        with pytest.raises((TimeoutError, smtplib.SMTPServerDisconnected)):
            client.rcpt("mayor@leiden.example")
        client.close()
    send(mail_server)
    assert len(mail_server.accepted) == 1


# A served application


def test_an_application_is_served_and_stops(tmp_path: Path) -> None:
    def app(environ: dict, start_response) -> list[bytes]:
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [b"Goedemorgen"]

    with served(app) as address:
        with urlopen(address) as answer:
            assert answer.read() == b"Goedemorgen"
        port = int(address.rpartition(":")[2])
    with socket.socket() as free, pytest.raises(ConnectionRefusedError):
        free.connect(("127.0.0.1", port))


# Groups of tests

pytestmark = pytest.mark.xdist_group("support")


def test_what_belongs_together_is_kept_together(request: pytest.FixtureRequest) -> None:
    if not getattr(request.config.option, "loadgroup", False):
        pytest.skip("only with --dist loadgroup, as make test has it")
    # Without this mark pytest-xdist sends each test to whichever worker is free.
    assert request.node.nodeid.endswith("@support")


# Chromium


@pytest.mark.browser
def test_a_good_page_passes_in_every_view(browser: Browser) -> None:
    seen = []
    for view in each_view(browser):
        view.page.set_content(GOOD)
        assert_no_sideways_scroll(view.page)
        assert_no_overlapping_text(view.page)
        assert_no_axe_violations(view.page)
        seen.append(view.name)
    assert seen == ["light-1280", "light-768", "light-320", "dark-1280", "dark-768", "dark-320"]


@pytest.mark.browser
@pytest.mark.parametrize(
    ("fault", "rule"),
    [
        ('<img src="data:,">', "image-alt"),
        ('<p style="color: #aaa; background: #fff">Bleek</p>', "color-contrast"),
        ('<input name="b">', "label"),
    ],
)
def test_axe_finds_a_planted_violation(page: Page, fault: str, rule: str) -> None:
    page.set_content(with_body(fault))
    with pytest.raises(AssertionError, match=rule):
        assert_no_axe_violations(page)


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    ("fault", "style", "rule"),
    [
        ("<p class='x'>Bleek</p>", ".x { color: #aaa; background: #fff }", "color-contrast"),
        ("<p><a href='/'>Lees</a> er</p>", "a { text-decoration: none; color: #005 }", "link-in-text-block"),
        ("<div hidden class='x'><input name='b'></div>", ".x { display: block !important }", "label"),
        ("<div hidden class='x'><p>Onder</p></div><p class='y'>Boven</p>",
         ".x { display: block !important } p { margin: 0 } .y { position: relative; top: -0.8em }",
         "Overlapping text"),
        ("<div class='x'>Breed</div>", ".x { width: 2000px }", "scrolls sideways"),
    ],
)  # fmt: skip
def test_what_is_wrong_in_one_colour_scheme_alone_is_found(
    page: Page, scheme: str, fault: str, style: str, rule: str
) -> None:
    background = "body { color: #000; background: #fff } a { color: #00c }"
    planted = f"<style>{background} @media (prefers-color-scheme: {scheme}) {{ {style} }}</style>{fault}"
    page.set_content(with_body(planted))
    with pytest.raises(AssertionError, match=rule):
        assert_good_light_and_dark(page)


@pytest.mark.browser
def test_what_is_good_in_both_colour_schemes_passes(page: Page) -> None:
    page.set_content(with_body("<style>@media (prefers-color-scheme: dark) { h1 { color: #003 } }</style>"))
    assert_good_light_and_dark(page)


@pytest.mark.browser
def test_axe_runs_under_a_strict_content_security_policy(page: Page) -> None:
    def app(environ: dict, start_response) -> list[bytes]:
        policy = "default-src 'self'; script-src 'self'; style-src 'self'"
        headers = [("Content-Type", "text/html; charset=utf-8"), ("Content-Security-Policy", policy)]
        start_response("200 OK", headers)
        return [with_body('<img src="/x.png">').encode()]

    with served(app) as address:
        page.goto(address)
        with pytest.raises(AssertionError, match="image-alt"):
            assert_no_axe_violations(page)


@pytest.mark.browser
@pytest.mark.parametrize(
    "fault",
    [
        '<p style="margin: 0">Onder</p><p style="margin: 0; position: relative; top: -0.8em">Boven</p>',
        '<div style="height: 1em">Hoog<br>hoger</div><div>Volgende rij</div>',
        '<label style="position: relative; left: 60px">Naam</label><input name="b">',
    ],
)
def test_a_planted_overlap_is_found(page: Page, fault: str) -> None:
    page.set_content(with_body(fault))
    with pytest.raises(AssertionError, match="Overlapping text"):
        assert_no_overlapping_text(page)


@pytest.mark.browser
@pytest.mark.parametrize(
    "fine",
    [
        '<span style="position: absolute; width: 1px; height: 1px; overflow: hidden">Voorgelezen</span>',
        '<p style="visibility: hidden; margin-top: -3em">Weg</p>',
        '<div style="position: fixed; top: 0">Altijd bovenaan</div>',
        "<table><tr><td>Leiden</td><td>Leiderdorp</td></tr><tr><td>Oegstgeest</td><td>Zoeterwoude</td></tr></table>",
        "<details><summary>Meer</summary>Verborgen tekst</details>",
    ],
)
def test_what_lies_beside_or_out_of_sight_is_no_overlap(page: Page, fine: str) -> None:
    page.set_content(with_body(fine))
    assert_no_overlapping_text(page)


@pytest.mark.browser
def test_a_planted_sideways_scroll_is_found_and_named(page: Page) -> None:
    page.set_content(with_body('<div class="breed" style="width: 2000px">Breed</div>'))
    with pytest.raises(AssertionError, match='class="breed"'):
        assert_no_sideways_scroll(page)


@pytest.mark.browser
def test_a_screenshot_is_kept_under_its_name_for_who_asks(
    page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AGENDA_SCREENSHOTS", raising=False)
    assert screenshot(page, "Support good page") is None
    monkeypatch.setenv("AGENDA_SCREENSHOTS", "1")
    page.set_content(GOOD)
    path = screenshot(page, "Support good page")
    assert path is not None
    assert path.name == "support-good-page.png"
    assert path.read_bytes().startswith(b"\x89PNG")
