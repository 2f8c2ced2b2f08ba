"""How templates for agendas are spoken of on screen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from agenda.meetings.template_rules import FrameItem

Texts = Mapping[str, Any]

VERBS: Texts = {
    "agenda_template_added": _l("made an agenda template"),
    "agenda_template_changed": _l("changed an agenda template"),
    "agenda_template_used": _l("made an agenda template the usual one"),
    "agenda_template_not_used": _l("let agendas begin without a template again"),
    "agenda_template_removed": _l("threw an agenda template away"),
    "agenda_template_restored": _l("brought back an agenda template"),
}
FIELDS: Texts = {"agenda_template": _l("Agenda template")}
PROBLEMS: Texts = {
    "template_name_missing": _l("Give the template a name."),
    "template_name_taken": _l("This body has a template called %(name)s already."),
    "template_too_long": _l("A template holds at most %(most)d items."),
    "template_was_removed": _l("%(name)s was thrown away. Bring it back first."),
}
DONE: Texts = {
    "use": _l("New agendas of this body begin with this template."),
    "stop": _l("New agendas of this body begin as usual again."),
    "remove": _l("The template is thrown away. You can bring it back below."),
    "restore": _l("The template is back."),
}


def outline(items: list[FrameItem]) -> str:
    """Name the items of a template in one line, with their minutes."""
    return "; ".join(
        str(_("%(title)s (%(minutes)d min)", title=one.title, minutes=one.minutes)) for one in items
    )
