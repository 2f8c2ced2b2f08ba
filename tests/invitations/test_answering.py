"""The link in the mail answers for one person and one meeting, and does nothing else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from agenda.invitations.actions import send_again
from agenda.meetings.model import Answer
from tests.accounts.helpers import sign_in
from tests.invitations.region import ALDERMAN, GUEST, Region, to
from tests.meetings.agenda_world import EVENING

LATER = EVENING + timedelta(days=7)


def said(region: Region, who: str = ALDERMAN) -> tuple[Answer, str]:
    with region.work() as session:
        attendee = region.attendee(session, who)
        return attendee.answer, attendee.answer_remark


def link(region: Region, who: str = ALDERMAN) -> str:
    return f"/answer/{region.token(who)}"


def answers(revision: int = 0, answer: str = "accepted", remark: str = "") -> dict[str, str]:
    return {"answer": answer, "remark": remark, "revision": str(revision)}


@pytest.mark.parametrize("answer", [Answer.ACCEPTED, Answer.DECLINED, Answer.TENTATIVE])
def test_an_answer_takes_one_tap_without_signing_in(
    region: Region, client: FlaskClient, answer: Answer
) -> None:
    region.invite()
    page = client.get(link(region)).text
    assert "donderdag 14 februari 2019, 15.30 – 17.30 uur" in page
    assert "Gemeentehuis Zoeterwoude" in page
    assert client.post(link(region), data=answers(answer=answer.value)).status_code == 303
    assert said(region) == (answer, "")
    assert "Genoteerd" in client.get(link(region)).text


def test_an_answer_can_be_changed_and_keeps_its_remark(region: Region, client: FlaskClient) -> None:
    region.invite()
    client.post(link(region), data=answers(remark="Tot 17.00 uur"))
    assert "Tot 17.00 uur" in client.get(link(region)).text
    client.post(link(region), data=answers(answer="declined", remark="Ziek"))
    assert said(region) == (Answer.DECLINED, "Ziek")


def test_rule_33_looking_changes_nothing(region: Region, client: FlaskClient) -> None:
    region.invite()
    for method in ("GET", "HEAD", "OPTIONS"):
        client.open(f"{link(region)}?answer=accepted", method=method)
    assert said(region) == (Answer.NEEDS_ACTION, "")


def test_an_answer_counts_for_this_person_and_this_meeting_alone(region: Region, client: FlaskClient) -> None:
    region.invite()
    first = region.meeting_id
    region.invite(starts_at=LATER)
    second = region.meeting_id
    region.meeting_id = first
    client.post(link(region), data=answers())
    assert said(region, "Wethouder Leiden 2")[0] is Answer.NEEDS_ACTION
    region.meeting_id = second
    assert said(region)[0] is Answer.NEEDS_ACTION


def test_rule_32_the_link_works_whatever_its_case(region: Region, client: FlaskClient) -> None:
    region.invite()
    assert (
        client.post(link(region).upper().replace("/ANSWER/", "/answer/"), data=answers()).status_code == 303
    )
    assert said(region)[0] is Answer.ACCEPTED


@pytest.mark.parametrize("token", ["a" * 32, "abc", "%00", "..%2f..", "é", "a" * 3000])
def test_a_guessed_link_is_no_page(region: Region, client: FlaskClient, token: str) -> None:
    region.invite()
    assert client.get(f"/answer/{token}").status_code == 404
    assert client.post(f"/answer/{token}", data=answers()).status_code == 404


def test_a_token_of_the_right_shape_from_another_secret_is_no_page(
    region: Region, client: FlaskClient
) -> None:
    region.invite()
    assert client.get(f"/answer/{region.token(ALDERMAN, serial=2)}").status_code == 404


def test_who_guesses_too_often_must_wait(region: Region, client: FlaskClient) -> None:
    region.invite()
    tries = [client.get(f"/answer/{number:032}").status_code for number in range(121)]
    assert tries[0] == 404
    assert tries[-1] == 429


def test_the_old_link_dies_when_the_address_changes(region: Region, client: FlaskClient) -> None:
    region.invite()
    old = link(region)
    with region.work() as session:
        region.world.person(session, ALDERMAN).email = "nieuw@leidseregio.example"
        attendee, by = region.attendee(session, ALDERMAN), region.secretary(session)
        send_again(session, region.runtime.config, attendee.meeting, attendee.id, by, region.clock())
    (mail,) = region.arrived()[-1:]
    assert mail.to == "nieuw@leidseregio.example"
    assert client.get(old).status_code == 404
    new = f"/answer/{region.token(ALDERMAN, serial=2)}"
    assert new in mail.text
    assert client.post(new, data=answers()).status_code == 303


def test_the_link_signs_nobody_in(region: Region, client: FlaskClient) -> None:
    region.invite()
    client.get(link(region))
    client.post(link(region), data=answers())
    assert client.get(f"/meetings/{region.meeting_id}").status_code in {302, 303, 404}
    assert client.get(f"/meetings/{region.meeting_id}/invitation.ics").status_code in {302, 303, 404}


def test_the_address_of_the_page_stays_a_secret(region: Region, client: FlaskClient) -> None:
    region.invite()
    for answer in (client.get(link(region)), client.post(link(region), data=answers())):
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert "noindex" in answer.headers["X-Robots-Tag"]
        assert answer.headers["Cache-Control"] == "no-store"


def test_without_its_token_a_form_is_refused(region: Region, app: Flask) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    region.invite()
    assert app.test_client().post(link(region), data=answers()).status_code == 400
    assert said(region)[0] is Answer.NEEDS_ACTION


@pytest.mark.parametrize("answer", ["", "needs_action", "ja", "accepted\x00"])
def test_what_is_no_answer_is_not_kept(region: Region, client: FlaskClient, answer: str) -> None:
    region.invite()
    assert client.post(link(region), data=answers(answer=answer)).status_code == 422
    assert said(region)[0] is Answer.NEEDS_ACTION


def test_a_remark_that_is_too_long_is_shown_again_and_not_kept(region: Region, client: FlaskClient) -> None:
    region.invite()
    page = client.post(link(region), data=answers(remark="x" * 6_000))
    assert page.status_code == 422
    assert "x" * 6_000 in page.text
    assert said(region) == (Answer.NEEDS_ACTION, "")


def test_a_script_in_a_remark_is_only_text(region: Region, client: FlaskClient) -> None:
    region.invite()
    client.post(link(region), data=answers(remark='</textarea><script>alert("x")</script>'))
    assert "<script>alert" not in client.get(link(region)).text
    secretary = sign_in(client, region.runtime, region.world, "secretary")
    for path in ("", "/invitations"):
        page = secretary.get(f"/meetings/{region.meeting_id}{path}")
        assert page.status_code == 200
        assert "<script>alert" not in page.text


# when things changed


def test_an_answer_to_what_was_shown_before_a_change_is_asked_again(
    region: Region, client: FlaskClient
) -> None:
    region.invite()
    region.move(LATER)
    page = client.post(link(region), data=answers(revision=0, remark="Graag"))
    assert page.status_code == 409
    assert "21 februari 2019" in page.text
    assert "Graag" in page.text
    assert said(region)[0] is Answer.NEEDS_ACTION
    assert client.post(link(region), data=answers(revision=1)).status_code == 303


def test_an_earlier_answer_is_shown_as_such(region: Region, client: FlaskClient) -> None:
    region.invite()
    client.post(link(region), data=answers())
    region.move(LATER)
    page = client.get(link(region)).text
    assert "U antwoordde" in page
    assert "nog geen antwoord" in page


def test_a_cancelled_meeting_says_why_and_what_replaces_it(region: Region, client: FlaskClient) -> None:
    region.invite()
    first = region.meeting_id
    second = region.plan(starts_at=LATER)
    region.meeting_id = first
    region.cancel(successor=second)
    page = client.get(link(region)).text
    assert "Twee colleges kunnen niet." in page
    assert "donderdag 21 februari 2019, 15.30 uur" in page
    assert "<textarea" not in page
    assert client.post(link(region), data=answers(revision=1)).status_code == 409


def test_who_was_removed_reads_so(region: Region, client: FlaskClient) -> None:
    region.invite()
    region.remove(ALDERMAN)
    page = client.get(link(region)).text
    assert "U wordt niet meer verwacht" in page
    assert "<textarea" not in page
    assert client.post(link(region), data=answers()).status_code == 409


def test_after_the_meeting_nobody_answers(region: Region, client: FlaskClient) -> None:
    region.invite()
    region.clock.at = EVENING + timedelta(hours=2)
    assert "Dit overleg is voorbij" in client.get(link(region)).text
    assert client.post(link(region), data=answers()).status_code == 409


def test_the_page_speaks_the_language_of_its_reader(region: Region, client: FlaskClient) -> None:
    with region.work() as session:
        region.world.person(session, ALDERMAN).language = "en"
    region.invite()
    assert "Will you come?" in client.get(link(region)).text


def test_a_guest_sees_the_own_time_only(region: Region, client: FlaskClient) -> None:
    region.plan()
    region.put_on_agenda("Eerst dit", needs=["wonen"])
    region.put_on_agenda("Warmtenet", guests=[GUEST])
    region.make_final()
    region.confirm()
    region.tell()
    page = client.get(link(region, GUEST)).text
    assert "16.00 – 16.20 uur" in page
    assert "Warmtenet" in page
    assert "Eerst dit" not in page


# from within


def test_a_signed_in_attendee_answers_on_the_meeting_page(region: Region, client: FlaskClient) -> None:
    region.invite()
    alderman = sign_in(client, region.runtime, region.world, ALDERMAN)
    assert "Komt u?" in alderman.get(f"/meetings/{region.meeting_id}").text
    alderman.post(f"/meetings/{region.meeting_id}/answer", data=answers(remark="Graag"))
    assert said(region) == (Answer.ACCEPTED, "Graag")


def test_who_is_not_invited_cannot_answer(region: Region, client: FlaskClient) -> None:
    region.invite()
    reader = sign_in(client, region.runtime, region.world, "reader")
    assert reader.post(f"/meetings/{region.meeting_id}/answer", data=answers()).status_code == 404


def test_the_calendar_file_is_the_mailed_one_byte_for_byte(region: Region, client: FlaskClient) -> None:
    mail = to(region.invite(), ALDERMAN)
    alderman = sign_in(client, region.runtime, region.world, ALDERMAN)
    path = f"/meetings/{region.meeting_id}/invitation.ics"
    region.answer(ALDERMAN)
    assert alderman.get(path).data == mail.ics
    region.clock.wind(hours=1)
    region.move(LATER)
    moved = to(region.tell(), ALDERMAN)
    assert alderman.get(path).data == moved.ics
    region.remove(ALDERMAN)
    gone = to(region.tell(), ALDERMAN)
    assert gone.method == "CANCEL"
    assert alderman.get(path).data == gone.ics


def test_only_who_was_invited_gets_a_calendar_file(region: Region, client: FlaskClient) -> None:
    region.invite()
    for who in ("reader", "outsider"):
        person = sign_in(client, region.runtime, region.world, who)
        assert person.get(f"/meetings/{region.meeting_id}/invitation.ics").status_code == 404
