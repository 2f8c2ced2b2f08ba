"""`mail`: signing letters, and what is held."""

from __future__ import annotations

from pathlib import Path

import click

from agenda.commands.running import running, settings
from agenda.core.actor import System
from agenda.core.problems import Conflict, Invalid
from agenda.core.runtime import Runtime
from agenda.mail.actions import discard_waiting, release
from agenda.mail.dkim_signing import UnusableKey, make_key, record
from agenda.mail.queries import Waiting, open_hold, waiting_in

NOTHING_HELD = "Nothing is held: letters leave as usual."


@click.command("dkim-key")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def _dkim_key(file: Path) -> None:
    """Make a private key to sign letters with, and write it to FILE."""
    try:
        make_key(file)
    except FileExistsError as error:
        raise click.ClickException(f"{str(file)!r} is there already; nothing was changed.") from error
    except OSError as error:
        raise click.ClickException(f"{str(file)!r} cannot be written: {error.strerror}.") from error
    click.echo(f"Set AGENDA_DKIM_KEY to {file}, and see `mail dkim-record` for the DNS.")


@click.command("dkim-record")
def _dkim_record() -> None:
    """Print the DNS record that belongs to the key of the settings."""
    config = settings()
    if config.dkim_key is None:
        raise click.ClickException("AGENDA_DKIM_KEY is not set: `mail dkim-key FILE` makes a key.")
    try:
        name, strings = record(config.dkim_key, config.mail_domain, config.dkim_selector)
    except UnusableKey as error:
        raise click.ClickException(str(error)) from error
    value = " ".join(f'"{string}"' for string in strings)
    click.echo(f"{name}. IN TXT {value}")


@click.command("release")
@click.option("--yes", is_flag=True, help="Do not ask whether it is sure.")
def _release(yes: bool) -> None:
    """Let the letters leave that are held, such as after a restore."""
    with running() as runtime:
        waiting = _held(runtime)
        if not yes:
            click.confirm(f"{_counted(waiting)} They leave at once. Sure?", abort=True)
        with runtime.work() as session:
            release(session, System(), runtime.clock())
        click.echo(f"{_counted(waiting)} Letters leave again.")


@click.command("discard")
@click.option("--why", required=True, help="The reason, kept in the history of each letter.")
@click.option(
    "--all", "everything", is_flag=True, help="Also those that were written since everything was held."
)
def _discard(why: str, everything: bool) -> None:
    """Let the letters that are held never leave: those from before everything was held, or all."""
    with running() as runtime:
        try:
            with runtime.work() as session:
                number = discard_waiting(session, System(), runtime.clock(), why, only_older=not everything)
        except Conflict as error:
            raise click.ClickException(NOTHING_HELD) from error
        except Invalid as error:
            raise click.ClickException("Give a reason: --why TEXT.") from error
        click.echo(f"discarded: {number}")
        click.echo(_counted(_held(runtime)))


def _held(runtime: Runtime) -> Waiting:
    with runtime.read() as session:
        held = open_hold(session)
        if held is None:
            raise click.ClickException(NOTHING_HELD)
        return waiting_in(session, held, runtime.clock())


def _counted(waiting: Waiting) -> str:
    return f"Letters that are held: {waiting.before} from before that, {waiting.since} written since then."


MAIL = click.Group(
    "mail",
    commands=[_dkim_key, _dkim_record, _release, _discard],
    help="Signing letters, and letters that are held.",
)
