"""The parts of a letter as they go over the wire: ASCII, CRLF, and lines that every server takes."""

from base64 import encodebytes
from email.quoprimime import body_encode

_LINE = 78
_CRLF = "\r\n"


def multipart(subtype: str, boundary: str, parts: list[str]) -> str:
    """Return a part that holds these parts, its own header first; no part may hold the boundary."""
    inside = "".join(f"--{boundary}{_CRLF}{part}{_CRLF}" for part in parts)
    return _written(
        [f'Content-Type: multipart/{subtype}; boundary="{boundary}"'], f"{inside}--{boundary}--\r\n"
    )


def text_part(subtype: str, text: str) -> str:
    """Return a text part in quoted-printable; `text` has LF line endings and ends with one."""
    headers = [
        f'Content-Type: text/{subtype}; charset="utf-8"',
        "Content-Transfer-Encoding: quoted-printable",
    ]
    return _written(headers, body_encode(text.encode().decode("latin-1"), _LINE, _CRLF))


def calendar_part(method: str, content: bytes) -> str:
    """Return the calendar as mail programs with an agenda look for it: the method, and no file name."""
    kind = f'Content-Type: text/calendar; method="{method}"; charset="utf-8"'
    return _written(["Content-Transfer-Encoding: base64", kind], _base64(content))


def attachment(subtype: str, name: str, content: bytes) -> str:
    """Return a file to keep; `name` is ours and plain."""
    headers = [
        "Content-Transfer-Encoding: base64",
        f'Content-Disposition: attachment; filename="{name}"',
        f'Content-Type: application/{subtype}; name="{name}"',
    ]
    return _written(headers, _base64(content))


def _written(headers: list[str], body: str) -> str:
    return _CRLF.join([*headers, "", body])


def _base64(content: bytes) -> str:
    return encodebytes(content).decode("ascii").replace("\n", _CRLF)
