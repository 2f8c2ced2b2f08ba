"""The ways out for letters: a mail server, or files in a folder.

A transport returns once the letter is out of our hands, and otherwise raises what that means for the
letter: Temporary (try again) or Permanent (do not). It calls `before_data` right before the moment after
which the letter may have arrived without our knowing, so that this is written down first (RELIABILITY I5).
"""

from __future__ import annotations

import hashlib
import os
import re
import smtplib
import ssl
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from email.parser import BytesHeaderParser
from email.utils import parseaddr, parsedate_to_datetime
from pathlib import Path
from time import monotonic
from urllib.parse import unquote, urlsplit

from agenda.core.runtime import Envelope
from agenda.core.text import one_line

# RELIABILITY: a server that scans what it gets may think for ten minutes about the final dot
# (RFC 5321, 4.5.3.2.6); giving up earlier is what makes duplicates.
ANSWER_SECONDS = 30.0
FINAL_DOT_SECONDS = 600.0
MOST_LETTERS = 100
LONGEST_SECONDS = 60.0
DEFAULT_PORTS = {"smtp": 25, "smtps": 465, "smtp+starttls": 587}
# 421: the server is closing. 53x: it is us who must sign in or encrypt, and no letter is to blame.
OURS = {421, 530, 534, 535, 538}
_LINE_START_DOT = re.compile(rb"(?m)^\.")


class Undelivered(Exception):
    """A letter that did not leave; the text may be shown to a secretary.

    `in_doubt`: its content was handed over and no answer came, so it may have arrived all the same.
    """

    def __init__(self, text: str, in_doubt: bool = False) -> None:
        super().__init__(one_line(text)[:500])
        self.in_doubt = in_doubt


class Temporary(Undelivered):
    """It may go well another time."""


class Permanent(Undelivered):
    """It will not go well another time either."""


class FolderTransport:
    """Letters as `.eml` files that sort by their date; the same letter again takes its own place."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(self, letter: Envelope, before_data: Callable[[], None]) -> None:
        """Write the whole letter or nothing; Temporary when the disk refuses."""
        before_data()
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            half = self.folder / f".{threading.get_ident()}-{os.getpid()}.part"
            with half.open("wb") as file:
                file.write(letter.content)
                file.flush()
                os.fsync(file.fileno())
            half.replace(self.folder / file_name(letter))
        except OSError as error:
            raise Temporary(f"could not write the file: {error.strerror}") from error


def file_name(letter: Envelope) -> str:
    """Name a letter's file: its own date, who gets it, and a mark of its Message-ID."""
    date = parsedate_to_datetime(_header(letter, "Date"))
    whom = re.sub(r"[^a-z0-9@.-]", "_", letter.recipient.lower())[:60]
    mark = hashlib.sha256(letter.message_id.encode()).hexdigest()[:12]
    return f"{date:%Y%m%dT%H%M%SZ}-{whom}-{mark}.eml"


def _header(letter: Envelope, name: str) -> str:
    head = letter.content.partition(b"\r\n\r\n")[0]
    return str(BytesHeaderParser().parsebytes(head)[name])


@dataclass
class _Line:
    """One open connection to the mail server."""

    smtp: smtplib.SMTP
    opened: float
    letters: int = 0

    def is_worn(self) -> bool:
        return self.letters >= MOST_LETTERS or monotonic() - self.opened >= LONGEST_SECONDS


class SmtpTransport:
    """A mail server, as in smtp+starttls://user:password@mail.example:587.

    smtps and smtp+starttls check the server's certificate and never fall back to plain text.
    Safe to call from several threads: each call has a connection to itself, which is kept for the next one,
    for at most 100 letters or 60 seconds.
    """

    def __init__(
        self,
        url: str,
        tls: ssl.SSLContext | None = None,
        answer_seconds: float = ANSWER_SECONDS,
        final_dot_seconds: float = FINAL_DOT_SECONDS,
    ) -> None:
        parts = urlsplit(url)
        self._scheme = parts.scheme
        self._host = parts.hostname or ""
        self._port = parts.port or DEFAULT_PORTS[parts.scheme]
        self._user = unquote(parts.username or "")
        self._password = unquote(parts.password or "")
        self._tls = tls or ssl.create_default_context()
        self._answer_seconds = answer_seconds
        self._final_dot_seconds = final_dot_seconds
        self._idle: list[_Line] = []
        self._lock = threading.Lock()

    def __repr__(self) -> str:
        return f"SmtpTransport({self._scheme}://{self._host}:{self._port})"

    def __call__(self, letter: Envelope, before_data: Callable[[], None]) -> None:
        """Hand the letter over and wait for the server to say that it has it."""
        sender = parseaddr(_header(letter, "From"))[1]
        line = self._line_for(sender, letter.recipient)
        try:
            before_data()
            self._hand_over(line.smtp, letter.content)
        except BaseException:
            line.smtp.close()
            raise
        line.letters += 1
        with self._lock:
            self._idle.append(line)

    def close(self) -> None:
        """Say goodbye to the server; the next letter opens a new connection."""
        with self._lock:
            idle, self._idle = self._idle, []
        for line in idle:
            _part(line)

    def _line_for(self, sender: str, recipient: str) -> _Line:
        """Give a connection on which this envelope was accepted."""
        line = self._take_idle()
        if line is not None:
            try:
                self._address(line.smtp, sender, recipient)
            except _Lost:
                # A server may hang up on a line that was idle; that says nothing about this letter.
                line = None
            if line is not None:
                return line
        line = self._open(sender.rpartition("@")[2])
        self._address(line.smtp, sender, recipient)
        return line

    def _take_idle(self) -> _Line | None:
        while True:
            with self._lock:
                if not self._idle:
                    return None
                line = self._idle.pop()
            if not line.is_worn():
                return line
            _part(line)

    def _open(self, domain: str) -> _Line:
        """Connect, encrypt and sign in: whatever goes wrong here, no letter is to blame."""
        smtp = None
        try:
            smtp = self._connect(domain)
            if self._scheme == "smtp+starttls":
                smtp.starttls(context=self._tls)
            smtp.ehlo_or_helo_if_needed()
            if self._user:
                smtp.login(self._user, self._password)
        except (OSError, smtplib.SMTPException) as error:
            if smtp is not None:
                smtp.close()
            # The cause is cut off: it may hold what we said, and some servers repeat a password.
            raise Temporary(_why_no_connection(error)) from None
        return _Line(smtp, monotonic())

    def _connect(self, domain: str) -> smtplib.SMTP:
        # Python would look up our own name in the DNS, which may take long; the sender's domain will do.
        if self._scheme == "smtps":
            return smtplib.SMTP_SSL(
                self._host, self._port, domain, timeout=self._answer_seconds, context=self._tls
            )
        return smtplib.SMTP(self._host, self._port, domain, timeout=self._answer_seconds)

    def _address(self, smtp: smtplib.SMTP, sender: str, recipient: str) -> None:
        try:
            code, text = smtp.mail(sender)
            if code == 250:
                code, text = smtp.rcpt(recipient)
        except (OSError, smtplib.SMTPException, ValueError) as error:
            smtp.close()
            raise _Lost(f"the mail server hung up: {_reason(error)}") from error
        if code == 421:
            smtp.close()
            raise _Lost(_said(code, text))
        if code not in (250, 251):
            smtp.close()
            raise _refusal(code, text)

    def _hand_over(self, smtp: smtplib.SMTP, content: bytes) -> None:
        try:
            code, text = smtp.docmd("DATA")
        except (OSError, smtplib.SMTPException) as error:
            raise Temporary(f"the mail server hung up: {_reason(error)}") from error
        if code != 354:
            raise _refusal(code, text)
        try:
            smtp.sock.settimeout(self._final_dot_seconds)  # type: ignore[union-attr]
            smtp.send(_LINE_START_DOT.sub(b"..", content) + b".\r\n")
            code, text = smtp.getreply()
            smtp.sock.settimeout(self._answer_seconds)  # type: ignore[union-attr]
        except (OSError, smtplib.SMTPException) as error:
            raise Temporary(
                f"no answer after the letter was handed over: {_reason(error)}", in_doubt=True
            ) from error
        if not 200 <= code < 300:
            # What is no answer by RFC 5321 says nothing about the letter.
            raise _refusal(code, text, in_doubt=not 400 <= code < 600)


def _why_no_connection(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return f"{error.smtp_code} the mail server refused our sign-in"
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return "the mail server does not offer what its address asks for"
    if isinstance(error, smtplib.SMTPResponseException):
        return _said(error.smtp_code, error.smtp_error)
    return f"no connection with the mail server: {_reason(error)}"


class _Lost(Temporary):
    """The connection ended before anything of the letter was handed over."""


def _part(line: _Line) -> None:
    with suppress(OSError, smtplib.SMTPException):
        line.smtp.quit()
    line.smtp.close()


def _refusal(code: int, text: bytes, in_doubt: bool = False) -> Undelivered:
    permanent = 500 <= code < 600 and code not in OURS
    return Permanent(_said(code, text)) if permanent else Temporary(_said(code, text), in_doubt)


def _said(code: int, text: bytes | str) -> str:
    words = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return f"{code} {words}"


def _reason(error: BaseException) -> str:
    return (getattr(error, "strerror", None) or str(error)) or type(error).__name__
