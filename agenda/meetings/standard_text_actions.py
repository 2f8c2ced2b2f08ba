"""What is done with the standard texts of a body; one verb a function.

Whoever drafts agendas may do all of it. What was written with a text stays as it was written.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from agenda.core import audit
from agenda.core.actor import Actor
from agenda.core.problems import Conflict, Invalid
from agenda.meetings.standard_text_model import StandardText, TextPlace
from agenda.meetings.standard_text_queries import texts_of
from agenda.meetings.standard_text_rules import LONGEST_NAME, MOST_TEXTS, Words, check_words
from agenda.meetings.standard_text_usual import USUAL_TEXTS
from agenda.people.model import Body


def add_text(session: Session, body: Body, words: Words, by: Actor, now: datetime) -> StandardText:
    """Keep a new text behind the others; Invalid for a name that is taken, or words that cannot be."""
    by.must("draft_agenda", body)
    _hold(session, body)
    (made,) = _add(session, body, [words])
    _record(session, body, "standard_text_added", words.name, by, now, after=words.text)
    return made


def add_usual_texts(session: Session, body: Body, by: Actor, now: datetime) -> list[StandardText]:
    """Begin with the usual texts; Conflict where the body has texts already."""
    by.must("draft_agenda", body)
    _hold(session, body)
    if texts_of(session, body.id):
        raise Conflict("standard_texts_there")
    made = _add(session, body, USUAL_TEXTS)
    _record(session, body, "standard_texts_begun", ", ".join(one.name for one in made), by, now)
    return made


def change_text(
    session: Session, text: StandardText, words: Words, by: Actor, now: datetime, version: int | None = None
) -> None:
    """Change a text; Changed when someone else saved after `version` was seen."""
    by.must("draft_agenda", text.body)
    _hold(session, text.body)
    session.refresh(text)
    text.expect(version)
    _must_be_in_use(text)
    check_words(words)
    _must_be_free(session, text.body_id, words.name, text)
    before = text.name, text.text, list(text.places)
    after = words.name, words.text, [place.value for place in words.places]
    if after != before:
        text.name, text.text, text.places = after
        session.flush()
        _record(session, text.body, "standard_text_changed", text.name, by, now, before[1], text.text)


def copy_text(session: Session, text: StandardText, name: str, by: Actor, now: datetime) -> StandardText:
    """Keep a copy under this name, or that name with a number behind it where it is taken."""
    by.must("draft_agenda", text.body)
    _hold(session, text.body)
    _must_be_in_use(text)
    taken = {one.name.casefold() for one in texts_of(session, text.body_id)}
    names = (name, *(f"{name[: LONGEST_NAME - 5]} {number}" for number in range(2, MOST_TEXTS + 2)))
    free = next(one for one in names if one.casefold() not in taken)
    places = tuple(TextPlace(place) for place in text.places)
    (made,) = _add(session, text.body, [Words(free, text.text, places)])
    _record(session, text.body, "standard_text_added", free, by, now, after=text.text)
    return made


def move_text(session: Session, text: StandardText, step: int, place: TextPlace | None, by: Actor) -> None:
    """Change places with the next text (1) or the one before (-1), among those of a place where one is given.

    At the end of the list nothing happens.
    """
    by.must("draft_agenda", text.body)
    _hold(session, text.body)
    _must_be_in_use(text)
    order = [one.id for one in texts_of(session, text.body_id)]
    shown = [one.id for one in texts_of(session, text.body_id, place)]
    if text.id not in shown or not 0 <= shown.index(text.id) + step < len(shown):
        return
    here, there = order.index(text.id), order.index(shown[shown.index(text.id) + step])
    order[here], order[there] = order[there], order[here]
    for position, one in enumerate(order):
        # Its place is no part of what somebody edits: the version that they saw still holds.
        session.execute(update(StandardText).where(StandardText.id == one).values(position=position))


def remove_text(session: Session, text: StandardText, by: Actor, now: datetime) -> None:
    """Throw a text away; it can be brought back."""
    by.must("draft_agenda", text.body)
    _hold(session, text.body)
    if text.removed_at is None:
        text.removed_at = now
        session.flush()
        _record(session, text.body, "standard_text_removed", text.name, by, now)


def restore_text(session: Session, text: StandardText, by: Actor, now: datetime) -> None:
    """Bring back a text; Invalid when another has its name by now."""
    by.must("draft_agenda", text.body)
    _hold(session, text.body)
    if text.removed_at is not None:
        _must_have_room(session, text.body_id)
        _must_be_free(session, text.body_id, text.name, text)
        text.removed_at = None
        session.flush()
        _record(session, text.body, "standard_text_restored", text.name, by, now)


def _add(session: Session, body: Body, wanted: Iterable[Words]) -> list[StandardText]:
    last = select(func.max(StandardText.position)).where(StandardText.body_id == body.id)
    position = session.scalar(last)
    made = []
    for number, words in enumerate(wanted, start=0 if position is None else position + 1):
        check_words(words)
        _must_have_room(session, body.id)
        _must_be_free(session, body.id, words.name)
        places = [place.value for place in words.places]
        text = StandardText(body=body, name=words.name, text=words.text, places=places, position=number)
        session.add(text)
        session.flush()
        made.append(text)
    return made


def _must_be_in_use(text: StandardText) -> None:
    if text.removed_at is not None:
        raise Conflict("standard_text_was_removed", name=text.name)


def _must_have_room(session: Session, body_id: int) -> None:
    if len(texts_of(session, body_id)) >= MOST_TEXTS:
        raise Invalid("standard_texts_too_many", most=MOST_TEXTS)


def _must_be_free(session: Session, body_id: int, name: str, text: StandardText | None = None) -> None:
    for other in texts_of(session, body_id):
        if other is not text and other.name.casefold() == name.casefold():
            raise Invalid("standard_text_name_taken", name=name)


def _hold(session: Session, body: Body) -> None:
    """Wait for whoever is changing the texts of this body: names differ, and so do places in the order."""
    session.execute(select(Body.id).where(Body.id == body.id).with_for_update())


def _record(
    session: Session,
    body: Body,
    verb: str,
    name: str,
    by: Actor,
    now: datetime,
    before: str | None = None,
    after: str | None = None,
) -> None:
    told = {"standard_text": name, "standard_text_words": after}
    audit.record(
        session, by, now, verb, ("body", body.id), before={"standard_text_words": before}, after=told
    )
