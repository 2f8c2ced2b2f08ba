"""Transactions, moments and migrations, on both databases."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import insert, select, text
from sqlalchemy.exc import StatementError
from sqlalchemy.orm import Session

from agenda.core.actor import System
from agenda.core.audit import AuditEntry, history, record
from agenda.core.database import Sessions
from agenda.core.problems import Changed
from agenda.people.model import Body, Organisation, OrganisationKind, Person
from agenda.reminders.model import ReminderRule
from agenda.schema import alembic_config, downgrade, upgrade
from agenda.topics.model import FocusArea, Purpose, Topic, Treatment

NOW = datetime(2019, 2, 14, 14, 30, tzinfo=UTC)


def test_a_naive_moment_is_refused(sessions: Sessions) -> None:
    with pytest.raises(StatementError, match="time zone"), sessions.work() as session:
        session.add(Person(name="A", email="a@a.example", undeliverable_since=datetime(2019, 1, 1)))  # noqa: DTZ001
        session.flush()


def test_a_moment_in_another_zone_comes_back_as_the_same_moment_in_utc(sessions: Sessions) -> None:
    there = NOW.astimezone(timezone(timedelta(hours=5, minutes=30)))
    with sessions.work() as session:
        session.add(Person(name="A", email="a@a.example", undeliverable_since=there))
    with sessions.read() as session:
        back = session.scalars(select(Person)).one().undeliverable_since
    assert back == NOW
    assert back.tzinfo is UTC


def test_an_error_undoes_the_whole_transaction(sessions: Sessions) -> None:
    with pytest.raises(RuntimeError), sessions.work() as session:
        session.add(Person(name="A", email="a@a.example"))
        session.flush()
        raise RuntimeError
    with sessions.read() as session:
        assert session.scalars(select(Person)).all() == []


def test_what_is_changed_while_looking_is_thrown_away(sessions: Sessions) -> None:
    with sessions.read() as session:
        session.add(Person(name="A", email="a@a.example"))
        session.flush()
    with sessions.read() as session:
        assert session.scalars(select(Person)).all() == []


def test_four_writers_at_once_lose_no_update(sessions: Sessions) -> None:
    with sessions.work() as session:
        session.add(Body(name="GCO", usual_minutes=0))
    rounds = 25

    def add_minutes() -> None:
        for _ in range(rounds):
            with sessions.work() as session:
                body = session.scalars(select(Body).with_for_update()).one()
                body.usual_minutes += 1

    threads = [threading.Thread(target=add_minutes) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with sessions.read() as session:
        assert session.scalars(select(Body)).one().usual_minutes == 4 * rounds


def test_the_second_of_two_who_saw_the_same_version_is_refused(sessions: Sessions) -> None:
    with sessions.work() as session:
        session.add(Body(name="GCO"))
    with sessions.work() as session:
        body = session.scalars(select(Body)).one()
        seen = body.version
        body.purpose = "eerste"
    with sessions.work() as session, pytest.raises(Changed):
        session.scalars(select(Body)).one().expect(seen)
    with sessions.read() as session:
        assert session.scalars(select(Body)).one().purpose == "eerste"


def test_a_row_changed_under_an_open_transaction_is_never_overwritten(sessions: Sessions) -> None:
    with sessions.work() as session:
        session.add(Body(name="GCO"))
    with sessions.read() as early:
        body = early.scalars(select(Body)).one()
        early.expunge(body)
    with sessions.work() as session:
        session.scalars(select(Body)).one().purpose = "eerste"
    body.purpose = "tweede"
    with pytest.raises(Changed), sessions.work() as session:
        session.add(body)


def test_sqlite_keeps_what_was_acknowledged(tmp_path: Path) -> None:
    sessions = Sessions(f"sqlite:///{tmp_path / 'a.sqlite'}")
    with sessions.read() as session:
        pragmas = {
            name: session.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    sessions.close()
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 10_000}


def test_the_trail_tells_who_changed_what_from_what_into_what(sessions: Sessions) -> None:
    with sessions.work() as session:
        record(
            session,
            System(),
            NOW,
            "edited",
            ("topic", 1),
            {"title": "A", "minutes": 5},
            {"title": "B", "minutes": 5},
        )
    with sessions.read() as session:
        (entry,) = history(session, "topic", 1)
    assert (entry.before, entry.after) == ({"title": "A"}, {"title": "B"})
    assert (entry.at, entry.actor_name) == (NOW, "Agendering")


def test_the_newest_stands_on_top_of_the_trail(sessions: Sessions) -> None:
    with sessions.work() as session:
        for verb in ("created", "edited"):
            record(session, System(), NOW, verb, ("topic", 1))
            session.flush()
    with sessions.read() as session:
        verbs = [entry.verb for entry in history(session, "topic", 1)]
    assert verbs == ["edited", "created"]


def test_migrations_make_exactly_the_tables_of_the_code(database_url: str) -> None:
    command.check(alembic_config(database_url))


def test_migrations_can_be_undone_and_done_again_with_data_in_other_tables(database_url: str) -> None:
    downgrade(database_url, "base")
    upgrade(database_url)
    sessions = Sessions(database_url)
    with sessions.work() as session:
        session.add(Body(name="GCO"))
    upgrade(database_url)
    with sessions.read() as session:
        assert session.scalars(select(Body.name)).one() == "GCO"
        assert session.scalars(select(AuditEntry)).all() == []
    sessions.close()


def test_an_upgrade_from_the_version_before_keeps_what_was_there(database_url: str) -> None:
    downgrade(database_url, "0001")
    sessions = Sessions(database_url)
    with sessions.work() as session:
        assert session.scalars(select(FocusArea)).all() == []
        _add_body_as_of_0001(session, "GCO")
        session.add(FocusArea(position=1, name="Ambities voor wonen en groen", short_name="Ons eigen woord"))
    upgrade(database_url)
    with sessions.read() as session:
        areas = session.scalars(select(FocusArea).order_by(FocusArea.position)).all()
        assert [area.position for area in areas] == [1, 2, 3, 4, 5, 6, 7]
        assert areas[0].short_name == "Ons eigen woord"
        assert session.scalars(select(Body.name)).one() == "GCO"
    sessions.close()


def test_bodies_with_reminders_get_those_for_polls_and_rounds_and_others_get_them_with_all_the_rest(
    database_url: str,
) -> None:
    downgrade(database_url, "0002")
    sessions = Sessions(database_url)
    with sessions.work() as session:
        with_rules = _add_body_as_of_0001(session, "GCO")
        _add_body_as_of_0001(session, "Nieuw overleg")
        # Only what a rule had then.
        then = {"body_id": with_rules, "kind": "no_answer", "days": [-7], "enabled": True, "version": 1}
        session.execute(insert(ReminderRule).values(then))
    upgrade(database_url)
    with sessions.read() as session:
        rules = {rule.kind: rule for rule in session.scalars(select(ReminderRule))}
        assert rules.keys() >= {"no_answer", "poll_unanswered", "round_unanswered"}
        assert "call_for_topics" not in rules
        assert (rules["no_answer"].days, rules["no_answer"].version) == ([-7], 1)
        for kind in ("poll_unanswered", "round_unanswered"):
            added = rules[kind]
            assert (added.body_id, added.days, added.enabled) == (with_rules, [-3, -1], True)
    downgrade(database_url, "0002")
    with sessions.read() as session:
        assert session.scalars(select(ReminderRule.kind)).all() == ["no_answer"]
    sessions.close()


def test_an_upgrade_to_answers_by_mail_keeps_people_and_meetings_and_can_be_undone(database_url: str) -> None:
    sessions = Sessions(database_url)
    downgrade(database_url, "0003")
    with sessions.work() as session:
        body = _add_body_as_of_0001(session, "GCO")
        values = {"name": "Zoë van der Ven", "email": "w1@leiden.example", "language": "nl", "no": False}
        session.execute(
            text(
                "INSERT INTO person (name, email, language, administrator, version)"
                " VALUES (:name, :email, :language, :no, 1)"
            ),
            values,
        )
    upgrade(database_url)
    with sessions.work() as session:
        kept = session.get_one(Body, body)
        assert (kept.organiser, kept.list_attendees) == ("", False)
        person = session.scalars(select(Person)).one()
        assert (person.name, person.room) == ("Zoë van der Ven", False)
        session.add(Organisation(kind=OrganisationKind.MUNICIPALITY, name="Leiden", room=person))
    downgrade(database_url, "0003")
    upgrade(database_url)
    with sessions.read() as session:
        assert session.scalars(select(Organisation)).one().room is None
        assert session.scalars(select(Person.name)).one() == "Zoë van der Ven"
    sessions.close()


def _add_body_as_of_0001(session: Session, name: str) -> int:
    """Write a body as the first version knew it: the model of today has more columns."""
    session.execute(
        text(
            "INSERT INTO body (name, purpose, usual_minutes, time_zone, papers_days_before, version)"
            " VALUES (:name, '', 120, 'Europe/Amsterdam', 7, 1)"
        ),
        {"name": name},
    )
    return session.scalars(text("SELECT id FROM body WHERE name = :name"), {"name": name}).one()


def test_going_back_a_version_keeps_a_focus_area_that_a_topic_uses(database_url: str) -> None:
    sessions = Sessions(database_url)
    with sessions.work() as session:
        body = Body(name="GCO")
        session.add(body)
        session.flush()
        area = session.scalars(select(FocusArea)).first()
        assert area is not None
        kept = area.name
        session.add(
            Topic(
                body_id=body.id,
                title="A",
                focus_area_id=area.id,
                purpose=Purpose.INFORM,
                treatment=Treatment.CONSENT,
                minutes=5,
                priority=3,
                created_at=NOW,
            )
        )
    sessions.close()
    downgrade(database_url, "0001")
    sessions = Sessions(database_url)
    with sessions.read() as session:
        assert session.scalars(select(FocusArea.name)).all() == [kept]
    sessions.close()
