"""Standard texts in a real browser: put in at the cursor, heard by the autosave, taken out by undo."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from agenda.meetings import standard_text_actions
from agenda.meetings.standard_text_model import TextPlace
from agenda.meetings.standard_text_rules import LONGEST_TEXT, Words
from tests.decisions.test_table_browser import Room, room, status
from tests.support.browser import assert_good_screen, view
from tests.world import START

__all__ = ["room"]

pytestmark = pytest.mark.browser
WORDS = Words("Kennisnemen", "Wij nemen op {datum} kennis van {onderwerp}.", (TextPlace.DECISION,))
LONG = Words("Lang", "x" * LONGEST_TEXT, (TextPlace.DECISION,))
FILLED = "Wij nemen op 14 februari 2019 kennis van Warmterotonde."


@pytest.fixture(autouse=True)
def texts(room: Room) -> None:
    with room.runtime.work() as session:
        by, body = room.world.by(session, "clerk"), room.world.body(session)
        for words in (WORDS, LONG):
            standard_text_actions.add_text(session, body, words, by, START)


def menu(page: Page) -> None:
    page.locator('[data-texts-for="decision"] summary').click()


def insert(page: Page, name: str = "Kennisnemen") -> None:
    page.get_by_role("button", name=f"Invoegen: {name}").click()


def test_a_text_comes_where_the_cursor_stands_is_saved_and_undone(
    browser: Browser,
    room: Room,
) -> None:
    with room.page(browser) as page:
        page.goto(f"{room.table}?item={room.items[0]}")
        decision = page.get_by_label("Besluit of afspraak")
        decision.fill("Voor. Na.")
        decision.press("Home")
        for _letter in "Voor.":
            decision.press("ArrowRight")
        menu(page)
        insert(page)
        expect(decision).to_have_value(f"Voor. {FILLED} Na.")
        expect(decision).to_be_focused()
        expect(page.locator("[data-texts-for][open]")).to_have_count(0)
        expect(status(page)).to_have_text("Bewaard om 15.30 uur")
        assert room.notes() == [(f"Voor. {FILLED} Na.", "")]
        page.keyboard.type(" En verder")
        expect(decision).to_have_value(f"Voor. {FILLED} En verder Na.")
        for _step in range(12):
            page.keyboard.press("Control+z")
            if decision.input_value() == "Voor. Na.":
                break
        expect(decision).to_have_value("Voor. Na.")


def test_the_menu_works_by_keyboard_and_a_text_without_room_stays_out(
    browser: Browser,
    room: Room,
) -> None:
    with room.page(browser, width=320) as page:
        page.goto(f"{room.table}?item={room.items[0]}")
        decision = page.get_by_label("Besluit of afspraak")
        decision.focus()
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(decision).to_have_value(FILLED)
        menu(page)
        insert(page, "Lang")
        expect(page.get_by_role("alert").filter(has_text="geen ruimte")).to_be_visible()
        expect(decision).to_have_value(FILLED)
        assert_good_screen(page)
        page.keyboard.press("Escape")
        expect(page.locator("[data-texts-for][open]")).to_have_count(0)
        expect(page.locator('[data-texts-for="decision"] summary')).to_be_focused()


def test_a_field_where_nobody_was_takes_the_text_at_its_end(
    browser: Browser,
    room: Room,
) -> None:
    with room.page(browser) as page:
        page.goto(f"{room.table}?item={room.items[0]}")
        page.get_by_label("Besluit of afspraak").fill("Eerder genoteerd.")
        expect(status(page)).to_have_text("Bewaard om 15.30 uur")
        page.reload()
        menu(page)
        insert(page)
        expect(page.get_by_label("Besluit of afspraak")).to_have_value(f"Eerder genoteerd. {FILLED}")


def test_without_javascript_the_text_is_there_to_copy(
    browser: Browser,
    room: Room,
) -> None:
    state = room.states["clerk"]
    with view(browser, 320, base_url=room.address, storage_state=state, javascript=False) as one:
        one.page.goto(f"{room.table}?item={room.items[0]}")
        expect(one.page.get_by_text(FILLED)).to_be_hidden()
        menu(one.page)
        expect(one.page.get_by_text(FILLED)).to_be_visible()
        expect(one.page.locator("[data-insert]").first).to_be_hidden()
