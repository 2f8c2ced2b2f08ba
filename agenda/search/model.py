"""What can be found: one row for each thing with words, and the words in a table of the database's own kind.

The words stand in `search_words` on SQLite, an FTS5 table (migration 0023), and on PostgreSQL in two columns
of the entry that this class leaves out (0034). Only what finds and sorts is kept here; what is shown, and who
may see it, is asked of the things themselves.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from agenda.core.database import Base


class Kind(StrEnum):
    """What was found."""

    TOPIC = "topic"
    ITEM = "item"
    DECISION = "decision"
    ROUND = "round"
    ACTION = "action"
    COMMITMENT = "commitment"
    DOCUMENT = "document"


class SearchEntry(Base):
    """One thing that can be found, by exactly one of its numbers; it goes when the thing goes."""

    __tablename__ = "search_entry"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[Kind]
    topic_id: Mapped[int | None] = mapped_column(ForeignKey("topic.id", ondelete="CASCADE"), unique=True)
    item_id: Mapped[int | None] = mapped_column(ForeignKey("agenda_item.id", ondelete="CASCADE"), unique=True)
    decision_id: Mapped[int | None] = mapped_column(
        ForeignKey("decision.id", ondelete="CASCADE"), unique=True
    )
    round_id: Mapped[int | None] = mapped_column(
        ForeignKey("written_round.id", ondelete="CASCADE"), unique=True
    )
    action_id: Mapped[int | None] = mapped_column(
        ForeignKey("action_item.id", ondelete="CASCADE"), unique=True
    )
    commitment_id: Mapped[int | None] = mapped_column(
        ForeignKey("commitment.id", ondelete="CASCADE"), unique=True
    )
    document_id: Mapped[int | None] = mapped_column(
        ForeignKey("document.id", ondelete="CASCADE"), unique=True
    )
    # A thing never moves to another body.
    body_id: Mapped[int] = mapped_column(ForeignKey("body.id", ondelete="CASCADE"), index=True)
    # The local day by which it is sorted and filtered; None for an item of a meeting without a date.
    day: Mapped[date | None]
    # Which state of the thing the words are of: compared with the thing itself by the worker.
    seen: Mapped[str]
