"""The web application: every room's pages in one frame."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from flask import Flask
from flask.cli import NoAppException
from werkzeug.middleware.proxy_fix import ProxyFix

from agenda.accounts import pages as accounts
from agenda.cli import commands
from agenda.core.runtime import Runtime
from agenda.dates import pages as dates
from agenda.decisions import pages as decisions
from agenda.decisions import table_pages as table
from agenda.demo import pages as demo
from agenda.documents import pages as documents
from agenda.entry import runtime_from_environment
from agenda.invitations import pages as invitations
from agenda.mail import pages as mail
from agenda.meetings import pages as meetings
from agenda.operations import pages as operations
from agenda.people import pages as people
from agenda.planner import pages as planner
from agenda.publications import pages as publications
from agenda.reminders import pages as reminders
from agenda.retention import pages as retention
from agenda.search import pages as search
from agenda.topics import pages as topics
from agenda.web import pages as web
from agenda.web.shell import init_shell
from config import ROOT, ConfigError

ROOMS = (
    web,
    mail,
    people,
    accounts,
    documents,
    topics,
    meetings,
    dates,
    decisions,
    invitations,
    planner,
    publications,
    table,
    search,
    reminders,
    operations,
    retention,
)


def create_app(runtime: Runtime | None = None) -> Flask:
    """Build the application on a runtime; without one, from the environment."""
    if runtime is None:
        try:
            runtime = runtime_from_environment()
        except ConfigError as error:
            raise NoAppException(str(error)) from error
    app = Flask(
        "agenda", template_folder=str(ROOT / "templates"), static_folder=str(_here() / "web" / "static")
    )
    app.extensions["runtime"] = runtime
    _configure(app, runtime)
    init_shell(app, translation_folders())
    for room in ROOMS:
        room.init(app)
    if runtime.config.demo:
        demo.init(app)
    for command in commands(create_app).commands.values():
        app.cli.add_command(command)
    return app


def translation_folders() -> list[str]:
    """List every room's own catalogue."""
    return sorted(str(folder) for folder in _here().glob("*/translations"))


def _here() -> Path:
    return Path(__file__).resolve().parent


def _configure(app: Flask, runtime: Runtime) -> None:
    config = runtime.config
    host = urlsplit(config.base_url).hostname or ""
    app.config.update(
        SECRET_KEY=config.secret_key,
        MAX_CONTENT_LENGTH=config.max_upload_bytes,
        MAX_FORM_MEMORY_SIZE=1_000_000,
        # Who watches asks on the machine itself; links always begin with the configured address.
        TRUSTED_HOSTS=[host, "127.0.0.1", "localhost"],
        SESSION_COOKIE_SECURE=config.secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=timedelta(days=30),
        WTF_CSRF_TIME_LIMIT=8 * 3600,
        WTF_CSRF_SSL_STRICT=False,
    )
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    if config.trusted_proxies:
        hops = config.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=0)  # type: ignore[method-assign]
