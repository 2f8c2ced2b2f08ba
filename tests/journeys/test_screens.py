"""Every screen, light and dark, wide and on a phone: axe, no overlapping text, no sideways scroll."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy import select
from sqlalchemy.orm import Session

from agenda import worker
from agenda.core.actor import System
from agenda.core.runtime import Runtime
from agenda.invitations.actions import invite
from agenda.mail.model import Letter
from agenda.meetings import actions as meetings
from agenda.meetings import agenda_actions, attendance
from agenda.meetings.model import Answer, Meeting
from agenda.topics.model import Topic
from tests.journeys.conftest import Live, running
from tests.support.browser import assert_good_screen, screenshot, view

pytestmark = pytest.mark.browser

SECRETARY = "Secretaris Zoeterwoude"
ADMINISTRATOR = "Functioneel beheerder"
ALDERMAN = "Wethouder Leiden 1"

SCREENS: tuple[tuple[str, str, str], ...] = (
    ("", "sign-in", "/sign-in"),
    ("", "answer", "{answer}"),
    ("", "problem", "/answer/onbekend"),
    (SECRETARY, "start", "/"),
    (ALDERMAN, "start-alderman", "/"),
    (ADMINISTRATOR, "start-administrator", "/"),
    (SECRETARY, "profile", "/profile"),
    (SECRETARY, "topics", "/topics"),
    (SECRETARY, "topics-found", "/topics?q=wonen&state=open"),
    (SECRETARY, "topics-nothing", "/topics?q=bestaatniet"),
    (SECRETARY, "topics-focus", "/topics?view=focus"),
    (SECRETARY, "topic", "/topics/{topic}"),
    (SECRETARY, "topic-edit", "/topics/{topic}/edit"),
    (SECRETARY, "topic-new", "/topics/new"),
    (ALDERMAN, "topic-alderman", "/topics/{topic}"),
    (SECRETARY, "meetings", "/meetings"),
    (SECRETARY, "quarter", "/meetings?view=quarter&q=2019-1"),
    (SECRETARY, "meeting-new", "/meetings/new"),
    (SECRETARY, "meeting-draft", "/meetings/{draft}"),
    (SECRETARY, "meeting", "/meetings/{meeting}"),
    (ALDERMAN, "meeting-alderman", "/meetings/{meeting}"),
    (SECRETARY, "meeting-closed", "/meetings/{closed}"),
    (SECRETARY, "meeting-edit", "/meetings/{meeting}/edit"),
    (SECRETARY, "meeting-cancel", "/meetings/{meeting}/cancel"),
    (SECRETARY, "date", "/meetings/{draft}/date"),
    (SECRETARY, "agenda", "/meetings/{meeting}/agenda"),
    (SECRETARY, "invitations", "/meetings/{draft}/invitations"),
    (SECRETARY, "invitations-status", "/meetings/{meeting}/invitations"),
    (SECRETARY, "outcomes", "/meetings/{meeting}/outcomes"),
    (SECRETARY, "commitments", "/bodies/{body}/commitments"),
    (SECRETARY, "reminders", "/bodies/{body}/reminders"),
    (SECRETARY, "body", "/bodies/{body}"),
    (SECRETARY, "letters", "/letters"),
    (SECRETARY, "letter", "/letters/{letter}"),
    (SECRETARY, "post", "/post"),
    (SECRETARY, "post-letter", "/post/{letter}"),
    (ADMINISTRATOR, "people", "/people"),
    (ADMINISTRATOR, "person-new", "/people/new"),
    (ADMINISTRATOR, "person", "/people/{person}"),
    (ADMINISTRATOR, "body-edit", "/bodies/{body}/edit"),
    (ADMINISTRATOR, "import", "/people/import"),
)


@pytest.fixture(scope="session")
def region(
    demo_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Live, dict[str, str]]]:
    """Give a demonstration in which something of everything has happened, and where to find it."""
    folder = tmp_path_factory.mktemp("screens") / "demo"
    shutil.copytree(demo_folder, folder)
    with running(folder) as live:
        with live.runtime.work() as session:
            places = _happen(session, live.runtime)
        worker.tick(live.runtime)
        with live.runtime.read() as session:
            letter = session.scalars(
                select(Letter).where(Letter.kind == "invitation").order_by(Letter.id.desc())
            ).first()
            assert letter is not None
            places["letter"] = str(letter.id)
            places["answer"] = "/answer/" + letter.content.decode().partition("/answer/")[2].split()[0]
        yield live, places


def _happen(session: Session, runtime: Runtime) -> dict[str, str]:
    """Date, draft and send the joint meeting, with some answers; a second one stays a draft."""
    now, by = runtime.clock(), System()
    draft = session.scalars(select(Meeting).where(Meeting.starts_at.is_(None))).one()
    plan = meetings.Plan(window_from=draft.window_from, window_until=draft.window_until)
    meeting = meetings.create_meeting(session, draft.body, plan, by, now)
    starts_at = datetime(2019, 2, 14, 15, 30, tzinfo=ZoneInfo("Europe/Amsterdam")).astimezone(UTC)
    meetings.set_date(session, meeting, starts_at, 120, by, now)
    agenda_actions.draft_agenda(session, meeting, by, now)
    invite(session, runtime.config, meeting, by, now)
    for number, attendee in enumerate(meeting.attendees):
        if number % 3:
            said = Answer.ACCEPTED if number % 5 else Answer.DECLINED
            attendance.answer(session, attendee, said, "Ik sluit later aan." if number % 7 == 0 else "", now)
    topic = session.scalars(select(Topic).where(Topic.title == "Warmterotonde")).one()
    closed = session.scalars(
        select(Meeting).where(Meeting.closed_at.is_not(None)).order_by(Meeting.starts_at.desc())
    ).first()
    assert closed is not None
    assert starts_at > now + timedelta(days=1)
    return {
        "draft": str(draft.id),
        "meeting": str(meeting.id),
        "closed": str(closed.id),
        "topic": str(topic.id),
        "body": str(draft.body_id),
        "person": str(meeting.attendees[0].person_id),
    }


def _sign_in(page: Page, who: str) -> None:
    page.goto("/sign-in")
    page.get_by_role("button", name=who, exact=True).click()
    page.wait_for_url("**/")


@pytest.mark.parametrize(("who", "name", "path"), SCREENS, ids=[screen[1] for screen in SCREENS])
def test_a_screen_is_readable_for_everyone(
    browser: Browser, region: tuple[Live, dict[str, str]], who: str, name: str, path: str
) -> None:
    live, places = region
    state = None
    for scheme in ("light", "dark"):
        for width in (1280, 320):
            with view(browser, width, scheme, base_url=live.address, storage_state=state) as one:
                if who and state is None:
                    _sign_in(one.page, who)
                    state = one.page.context.storage_state()
                answer = one.page.goto(path.format(**places))
                assert answer is not None
                assert answer.status == (404 if name == "problem" else 200)
                screenshot(one.page, f"{name}-{one.name}")
                assert_good_screen(one.page)
