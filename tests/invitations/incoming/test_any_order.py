"""Whatever the order in which answers come in, the newest one to the newest version stands (rule 20)."""

from __future__ import annotations

from datetime import timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from agenda.invitations.answers import handle
from agenda.mail.inbox import keep
from agenda.mail.understood import Answered, IncomingKind, Understood
from tests.invitations.incoming.post import Client
from tests.meetings.agenda_world import EVENING

PARTSTATS = ("ACCEPTED", "DECLINED", "TENTATIVE")
# Which version was answered, in which minute, and what.
REPLIES = st.lists(
    st.tuples(st.integers(0, 1), st.integers(0, 4), st.sampled_from(PARTSTATS)),
    min_size=2,
    max_size=5,
    unique=True,
)
State = tuple[str, int | None, str]
NUMBERS = count()


@pytest.fixture
def moved(alderman: Client) -> Client:
    """An alderman who knows two versions of the meeting; all answers were written before now."""
    alderman.region.move(EVENING + timedelta(days=7))
    alderman.region.tell()
    alderman.region.clock.wind(hours=1)
    return alderman


def after(moved: Client, session: Session, replies: list[tuple[int, int, str]]) -> State:
    """Let these answers come in, in this order, tell what then stands, and forget them."""
    region = moved.region
    now, config = region.clock(), region.runtime.config
    for sequence, minute, partstat in replies:
        understood = Understood(
            IncomingKind.REPLY,
            message_id=f"<{next(NUMBERS)}@leiden.example>",
            sender=moved.address,
            addressed=(moved.reply_to,),
            uid=str(moved.invitation.event["UID"]),
            sequence=sequence,
            dtstamp=now - timedelta(minutes=30 - minute),
            answers=(Answered(moved.address, partstat),),
        )
        incoming = keep(session, "test", understood.message_id.encode(), 1, understood, now)
        assert incoming is not None
        assert handle(session, config, incoming, understood, now) is not None
        session.flush()
    attendee = region.attendee(session, moved.who)
    state = attendee.answer.value, attendee.answered_revision, str(attendee.answered_at)
    session.rollback()
    return state


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(replies=REPLIES, order=st.randoms(use_true_random=False))
def test_every_order_of_arrival_ends_the_same(
    moved: Client, replies: list[tuple[int, int, str]], order: object
) -> None:
    shuffled = list(replies)
    order.shuffle(shuffled)  # type: ignore[attr-defined]
    with moved.region.work() as session:
        one, other = after(moved, session, replies), after(moved, session, shuffled)
        revision = moved.region.meeting(session).revision
    assert one == other
    newest, _, partstat = max(replies)
    assert one[:2] == (partstat.lower(), revision - 1 + newest)
