"""What was noted at the table stays with its item: such an item cannot be taken off the agenda."""

from __future__ import annotations

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from agenda.core.problems import Conflict
from agenda.meetings.model import AgendaItem
from agenda.meetings.table_model import ItemTime, Recusal, TableNote


def let_go(session: Session, item: AgendaItem) -> None:
    """Let an item be taken off the agenda; Conflict when it was on the table or something was noted of it."""
    note = session.scalars(select(TableNote).where(TableNote.item_id == item.id)).one_or_none()
    treated = session.scalar(
        select(
            exists().where(ItemTime.item_id == item.id) | exists().where(Recusal.item_id == item.id),
        )
    )
    if treated or (note is not None and not note.is_empty):
        raise Conflict("item_was_on_table", title=item.title)
    if note is not None:
        session.delete(note)
        session.flush()
