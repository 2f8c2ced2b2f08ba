"""Every screen, light and dark, wide and on a phone: axe, no overlapping text, no sideways scroll."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from datetime import time as time_of_day
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from agenda import steps, worker
from agenda.accounts.rules import By
from agenda.core.actor import System
from agenda.core.runtime import Runtime
from agenda.decisions.model import Decision, RatificationResult
from agenda.decisions.ratification_actions import Said as OrganSaid
from agenda.decisions.ratification_actions import note_said
from agenda.decisions.rectifying import rectify_decision
from agenda.decisions.table_actions import Noted, save_note
from agenda.documents import actions as documents
from agenda.documents import storage
from agenda.invitations.actions import invite
from agenda.invitations.feed_actions import make_feed
from agenda.invitations.model import Proposal, Told
from agenda.invitations.rules import answer_token
from agenda.mail.actions import discard_waiting, hold_after_restore, release
from agenda.mail.model import Incoming, Letter, MailboxState
from agenda.mail.reading import read_letter
from agenda.mail.receiving import receive
from agenda.meetings import actions as meetings
from agenda.meetings import (
    agenda_actions,
    agenda_final,
    agenda_late,
    attendance,
    paper_actions,
    table_actions,
    table_clock,
)
from agenda.meetings.agenda_editing import ItemText
from agenda.meetings.agenda_late import Late
from agenda.meetings.model import Answer, Attendee, ItemOutcome, Meeting
from agenda.meetings.standard_text_queries import texts_of
from agenda.meetings.template_actions import add_template
from agenda.meetings.template_rules import USUAL_FRAME
from agenda.people.model import Body, Organisation, Person
from agenda.planner.accepting import Wanted, accept
from agenda.planner.cadence_thin import thin_meetings
from agenda.planner.regional_actions import DayFacts, keep_result, lay_out
from agenda.planner.regional_model import RegionalDay
from agenda.planner.regional_posing import pose_day
from agenda.planner.regional_result import Result
from agenda.planner.regional_view import savings_of
from agenda.planner.run_actions import ask
from agenda.planner.run_model import PlanningRun
from agenda.planner.run_working import plan_next
from agenda.planner.solving.regional_day import regional_day
from agenda.publications.letter_actions import agree, begin_letter
from agenda.publications.letter_choice import usual_choice
from agenda.publications.letter_model import CouncilLetter
from agenda.topics import actions as topics
from agenda.topics import paper_actions as topic_papers
from agenda.topics.likeness_actions import Seen, judge
from agenda.topics.likeness_model import TopicPair, Verdict
from agenda.topics.model import Topic, TopicGuest
from agenda.topics.round_actions import open_round
from agenda.topics.round_answers import answer as answer_round
from agenda.topics.round_model import Said
from agenda.topics.round_queries import could_go_in_writing
from agenda.topics.round_rules import round_token
from agenda.topics.round_voters import remove_voter
from agenda.worker import Turns
from tests.journeys.conftest import Live, serving
from tests.support.browser import SCHEMES, Scheme, assert_good_screen, good_in_each_scheme, screenshot, view

# One worker looks at all screens, and begins with them: each would need this region and these readers.
pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("screens")]

SECRETARY = "Secretaris Zoeterwoude"
ADMINISTRATOR = "Functioneel beheerder"
# Plans three bodies, with fourteen thin meetings.
PLANNER = "Bestuurssecretariaat Leiden"
ALDERMAN = "Wethouder Leiden 1"
# Comes for one item, and has no role in the body.
GUEST = "Gedeputeerde Zuid-Holland 1"

SCREENS: tuple[tuple[str, str, str], ...] = (
    ("", "sign-in", "/sign-in"),
    ("", "answer", "{answer}"),
    ("", "reminder", "{rest}"),
    ("", "sign-in-asked", "/sign-in/asked"),
    ("", "sign-in-link", "/sign-in/link/onbekend"),
    ("", "problem", "/answer/onbekend"),
    (SECRETARY, "missing", "/topics/99999"),
    (ALDERMAN, "refused", "/people"),
    (SECRETARY, "start", "/"),
    (ALDERMAN, "start-alderman", "/"),
    (ADMINISTRATOR, "start-administrator", "/"),
    (SECRETARY, "profile", "/profile"),
    (ALDERMAN, "own-calendar", "/profile/own-calendar"),
    (SECRETARY, "search", "/search"),
    (SECRETARY, "search-found", "/search?q=regio"),
    (PLANNER, "search-narrowed", "/search?q=wonen&kind=topic&year=2018"),
    (ALDERMAN, "search-nothing", "/search?q=bestaatniet"),
    (SECRETARY, "topics", "/topics"),
    (SECRETARY, "topics-found", "/topics?q=wonen&state=open"),
    (SECRETARY, "topics-nothing", "/topics?q=bestaatniet"),
    (SECRETARY, "topics-focus", "/topics?view=focus"),
    (SECRETARY, "topic", "/topics/{topic}"),
    (SECRETARY, "topic-edit", "/topics/{topic}/edit"),
    (SECRETARY, "topic-new", "/topics/new"),
    (SECRETARY, "topic-withdraw", "/topics/{free}/withdraw"),
    (ALDERMAN, "topic-alderman", "/topics/{topic}"),
    (SECRETARY, "topic-papers", "/topics/{trace}/papers"),
    (SECRETARY, "document", "/documents/{document}"),
    (SECRETARY, "document-secret", "/documents/{secret}"),
    (SECRETARY, "document-removed", "/documents/{removed}"),
    (SECRETARY, "document-edit", "/documents/{document}/edit"),
    (SECRETARY, "document-secrecy", "/documents/{document}/secrecy"),
    (SECRETARY, "document-lift", "/documents/{secret}/secrecy/lift"),
    (SECRETARY, "document-remove", "/documents/{document}/remove"),
    (GUEST, "document-guest", "/documents/{document}"),
    (GUEST, "meeting-guest", "/meetings/{final}/guest"),
    (GUEST, "start-guest", "/"),
    (SECRETARY, "meeting-papers", "/meetings/{final}/papers"),
    (SECRETARY, "meeting-with-papers", "/meetings/{final}"),
    (SECRETARY, "agenda-with-papers", "/meetings/{final}/agenda"),
    (SECRETARY, "item-papers", "/meetings/{final}/agenda/items/{guest_item}/papers"),
    (PLANNER, "topics-alike", "/topics/alike"),
    (PLANNER, "topics-alike-pair", "/topics/alike/{twins}"),
    (PLANNER, "topics-alike-merge", "/topics/alike/{twins}/merge?keep={twin}"),
    (PLANNER, "topic-linked", "/topics/{linked}"),
    (PLANNER, "topics-alike-decided", "/topics/alike/{pair}"),
    (SECRETARY, "fewer", "/planner/"),
    (PLANNER, "merge", "/planner/meetings/{thin}/merge"),
    (PLANNER, "split", "/planner/meetings/{thin}/split"),
    (PLANNER, "searches", "/planner/searches"),
    (PLANNER, "advice", "/planner/searches/{advice}"),
    (PLANNER, "advice-move", "/planner/searches/{advice}?topic={moved}&to={thin}"),
    (PLANNER, "accepted", "/planner/accepted/{accepted}"),
    (PLANNER, "regional-days", "/planner/regional-days"),
    (PLANNER, "regional-day-new", "/planner/regional-days/new"),
    (PLANNER, "regional-day", "/planner/regional-days/{regional}"),
    (PLANNER, "regional-day-wishes", "/planner/regional-days/{regional}/wishes"),
    (PLANNER, "regional-day-accept", "/planner/regional-days/{regional}/accept"),
    (PLANNER, "cadences", "/planner/cadence"),
    (SECRETARY, "cadence", "/planner/cadence/{body}"),
    (PLANNER, "cadence-thin", "/planner/cadence/{busy}"),
    (PLANNER, "cadence-edit", "/planner/cadence/{busy}/edit"),
    (PLANNER, "cadence-cancel", "/planner/cadence/thin/{cancellable}"),
    (ALDERMAN, "cadence-alderman", "/planner/cadence/{body}"),
    (SECRETARY, "burden", "/planner/burden"),
    (SECRETARY, "burden-body", "/planner/burden/{body}?q=2018-4"),
    (PLANNER, "baseline", "/planner/burden/{body}/baseline?q=2018-3"),
    (ADMINISTRATOR, "replacing", "/planner/burden/{body}/replacing"),
    (ALDERMAN, "burden-own", "/planner/burden/mine?q=2019-1"),
    (ALDERMAN, "burden-alderman", "/planner/burden/{body}"),
    (SECRETARY, "rounds", "/bodies/{body}/rounds"),
    (SECRETARY, "written-decisions", "/bodies/{body}/written-decisions"),
    (SECRETARY, "round-new", "/topics/{free}/round/new"),
    (SECRETARY, "round", "/rounds/{round}"),
    (SECRETARY, "round-withdraw", "/rounds/{round}/withdraw"),
    (SECRETARY, "round-voter", "/rounds/{round}/voters/{round_voter}"),
    (SECRETARY, "round-voter-remove", "/rounds/{round}/voters/{round_voter}/remove"),
    (SECRETARY, "round-voter-new", "/rounds/{round}/voters/new?person={left_out}"),
    (ALDERMAN, "round-ballot", "{ballot}"),
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
    (SECRETARY, "date-day", "/meetings/{draft}/date?day=2019-02-14"),
    (
        SECRETARY,
        "date-nothing",
        "/meetings/{draft}/date?tried=1&minutes=240&first=2019-02-25&last=2019-03-01",
    ),
    (SECRETARY, "body-dates", "/bodies/{body}/dates"),
    (SECRETARY, "body-dates-edit", "/bodies/{body}/dates/edit"),
    (SECRETARY, "closure-new", "/bodies/{body}/dates/closures/new/weekly"),
    (ALDERMAN, "body-dates-alderman", "/bodies/{body}/dates"),
    (SECRETARY, "agenda", "/meetings/{meeting}/agenda"),
    (SECRETARY, "agenda-empty", "/meetings/{draft}/agenda"),
    (SECRETARY, "agenda-drafted", "/meetings/{meeting}/agenda?drafted=1"),
    (SECRETARY, "agenda-item", "/meetings/{meeting}/agenda/items/{item}"),
    (ALDERMAN, "agenda-alderman", "/meetings/{meeting}/agenda"),
    (SECRETARY, "agenda-final", "/meetings/{published}/agenda"),
    (SECRETARY, "agenda-item-final", "/meetings/{published}/agenda/items/{final_item}"),
    (SECRETARY, "late-item", "/meetings/{published}/agenda/late"),
    (SECRETARY, "item-withdraw", "/meetings/{published}/agenda/items/{final_item}/withdraw"),
    (SECRETARY, "agenda-versions", "/meetings/{published}/agenda/versions"),
    (ALDERMAN, "agenda-version", "/meetings/{published}/agenda/versions/2"),
    (SECRETARY, "agenda-compare", "/meetings/{published}/agenda/versions/compare?old=1&new=4"),
    (SECRETARY, "meeting-held", "/meetings/{held}"),
    (SECRETARY, "meeting-cancelled", "/meetings/{cancelled}"),
    (SECRETARY, "outcomes-form", "/meetings/{held}/outcomes"),
    (SECRETARY, "outcomes-closed", "/meetings/{closed}/outcomes"),
    (SECRETARY, "table-ahead", "/meetings/{meeting}/table?item={item}"),
    (SECRETARY, "table", "/meetings/{held}/table?item={held_item}"),
    (SECRETARY, "table-closed", "/meetings/{closed}/table"),
    (SECRETARY, "table-hours", "/meetings/{held}/table/presence/{held_attendee}/hours"),
    (ALDERMAN, "present", "/meetings/{held}/present"),
    (ALDERMAN, "present-ahead", "/meetings/{meeting}/present"),
    (SECRETARY, "date-again", "/meetings/{meeting}/date"),
    (SECRETARY, "invitations", "/meetings/{draft}/invitations"),
    (SECRETARY, "invitations-status", "/meetings/{meeting}/invitations"),
    (SECRETARY, "presence", "/meetings/{meeting}/presence"),
    (ALDERMAN, "presence-alderman", "/meetings/{meeting}/presence"),
    (SECRETARY, "substitute", "/meetings/{meeting}/attendees/{attendee}/substitute"),
    (SECRETARY, "inbox", "/inbox"),
    (SECRETARY, "inbox-nothing", "/inbox?q=bestaatniet"),
    (SECRETARY, "inbox-message", "/inbox/{incoming}"),
    (SECRETARY, "proposal", "/meetings/{meeting}/proposals/{proposal}"),
    (ALDERMAN, "feeds", "/profile/feeds"),
    (SECRETARY, "outcomes", "/meetings/{meeting}/outcomes"),
    (SECRETARY, "decisions", "/decisions"),
    (SECRETARY, "decisions-nothing", "/decisions?q=bestaatniet"),
    (ALDERMAN, "decisions-alderman", "/decisions?kind=agreement"),
    (SECRETARY, "decision", "/decisions/{decision}"),
    (SECRETARY, "decision-organs", "/decisions/{decision}/organs"),
    (SECRETARY, "decision-rectify", "/decisions/{decision}/rectify"),
    (SECRETARY, "decision-rectified", "/decisions/{rectified}"),
    (SECRETARY, "decision-supersedes", "/decisions/{rectified}/supersedes"),
    (SECRETARY, "outcome-rectify", "/meetings/{closed}/outcomes/{closed_item}/rectify"),
    (SECRETARY, "decision-left-out", "/meetings/{closed}/decisions/left-out"),
    (SECRETARY, "ratifications", "/ratifications"),
    (ALDERMAN, "ratifications-alderman", "/bodies/{body}/ratifications"),
    (SECRETARY, "ratification", "/ratifications/{ratification}"),
    (SECRETARY, "papers", "/meetings/{closed}/outgoing"),
    (ALDERMAN, "papers-alderman", "/meetings/{closed}/outgoing"),
    (SECRETARY, "papers-without-date", "/meetings/{draft}/outgoing"),
    (SECRETARY, "paper", "/outgoing/1"),
    (SECRETARY, "packs", "/meetings/{closed}/packs"),
    (SECRETARY, "packs-without-date", "/meetings/{draft}/packs"),
    (SECRETARY, "council-letters", "/council-letters"),
    (SECRETARY, "council-letter", "/council-letters/{council_letter}"),
    (ALDERMAN, "council-letter-alderman", "/council-letters/{council_letter}"),
    (SECRETARY, "council-letter-new", "/meetings/{closed}/council-letter/new"),
    (SECRETARY, "council-letter-choice", "/council-letters/{council_letter}/choice"),
    (SECRETARY, "council-letter-words", "/council-letters/{council_letter}/words/found"),
    (SECRETARY, "council-letter-copy", "/council-letters/copies/{council_letter_copy}"),
    (SECRETARY, "council-letter-copy-edit", "/council-letters/copies/{council_letter_copy}/edit"),
    (SECRETARY, "council-letter-send", "/council-letters/{agreed_letter}/send"),
    (SECRETARY, "letterheads", "/council-letters/letterheads"),
    (SECRETARY, "letterhead", "/council-letters/letterheads/{organisation}"),
    (SECRETARY, "paper-words", "/bodies/{body}/paper-words"),
    (SECRETARY, "paper-words-edit", "/bodies/{body}/paper-words/guest_invitation/nl"),
    (SECRETARY, "commitments", "/bodies/{body}/commitments"),
    (SECRETARY, "commitment", "/commitments/1"),
    (SECRETARY, "actions", "/bodies/{body}/actions"),
    (SECRETARY, "actions-all", "/bodies/{body}/actions?state=all"),
    (SECRETARY, "action", "/actions/1"),
    (ALDERMAN, "actions-own", "/actions/mine"),
    (ALDERMAN, "actions-alderman", "/bodies/{body}/actions"),
    (SECRETARY, "deadlines", "/deadlines"),
    (SECRETARY, "deadline-terms", "/bodies/{body}/deadlines"),
    (ALDERMAN, "deadline-terms-alderman", "/bodies/{body}/deadlines"),
    (SECRETARY, "agenda-templates", "/bodies/{body}/agenda-templates"),
    (SECRETARY, "agenda-template-new", "/bodies/{body}/agenda-templates/new"),
    (SECRETARY, "agenda-template", "/bodies/{body}/agenda-templates/{template}"),
    (SECRETARY, "standard-texts", "/bodies/{body}/standard-texts"),
    (SECRETARY, "standard-texts-decision", "/bodies/{body}/standard-texts?place=decision"),
    (PLANNER, "standard-texts-none", "/bodies/{body_without_texts}/standard-texts"),
    (SECRETARY, "standard-text-new", "/bodies/{body}/standard-texts/new"),
    (SECRETARY, "standard-text", "/bodies/{body}/standard-texts/{standard_text}"),
    (SECRETARY, "meeting-copied", "/meetings/new?body={body}&copy={held}"),
    (SECRETARY, "reminders", "/bodies/{body}/reminders"),
    (ALDERMAN, "reminders-alderman", "/bodies/{body}/reminders"),
    (SECRETARY, "reminders-preview", "/bodies/{body}/reminders/preview"),
    (SECRETARY, "meeting-thin", "/meetings/{draft}/thin"),
    (SECRETARY, "reminder-ledger", "/meetings/{meeting}/reminders"),
    (ALDERMAN, "my-reminders", "/profile/reminders"),
    (SECRETARY, "body", "/bodies/{body}"),
    (SECRETARY, "letters", "/letters"),
    (SECRETARY, "letter", "/letters/{letter}"),
    (SECRETARY, "post", "/post"),
    (SECRETARY, "post-found", "/post?q=wethouder1"),
    (ADMINISTRATOR, "letters-administrator", "/letters"),
    (ADMINISTRATOR, "letters-held", "/letters"),
    (SECRETARY, "letters-held-secretary", "/letters"),
    (SECRETARY, "post-letter", "/post/{letter}"),
    (ADMINISTRATOR, "operations", "/operations"),
    (ADMINISTRATOR, "operations-let-be", "/operations/mailbox/{mailbox}/let-be"),
    (ADMINISTRATOR, "retention", "/retention"),
    (ADMINISTRATOR, "retention-kind", "/retention/letters"),
    (ADMINISTRATOR, "person-kept", "/people/{person}/kept"),
    (ADMINISTRATOR, "person-erase", "/people/{person}/erase"),
    (ADMINISTRATOR, "people", "/people"),
    (ADMINISTRATOR, "person-new", "/people/new"),
    (ADMINISTRATOR, "person", "/people/{person}"),
    (ADMINISTRATOR, "body-edit", "/bodies/{body}/edit"),
    (ADMINISTRATOR, "person-edit", "/people/{person}/edit"),
    (ADMINISTRATOR, "membership-new", "/people/{person}/memberships/new"),
    (ADMINISTRATOR, "membership-edit", "/people/memberships/{membership}/edit"),
    (ADMINISTRATOR, "membership-end", "/people/memberships/{membership}/end"),
    (ADMINISTRATOR, "organisation-new", "/people/organisations/new"),
    (ADMINISTRATOR, "organisation-edit", "/people/organisations/{organisation}/edit"),
    (ADMINISTRATOR, "body-new", "/bodies/new"),
    (ADMINISTRATOR, "import", "/people/import"),
)

# What stands where depends on the width and colours on the scheme: at each change each of them is looked at
# once, and where somebody asks for pictures or for all that can be tried, all four.
LOOKED_AT: dict[int, Sequence[Scheme]] = (
    {1280: SCHEMES, 320: SCHEMES}
    if os.environ.get("AGENDA_THOROUGH") or os.environ.get("AGENDA_SCREENSHOTS")
    else {1280: ("light",), 320: ("dark",)}
)

STATUS = {"problem": 404, "missing": 404, "refused": 403}
# As they are after a backup was put back.
HELD = {"letters-held", "letters-held-secretary"}


@pytest.fixture(scope="session")
def region(
    demo_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Live, dict[str, str]]]:
    """Give a demonstration in which something of everything has happened, and where to find it.

    No worker is at work beside it: it would go on until the last test, between all others.
    """
    folder = tmp_path_factory.mktemp("screens") / "demo"
    shutil.copytree(demo_folder, folder)
    with serving(folder) as live:
        with live.runtime.work() as session:
            places = _happen(session, live.runtime)
        _plan_fewer(live.runtime, places)
        steps.tick(live.runtime)
        _some_of_it_fails(live.runtime)
        _answers_come_in(live.runtime, places)
        with live.runtime.read() as session:
            letter = session.scalars(
                select(Letter).where(Letter.kind == "invitation").order_by(Letter.id.desc())
            ).first()
            assert letter is not None
            places["letter"] = str(letter.id)
            places["mailbox"] = str(session.scalars(select(MailboxState.id)).one())
            said = session.scalars(select(Letter.content).where(Letter.kind == "reminders")).first()
            assert said is not None
            places["rest"] = "/reminder/" + read_letter(said).text.partition("/reminder/")[2].split()[0]
            places["answer"] = "/answer/" + letter.content.decode().partition("/answer/")[2].split()[0]
        for step in (steps.make_papers, steps.read_papers, steps.refresh_search):
            step(live.runtime)
        yield live, places


def _plan_fewer(runtime: Runtime, places: dict[str, str]) -> None:
    """Let two thin meetings become one, search for more, and put a topic in a written round."""
    now, by = runtime.clock(), System()
    with runtime.work() as session:
        body = session.scalars(select(Body).where(Body.name.like("Portefeuillehouders%"))).one()
        thin = session.scalars(
            select(Meeting)
            .where(Meeting.body_id == body.id, Meeting.starts_at > now)
            .order_by(Meeting.starts_at)
        ).all()
        going, staying = thin[-1], thin[-2]
        moves = {item.topic_id: staying.id for item in going.items if item.topic_id is not None}
        change = accept(session, Wanted(moves, {going.id: staying.id}, "Eén overleg is genoeg."), by, now)
        search = ask(session, [body.id], now.date(), date(2019, 6, 30), by, now)
        regional = _regional_day(session, [one.id for one in thin[:3]], now)
        topic = could_go_in_writing(session, session.get_one(Body, int(places["body"])), by)[0]
        found = open_round(
            session, runtime.config, topic.id, date(2019, 1, 8), by, now, proposal="Instemmen."
        )
        answer_round(session, found.voters[0], Said.DISCUSS, "Wat kost dit de gemeente?", now)
        remove_voter(session, found.voters[2], "Is geen lid meer.", by, now)
        voter = found.voters[1]
        token = round_token(runtime.config.secret, voter.id, voter.serial)
        places |= {
            "accepted": str(change.id),
            "advice": str(search.id),
            "round": str(found.id),
            "round_voter": str(voter.id),
            "left_out": str(found.voters[2].person_id),
            "ballot": f"/round/{token}",
            "thin": str(staying.id),
            "regional": str(regional.id),
            "busy": str(body.id),
            "cancellable": str(
                next(one for one in thin_meetings(session, body, now) if one.proposed).meeting.id
            ),
        }
    for _ in range(600):
        with runtime.read() as session:
            result = session.get_one(PlanningRun, search.id).result
        if result is not None:
            places["moved"] = next(iter(result["treated"]))
            return
        plan_next(runtime)
        time.sleep(0.1)
    raise AssertionError("the search does not end")


def _regional_day(session: Session, meetings: list[int], now: datetime) -> RegionalDay:
    """Lay three meetings out on one day in two rooms, one of them too small for anybody."""
    host = session.scalars(select(Organisation).where(Organisation.name == "Zoeterwoude")).one()
    wanted = DayFacts(
        day=date(2019, 2, 21),
        host_id=host.id,
        place=host.venue,
        rooms=[("Raadzaal", None), ("Trouwzaal", 4)],
        opens=time_of_day(9),
        closes=time_of_day(14),
        pause_begins=time_of_day(12, 30),
        pause_ends=time_of_day(13, 15),
        change_over=15,
        meetings=meetings,
    )
    day = lay_out(session, wanted, System(), now)
    posed = pose_day(session, day, now)
    plan = regional_day(posed.problem)
    keep_result(day, Result(posed.rests_on, plan, savings_of(posed, plan)), now, day.version)
    return day


def _some_of_it_fails(runtime: Runtime) -> None:
    """Let a worker have worked, with a mailbox that is away and a letter that nobody takes."""
    quiet = [replace(job, step=lambda _runtime, _stopped: 0) for job in worker.JOBS if job.name != "mailbox"]

    def away(_runtime: Runtime, _stopped: steps.Stopped) -> int:
        raise OSError("[Errno 113] No route to host")

    mailbox = next(job for job in worker.JOBS if job.name == "mailbox")
    turns = Turns(runtime, [], name="overleg-1:812")
    for job in (*quiet, replace(mailbox, step=away)):
        turns.perform(job)
    now = runtime.clock()
    with runtime.work() as session:
        box = "agenda@mail.leidseregio.example:993/INBOX"
        session.add(MailboxState(name=box, tried_at=now, failure="no_connection", failures=3))
        letter = session.scalars(select(Letter).where(Letter.fate == "sent").order_by(Letter.id)).first()
        assert letter is not None
        letter.fate, letter.last_error = "failed", "550 5.1.1 mailbox unavailable"


def _answers_come_in(runtime: Runtime, places: dict[str, str]) -> None:
    """Let a proposal and words of a person come in by mail, and an alderman subscribe."""
    with runtime.work() as session:
        attendee = session.get_one(Attendee, int(places["attendee"]))
        address, config = attendee.person.email, runtime.config
        to = f"agenda+{answer_token(config.secret, attendee.id, 1)}@{config.mail_domain}"
        uid = session.scalars(select(Told).where(Told.attendee_id == attendee.id)).one().facts["uid"]
        feed_owner = session.scalars(select(Person).where(Person.name == ALDERMAN)).one()
        make_feed(session, config, None, By(feed_owner.id, feed_owner.name), runtime.clock())
    lines = [
        "BEGIN:VCALENDAR", "METHOD:COUNTER", "BEGIN:VEVENT", f"UID:{uid}", "DTSTAMP:20181218T080000Z",
        "DTSTART:20190221T143000Z", "DTEND:20190221T163000Z", "COMMENT:Dan is er raad.", "END:VEVENT",
        "END:VCALENDAR",
    ]  # fmt: skip
    head = f"From: {address}\r\nTo: {to}\r\nSubject: Andere tijd\r\n"
    calendar = "Content-Type: text/calendar; method=COUNTER\r\n\r\n" + "\r\n".join(lines)
    receive(runtime, BytesIO((head + calendar).encode()), (), steps.HANDLERS)
    words = "\r\nBeste collega's,\r\n\r\nIk kom een kwartier later.\r\n"
    receive(runtime, BytesIO((head + words).encode()), (), steps.HANDLERS)
    with runtime.read() as session:
        places["proposal"] = str(session.scalars(select(Proposal.id)).one())
        places["incoming"] = str(session.scalars(select(Incoming.id).where(Incoming.why == "words")).one())


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
    template = add_template(session, draft.body, "Gewoon overleg", USUAL_FRAME, by, now)
    held = _held(session, draft, now, by)
    final = _final(session, draft, now, by)
    cancelled = meetings.create_meeting(session, draft.body, plan, by, now)
    meetings.cancel(
        session, cancelled, "De onderwerpen gaan in een schriftelijke ronde.", meeting.id, by, now
    )
    topic = session.scalars(select(Topic).where(Topic.title == "Warmterotonde")).one()
    free = session.scalars(select(Topic).where(Topic.title == "Sportaccommodaties samen benutten")).one()
    person = meeting.attendees[0].person
    places = _papers(session, runtime, draft, by)
    closed = session.scalars(
        select(Meeting).where(Meeting.closed_at.is_not(None)).order_by(Meeting.starts_at.desc())
    ).first()
    assert closed is not None
    decisions = session.scalars(
        select(Decision).where(Decision.meeting_id == closed.id).order_by(Decision.position)
    ).all()
    _rectify(session, decisions, by, now)
    pair = _link(session, by, now)
    twins = session.scalars(
        select(Topic.id).where(Topic.title.like("Gezamenlijke promotie%")).order_by(Topic.id)
    ).all()
    without_texts = session.scalars(select(Body).where(Body.name.like("%071%"))).one()
    assert starts_at > now + timedelta(days=1)
    return {
        "draft": str(draft.id),
        "meeting": str(meeting.id),
        "closed": str(closed.id),
        "closed_item": str(decisions[0].agenda_item_id),
        "decision": str(decisions[0].id),
        "rectified": str(decisions[-1].id),
        "ratification": str(next(one.id for one in decisions[0].ratifications if one.result is None)),
        "topic": str(topic.id),
        "body": str(draft.body_id),
        "held": str(held.id),
        "template": str(template.id),
        "standard_text": str(texts_of(session, draft.body_id)[0].id),
        "body_without_texts": str(without_texts.id),
        "published": str(final.id),
        "final_item": str(next(item.id for item in final.items if item.number == "4")),
        "held_item": str(next(item.id for item in held.items if item.topic_id)),
        "held_attendee": str(held.attendees[0].id),
        "attendee": str(meeting.attendees[0].id),
        "cancelled": str(cancelled.id),
        "free": str(free.id),
        "linked": str(pair.low_id),
        "pair": f"{pair.low_id}/{pair.high_id}",
        "twin": str(twins[1]),
        "twins": "/".join(map(str, twins)),
        "item": str(next(item.id for item in meeting.items if item.topic_id)),
        "person": str(person.id),
        "membership": str(person.memberships[0].id),
        "organisation": str(draft.host_id),
        **places,
        **_council_letters(session, now),
    }


def _papers(session: Session, runtime: Runtime, like: Meeting, by: System) -> dict[str, str]:
    """Let a guest come for an item of a final agenda; one paper is secret, one came late, one is removed."""
    now, config = runtime.clock(), runtime.config
    topic = topics.quick_add(session, like.body, "Tracé langs de Vliet", by, now)
    guest = session.scalars(select(Person).where(Person.name == GUEST)).one()
    topic.guests.append(TopicGuest(person=guest))
    plan = meetings.Plan(starts_at=now + timedelta(days=90), venue="Raadzaal")
    meeting = meetings.create_meeting(session, like.body, plan, by, now)
    agenda_actions.add_topic(session, meeting, topic, by, now)
    session.flush()
    made = []
    for title in ("Tracé", "Bod op de grond", "Verkeerd stuk"):
        with storage.received(config.documents, BytesIO(title.encode()), 1_000) as received:
            storage.settle(config.documents, received, now)
        content = documents.Content(received.sha256, received.size, "text/plain", f"{title}.txt")
        made.append(topic_papers.add_paper(session, topic, content, documents.Facts(title), by, now))
    content = documents.Content(received.sha256, received.size, "text/plain", "tracé-nieuw.txt")
    documents.add_version(session, made[0], content, "Met de wensen van Voorschoten", by, now)
    secret = documents.SecrecyFacts(
        "Woo 5.1 lid 2 b", "Het college van Leiden", "De raad van Leiden", now.date()
    )
    documents.impose_secrecy(session, made[1], secret, None, by, now)
    documents.remove(session, made[2], "Hoort bij een ander onderwerp.", None, by, now)
    agenda_final.finalise(session, meeting, by, now)
    invite(session, config, meeting, by, now)
    later = now + timedelta(minutes=1)
    item = next(item for item in meeting.items if item.topic_id == topic.id)
    facts, why = documents.Facts("Kaart van het tracé"), "De kaart kwam vandaag van het waterschap."
    paper_actions.add_paper(session, meeting, item, content, facts, why, by, later)
    return {
        "document": str(made[0].id),
        "secret": str(made[1].id),
        "removed": str(made[2].id),
        "final": str(meeting.id),
        "guest_item": str(item.id),
        "trace": str(topic.id),
    }


def _rectify(session: Session, decisions: Sequence[Decision], by: System, now: datetime) -> None:
    """Let a decision be rectified, and one agreement be refused and the other be late."""
    last = decisions[-1]
    rectify_decision(session, last, f"{last.text} De dag volgt.", "Een zin was weggevallen.", None, by, now)
    asked = next(one for one in decisions[1].ratifications if one.result is None)
    said = OrganSaid(RatificationResult.REFUSED, now.date(), "Het college wil eerst de raad horen.")
    note_said(session, asked, said, None, by, now)
    next(one for one in decisions[0].ratifications if one.result is None).due_on = date(2018, 12, 14)


def _link(session: Session, by: System, now: datetime) -> TopicPair:
    """Link two topics of two bodies that are alike."""
    found = session.scalars(select(Topic).where(Topic.title.like("%bedrijventerreinen"))).all()
    return judge(session, (found[0], found[1]), Verdict.LINKED, Seen(), by, now)


def _held(session: Session, like: Meeting, now: datetime, by: System) -> Meeting:
    """Let a meeting have been held yesterday, its outcomes still to be recorded."""
    before, yesterday = now - timedelta(days=30), now - timedelta(days=1)
    held = meetings.create_meeting(session, like.body, meetings.Plan(starts_at=yesterday), by, before)
    wanted = session.scalars(select(Topic).where(Topic.title.like("Regionale%"))).all()
    for topic in wanted[:2]:
        agenda_actions.add_topic(session, held, topic, by, before)
    meetings.confirm(session, held, by, before)
    _noted(session, held, yesterday, by)
    return held


def _final(session: Session, like: Meeting, now: datetime, by: System) -> Meeting:
    """Let an agenda be final, and then change in every way."""
    starts_at = now + timedelta(days=50)
    final = meetings.create_meeting(session, like.body, meetings.Plan(starts_at=starts_at), by, now)
    for title in ("Stand van zaken Warmterotonde", "Personeel", "Mededelingen"):
        agenda_actions.add_free_item(session, final, title, 15, by, now)
    agenda_final.finalise(session, final, by, now)
    third, staff = final.items[2], final.items[3]
    asked = ItemText(third.title, 20, requested_decision="In te stemmen met het voorstel.")
    agenda_late.change_item(session, third, asked, "Er ligt een voorstel.", by, now)
    closed = ItemText(staff.title, 15, closed=True, neutral_title="Besloten deel")
    agenda_late.change_item(session, staff, closed, "Het gaat over personen.", by, now)
    late = Late("De provincie besluit volgende week.", "Burgemeester Van der Ven, Zoë", third.id)
    agenda_late.add_late_item(session, final, "Zienswijze omgevingsvisie", 10, late, by, now)
    agenda_late.withdraw_item(session, final.items[-3], "Er is niets te melden.", by, now)
    return final


def _noted(session: Session, held: Meeting, began: datetime, by: System) -> None:
    """Let presence, the clock and notes have been kept at the table."""
    for number, attendee in enumerate(held.people):
        if number % 4:
            table_actions.arrive(session, attendee, by, began + timedelta(minutes=number))
            if number % 7 == 0:
                table_actions.leave(session, attendee, by, began + timedelta(minutes=50))
    item = next(item for item in held.items if item.topic_id)
    table_actions.recuse(session, item, held.people[1], "Woont in de wijk.", by, began)
    table_clock.put_on_table(session, item, by, began + timedelta(minutes=5))
    table_clock.stop_clock(session, held, by, began + timedelta(minutes=45))
    noted = Noted(ItemOutcome.DECIDED, "De colleges stemmen in.", "Kort besproken.")
    save_note(session, item, noted, 0, "", by, began + timedelta(minutes=40))


def _council_letters(session: Session, now: datetime) -> dict[str, str]:
    """Give the letter that waits as a concept, and agree on a second one about the same meeting."""
    concept = session.scalars(select(CouncilLetter)).one()
    choice = usual_choice(session, concept.meeting, now)
    second = begin_letter(session, concept.meeting, choice, System(), now)
    agree(session, second, None, System(), now)
    return {
        "council_letter": str(concept.id),
        "council_letter_copy": str(concept.copies[0].id),
        "agreed_letter": str(second.id),
    }


def _sign_in(page: Page, who: str) -> None:
    page.goto("/sign-in")
    page.get_by_role("button", name=who, exact=True).click()
    page.wait_for_url("**/")


class Readers:
    """Who looks at the screens: each signed in once, going from screen to screen at each width."""

    def __init__(self, browser: Browser, address: str) -> None:
        self._browser = browser
        self._address = address
        self._contexts: dict[tuple[str, int], BrowserContext] = {}
        self._views = ExitStack()

    @contextmanager
    def page(self, who: str, width: int) -> Iterator[Page]:
        """A new page of this reader."""
        if (who, width) not in self._contexts:
            self._contexts[who, width] = self._come_in(who, width)
        page = self._contexts[who, width].new_page()
        yield page
        page.close()

    def close(self) -> None:
        self._views.close()

    def _come_in(self, who: str, width: int) -> BrowserContext:
        known = next((held for (name, _), held in self._contexts.items() if name == who), None)
        state = known.storage_state() if known else None
        one = self._views.enter_context(
            view(self._browser, width, base_url=self._address, storage_state=state)
        )
        if who and not known:
            _sign_in(one.page, who)
        return one.page.context


@pytest.fixture(scope="session")
def readers(browser: Browser, region: tuple[Live, dict[str, str]]) -> Iterator[Readers]:
    made = Readers(browser, region[0].address)
    yield made
    made.close()


@pytest.mark.parametrize(("who", "name", "path"), SCREENS, ids=[screen[1] for screen in SCREENS])
def test_a_screen_is_readable_for_everyone(
    readers: Readers, region: tuple[Live, dict[str, str]], who: str, name: str, path: str
) -> None:
    live, places = region
    with letters_held(live.runtime) if name in HELD else nullcontext():
        for width in (1280, 320):
            with readers.page(who, width) as page:
                answer = page.goto(path.format(**places))
                assert answer is not None
                assert answer.status == STATUS.get(name, 200)
                for scheme in good_in_each_scheme(page, LOOKED_AT[width]):
                    screenshot(page, f"{name}-{scheme}-{width}")


def test_whoever_lets_go_of_held_letters_without_a_reason_reads_what_is_missing(
    readers: Readers, region: tuple[Live, dict[str, str]]
) -> None:
    with letters_held(region[0].runtime):
        for width in (1280, 320):
            with readers.page(ADMINISTRATOR, width) as page:
                page.goto("/letters")
                page.get_by_text("Aangehouden brieven niet verzenden").click()
                page.get_by_label("Waarom deze brieven niet uit hoeven").fill(" ")
                page.get_by_role("button", name="Niet verzenden").click()
                page.get_by_role("dialog").get_by_role("button", name="Niet verzenden").click()
                expect(page.get_by_text("Geef aan waarom")).to_be_visible()
                for scheme in good_in_each_scheme(page):
                    screenshot(page, f"letters-held-refused-{scheme}-{width}")


@contextmanager
def letters_held(runtime: Runtime) -> Iterator[None]:
    """Hold what waits, as after a restore, for as long as somebody looks."""
    now = runtime.clock()
    with runtime.work() as session:
        hold_after_restore(session, System(), now, now - timedelta(hours=7))
        for letter in session.scalars(select(Letter).where(Letter.fate == "sent").limit(3)):
            letter.fate = letter.settled_at = None
            letter.due_at = now
    yield
    with runtime.work() as session:
        discard_waiting(session, System(), now, "Waren al weg.")
        release(session, System(), now)


def test_two_people_at_one_form_see_both_versions(
    browser: Browser, region: tuple[Live, dict[str, str]]
) -> None:
    live, places = region
    address = f"/topics/{places['free']}/edit"
    for width in (1280, 320):
        with view(browser, width, base_url=live.address) as one:
            _sign_in(one.page, SECRETARY)
            one.page.goto(address)
            other = one.page.context.new_page()
            other.goto(address)
            other.get_by_label("Samenvatting").fill(f"Gezamenlijk gebruik, bekeken op {width} punten.")
            other.get_by_role("button", name="Opslaan").click()
            one.page.get_by_label("Samenvatting").fill("Mijn eigen samenvatting.")
            one.page.get_by_role("button", name="Opslaan").click()
            expect(one.page.get_by_text("Intussen gewijzigd")).to_be_visible()
            screenshot(one.page, f"changed-meanwhile-{one.name}")
            assert_good_screen(one.page)


def test_a_form_filled_in_wrongly_says_where(browser: Browser, region: tuple[Live, dict[str, str]]) -> None:
    live, _places = region
    for scheme in ("light", "dark"):
        for width in (1280, 320):
            with view(browser, width, scheme, base_url=live.address) as one:
                _sign_in(one.page, SECRETARY)
                one.page.goto("/topics/new")
                one.page.get_by_role("button", name="Indienen").click()
                summary = one.page.get_by_role("alert")
                expect(summary).to_be_focused()
                screenshot(one.page, f"topic-wrong-{one.name}")
                assert_good_screen(one.page)


def test_a_question_is_asked_before_mail_leaves_and_escape_takes_it_back(
    browser: Browser, region: tuple[Live, dict[str, str]]
) -> None:
    live, places = region
    for width in (1280, 320):
        with view(browser, width, base_url=live.address) as one:
            _sign_in(one.page, SECRETARY)
            one.page.goto(f"/meetings/{places['meeting']}/date")
            choose = one.page.get_by_role("button", name="Kiezen").first
            choose.focus()
            one.page.keyboard.press("Enter")
            expect(one.page.locator("dialog[open]")).to_contain_text("43 personen")
            screenshot(one.page, f"question-{one.name}")
            assert_good_screen(one.page)
            one.page.keyboard.press("Escape")
            expect(one.page.locator("dialog[open]")).to_have_count(0)
            expect(choose).to_be_focused()
            assert one.page.url.endswith(f"/meetings/{places['meeting']}/date")


def test_english_pages_are_readable_too(browser: Browser, region: tuple[Live, dict[str, str]]) -> None:
    live, places = region
    with view(browser, 320, base_url=live.address) as one:
        _sign_in(one.page, SECRETARY)
        one.page.get_by_role("button", name="English").click()
        for path in ("/", "/topics", "/meetings", "/meetings/{meeting}", "/meetings/{meeting}/agenda"):
            one.page.goto(path.format(**places))
            expect(one.page.locator("html")).to_have_attribute("lang", "en")
            assert_good_screen(one.page)
        one.page.get_by_role("button", name="Nederlands").click()


def test_the_keyboard_alone_reaches_the_content_and_the_help(
    browser: Browser, region: tuple[Live, dict[str, str]]
) -> None:
    live, _places = region
    with view(browser, 1280, base_url=live.address) as one:
        _sign_in(one.page, SECRETARY)
        one.page.goto("/meetings")
        one.page.keyboard.press("Tab")
        expect(one.page.get_by_role("link", name="Direct naar de inhoud")).to_be_focused()
        one.page.keyboard.press("Enter")
        expect(one.page.locator("#main")).to_be_focused()
        one.page.keyboard.press("?")
        expect(one.page.locator("#lr-help")).to_be_visible()
        assert_good_screen(one.page)
        one.page.keyboard.press("Escape")
        expect(one.page.locator("#lr-help")).to_be_hidden()
        one.page.keyboard.press("/")
        expect(one.page.locator("#site-search")).to_be_focused()
