"""What PDF/UA asks of the tags beyond what WeasyPrint writes; used by the typesetter just before it writes.

Running heads and page numbers, and images that only decorate, become artifacts: nobody reads them aloud on
every page (ISO 14289-1, 7.8 and 7.3). Each header of a table says whether it heads a row or a column (7.5).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pydyf

_Element = dict[str, Any]
_Elements = Mapping[bytes, _Element]


def finish(_document: Any, pdf: Any) -> None:
    """Complete the tags of a PDF that is ready to be written."""
    objects = {one.reference: one for one in pdf.objects}
    elements = {ref: one for ref, one in objects.items() if _is(one, "/StructElem")}
    root = objects[pdf.catalog["StructTreeRoot"]]
    for reference, element in elements.items():
        if element["S"] == "/TH":
            element["A"]["Scope"] = "/Row" if _heads_row(element, elements) else "/Column"
        elif element["S"] == "/Figure" and "Alt" not in element:
            elements[element["P"]]["K"].remove(reference)
    read = set(_below(root["K"], elements))
    _leave_out(set(elements) - read, elements, objects, objects[root["ParentTree"]])


def _is(found: Any, kind: str) -> bool:
    return isinstance(found, dict) and found.get("Type") == kind


def _heads_row(header: _Element, elements: _Elements) -> bool:
    row = elements[header["P"]]
    return bool(row["S"] == "/TR" and elements[row["P"]]["S"] != "/THead")


def _below(kids: list[Any], elements: _Elements) -> Iterator[bytes]:
    waiting = list(kids)
    while waiting:
        reference = waiting.pop()
        if reference in elements:
            yield reference
            waiting.extend(elements[reference]["K"])


def _leave_out(
    unread: set[bytes], elements: _Elements, objects: Mapping[bytes, Any], parents: _Element
) -> None:
    """Turn what stands outside the tree into artifacts, in the pages and in the way back to the tree."""
    for reference in unread:
        element = elements[reference]
        marks = {kid for kid in element["K"] if isinstance(kid, int)}
        if marks:
            _as_artifacts(objects[objects[element["Pg"]]["Contents"]].stream, marks)
        element.clear()
    for entry in parents["Nums"]:
        if isinstance(entry, list):
            entry[:] = ["null" if reference in unread else reference for reference in entry]


def _as_artifacts(stream: list[Any], marks: set[int]) -> None:
    for place, part in enumerate(stream):
        if isinstance(part, dict) and part.get("MCID") in marks and stream[place + 1] == b"BDC":
            stream[place - 1] = "/Artifact"
            stream[place] = pydyf.Dictionary({"Type": "/Pagination"})
