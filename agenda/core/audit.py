"""The audit trail: who changed what, from what into what, and when."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any

from sqlalchemy import JSON, Index, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from agenda.core.actor import Actor
from agenda.core.database import Base


class AuditEntry(Base):
    """One change to one thing; written with the change, never altered."""

    __tablename__ = "audit_entry"
    __table_args__ = (Index("ix_audit_entry_subject", "subject_kind", "subject_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    actor_id: Mapped[int | None]
    # The name as it was then: a person who leaves stays in the history.
    actor_name: Mapped[str] = mapped_column(Text)
    subject_kind: Mapped[str]
    subject_id: Mapped[int]
    verb: Mapped[str]
    before: Mapped[dict[str, Any]] = mapped_column(JSON)
    after: Mapped[dict[str, Any]] = mapped_column(JSON)


@dataclass(frozen=True)
class Changes:
    """What differs between two states of one thing."""

    before: dict[str, Any]
    after: dict[str, Any]

    def __bool__(self) -> bool:
        return self.before != self.after


def plain(value: Any) -> Any:
    """Turn a value into what JSON can hold and a person can read back."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in value]
    return value


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> Changes:
    """Keep of two states only what differs."""
    old, new = plain(before), plain(after)
    differing = [key for key in {**old, **new} if old.get(key) != new.get(key)]
    return Changes({k: old.get(k) for k in differing}, {k: new.get(k) for k in differing})


def record(
    session: Session,
    by: Actor,
    now: datetime,
    verb: str,
    subject: tuple[str, int],
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """Write a change into the trail, in the transaction that makes it."""
    found = changes(before or {}, after or {})
    session.add(
        AuditEntry(
            at=now,
            actor_id=by.person_id,
            actor_name=by.name,
            subject_kind=subject[0],
            subject_id=subject[1],
            verb=verb,
            before=found.before,
            after=found.after,
        )
    )


def without(entry: AuditEntry, names: Collection[str]) -> AuditEntry:
    """Give an entry as it is shown to who may not know these fields; the trail itself keeps them."""
    return AuditEntry(
        at=entry.at,
        actor_id=entry.actor_id,
        actor_name=entry.actor_name,
        subject_kind=entry.subject_kind,
        subject_id=entry.subject_id,
        verb=entry.verb,
        before={name: value for name, value in entry.before.items() if name not in names},
        after={name: value for name, value in entry.after.items() if name not in names},
    )


def history(session: Session, kind: str, key: int, most: int = 200) -> Sequence[AuditEntry]:
    """List what happened to one thing, newest first."""
    query = (
        select(AuditEntry)
        .where(AuditEntry.subject_kind == kind, AuditEntry.subject_id == key)
        .order_by(AuditEntry.id.desc())
        .limit(most)
    )
    return session.scalars(query).all()
