"""What came in by mail about one meeting, beside each attendee: answers, and notices of absence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from agenda.core.text import one_line
from agenda.invitations.model import Reply
from agenda.mail.model import Incoming
from agenda.mail.understood import IncomingKind
from agenda.meetings.model import Attendee, Meeting

LONGEST_NOTICE = 200


@dataclass(frozen=True)
class Came:
    """Answers by attendee, newest first, and the last notice of absence by person."""

    replies: Mapping[int, Sequence[Reply]]
    absent: Mapping[int | None, str]


def came_by_mail(session: Session, meeting: Meeting) -> Came:
    """Read what came in about a meeting, in two queries."""
    replies: defaultdict[int, list[Reply]] = defaultdict(list)
    of_meeting = select(Reply).join(Reply.attendee).where(Attendee.meeting_id == meeting.id)
    for reply in session.scalars(of_meeting.order_by(Reply.received_at.desc(), Reply.id.desc())):
        replies[reply.attendee_id].append(reply)
    notices = select(Incoming.person_id, Incoming.understood).where(
        Incoming.kind == IncomingKind.AUTOMATIC,
        Incoming.subject_kind == "meeting",
        Incoming.subject_id == meeting.id,
    )
    absent = {
        person_id: one_line(understood["text"] or understood["subject"])[:LONGEST_NOTICE]
        for person_id, understood in session.execute(notices.order_by(Incoming.id))
    }
    return Came(replies, absent)
