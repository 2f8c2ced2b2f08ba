"""The typesetter as a program of its own: HTML in, PDF out, which may be ended whatever it is busy with.

It reads one JSON object from standard input, see `typesetting.Sheet`, and writes the PDF to standard output.
"""

from __future__ import annotations

import json
import resource
import sys
from base64 import b64decode
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as Tree

from defusedxml.ElementTree import fromstring

# A machine without Pango runs the rest of the product: `typesetting` says in words what is missing.
NOT_INSTALLED = 4
OUT_OF_MEMORY = 3
try:
    from weasyprint import CSS, HTML
    from weasyprint.document import Document
    from weasyprint.pdf.metadata import NS, DocumentMetadata
    from weasyprint.text.fonts import FontConfiguration
    from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

    from agenda.publications.tagging import finish
except (ImportError, OSError):
    sys.exit(NOT_INSTALLED)

CPU_SECONDS = 120
MOST_MEMORY = 1024 * 1024 * 1024
LOCALES = {"nl": "nl-NL", "en": "en-GB"}
_HERE = Path(__file__).resolve().parent
# All that a paper may ask for beside what is handed in: the product's own styles, typefaces and marks.
_OWN_FOLDERS = {
    ".css": _HERE,
    ".woff2": _HERE.parent / "web" / "static" / "vendor",
    ".svg": _HERE.parent / "web" / "static",
}
_MEDIA_TYPES = {".css": "text/css", ".woff2": "font/woff2", ".svg": "image/svg+xml"}
OWN, HANDED_IN = "product:", "image:"
# What the first standard asks; BothStandards adds the second one's word.
_STANDARDS: dict[str, Any] = {
    "pdf_variant": "pdf/a-3a",
    "pdf_version": "1.7",
    "pdf_tags": True,
    "pdf_identifier": True,
    "output_intent": "srgb",
}

# PDF/A asks that what XMP says beyond its own words is explained (ISO 19005-3, 6.6.2.3.3).
_EXTENSION = f"""<rdf:RDF xmlns:rdf="{NS["rdf"]}"
 xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
 xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<rdf:Description rdf:about=""><pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA Universal Accessibility Schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>{NS["pdfuaid"]}</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Indicates, which part of ISO 14289 standard is followed</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description></rdf:RDF>"""


class OwnFiles(URLFetcher):  # type: ignore[misc]  # the library ships no types
    """Gives files of the product and images that were handed in; anything else ends the typesetting."""

    def __init__(self, images: Mapping[str, bytes]) -> None:
        super().__init__()
        self._images = images

    def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> URLFetcherResponse:
        """Give one file; FatalURLFetchingError for any other address: nothing leaves this machine."""
        if url.startswith(HANDED_IN) and url.removeprefix(HANDED_IN) in self._images:
            return URLFetcherResponse(url, self._images[url.removeprefix(HANDED_IN)])
        name = Path(url.removeprefix(OWN))
        folder = _OWN_FOLDERS.get(name.suffix)
        if not url.startswith(OWN) or folder is None or name.name != str(name):
            raise FatalURLFetchingError(f"not a file of ours: {url[:100]}")
        return URLFetcherResponse(
            url, (folder / name).read_bytes(), {"Content-Type": _MEDIA_TYPES[name.suffix]}
        )


class BothStandards(DocumentMetadata):  # type: ignore[misc]  # the library ships no types
    """Says of one file that it is PDF/A-3a and PDF/UA-1; the library itself says one or the other."""

    def generate_rdf_metadata(self, variant: str, version: int, conformance: str | None) -> bytes:
        """Give the XMP packet of the file, with what PDF/UA-1 asks besides."""
        rdf = fromstring(super().generate_rdf_metadata(variant, version, conformance))
        about = {f"{{{NS['rdf']}}}about": "", f"{{{NS['pdfuaid']}}}part": "1"}
        Tree.SubElement(rdf, f"{{{NS['rdf']}}}Description", about)
        for prefix in ("extension/", "schema#", "property#"):
            name = f"pdfa{prefix[:-1].capitalize()}"
            Tree.register_namespace(name, f"http://www.aiim.org/pdfa/ns/{prefix}")
        rdf.extend(fromstring(_EXTENSION))
        written: bytes = Tree.tostring(rdf, encoding="utf-8")
        return written


def typeset(asked: Mapping[str, Any]) -> bytes:
    """Set one document; the bytes of a PDF/A-3a that is PDF/UA-1 too."""
    fonts = FontConfiguration()
    files = OwnFiles({name: b64decode(content) for name, content in asked["images"].items()})
    sheets = [CSS(url=f"{OWN}{name}", url_fetcher=files, font_config=fonts) for name in asked["styles"]]
    page = HTML(string=asked["html"], base_url=OWN, url_fetcher=files, media_type="print")
    document: Document = page.render(font_config=fonts, stylesheets=sheets, **_STANDARDS)
    known = document.metadata
    document.metadata = BothStandards(
        title=asked["title"],
        authors=known.authors,
        description=known.description,
        keywords=known.keywords,
        generator="Agendering",
        created=asked["made_at"],
        modified=asked["made_at"],
        lang=LOCALES[asked["language"]],
    )
    made: bytes = document.write_pdf(finisher=finish, **_STANDARDS)
    return made


def limit() -> None:
    """Let the system hold this process to its memory and its processor time."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    limit()
    try:
        sys.stdout.buffer.write(typeset(json.load(sys.stdin.buffer)))
    except MemoryError:
        sys.exit(OUT_OF_MEMORY)
