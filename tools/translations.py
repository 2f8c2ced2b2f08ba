"""The Dutch catalogues: one a room, extracted, checked and compiled.

    python -m tools.translations update [room]     new messages in, translations kept
    python -m tools.translations prune [room]      the same, and what nobody says any more is dropped
    python -m tools.translations check [room]      fails on whatever is not fully translated
    python -m tools.translations compile [room]    .po to .mo

Messages are English. `agenda/<room>/translations/nl/LC_MESSAGES/messages.po` holds the Dutch for
`agenda/<room>/**.py` and `templates/<room>/**.html`; the page shell and what stands beside the rooms
is `web`'s.
"""

import argparse
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from jinja2 import TemplateSyntaxError
from jinja2.ext import babel_extract

from tools.literal_text import JINJA_EXTENSIONS, untranslated_text

ROOT = Path(__file__).resolve().parent.parent
LANGUAGE = "nl"
SHELL = "web"
MAIL = "mail"
# The mail room's pages; templates/mail holds letters, each written out in both languages.
OUTBOX = "outbox"
LETTER_FILES = [f"{lang}.{part}" for lang in ("nl", "en") for part in ("subject.txt", "txt", "html")]
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    **dict.fromkeys(("_", "_l", "N_", "gettext", "lazy_gettext"), None),
    **dict.fromkeys(("ngettext", "lazy_ngettext"), (1, 2)),
    **dict.fromkeys(("pgettext", "lazy_pgettext"), ((1, "c"), 2)),
    "npgettext": ((1, "c"), 2, 3),
}
HEADER = """msgid ""
msgstr ""
"Language: nl\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

"""
PLACEHOLDER = re.compile(r"%\((\w+)\)[#0\- +]*\d*(?:\.\d+)?[a-zA-Z]|\{(\w*)\}")

Key = tuple[str, str]  # (context, English)


class Workplace:
    """Where the rooms, their templates and their catalogues are."""

    def __init__(self, root: Path = ROOT) -> None:
        self.root = root
        self.code = root / "agenda"
        self.templates = root / "templates"

    def rooms(self) -> list[str]:
        """Every package under agenda/, in order of name."""
        return sorted(found.parent.name for found in self.code.glob("*/__init__.py"))

    def catalogue_path(self, room: str) -> Path:
        return self.code / room / "translations" / LANGUAGE / "LC_MESSAGES" / "messages.po"

    def python_files(self, room: str) -> list[Path]:
        files = set((self.code / room).rglob("*.py"))
        if room == SHELL:
            files |= set(self.code.glob("*.py"))
        return sorted(files)

    def page_templates(self, room: str) -> list[Path]:
        """The room's pages; for `web` also every template in no room's folder, letters excepted."""
        if room == SHELL:
            taken = {*self.rooms(), MAIL, OUTBOX} - {SHELL}
            everything = self.templates.rglob("*.html")
            return sorted(f for f in everything if f.relative_to(self.templates).parts[0] not in taken)
        folder = OUTBOX if room == MAIL else room
        return sorted((self.templates / folder).rglob("*.html"))

    def letters(self) -> list[Path]:
        folders = (self.templates / MAIL).glob("*/")
        return sorted(f for f in folders if f.is_dir() and not f.name.startswith("_"))

    def name_of(self, path: Path) -> str:
        return path.relative_to(self.root).as_posix()


def extracted(place: Workplace, room: str) -> Catalog:
    """What the room says, as a catalogue without translations."""
    said = Catalog(locale=LANGUAGE)
    for path in place.python_files(room):
        _extract_into(said, "python", path, place.name_of(path), {})
    options = {"silent": "false", "extensions": ",".join(JINJA_EXTENSIONS)}
    for path in place.page_templates(room):
        _extract_into(said, babel_extract, path, place.name_of(path), options)
    return said


def _extract_into(said: Catalog, method: object, path: Path, name: str, options: dict[str, str]) -> None:
    source = BytesIO(path.read_bytes())
    for _, message, _, context in extract(method, source, KEYWORDS, ["NOTE:"], options):  # type: ignore[arg-type]
        said.add(message, context=context, locations=[(name, 0)])


def existing(place: Workplace, room: str) -> Catalog:
    """The room's catalogue as it stands; an empty one when there is none."""
    path = place.catalogue_path(room)
    if not path.exists():
        return Catalog(locale=LANGUAGE)
    with path.open("rb") as file:
        return read_po(file, locale=LANGUAGE)


def update(place: Workplace, room: str, known: dict[Key, Message], prune: bool = False) -> str:
    """Bring the room's catalogue up to date; tells what it did in one line, nothing when nothing changed."""
    said, before = extracted(place, room), existing(place, room)
    kept = {_key(m): m for m in [*before.obsolete.values(), *_messages(before)]}
    after = Catalog(locale=LANGUAGE)
    for message in _messages(said):
        old = kept.pop(_key(message), None)
        source = old if old is not None else known.get(_key(message))
        translation = source.string if source is not None and _same_shape(source, message) else None
        flags = {"fuzzy"} if old is not None and old.fuzzy else set()
        files = sorted({location for location, _ in message.locations})
        after.add(
            message.id,
            translation,
            locations=[(file, 1) for file in files],
            flags=flags,
            user_comments=old.user_comments if old is not None else (),
            context=message.context,
        )
    for key, message in kept.items():
        if any(_strings(message)) and not prune:
            after.obsolete[key] = message
    path = place.catalogue_path(room)
    text = _as_text(after)
    if not len(after) and not after.obsolete:
        path.unlink(missing_ok=True)
        return ""
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return ""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    open_now = sum(not all(_strings(m)) for m in _messages(after))
    return f"{room}: {len(after)} messages, {open_now} to translate, {len(after.obsolete)} obsolete"


def _as_text(catalogue: Catalog) -> str:
    """The catalogue without dates and line numbers, so that only real changes show."""
    out = BytesIO()
    catalogue.obsolete = dict(sorted(catalogue.obsolete.items(), key=lambda pair: str(pair[0])))
    write_po(out, catalogue, width=100, omit_header=True, sort_output=True, include_lineno=False)
    return HEADER + out.getvalue().decode("utf-8").strip("\n") + "\n"


def faults(place: Workplace, room: str) -> Iterator[str]:
    """Each thing that keeps the room from being fully translated, one line each."""
    try:
        said = {_key(m): m for m in _messages(extracted(place, room))}
    except TemplateSyntaxError as wrong:
        yield f"{room}: a template does not parse: {wrong}"
        return
    catalogue = existing(place, room)
    told = {_key(m): m for m in _messages(catalogue)}
    for key, message in said.items():
        yield from (f"{room}: {what}: {key[1]!r}" for what in _wrong_with(message, told.get(key)))
    for key in [*(told.keys() - said.keys()), *(_key(m) for m in catalogue.obsolete.values())]:
        yield f"{room}: obsolete, run `prune`: {key[1]!r}"
    for path in place.page_templates(room):
        for line, text in untranslated_text(path):
            yield f"{room}: {place.name_of(path)}:{line}: text that cannot be translated: {text!r}"


def _wrong_with(said: Message, told: Message | None) -> Iterator[str]:
    if told is None:
        yield "not in the catalogue, run `update`"
    elif told.fuzzy:
        yield "fuzzy"
    elif not _same_shape(said, told) or not all(_strings(told)):
        yield "untranslated"
    else:
        ids = [said.id] if isinstance(said.id, str) else list(said.id)
        wanted = [_placeholders(text) for text in ids]
        given = [_placeholders(text) for text in _strings(told)]
        # The singular may say "one" where the plural gives the number.
        fits = given[-1] == wanted[-1] and all(one <= wanted[-1] for one in given)
        if not fits:
            yield "placeholders differ"


def letter_faults(place: Workplace) -> Iterator[str]:
    """Each letter file that is missing: a letter is written out in both languages, in three parts."""
    for letter in place.letters():
        for name in LETTER_FILES:
            if not (letter / name).is_file():
                yield f"mail: {place.name_of(letter)}: {name} is missing"


def contradictions(place: Workplace, rooms: Iterable[str]) -> Iterator[str]:
    """Messages that two rooms translate differently: at run time the catalogues are one."""
    seen: dict[Key, dict[tuple[str, ...], list[str]]] = defaultdict(lambda: defaultdict(list))
    for room in rooms:
        for message in _messages(existing(place, room)):
            if all(_strings(message)):
                seen[_key(message)][tuple(_strings(message))].append(room)
    for key, ways in seen.items():
        if len(ways) > 1:
            told = "; ".join(f"{', '.join(where)}: {text[0]!r}" for text, where in ways.items())
            yield f"{key[1]!r} has more than one translation ({told}); use one, or pgettext"


def compile_room(place: Workplace, room: str) -> None:
    """Write the room's .mo beside its .po; readers never see half a file."""
    path = place.catalogue_path(room)
    if not path.exists():
        path.with_suffix(".mo").unlink(missing_ok=True)
        return
    half = path.with_suffix(".mo.part")
    with half.open("wb") as file:
        write_mo(file, existing(place, room))
    half.replace(path.with_suffix(".mo"))


def _messages(catalogue: Catalog) -> list[Message]:
    return [message for message in catalogue if message.id]


def _key(message: Message) -> Key:
    english = message.id if isinstance(message.id, str) else message.id[0]
    return (message.context or "", english)


def _strings(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string or ("",))


def _same_shape(one: Message, other: Message) -> bool:
    return isinstance(one.id, str) == isinstance(other.id, str)


def _placeholders(text: str) -> set[str]:
    return {found.group(0) for found in PLACEHOLDER.finditer(text.replace("%%", ""))}


def _known(place: Workplace) -> dict[Key, Message]:
    """Translations of all rooms together, so that a message said in two rooms is translated once."""
    messages = (m for room in place.rooms() for m in _messages(existing(place, room)))
    return {_key(m): m for m in messages if all(_strings(m)) and not m.fuzzy}


def main(arguments: list[str] | None = None, root: Path = ROOT) -> int:
    """Run one verb for one room or for all; 1 when `check` found something."""
    parser = argparse.ArgumentParser(prog="python -m tools.translations")
    parser.add_argument("verb", choices=["update", "prune", "check", "compile"])
    parser.add_argument("room", nargs="?", help="one room; without it, all")
    asked = parser.parse_args(arguments)
    place = Workplace(root)
    if asked.room and asked.room not in place.rooms():
        parser.error(f"there is no room agenda/{asked.room}")
    rooms = [asked.room] if asked.room else place.rooms()
    if asked.verb == "check":
        return _check(place, rooms, everything=not asked.room)
    known = _known(place) if asked.verb != "compile" else {}
    for room in rooms:
        if asked.verb == "compile":
            compile_room(place, room)
        elif told := update(place, room, known, prune=asked.verb == "prune"):
            print(told)
    return 0


def _check(place: Workplace, rooms: list[str], everything: bool) -> int:
    found = [fault for room in rooms for fault in faults(place, room)]
    if everything or MAIL in rooms:
        found += letter_faults(place)
    if everything:
        found += contradictions(place, rooms)
    print("\n".join(found) if found else f"Translations complete in {len(rooms)} rooms.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
