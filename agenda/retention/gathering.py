"""All that is kept about one person, out of every table that points at them (AVG article 15)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import LargeBinary, Table, or_, select
from sqlalchemy.orm import Session

from agenda.core.audit import plain
from agenda.core.database import Base
from agenda.mail.model import Incoming, Letter
from agenda.people.model import Person

# By table, its rows: each its fields, as JSON can hold them.
Gathered = dict[str, list[dict[str, Any]]]
# Whoever holds one of these is let in: they are no data about somebody, and belong in no file.
SECRETS = {"token_hash", "address_hash", "browser_hash", "secret", "lease", "etag", "fingerprint", "made_of"}
# Of these the rows that point at them are the person's too, such as the answer of an attendee.
THROUGH = {"attendee", "voter", "round_voter", "calendar_push"}


def gathered(session: Session, person: Person) -> Gathered:
    """Give every row that is about a person, without secrets; files of papers are named, not held."""
    found: Gathered = {}
    tables = Base.metadata.tables
    _take(session, found, tables["person"], tables["person"].c.id == person.id)
    for table in Base.metadata.sorted_tables:
        conditions = [column == person.id for column in _about(table)]
        through = [
            foreign.parent.in_(_ids(found, foreign.column.table.name))
            for foreign in table.foreign_keys
            if foreign.column.table.name in THROUGH and foreign.column.table.name in found
        ]
        if table.name == Letter.__tablename__:
            conditions.append(table.c.recipient == person.email)
        if table.name == Incoming.__tablename__:
            conditions.append(table.c.sender == person.email)
        if table.name == "audit_entry":
            conditions.append((table.c.subject_kind == "person") & (table.c.subject_id == person.id))
        if conditions or through:
            _take(session, found, table, or_(*conditions, *through))
    return found


def is_about_somebody(table: Table) -> bool:
    """Tell whether rows of a table can be about one person."""
    through = any(foreign.column.table.name in THROUGH for foreign in table.foreign_keys)
    by_mail = table.name in {"person", Letter.__tablename__, Incoming.__tablename__}
    return through or by_mail or any(True for _ in _about(table))


def _about(table: Table) -> Iterable[Any]:
    for column in table.columns:
        to_person = any(foreign.column.table.name == "person" for foreign in column.foreign_keys)
        if to_person or column.name in {"person_id", "actor_id", "decided_by_id"}:
            yield column


def _ids(found: Gathered, table: str) -> list[int]:
    return [row["id"] for row in found.get(table, ())]


def _take(session: Session, found: Gathered, table: Table, where: Any) -> None:
    columns = [
        column
        for column in table.columns
        if column.name not in SECRETS and not isinstance(column.type, LargeBinary)
    ]
    rows = session.execute(select(*columns).where(where).order_by(*table.primary_key.columns)).mappings()
    taken = [{name: plain(value) for name, value in row.items()} for row in rows]
    if taken:
        found[table.name] = taken
