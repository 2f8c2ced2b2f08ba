"""The worker's part of the search: compare what can be found with what there is, and mend the difference.

Nothing tells the search that something changed: it compares the state of each thing with the state of which
it kept the words. So no change can be forgotten, and a crash in between loses nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlalchemy import delete, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from agenda.core.runtime import Runtime
from agenda.search import full_text
from agenda.search.model import SearchEntry
from agenda.search.rules import indexed
from agenda.search.sources import SOURCES, Source, Told

# So many are listed at once: looking through all of them again after each handful would take ever longer.
MOST_AT_ONCE = 5_000


def bring_up_to_date(runtime: Runtime, stopped: Callable[[], bool] = lambda: False) -> int:
    """Let everything be found as it is now; how many things were new or changed."""
    return sum(_bring_up_to_date(runtime, source, stopped) for source in SOURCES)


def _bring_up_to_date(runtime: Runtime, source: Source, stopped: Callable[[], bool]) -> int:
    _forget_gone(runtime, source)
    done = 0
    while ids := changed(runtime, source):
        for start in range(0, len(ids), source.batch):
            if stopped():
                return done
            kept = _take_in(runtime, source, ids[start : start + source.batch])
            if not kept:
                return done
            done += kept
    return done


def rebuild(runtime: Runtime) -> int:
    """Read everything anew; how many things. What is found already stays findable meanwhile."""
    with runtime.work() as session:
        full_text.mend(session)
        session.execute(update(SearchEntry).values(seen=""))
    return bring_up_to_date(runtime)


def changed(runtime: Runtime, source: Source) -> Sequence[int]:
    """List things of this kind that are new, or whose words are of another state than they are in."""
    subject, state = source.states.selected_columns
    query = (
        source.states.with_only_columns(subject)
        .outerjoin(SearchEntry, source.column == subject)
        .where(or_(SearchEntry.id.is_(None), SearchEntry.seen != state))
        # What is new comes before what is old: that is sought first.
        .order_by(subject.desc())
        .limit(MOST_AT_ONCE)
    )
    with runtime.read() as session:
        return session.scalars(query).all()


def _take_in(runtime: Runtime, source: Source, ids: Sequence[int]) -> int:
    """Keep the words of a handful of things; how many."""
    with runtime.read() as session:
        told = source.texts(session, ids)
    # Reading words takes longer than writing them: no transaction is open meanwhile.
    words = [(indexed(one.title), indexed(one.text)) for one in told]
    try:
        with runtime.work() as session:
            _keep(session, source, told, words)
    except IntegrityError:
        # Gone meanwhile, or another worker was first: the next look tells.
        return 0
    return len(told)


def _keep(session: Session, source: Source, told: Sequence[Told], words: Sequence[tuple[str, str]]) -> None:
    session.execute(delete(SearchEntry).where(source.column.in_([one.subject_id for one in told])))
    entries = [
        SearchEntry(
            kind=source.kind,
            body_id=one.body_id,
            day=one.day,
            seen=one.seen,
            **{source.column.key: one.subject_id},
        )
        for one in told
    ]
    session.add_all(entries)
    session.flush()
    kept = [full_text.Words(entry.id, *texts) for entry, texts in zip(entries, words, strict=True)]
    full_text.keep(session, kept)


def _forget_gone(runtime: Runtime, source: Source) -> None:
    if source.gone is None:
        return
    gone = select(SearchEntry.id).where(source.column.in_(source.gone))
    with runtime.read() as session:
        found = session.scalars(gone).all()
    if found:
        with runtime.work() as session:
            session.execute(delete(SearchEntry).where(SearchEntry.id.in_(gone)))
