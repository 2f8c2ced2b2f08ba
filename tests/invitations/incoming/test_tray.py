"""What a person must decide waits in the tray, safe to look at, and can be put back."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from agenda.mail.model import Incoming
from agenda.meetings.model import Answer
from agenda.people.model import Membership, Person, Role
from tests.accounts.helpers import sign_in
from tests.invitations.incoming.post import Client
from tests.invitations.region import GUEST, Region
from tests.world import SINCE

EVIL = "<script>alert(1)</script>"


@pytest.fixture
def secretary(region: Region, client: FlaskClient) -> FlaskClient:
    return sign_in(client, region.runtime, region.world, "secretary")


def words(alderman: Client, text: str = "Ik kom een kwartier later.", **facts: object) -> Incoming:
    return alderman.deliver(alderman.letter(None, subject="Overleg", text=text, **facts))


def fate_of(region: Region, incoming: Incoming) -> str | None:
    with region.runtime.read() as session:
        return session.get_one(Incoming, incoming.id).fate


def test_what_waits_is_counted_shown_recorded_and_put_back(alderman: Client, secretary: FlaskClient) -> None:
    region = alderman.region
    incoming = words(alderman)
    assert "Eén bericht wacht op u" in secretary.get("/").text
    assert alderman.who in secretary.get("/inbox").text
    page = secretary.get(f"/inbox/{incoming.id}").text
    assert "Ik kom een kwartier later." in page
    assert "Iemand schreef iets dat gelezen moet worden." in page

    with region.runtime.read() as session:
        attendee_id = region.attendee(session, alderman.who).id
    said = {"attendee_id": attendee_id, "answer": "accepted"}
    assert secretary.post(f"/inbox/{incoming.id}/answer", data=said).status_code == 303
    assert (alderman.answer, fate_of(region, incoming)) == (Answer.ACCEPTED, "done")
    assert secretary.post(f"/inbox/{incoming.id}/done", data={"note": ""}).status_code == 409
    assert "wacht op u" not in secretary.get("/").text

    secretary.post(f"/inbox/{incoming.id}/back")
    assert fate_of(region, incoming) == "set_aside"
    secretary.post(f"/inbox/{incoming.id}/done", data={"note": "Gebeld"})
    shown = secretary.get(f"/inbox/{incoming.id}").text
    for line in ("legde het antwoord vast", "legde het bericht terug", "borg het bericht op", "Gebeld"):
        assert line in shown


def test_a_known_stranger_is_invited_by_the_secretary_and_by_nothing_else(
    alderman: Client, secretary: FlaskClient
) -> None:
    """CALENDAR-MAIL rule 22."""
    region = alderman.region
    with region.runtime.read() as session:
        stranger = region.world.person(session, GUEST).email
    incoming = alderman.reply(sender=f"{GUEST} <{stranger}>", attendee=stranger)
    assert (incoming.why, region.tell()) == ("stranger", [])
    assert f"{GUEST} uitnodigen" in secretary.get(f"/inbox/{incoming.id}").text
    assert secretary.post(f"/inbox/{incoming.id}/invite").status_code == 303
    region.clock.wind(minutes=2)
    assert [(mail.to, mail.method) for mail in region.tell()] == [(stranger, "REQUEST")]


def test_a_delegate_of_the_same_college_comes_in_the_members_place(
    alderman: Client, secretary: FlaskClient
) -> None:
    """CALENDAR-MAIL rule 22."""
    region = alderman.region
    stand_in = Person(name="Wethouder Leiden 9", email="wethouder.leiden.9@leidseregio.example")
    with region.work() as session:
        session.add(stand_in)
        session.flush()
        seat = Membership(body_id=region.world.other_body_id, role=Role.MEMBER, since=SINCE)
        seat.person_id, seat.organisation_id = stand_in.id, region.world.organisations["Leiden"]
        session.add(seat)
    calendar = alderman.calendar("REPLY", f'DELEGATED;DELEGATED-TO="mailto:{stand_in.email}"')
    incoming = alderman.deliver(alderman.letter(calendar))
    assert incoming.why == "delegate"
    page = secretary.get(f"/inbox/{incoming.id}").text
    assert f"In plaats van {alderman.who}" in page
    assert alderman.answer is Answer.NEEDS_ACTION
    secretary.post(f"/inbox/{incoming.id}/invite", data={"instead": "1"})
    region.clock.wind(minutes=2)
    assert [(mail.to, mail.method) for mail in region.tell()] == [(stand_in.email, "REQUEST")]
    assert alderman.answer is Answer.DECLINED


def test_the_status_screen_tells_what_came_by_mail(alderman: Client, secretary: FlaskClient) -> None:
    region = alderman.region
    written = region.clock()
    region.clock.wind(minutes=5)
    alderman.reply("ACCEPTED", sender="assistent@leiden.example", attendee=alderman.address)
    alderman.reply("DECLINED", at=written)
    words(alderman, "Ik ben er maandag weer.", headers={"Auto-Submitted": "auto-replied"})
    page = secretary.get(f"/meetings/{region.meeting_id}/invitations").text
    assert "Antwoorden per e-mail (2)" in page
    for line in (
        "telt niet",
        "kwam van een ander adres dan waaraan de uitnodiging is gestuurd",
        "Afwezigheidsbericht: Ik ben er maandag weer.",
    ):
        assert line in page


def test_html_and_scripts_in_a_message_are_only_ever_text(alderman: Client, secretary: FlaskClient) -> None:
    message = alderman.letter(None, sender=f'"{EVIL}" <{alderman.address}>', subject=EVIL, text=EVIL)
    incoming = alderman.deliver(message)
    commented = alderman.reply(sender="x@elders.example", attendee="y@elders.example", comment=EVIL)
    for path in ("/inbox", f"/inbox/{incoming.id}", f"/inbox/{commented.id}"):
        page = secretary.get(path).text
        assert EVIL not in page
        assert "&lt;script&gt;" in page or path == "/inbox"


def test_the_message_as_it_came_is_saved_and_never_opened(alderman: Client, secretary: FlaskClient) -> None:
    incoming = words(alderman)
    saved = secretary.get(f"/inbox/{incoming.id}.eml")
    assert saved.data == incoming.content
    assert saved.headers["Content-Disposition"].startswith("attachment")
    assert saved.headers["X-Content-Type-Options"] == "nosniff"


def test_the_tray_finds_by_sender_subject_and_state(alderman: Client, secretary: FlaskClient) -> None:
    words(alderman)
    alderman.reply()
    assert secretary.get("/inbox?q=bestaat-niet").text.count("Niets gevonden") == 1
    assert alderman.who in secretary.get(f"/inbox?q={alderman.address}").text
    assert "Geaccepteerd: overleg" not in secretary.get("/inbox").text
    assert "Geaccepteerd: overleg" in secretary.get("/inbox?state=handled").text
    assert "Er wacht niets op u" not in secretary.get("/inbox?state=onzin").text
