"""One pack per reader: what stands in it, on which pages the reader's name lies, and who may have it."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from sqlalchemy import select
from weasyprint import HTML

from agenda import steps
from agenda.core.audit import history
from agenda.core.problems import Conflict, Forbidden, Invalid, NotFound
from agenda.core.runtime import Runtime
from agenda.documents import storage
from agenda.documents.model import Document, DocumentVersion, Secrecy, StoredFile
from agenda.meetings.model import Meeting
from agenda.meetings.paper_model import MeetingPaper
from agenda.publications import packs
from agenda.publications.making import make_next
from agenda.publications.model import Paper, PaperKind
from agenda.publications.paper_files import path_of
from tests.meetings.conftest import AsSomeone
from tests.meetings.planning import AFTER, VALENTINE
from tests.publications.paper_world import GUEST, SECRET, Held, held_meeting
from tests.publications.regenerate import text_of
from tests.world import START, StandingClock, World

ALDERMAN, READER = "Wethouder Leiden 1", "reader"
STAMP = re.compile(r"Verstrekt aan (.+), 14 februari 2019")
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
# What each document of the meeting says, by its title.
WORDS = {
    "Startnotitie": "startwoorden",
    "Vertrouwelijke bijlage": "vertrouwelijkewoorden",
    f"{SECRET}, taxatie": "taxatiewoorden",
    "Wegenkaart": "wegenwoorden",
}


def pages(word: str, number: int = 2) -> bytes:
    """Give a PDF with this word on each page, of which the last one lies on its side."""
    html = "".join(f"<p style='break-after: page'>{word}</p>" for _ in range(number))
    source = pikepdf.open(BytesIO(HTML(string=html).write_pdf()))
    del source.pages[number:]
    source.pages[-1].rotate(90, relative=False)
    made = BytesIO()
    source.save(made)
    return made.getvalue()


@pytest.fixture
def held(runtime: Runtime, world: World, clock: StandingClock) -> Held:
    """Hold the meeting, with a content for each of its documents, and three that are hard to take up."""
    clock.at = VALENTINE
    with runtime.work() as session:
        found = held_meeting(session, world, closed=False)
        for document in session.scalars(select(Document)):
            fill(session, runtime, document, pages(WORDS[document.title]))
        for title, content, media_type in (
            ("Gebroken stuk", b"%PDF-1.7\nniets", "application/pdf"),
            ("Rekenmodel", b"PK rekenmodel", WORD),
            ("Vertrouwelijke raming", b"PK raming", WORD),
        ):
            document = Document(body_id=world.body_id, title=title, created_at=START, created_by="clerk")
            document.confidential = title.startswith("Vertrouwelijk")
            session.add(document)
            session.flush()
            fill(session, runtime, document, content, media_type)
            attach(session, found.meeting, found.open_item, document)
        return found


def fill(session, runtime, document, content, media_type="application/pdf") -> None:  # type: ignore[no-untyped-def]
    folder = runtime.config.documents
    with storage.received(folder, BytesIO(content), len(content)) as kept:
        storage.settle(folder, kept, START)
    file = StoredFile(sha256=kept.sha256, size=kept.size, media_type=media_type, stored_at=START)
    version = DocumentVersion(
        number=len(document.versions) + 1,
        file=file,
        file_name=f"{document.title}.{'pdf' if media_type.endswith('pdf') else 'docx'}",
        uploaded_at=START,
        uploaded_by="clerk",
    )
    document.versions.append(version)


def attach(session, meeting: int, item: int, document: Document) -> None:  # type: ignore[no-untyped-def]
    session.add(
        MeetingPaper(meeting_id=meeting, item_id=item, document_id=document.id, position=9, attached_at=START)
    )


def made_for(runtime: Runtime, world: World, held: Held, who: str) -> int:
    """Let somebody ask for the own pack, and the worker make it."""
    with runtime.work() as session:
        meeting, by = session.get_one(Meeting, held.meeting), world.by(session, who)
        paper = packs.ask_for_pack(session, meeting, world.person(session, who), "nl", by, runtime.clock())
        number = paper.id
    assert steps.make_papers(runtime) == 1
    return number


def file_of(runtime: Runtime, number: int) -> Path:
    with runtime.read() as session:
        paper = session.get_one(Paper, number)
        assert paper.failed == ""
        assert paper.file is not None
        return path_of(runtime.config, paper.file)


def outline_of(pdf: pikepdf.Pdf) -> Iterator[tuple[str, int]]:
    with pdf.open_outline() as outline:
        waiting = list(outline.root)
    places = {page.obj.objgen: number for number, page in enumerate(pdf.pages)}
    while waiting:
        one = waiting.pop(0)
        target = one.destination[0] if isinstance(one.destination, pikepdf.Array) else None
        if target is not None:
            yield one.title, places[target.objgen]
        waiting = [*one.children, *waiting]


@pytest.mark.slow
def test_who_sees_everything_gets_every_paper_with_the_name_on_the_limited_ones(
    runtime: Runtime, world: World, held: Held, as_someone: AsSomeone
) -> None:
    number = made_for(runtime, world, held, ALDERMAN)
    file = file_of(runtime, number)
    subprocess.run(["qpdf", "--check", str(file)], check=True, capture_output=True)
    text = text_of(file).split("=== page ===")
    for title, word in WORDS.items():
        there = [page for page in text if word in page.replace(" ", "")]
        assert len(there) == 2, title
        limited = title in {"Vertrouwelijke bijlage", f"{SECRET}, taxatie"}
        assert [bool(STAMP.search(page)) for page in there] == [limited, limited], title
    assert sum(bool(STAMP.search(page)) for page in text) == 4
    assert SECRET in text[0] + text[1]
    assert "Gebroken stuk" in text[0]
    with pikepdf.open(file) as pdf:
        marks = dict(outline_of(pdf))
        # A page lying on its side bears the name too; see the words above.
        assert [page.obj.get("/Rotate", 0) for page in pdf.pages][-1] == 90
        for title, word in WORDS.items():
            assert word in text[marks[title]].replace(" ", "")
        assert list(pdf.attachments) == ["5-4 Rekenmodel.docx"]
        assert pdf.attachments["5-4 Rekenmodel.docx"].get_file().read_bytes() == b"PK rekenmodel"
        # A limited file that cannot bear the name stays on the site, and the first pages say so.
        assert b"PK raming" not in file.read_bytes()
        assert "Op de site te lezen" in text[0] + text[1]
        assert "Vertrouwelijke raming" in text[0]
        # The page of the list is that of the bookmark.
        line = next(line for line in text[0].splitlines() if line.strip().startswith("Wegenkaart"))
        assert int(line.split()[-1]) == marks["Wegenkaart"] + 1
    with runtime.read() as session:
        paper = session.get_one(Paper, number)
        assert (paper.limited, paper.left_out) == (True, 2)
    alderman = as_someone(ALDERMAN)
    page = alderman.get(f"/outgoing/{number}").text
    assert "2 stukken konden niet worden opgenomen" in page
    assert alderman.get(f"/outgoing/{number}/file", buffered=True).status_code == 200
    with runtime.read() as session:
        verbs = [(one.verb, one.actor_name) for one in history(session, "paper", number)]
        assert verbs[0] == ("paper_downloaded", ALDERMAN)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("who", "words"),
    [(READER, {"startwoorden", "taxatiewoorden", "wegenwoorden"}), (GUEST, {"wegenwoorden"})],
)
def test_who_sees_less_gets_less(
    runtime: Runtime, world: World, held: Held, who: str, words: set[str]
) -> None:
    # A document that is open itself and hangs under a closed item is not shown under it.
    expected = words - {"taxatiewoorden"}
    text = text_of(file_of(runtime, made_for(runtime, world, held, who)))
    plain = text.replace(" ", "")
    assert {word for word in WORDS.values() if word in plain} == expected
    assert SECRET not in text
    assert "Vertrouwelijke" not in text.replace("Vertrouwelijk stuk", "")
    assert not STAMP.search(text)
    assert ("Warmterotonde" in text) is (who == READER)
    assert ("Vertrouwelijk stuk" in text) is (who == READER)


def test_nobody_else_has_a_pack_but_the_secretariat(
    runtime: Runtime, world: World, held: Held, as_someone: AsSomeone
) -> None:
    number = planted(runtime, world, held, ALDERMAN)
    expected = {
        ALDERMAN: 200,
        "secretary": 200,
        "clerk": 200,
        "Wethouder Leiden 2": 404,
        READER: 404,
        "administrator": 404,
        "outsider": 404,
        GUEST: 404,
    }
    for who, status in expected.items():
        client = as_someone(who)
        assert client.get(f"/outgoing/{number}").status_code == status, who
        assert client.get(f"/outgoing/{number}/file", buffered=True).status_code == status, who
    # Nor does it stand among the papers that everybody sees.
    assert f"/outgoing/{number}" not in as_someone("Wethouder Leiden 2").get(f"/meetings/{held.meeting}").text
    assert f"/outgoing/{number}" in as_someone(ALDERMAN).get(f"/meetings/{held.meeting}").text


def planted(runtime: Runtime, world: World, held: Held, who: str) -> int:
    """Let a pack be there as if it had been made, without setting it."""
    from_facts = packs.pack_facts
    with runtime.work() as session:
        meeting, person = session.get_one(Meeting, held.meeting), world.person(session, who)
        facts = from_facts(session, meeting, person, runtime.clock())
        any_file = session.scalars(select(StoredFile).order_by(StoredFile.id.desc())).first()
        paper = Paper(
            meeting_id=held.meeting,
            kind=PaperKind.PACK,
            language="nl",
            everything=False,
            person_id=person.id,
            asked_at=runtime.clock(),
            asked_by=who,
            finished_at=runtime.clock(),
            title="Vergaderstukken, Overleg, 14 februari 2019",
            file=any_file,
            limited=facts.limited,
            holds=facts.holds,
            rests_on=packs.fingerprint(facts, {}, "nl"),
        )
        session.add(paper)
        session.flush()
        return paper.id


@pytest.mark.parametrize("change", ["secrecy", "closed item", "removed", "guest taken off"])
def test_a_pack_that_holds_too_much_by_now_is_not_given(
    runtime: Runtime, world: World, held: Held, as_someone: AsSomeone, change: str
) -> None:
    who = GUEST if change == "guest taken off" else READER
    number = planted(runtime, world, held, who)
    client = as_someone(who)
    assert client.get(f"/outgoing/{number}/file", buffered=True).status_code == 200
    assert "Verouderd" not in client.get(f"/outgoing/{number}").text
    with runtime.work() as session:
        meeting = session.get_one(Meeting, held.meeting)
        document = session.scalars(select(Document).where(Document.title == "Startnotitie")).one()
        if change == "secrecy":
            document.secrecies.append(
                Secrecy(
                    ground="Woo", imposed_by="college", may_lift="raad", since=START.date(), recorded_at=START
                )
            )
        elif change == "removed":
            document.removed_at = START
        elif change == "closed item":
            next(item for item in meeting.items if item.id == held.open_item).confidential = True
        else:
            next(one for one in meeting.people if one.person_id == world.people[GUEST]).removed_at = AFTER
    answer = client.get(f"/outgoing/{number}/file", buffered=True)
    if change == "guest taken off":
        assert answer.status_code == 404
        return
    assert answer.status_code == 409
    assert "niet meer mag inzien" in answer.text
    page = client.get(f"/outgoing/{number}").text
    assert "Verouderd" in page
    assert "Opnieuw maken" in page


def test_a_new_version_or_paper_makes_a_pack_outdated_and_it_can_still_be_had(
    runtime: Runtime, world: World, held: Held, as_someone: AsSomeone
) -> None:
    number = planted(runtime, world, held, READER)
    with runtime.work() as session:
        document = session.scalars(select(Document).where(Document.title == "Startnotitie")).one()
        fill(session, runtime, document, b"%PDF-1.7 nieuw")
    reader = as_someone(READER)
    assert "Verouderd" in reader.get(f"/outgoing/{number}").text
    assert reader.get(f"/outgoing/{number}/file", buffered=True).status_code == 200


def test_who_may_ask_for_whom(runtime: Runtime, world: World, held: Held) -> None:
    def ask(who: str, whom: str) -> Paper:
        with runtime.work() as session:
            meeting, by = session.get_one(Meeting, held.meeting), world.by(session, who)
            person = world.person(session, whom)
            return packs.ask_for_pack(session, meeting, person, "nl", by, runtime.clock())

    first = ask(GUEST, GUEST)
    # Who asks twice, or for whom the clerk asks too, gets one.
    assert ask(GUEST, GUEST).id == first.id == ask("clerk", GUEST).id
    for who, whom, refusal in (
        ("outsider", "outsider", NotFound),
        ("outsider", GUEST, NotFound),
        (READER, GUEST, Forbidden),
        (ALDERMAN, GUEST, Forbidden),
        ("administrator", GUEST, Forbidden),
        ("clerk", "outsider", Invalid),
    ):
        with pytest.raises(refusal):
            ask(who, whom)
    with runtime.work() as session:
        session.get_one(Meeting, held.meeting).starts_at = None
    with pytest.raises(Conflict, match="paper_needs_date"):
        ask(READER, READER)


def test_the_clerk_makes_one_for_somebody_else(
    runtime: Runtime, world: World, held: Held, as_someone: AsSomeone
) -> None:
    clerk, address = as_someone("clerk"), f"/meetings/{held.meeting}/packs"
    assert GUEST in clerk.get(address).text
    answer = clerk.post(address, data={"person": world.people[GUEST]})
    assert answer.status_code == 303
    assert "Wacht op zijn beurt" in clerk.get(answer.location).text
    wrong = clerk.post(address, data={"person": "abc"})
    assert (wrong.status_code, "Kies iemand" in wrong.text) == (422, True)
    for who, status in ((READER, 403), ("outsider", 404), (GUEST, 404)):
        assert as_someone(who).get(address).status_code == status
        assert as_someone(who).post(address, data={"person": world.people[ALDERMAN]}).status_code in {
            403,
            404,
        }
    guest = as_someone(GUEST)
    assert "Kijken hoe ver het is" in guest.get(f"/meetings/{held.meeting}/guest").text
    assert guest.post(address).location == answer.location


@pytest.mark.slow
def test_who_lost_access_meanwhile_gets_no_pack(runtime: Runtime, world: World, held: Held) -> None:
    with runtime.work() as session:
        meeting, by = session.get_one(Meeting, held.meeting), world.by(session, GUEST)
        person = world.person(session, GUEST)
        number = packs.ask_for_pack(session, meeting, person, "nl", by, runtime.clock()).id
        meeting.agenda_final_at = None
    assert steps.make_papers(runtime) == 1
    with runtime.read() as session:
        assert session.get_one(Paper, number).failed == "pack_without_access"


def test_the_screen_tells_how_far_a_pack_is_and_a_failure_why(
    runtime: Runtime, world: World, held: Held, as_someone: AsSomeone
) -> None:
    reader = as_someone(READER)
    address = reader.post(f"/meetings/{held.meeting}/packs").location
    with runtime.work() as session:
        paper = session.get_one(Paper, int(address.rsplit("/", 1)[1]))
        paper.started_at, paper.parts_done, paper.parts_total = VALENTINE, 3, 25
    page = reader.get(address).text
    assert "3 van 25 stukken opgenomen" in page
    assert 'max="25" value="3"' in page
    with runtime.work() as session:
        paper = session.get_one(Paper, paper.id)
        paper.finished_at, paper.failed = VALENTINE, "pack_too_large"
    meeting = reader.get(f"/meetings/{held.meeting}").text
    assert "Het bestand werd te groot" in meeting
    assert "Mijn vergaderstukken opnieuw maken" in meeting


def test_a_worker_that_is_told_to_stop_leaves_the_pack_for_the_next(
    runtime: Runtime, world: World, held: Held
) -> None:
    with runtime.work() as session:
        meeting, by = session.get_one(Meeting, held.meeting), world.by(session, READER)
        person = world.person(session, READER)
        number = packs.ask_for_pack(session, meeting, person, "nl", by, runtime.clock()).id
    assert make_next(runtime, ended=lambda: True)
    with runtime.read() as session:
        paper = session.get_one(Paper, number)
        assert (paper.started_at, paper.finished_at, paper.attempts) == (None, None, 0)
