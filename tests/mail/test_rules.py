"""When a letter goes again and what state it is in, whatever the facts."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agenda.mail.rules import MOST_ATTEMPTS, State, is_given_up, next_try, state_of, without_secrets

FIRST = datetime(2018, 1, 1, tzinfo=UTC)
MOMENTS = st.integers(0, 10 * 365 * 24 * 3600).map(lambda seconds: FIRST + timedelta(seconds=seconds))
FATES = st.sampled_from([None, "sent", "failed", "expired", "discarded"])


@dataclass(frozen=True)
class Facts:
    fate: str | None = None
    leased_until: datetime | None = None
    attempts: int = 0
    expires_at: datetime | None = None


FACTS = st.builds(Facts, FATES, st.none() | MOMENTS, st.integers(0, 100), st.none() | MOMENTS)


@given(MOMENTS)
def test_a_letter_is_tried_for_two_days_and_then_given_up(first: datetime) -> None:
    moments = [first]
    while (again := next_try(len(moments), moments[-1])) is not None:
        moments.append(again)
    assert len(moments) == MOST_ATTEMPTS
    waits = [later - earlier for earlier, later in pairwise(moments)]
    assert waits[:4] == [timedelta(minutes=m) for m in (1, 5, 15, 60)]
    assert set(waits[4:]) == {timedelta(hours=1)}
    assert sum(waits[4:], timedelta()) == timedelta(days=2)


@given(st.integers(1, 200), MOMENTS)
def test_the_next_try_is_later_or_there_is_none(attempts: int, failed_at: datetime) -> None:
    again = next_try(attempts, failed_at)
    assert (again is None) == (attempts >= MOST_ATTEMPTS)
    assert again is None or again > failed_at


def test_a_letter_that_was_never_tried_has_no_next_try() -> None:
    with pytest.raises(ValueError, match="at least once"):
        next_try(0, datetime(2019, 1, 1, tzinfo=UTC))


@given(FACTS, MOMENTS, st.booleans())
def test_a_letter_whose_fate_is_known_keeps_it(letter: Facts, now: datetime, held: bool) -> None:
    state = state_of(letter, now, held)
    if letter.fate is not None:
        assert state == letter.fate
    else:
        assert state in (State.WAITING, State.SENDING, State.HELD)
        assert (state is State.SENDING) == (letter.leased_until is not None and letter.leased_until > now)


@given(FACTS, MOMENTS, st.timedeltas(timedelta(0), timedelta(days=9)))
def test_what_is_given_up_stays_given_up(letter: Facts, now: datetime, later: timedelta) -> None:
    if is_given_up(letter, now):
        assert is_given_up(letter, now + later)


def test_who_reads_along_cannot_answer_for_another() -> None:
    link = "https://overleg.example/answer/k2j3h4g5f6d7s8a9?van=mail"
    assert (
        without_secrets(f'<a href="{link}">Ja</a>')
        == '<a href="https://overleg.example/answer/…?van=mail">Ja</a>'
    )
    address = "agenda+k2j3h4g5f6d7s8a9q1w2@leidseregio.example"
    assert without_secrets(address) == "agenda+…@leidseregio.example"
    assert without_secrets("leiden+agenda@leidseregio.example") == "leiden+agenda@leidseregio.example"
