"""The worker makes what was asked for, once, also when a worker dies over it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from agenda import steps
from agenda.core.audit import history
from agenda.core.problems import Changed, Conflict, Forbidden, Invalid, NotFound
from agenda.core.runtime import Runtime
from agenda.meetings.model import Meeting
from agenda.publications import actions
from agenda.publications.making import ATTEMPTS, SILENCE, make_next, take
from agenda.publications.model import Paper, PaperKind, Place
from agenda.publications.paper_files import path_of
from agenda.publications.papers import Wanted, draft, is_outdated
from tests.meetings.planning import AFTER, VALENTINE
from tests.publications.paper_world import held_meeting, later_meeting
from tests.world import StandingClock, World

AGENDA = Wanted(PaperKind.AGENDA, "nl", True)


@pytest.fixture
def asked(runtime: Runtime, world: World) -> int:
    """Ask for an agenda; its id."""
    with runtime.work() as session:
        meeting = session.get_one(Meeting, held_meeting(session, world).meeting)
        (paper,) = actions.ask(session, meeting, [AGENDA], world.by(session, "clerk"), runtime.clock())
        return paper.id


def test_a_paper_is_made_once_and_outdated_when_the_meeting_changes(
    runtime: Runtime, world: World, asked: int
) -> None:
    assert steps.make_papers(runtime) == 1
    assert steps.make_papers(runtime) == 0
    with runtime.work() as session:
        paper = session.get_one(Paper, asked)
        assert paper.failed == ""
        assert paper.title.startswith("Agenda, Gezamenlijk collegeoverleg, 14 februari 2019")
        assert paper.file is not None
        content = path_of(runtime.config, paper.file).read_bytes()
        assert content.startswith(b"%PDF-1.7")
        assert len(content) == paper.file.size
        assert not is_outdated(session, paper)
        paper.meeting.items[0].title = "Warmtenet"
        session.flush()
        assert is_outdated(session, paper)


def test_own_words_make_a_paper_outdated_too(runtime: Runtime, world: World, asked: int) -> None:
    make_next(runtime)
    with runtime.work() as session:
        paper, by = session.get_one(Paper, asked), world.by(session, "clerk")
        texts = {Place.INTRODUCTION: "Welkom in {plaats}."}
        body = world.body(session)
        actions.set_texts(session, body, PaperKind.AGENDA, "nl", texts, 0, by, runtime.clock())
        assert is_outdated(session, paper)
        actions.back_to_usual(session, body, PaperKind.AGENDA, "nl", 1, by, runtime.clock())
        assert not is_outdated(session, paper)


def test_of_two_workers_one_takes_it_and_a_silent_one_is_followed_up(
    runtime: Runtime, clock: StandingClock, asked: int
) -> None:
    with runtime.work() as session:
        assert take(session, clock()) is not None
    with runtime.work() as session:
        assert take(session, clock()) is None
    # Killed in the middle: nobody heard of it again.
    clock.wind(seconds=SILENCE.total_seconds() + 1)
    with runtime.work() as session:
        again = take(session, clock())
        assert again is not None
        assert (again.id, again.attempts) == (asked, 2)


def test_a_paper_that_ends_its_worker_again_and_again_is_given_up(
    runtime: Runtime, clock: StandingClock, asked: int
) -> None:
    for _time in range(ATTEMPTS):
        with runtime.work() as session:
            assert take(session, clock()) is not None
        clock.wind(seconds=SILENCE.total_seconds() + 1)
    with runtime.work() as session:
        assert take(session, clock()) is None
        assert session.get_one(Paper, asked).failed == "typesetting_failed"


def test_a_worker_that_is_told_to_stop_leaves_it_for_the_next(runtime: Runtime, asked: int) -> None:
    assert make_next(runtime, ended=lambda: True)
    with runtime.read() as session:
        paper = session.get_one(Paper, asked)
        assert (paper.started_at, paper.finished_at, paper.attempts) == (None, None, 0)


def test_whoever_comes_back_too_late_overwrites_nothing(
    runtime: Runtime, clock: StandingClock, asked: int
) -> None:
    """The first worker was slow; the second has made the paper meanwhile."""

    def followed_up() -> bool:
        clock.wind(seconds=SILENCE.total_seconds() + 1)
        assert make_next(runtime)
        return False

    make_next(runtime, ended=_once(followed_up))
    with runtime.read() as session:
        paper = session.get_one(Paper, asked)
        assert paper.finished_at == clock()
        assert paper.attempts == 2


def _once(what: object) -> object:
    waiting = [what]

    def asked_again() -> bool:
        return bool(waiting.pop()()) if waiting else False  # type: ignore[operator]

    return asked_again


def test_a_meeting_that_lost_its_date_fails_with_a_reason(runtime: Runtime, asked: int) -> None:
    with runtime.work() as session:
        session.get_one(Paper, asked).meeting.starts_at = None
    make_next(runtime)
    with runtime.read() as session:
        paper = session.get_one(Paper, asked)
        assert (paper.failed, paper.file_id) == ("paper_needs_date", None)


def test_what_waits_already_is_not_asked_for_twice(runtime: Runtime, world: World, asked: int) -> None:
    with runtime.work() as session:
        paper, by = session.get_one(Paper, asked), world.by(session, "secretary")
        again = actions.ask(session, paper.meeting, [AGENDA, AGENDA], by, runtime.clock())
        assert {one.id for one in again} == {asked}
        assert len(session.scalars(select(Paper)).all()) == 1


def test_only_secretary_and_clerk_ask(runtime: Runtime, world: World, asked: int) -> None:
    with runtime.work() as session:
        meeting = session.get_one(Paper, asked).meeting
        for who, refusal in (
            ("reader", Forbidden),
            ("Wethouder Leiden 1", Forbidden),
            ("administrator", Forbidden),
            ("outsider", NotFound),
        ):
            with pytest.raises(refusal):
                actions.ask(session, meeting, [AGENDA], world.by(session, who), runtime.clock())
        with pytest.raises(Invalid, match="no_paper_chosen"):
            actions.ask(session, meeting, [], world.by(session, "clerk"), runtime.clock())
        stranger = Wanted(PaperKind.GUEST_INVITATION, "nl", False, world.people["reader"])
        with pytest.raises(Invalid, match="paper_unknown"):
            actions.ask(session, meeting, [stranger], world.by(session, "clerk"), runtime.clock())


def test_of_two_clerks_with_other_words_the_second_is_told(runtime: Runtime, world: World) -> None:
    def set_words(text: str, version: int) -> None:
        with runtime.work() as session:
            texts = {Place.CLOSING: text}
            by = world.by(session, "clerk")
            body = world.body(session)
            actions.set_texts(session, body, PaperKind.MINUTES, "nl", texts, version, by, runtime.clock())

    set_words("De eerste.", 0)
    with pytest.raises(Changed):
        set_words("De tweede.", 0)
    set_words("De tweede, met open ogen.", 1)
    with pytest.raises(Changed):
        set_words("De derde.", 1)
    with pytest.raises(Invalid, match="placeholder_unknown"):
        set_words("{onzin}", 2)


def test_a_list_is_adopted_once_in_a_later_meeting_that_began(
    runtime: Runtime, world: World, clock: StandingClock, asked: int
) -> None:
    at = VALENTINE + timedelta(days=35)
    with runtime.work() as session:
        meeting, by = session.get_one(Paper, asked).meeting, world.by(session, "clerk")
        later = later_meeting(session, world, at)
        with pytest.raises(Invalid, match="not_adopted_there"):
            actions.adopt(session, meeting, later, "", by, AFTER)
        clock.at = at + timedelta(hours=1)
        with pytest.raises(Invalid, match="not_adopted_there"):
            actions.adopt(session, meeting, meeting, "", by, clock())
        with pytest.raises(Conflict, match="list_not_closed"):
            actions.adopt(session, later, meeting, "", by, clock())
        made = actions.adopt(session, meeting, later, "Een komma.", by, clock())
        # Across midnight in UTC and across a clock change the day is that on the wall.
        assert made.adopted_on.isoformat() == "2019-03-21"
        with pytest.raises(Conflict, match="list_adopted_already"):
            actions.adopt(session, meeting, later, "", by, clock())
        html = draft(session, meeting, Wanted(PaperKind.DECISION_LIST, "nl", True), clock()).page.html
        assert "Vastgesteld op 21 maart 2019" in html
        assert "Een komma." in html
        actions.take_back_adoption(session, made, 1, by, clock())
        assert actions.adoption_of(session, meeting) is None
        verbs = [entry.verb for entry in history(session, "meeting", meeting.id)]
        assert verbs[:2] == ["adoption_taken_back", "list_adopted"]
