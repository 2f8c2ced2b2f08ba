"""`backup` and `restore`: one file with everything, and the way back; docs/backup.md."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path

import click
from sqlalchemy import make_url
from sqlalchemy.orm import Session

from agenda.backup.manifest import Manifest
from agenda.backup.new_file import NotWritten
from agenda.backup.restoring import NotRestored, Restored, examine, needs_passphrase, put_back
from agenda.backup.writing import back_up
from agenda.commands.running import opened, running
from agenda.core.clock import system_clock
from agenda.core.runtime import Runtime
from agenda.demo.clock import shown
from agenda.retention.erased_people import BOOK
from agenda.search.indexing import rebuild

SHORTEST = 12
ITS_FILE = "AGENDA_BACKUP_PASSPHRASE_FILE"
NOT_IN_IT = (
    "Not in it: the settings (AGENDA_SECRET_KEY above all, without which calendars, links and answer "
    "addresses are lost), the DKIM key, certificates. Keep those elsewhere."
)
_PASSPHRASE_FILE = click.option(
    "--passphrase-file",
    type=click.Path(path_type=Path, dir_okay=False),
    envvar=ITS_FILE,
    show_envvar=True,
    help="A file whose first line is the passphrase.",
)


@click.command("backup")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--seal", is_flag=True, help="Ask for a passphrase; only who knows it can read the backup.")
@_PASSPHRASE_FILE
@click.option("--force", is_flag=True, help="Take the place of a file that is there already.")
def backup(file: Path, seal: bool, passphrase_file: Path | None, force: bool) -> None:
    """Write the database and all documents into FILE, while everyone works on."""
    passphrase = _new_passphrase(passphrase_file) if seal or passphrase_file else None
    with running() as runtime:
        try:
            written = back_up(
                runtime.sessions, runtime.config, file, runtime.clock(), passphrase, replace=force
            )
        except NotWritten as error:
            raise click.ClickException(str(error)) from error
    click.echo(f"tables: {written.tables}\nrows: {written.rows}\ndocuments: {written.documents}")
    click.echo(f"octets: {written.size}\nsealed: {'yes' if passphrase is not None else 'no'}")
    click.echo(NOT_IN_IT)


@click.command("restore")
@click.argument("file", type=click.Path(path_type=Path))
@_PASSPHRASE_FILE
@click.option("--replace", is_flag=True, help="Throw away what is in the database.")
@click.option("--yes", is_flag=True, help="With --replace: do not ask whether it is sure.")
def restore(file: Path, passphrase_file: Path | None, replace: bool, yes: bool) -> None:
    """Put the backup FILE back into the database and the folder of documents of the settings.

    With web and worker stopped. All letters are held afterwards, until an administrator releases them.
    """
    with opened() as runtime:
        try:
            passphrase = _known_passphrase(file, passphrase_file)
            click.echo("Examining the backup ...")
            manifest = examine(file, passphrase)
            if replace and not yes:
                _must_be_sure(runtime)
            click.echo("Putting it back ...")
            restored = _put_back(runtime, file, manifest, passphrase, replace)
        except NotRestored as error:
            raise click.ClickException(str(error)) from error
        found = rebuild(runtime)
    _tell(restored)
    click.echo(f"made findable: {found}")


def _put_back(
    runtime: Runtime, file: Path, manifest: Manifest, passphrase: str | None, replace: bool
) -> Restored:
    def now_in(session: Session) -> datetime:
        """Tell the time by the clock that was put back: the demonstration has its own."""
        return shown(session, system_clock()) if runtime.config.demo else system_clock()

    return put_back(
        runtime,
        file,
        manifest,
        passphrase=passphrase,
        replace=replace,
        real_now=system_clock(),
        now_in=now_in,
    )


def _tell(restored: Restored) -> None:
    click.echo(f"tables: {restored.tables}\nrows: {restored.rows}\ndocuments: {restored.documents}")
    click.echo(f"The backup of {restored.made_at.isoformat(timespec='minutes')} was put back.")
    if restored.another_secret:
        click.echo(
            "Warning: AGENDA_SECRET_KEY is another one than when the backup was made. Links and answer "
            f"addresses in letters no longer work; calendars to be given anew: {restored.lost_calendars}.",
            err=True,
        )
    _tell_of_the_erased(restored)
    click.echo(
        f"Nothing leaves until an administrator says so, on the page of letters or with `mail release` and "
        f"`mail discard`. Letters that are held: {restored.waiting_letters}."
    )


def _tell_of_the_erased(restored: Restored) -> None:
    book, again = restored.book, restored.again
    click.echo(f"erased again: {len(again.erased)}")
    if not book.erasures:
        click.echo(
            f"There is no register of erasures ({BOOK}), in the folder of documents or beside the backup: "
            "whoever was erased since must be erased again by hand."
        )
    if book.unreadable:
        click.echo(f"Warning: lines of {BOOK} that cannot be read: {book.unreadable}.", err=True)
    if again.doubtful:
        numbers = ", ".join(map(str, again.doubtful))
        click.echo(
            "Warning: people with these numbers were erased since, and whether those in this backup are the "
            f"same cannot be told. Look at them at /people/NUMBER/erase: {numbers}.",
            err=True,
        )
    if not again.administrators_left:
        click.echo(
            "Warning: nobody in this backup is an administrator any more: `person administrator ADDRESS`.",
            err=True,
        )


def _must_be_sure(runtime: Runtime) -> None:
    """Let a person type the database's name before it is thrown away."""
    name = Path(make_url(runtime.config.database_url).database or "").name
    if not sys.stdin.isatty():
        raise click.ClickException(
            f"Everything in the database {name} would be thrown away, and nobody is there to say that it is "
            "sure: give --yes. Nothing was changed."
        )
    typed = click.prompt(
        f"Everything in the database {name} is thrown away. Type its name to go on", default=""
    )
    if typed != name:
        raise click.ClickException("That is not its name. Nothing was changed.")


def _new_passphrase(file: Path | None) -> str:
    if file is None and not sys.stdin.isatty():
        raise click.ClickException("Nobody is there to type a passphrase: give --passphrase-file.")
    passphrase = (
        _first_line(file)
        if file
        else click.prompt("Passphrase", hide_input=True, confirmation_prompt="The same once more", err=True)
    )
    if len(passphrase) < SHORTEST:
        raise click.ClickException(f"A passphrase has at least {SHORTEST} characters; nothing was made.")
    return str(passphrase)


def _known_passphrase(backup_file: Path, file: Path | None) -> str | None:
    if not needs_passphrase(backup_file):
        return None
    if file:
        return _first_line(file)
    if not sys.stdin.isatty():
        raise click.ClickException("This backup is sealed: give --passphrase-file.")
    return str(click.prompt("Passphrase", hide_input=True, err=True))


def _first_line(file: Path) -> str:
    try:
        with file.open(encoding="utf-8") as text:
            return text.readline().rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "it is no text"
        raise click.ClickException(f"The passphrase cannot be read from {str(file)!r}: {why}.") from error
