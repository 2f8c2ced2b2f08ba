"""A message's parts, flattened, with what each holds; capped in number, depth and size."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message

from agenda.core.text import clean, one_line
from agenda.mail.message_head import shown

MOST_PARTS = 200
DEEPEST = 30
# Lists of heads, which the standard library takes apart as messages.
_REPORTS = {"message/delivery-status", "message/disposition-notification"}
_LONGEST_TEXT = 200_000


class TooMuch(Exception):
    """More parts or deeper nested than any mail program makes, or no mail; the text is a code of ours."""


@dataclass(frozen=True)
class Part:
    """One leaf of the tree; `kind` is its content type in lower case.

    `within` names the nearest part around it that is a message or a report of its own, such as
    "message/rfc822" or "multipart/report"; `outer_id` is the Message-ID of that message.
    """

    kind: str
    octets: bytes
    charset: str
    method: str
    file_name: str
    attached: bool
    within: str
    outer_id: str

    @property
    def text(self) -> str:
        """Give its text, decoded as it says or else as it may be meant."""
        return clean(decoded(self.octets, self.charset)[:_LONGEST_TEXT])


def parts(content: bytes) -> list[Part]:
    """List the leaves of a message in order; TooMuch for a bomb."""
    if content.count(b"boundary=") + content.count(b"BOUNDARY=") > MOST_PARTS:
        raise TooMuch("too_many_parts")
    try:
        return list(_leaves(message_from_bytes(content)))
    except RecursionError:
        raise TooMuch("nested_too_deep") from None
    except TooMuch:
        raise
    except Exception:  # noqa: BLE001 - whatever the standard library stumbles over (rule 29)
        raise TooMuch("unreadable") from None


@dataclass(frozen=True)
class _Around:
    """What stands around a part."""

    within: str = ""
    outer_id: str = ""
    depth: int = 0


def _leaves(message: Message) -> Iterator[Part]:
    stack: list[tuple[Message, _Around]] = [(message, _Around())]
    number = 0
    while stack:
        one, around = stack.pop()
        number += 1
        if number > MOST_PARTS:
            raise TooMuch("too_many_parts")
        if around.depth > DEEPEST:
            raise TooMuch("nested_too_deep")
        payload = one.get_payload()
        if one.get_content_type() in _REPORTS and isinstance(payload, list):
            blocks = "\n".join(str(block) for block in payload)
            yield _part(one, blocks.encode("utf-8", "replace"), around)
        elif isinstance(payload, list):
            children = [child for child in payload if isinstance(child, Message)]
            stack += [(child, _inside(one, child, around)) for child in reversed(children)]
        else:
            octets = one.get_payload(decode=True)
            yield _part(one, octets if isinstance(octets, bytes) else b"", around)


def _inside(one: Message, child: Message, around: _Around) -> _Around:
    kind, depth = one.get_content_type(), around.depth + 1
    if kind == "message/rfc822":
        return _Around(kind, one_line(str(child.get("Message-ID", "")))[:1_000], depth)
    return _Around(kind if kind == "multipart/report" else around.within, around.outer_id, depth)


def _part(one: Message, octets: bytes, around: _Around) -> Part:
    file_name = one.get_filename() or ""
    method = one.get_param("method", "")
    return Part(
        kind=one.get_content_type(),
        octets=octets,
        charset=str(one.get_content_charset("") or ""),
        method=str(method).upper() if isinstance(method, str) else "",
        file_name=shown(str(file_name)).lower(),
        attached=one.get_content_disposition() == "attachment",
        within=around.within,
        outer_id=around.outer_id,
    )


def decoded(octets: bytes, charset: str) -> str:
    """Decode octets: by their byte order mark, as UTF-8, as declared, or as Latin 1, which never fails."""
    if octets.startswith((b"\xff\xfe", b"\xfe\xff")):
        return octets.decode("utf-16", "replace")
    if octets[:200:2].count(0) > 20 or octets[1:200:2].count(0) > 20:
        order = "utf-16-be" if octets[:200:2].count(0) > 20 else "utf-16-le"
        return octets.decode(order, "replace")
    for name in ("utf-8-sig", charset):
        try:
            return octets.decode(name)
        except (LookupError, ValueError):
            continue
    return octets.decode("latin-1")
