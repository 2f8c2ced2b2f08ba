"""How invitations are spoken of on screen."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from agenda.core import words
from agenda.invitations.rules import Change
from agenda.mail.rules import State
from agenda.meetings import words as meeting_words
from agenda.meetings.model import Answer, AttendeeRole

Texts = Mapping[str, Any]

PROBLEMS: Texts = {
    "nobody_to_ask": _l("Everyone has answered, or heard of the meeting less than a day ago."),
    "proposal_overtaken": _l(
        "This proposal is settled or overtaken: the meeting changed, or another time was proposed."
    ),
    "nothing_to_send": _l("Everyone has been told already: nothing is left to send."),
    "nothing_to_repeat": _l("There is nothing to send again to this person now."),
    "answer_to_older": _l("The meeting changed while this page was open. Look again and answer once more."),
}
GROUPS: Mapping[AttendeeRole, Any] = {
    AttendeeRole.MEMBER: _l("Members"),
    AttendeeRole.SECRETARIAT: _l("Secretariat"),
    AttendeeRole.GUEST: _l("Guests"),
    AttendeeRole.ROOM: _l("Hall"),
}
WHY: Mapping[AttendeeRole, Any] = {
    AttendeeRole.MEMBER: _l("They sit on this body on the day of the meeting."),
    AttendeeRole.SECRETARIAT: _l("They serve this body on the day of the meeting."),
    AttendeeRole.GUEST: _l("They come for their own items only, and are invited for that time."),
    AttendeeRole.ROOM: _l("The hall of the host is booked by this invitation."),
}
ANSWERS: Mapping[Answer, Any] = {
    Answer.NEEDS_ACTION: _l("no answer yet"),
    Answer.ACCEPTED: _l("I will come"),
    Answer.DECLINED: _l("I cannot come"),
    Answer.TENTATIVE: _l("I may come"),
}
# As a secretary reads it, of someone else.
THEIR_ANSWERS, TONES = meeting_words.ANSWERS, meeting_words.ANSWER_TONES
# What a meeting's history says of letters.
VERBS: Texts = {
    "told": _l("sent letters"),
    "sent_again": _l("sent a letter again"),
    "asked_again": _l("asked who had not answered again"),
    "proposal_accepted": _l("accepted another time that was proposed"),
    "proposal_declined": _l("declined another time that was proposed"),
}
FIELDS: Texts = {
    "invitation": _l("Invitations"),
    "update": _l("Letters about a change"),
    "agenda": _l("Letters about the agenda"),
    "cancellation": _l("Letters that it is cancelled"),
}
FATES: Mapping[State, Any] = {
    State.WAITING: _l("leaves now"),
    State.SENDING: _l("is leaving"),
    State.HELD: _l("held back"),
    State.SENT: _l("sent"),
    State.FAILED: _l("not delivered"),
    State.EXPIRED: _l("left too late"),
    State.DISCARDED: _l("discarded"),
}
FATE_TONES: Mapping[State, str] = {
    State.SENT: "ok",
    State.FAILED: "neg",
    State.EXPIRED: "neg",
    State.HELD: "warn",
    State.DISCARDED: "warn",
}


def change(found: Change, zone: str, language: str) -> str:
    """Tell one change in the reader's language: "Tijd: was ... wordt ..."."""
    if found.what == "agenda":
        return _agenda(found)
    if found.what == "time":
        old, new = (_span(value, zone, language) for value in (found.old, found.new))
        return str(_("Time: was %(old)s; becomes %(new)s", old=old, new=new))
    old, new = (str(value) or str(_("not known yet")) for value in (found.old, found.new))
    if found.what == "place":
        return str(_("Place: was %(old)s; becomes %(new)s", old=old, new=new))
    return str(_("Name: was %(old)s; becomes %(new)s", old=old, new=new))


def _agenda(found: Change) -> str:
    if found.new is None:
        return str(_("Agenda: is to follow again"))
    if found.old is None:
        return str(_("Agenda: is final, with everyone's own items"))
    return str(_("Agenda: own items changed"))


def _span(value: object, zone: str, language: str) -> str:
    start, end = cast("tuple[datetime, datetime]", value)
    return words.timespan(start, end, ZoneInfo(zone), language)
