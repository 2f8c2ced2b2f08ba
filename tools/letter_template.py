"""Write the Word templates of the council letter anew: `python -m tools.letter_template`.

They are kept in the repository, so that a change of look is one that can be read: styles and headings are
Word's own, so that a screen reader finds its way and a clerk can restyle a letter in one place.
"""

from __future__ import annotations

from pathlib import Path

from docx import Document
from docx.document import Document as Docx
from docx.enum.text import WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

FOLDER = Path(__file__).resolve().parents[1] / "templates" / "publications"
LANGUAGES = {"nl": "nl-NL", "en": "en-GB"}
FOOT = {"nl": ("pagina ", " van "), "en": ("page ", " of ")}
BLUE = RGBColor(0x07, 0x2F, 0x63)


def template(language: str) -> Docx:
    """Make the template of one language, "nl" or "en"."""
    document = Document()
    _page(document)
    _styles(document, LANGUAGES[language])
    _footer(document, FOOT[language])
    document.core_properties.language = LANGUAGES[language]
    add = document.add_paragraph
    add("{{ letter.head.sender }}", "Letterhead")
    for lines in ("address", "contact"):
        add(f"{{%p for line in letter.head.{lines} %}}")
        add("{{ line }}", "Letterhead line")
        add("{%p endfor %}")
    add("{%p if letter.concept %}")
    add("{{ letter.labels.concept }}", "Concept")
    add("{%p endif %}")
    add("{{ letter.to }}", "Addressee")
    add("{{ letter.place_and_day }}", "Facts")
    add("{%p if letter.reference %}")
    add("{{ letter.labels.reference }}:\t{{ letter.reference }}", "Facts")
    add("{%p endif %}")
    add("{{ letter.subject }}", "Heading 1")
    add("{{ letter.salutation }}", "Normal")
    add("{%p for kind, line in lines %}")
    for kind, style in (("heading", "Heading 2"), ("item", "List Bullet"), ("text", "Normal")):
        add(f"{{%p if kind == '{kind}' %}}")
        add("{{ line }}", style)
        add("{%p endif %}")
    add("{%p endfor %}")
    add("{{ letter.greeting }}", "Greeting")
    add("{{ letter.behalf }}", "Behalf")
    add("{%p for one in letter.signatories %}")
    add("{%p if one.name %}")
    add("{{ one.name }}", "Signatory")
    add("{{ one.role }}", "Role")
    add("{%p else %}")
    add("{{ one.role }}", "Signatory")
    add("{%p endif %}")
    add("{%p endfor %}")
    return document


def _page(document: Docx) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.5)
    section.top_margin, section.bottom_margin = Cm(2), Cm(2)


def _styles(document: Docx, language: str) -> None:
    styles = document.styles
    normal = styles["Normal"]
    normal.font.name, normal.font.size = "Arial", Pt(10.5)
    normal.paragraph_format.space_after = Pt(8)
    normal.paragraph_format.line_spacing = 1.15
    # Once for all that is written: a screen reader then speaks the letter's language.
    for spoken in styles.element.iter(qn("w:lang")):
        for kind in ("val", "eastAsia", "bidi"):
            spoken.set(qn(f"w:{kind}"), language)
    for name, size, before in (("Heading 1", 15, 14), ("Heading 2", 12, 12)):
        heading = styles[name]
        heading.font.name, heading.font.size, heading.font.bold = "Arial", Pt(size), True
        heading.font.color.rgb = BLUE
        heading.element.rPr.rFonts.attrib.clear()
        heading.element.rPr.rFonts.set(qn("w:ascii"), "Arial")
        heading.element.rPr.rFonts.set(qn("w:hAnsi"), "Arial")
        heading.paragraph_format.space_before, heading.paragraph_format.space_after = Pt(before), Pt(4)
    # Word leaves the space between two of the same style out: it stands after the last one alone.
    styles["List Bullet"].paragraph_format.space_after = Pt(8)
    _style(document, "Letterhead", Pt(13), after=Pt(0), bold=True, colour=BLUE)
    _style(document, "Letterhead line", Pt(9), after=Pt(0))
    _style(document, "Concept", Pt(10.5), before=Pt(10), bold=True)
    _style(document, "Addressee", Pt(10.5), before=Pt(28), after=Pt(20))
    facts = _style(document, "Facts", Pt(10.5), after=Pt(0))
    facts.paragraph_format.tab_stops.add_tab_stop(Cm(3), WD_TAB_ALIGNMENT.LEFT)
    _style(document, "Greeting", Pt(10.5), before=Pt(14), keep=True)
    _style(document, "Behalf", Pt(10.5), keep=True)
    # Room for a signature stands above the name; name and role stay together.
    _style(document, "Signatory", Pt(10.5), before=Pt(40), after=Pt(0), keep=True)
    _style(document, "Role", Pt(10.5), after=Pt(8))


def _style(
    document: Docx,
    name: str,
    size: Pt,
    *,
    before: Pt | None = None,
    after: Pt | None = None,
    bold: bool = False,
    colour: RGBColor | None = None,
    keep: bool = False,
):  # type: ignore[no-untyped-def]
    style = document.styles.add_style(name, 1)
    style.base_style = document.styles["Normal"]
    style.font.size, style.font.bold = size, bold
    if colour is not None:
        style.font.color.rgb = colour
    style.paragraph_format.space_before = before
    style.paragraph_format.space_after = after
    style.paragraph_format.keep_with_next = keep
    return style


def _footer(document: Docx, words: tuple[str, str]) -> None:
    """Put the number of the page and of all pages at the foot, as Word counts them."""
    foot = document.sections[0].footer.paragraphs[0]
    for word, field in zip(words, ("PAGE", "NUMPAGES"), strict=True):
        foot.add_run(word)
        run = foot.add_run()
        for kind, text in (("begin", None), (None, field), ("end", None)):
            element = OxmlElement("w:instrText" if text else "w:fldChar")
            if text:
                element.text = text
            else:
                element.set(qn("w:fldCharType"), kind)
            run._r.append(element)


if __name__ == "__main__":
    for spoken in LANGUAGES:
        template(spoken).save(str(FOLDER / f"letter.{spoken}.docx"))
