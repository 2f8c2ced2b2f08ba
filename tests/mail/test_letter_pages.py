"""Secretaries and administrators see what became of each letter; nobody reads along where they should not."""

from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from agenda.app import create_app
from agenda.core.runtime import Runtime
from agenda.mail.actions import deliver_all
from agenda.mail.compose import CalendarPart, LetterText
from agenda.mail.itip import request
from agenda.mail.reading import read_letter
from tests.accounts.helpers import sign_in
from tests.invitations.samples import EVENT, MEMBER
from tests.mail.letters import letter, outgoing, queue
from tests.support.smtp import MailServer
from tests.world import World

SECRET = "k2j3h4g5f6d7s8a9q1w2"
INVITING = LetterText(
    "Uitnodiging",
    f"Antwoord: http://localhost/answer/{SECRET}\n",
    f'<html><head></head><body><script>1</script><a href="http://localhost/answer/{SECRET}">Ja</a></body></html>\n',
)


@pytest.fixture
def invitation(runtime: Runtime, world: World) -> int:
    calendar = CalendarPart("REQUEST", request(EVENT))
    [number] = queue(
        runtime,
        outgoing("invite", kind="invitation", text=INVITING, body_id=world.body_id, calendar=calendar),
    )
    return number


def test_a_letter_is_read_as_its_calendar_and_its_reader_find_it(runtime: Runtime, invitation: int) -> None:
    reading = read_letter(letter(runtime, "invite").content)
    assert reading.text.splitlines() == INVITING.text.splitlines()
    calendar = reading.calendar
    assert calendar is not None
    assert (calendar.method, calendar.sequence, calendar.summary) == ("REQUEST", 0, EVENT.summary)
    assert (calendar.starts_at, calendar.ends_at, calendar.place) == (
        EVENT.starts_at,
        EVENT.ends_at,
        EVENT.location,
    )
    assert (MEMBER.name, MEMBER.address, "NEEDS-ACTION") in [
        (one.name, one.address, one.answer) for one in calendar.invited
    ]
    assert reading.attachments == ("invite.ics",)


@pytest.mark.parametrize(
    ("who", "status"),
    [("secretary", 200), ("administrator", 200), ("clerk", 403), ("Wethouder Leiden 1", 403)],
)
def test_the_list_is_for_secretaries_and_administrators(
    client: FlaskClient, runtime: Runtime, world: World, who: str, status: int
) -> None:
    assert sign_in(client, runtime, world, who).get("/letters").status_code == status


@pytest.mark.parametrize("who", ["outsider", "clerk", "reader", "stranger", "Wethouder Leiden 1"])
def test_a_letter_of_a_body_that_is_not_theirs_does_not_exist(
    client: FlaskClient, runtime: Runtime, world: World, invitation: int, who: str
) -> None:
    sign_in(client, runtime, world, who)
    for path in ("", "/body", "/retry", "/discard"):
        ask = client.post if path in ("/retry", "/discard") else client.get
        assert ask(f"/letters/{invitation}{path}").status_code == 404, path


def test_another_bodys_secretary_does_not_see_it_in_the_list_either(
    client: FlaskClient, runtime: Runtime, world: World, invitation: int
) -> None:
    assert "Uitnodiging" not in sign_in(client, runtime, world, "outsider").get("/letters").text
    assert "Uitnodiging" in sign_in(client, runtime, world, "secretary").get("/letters").text


def test_who_reads_along_cannot_answer_in_the_readers_name(
    client: FlaskClient, runtime: Runtime, world: World, invitation: int
) -> None:
    sign_in(client, runtime, world, "secretary")
    for path in (f"/letters/{invitation}", f"/letters/{invitation}/body"):
        shown = client.get(path)
        assert shown.status_code == 200
        assert SECRET not in shown.text
    assert client.get(f"/letters/{invitation}.eml").status_code == 404


def test_an_administrator_downloads_the_letter_as_it_left(
    client: FlaskClient, runtime: Runtime, world: World, invitation: int
) -> None:
    sign_in(client, runtime, world, "administrator")
    answer = client.get(f"/letters/{invitation}.eml")
    assert answer.data == letter(runtime, "invite").content
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=")


def test_nothing_in_a_shown_letter_can_act(
    client: FlaskClient, runtime: Runtime, world: World, invitation: int
) -> None:
    answer = sign_in(client, runtime, world, "secretary").get(f"/letters/{invitation}/body")
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("sandbox allow-popups")
    assert "default-src 'none'" in policy
    assert "script" not in policy
    assert "allow-same-origin" not in policy


def test_nobody_reads_anothers_sign_in_link_except_in_the_demonstration(
    client: FlaskClient, runtime: Runtime, world: World
) -> None:
    [number] = queue(runtime, outgoing("in", kind="sign_in", body_id=world.body_id))
    sign_in(client, runtime, world, "administrator")
    for path in ("", "/body", ".eml"):
        assert client.get(f"/letters/{number}{path}").status_code == 404
    demo = create_app(replace(runtime, config=replace(runtime.config, demo=True))).test_client()
    assert sign_in(demo, runtime, world, "secretary").get(f"/letters/{number}").status_code == 200


def test_a_secretary_sees_why_a_letter_failed_and_lets_it_go_again(
    client: FlaskClient,
    runtime: Runtime,
    house: Runtime,
    world: World,
    invitation: int,
    mail_server: MailServer,
) -> None:
    mail_server.next_is("permanent")
    deliver_all(house)
    sign_in(client, runtime, world, "secretary")
    assert "Uitnodiging" in client.get("/letters?state=failed&q=uitnod").text
    assert "Uitnodiging" not in client.get("/letters?state=sent").text
    assert "550 5.1.1 no such mailbox" in client.get(f"/letters/{invitation}").text
    assert client.post(f"/letters/{invitation}/retry").status_code == 303
    deliver_all(house)
    assert len(mail_server.accepted) == 1
    shown = client.get(f"/letters/{invitation}").text
    assert "liet de brief opnieuw uitgaan" in shown
    assert client.post(f"/letters/{invitation}/discard").status_code == 409


def test_an_administrator_holds_and_releases_all_letters_and_a_secretary_does_not(
    client: FlaskClient, runtime: Runtime, world: World, invitation: int
) -> None:
    sign_in(client, runtime, world, "secretary")
    assert client.post("/letters/hold").status_code == 403
    sign_in(client, runtime, world, "administrator")
    client.post("/letters/hold", data={"why": "hersteld uit een reservekopie"})
    assert deliver_all(runtime) == 0
    assert "hersteld uit een reservekopie" in client.get("/letters").text
    client.post("/letters/release")
    assert deliver_all(runtime) == 1


def test_the_list_asks_as_many_questions_for_fifty_letters_as_for_one(
    client: FlaskClient, runtime: Runtime, world: World, invitation: int, statements: list[str]
) -> None:
    sign_in(client, runtime, world, "administrator")
    client.get("/letters")
    statements.clear()
    client.get("/letters")
    few = len(statements)
    queue(runtime, *(outgoing(f"letter {number}") for number in range(49)))
    statements.clear()
    assert "letter 48" in client.get("/letters").text
    assert len(statements) == few
