"""The commands: thin, each calls what the pages and the worker call."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NoReturn

import click
from flask import Flask
from sqlalchemy.exc import DBAPIError

from agenda import schema, steps, worker
from agenda.commands.backup import backup, restore
from agenda.commands.demo import DEMO, load_once
from agenda.commands.mail import MAIL
from agenda.commands.people import PERSON
from agenda.commands.running import database_there, running, settings
from agenda.commands.serving import serve_on
from agenda.core.database import Unfit
from agenda.core.runtime import Runtime
from agenda.core.supervisor import Supervisor
from agenda.dates.command import find_dates
from agenda.mail.command import read_message
from agenda.mail.receiving import receive
from agenda.planner.command import fewest_meetings_command
from agenda.retention.actions import remove_due
from agenda.retention.queries import standings
from agenda.search.indexing import rebuild

MakeApp = Callable[[Runtime], Flask]
LOOK_FOR_PARENT_SECONDS = 1.0
LOOK_FOR_WORKER_SECONDS = 0.5


def commands(make_app: MakeApp) -> click.Group:
    """Give the group of commands; the web application is handed in."""
    group = click.Group("agenda", help="Meet jointly, and meet less: the Leidse regio's meetings.")
    alone = (backup, restore, find_dates, fewest_meetings_command, read_message)
    for command in (_serve(make_app), _up(make_app), _worker, _tick, _receive, _retention, *alone):
        group.add_command(command)
    group.add_command(click.Group("db", commands=[_upgrade], help="The database."))
    group.add_command(DEMO)
    group.add_command(MAIL)
    group.add_command(PERSON)
    group.add_command(click.Group("search", commands=[_rebuild_search], help="What the search finds."))
    return group


def _serve(make_app: MakeApp) -> click.Command:
    @click.command("serve")
    @click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
    @click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
    def serve(host: str, port: int) -> None:
        """Serve the pages with waitress, in one process."""
        with running(talking=True, web=True) as runtime:
            serve_on(make_app(runtime), host, port)

    return serve


def _up(make_app: MakeApp) -> click.Command:
    @click.command("up")
    @click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
    @click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
    def up(host: str, port: int) -> None:
        """Migrate, load the demo region on first start, and run web and worker together."""
        # The demonstration's own address, here and in the worker, has the port that is listened on.
        os.environ["PORT"] = str(port)
        with running(upgraded=True, talking=True, web=True) as runtime:
            if runtime.config.demo:
                load_once(runtime)
            click.echo(f"\nOpen {runtime.config.base_url}")
            if runtime.config.demo:
                click.echo("Sign in with one click: choose for instance Secretaris Zoeterwoude.")
            else:
                click.echo("Sign in with the mail address that you are known by.")
            click.echo("Stop with Ctrl-C.\n")
            with _worker_beside():
                serve_on(make_app(runtime), host, port)

    return up


@click.command("worker")
@click.option("--beside", type=int, hidden=True, help="Stop when this process, our parent, is gone.")
def _worker(beside: int | None) -> None:
    """Send letters and reminders until stopped."""
    stop = threading.Event()
    if beside is not None:
        threading.Thread(target=_stop_without, args=(beside, stop), daemon=True).start()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    with running(talking=True) as runtime:
        try:
            worker.run(runtime, stop, Supervisor(os.environ.get("NOTIFY_SOCKET", "")))
        except worker.Stuck as stuck:
            logging.getLogger("agenda.worker").critical("stuck, and ended: %s", stuck)
            logging.shutdown()
            # The thread that hangs would keep an ordinary end waiting for ever.
            os._exit(os.EX_SOFTWARE)
        except Unfit as unfit:
            raise click.ClickException(str(unfit)) from unfit


@click.command("tick")
def _tick() -> None:
    """Do one pass of all that is due, and tell what was done."""
    with running() as runtime:
        for what, number in steps.tick(runtime).items():
            click.echo(f"{what}: {number}")


@click.command("retention")
@click.option("--dry-run", is_flag=True, help="Only tell what would go; nothing does.")
def _retention(dry_run: bool) -> None:
    """Let go what was kept for as long as was settled, and print what was due of each kind."""
    with running() as runtime:
        with runtime.read() as session:
            found = standings(session, runtime.config.time_zone, runtime.clock())
        click.echo(f"{'kind':18} {'kept for':12} {'settled':8} {'due':>9}  oldest")
        for one in found:
            oldest = f"{one.due.oldest:%Y-%m-%d}" if one.due.oldest else "-"
            settled, period = "yes" if one.rule else "no", str(one.period or "for good")
            click.echo(f"{one.kind.name:18} {period:12} {settled:8} {one.due.number:9}  {oldest}")
        if dry_run:
            click.echo("Nothing was removed.")
        else:
            click.echo(f"removed: {remove_due(runtime)}")


@click.command("receive")
@click.option("--recipient", multiple=True, help="To whom the mail server has it, as ADDRESS; repeatable.")
def _receive(recipient: tuple[str, ...]) -> None:
    """Take one message from standard input, for a mail server's pipe; what is kept is never lost."""
    try:
        with running() as runtime:
            kept = receive(runtime, sys.stdin.buffer, recipient, steps.HANDLERS)
    except click.ClickException as error:
        _not_now(error.message)
    except (DBAPIError, Unfit):
        _not_now("The database does not answer.")
    if not kept:
        click.echo("There is no message on standard input.", err=True)
        sys.exit(os.EX_DATAERR)


def _not_now(why: str) -> NoReturn:
    """Let the mail server keep the message and try again."""
    click.echo(why, err=True)
    sys.exit(os.EX_TEMPFAIL)


@click.command("upgrade")
def _upgrade() -> None:
    """Bring the database to this version of the product."""
    with database_there():
        url = settings().database_url
        schema.upgrade(url)
        beyond = schema.standing_at(url) is schema.Standing.BEYOND
    if beyond:
        raise click.ClickException(schema.BEYOND)
    click.echo("The database is up to date.")


@click.command("rebuild")
def _rebuild_search() -> None:
    """Read everything anew that the search finds; it goes on finding meanwhile."""
    with running() as runtime:
        click.echo(f"made findable: {rebuild(runtime)}")


@contextmanager
def _worker_beside() -> Iterator[None]:
    stop = threading.Event()
    keeper = threading.Thread(target=_keep_worker, args=(stop,))
    keeper.start()
    # Ctrl-C reaches both; a plain kill reaches only this process, and then the worker must go too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    # A shell that starts us in the background leaves Ctrl-C switched off.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        stop.set()
        keeper.join()


def _keep_worker(stop: threading.Event) -> None:
    """Run a worker beside us, and another when it ends before we do."""
    words = [sys.executable, "-m", "agenda", "worker", "--beside", str(os.getpid())]
    while not stop.is_set():
        beside = subprocess.Popen(words)  # noqa: S603 - our own interpreter, our own words
        while beside.poll() is None and not stop.wait(LOOK_FOR_WORKER_SECONDS):
            pass
        if beside.poll() is None:
            beside.terminate()
            beside.wait(timeout=30)
        else:
            stop.wait(LOOK_FOR_WORKER_SECONDS)


def _stop_without(parent: int, stop: threading.Event) -> None:
    """Set `stop` once our parent is gone, however it went."""
    while os.getppid() == parent:
        if stop.wait(LOOK_FOR_PARENT_SECONDS):
            return
    stop.set()
