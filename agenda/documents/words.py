"""How documents are spoken of: facts, refusals, and the sentences of the history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import format_decimal
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from agenda.core import words
from agenda.core.audit import AuditEntry
from agenda.documents.model import Document
from agenda.web.history import Line, lines

Texts = Mapping[str, Any]

# The interests for which secrecy may be imposed (Gemeentewet article 87; Woo article 5.1, first and second
# paragraph). The law is Dutch, whatever the language of the screen.
GROUNDS = (
    "Woo 5.1 lid 1 c: vertrouwelijk verstrekte bedrijfs- en fabricagegegevens",
    "Woo 5.1 lid 1 d: bijzondere persoonsgegevens",
    "Woo 5.1 lid 1 e: identificatienummers",
    "Woo 5.1 lid 1 b: veiligheid van de Staat",
    "Woo 5.1 lid 2 a: internationale betrekkingen",
    "Woo 5.1 lid 2 b: economische of financiële belangen van de overheid",
    "Woo 5.1 lid 2 c: opsporing en vervolging van strafbare feiten",
    "Woo 5.1 lid 2 d: inspectie, controle en toezicht",
    "Woo 5.1 lid 2 e: persoonlijke levenssfeer",
    "Woo 5.1 lid 2 f: concurrentiegevoelige bedrijfs- en fabricagegegevens",
    "Woo 5.1 lid 2 g: bescherming van het milieu",
    "Woo 5.1 lid 2 h: beveiliging van personen en bedrijven",
    "Woo 5.1 lid 2 i: goed functioneren van de overheid",
)
OTHER_GROUND = "other"

VERBS: Texts = {
    "document_added": _l("added the document"),
    "version_added": _l("added a new version"),
    "document_changed": _l("changed the particulars"),
    "secrecy_imposed": _l("recorded that secrecy was imposed"),
    "secrecy_lifted": _l("recorded that the secrecy was lifted"),
    "document_removed": _l("removed the document"),
    "document_put_back": _l("put the document back"),
    "downloaded": _l("downloaded the document"),
}
FIELDS: Texts = {
    "document_title": _l("Title"),
    "document_closed": _l("In closed session"),
    "document_confidential": _l("Confidential"),
    "document_version": _l("Version"),
    "file": _l("File"),
    "ground": _l("Ground"),
    "imposed_by": _l("Imposed by"),
    "may_lift": _l("May be lifted by"),
    "since": _l("Since"),
    "lifted_by": _l("Lifted by"),
    "reason": _l("Reason"),
    "remark": _l("Remark"),
}
PROBLEMS: Texts = {
    "document_empty": _l("The file is empty."),
    "document_too_large": _l("The file is larger than %(most)s MB."),
    "document_extension": _l("Files that end in %(extension)s are not taken. Possible are: %(allowed)s."),
    "document_kind": _l("This kind of file is not taken. Possible are: %(allowed)s."),
    "document_encrypted_or_old": _l(
        "The file has a password, or is of an old kind (doc, xls, ppt)."
        " Save it as docx, xlsx, pptx or pdf without a password."
    ),
    "document_mismatch": _l("The name ends in %(extension)s, but the content is %(found)s."),
    "document_no_text": _l("This is no text in UTF-8. Save it again with that encoding."),
    "document_password": _l("The file has a password. Save it without one."),
    "document_damaged": _l("The file is damaged and cannot be opened."),
    "document_bomb": _l("The file unpacks to far more than a document holds, and is refused."),
    "document_nested": _l("The file holds an archive of other files. Add those files one by one."),
    "document_macros": _l("The file holds macros. Save it without macros, as docx, xlsx, pptx or pdf."),
    "document_program": _l("The file holds another file that can be run. Remove it first."),
    "document_script": _l("The PDF holds a script or an action. Print it to a new PDF and send that one."),
    "document_lost": _l("The content of this document is not in its place. Tell your administrator."),
    "document_title_missing": _l("Give the document a title."),
    "document_removed": _l("This document has been removed. Put it back first."),
    "document_there": _l("This document was not removed."),
    "secrecy_holds": _l("There is secrecy on this document already."),
    "secrecy_lifted_already": _l("There is no secrecy on this document."),
    "secrecy_ahead": _l("Secrecy cannot be imposed from a day that is still to come."),
}


def badges(document: Document) -> list[tuple[str, str]]:
    """Name what limits who may read a document, with the tone of each: at most three facts."""
    found = []
    if document.closed:
        found.append((_("In closed session"), "warn"))
    if document.confidential:
        found.append((_("Confidential"), "warn"))
    if document.secrecy is not None:
        found.append((_("Secrecy"), "neg"))
    return found


def size(octets: int) -> str:
    """Tell how large a file is, as people read it."""
    if octets < 1_000_000:
        return str(_("%(size)s kB", size=format_decimal(max(1, round(octets / 1000)))))
    return str(_("%(size)s MB", size=format_decimal(round(octets / 1_000_000, 1))))


def history(entries: Sequence[AuditEntry], zone: str, language: str) -> list[Line]:
    """Turn the audit trail of a document into lines that a person can read."""

    def shown(name: str, value: Any) -> str:
        if isinstance(value, bool):
            return str(_("yes") if value else _("no"))
        if name == "since":
            return words.date_only(date.fromisoformat(value), ZoneInfo(zone), language)
        return str(value)

    return lines(entries, VERBS, FIELDS, shown)
