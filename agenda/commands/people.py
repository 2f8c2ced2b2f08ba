"""`person`: people, bodies and memberships."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from agenda.commands.running import running
from agenda.core.actor import System
from agenda.core.problems import Invalid
from agenda.people.actions import make_administrator
from agenda.people.importing import ImportFaults, import_file


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def _import(file: Path) -> None:
    """Import people, bodies and memberships from a CSV file: all of it, or nothing."""
    with running() as runtime:
        try:
            with runtime.work() as session:
                report = import_file(session, file.read_bytes(), System(), runtime.clock())
        except ImportFaults as error:
            for fault in error.faults:
                click.echo(str(fault), err=True)
            click.echo("Nothing was imported.", err=True)
            sys.exit(2)
        click.echo(f"people: {report.people}\nbodies: {report.bodies}\nmemberships: {report.memberships}")


@click.command("administrator")
@click.argument("address")
@click.option("--name", help="The person's name; without it, the address for someone new.")
def _administrator(address: str, name: str | None) -> None:
    """Make the person with this mail address an administrator; who is not known yet is added."""
    with running() as runtime, runtime.work() as session:
        try:
            person, new = make_administrator(session, address, name, System(), runtime.clock())
        except Invalid as error:
            raise click.ClickException(f"No letter can reach {address!r}: give a mail address.") from error
        click.echo(f"{'Added' if new else 'Changed'}: {person.name} <{person.email}> is an administrator.")


PERSON = click.Group("person", commands=[_import, _administrator], help="People, bodies and memberships.")
