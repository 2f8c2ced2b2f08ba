"""What every command begins with: the settings, and a runtime that lets go of the database afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click
from sqlalchemy.exc import OperationalError

from agenda import schema
from agenda.core import logs
from agenda.core.runtime import Runtime
from agenda.entry import runtime_from
from config import Config, ConfigError, load


def settings() -> Config:
    """Read the settings, or stop with one sentence."""
    try:
        return load()
    except ConfigError as error:
        raise click.ClickException(str(error)) from error


@contextmanager
def opened(web: bool = False, guarded: bool = False) -> Iterator[Runtime]:
    """Give the runtime, whatever state the database is in, and let go of the database afterwards."""
    try:
        runtime = runtime_from(settings(), web, guarded)
    except ConfigError as error:
        raise click.ClickException(str(error)) from error
    except OSError as error:
        # The folder of a database file is made where it is not there.
        raise click.ClickException(f"{error.filename!r} cannot be written: {error.strerror}.") from error
    try:
        yield runtime
    finally:
        runtime.sessions.close()


@contextmanager
def running(upgraded: bool = False, talking: bool = False, web: bool = False) -> Iterator[Runtime]:
    """Give the runtime and let go of the database afterwards; refuse a database that does not fit.

    `upgraded`: bring it up to date first. `talking`: say on standard error what happens. `web`: readers wait.
    """
    if talking:
        logs.set_up(settings().log_format)
    if upgraded:
        with database_there():
            schema.upgrade(settings().database_url)
    with opened(web, guarded=True) as runtime:
        with database_there():
            refused = schema.refusal(runtime.sessions)
        if refused:
            raise click.ClickException(refused)
        yield runtime


@contextmanager
def database_there() -> Iterator[None]:
    """Stop with one sentence where it is not; whoever supervises this process starts it again."""
    try:
        yield
    except OperationalError as error:
        # On one line, whatever the driver said.
        why = " ".join(str(error.orig).split())
        raise click.ClickException(f"The database does not answer: {why}") from error
