"""What a reader finds in a Word file of a letter."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from docx import Document


def words_of(content: bytes, styled: bool = False) -> tuple[list[Any], list[Any]]:
    """Give the head and the body of a letter, line by line; `styled` gives each with its style."""
    lines = [(one.style.name, one.text) for one in Document(BytesIO(content)).paragraphs]
    begins = next(number for number, line in enumerate(lines) if line[0] == "Heading 1")
    given = lines if styled else [text for _style, text in lines]
    return given[:begins], given[begins:]
