"""A migration only adds: the version before it goes on beside the new one (docs/several-machines.md)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from alembic.script import Script, ScriptDirectory
from sqlalchemy import inspect, text

from agenda.core.database import engine_for_migrations
from agenda.schema import alembic_config, epoch, upgrade
from tests.support.postgres import Cluster

# Up to here there was no version to go on beside.
NO_VERSION_BEFORE = "0025"
Shape = dict[str, dict[str, Any]]


def migrations() -> list[Script]:
    """Give those after the first ones, oldest first."""
    scripts = ScriptDirectory.from_config(alembic_config(""))
    return list(scripts.iterate_revisions("heads", NO_VERSION_BEFORE))[::-1]


def shape(url: str) -> Shape:
    """Give what older code relies on: tables or views in their place, columns, and what must be unique."""
    engine = engine_for_migrations(url)
    with engine.connect() as connection:
        seen = inspect(connection)
        found = {
            table: {
                "columns": {column["name"]: column for column in seen.get_columns(table)},
                "unique": {tuple(one["column_names"]) for one in seen.get_unique_constraints(table)}
                | {tuple(one["column_names"]) for one in seen.get_indexes(table) if one["unique"]},
            }
            for table in (*seen.get_table_names(), *seen.get_view_names())
        }
    engine.dispose()
    return found


def taken_away(before: Shape, after: Shape) -> Iterator[str]:
    """Tell what code that knows only the old shape trips over."""
    for table, old in before.items():
        new = after.get(table)
        if new is None:
            yield f"{table} is gone"
            continue
        for name, column in new["columns"].items():
            known = old["columns"].get(name)
            must = (
                not column["nullable"]
                and column["default"] is None
                and column.get("autoincrement") is not True
            )
            if known is None and must:
                yield f"{table}.{name} must be filled, and older code does not know it"
            if known is not None and known["nullable"] and not column["nullable"]:
                yield f"{table}.{name} may not be empty any more"
            if known is not None and str(known["type"]) != str(column["type"]):
                yield f"{table}.{name} became {column['type']}"
        for name in old["columns"].keys() - new["columns"].keys():
            yield f"{table}.{name} is gone"
        for names in new["unique"] - old["unique"]:
            if set(names) <= old["columns"].keys():
                yield f"{table}: {', '.join(names)} must be unique now"


@contextmanager
def empty(kind: str, folder: Path, cluster: Callable[[], Cluster]) -> Iterator[str]:
    """Give the address of a database without any table."""
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'steps.sqlite'}"
        return
    with cluster().database() as url:
        yield url


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_each_migration_only_adds_unless_its_name_begins_another_epoch(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    with empty(kind, tmp_path, lambda: request.getfixturevalue("postgres_cluster")) as url:
        upgrade(url, NO_VERSION_BEFORE)
        before, name = shape(url), NO_VERSION_BEFORE
        for script in migrations():
            upgrade(url, script.revision)
            after = shape(url)
            if epoch(script.revision) == epoch(name):
                assert list(taken_away(before, after)) == [], script.revision
            before, name = after, script.revision


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("DROP TABLE job_state", "job_state is gone"),
        ("ALTER TABLE job_state DROP COLUMN worker", "job_state.worker is gone"),
        ("ALTER TABLE job_state RENAME COLUMN worker TO who", "job_state.who must be filled"),
        ("ALTER TABLE job_state ALTER COLUMN failed_at SET NOT NULL", "failed_at may not be empty"),
        ("ALTER TABLE job_state ALTER COLUMN done TYPE bigint", "job_state.done became BIGINT"),
        ("ALTER TABLE job_state ADD UNIQUE (worker)", "job_state: worker must be unique now"),
    ],
)
def test_what_older_code_trips_over_is_seen(postgres_url: str, change: str, said: str) -> None:
    before = shape(postgres_url)
    engine = engine_for_migrations(postgres_url)
    with engine.begin() as connection:
        connection.execute(text(change))
    engine.dispose()
    assert said in "; ".join(taken_away(before, shape(postgres_url)))


def test_what_only_adds_is_no_hindrance(postgres_url: str) -> None:
    before = shape(postgres_url)
    engine = engine_for_migrations(postgres_url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE later (id serial PRIMARY KEY, name text NOT NULL UNIQUE)"))
        connection.execute(text("ALTER TABLE job_state ADD COLUMN later integer NOT NULL DEFAULT 0"))
        connection.execute(text("ALTER TABLE job_state ADD COLUMN perhaps text"))
    engine.dispose()
    assert list(taken_away(before, shape(postgres_url))) == []
