"""The words for feeds: refusals, and what a person's history says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

Texts = Mapping[str, Any]

PROBLEMS: Texts = {"feed_exists": _l("There is an address for this already.")}
VERBS: Texts = {
    "feed_made": _l("made an address to subscribe to"),
    "feed_revoked": _l("ended an address to subscribe to"),
}
FIELDS: Texts = {"body": _l("Body")}
