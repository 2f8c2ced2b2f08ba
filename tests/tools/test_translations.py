"""No screen text reaches a reader in one language only."""

from pathlib import Path

import pytest

from tools.literal_text import untranslated_text
from tools.translations import LETTER_FILES, Workplace, main

PAGES = """
from flask_babel import gettext as _, ngettext, pgettext
_("Topic"), _("Hello %(name)s", name="x"), pgettext("verb", "Open")
ngettext("%(num)d topic", "%(num)d topics", 3)
"""
LIST = """{% extends "layout.html" %}{% block title %}{{ _("Topics") }}{% endblock %}
<input placeholder="{{ _('Search') }}"> <span translate="no">Example BV</span> {{ count }} / 12"""
DUTCH = {
    'msgid "Topic"\nmsgstr ""': 'msgid "Topic"\nmsgstr "Onderwerp"',
    'msgid "Topics"\nmsgstr ""': 'msgid "Topics"\nmsgstr "Onderwerpen"',
    'msgid "Search"\nmsgstr ""': 'msgid "Search"\nmsgstr "Zoeken"',
    'msgid "Open"\nmsgstr ""': 'msgid "Open"\nmsgstr "Openen"',
    'msgid "Hello %(name)s"\nmsgstr ""': 'msgid "Hello %(name)s"\nmsgstr "Dag %(name)s"',
    'msgstr[0] ""\nmsgstr[1] ""': 'msgstr[0] "een onderwerp"\nmsgstr[1] "%(num)d onderwerpen"',
}


@pytest.fixture
def place(tmp_path: Path) -> Workplace:
    for room in ("web", "topics"):
        (tmp_path / "agenda" / room).mkdir(parents=True)
        (tmp_path / "agenda" / room / "__init__.py").touch()
    (tmp_path / "templates" / "topics").mkdir(parents=True)
    (tmp_path / "agenda" / "topics" / "pages.py").write_text(PAGES)
    (tmp_path / "templates" / "topics" / "list.html").write_text(LIST)
    return Workplace(tmp_path)


@pytest.fixture
def translated(place: Workplace) -> Workplace:
    main(["update"], place.root)
    change(place.catalogue_path("topics"), DUTCH)
    return place


def change(path: Path, words: dict[str, str]) -> None:
    text = path.read_text()
    for old, new in words.items():
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in\n{text}"
        text = text.replace(old, new)
    path.write_text(text)


def faults(place: Workplace, capsys: pytest.CaptureFixture[str]) -> str:
    capsys.readouterr()
    code = main(["check"], place.root)
    told = capsys.readouterr().out
    assert (code == 1) is ("Translations complete" not in told)
    return told


def test_a_fully_translated_product_passes(translated: Workplace, capsys: pytest.CaptureFixture[str]) -> None:
    assert faults(translated, capsys) == "Translations complete in 2 rooms.\n"


def test_updating_twice_changes_nothing(translated: Workplace) -> None:
    path = translated.catalogue_path("topics")
    before = path.read_bytes()
    main(["update"], translated.root)
    assert path.read_bytes() == before
    assert b"Date" not in before


def test_a_new_message_is_named_until_it_is_translated(
    translated: Workplace, capsys: pytest.CaptureFixture[str]
) -> None:
    change(translated.code / "topics" / "pages.py", {'_("Topic")': '_("Topic"), _("Deadline")'})
    assert faults(translated, capsys) == "topics: not in the catalogue, run `update`: 'Deadline'\n"
    main(["update"], translated.root)
    assert faults(translated, capsys) == "topics: untranslated: 'Deadline'\n"


def test_a_message_nobody_says_any_more_is_kept_until_pruned(
    translated: Workplace, capsys: pytest.CaptureFixture[str]
) -> None:
    change(translated.templates / "topics" / "list.html", {"{{ _('Search') }}": ""})
    main(["update"], translated.root)
    assert faults(translated, capsys) == "topics: obsolete, run `prune`: 'Search'\n"
    assert '#~ msgstr "Zoeken"' in translated.catalogue_path("topics").read_text()
    main(["prune"], translated.root)
    assert "Zoeken" not in translated.catalogue_path("topics").read_text()


def test_a_message_that_comes_back_finds_its_translation(
    translated: Workplace, capsys: pytest.CaptureFixture[str]
) -> None:
    page = translated.templates / "topics" / "list.html"
    change(page, {"{{ _('Search') }}": ""})
    main(["update"], translated.root)
    page.write_text(LIST)
    main(["update"], translated.root)
    assert "complete" in faults(translated, capsys)


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("Dag %(name)s", "Dag %(naam)s", "placeholders differ: 'Hello %(name)s'"),
        ("%(num)d onderwerpen", "onderwerpen", "placeholders differ: '%(num)d topic'"),
        ('msgctxt "verb"', '#, fuzzy\nmsgctxt "verb"', "fuzzy: 'Open'"),
    ],
)
def test_a_translation_that_cannot_be_trusted_is_named(
    translated: Workplace, capsys: pytest.CaptureFixture[str], old: str, new: str, fault: str
) -> None:
    change(translated.catalogue_path("topics"), {old: new})
    assert faults(translated, capsys) == f"topics: {fault}\n"


def test_two_rooms_do_not_say_the_same_thing_differently(
    translated: Workplace, capsys: pytest.CaptureFixture[str]
) -> None:
    (translated.code / "web" / "pages.py").write_text('_("Topic")')
    main(["update"], translated.root)
    assert "complete" in faults(translated, capsys), "a message known in another room is filled in"
    change(translated.catalogue_path("web"), {"Onderwerp": "Thema"})
    assert "'Topic' has more than one translation" in faults(translated, capsys)


def test_a_letter_is_written_out_in_both_languages(
    translated: Workplace, capsys: pytest.CaptureFixture[str]
) -> None:
    letter = translated.templates / "mail" / "invite"
    letter.mkdir(parents=True)
    for name in LETTER_FILES[1:]:
        (letter / name).touch()
    assert faults(translated, capsys) == "mail: templates/mail/invite: nl.subject.txt is missing\n"


def test_compiled_catalogues_follow_the_source(translated: Workplace) -> None:
    main(["compile"], translated.root)
    compiled = translated.catalogue_path("topics").with_suffix(".mo")
    assert b"Onderwerpen" in compiled.read_bytes()
    assert not translated.catalogue_path("web").with_suffix(".mo").exists()


@pytest.mark.parametrize(
    ("template", "found"),
    [
        ("<p>\n Los woord</p>", [(2, "Los woord")]),
        ('<a title="Ga" href="{{ url_for("x") }}">{{ name }}</a>', [(1, "Ga")]),
        ('<input type=submit value="Verstuur">', [(1, "Verstuur")]),
        ('<button hx-confirm="Zeker?" {% if a %}disabled{% endif %}></button>', [(1, "Zeker?")]),
        ('{{ field(label="Naam") }}', [(1, "Naam")]),
        ('{{ button("Save this") }}', [(1, "Save this")]),
        ('{{ "Plat" }}', [(1, "Plat")]),
        ("<{{ tag }} class='a'>{{ _('Fine') }}</{{ tag }}>", []),
        ("{% trans n=3 %}Words {{ n }}{% endtrans %}{# a comment #}", []),
        ("<script>var a = 'text';</script><kbd>Esc</kbd>", []),
        ('<a lang="en" href="/en">English</a> &nbsp; 3/5 × Leiden · Zoeterwoude', []),
        ('<p translate="no">Example BV</p>', []),
        ('{{ field(label=_("Name"), name="name") }}{{ url_for("topics.show") }}', []),
    ],
)
def test_text_that_nobody_can_translate_is_found(
    tmp_path: Path, template: str, found: list[tuple[int, str]]
) -> None:
    page = tmp_path / "page.html"
    page.write_text(template)
    assert list(untranslated_text(page)) == found
