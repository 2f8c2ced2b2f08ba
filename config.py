"""The environment, read once: one frozen Config for the web, the worker and the commands."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

ROOT = Path(__file__).resolve().parent
# What lies here is given to whoever asks.
SERVED = ROOT / "agenda" / "web" / "static"
YES = {"1", "true", "yes", "on"}
NO = {"", "0", "false", "no", "off"}
SHORTEST_SECRET = 32
SHORTEST_TOKEN = 16
LOG_FORMATS = {"json", "text"}
# A network and maybe a port; what is neither is a bare network of the newer kind. A port that is lost would
# open them all.
BRACKETED = re.compile(r"\[(.+)\](?::([0-9]+))?")
# One of several database servers.
HOST = re.compile(r"(?P<name>[^:\[\],/]+|\[[0-9A-Fa-f:.]+\])(?::(?P<port>[0-9]{1,5}))?")
# RFC 6376 3.1: labels of a name in the DNS.
SELECTOR = re.compile(r"[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*")
WITHOUT_COLONS = re.compile(r"([^:]+)(?::([0-9]+))?")


@dataclass(frozen=True)
class Inside:
    """A network inside whose addresses may be asked for calendars, on one port or, where None, on all."""

    network: IPv4Network | IPv6Network
    port: int | None = None


class ConfigError(Exception):
    """The start is refused; the message is one sentence that says what to set."""


@dataclass(frozen=True)
class Config:
    """Every setting of the product; README "Configuration" tells what each one does."""

    database_url: str
    secret_key: str
    base_url: str
    smtp_url: str | None
    mail_from: str
    mail_name: str
    time_zone: str
    demo: bool
    var: Path
    trusted_proxies: int
    max_upload_bytes: int
    letters_per_hour: int
    calendar_networks: tuple[Inside, ...]
    settle_seconds: int
    imap_url: str | None
    authserv_id: str
    dkim_key: bytes | None
    dkim_selector: str
    documents: Path
    max_document_bytes: int
    metrics_token: str | None
    metrics_folder: Path | None
    log_format: str

    @property
    def secret(self) -> bytes:
        return self.secret_key.encode()

    @property
    def host(self) -> str:
        return urlsplit(self.base_url).netloc

    @property
    def secure(self) -> bool:
        """Whether readers reach the product over HTTPS; cookies are Secure only then."""
        return self.base_url.startswith("https://")

    @property
    def mail_domain(self) -> str:
        return self.mail_from.rpartition("@")[2]


def load(environ: Mapping[str, str] | None = None) -> Config:
    """Read the settings; ConfigError with one sentence when one is wrong or missing."""
    env = os.environ if environ is None else environ
    demo = _flag(env, "AGENDA_DEMO")
    var = Path(env.get("AGENDA_VAR", "") or ROOT / "var")
    return Config(
        database_url=_database_url(env, var),
        secret_key=_secret_key(env, demo, var),
        base_url=_base_url(env, demo),
        smtp_url=_smtp_url(env),
        mail_from=_mail_from(env, demo),
        mail_name=env.get("AGENDA_MAIL_NAME", "") or "Bestuurlijk overleg Leidse regio",
        time_zone=_time_zone(env),
        demo=demo,
        var=var,
        trusted_proxies=_count(env, "AGENDA_TRUSTED_PROXIES", 0),
        max_upload_bytes=_count(env, "AGENDA_MAX_UPLOAD_BYTES", 10_000_000),
        letters_per_hour=_count(env, "AGENDA_LETTERS_PER_HOUR", 60, least=1),
        calendar_networks=_networks(env, "AGENDA_CALENDAR_NETWORKS"),
        settle_seconds=_count(env, "AGENDA_SETTLE_SECONDS", 60),
        imap_url=_imap_url(env),
        authserv_id=env.get("AGENDA_AUTHSERV_ID", "").strip().lower(),
        dkim_key=_dkim_key(env),
        dkim_selector=_dkim_selector(env),
        documents=_documents(env, var),
        max_document_bytes=_count(env, "AGENDA_MAX_DOCUMENT_BYTES", 50_000_000),
        metrics_token=_metrics_token(env),
        # Prometheus' own name for it: its library reads it too. gunicorn.conf.py sets it.
        metrics_folder=_folder(env, "PROMETHEUS_MULTIPROC_DIR"),
        log_format=_log_format(env),
    )


def _flag(env: Mapping[str, str], name: str) -> bool:
    value = env.get(name, "").strip().lower()
    if value in YES:
        return True
    if value in NO:
        return False
    raise ConfigError(f"{name} must be 1 or 0, not {value!r}.")


def _count(env: Mapping[str, str], name: str, default: int, least: int = 0) -> int:
    value = env.get(name, "").strip()
    if not value:
        return default
    if not value.isdigit() or int(value) < least:
        raise ConfigError(f"{name} must be a whole number from {least} upwards, not {value!r}.")
    return int(value)


def _database_url(env: Mapping[str, str], var: Path) -> str:
    url = env.get("AGENDA_DATABASE_URL", "").strip() or f"sqlite:///{var / 'agenda.sqlite'}"
    if url.startswith("postgresql://"):
        url = "postgresql+psycopg://" + url.removeprefix("postgresql://")
    if not url.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise ConfigError("AGENDA_DATABASE_URL must start with sqlite:/// or postgresql://.")
    return _several_hosts(url)


def _several_hosts(url: str) -> str:
    """Rewrite `//user@one:5432,two:5432/name` of libpq to the form that SQLAlchemy reads."""
    parts = urlsplit(url)
    who, at, hosts = parts.netloc.rpartition("@")
    if "," not in hosts:
        return url
    found = [HOST.fullmatch(host) for host in hosts.split(",")]
    if not all(found):
        raise ConfigError("AGENDA_DATABASE_URL must name several servers as one:5432,two:5432.")
    pairs = [(one["name"].strip("[]"), one["port"] or "5432") for one in found if one]
    query = "&".join(
        [f"host={','.join(name for name, _ in pairs)}", f"port={','.join(port for _, port in pairs)}"]
        + ([parts.query] if parts.query else [])
    )
    return f"{parts.scheme}://{who}{at}{parts.path}?{query}"


def _secret_key(env: Mapping[str, str], demo: bool, var: Path) -> str:
    key = env.get("AGENDA_SECRET_KEY", "").strip()
    if not key and demo:
        # A demo needs no preparation, yet its sessions and links must survive a restart.
        try:
            return _kept_secret(var / "demo-secret")
        except OSError as error:
            raise ConfigError(
                f"AGENDA_VAR must be a folder that can be written, not {str(var)!r}: {error.strerror}."
            ) from error
    if not key:
        raise ConfigError("AGENDA_SECRET_KEY is missing: set it to at least 32 random characters.")
    if len(key) < SHORTEST_SECRET:
        raise ConfigError(f"AGENDA_SECRET_KEY is too short: use at least {SHORTEST_SECRET} characters.")
    return key


def _kept_secret(file: Path) -> str:
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        try:
            with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as handle:
                handle.write(os.urandom(32).hex())
        except FileExistsError:
            # Web and worker start side by side: the other one was first, and its secret counts.
            return file.read_text()
    return file.read_text()


def _base_url(env: Mapping[str, str], demo: bool) -> str:
    url = env.get("AGENDA_BASE_URL", "").strip().rstrip("/")
    if not url and demo:
        return f"http://127.0.0.1:{env.get('PORT', '') or '8000'}"
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.netloc or parts.path or parts.query:
        raise ConfigError("AGENDA_BASE_URL must be the address readers use, such as https://overleg.example.")
    return url


def _smtp_url(env: Mapping[str, str]) -> str | None:
    url = env.get("AGENDA_SMTP_URL", "").strip()
    if not url:
        return None
    try:
        parts = urlsplit(url)
        valid = parts.scheme in {"smtp", "smtps", "smtp+starttls"} and parts.hostname
        _ = parts.port
    except ValueError:
        valid = None
    if not valid:
        raise ConfigError("AGENDA_SMTP_URL must look like smtp+starttls://user:password@mail.example:587.")
    return url


def _imap_url(env: Mapping[str, str]) -> str | None:
    url = env.get("AGENDA_IMAP_URL", "").strip()
    if not url:
        return None
    try:
        parts = urlsplit(url)
        valid = parts.scheme in {"imap", "imaps", "imap+starttls"} and parts.hostname and parts.username
        _ = parts.port
    except ValueError:
        valid = None
    if not valid:
        raise ConfigError("AGENDA_IMAP_URL must look like imaps://user:password@mail.example:993/INBOX.")
    return url


def _dkim_key(env: Mapping[str, str]) -> bytes | None:
    name = env.get("AGENDA_DKIM_KEY", "").strip()
    if not name:
        return None
    try:
        return Path(name).read_bytes()
    except OSError as error:
        raise ConfigError(f"AGENDA_DKIM_KEY must be a file with a private key, not {name!r}.") from error


def _dkim_selector(env: Mapping[str, str]) -> str:
    selector = env.get("AGENDA_DKIM_SELECTOR", "").strip() or "agenda"
    if not SELECTOR.fullmatch(selector):
        raise ConfigError(f"AGENDA_DKIM_SELECTOR must be a name in the DNS such as agenda, not {selector!r}.")
    return selector


def _documents(env: Mapping[str, str], var: Path) -> Path:
    folder = Path(env.get("AGENDA_DOCUMENTS", "").strip() or var / "documents").resolve()
    if folder.is_relative_to(SERVED):
        raise ConfigError(f"AGENDA_DOCUMENTS must lie outside {SERVED}, from which anybody may read.")
    return folder


def _folder(env: Mapping[str, str], name: str) -> Path | None:
    given = env.get(name, "").strip()
    return Path(given) if given else None


def _metrics_token(env: Mapping[str, str]) -> str | None:
    token = env.get("AGENDA_METRICS_TOKEN", "").strip()
    if token and len(token) < SHORTEST_TOKEN:
        raise ConfigError(f"AGENDA_METRICS_TOKEN is too short: use at least {SHORTEST_TOKEN} characters.")
    return token or None


def _log_format(env: Mapping[str, str]) -> str:
    chosen = env.get("AGENDA_LOG", "").strip().lower() or "text"
    if chosen not in LOG_FORMATS:
        raise ConfigError(f"AGENDA_LOG must be json or text, not {chosen!r}.")
    return chosen


def _mail_from(env: Mapping[str, str], demo: bool) -> str:
    address = env.get("AGENDA_MAIL_FROM", "").strip()
    if not address and demo:
        return "agenda@leidseregio.example"
    name, _, domain = address.partition("@")
    if not name or not domain or any(c.isspace() or c in '<>,;"' for c in address):
        raise ConfigError("AGENDA_MAIL_FROM must be the plain address that letters come from.")
    return address


def _time_zone(env: Mapping[str, str]) -> str:
    name = env.get("AGENDA_TIME_ZONE", "").strip() or "Europe/Amsterdam"
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ConfigError(
            f"AGENDA_TIME_ZONE must be an IANA zone such as Europe/Amsterdam, not {name!r}."
        ) from error
    return name


def _networks(env: Mapping[str, str], name: str) -> tuple[Inside, ...]:
    return tuple(_network(name, word) for word in env.get(name, "").split())


def _network(name: str, word: str) -> Inside:
    """Read `10.1.0.0/16`, `192.168.1.5:8443`, `fd00::/8` or `[fd00::5]:8443`."""
    found = BRACKETED.fullmatch(word) or WITHOUT_COLONS.fullmatch(word)
    network, port = found.groups() if found else (word, None)
    try:
        if port and not 0 < int(port) < 65_536:
            raise ValueError
        return Inside(ip_network(network), int(port) if port else None)
    except ValueError as error:
        raise ConfigError(
            f"{name} must hold networks such as 10.1.0.0/16 or 192.168.1.5:8443, not {word!r}."
        ) from error
