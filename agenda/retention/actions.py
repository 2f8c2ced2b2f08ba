"""What administrators settle about the register, and how the worker lets go what is due."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from agenda.core import audit
from agenda.core.actor import Actor
from agenda.core.clock import local_day
from agenda.core.problems import Changed, Invalid
from agenda.core.runtime import Runtime
from agenda.retention import queries
from agenda.retention.model import Removal as Removed
from agenda.retention.model import RetentionRule
from agenda.retention.register import KINDS, Kind
from agenda.retention.rules import Period, Unit, is_within

# Other writers wait for one batch at most.
A_BATCH = 500


def settle(
    session: Session, kind: Kind, period: Period | None, version: int | None, by: Actor, now: datetime
) -> RetentionRule:
    """Settle how long a kind is kept, None for as long as nobody says otherwise; the next removal follows it.

    version: of what the administrator saw, None where nothing was settled. Raises Changed where somebody
    else settled it in between, Invalid where the period is too short or too long.
    """
    by.must("administer")
    if period is not None and not is_within(period, kind.least, kind.most):
        raise Invalid("period_out_of_bounds", field="amount")
    rule = queries.rule_of(session, kind)
    if (rule.version if rule is not None else None) != version:
        raise Changed
    before = {} if rule is None else _facts(rule)
    if rule is None:
        rule = RetentionRule(kind=kind.name)
        session.add(rule)
    rule.amount = period.amount if period is not None else None
    rule.unit = period.unit if period is not None else Unit.YEARS
    rule.settled_at, rule.settled_by = now, by.name
    try:
        session.flush()
    except IntegrityError as error:
        raise Changed from error
    audit.record(session, by, now, "retention_settled", ("retention", rule.id), before, _facts(rule))
    return rule


def settle_as_proposed(session: Session, by: Actor, now: datetime) -> int:
    """Settle every kind that was not settled yet as the register proposes; how many."""
    by.must("administer")
    known = set(session.scalars(select(RetentionRule.kind)))
    fresh = [kind for kind in KINDS if kind.name not in known]
    for kind in fresh:
        settle(session, kind, kind.proposed, None, by, now)
    return len(fresh)


def remove_due(runtime: Runtime, stopped: Callable[[], bool] = lambda: False, batch: int = A_BATCH) -> int:
    """Let go what is due of every kind that was settled; how much.

    Each batch is a transaction of its own with its line in the protocol: what ends in between is gone on
    with the next time, and nothing is counted twice. Once `stopped` says so, no further batch is begun.
    """
    with runtime.read() as session:
        removals = list(queries.each_removal(session))
        now, zone = runtime.clock(), runtime.config.time_zone
        spared = [r.spared(session, now) if r.spared is not None else frozenset() for _, _, r in removals]
    today, gone = local_day(now, zone), 0
    for (kind, period, removal), needed in zip(removals, spared, strict=True):
        before, after = queries.begin_of_kept(period, zone, now), 0
        while not stopped():
            with runtime.work() as session:
                found = queries.next_batch(session, removal, before, after, batch)
                ids = [key for key in found if key not in needed]
                if ids:
                    removal.remove(session, ids)
                    _write_down(session, kind, today, len(ids))
            gone += len(ids)
            if len(found) < batch:
                break
            after = found[-1]
    return gone


def _write_down(session: Session, kind: Kind, day: date, number: int) -> None:
    query = select(Removed).where(Removed.kind == kind.name, Removed.day == day).with_for_update()
    line = session.scalars(query).one_or_none()
    if line is None:
        session.add(Removed(kind=kind.name, day=day, number=number))
    else:
        line.number += number


def _facts(rule: RetentionRule) -> dict[str, object]:
    return {"kind": rule.kind, "period": str(rule.period) if rule.period is not None else "kept"}
