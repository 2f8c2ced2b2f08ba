"""Two clerks work on one agenda at once: nothing of either is lost, and each is told."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from agenda.core.actor import System
from agenda.meetings import agenda_actions
from agenda.meetings.model import AgendaItem, Meeting
from tests.journeys.conftest import Live
from tests.support.browser import view

pytestmark = pytest.mark.browser

CLERK, OTHER = "Bestuursadviseur Leiden", "Bestuursadviseur Zoeterwoude"
TYPED = "Instemmen met het voorstel van Van der Ven, Zoë."
PATIENCE = 20_000


def sign_in(page: Page, who: str) -> None:
    page.set_default_timeout(PATIENCE)
    page.goto("/sign-in")
    page.get_by_role("button", name=who, exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Mijn taken")


def order(page: Page) -> list[str]:
    rows = page.locator("[data-reorder-item]")
    return [rows.nth(n).get_attribute("data-reorder-name") or "" for n in range(rows.count())]


def move_down(page: Page, title: str) -> None:
    handle = page.get_by_role("button", name=re.compile(f"^{re.escape(title)} verplaatsen: "))
    handle.focus()
    with page.expect_response(re.compile("/agenda/order$")):
        handle.press("ArrowDown")


def drafted(live: Live) -> tuple[int, list[str]]:
    with live.runtime.work() as session:
        meeting = session.scalars(select(Meeting).where(Meeting.starts_at.is_(None))).first()
        assert meeting is not None
        agenda_actions.draft_agenda(session, meeting, System(), live.runtime.clock())
        return meeting.id, [item.title for item in meeting.items if item.topic_id]


def test_one_moves_an_item_while_the_other_edits_it(browser: Browser, live: Live) -> None:
    meeting_id, (first, second, third, *_rest) = drafted(live)
    with (
        view(browser, 1280, base_url=live.address) as one,
        view(browser, 1280, base_url=live.address) as other,
    ):
        mover, editor = one.page, other.page
        sign_in(mover, CLERK)
        sign_in(editor, OTHER)
        for page in (mover, editor):
            page.goto(f"/meetings/{meeting_id}/agenda")
        editor.get_by_role("link", name=re.compile(f"^Bewerken {re.escape(first)}$")).click()
        editor.get_by_label("Gevraagd besluit").fill(TYPED)

        move_down(mover, first)
        expect(mover.get_by_role("button", name=re.compile("^Ongedaan maken"))).to_be_visible()
        wanted = order(mover)
        assert wanted.index(first) == wanted.index(second) + 1

        # The editor is told, keeps what was typed, and saves it with open eyes.
        editor.get_by_role("button", name="Opslaan").click()
        expect(editor.get_by_text("Intussen gewijzigd")).to_be_visible()
        expect(editor.get_by_label("Gevraagd besluit")).to_have_value(TYPED)
        editor.get_by_role("button", name="Opslaan").click()
        expect(editor).to_have_url(re.compile("/agenda(#.*)?$"))
        assert order(editor) == wanted

        # The mover still looks at the agenda from before: the next move is not made, and that is said.
        move_down(mover, third)
        expect(mover.get_by_text("Iemand anders heeft deze agenda intussen gewijzigd")).to_be_visible()
        assert order(mover) == wanted
        move_down(mover, third)
        expect(mover.get_by_text("Iemand anders heeft deze agenda intussen gewijzigd")).to_be_hidden()
        wanted = order(mover)

    with live.runtime.read() as session:
        items = session.scalars(
            select(AgendaItem).where(AgendaItem.meeting_id == meeting_id).order_by(AgendaItem.position)
        ).all()
        kept = [item.title for item in items]
        assert [title for title in kept if title in wanted] == wanted
        assert next(item for item in items if item.title == first).requested_decision == TYPED


def test_two_who_move_at_once_do_not_lose_an_item(browser: Browser, live: Live) -> None:
    meeting_id, (first, second, *_rest) = drafted(live)
    with (
        view(browser, 1280, base_url=live.address) as one,
        view(browser, 1280, base_url=live.address, javascript=False) as other,
    ):
        mover, plain = one.page, other.page
        sign_in(mover, CLERK)
        sign_in(plain, OTHER)
        for page in (mover, plain):
            page.goto(f"/meetings/{meeting_id}/agenda")
        before = order(mover)
        move_down(mover, first)
        expect(mover.get_by_role("button", name=re.compile("^Ongedaan maken"))).to_be_visible()
        plain.get_by_role("button", name=f"{second} omhoog verplaatsen", exact=True).click()
        expect(plain.get_by_text("Iemand anders heeft deze agenda intussen gewijzigd")).to_be_visible()
        assert order(plain) == order(mover)
        assert sorted(order(plain)) == sorted(before)
