"""What every command begins with: the settings, and a runtime that lets go of the database afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click

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
def opened() -> Iterator[Runtime]:
    """Give the runtime, whatever state the database is in, and let go of the database afterwards."""
    try:
        runtime = runtime_from(settings())
    except ConfigError as error:
        raise click.ClickException(str(error)) from error
    try:
        yield runtime
    finally:
        runtime.sessions.close()


@contextmanager
def running(upgraded: bool = False, talking: bool = False) -> Iterator[Runtime]:
    """Give the runtime and let go of the database afterwards; refuse a database that is behind.

    `upgraded`: bring it up to date first. `talking`: say on standard error what happens.
    """
    if talking:
        logs.set_up(settings().log_format)
    if upgraded:
        schema.upgrade(settings().database_url)
    with opened() as runtime:
        if not schema.is_current(runtime.sessions):
            raise click.ClickException(schema.BEHIND)
        yield runtime
