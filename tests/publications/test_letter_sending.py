"""The letters leave at one moment, once, to five council clerks, and only what everybody may read."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from io import BytesIO
from threading import Barrier
from zipfile import ZipFile

import pikepdf
import pytest
from pypdf import PdfReader
from sqlalchemy import select
from sqlalchemy.orm import Session

from agenda import steps
from agenda.core.database import Sessions
from agenda.core.problems import Changed, Conflict, Invalid
from agenda.core.runtime import Runtime
from agenda.decisions.model import Commitment
from agenda.mail.actions import deliver_all
from agenda.mail.model import Letter
from agenda.publications import letter_actions as actions
from agenda.publications import letter_sending as sending
from agenda.publications.letter_model import CouncilLetter, LetterState, Way
from agenda.publications.letter_panels import tasks
from agenda.publications.letter_pdfs import ask_for_pdfs
from agenda.publications.letter_printing import printed_letter
from agenda.publications.letter_queries import letters_seen_by, unwritten
from agenda.publications.letterhead_actions import set_letterhead
from agenda.publications.model import Paper
from tests.meetings.conftest import AsSomeone
from tests.meetings.planning import AFTER
from tests.publications.letters import PDF, agreed, concept, heads, laid_ready, lay_ready
from tests.world import MUNICIPALITIES, StandingClock, World

ONE_DATABASE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def mails(session: Session) -> list[Letter]:
    return list(session.scalars(select(Letter).where(Letter.kind == "council_letter").order_by(Letter.id)))


def read(letter: Letter) -> EmailMessage:
    message = message_from_bytes(letter.content, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def test_five_mails_with_a_pdf_each_are_queued_once_at_one_moment(
    runtime: Runtime, world: World, clock: StandingClock
) -> None:
    with runtime.work() as session:
        letter = agreed(session, world)
        laid_ready(session, runtime, letter)
        clerk = world.by(session, "clerk")
        sending.send(session, runtime.config, letter, (), letter.version, clerk, AFTER)
        letter_id = letter.id
    with runtime.work() as session:
        letter = session.get_one(CouncilLetter, letter_id)
        assert (letter.state, letter.sent_at, letter.sent_way) == (LetterState.SENT, AFTER, Way.MAIL)
        with pytest.raises(Conflict, match="council_letter_sent"):
            sending.send(session, runtime.config, letter, (), None, clerk, AFTER)
        with pytest.raises(Conflict, match="left_by_mail"):
            sending.take_back(session, letter, None, clerk, AFTER)
        found = mails(session)
        assert [one.recipient for one in found] == [f"griffie@{n.lower()}.example" for n in MUNICIPALITIES]
        assert {one.queued_at for one in found} == {AFTER}
        for copy, mail in zip(letter.copies, found, strict=True):
            (file,) = read(mail).iter_attachments()
            assert file.get_content() == PDF + str(copy.id).encode()
            assert file.get_filename() == f"raadsbrief-{copy.organisation.name.lower()}-2019-02-14.pdf"
            text = read(mail).get_body(("plain",)).get_content()  # type: ignore[union-attr]
            assert copy.organisation.name in text
            assert copy.reference in text
    clock.at = AFTER
    assert deliver_all(runtime) == 5


def test_nothing_leaves_while_one_council_cannot_be_reached(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        heads(session, world, without="Oegstgeest")
        letter = concept(session, world)
        clerk = world.by(session, "clerk")
        actions.agree(session, letter, None, clerk, AFTER)
        laid_ready(session, runtime, letter)
        with pytest.raises(Conflict) as refused:
            sending.send(session, runtime.config, letter, (), None, clerk, AFTER)
        assert (refused.value.code, refused.value.facts) == (
            "council_letter_no_mailbox",
            {"councils": "Oegstgeest"},
        )
        assert (mails(session), letter.state) == ([], LetterState.AGREED)


def test_nothing_leaves_before_all_pdfs_are_there(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        letter = agreed(session, world)
        clerk = world.by(session, "clerk")
        for number in range(len(MUNICIPALITIES)):
            with pytest.raises(Conflict, match="council_letter_pdfs_missing"):
                sending.send(session, runtime.config, letter, (), None, clerk, AFTER)
            lay_ready(session, runtime, letter.copies[number])
        sending.send(session, runtime.config, letter, (), None, clerk, AFTER)
        assert len(mails(session)) == 5


def test_a_copy_that_changed_since_its_pdf_was_made_does_not_leave(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        letter = agreed(session, world)
        laid_ready(session, runtime, letter)
        clerk = world.by(session, "clerk")
        values = {"reference": "ANDERS", "secretary": "", "mayor": ""}
        actions.change_copy(session, letter.copies[2], values, None, clerk, AFTER)
        with pytest.raises(Conflict, match="council_letter_pdfs_missing"):
            sending.send(session, runtime.config, letter, (), None, clerk, AFTER)
        assert mails(session) == []
        # Its PDF alone is asked for again, in the place of the one that was overtaken.
        papers = session.scalars(select(Paper).order_by(Paper.id)).all()
        assert [one.finished_at is None for one in papers] == [False] * 4 + [True]
        assert papers[-1].copy_id == letter.copies[2].id


def test_a_pdf_of_the_concept_is_never_given_as_the_letter_that_left(
    as_someone: AsSomeone, runtime: Runtime, world: World, clock: StandingClock
) -> None:
    """The worker was at it when the letter was agreed and marked as sent."""
    clock.at = AFTER
    with runtime.work() as session:
        heads(session, world)
        letter = concept(session, world)
        clerk = world.by(session, "clerk")
        ask_for_pdfs(session, letter, clerk, AFTER)
        laid_ready(session, runtime, letter)
        for paper in session.scalars(select(Paper)):
            paper.started_at, paper.finished_at = AFTER, None
        session.flush()
        actions.agree(session, letter, None, clerk, AFTER)
        sending.mark_sent(session, letter, AFTER.date(), (), None, clerk, AFTER)
        for paper in session.scalars(select(Paper)):
            paper.finished_at = AFTER
        letter_id, copy_id = letter.id, letter.copies[0].id
    reader = as_someone("reader")
    assert reader.get(f"/council-letters/copies/{copy_id}.pdf").status_code == 409
    assert "Verouderd" in reader.get(f"/council-letters/{letter_id}").text
    assert reader.post(f"/council-letters/{letter_id}/pdfs").status_code == 303
    assert "Wacht op zijn beurt" in reader.get(f"/council-letters/{letter_id}").text


def test_a_concept_that_is_thrown_away_takes_its_pdfs_along(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        letter = concept(session, world)
        clerk = world.by(session, "clerk")
        ask_for_pdfs(session, letter, clerk, AFTER)
        laid_ready(session, runtime, letter)
        actions.remove_letter(session, letter, None, clerk, AFTER)
        session.flush()
        session.expire_all()
        assert session.scalars(select(Paper)).all() == []


def test_of_two_clerks_who_send_at_once_one_is_first(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        letter = agreed(session, world)
        laid_ready(session, runtime, letter)
        letter_id, seen = letter.id, letter.version
        by = world.by(session, "clerk")
    start = Barrier(2)

    def send() -> str:
        start.wait()
        try:
            with runtime.work() as session:
                letter = session.get_one(CouncilLetter, letter_id)
                sending.send(session, runtime.config, letter, (), seen, by, AFTER)
        except (Changed, Conflict) as refused:
            return refused.code
        return "sent"

    with ThreadPoolExecutor(2) as both:
        ended = sorted(one.result() for one in [both.submit(send) for _clerk in range(2)])
    assert ended[-1] == "sent"
    assert ended[0] in {"changed_meanwhile", "council_letter_sent"}
    with runtime.read() as session:
        assert len(mails(session)) == 5


def test_what_is_closed_since_it_was_agreed_does_not_leave(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        letter = agreed(session, world)
        item = letter.decisions[0].item
        assert item is not None
        item.closed = True
        session.flush()
        clerk = world.by(session, "clerk")
        with pytest.raises(Conflict, match="council_letter_not_open"):
            sending.send(session, runtime.config, letter, (), None, clerk, AFTER)
        with pytest.raises(Conflict, match="council_letter_not_open"):
            sending.mark_sent(session, letter, AFTER.date(), (), None, clerk, AFTER)


def test_a_letter_keeps_the_head_it_left_with_and_the_promise_it_kept(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        letter = agreed(session, world)
        clerk = world.by(session, "clerk")
        (promise,) = letter.commitments
        sending.mark_sent(session, letter, date(2019, 2, 13), [promise.id], None, clerk, AFTER)
        assert session.get_one(Commitment, promise.id).kept_at == AFTER
        assert letter.sent_at is not None
        assert letter.sent_at.date() == date(2019, 2, 13)
        leiden = letter.copies[0].organisation
        values = dict.fromkeys(
            ("address", "contact", "place", "reference_pattern", "council_mailbox", "secretary", "mayor"), ""
        )
        set_letterhead(session, leiden, values | {"sender": "Nieuwe naam"}, 1, clerk, AFTER)
        assert printed_letter(session, letter)[letter.copies[0].id].head.sender == "Gemeente Leiden"
        sending.take_back(session, letter, None, clerk, AFTER)
        assert letter.state is LetterState.AGREED
        assert printed_letter(session, letter)[letter.copies[0].id].head.sender == "Nieuwe naam"


def test_a_letter_cannot_have_been_sent_tomorrow(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        letter = agreed(session, world)
        tomorrow = (AFTER + timedelta(days=1)).date()
        with pytest.raises(Invalid):
            sending.mark_sent(session, letter, tomorrow, (), None, world.by(session, "clerk"), AFTER)


def test_a_promise_that_comes_near_asks_for_a_letter_until_one_is_written(
    sessions: Sessions, world: World, app: object
) -> None:
    near = AFTER + timedelta(days=40)
    with sessions.work() as session:
        letter = concept(session, world)
        clerk = world.by(session, "clerk")
        assert unwritten(session, clerk, near) == []
        actions.remove_letter(session, letter, None, clerk, AFTER)
        session.flush()
        assert [one.text for one in unwritten(session, clerk, near)] == ["De raden informeren"]
        assert unwritten(session, world.by(session, "reader"), near) == []
        with app.test_request_context():  # type: ignore[attr-defined]
            assert len(list(tasks(session, clerk, near))) == 1


def test_readers_see_on_the_board_what_was_sent_and_no_concept(
    as_someone: AsSomeone, runtime: Runtime, world: World, clock: StandingClock
) -> None:
    clock.at = AFTER
    with runtime.work() as session:
        letter = agreed(session, world)
        letter_id, copy_id = letter.id, letter.copies[0].id
    reader = as_someone("reader")
    for path in (str(letter_id), f"copies/{copy_id}", f"copies/{copy_id}.docx", f"{letter_id}.zip"):
        assert reader.get(f"/council-letters/{path}").status_code == 404
    assert "Nog geen raadsbrieven" in reader.get("/council-letters").text
    with runtime.work() as session:
        letter = session.get_one(CouncilLetter, letter_id)
        sending.mark_sent(session, letter, AFTER.date(), (), None, world.by(session, "clerk"), AFTER)
        assert len(letters_seen_by(session, world.by(session, "reader"))) == 1
    assert "We werken samen aan warmte." in reader.get(f"/council-letters/{letter_id}").text
    assert reader.get(f"/council-letters/copies/{copy_id}.docx").status_code == 200
    assert "op een andere manier" in reader.get("/council-letters").text


@ONE_DATABASE
@pytest.mark.slow
def test_the_clerk_sends_five_pdfs_that_read_the_same(
    as_someone: AsSomeone, runtime: Runtime, world: World, clock: StandingClock
) -> None:
    clock.at = AFTER
    with runtime.work() as session:
        letter = agreed(session, world)
        letter_id = letter.id
    clerk = as_someone("clerk")
    page = clerk.get(f"/council-letters/{letter_id}/send").text
    for name in MUNICIPALITIES:
        assert f"griffie@{name.lower()}.example" in page
    assert "0 van de 5" in page
    assert clerk.get(f"/council-letters/{letter_id}.zip").status_code == 409
    refused = clerk.post(f"/council-letters/{letter_id}/send", data={"way": "mail"})
    assert refused.status_code == 409
    assert "Er is nog niets verzonden" in refused.text
    assert steps.make_papers(runtime) == 5
    page = clerk.get(f"/council-letters/{letter_id}/send").text
    assert "5 van de 5" in page
    archive = clerk.get(f"/council-letters/{letter_id}.zip")
    with ZipFile(BytesIO(archive.data)) as found:
        assert len(found.namelist()) == 10
    answer = clerk.post(f"/council-letters/{letter_id}/send", data={"way": "mail"})
    assert answer.status_code == 303
    with runtime.read() as session:
        contents = [next(read(one).iter_attachments()).get_content() for one in mails(session)]
    bodies = set()
    for name, content in zip(MUNICIPALITIES, contents, strict=True):
        text = " ".join(" ".join(one.extract_text() for one in PdfReader(BytesIO(content)).pages).split())
        assert f"De gemeenteraad van {name}" in text
        bodies.add(text.partition("Geachte raad,")[2].partition("Het college van burgemeester")[0])
        with pikepdf.open(BytesIO(content)) as pdf, pdf.open_metadata() as metadata:
            assert (metadata["pdfaid:part"], metadata["pdfuaid:part"]) == ("3", "1")
            assert str(pdf.Root.Lang) == "nl-NL"
    assert len(bodies) == 1
    assert "We werken samen aan warmte." in bodies.pop()
