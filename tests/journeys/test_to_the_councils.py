"""The clerk's working week: an agenda, its outcomes, the papers, and five councils that read the same."""

from __future__ import annotations

import email
import io
import re
from datetime import timedelta
from email.message import EmailMessage
from email.policy import default
from typing import cast

import pytest
from playwright.sync_api import Browser, Page, expect
from pypdf import PdfReader

from agenda.core.clock import system_clock
from agenda.demo.clock import set_clock
from agenda.mail.model import Letter
from agenda.meetings.model import ItemKind, Meeting
from tests.journeys.conftest import Live
from tests.journeys.test_story import (
    CLERK,
    PATIENCE,
    agree,
    letters,
    sign_in,
    the_agenda_is_drafted,
    the_invitations_leave,
    the_meeting_gets_its_date,
)
from tests.support.browser import screenshot, view

pytestmark = pytest.mark.browser

AGREED = "De vijf colleges trekken samen op bij de warmterotonde."
COUNCILS = ("Leiden", "Leiderdorp", "Oegstgeest", "Voorschoten", "Zoeterwoude")


def test_from_agenda_to_five_councils(browser: Browser, live: Live) -> None:
    with view(browser, 1280, base_url=live.address) as one:
        page = one.page
        page.set_default_timeout(PATIENCE)
        sign_in(page, CLERK)
        meeting = the_meeting_gets_its_date(page)
        the_agenda_is_drafted(page)
        the_invitations_leave(page, live)
        the_meeting_is_held(live, meeting)
        page.get_by_role("button", name="Afmelden").click()
        sign_in(page, CLERK)
        outcomes_are_recorded(page, live, meeting)
        papers_are_made(page, meeting)
        five_councils_are_informed(page, live, meeting)


def number_of(meeting: str) -> int:
    found = re.search(r"/meetings/(\d+)", meeting)
    assert found
    return int(found.group(1))


def the_meeting_is_held(live: Live, meeting: str) -> None:
    with live.runtime.work() as session:
        held = session.get_one(Meeting, number_of(meeting))
        assert held.starts_at is not None
        set_clock(session, held.starts_at + timedelta(hours=4), system_clock())


def outcomes_are_recorded(page: Page, live: Live, meeting: str) -> None:
    with live.runtime.read() as session:
        items = session.get_one(Meeting, number_of(meeting)).items
        topics = [item.id for item in items if item.kind is ItemKind.TOPIC]
    page.goto(f"{meeting}/outcomes")
    for item in topics:
        part = page.locator(f"#item-{item}")
        part.get_by_label("Uitkomst").select_option(label="Besloten")
        part.get_by_label("Wat is afgesproken").fill("Conform voorstel.")
        part.get_by_role("button", name="Vastleggen").first.click()
        expect(page.locator(f"#item-{item}").get_by_text("Besloten").first).to_be_visible()
    first = page.locator(f"#item-{topics[0]}")
    first.get_by_text("Besluit toevoegen").first.click()
    first.locator("textarea[name$='-text']").nth(1).fill(AGREED)
    first.get_by_role("button", name="Besluit toevoegen").click()
    expect(page.get_by_text(AGREED).first).to_be_visible()
    screenshot(page, "councils-outcomes")
    page.get_by_role("button", name="Overleg afsluiten").click()
    if page.locator("dialog[open]").count():
        agree(page)
    expect(page.get_by_text("afgesloten").first).to_be_visible()


def papers_are_made(page: Page, meeting: str) -> None:
    page.goto(f"{meeting}/outgoing")
    page.locator("#make-decision_list-nl-inside").check()
    page.get_by_role("button", name="De gekozen stukken maken").click()
    file = page.get_by_role("link", name=re.compile("^Besluitenlijst, ")).first
    expect(file).to_be_visible(timeout=90_000)
    address = file.get_attribute("href")
    assert address
    assert AGREED in words_in(page.request.get(address).body())


def five_councils_are_informed(page: Page, live: Live, meeting: str) -> None:
    page.goto(meeting)
    page.get_by_role("link", name="Raadsbrief schrijven").click()
    page.get_by_label("Onderwerp", exact=True).fill("Samen optrekken bij de warmterotonde")
    page.get_by_role("checkbox", name=re.compile(re.escape(AGREED))).check()
    page.get_by_role("button", name="Brief samenstellen").click()
    expect(page.get_by_text(AGREED).first).to_be_visible()
    page.get_by_role("button", name="Tekst vaststellen").click()
    agree(page)
    page.get_by_role("link", name="Brieven verzenden").click()
    expect(page.get_by_text("5 van de 5 pdf's zijn klaar.")).to_be_visible(timeout=90_000)
    page.get_by_label("Per e-mail aan de griffies, als PDF").check()
    page.get_by_role("button", name="Alle brieven verzenden").click()
    agree(page)
    expect(page.get_by_text("Verzonden").first).to_be_visible(timeout=90_000)
    screenshot(page, "councils-letter")
    texts = [text_of(letter) for letter in letters(live, "council_letter")]
    assert sorted(council_in(text) for text in texts) == sorted(COUNCILS)
    for text in texts:
        assert AGREED in text
        assert "burgemeester" in text


def text_of(letter: Letter) -> str:
    """Read the PDF that a council clerk gets with the mail."""
    message = cast(EmailMessage, email.message_from_bytes(letter.content, policy=default))
    (pdf,) = [part for part in message.walk() if part.get_content_type() == "application/pdf"]
    return words_in(cast(bytes, pdf.get_payload(decode=True)))


def words_in(pdf: bytes) -> str:
    pages = PdfReader(io.BytesIO(pdf)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def council_in(text: str) -> str:
    found = re.search(r"gemeenteraad van (\w+)", text)
    assert found
    return found.group(1)
