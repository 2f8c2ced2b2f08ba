"""From facts to the HTML of a paper. Values in, values out: no request, no database, no clock."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from gettext import NullTranslations, translation
from pathlib import Path
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context

from agenda.core import words
from agenda.publications.model import PaperKind, Place
from agenda.publications.paper_facts import Head
from agenda.publications.text_rules import filled, paragraphs

_ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = _ROOT / "templates" / "publications" / "papers"
_CATALOGUES = Path(__file__).resolve().parent / "translations"
LOCALES: Mapping[str, str] = {"nl": "nl-NL", "en": "en-GB"}


class HasHead(Protocol):
    """The facts of any paper."""

    @property
    def head(self) -> Head: ...


class HasName(HasHead, Protocol):
    """The facts of a paper for one reader."""

    @property
    def name(self) -> str: ...


@dataclass(frozen=True)
class Page:
    """A paper before it is set: its HTML, and the title by which readers know it."""

    html: str
    title: str


def render(
    kind: PaperKind, facts: HasHead, texts: Mapping[Place, str], language: str, made_at: datetime
) -> Page:
    """Write a paper in "nl" or "en"; `texts` are the words at each place, with their placeholders."""
    environment = templates(language)
    zone = ZoneInfo(facts.head.zone)
    name = name_of(kind, language)
    title = f"{name}, {facts.head.body}, {words.date_only(facts.head.starts_at, zone, language)}"
    html = environment.get_template(f"{kind.value}.html").render(
        facts=facts,
        name=name,
        title=title,
        texts={place.value: filled(texts.get(place, ""), _values(facts, zone, language)) for place in Place},
        made_at=made_at,
        zone=zone,
        language=language,
        locale=LOCALES[language],
    )
    return Page(html, title)


def render_stamp(facts: HasName, language: str, made_at: datetime) -> Page:
    """Write what lies over each page that is handed out to one reader alone."""
    zone = ZoneInfo(facts.head.zone)
    day = words.date_only(made_at, zone, language)
    title = _catalogue(language).gettext("Given to %(name)s, %(day)s") % {"name": facts.name, "day": day}
    template = templates(language).get_template("stamp.html")
    return Page(template.render(facts=facts, title=title, locale=LOCALES[language]), title)


def of_whole_meeting(language: str) -> str:
    """Name the documents that belong to no single item."""
    return _catalogue(language).gettext("Documents with the meeting")


def name_of(kind: PaperKind, language: str) -> str:
    """Name a kind of paper as it stands on top of it."""
    _ = _catalogue(language).gettext
    return {
        PaperKind.AGENDA: _("Agenda"),
        PaperKind.GUEST_INVITATION: _("Invitation"),
        PaperKind.PRESENCE_LIST: _("Presence list"),
        PaperKind.DECISION_LIST: _("Decision list"),
        PaperKind.MINUTES: _("Minutes in short"),
        PaperKind.PACK: _("Meeting papers"),
    }[kind]


@lru_cache
def templates(language: str) -> Environment:
    """Give the templates of papers in one language, with HTML escaped and a missing fact refused."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    catalogue = _catalogue(language)
    environment.install_gettext_callables(  # type: ignore[attr-defined]  # the extension adds it
        catalogue.gettext, catalogue.ngettext, newstyle=True
    )
    for name in ("when", "day", "date_only", "clock", "clockspan"):
        environment.filters[name] = _in_zone(getattr(words, name))
    environment.filters["paragraphs"] = paragraphs
    environment.filters["lower_first"] = lambda text: str(text)[:1].lower() + str(text)[1:]
    return environment


def _catalogue(language: str) -> NullTranslations:
    # The messages are English.
    return translation("messages", _CATALOGUES, [language], fallback=True)


def _in_zone(say: Callable[..., str]) -> Callable[..., str]:
    @pass_context
    def spoken(context: Context, moment: Any, *more: Any) -> str:
        return say(moment, *more, context["zone"], context["language"])

    return spoken


def _values(facts: HasHead, zone: ZoneInfo, language: str) -> dict[str, str]:
    head = facts.head
    return {
        "body": head.body,
        "date": words.day(head.starts_at, zone, language),
        "time": words.clock(head.starts_at, zone, language),
        "place": head.venue,
        "host": head.host,
        "name": getattr(facts, "name", ""),
    }
