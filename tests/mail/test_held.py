"""What is held after a restore: counted, discarded with a reason, or released; sign-in goes on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete

from agenda.core.actor import System
from agenda.core.audit import history
from agenda.core.problems import Conflict, Invalid
from agenda.core.runtime import Runtime
from agenda.mail.actions import deliver_all, discard_waiting, hold, hold_after_restore, release
from agenda.mail.model import Letter
from agenda.mail.queries import Waiting, open_hold, waiting_in
from agenda.mail.rules import restored_backup, restored_from
from tests.accounts.helpers import sign_in
from tests.mail.letters import letter, outgoing, queue
from tests.mail.test_outbox import CLERK, subjects
from tests.support.smtp import MailServer
from tests.world import START, StandingClock, World


def test_a_sign_in_link_that_is_asked_for_while_all_is_held_leaves(
    house: Runtime, mail_server: MailServer, clock: StandingClock
) -> None:
    queue(house, outgoing("old link", lane="sign-in:a", expires_at=START + timedelta(hours=1)))
    clock.wind(minutes=1)
    with house.work() as session:
        hold_after_restore(session, System(), clock(), START)
    queue(house, outgoing("letter"), outgoing("new link", lane="sign-in:b"))
    deliver_all(house)
    assert subjects(mail_server) == ["new link"]


def test_what_is_held_is_counted_by_whether_it_was_there_before(house: Runtime, clock: StandingClock) -> None:
    queue(house, outgoing("a"), outgoing("b", to=CLERK))
    clock.wind(minutes=1)
    with house.work() as session:
        assert hold_after_restore(session, System(), clock(), START) == 2
    queue(house, outgoing("c"))
    with house.read() as session:
        held = open_hold(session)
        assert held is not None
        assert restored_backup(held.why) == START
        assert waiting_in(session, held, clock()) == Waiting(before=2, since=1, oldest=START)


def test_held_letters_are_discarded_with_their_reason_and_the_newer_ones_kept(
    house: Runtime, mail_server: MailServer, clock: StandingClock
) -> None:
    numbers = queue(house, outgoing("a"), outgoing("b", to=CLERK))
    clock.wind(minutes=1)
    with house.work() as session:
        hold(session, System(), clock(), "hersteld")
    queue(house, outgoing("c"))
    with house.work() as session, pytest.raises(Invalid, match="reason_missing"):
        discard_waiting(session, System(), clock(), " \n")
    with house.work() as session:
        assert discard_waiting(session, System(), clock(), "al verstuurd", only_older=True) == 2
        for number in numbers:
            [entry] = history(session, "letter", number)
            assert (entry.verb, entry.after["why"]) == ("discarded", "al verstuurd")
        release(session, System(), clock())
    deliver_all(house)
    assert subjects(mail_server) == ["c"]


def test_nothing_is_discarded_all_at_once_unless_it_is_held(house: Runtime) -> None:
    queue(house, outgoing("a"))
    with house.work() as session, pytest.raises(Conflict, match="nothing_is_held"):
        discard_waiting(session, System(), START, "zomaar")


def test_a_letter_that_is_composed_again_after_a_restore_has_the_same_identifier(house: Runtime) -> None:
    queue(house, outgoing("a"))
    sent = letter(house, "a").message_id
    with house.work() as session:
        session.execute(delete(Letter))
    queue(house, outgoing("a"))
    assert letter(house, "a").message_id == sent


@given(st.datetimes(timezones=st.just(UTC)) | st.text())
def test_only_a_restore_is_taken_for_one(why: datetime | str) -> None:
    if isinstance(why, datetime):
        assert restored_backup(restored_from(why)) == why
    else:
        assert restored_backup(why) is None


def test_the_page_tells_what_waits_after_a_restore_and_lets_it_be_discarded(
    client: FlaskClient, runtime: Runtime, world: World, clock: StandingClock
) -> None:
    queue(runtime, outgoing("oude brief"), outgoing("nog een", to=CLERK))
    clock.wind(hours=1)
    with runtime.work() as session:
        hold_after_restore(session, System(), clock(), START)
    queue(runtime, outgoing("nieuwe brief"))
    sign_in(client, runtime, world, "administrator")
    page = client.get("/letters").text
    assert "is een reservekopie van" in page
    assert "2 brieven zijn van daarvoor" in page
    assert "Eén brief is van daarna." in page

    refused = client.post("/letters/discard", data={"why": "  ", "which": "all"})
    assert refused.status_code == 422
    assert "Geef aan waarom deze brieven niet uit hoeven." in refused.text
    assert '<option value="all" selected>' in refused.text

    done = client.post("/letters/discard", data={"why": "Al verstuurd."}, follow_redirects=True).text
    assert "2 brieven worden niet verzonden." in done
    assert letter(runtime, "oude brief").fate == "discarded"
    assert letter(runtime, "nieuwe brief").fate is None
    client.post("/letters/discard", data={"why": "Ook al.", "which": "all"})
    assert letter(runtime, "nieuwe brief").fate == "discarded"
    assert "Er wacht geen brief." in client.get("/letters").text


def test_a_secretary_sees_that_all_is_held_and_cannot_change_it(
    client: FlaskClient, runtime: Runtime, world: World
) -> None:
    queue(runtime, outgoing("brief"))
    with runtime.work() as session:
        hold_after_restore(session, System(), START, START)
    sign_in(client, runtime, world, "secretary")
    page = client.get("/letters").text
    assert "reservekopie" in page
    assert "/letters/discard" not in page
    assert client.post("/letters/discard", data={"why": "x", "which": "all"}).status_code == 403
    assert letter(runtime, "brief").fate is None
