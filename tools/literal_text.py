"""Finds words in page templates that a reader would see but that nobody can translate.

A heuristic: it reads the HTML around the Jinja expressions, and the plain strings handed to macros.
Text that is the same in every language may stand in an element with `translate="no"`.
"""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

from jinja2 import Environment, nodes

SAME_IN_EVERY_LANGUAGE = frozenset(
    "Nederlands English NL EN Outlook Google iPhone PDF CSV ICS "
    "Leiden Leiderdorp Oegstgeest Voorschoten Zoeterwoude".split()
) | {"Leidse regio"}
SEEN_ATTRIBUTES = frozenset(
    "placeholder aria-label aria-description aria-roledescription title alt label hx-confirm".split()
)
SEEN_ARGUMENTS = frozenset(
    "label title heading legend hint help placeholder caption text message empty confirm".split()
)
TRANSLATORS = frozenset("_ gettext ngettext pgettext npgettext".split())
VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())
SENTENCE = re.compile(r"^[A-Z][\w'’-]* +\w")
JINJA_EXTENSIONS = ["jinja2.ext.i18n", "jinja2.ext.do", "jinja2.ext.loopcontrols"]


def untranslated_text(template: Path) -> Iterator[tuple[int, str]]:
    """Each (line, text) that a reader of this template sees in one language only."""
    source = template.read_text(encoding="utf-8")
    environment = Environment(extensions=JINJA_EXTENSIONS)  # noqa: S701  (nothing is rendered here)
    reader = _VisibleText()
    reader.feed(_html_without_jinja(environment, source))
    reader.close()
    yield from reader.found
    yield from _plain_strings(environment.parse(source))


def needs_translation(text: str) -> bool:
    """Whether the text has letters and is not the same in every language."""
    parts = (" ".join(part.split()) for part in re.split(r"[^\w\s'’-]|\d", text))
    return any(part not in SAME_IN_EVERY_LANGUAGE and any(c.isalpha() for c in part) for part in parts)


def _html_without_jinja(environment: Environment, source: str) -> str:
    """The template's own HTML, each expression a digit, line numbers kept, `trans` blocks left out."""
    html = ""
    inside_trans = False
    for _, kind, value in environment.lex(source):
        if kind == "name" and value in ("trans", "endtrans") and html.endswith("\0"):
            inside_trans = value == "trans"
        if kind == "data" and not inside_trans:
            html += value
        elif kind == "variable_begin":
            html += "div" if html.endswith(("<", "</")) else "0"
        elif kind == "block_begin":
            html += "\0"
        elif kind == "name":
            html = html.removesuffix("\0")
        if kind != "data" or inside_trans:
            html += "\n" * value.count("\n")
    return html.replace("\0", "")


class _VisibleText(HTMLParser):
    """Collects the visible words of a page with the line where they stand."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[int, str]] = []
        self._open: list[tuple[str, bool]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        silent = tag in ("script", "style", "kbd") or attributes.get("translate") == "no"
        seen = SEEN_ATTRIBUTES
        if tag == "input" and attributes.get("type") in ("submit", "button", "reset"):
            seen = seen | {"value"}
        if not silent:
            for name in sorted(seen & attributes.keys()):
                self._note(attributes[name] or "")
        if tag not in VOID:
            self._open.append((tag, silent))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self._open.pop()

    def handle_endtag(self, tag: str) -> None:
        # A branch of an `if` may close what another branch opened: close the nearest one of that name.
        for place in range(len(self._open) - 1, -1, -1):
            if self._open[place][0] == tag:
                del self._open[place:]
                return

    def handle_data(self, data: str) -> None:
        if not any(silent for _, silent in self._open):
            lead = len(data) - len(data.lstrip())
            self._note(data, data[:lead].count("\n"))

    def _note(self, text: str, lines_before: int = 0) -> None:
        if needs_translation(text):
            self.found.append((self.getpos()[0] + lines_before, " ".join(text.split())))


def _plain_strings(template: nodes.Template) -> Iterator[tuple[int, str]]:
    """Plain strings that are printed, or handed to a macro as something to read."""
    for output in template.find_all(nodes.Output):
        for node in output.nodes:
            if (
                isinstance(node, nodes.Const)
                and isinstance(node.value, str)
                and needs_translation(node.value)
            ):
                yield node.lineno, node.value
    for call in template.find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name in TRANSLATORS:
            continue
        for given in call.kwargs:
            if given.key in SEEN_ARGUMENTS and isinstance(given.value, nodes.Const):
                text = given.value.value
                if isinstance(text, str) and needs_translation(text):
                    yield given.lineno, text
        for argument in call.args:
            if isinstance(argument, nodes.Const) and SENTENCE.match(str(argument.value)):
                yield argument.lineno, argument.value
