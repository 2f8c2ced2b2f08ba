"""The worker's step: write into people's own calendars what they were told, none in two places at once."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from agenda.core.fetching import Credentials, Fetch, Request, fetcher, together
from agenda.core.network_guard import NotFetched
from agenda.core.problems import Problem
from agenda.core.runtime import Runtime
from agenda.core.vault import Secret, SecretLost, opened
from agenda.invitations import facts as told_facts
from agenda.invitations import push_objects
from agenda.invitations.model import CalendarPush, PushedEvent, Told
from agenda.invitations.push_actions import forget
from agenda.invitations.push_objects import Found
from agenda.invitations.push_rules import TAKING_OUT, Wanted, Written, answers, must_write, next_at
from agenda.invitations.push_server import OwnCalendar, Stored, own_calendar
from agenda.invitations.push_wanted import wanted
from agenda.invitations.standing import PARTSTATS
from agenda.mail.queries import open_hold
from agenda.meetings.attendance import answer as keep_answer
from agenda.meetings.model import Attendee
from config import Config

log = logging.getLogger(__name__)

# Longer than writing all that is taken at a time takes at most; after a crash it is written from then on.
LEASE = timedelta(minutes=10)
AT_A_TIME = 20
SIDE_BY_SIDE = 4
# Of one calendar, however many meetings there are.
WRITING_SECONDS = 60.0
MOST_BYTES_OF_A_SERVER = 20_000_000
ANSWERS = {partstat: answer for answer, partstat in PARTSTATS.items()}
# One entry that is refused keeps the others from nothing; with these there is no use in going on.
HOPELESS = {"not_authorised", "not_found", "full", "unreachable", "too_slow", "address_not_allowed"}


class LeaseLost(Exception):
    """There is something newer to write, or it was ended: what we found no longer counts."""


@dataclass(frozen=True)
class Job:
    """A calendar to be written, with all that is needed; the database is not asked meanwhile."""

    id: int
    secret: bytes
    ended_at: datetime | None
    entries: tuple[tuple[Wanted, Written | None], ...]
    everything: tuple[tuple[int, str], ...]
    leased_until: datetime


def write_calendars(
    runtime: Runtime, fetch: Fetch | None = None, stopped: Callable[[], bool] = lambda: False
) -> int:
    """Write the calendars that are due, some at a time; how many were tried.

    No transaction is open while the network is waited for (RELIABILITY I8). Each entry is written down as
    soon as it stands there. What fails is tried again, ever less often.
    """
    asks = fetch or fetcher(runtime.config.calendar_networks)

    def write_one(job: Job) -> None:
        if not stopped():
            with suppress(LeaseLost):
                _write_and_keep(runtime, job, asks)

    with runtime.work() as session:
        jobs = _take(session, runtime.config, runtime.clock())
    if jobs:
        with ThreadPoolExecutor(SIDE_BY_SIDE) as side_by_side:
            list(side_by_side.map(write_one, jobs))
    return len(jobs)


def _take(session: Session, config: Config, now: datetime) -> Sequence[Job]:
    if open_hold(session) is not None:
        # As for letters: nothing leaves the house until an administrator says so (RELIABILITY I9).
        return []
    query = (
        select(CalendarPush)
        .where(CalendarPush.next_at <= now)
        .order_by(CalendarPush.next_at, CalendarPush.id)
        .limit(AT_A_TIME)
        .with_for_update(skip_locked=True)
    )
    return [_leased(session, config, push, now) for push in session.scalars(query)]


def _leased(session: Session, config: Config, push: CalendarPush, now: datetime) -> Job:
    push.next_at = now + LEASE
    rows = session.scalars(select(PushedEvent).where(PushedEvent.push_id == push.id)).all()
    written = {row.attendee_id: _written(row) for row in rows}
    meetings = [] if push.ended_at else wanted(session, config, push.person_id, now)
    return Job(
        id=push.id,
        secret=push.secret,
        ended_at=push.ended_at,
        entries=tuple((one, written.get(one.attendee_id)) for one in meetings),
        everything=tuple((row.id, row.address) for row in rows if row.gone_at is None),
        leased_until=now + LEASE,
    )


def _written(row: PushedEvent) -> Written:
    gone = row.gone_at is not None
    return Written(row.address, row.etag, row.fingerprint, row.sequence, row.partstat, gone)


def _write_and_keep(runtime: Runtime, job: Job, fetch: Fetch) -> None:
    again = False
    try:
        secret = opened(runtime.config.secret, job.secret)
        calendar = _calendar(secret, together(fetch, WRITING_SECONDS, MOST_BYTES_OF_A_SERVER))
        calendar.must_be_there()
        if job.ended_at:
            _take_out(runtime, job, calendar)
            return
        followed = _follow(runtime, job, calendar)
        again = bool(followed)
        failure = _write(runtime, job, calendar, followed)
    except NotFetched as refused:
        failure = refused.code
    except SecretLost:
        failure = "secret_lost"
    except LeaseLost:
        raise
    except Exception as error:  # noqa: BLE001 - whatever an answer breaks, the next calendar is written
        # No more than its kind is told: the text of an error may hold the address.
        log.error("own calendar %s broke its writing: %s", job.id, type(error).__name__)
        failure = "unreadable"
    _finish(runtime, job, failure, again)


def _calendar(secret: Secret, fetch: Fetch) -> OwnCalendar:
    credentials = Credentials(secret.user, secret.password)
    return own_calendar(fetch, Request(secret.address, credentials=credentials))


def _follow(runtime: Runtime, job: Job, calendar: OwnCalendar) -> frozenset[int]:
    """Read what its owner did to entries since we wrote them; gives the attendees whose state changed."""
    here = [(one, written) for one, written in job.entries if written is not None and not written.gone]
    if not here:
        return frozenset()
    versions = calendar.versions(written.address for _, written in here)
    followed = set()
    for one, written in here:
        etag = versions.get(written.address, written.etag)
        if etag is not None and etag == written.etag:
            continue
        stored = calendar.get(written.address) if etag is not None else None
        if stored is not None and etag:
            # As the list calls it: what is compared with the list the next time.
            stored = replace(stored, etag=etag)
        if _note(runtime, job, one, written, stored):
            followed.add(one.attendee_id)
    return frozenset(followed)


def _note(runtime: Runtime, job: Job, one: Wanted, written: Written, stored: Stored | None) -> bool:
    """Write down what became of an entry; True where what must stand there differs by that."""
    now = runtime.clock()
    with runtime.work() as session:
        _held(session, job)
        row = _row(session, job, one)
        if row is None:
            return False
        if stored is None:
            row.gone_at = row.gone_at or now
            return True
        row.etag = stored.etag
        found = push_objects.read(stored.content, one.content, one.uid, one.mailbox)
        if found is None:
            return False
        if one.fingerprint == written.fingerprint:
            row.changed_at = (row.changed_at or now) if found.changed else None
        return _answered(session, one, written, found, now)


def _answered(session: Session, one: Wanted, written: Written, found: Found, now: datetime) -> bool:
    if not answers(one, written, found.sequence, found.partstat) or found.partstat not in ANSWERS:
        return False
    told = session.scalars(select(Told).where(Told.attendee_id == one.attendee_id)).one()
    if told.sequence != one.sequence:
        return False
    attendee = session.get_one(Attendee, one.attendee_id)
    revision = told_facts.from_json(told.facts).revision
    try:
        keep_answer(session, attendee, ANSWERS[found.partstat], attendee.answer_remark, now, revision)
    except Problem:
        # It is over, or nothing is asked of this person any more.
        return False
    return True


def _write(runtime: Runtime, job: Job, calendar: OwnCalendar, followed: frozenset[int]) -> str:
    """Write what is new; gives why an entry could not be written, if one could not."""
    failure = ""
    for one, written in job.entries:
        if one.attendee_id in followed or not must_write(one, written):
            continue
        known = None if written is None or written.gone else written.address
        try:
            stored = calendar.place(one.uid, one.content, known)
        except NotFetched as refused:
            if refused.code in HOPELESS:
                raise
            failure = refused.code
            continue
        _keep(runtime, job, one, stored)
    return failure


def _keep(runtime: Runtime, job: Job, one: Wanted, stored: Stored | None) -> None:
    now = runtime.clock()
    with runtime.work() as session:
        _held(session, job)
        row = _row(session, job, one)
        if stored is None:
            # Its owner threw it away while we were about to write.
            if row is not None:
                row.gone_at = now
            return
        if row is None:
            row = PushedEvent(push_id=job.id, attendee_id=one.attendee_id)
            session.add(row)
        row.address, row.etag, row.fingerprint = stored.address, stored.etag, one.fingerprint
        row.sequence, row.partstat, row.written_at = one.sequence, one.partstat, now
        row.gone_at = row.changed_at = None


def _take_out(runtime: Runtime, job: Job, calendar: OwnCalendar) -> None:
    """Take out all that we wrote, and forget the calendar after that."""
    for row_id, address in job.everything:
        calendar.take_out(address)
        with runtime.work() as session:
            _held(session, job)
            session.execute(delete(PushedEvent).where(PushedEvent.id == row_id))
    with runtime.work() as session:
        forget(session, _held(session, job))


def _finish(runtime: Runtime, job: Job, failure: str, again: bool) -> None:
    now = runtime.clock()
    with runtime.work() as session:
        push = _held(session, job)
        push.tried_at, push.failure = now, failure
        if job.ended_at and (failure == "not_found" or now - job.ended_at >= TAKING_OUT):
            log.warning("own calendar %s is forgotten; not all could be taken out: %s", job.id, failure)
            forget(session, push)
            return
        if failure:
            push.failures += 1
            log.warning("own calendar %s was not written: %s", job.id, failure)
        else:
            push.done_at, push.failures = now, 0
        push.next_at = now if again and not failure else next_at(push.id, push.failures, now)


def _held(session: Session, job: Job) -> CalendarPush:
    """Give the calendar while it is still ours to write; raises LeaseLost."""
    push = session.get(CalendarPush, job.id, with_for_update=True)
    if push is None or push.next_at != job.leased_until:
        raise LeaseLost
    return push


def _row(session: Session, job: Job, one: Wanted) -> PushedEvent | None:
    query = select(PushedEvent).where(
        PushedEvent.push_id == job.id, PushedEvent.attendee_id == one.attendee_id
    )
    return session.scalars(query).one_or_none()
