"""How standard texts are spoken of on screen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from agenda.meetings.standard_text_model import TextPlace

Texts = Mapping[Any, Any]

PLACES: Texts = {
    TextPlace.ITEM: _l("Requested decision"),
    TextPlace.DECISION: _l("Decision or outcome"),
    TextPlace.REMARKS: _l("Remarks at the table"),
    TextPlace.REASON: _l("Reason"),
    TextPlace.LETTER: _l("Letter to the councils"),
    TextPlace.PAPER: _l("Own words in papers"),
}
VERBS: Texts = {
    "standard_text_added": _l("made a standard text"),
    "standard_texts_begun": _l("began with the usual standard texts"),
    "standard_text_changed": _l("changed a standard text"),
    "standard_text_removed": _l("threw a standard text away"),
    "standard_text_restored": _l("brought back a standard text"),
}
FIELDS: Texts = {
    "standard_text": _l("Standard text"),
    "standard_text_words": _l("Words of the standard text"),
}
PROBLEMS: Texts = {
    "standard_text_name_missing": _l("Give the text a name."),
    "standard_text_name_taken": _l("This body has a standard text called %(name)s already."),
    "standard_text_empty": _l("Write the text."),
    "standard_text_too_long": _l("Keep the name under 200 and the text under 5,000 characters."),
    "standard_text_place_missing": _l("Choose at least one place where the text is offered."),
    "standard_text_placeholder": _l(
        "%(names)s means nothing here. Choose one of the placeholders, or write a brace twice to keep it."
    ),
    "standard_texts_there": _l("This body has standard texts already."),
    "standard_texts_too_many": _l("A body keeps at most %(most)d standard texts."),
    "standard_text_was_removed": _l("%(name)s was thrown away. Bring it back first."),
}
DONE: Texts = {
    "up": _l("The text stands one place higher."),
    "down": _l("The text stands one place lower."),
    "copy": _l("A copy is made: give it its own name and words."),
    "remove": _l("The text is thrown away. You can bring it back below."),
    "restore": _l("The text is back."),
}
