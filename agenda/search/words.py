"""How what was found is called on screen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from agenda.search.model import Kind

KINDS: Mapping[Kind, Any] = {
    Kind.TOPIC: _l("Topic"),
    Kind.ITEM: _l("Agenda item"),
    Kind.DECISION: _l("Decision"),
    Kind.ROUND: _l("Written round"),
    Kind.ACTION: _l("Action item"),
    Kind.COMMITMENT: _l("Promise to the councils"),
    Kind.DOCUMENT: _l("Document"),
}
SEVERAL: Mapping[Kind, Any] = {
    Kind.TOPIC: _l("Topics"),
    Kind.ITEM: _l("Agenda items"),
    Kind.DECISION: _l("Decisions"),
    Kind.ROUND: _l("Written rounds"),
    Kind.ACTION: _l("Action items"),
    Kind.COMMITMENT: _l("Promises to the councils"),
    Kind.DOCUMENT: _l("Documents"),
}
TONES: Mapping[Kind, str] = {
    Kind.TOPIC: "info",
    Kind.ITEM: "neutral",
    Kind.DECISION: "ok",
    Kind.ROUND: "ok",
    Kind.ACTION: "warn",
    Kind.COMMITMENT: "warn",
    Kind.DOCUMENT: "neutral",
}
