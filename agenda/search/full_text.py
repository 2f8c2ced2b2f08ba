"""Finding and keeping words in the database's own way: FTS5 on SQLite, text search in Dutch on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce

from sqlalchemy import ColumnElement, FromClause, Select, bindparam, func, literal_column, select, text
from sqlalchemy.orm import Session
from sqlalchemy.sql import column, table

from agenda.search.model import SearchEntry
from agenda.search.rules import Question, Term, beginning

_DUTCH: ColumnElement[str] = literal_column("'dutch'::regconfig")
# A beginning is compared with words as they are: with its own stem it would find too much ("raden", "radio").
_PLAIN: ColumnElement[str] = literal_column("'simple'::regconfig")


@dataclass(frozen=True)
class Matching:
    """The entries in which all terms stand: where to look, and whether they stand in the title."""

    entries: FromClause
    found: ColumnElement[bool]
    in_title: ColumnElement[bool]


@dataclass(frozen=True)
class Words:
    """The words of one entry, as rules.indexed gives them."""

    entry_id: int
    title: str
    text: str


def matching(session: Session, asked: Question) -> Matching:
    """Give the condition for a question that has terms."""
    return _on_sqlite(asked.terms) if _is_sqlite(session) else _on_postgresql(asked.terms)


def use_index(session: Session) -> None:
    """Let PostgreSQL look words up, until the transaction ends, where it would read all texts instead.

    It takes a table for small whose texts are kept apart (TOAST), and does not reckon with fetching them.
    """
    if not _is_sqlite(session):
        session.execute(text("SET LOCAL enable_seqscan = off"))
        # Compiling the question takes longer than answering it.
        session.execute(text("SET LOCAL jit = off"))


def keep(session: Session, kept: Sequence[Words]) -> None:
    """Write the words of entries that have none yet."""
    if not kept:
        return
    if _is_sqlite(session):
        rows = [{"id": one.entry_id, "title": one.title, "text": one.text} for one in kept]
        session.execute(text(_KEEP_SQLITE), rows)
    else:
        rows = [{"id": one.entry_id, "title": one.title, "whole": f"{one.title} {one.text}"} for one in kept]
        session.execute(text(_KEEP_POSTGRESQL), rows)


def mend(session: Session) -> None:
    """Build the index of words anew from what is kept, where the database can come to have a broken one."""
    if _is_sqlite(session):
        session.execute(text("INSERT INTO search_words(search_words) VALUES ('rebuild')"))
        session.execute(text("DELETE FROM search_words WHERE rowid NOT IN (SELECT id FROM search_entry)"))


_KEEP_SQLITE = "INSERT INTO search_words(rowid, title, text) VALUES (:id, :title, :text)"
# Stems with their places, for phrases; and words as they are, for what begins with something: whoever types
# "vergaderin" seeks a word whose stem is shorter.
_TITLE = "to_tsvector('dutch', :title) || strip(to_tsvector('simple', :title))"
_TEXT = "to_tsvector('dutch', :whole) || strip(to_tsvector('simple', :whole))"
_KEEP_POSTGRESQL = f"UPDATE search_entry SET title = {_TITLE}, words = {_TEXT} WHERE id = :id"


def _is_sqlite(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"


def _on_sqlite(terms: Iterable[Term]) -> Matching:
    words = table("search_words", column("rowid"), column("search_words"))
    asked = " AND ".join(map(_fts5, terms))
    titled: Select[int] = select(words.c.rowid).where(words.c.search_words.op("MATCH")(f"title : ({asked})"))
    return Matching(
        entries=SearchEntry.__table__.join(words, words.c.rowid == SearchEntry.id),
        found=words.c.search_words.op("MATCH")(asked),
        in_title=SearchEntry.id.in_(titled),
    )


def _fts5(term: Term) -> str:
    # Words are letters and figures only (rules.words_of): no sign of theirs means anything in a question.
    if term.phrase:
        return '"' + " ".join(term.words) + '"'
    return f'"{beginning(term.words[0])}" *'


def _on_postgresql(terms: Iterable[Term]) -> Matching:
    # Columns that only PostgreSQL has (migration 0034): not of the class, which both databases share.
    title: ColumnElement[str] = literal_column("search_entry.title")
    words: ColumnElement[str] = literal_column("search_entry.words")
    each = (_tsquery(term, number) for number, term in enumerate(terms))
    asked = reduce(lambda some, one: some.op("&&")(one), each)
    return Matching(
        entries=SearchEntry.__table__, found=words.op("@@")(asked), in_title=title.op("@@")(asked)
    )


def _tsquery(term: Term, number: int) -> ColumnElement[str]:
    if term.phrase:
        return func.phraseto_tsquery(_DUTCH, bindparam(f"phrase{number}", " ".join(term.words)))
    word = term.words[0]
    stem = func.to_tsquery(_DUTCH, bindparam(f"word{number}", word))
    begins = func.to_tsquery(_PLAIN, bindparam(f"begins{number}", f"{beginning(word)}:*"))
    return stem.op("||")(begins)
