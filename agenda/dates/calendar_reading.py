"""The worker's step: read the calendars that are due, none in two places at once."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from time import monotonic

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from agenda.core.caldav import refusal
from agenda.core.clock import at_local, local_day
from agenda.core.fetching import UNCHANGED, Credentials, Fetch, Request, fetcher, together, version
from agenda.core.network_guard import NotFetched
from agenda.core.runtime import Runtime
from agenda.core.vault import SecretLost, opened
from agenda.dates.busy import Busy, Unreadable, merged
from agenda.dates.caldav import read_server
from agenda.dates.calendar_actions import take_over
from agenda.dates.calendar_rules import Window, may_be_unchanged, next_read, window
from agenda.dates.model import BusyCalendar, CalendarKind
from agenda.dates.reading import read_busy
from agenda.people.model import Membership
from agenda.people.queries import on_day

log = logging.getLogger(__name__)

# Longer than reading all that is taken at a time takes at most; after a crash it is read again from then on.
LEASE = timedelta(minutes=10)
AT_A_TIME = 20
SIDE_BY_SIDE = 4
# Of one calendar server, however many calendars and questions there are.
ASKING_SECONDS, READING_SECONDS = 40.0, 10.0
MOST_BYTES_OF_A_SERVER = 20_000_000


@dataclass(frozen=True)
class Job:
    """A calendar to be read, with all that reading needs; the database is not asked meanwhile."""

    id: int
    kind: CalendarKind
    secret: bytes
    etag: str
    modified: str
    days: Window
    leased_until: datetime


@dataclass(frozen=True)
class Read:
    """What reading gave: busy times, or None where nothing changed; and how the server names it."""

    busy: Busy | None
    etag: str = ""
    modified: str = ""


def read_calendars(
    runtime: Runtime, fetch: Fetch | None = None, stopped: Callable[[], bool] = lambda: False
) -> int:
    """Read the calendars that are due, some at a time; how many were tried.

    No transaction is open while the network is waited for (RELIABILITY I8). What fails keeps its last good
    copy and is tried again, ever less often.
    """
    asks = fetch or fetcher(runtime.config.calendar_networks)

    def read_one(job: Job) -> None:
        if not stopped():
            _read_and_keep(runtime, job, asks)

    with runtime.work() as session:
        jobs = _take(session, runtime.config.time_zone, runtime.clock())
    if jobs:
        with ThreadPoolExecutor(SIDE_BY_SIDE) as side_by_side:
            list(side_by_side.map(read_one, jobs))
    return len(jobs)


def read_file(content: bytes, zone: str, now: datetime) -> tuple[Busy, Window]:
    """Read a file for the days that are kept; raises Unreadable."""
    days = window(local_day(now, zone))
    return read_busy(content, *_moments(days, zone), zone), days


def _take(session: Session, zone: str, now: datetime) -> Sequence[Job]:
    """Lease what is due; who left every body is no longer followed."""
    today = local_day(now, zone)
    present = select(Membership.person_id).where(on_day(today))
    query = (
        select(BusyCalendar)
        .where(BusyCalendar.next_read_at <= now, BusyCalendar.person_id.in_(present))
        .order_by(BusyCalendar.next_read_at, BusyCalendar.id)
        .limit(AT_A_TIME)
        .with_for_update(skip_locked=True)
    )
    return [_leased(one, today, now) for one in session.scalars(query)]


def _leased(calendar: BusyCalendar, today: date, now: datetime) -> Job:
    calendar.next_read_at = now + LEASE
    covered = may_be_unchanged(calendar.covers_until, today) and calendar.read_at is not None
    return Job(
        id=calendar.id,
        kind=calendar.kind,
        secret=calendar.secret or b"",
        etag=calendar.etag if covered else "",
        modified=calendar.modified if covered else "",
        days=window(today),
        leased_until=now + LEASE,
    )


def _read_and_keep(runtime: Runtime, job: Job, fetch: Fetch) -> None:
    try:
        read: Read | str = _read(runtime, job, fetch)
    except (NotFetched, Unreadable) as refused:
        read = refused.code
    except SecretLost:
        read = "secret_lost"
    except Exception as error:  # noqa: BLE001 - whatever an answer breaks, the next calendar is read
        # No more than its kind is told: the text of an error may hold the address.
        log.error("calendar %s broke its reading: %s", job.id, type(error).__name__)
        read = "unreadable"
    now = runtime.clock()
    with runtime.work() as session:
        calendar = session.get(BusyCalendar, job.id, with_for_update=True)
        # Removed meanwhile, or taken over because we were too slow: what we found no longer counts.
        if calendar is not None and calendar.next_read_at == job.leased_until:
            _keep(calendar, job, read, now)


def _read(runtime: Runtime, job: Job, fetch: Fetch) -> Read:
    zone = runtime.config.time_zone
    secret = opened(runtime.config.secret, job.secret)
    first, last = _moments(job.days, zone)
    if job.kind is CalendarKind.CALDAV:
        request = Request(secret.address, credentials=Credentials(secret.user, secret.password))
        limited = together(fetch, ASKING_SECONDS, MOST_BYTES_OF_A_SERVER)
        return Read(_read_all(read_server(limited, request, first, last), first, last, zone))
    headers = {"If-None-Match": job.etag, "If-Modified-Since": job.modified}
    answer = fetch(Request(secret.address, headers={name: value for name, value in headers.items() if value}))
    if answer.status == UNCHANGED:
        return Read(None, job.etag, job.modified)
    if answer.status != 200:
        raise NotFetched(refusal(answer.status))
    busy = read_busy(answer.content, first, last, zone)
    return Read(busy, answer.etag, version(answer.headers.get("last-modified", "")))


def _read_all(texts: Sequence[bytes], first: datetime, last: datetime, zone: str) -> Busy:
    """Read all calendars of a server, together in the time that one may take."""
    ends_at = monotonic() + READING_SECONDS
    found = []
    for text in texts:
        seconds = ends_at - monotonic()
        if seconds <= 0:
            raise Unreadable("took_too_long")
        found.append(read_busy(text, first, last, zone, seconds=seconds))
    blocks = merged(np.concatenate([one.blocks for one in found]))
    return Busy(blocks, tuple(dict.fromkeys(flag for one in found for flag in one.flags)))


def _keep(calendar: BusyCalendar, job: Job, read: Read | str, now: datetime) -> None:
    calendar.tried_at = now
    if isinstance(read, str):
        calendar.failure, calendar.failures = read, calendar.failures + 1
        log.warning("calendar %s was not read: %s", calendar.id, read)
    else:
        if read.busy is not None:
            take_over(calendar, read.busy, job.days, now)
        calendar.read_at, calendar.failure, calendar.failures = now, "", 0
        calendar.etag, calendar.modified = read.etag, read.modified
    calendar.next_read_at = next_read(calendar.id, calendar.failures, now)


def _moments(days: Window, zone: str) -> tuple[datetime, datetime]:
    first, last = days
    return at_local(first, time(), zone), at_local(last + timedelta(days=1), time(), zone)
