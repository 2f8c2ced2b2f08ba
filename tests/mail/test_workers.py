"""Several workers on one outbox: each letter once, in its lane's order, and no one writes over another."""

import threading
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import event

from agenda.core.database import Sessions
from agenda.core.runtime import Runtime
from agenda.mail.actions import deliver_all, deliver_one
from agenda.mail.model import Letter
from agenda.mail.transports import Permanent, SmtpTransport
from tests.mail.letters import letter, outgoing, queue, through
from tests.support.smtp import MailServer
from tests.world import StandingClock


def test_workers_beside_each_other_send_each_letter_once_and_keep_each_lane_in_order(
    house: Runtime, mail_server: MailServer, database_url: str
) -> None:
    letters = [
        outgoing(f"{number} {reader}", to=f"{reader}@leiden.example")
        for number in range(8)
        for reader in "abcd"
    ]
    queue(house, *letters)
    everyone_is_here = threading.Barrier(3)

    def work() -> int:
        sessions, smtp = Sessions(database_url), SmtpTransport(mail_server.url)
        mine = Runtime(sessions, house.clock, smtp, house.config)
        everyone_is_here.wait()
        done = deliver_all(mine)
        smtp.close()
        sessions.close()
        return done

    with ThreadPoolExecutor(3) as pool:
        done = [worker.result() for worker in [pool.submit(work) for _ in range(3)]]
    # A lane of which a letter is under way is left alone, so a worker may go home before the last letter.
    done.append(deliver_all(house))
    assert sum(done) == len(mail_server.accepted) == len(letters)
    order = defaultdict(list)
    for received in mail_server.accepted:
        order[received.recipients].append(str(received.message["Subject"])[0])
    assert all(numbers == list("01234567") for numbers in order.values())


def test_a_worker_presumed_dead_writes_nothing_about_a_letter_that_another_took_over(
    house: Runtime, clock: StandingClock
) -> None:
    def slow_and_then_refused(_letter: Letter, before_data: object) -> None:
        clock.wind(minutes=16)
        assert deliver_one(house)
        raise Permanent("550 too late to matter")

    queue(house, outgoing("a"))
    assert deliver_one(through(house, slow_and_then_refused))
    row = letter(house, "a")
    assert (row.fate, row.last_error) == ("sent", None)


def test_a_worker_that_lost_its_lease_does_not_hand_the_letter_over(
    house: Runtime, mail_server: MailServer, clock: StandingClock
) -> None:
    def slow(envelope: Letter, before_data: object) -> None:
        clock.wind(minutes=16)
        assert deliver_one(house)
        house.send(envelope, before_data)  # type: ignore[arg-type]

    queue(house, outgoing("a"))
    assert deliver_one(through(house, slow))
    assert len(mail_server.received) == 1


def test_a_letter_whose_worker_died_waits_a_quarter_of_an_hour_and_goes_again(
    house: Runtime, mail_server: MailServer, clock: StandingClock
) -> None:
    def dies(_letter: Letter, before_data: object) -> None:
        raise KeyboardInterrupt

    queue(house, outgoing("a"))
    with pytest.raises(KeyboardInterrupt):
        deliver_one(through(house, dies))
    clock.wind(minutes=14)
    assert not deliver_one(house)
    clock.wind(minutes=1)
    assert deliver_one(house)
    assert not letter(house, "a").maybe_twice
    assert len(mail_server.accepted) == 1


def test_a_letter_that_kills_every_worker_is_given_up(house: Runtime, clock: StandingClock) -> None:
    def dies(_letter: Letter, before_data: object) -> None:
        raise KeyboardInterrupt

    queue(house, outgoing("a"))
    for _ in range(53):
        with pytest.raises(KeyboardInterrupt):
            deliver_one(through(house, dies))
        clock.wind(minutes=15)
    assert deliver_one(house)
    assert letter(house, "a").fate == "expired"


def test_no_transaction_is_open_while_the_network_is_waited_for(house: Runtime) -> None:
    taken: list[object] = []
    event.listen(house.sessions.engine, "checkout", lambda *_: taken.append(1))
    event.listen(house.sessions.engine, "checkin", lambda *_: taken.pop())

    def look(_letter: Letter, before_data: object) -> None:
        assert taken == []
        before_data()  # type: ignore[operator]
        assert taken == []
        with house.read() as session:
            assert session.get_one(Letter, _letter.id).handed_over_at is not None

    queue(house, outgoing("a"))
    deliver_one(through(house, look))
    assert letter(house, "a").fate == "sent"
