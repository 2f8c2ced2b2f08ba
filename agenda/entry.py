"""What the entry points share: from settings to a runtime."""

from __future__ import annotations

from agenda import schema
from agenda.core.clock import Clock, system_clock
from agenda.core.database import Sessions
from agenda.core.runtime import Runtime, Transport
from agenda.demo.clock import demo_clock
from agenda.mail.dkim_signing import UnusableKey, record
from agenda.mail.transports import FolderTransport, SmtpTransport
from config import Config, ConfigError, load

# No reader waits longer for a page; what takes longer is the worker's.
PAGE_SECONDS = 30


def runtime_from_environment() -> Runtime:
    """Build the runtime of a web process from the environment; ConfigError when a setting is wrong."""
    return runtime_from(load(), web=True, guarded=True)


def runtime_from(config: Config, web: bool = False, guarded: bool = False) -> Runtime:
    """Build the runtime that these settings describe; ConfigError for a key that signs no letters.

    guarded: from the moment on that a newer version took something away, nothing is touched any more.
    """
    if config.dkim_key is not None:
        try:
            record(config.dkim_key, config.mail_domain, config.dkim_selector)
        except UnusableKey as error:
            raise ConfigError(f"AGENDA_DKIM_KEY: {error}") from error
    sessions = Sessions(config.database_url, PAGE_SECONDS if web else None, schema.fits if guarded else None)
    return Runtime(
        sessions=sessions, clock=clock_for(config, sessions), send=transport_for(config), config=config
    )


def clock_for(config: Config, sessions: Sessions) -> Clock:
    """Choose the demonstration's own clock, or the machine's."""
    return demo_clock(sessions) if config.demo else system_clock


def transport_for(config: Config) -> Transport:
    """Choose the way out for letters: a mail server, or files under var/mail."""
    if config.smtp_url:
        return SmtpTransport(config.smtp_url)
    return FolderTransport(config.var / "mail")
