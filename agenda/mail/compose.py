"""From facts to the bytes of a letter: texts from the templates, headers and parts as CALENDAR-MAIL asks."""

import hashlib
import hmac
import re
from base64 import b32encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from email import message_from_bytes
from email.header import decode_header, make_header
from email.headerregistry import Address
from email.message import Message
from email.utils import format_datetime, getaddresses
from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context, select_autoescape
from jinja2.runtime import Context
from markupsafe import Markup

from agenda.core import words
from agenda.core.text import clean, header_safe, one_line, unlinked
from agenda.mail.headers import header
from agenda.mail.parts import attachment, calendar_part, multipart, text_part

LETTERS = Path(__file__).parents[2] / "templates" / "mail"
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")
_IDENTIFIER = re.compile(r"<[!-;=?-~]{1,200}>")
# RFC 8058 3.1: over HTTPS alone.
_UNSUBSCRIBE = re.compile(r"https://[!-;=?-~]{1,400}")
_FILE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,80}\.pdf")
# What most mail servers take, with what base64 adds.
_MOST_ATTACHED = 10 * 1024 * 1024
_INNER, _OUTER = "=_alternative", "=_mixed"
_SUBJECT_LENGTH = 200
_NAME_LENGTH = 100


class UnsafeLetter(ValueError):
    """A letter would not reach its reader as it was meant; it must not be queued."""


@dataclass(frozen=True)
class Mailbox:
    """A name and the address it is reached at."""

    name: str
    address: str


@dataclass(frozen=True)
class LetterText:
    """What a reader gets to see of a letter."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True)
class CalendarPart:
    """A calendar message: its iTIP method and its bytes, one VCALENDAR in UTF-8 with CRLF line endings."""

    method: str
    content: bytes


@dataclass(frozen=True)
class Attachment:
    """A PDF that goes with a letter; its name is ours and plain, such as "raadsbrief-leiden.pdf"."""

    name: str
    content: bytes


@lru_cache
def letter_templates(folder: Path) -> Environment:
    """Return the templates of one folder, with HTML escaped and a missing fact refused."""
    environment = Environment(
        loader=FileSystemLoader(folder),
        autoescape=select_autoescape(["html"], default_for_string=False, default=False),
        undefined=StrictUndefined,
        finalize=_clean_value,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    for name in ("when", "day", "date_only", "clock", "timespan", "clockspan"):
        environment.filters[name] = _in_zone(getattr(words, name))
    environment.filters["duration"] = _duration
    environment.filters["line"] = one_line
    environment.filters["name"] = unlinked
    return environment


def render_letter(letter: str, language: str, **facts: object) -> LetterText:
    """Return subject, text and HTML of a letter in "nl" or "en".

    `facts` are those the letter's templates name; `zone` (a tzinfo) and `sender` are in every letter.
    A missing fact raises jinja2.UndefinedError.
    """
    templates = letter_templates(LETTERS)

    def rendered(kind: str, **more: object) -> str:
        template = templates.get_template(f"{letter}/{language}.{kind}")
        return re.sub(r"\n{3,}", "\n\n", template.render(facts, language=language, **more)).strip("\n") + "\n"

    subject = shorten(rendered("subject.txt"), _SUBJECT_LENGTH)
    return LetterText(subject=subject, text=rendered("txt"), html=rendered("html", letter_subject=subject))


def shorten(text: str, length: int) -> str:
    """Return the text as one header-safe line of at most `length` characters, ended by … where it was cut."""
    line = header_safe(text)
    return line if len(line) <= length else line[: length - 1].rstrip() + "…"


def message_id(key: str, secret: bytes, domain: str) -> str:
    """Return the Message-ID that belongs to a letter's key: always the same, and not to be guessed."""
    digest = hmac.new(secret, b"message-id:" + key.encode(), hashlib.sha256).digest()
    return f"<{b32encode(digest[:16]).decode().rstrip('=').lower()}@{domain}>"


def compose(
    letter: LetterText,
    *,
    sender: Mailbox,
    recipient: Mailbox,
    now: datetime,
    message_id: str,
    reply_to: Mailbox | None = None,
    in_reply_to: str | None = None,
    references: Sequence[str] = (),
    calendar: CalendarPart | None = None,
    attachments: Sequence[Attachment] = (),
    unsubscribe: str | None = None,
) -> bytes:
    """Return a letter as the bytes that go over the wire, the same for the same input.

    The parts follow CALENDAR-MAIL rules 1 to 3, attachments come last, `now` is aware. The bytes are parsed
    again and compared with what was asked (CVE-2024-6923); UnsafeLetter is raised where they differ or an
    address cannot be written.
    """
    headers: dict[str, str | Address] = {"From": _address(sender), "To": _address(recipient)}
    if reply_to is not None:
        headers["Reply-To"] = _address(reply_to)
    headers["Subject"] = shorten(letter.subject, _SUBJECT_LENGTH)
    headers["Date"] = _date(now)
    headers["Message-ID"] = _identifier(message_id)
    if in_reply_to is not None:
        headers["In-Reply-To"] = _identifier(in_reply_to)
    if references:
        headers["References"] = " ".join(map(_identifier, references))
    if unsubscribe is not None:
        headers["List-Unsubscribe"] = f"<{_link(unsubscribe)}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    headers["Auto-Submitted"] = "auto-generated"

    head = "".join(header(name, value) for name, value in headers.items())
    raw = f"{head}MIME-Version: 1.0\r\n{_parts(letter, calendar, attachments)}".encode("ascii")
    check_letter(raw, headers, letter, calendar, attachments)
    return raw


def check_letter(
    raw: bytes,
    headers: dict[str, str | Address],
    letter: LetterText,
    calendar: CalendarPart | None,
    attachments: Sequence[Attachment] = (),
) -> None:
    """Raise UnsafeLetter unless the bytes hold exactly these headers, in this order, and these parts.

    Read back with the standard library's older parser, which shares no code with the writer.
    """
    head = raw.split(b"\r\n\r\n", 1)[0]
    lines = raw.split(b"\r\n")
    # As many of each as of both together: then none stands alone.
    alone = not raw.count(b"\r") == raw.count(b"\n") == len(lines) - 1
    if alone or max(map(len, lines)) > 998:
        raise UnsafeLetter("line endings")
    names = [line.split(b":")[0] for line in head.split(b"\r\n") if not line.startswith((b" ", b"\t"))]
    if names != [name.encode() for name in (*headers, "MIME-Version", "Content-Type")]:
        raise UnsafeLetter("headers")
    parsed = message_from_bytes(raw)
    for name, value in headers.items():
        if _read_back(parsed[name], isinstance(value, Address)) != _meant(value):
            raise UnsafeLetter(name)
    found = list(parsed.walk())
    if any(part.defects for part in found):
        raise UnsafeLetter("structure")
    expected = _expected_contents(letter, calendar, attachments)
    if [_content(part) for part in found if not part.is_multipart()] != expected:
        raise UnsafeLetter("parts")
    if [part.get_filename() for part in found if part.get_content_type() == "application/pdf"] != [
        one.name for one in attachments
    ]:
        raise UnsafeLetter("file names")


def _parts(letter: LetterText, calendar: CalendarPart | None, attachments: Sequence[Attachment]) -> str:
    # "=_" occurs neither in quoted-printable nor in base64, so no part can hold a boundary; the same ones in
    # every letter spare the reader that checks it a third of its time.
    texts = [text_part("plain", _body(letter.text)), text_part("html", _body(letter.html))]
    _check_attachments(attachments)
    files = [attachment("pdf", one.name, one.content) for one in attachments]
    if calendar is not None:
        _check_calendar(calendar)
        texts.append(calendar_part(calendar.method, calendar.content))
        files.insert(0, attachment("ics", "invite.ics", calendar.content))
    alternative = multipart("alternative", _INNER, texts)
    return multipart("mixed", _OUTER, [alternative, *files]) if files else alternative


def _check_attachments(attachments: Sequence[Attachment]) -> None:
    for one in attachments:
        if not _FILE_NAME.fullmatch(one.name) or not one.content.startswith(b"%PDF-"):
            raise UnsafeLetter("attachment")
    if sum(len(one.content) for one in attachments) > _MOST_ATTACHED:
        raise UnsafeLetter("attachments too large")


def _check_calendar(calendar: CalendarPart) -> None:
    """Rule 4: the method of the part is that of the calendar, and a letter holds one VCALENDAR."""
    lines = calendar.content.split(b"\r\n")
    methods = [line for line in lines if line.startswith(b"METHOD:")]
    known = re.fullmatch("[A-Z]+", calendar.method)
    if (
        not known
        or methods != [b"METHOD:" + calendar.method.encode()]
        or lines.count(b"BEGIN:VCALENDAR") != 1
    ):
        raise UnsafeLetter("calendar")


def _address(mailbox: Mailbox) -> Address:
    if len(mailbox.address) > 254 or not _ADDRESS.fullmatch(mailbox.address):
        raise UnsafeLetter("address")
    return Address(display_name=shorten(mailbox.name, _NAME_LENGTH), addr_spec=mailbox.address)


def _identifier(text: str) -> str:
    if not _IDENTIFIER.fullmatch(text):
        raise UnsafeLetter("message identifier")
    return text


def _link(text: str) -> str:
    if not _UNSUBSCRIBE.fullmatch(text):
        raise UnsafeLetter("unsubscribe")
    return text


def _date(now: datetime) -> str:
    if now.utcoffset() is None:
        raise UnsafeLetter("date")
    return format_datetime(now)


def _body(text: str) -> str:
    return clean(text).strip("\n") + "\n"


def _meant(value: str | Address) -> str | tuple[str, str]:
    return (value.display_name, value.addr_spec) if isinstance(value, Address) else value


def _read_back(value: str, is_address: bool) -> str | tuple[str, str] | None:
    unfolded = re.sub(r"\r?\n(?=[ \t])", "", value).strip()
    if not is_address:
        return _decoded(unfolded)
    found = getaddresses([unfolded])
    return (_decoded(found[0][0]), found[0][1]) if len(found) == 1 else None


def _decoded(text: str) -> str:
    return str(make_header(decode_header(text)))


def _content(part: Message) -> tuple[str, bytes]:
    payload = part.get_payload(decode=True)
    content = payload if isinstance(payload, bytes) else b""
    kind = part.get_content_type()
    return kind, content.replace(b"\r\n", b"\n") if kind in ("text/plain", "text/html") else content


def _expected_contents(
    letter: LetterText, calendar: CalendarPart | None, attachments: Sequence[Attachment]
) -> list[tuple[str, bytes]]:
    expected = [("text/plain", _body(letter.text).encode()), ("text/html", _body(letter.html).encode())]
    if calendar is not None:
        expected += [("text/calendar", calendar.content), ("application/ics", calendar.content)]
    return expected + [("application/pdf", one.content) for one in attachments]


def _clean_value(value: object) -> object:
    return clean(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _in_zone(formatted: Callable[..., str]) -> Callable[..., str]:
    @pass_context
    def filtered(context: Context, *moments: datetime | int) -> str:
        zone: tzinfo = context["zone"]
        return formatted(*moments, zone, context["language"])

    return filtered


@pass_context
def _duration(context: Context, minutes: int) -> str:
    return words.duration(minutes, context["language"])
