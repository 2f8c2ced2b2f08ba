"""Letters are queued once, leave in order, and each ends where a person can see it."""

from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes

import pytest
from sqlalchemy import func, select

from agenda.core.actor import System
from agenda.core.problems import Conflict, NotFound
from agenda.core.runtime import Runtime
from agenda.mail.actions import deliver_all, deliver_one, discard, hold, post, release, retry
from agenda.mail.compose import Mailbox, UnsafeLetter
from agenda.mail.model import Letter
from agenda.mail.queries import failed_since, letters, open_hold
from agenda.mail.rules import RATE_PERIOD, State, state_of
from tests.mail.letters import ALDERMAN, letter, outgoing, queue, through
from tests.support.smtp import MailServer
from tests.world import START, StandingClock, World

CLERK = "clerk@leidseregio.example"


def subjects(server: MailServer) -> list[str]:
    return [str(received.message["Subject"]) for received in server.accepted]


def test_the_same_key_again_is_the_same_letter(house: Runtime, mail_server: MailServer) -> None:
    first, second = queue(house, outgoing("invite:1:2:0"), outgoing("invite:1:2:0"))
    assert first == second
    assert deliver_all(house) == 1
    assert subjects(mail_server) == ["invite:1:2:0"]


def test_the_same_key_twice_in_one_transaction_leaves_the_rest_of_it_whole(house: Runtime) -> None:
    with house.work() as session:
        first = post(session, house.config, outgoing("a"), START)
        assert post(session, house.config, outgoing("a"), START) is first
        post(session, house.config, outgoing("b"), START)
    with house.read() as session:
        assert session.scalars(select(Letter.key).order_by(Letter.id)).all() == ["a", "b"]


def test_a_letter_is_undone_with_the_change_that_caused_it(house: Runtime, mail_server: MailServer) -> None:
    with pytest.raises(RuntimeError), house.work() as session:
        post(session, house.config, outgoing("a"), START)
        raise RuntimeError
    assert not deliver_one(house)
    assert mail_server.received == []


def test_the_bytes_that_were_queued_are_the_bytes_that_arrive(
    house: Runtime, mail_server: MailServer, clock: StandingClock
) -> None:
    queue(house, outgoing("a"))
    frozen = letter(house, "a").content
    clock.wind(hours=5)
    deliver_all(house)
    [received] = mail_server.accepted
    assert received.raw == frozen
    assert received.recipients == (ALDERMAN,)
    assert received.sender == "agenda@leidseregio.example"
    assert received.message["Message-ID"] == letter(house, "a").message_id


def test_a_letter_that_follows_another_points_to_it(house: Runtime) -> None:
    queue(house, outgoing("a"), outgoing("b"), outgoing("c", follows=("a", "b")))
    a, b = (letter(house, key).message_id for key in "ab")
    third = message_from_bytes(letter(house, "c").content)
    assert third["In-Reply-To"] == b
    assert third["References"].split() == [a, b]


def test_nothing_leaves_before_its_time(house: Runtime, clock: StandingClock) -> None:
    queue(house, outgoing("a", not_before=START + timedelta(hours=2)))
    assert not deliver_one(house)
    clock.wind(hours=2)
    assert deliver_one(house)
    assert letter(house, "a").fate == "sent"


def test_temporary_failure_is_tried_again_after_1_5_15_and_60_minutes_and_then_each_hour(
    house: Runtime, mail_server: MailServer, clock: StandingClock
) -> None:
    mail_server.always_is("temporary")
    queue(house, outgoing("a"))
    waits = []
    for _ in range(7):
        assert deliver_one(house)
        row = letter(house, "a")
        assert row.fate is None
        assert row.last_error == "451 4.3.0 try again later"
        waits.append((row.due_at - clock()) // timedelta(minutes=1))
        clock.wind(minutes=waits[-1], seconds=-1)
        assert not deliver_one(house)
        clock.wind(seconds=1)
    assert waits == [1, 5, 15, 60, 60, 60, 60]


def test_a_server_that_stays_away_for_two_days_ends_as_expired_and_is_listed(
    house: Runtime, mail_server: MailServer, clock: StandingClock
) -> None:
    mail_server.always_is("temporary_after_data")
    queue(house, outgoing("a"))
    tries = 0
    while letter(house, "a").fate is None:
        clock.wind(minutes=60)
        tries += deliver_all(house)
    row = letter(house, "a")
    assert row.fate == "expired"
    assert tries == row.attempts == 53
    assert clock() - START < timedelta(days=2, hours=6)
    with house.read() as session:
        assert [found.key for found in failed_since(session, START)] == ["a"]
        assert failed_since(session, clock()) == []


def test_permanent_failure_stops_at_once_with_the_servers_words(
    house: Runtime, mail_server: MailServer
) -> None:
    mail_server.next_is("permanent")
    queue(house, outgoing("a"), outgoing("b"))
    assert deliver_all(house) == 2
    row = letter(house, "a")
    assert (row.fate, row.attempts, row.last_error) == ("failed", 1, "550 5.1.1 no such mailbox")
    assert subjects(mail_server) == ["b"]


def test_letters_to_one_reader_keep_their_order_while_others_pass(
    house: Runtime, mail_server: MailServer, clock: StandingClock
) -> None:
    mail_server.next_is("temporary")
    queue(house, outgoing("request"), outgoing("cancel"), outgoing("other", to=CLERK))
    deliver_all(house)
    assert subjects(mail_server) == ["other"]
    clock.wind(minutes=1)
    deliver_all(house)
    assert subjects(mail_server) == ["other", "request", "cancel"]


def test_the_lane_is_the_reader_also_when_the_address_is_typed_in_capitals(
    house: Runtime, mail_server: MailServer
) -> None:
    mail_server.next_is("temporary")
    queue(house, outgoing("request"), outgoing("cancel", to=ALDERMAN.upper()))
    deliver_all(house)
    assert subjects(mail_server) == []


def test_a_reader_gets_at_most_so_many_letters_an_hour_and_loses_none(
    house: Runtime, mail_server: MailServer, clock: StandingClock
) -> None:
    limit = 5
    house = replace(house, config=replace(house.config, letters_per_hour=limit))
    keys = [f"letter {number}" for number in range(limit + 3)]
    queue(house, *(outgoing(key) for key in keys), outgoing("other", to=CLERK))
    deliver_all(house)
    assert subjects(mail_server) == [*keys[:limit], "other"]
    clock.wind(minutes=59)
    assert deliver_all(house) == 0
    clock.wind(minutes=1)
    deliver_all(house)
    assert subjects(mail_server)[limit + 1 :] == keys[limit:]


def test_the_limit_holds_over_all_lanes_of_a_reader_and_who_waits_for_it_is_not_late(
    house: Runtime, mail_server: MailServer, clock: StandingClock
) -> None:
    house = replace(house, config=replace(house.config, letters_per_hour=2))
    queue(house, *(outgoing(f"letter {number}", lane=f"lane {number}") for number in range(5)))
    deliver_all(house)
    assert subjects(mail_server) == ["letter 0", "letter 1"]
    assert {letter(house, f"letter {number}").due_at for number in (2, 3, 4)} == {START + RATE_PERIOD}
    clock.wind(minutes=60)
    deliver_all(house)
    assert subjects(mail_server)[2:] == ["letter 2", "letter 3"]
    clock.wind(minutes=60)
    deliver_all(house)
    assert subjects(mail_server)[4:] == ["letter 4"]


def test_who_wants_to_sign_in_waits_for_no_limit(house: Runtime, mail_server: MailServer) -> None:
    limit = 5
    house = replace(house, config=replace(house.config, letters_per_hour=limit))
    queue(house, *(outgoing(f"letter {number}") for number in range(limit + 1)))
    queue(house, outgoing("sign in", kind="sign_in", lane=f"sign-in:{ALDERMAN}"))
    deliver_all(house)
    assert subjects(mail_server)[-1] == "sign in"
    assert letter(house, f"letter {limit}").fate is None


def test_a_link_that_has_run_out_is_not_sent_any_more(house: Runtime, clock: StandingClock) -> None:
    queue(house, outgoing("a", expires_at=START + timedelta(minutes=15)), outgoing("b"))
    clock.wind(minutes=15)
    deliver_all(house)
    assert letter(house, "a").fate == "expired"
    assert letter(house, "b").fate == "sent"


def test_no_answer_after_the_letter_goes_again_under_the_same_message_id_and_is_flagged(
    house: Runtime, mail_server: MailServer, clock: StandingClock
) -> None:
    mail_server.next_is("drop_after_data")
    queue(house, outgoing("a"))
    deliver_all(house)
    row = letter(house, "a")
    assert row.fate is None
    assert row.handed_over_at == START
    assert not row.maybe_twice
    clock.wind(minutes=1)
    deliver_all(house)
    assert letter(house, "a").maybe_twice
    first, second = mail_server.received
    assert first.raw == second.raw


def test_a_clear_refusal_leaves_no_doubt(
    house: Runtime, mail_server: MailServer, clock: StandingClock
) -> None:
    mail_server.next_is("temporary_after_data")
    queue(house, outgoing("a"))
    deliver_all(house)
    assert letter(house, "a").handed_over_at is None
    clock.wind(minutes=1)
    deliver_all(house)
    assert not letter(house, "a").maybe_twice


def test_held_mail_stays_in_the_house_until_it_is_released(house: Runtime, mail_server: MailServer) -> None:
    queue(house, outgoing("before"))
    with house.work() as session:
        hold(session, System(), START, "hersteld uit een reservekopie")
    queue(house, outgoing("during"))
    assert deliver_all(house) == 0
    with house.work() as session:
        assert {row.key for row in letters(session, state=(State.HELD, START)).letters} == {
            "before",
            "during",
        }
        assert letters(session, state=(State.WAITING, START)).total == 0
        release(session, System(), START)
        assert open_hold(session) is None
    deliver_all(house)
    assert subjects(mail_server) == ["before", "during"]


def test_a_failed_letter_goes_again_when_a_person_says_so(house: Runtime, mail_server: MailServer) -> None:
    mail_server.next_is("permanent")
    [number] = queue(house, outgoing("a"))
    deliver_all(house)
    with house.work() as session:
        retry(session, number, System(), START)
    deliver_all(house)
    assert letter(house, "a").fate == "sent"
    with house.work() as session, pytest.raises(Conflict, match="letter_sent_already"):
        retry(session, number, System(), START)


def test_a_discarded_letter_never_leaves_and_no_longer_holds_up_its_lane(
    house: Runtime, mail_server: MailServer
) -> None:
    mail_server.next_is("temporary")
    first, _ = queue(house, outgoing("a"), outgoing("b"))
    deliver_all(house)
    with house.work() as session:
        discard(session, first, System(), START, "dubbel")
    deliver_all(house)
    assert subjects(mail_server) == ["b"]
    assert letter(house, "a").fate == "discarded"


def test_a_letter_on_its_way_cannot_be_discarded(house: Runtime) -> None:
    def while_it_leaves(envelope: Letter, _before_data: object) -> None:
        with house.work() as session, pytest.raises(Conflict, match="letter_leaving"):
            discard(session, envelope.id, System(), START, "te laat")

    [number] = queue(house, outgoing("a"))
    deliver_all(through(house, while_it_leaves))
    with house.read() as session:
        assert session.get_one(Letter, number).fate == "sent"


def test_another_bodys_secretary_finds_no_letter(house: Runtime, world: World) -> None:
    [number] = queue(house, outgoing("a", body_id=world.body_id))
    with house.work() as session:
        with pytest.raises(NotFound):
            discard(session, number, world.by(session, "outsider"), START, "niet van mij")
        with pytest.raises(NotFound):
            discard(session, number, world.by(session, "clerk"), START, "niet van mij")
        assert discard(session, number, world.by(session, "secretary"), START, "dubbel").fate == "discarded"


@pytest.mark.parametrize("state", list(State))
def test_the_list_and_the_letter_agree_about_its_state(house: Runtime, state: State) -> None:
    def interrupted(_letter: object, _before_data: object) -> None:
        raise KeyboardInterrupt

    queue(house, outgoing("waiting", to=CLERK, not_before=START + timedelta(days=1)), outgoing("sending"))
    with pytest.raises(KeyboardInterrupt):
        deliver_one(through(house, interrupted))
    with house.work() as session:
        for fate in ("sent", "failed", "expired", "discarded", "withdrawn"):
            row = post(session, house.config, outgoing(fate, to=CLERK), START)
            row.fate, row.settled_at = fate, START
        if state is State.HELD:
            hold(session, System(), START, "proef")
        listed = letters(session, state=(state, START)).letters
        told = [state_of(row, START, held=open_hold(session) is not None) for row in listed]
        assert told == [state]
        assert session.scalar(select(func.count()).select_from(Letter)) == 7


def test_a_search_finds_reader_and_subject_and_takes_a_percent_sign_as_it_is(house: Runtime) -> None:
    queue(house, outgoing("100% zeker"), outgoing("1000 zeker", to=CLERK))
    with house.read() as session:
        assert [row.key for row in letters(session, search="100%").letters] == ["100% zeker"]
        assert [row.key for row in letters(session, search="ZEKER clerk").letters] == ["1000 zeker"]


@pytest.mark.parametrize(
    "address",
    [
        "x@leiden.example\r\nBcc: allen@leiden.example",
        "x@leiden.example>,<y@leiden.example",
        "x@leiden.example\r\nRCPT TO:<y@leiden.example>",
        "x y@leiden.example",
        "",
    ],
)
def test_an_address_that_is_more_than_an_address_is_never_queued(house: Runtime, address: str) -> None:
    with house.work() as session:
        with pytest.raises(UnsafeLetter):
            post(session, house.config, outgoing("a", to=address), START)
        assert letters(session).total == 0


@pytest.mark.parametrize(
    "evil", ["x\r\nBcc: allen@leiden.example", "=?utf-8?q?x=0D=0ABcc:_allen@leiden.example?="]
)
def test_a_name_or_subject_adds_no_header_and_no_reader(
    house: Runtime, mail_server: MailServer, evil: str
) -> None:
    letter_ = outgoing(evil, recipient=Mailbox(evil, ALDERMAN), sender_name=evil)
    queue(house, letter_)
    deliver_all(house)
    [received] = mail_server.accepted
    assert received.recipients == (ALDERMAN,)
    assert received.message["Bcc"] is None


def test_a_dot_on_a_line_of_its_own_does_not_end_the_letter(house: Runtime, mail_server: MailServer) -> None:
    text = outgoing("a").text
    dotted = type(text)(text.subject, "voor\n.\n..\nQUIT\nna\n", text.html)
    queue(house, outgoing("a", text=dotted))
    deliver_all(house)
    [received] = mail_server.accepted
    assert received.raw == letter(house, "a").content
    body = received.message.get_body(("plain",))
    assert body is not None
    assert body.get_content().splitlines() == ["voor", ".", "..", "QUIT", "na"]


@pytest.mark.parametrize("refused", [False, True])
def test_nothing_is_kept_of_a_sign_in_link_once_its_fate_is_known(
    house: Runtime, mail_server: MailServer, refused: bool
) -> None:
    queue(house, outgoing("a"), outgoing("link", lane=f"sign-in:{ALDERMAN}"))
    if refused:
        mail_server.always_is("permanent")
    deliver_all(house)
    assert letter(house, "a").content
    assert letter(house, "link").content == b""
    with house.work() as session, pytest.raises(Conflict):
        retry(session, letter(house, "link").id, System(), START)
