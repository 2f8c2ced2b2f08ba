"""What a mail server reports of a letter of ours: RFC 3464, and the plain words of older servers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from agenda.core.text import one_line
from agenda.mail.message_head import Head, addresses, read_head, unique
from agenda.mail.mime_tree import Part
from agenda.mail.understood import Delivery

LONGEST_DIAGNOSTIC = 500
MOST_RECIPIENTS = 100
_STATUS = {"message/delivery-status", "message/global-delivery-status"}
_RETURNED = {"text/rfc822-headers", "message/rfc822-headers", "message/global-headers"}
_SERVERS = re.compile(r"^(?:mailer-daemon|postmaster|mail-daemon|mdaemon)@", re.IGNORECASE)
_FAILED = re.compile(
    r"(?i)undeliver|delivery (?:status notification|failed|failure)|returned mail|mail delivery|failure"
    r"|onbestelbaar|niet (?:worden )?(?:bezorgd|afgeleverd)|kan niet worden bezorgd"
)
_MESSAGE_ID = re.compile(r"(?im)^[ \t>]*Message-ID:\s*(<[^<>\s]{1,400}>)")
_BLANK_LINE = re.compile(r"\n[ \t]*\n")


def delivery(head: Head, parts: Sequence[Part]) -> Delivery | None:
    """Give what a delivery report says; None where the message is none."""
    reports = [part for part in parts if part.kind in _STATUS and part.within != "message/rfc822"]
    if reports:
        return _standard(reports, parts)
    return _plain(head, parts)


def _standard(reports: Sequence[Part], parts: Sequence[Part]) -> Delivery:
    failed: list[str] = []
    delayed: list[str] = []
    diagnostics: list[str] = []
    for block in (block for part in reports for block in _BLANK_LINE.split(part.text)):
        fields = read_head(block.strip().encode())
        recipient = next(iter(addresses(_recipient(fields))), "")
        action = fields.first("action").strip().lower()
        if not recipient or action not in {"failed", "delayed"}:
            continue
        (failed if action == "failed" else delayed).append(recipient)
        diagnostics.append(fields.first("diagnostic-code") or fields.first("status"))
    return Delivery(
        failed=unique(failed)[:MOST_RECIPIENTS],
        delayed=unique(delayed)[:MOST_RECIPIENTS],
        of=next(_returned(parts), ""),
        diagnostic=one_line(" ".join(unique(diagnostics)))[:LONGEST_DIAGNOSTIC],
    )


def _recipient(fields: Head) -> str:
    """Whom the letter was written to: what we wrote comes before what a server made of it."""
    return fields.first("original-recipient") or fields.first("final-recipient")


def _returned(parts: Sequence[Part]) -> Iterator[str]:
    """Find the Message-ID of the letter that comes back, whole or its head alone."""
    for part in parts:
        if part.kind in _RETURNED:
            yield read_head(part.octets).message_id
        elif part.within == "message/rfc822" and part.outer_id:
            yield part.outer_id


def _plain(head: Head, parts: Sequence[Part]) -> Delivery | None:
    named = [address for value in head.all("x-failed-recipients") for address in addresses(value)]
    sent_by_server = _SERVERS.match(head.sender[1]) is not None
    if not named and not (sent_by_server and _FAILED.search(head.subject)):
        return None
    text = "\n".join(part.text for part in parts if part.kind.startswith("text/"))
    of = next(iter(_MESSAGE_ID.findall(text)), "") or next(_returned(parts), "")
    ours = set(head.addressed)
    failed = named or [address for address in addresses(text[:5_000]) if address not in ours][:1]
    return Delivery(failed=unique(failed)[:MOST_RECIPIENTS], of=of)
