"""`demo`: the demonstration region."""

from __future__ import annotations

from pathlib import Path

import click

from agenda.commands.running import running, settings
from agenda.core.runtime import Runtime
from agenda.demo.load import is_loaded
from agenda.demo.play import play
from agenda.demo.start import load_demo


def load_once(runtime: Runtime) -> bool:
    """Load the demo region into a database without one, and say so; False where there is one already."""
    with runtime.read() as session:
        if is_loaded(session):
            return False
    click.echo("Loading the demo region ...")
    load_demo(runtime)
    click.echo("The demo region is loaded; its clock stands at 18 December 2018, 09:00.")
    return True


@click.command("load")
def _load() -> None:
    """Load the demo region into an empty database."""
    if not settings().demo:
        raise click.ClickException("The demo region is only loaded where AGENDA_DEMO=1 is set.")
    with running(upgraded=True) as runtime:
        if not load_once(runtime):
            raise click.ClickException("This database holds a region already; nothing was changed.")


@click.command("play")
@click.option(
    "--into",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("var/play"),
    show_default=True,
    help="The folder for the database and the letters of this story; emptied first.",
)
def _play(into: Path) -> None:
    """Play the letter's story from topic to reminder, and print each step."""
    play(into, click.echo)


DEMO = click.Group("demo", commands=[_load, _play], help="The demonstration region.")
