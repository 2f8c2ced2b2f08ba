"""What came in is kept once, dealt with once, and never lost."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from agenda.core.problems import Changed
from agenda.core.runtime import Runtime
from agenda.mail.inbox import Handler, Outcome, fingerprint, keep, settle_incoming
from agenda.mail.model import Incoming
from agenda.mail.understood import IncomingKind, Understood
from config import Config

NOW = datetime(2019, 1, 8, 9, 0, tzinfo=UTC)
HEAD = b"From: <w1@leiden.example>\r\nTo: <agenda@leidseregio.example>\r\nMessage-ID: <1@leiden.example>\r\n"
MESSAGE = HEAD + b"\r\nIk kom.\r\n"


def kept(runtime: Runtime, content: bytes = MESSAGE, **said: object) -> int | None:
    facts = {"kind": IncomingKind.TEXT, "message_id": "<1@leiden.example>", "text": "Ik kom."} | said
    with runtime.work() as session:
        incoming = keep(session, "receive", content, len(content), Understood(**facts), NOW)  # type: ignore[arg-type]
        session.flush()
        return incoming.id if incoming else None


def found(runtime: Runtime) -> Sequence[Incoming]:
    with runtime.read() as session:
        return session.scalars(select(Incoming).order_by(Incoming.id)).all()


def taken(fate: str = "handled", why: str = "answered") -> Handler:
    def handle(*_: object) -> Outcome:
        return Outcome(fate, why, person_id=3, body_id=5, about=("meeting", 7))  # type: ignore[arg-type]

    return handle


def not_mine(*_: object) -> None:
    return None


def test_the_same_message_twice_is_kept_once_whatever_servers_wrote_above_it(runtime: Runtime) -> None:
    """RELIABILITY I6."""
    trace = b"Received: from a.example;\r\n\tTue, 8 Jan 2019 10:00:00 +0100\r\nDelivered-To: x@y.example\r\n"
    assert kept(runtime) is not None
    assert kept(runtime) is None
    assert kept(runtime, trace + MESSAGE) is None
    assert kept(runtime, MESSAGE.replace(b"\r\n", b"\n")) is None
    assert kept(runtime, MESSAGE.replace(b"kom", b"kom niet")) is not None
    assert kept(runtime, message_id="<2@leiden.example>") is not None
    assert len(found(runtime)) == 3


def test_a_trace_header_in_the_text_of_a_message_is_text() -> None:
    assert fingerprint("<1>", MESSAGE) != fingerprint("<1>", HEAD + b"\r\nReceived: yes\r\nIk kom.\r\n")


def test_two_who_keep_the_same_message_at_once_keep_one(runtime: Runtime) -> None:
    start, results = threading.Barrier(4), []

    def one() -> None:
        start.wait()
        results.append(kept(runtime))

    threads = [threading.Thread(target=one) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(result is None for result in results) == [False, True, True, True]


def test_the_first_who_knows_what_to_do_decides(runtime: Runtime) -> None:
    kept(runtime)
    assert settle_incoming(runtime, [not_mine, taken(), taken("set_aside", "too late")]) == 1
    (one,) = found(runtime)
    assert (one.fate, one.why, one.settled_at) == ("handled", "answered", runtime.clock())
    assert (one.person_id, one.body_id, one.subject_kind, one.subject_id) == (3, 5, "meeting", 7)
    assert settle_incoming(runtime, [taken("set_aside", "again")]) == 0


@pytest.mark.parametrize(
    ("said", "fate", "why"),
    [
        ({"kind": IncomingKind.AUTOMATIC}, "handled", "automatic"),
        ({"kind": IncomingKind.TEXT}, "set_aside", "nobody_known"),
        ({"kind": IncomingKind.REPLY}, "set_aside", "nobody_known"),
        ({"kind": IncomingKind.UNREADABLE, "unreadable": "took_too_long"}, "set_aside", "took_too_long"),
    ],
)
def test_what_is_nobodys_goes_to_the_secretary_unless_no_person_wrote_it(
    runtime: Runtime, said: dict[str, object], fate: str, why: str
) -> None:
    kept(runtime, **said)
    settle_incoming(runtime, [not_mine])
    (one,) = found(runtime)
    assert (one.fate, one.why) == (fate, why)


def test_a_message_on_which_we_fail_is_set_aside_with_nothing_changed_and_the_next_one_is_read(
    runtime: Runtime,
) -> None:
    """RELIABILITY I7, CALENDAR-MAIL rule 29."""
    kept(runtime)
    kept(runtime, MESSAGE + b"Tot dan.\r\n")

    def failing(
        session: Session, config: Config, incoming: Incoming, said: Understood, now: datetime
    ) -> Outcome | None:
        if incoming.id == 1:
            incoming.note = "half done"
            session.flush()
            raise ValueError("a fault of ours")
        return None

    assert settle_incoming(runtime, [failing, taken()]) == 2
    first, second = found(runtime)
    assert (first.fate, first.why, first.note) == ("set_aside", "could_not_be_handled", "")
    assert second.fate == "handled"


def test_what_somebody_edits_meanwhile_waits_for_the_next_pass(runtime: Runtime) -> None:
    kept(runtime)

    def edited(*_: object) -> Outcome | None:
        raise Changed

    assert settle_incoming(runtime, [edited]) == 0
    assert found(runtime)[0].settled_at is None
    assert settle_incoming(runtime, [taken()]) == 1


def test_two_workers_at_once_deal_with_a_message_once(runtime: Runtime) -> None:
    kept(runtime)
    start, times = threading.Barrier(2), []

    def counted(*_: object) -> Outcome:
        times.append(1)
        return Outcome("handled", "answered")

    def work() -> None:
        start.wait()
        settle_incoming(runtime, [counted])

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert times == [1]
