"""The letter's story as the secretary, the clerk and an alderman live it, by clicks alone."""

from __future__ import annotations

import email
import re
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import cast

import pytest
from icalendar import Calendar
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from agenda.mail.model import Letter
from tests.journeys.conftest import Live
from tests.support.browser import screenshot, view

pytestmark = pytest.mark.browser

BODY = "Gezamenlijk collegeoverleg Leidse regio"
SECRETARY = "Secretaris Zoeterwoude"
CLERK = "Bestuursadviseur Leiden"
ALDERMAN = "Wethouder Leiden 1"
WHY = "De onderwerpen gaan in een schriftelijke ronde."
PATIENCE = 20_000


def sign_in(page: Page, who: str) -> None:
    page.goto("/sign-in")
    page.get_by_role("button", name=who, exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Mijn taken")


def agree(page: Page) -> None:
    """Answer the question that the page asks before it acts."""
    page.locator("dialog[open]").get_by_role("button").first.click()


def letters(live: Live, kind: str) -> list[Letter]:
    with live.runtime.read() as session:
        return list(session.scalars(select(Letter).where(Letter.kind == kind).order_by(Letter.id)))


def test_the_story_of_the_letter(browser: Browser, live: Live) -> None:
    with view(browser, 1280, base_url=live.address) as one:
        page = one.page
        page.set_default_timeout(PATIENCE)
        a_topic_comes_in(page)
        meeting = the_meeting_gets_its_date(page)
        the_agenda_is_drafted(page)
        the_invitations_leave(page, live)
        an_alderman_answers(page, meeting)
        reminders_leave(page, live)
        the_meeting_is_called_off(page, live, meeting)


def a_topic_comes_in(page: Page) -> None:
    sign_in(page, CLERK)
    page.get_by_role("link", name="Onderwerpen", exact=True).click()
    page.get_by_label("Titel").fill("Gezamenlijke inkoop van zonnepanelen")
    page.get_by_role("button", name="Onderwerp toevoegen").click()
    expect(page.get_by_role("link", name="Gezamenlijke inkoop van zonnepanelen").first).to_be_visible()


def the_meeting_gets_its_date(page: Page) -> str:
    page.get_by_role("button", name="Afmelden").click()
    sign_in(page, SECRETARY)
    page.get_by_role("link", name=f"Kies een datum: {BODY}").click()
    screenshot(page, "story-date")
    page.get_by_role("button", name="Kiezen").first.click()
    expect(page.get_by_text("Nog niemand heeft bericht gekregen")).to_be_visible()
    expect(page.locator("main").get_by_text("Gemeentehuis Zoeterwoude").first).to_be_visible()
    return re.sub(r"[?#].*", "", page.url)


def the_agenda_is_drafted(page: Page) -> None:
    page.get_by_role("link", name="Agenda opstellen").click()
    page.get_by_role("button", name="Conceptagenda maken").click()
    expect(page.get_by_text("120 van 120 minuten")).to_be_visible()
    expect(page.get_by_text("Geen tijd meer")).to_be_visible()
    screenshot(page, "story-agenda")
    page.get_by_role("button", name="Agenda definitief maken").click()
    expect(page.get_by_text("definitief").first).to_be_visible()


def the_invitations_leave(page: Page, live: Live) -> None:
    page.get_by_role("link", name=BODY).first.click()
    page.get_by_role("link", name="Uitnodigingen versturen").first.click()
    page.get_by_role("button", name=re.compile("uitnodigingen versturen")).click()
    if page.locator("dialog[open]").count():
        agree(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Uitnodigingen")
    sent = [letter for letter in letters(live, "invitation") if letter.subject_id == _meeting_number(page)]
    assert len(sent) >= 40
    assert len({letter.recipient for letter in sent}) == len(sent)
    for letter in sent:
        event = calendar_of(letter).walk("VEVENT")[0]
        assert str(event["ATTENDEE"]).lower() == f"mailto:{letter.recipient}"
        assert event["SEQUENCE"] == 0


def an_alderman_answers(page: Page, meeting: str) -> None:
    page.get_by_role("link", name="Post", exact=True).click()
    page.get_by_role("row").filter(has_text=ALDERMAN).get_by_role(
        "link", name=re.compile("Uitnodiging")
    ).first.click()
    letter = page.frame_locator("iframe").first
    with page.context.expect_page() as opened:
        letter.get_by_role("link", name="Laat ons weten of u komt").click()
    answer = opened.value
    answer.get_by_role("button", name="Ik kom", exact=True).click()
    expect(answer.get_by_text("U komt").first).to_be_visible()
    screenshot(answer, "story-answer")
    answer.close()
    page.goto(meeting)
    expect(page.get_by_text("1 van 8")).to_be_visible()


def reminders_leave(page: Page, live: Live) -> None:
    before = len(letters(live, "reminders"))
    for _ in range(4):
        page.get_by_role("button", name="Naar volgende gebeurtenis").click()
        page.wait_for_load_state()
    assert len(letters(live, "reminders")) > before
    page.get_by_role("link", name="Post", exact=True).click()
    expect(page.get_by_role("link", name=re.compile("Herinnering")).first).to_be_visible()


def the_meeting_is_called_off(page: Page, live: Live, meeting: str) -> None:
    page.goto(meeting)
    page.get_by_role("link", name="Dit overleg annuleren").click()
    page.get_by_label("Reden").fill(WHY)
    page.get_by_role("button", name=re.compile("annuleren", re.IGNORECASE)).click()
    if page.locator("dialog[open]").count():
        agree(page)
    expect(page.get_by_text(WHY).first).to_be_visible()
    screenshot(page, "story-called-off")
    page.get_by_role("button", name="Naar volgende gebeurtenis").click()
    page.wait_for_load_state()
    told = letters(live, "cancellation")
    assert len(told) >= 40
    event = calendar_of(told[0]).walk("VEVENT")[0]
    assert (event["STATUS"], event["SEQUENCE"]) == ("CANCELLED", 1)
    files = list((Path(live.runtime.config.var) / "mail").glob("*.eml"))
    assert len(files) >= len(told)


def calendar_of(letter: Letter) -> Calendar:
    """Read the calendar part of a letter, as a mail program would."""
    message = cast(EmailMessage, email.message_from_bytes(letter.content, policy=default))
    (part,) = [part for part in message.walk() if part.get_content_type() == "text/calendar"]
    return cast(Calendar, Calendar.from_ical(part.get_payload(decode=True)))


def _meeting_number(page: Page) -> int:
    found = re.search(r"/meetings/(\d+)", page.url)
    assert found
    return int(found.group(1))
