"""Where nothing is yet: a new region, seen by its administrator, who signs in with a mailed link."""

from __future__ import annotations

import email
import socket
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import cast

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import select

from agenda.app import create_app
from agenda.core.clock import system_clock
from agenda.core.database import Sessions
from agenda.core.runtime import Runtime
from agenda.mail.model import Letter
from agenda.mail.transports import FolderTransport
from agenda.people.model import Person
from agenda.schema import upgrade
from config import load
from tests.support.browser import assert_good_screen, screenshot, view
from tests.support.live import served

pytestmark = pytest.mark.browser

ADDRESS = "beheer@leidseregio.example"
EMPTY = (
    ("start", "/"),
    ("topics", "/topics"),
    ("meetings", "/meetings"),
    ("quarter", "/meetings?view=quarter"),
    ("people", "/people"),
    ("letters", "/letters?q=niemand"),
)


@pytest.mark.parametrize("width", [1280, 320])
def test_an_empty_region_is_welcoming(browser: Browser, tmp_path: Path, width: int) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    runtime = _new_region(tmp_path, port)
    try:
        with (
            served(create_app(runtime), port=port) as address,
            view(browser, width, base_url=address) as one,
        ):
            page = one.page
            page.goto("/sign-in")
            assert_good_screen(page)
            page.get_by_label("E-mailadres").fill(ADDRESS)
            page.get_by_role("button", name="Stuur mij een link").click()
            expect(page.get_by_role("heading", level=1)).to_have_text("Kijk in uw mailbox")
            assert_good_screen(page)
            page.goto(_link(runtime))
            screenshot(page, f"fresh-link-{one.name}")
            assert_good_screen(page)
            page.get_by_role("button", name="Aanmelden").click()
            expect(page.get_by_role("heading", level=1)).to_have_text("Mijn taken")
            for name, path in EMPTY:
                answer = page.goto(path)
                assert answer is not None
                assert answer.status == 200, path
                expect(page.get_by_role("button", name="Afmelden")).to_be_visible()
                screenshot(page, f"fresh-{name}-{one.name}")
                assert_good_screen(page)
    finally:
        runtime.sessions.close()


def _new_region(folder: Path, port: int) -> Runtime:
    config = load(
        {
            "AGENDA_SECRET_KEY": "k" * 40,
            "AGENDA_BASE_URL": f"http://127.0.0.1:{port}",
            "AGENDA_MAIL_FROM": "agenda@leidseregio.example",
            "AGENDA_VAR": str(folder),
        }
    )
    upgrade(config.database_url)
    sessions = Sessions(config.database_url)
    runtime = Runtime(sessions, system_clock, FolderTransport(folder / "mail"), config)
    with runtime.work() as session:
        session.add(Person(name="Beheerder", email=ADDRESS, administrator=True))
    return runtime


def _link(runtime: Runtime) -> str:
    with runtime.read() as session:
        letter = session.scalars(select(Letter)).one()
        message = cast(EmailMessage, email.message_from_bytes(letter.content, policy=default))
        text = message.get_body(("plain",))
        assert text is not None
        return "/sign-in/link/" + text.get_content().partition("/sign-in/link/")[2].split()[0]
