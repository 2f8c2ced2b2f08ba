"""Read a CSV file with people into rows, and name every fault with its row and column."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from agenda.core.problems import Invalid
from agenda.core.text import one_line
from agenda.people.addresses import checked_address
from agenda.people.model import OrganisationKind, Role
from agenda.people.rules import TOOI_ID
from agenda.people.words import REFUSALS
from agenda.web.forms import EARLIEST_DAY, LATEST_DAY

COLUMNS = (
    "name", "email", "language", "organisation", "tooi", "kind", "body",
    "role", "title", "portfolio", "voting", "since", "until",
)  # fmt: skip
REQUIRED = ("name", "email")
# In a row that names a body.
REQUIRED_IN_BODY = ("organisation", "role", "since")
MOST_BYTES = 2_000_000
MOST_ROWS = 5_000
MOST_FAULTS = 100
LONGEST = 200

# As an office in the region would head its columns.
DUTCH = {
    "naam": "name", "e-mail": "email", "e-mailadres": "email", "taal": "language",
    "organisatie": "organisation", "soort": "kind", "gremium": "body", "rol": "role", "functie": "title",
    "portefeuille": "portfolio", "stemrecht": "voting", "vanaf": "since", "tot en met": "until",
}  # fmt: skip
ROLES = {role.value: role for role in Role} | {
    "secretaris": Role.SECRETARY, "adviseur": Role.CLERK, "bestuursadviseur": Role.CLERK,
    "lid": Role.MEMBER, "lezer": Role.READER,
}  # fmt: skip
KINDS = {kind.value: kind for kind in OrganisationKind} | {
    "gemeente": OrganisationKind.MUNICIPALITY, "provincie": OrganisationKind.PROVINCE,
}  # fmt: skip
LANGUAGES = {"nl": "nl", "en": "en", "nederlands": "nl", "engels": "en"}
VOTES = {
    "1": True,
    "yes": True,
    "true": True,
    "ja": True,
    "0": False,
    "no": False,
    "false": False,
    "nee": False,
}
DAYS = ("%Y-%m-%d", "%d-%m-%Y", "%d/%m/%Y")
TEXTS = {
    "unreadable": _l("This is not a CSV file in UTF-8. In Excel: save as “CSV UTF-8”."),
    "too_large": _l("The file is too large: at most 2 MB and 5000 rows."),
    "missing_column": _l("This column is missing in the first row."),
    "unknown_column": _l("The first row names a column that is not known here."),
    "twice": _l("The first row names this column twice."),
    "too_many": _l("The row has more fields than the first row."),
    "empty": _l("This may not be empty."),
    "too_long": _l("This is too long: at most 200 characters."),
    "role": _l("Fill in secretary, clerk, member or reader."),
    "kind": _l("Fill in municipality, province or partner."),
    "language": _l("Fill in nl or en."),
    "voting": _l("Fill in yes or no."),
    "day": _l("Fill in a date as 2019-01-31 or 31-01-2019."),
    "tooi": _l("Write it as gm0638."),
    "two_names": _l("This address stands under another name higher up in the file."),
    "nothing": _l("There are no people in this file."),
    "more": _l("There are more faults; these are the first."),
}


@dataclass(frozen=True)
class Fault:
    """What is wrong, and where: the row as a spreadsheet counts it (the header is row 1), and the column."""

    row: int
    column: str
    text: Any

    def __str__(self) -> str:
        """Say it in one line, in the language of whoever reads."""
        if not self.column:
            return str(_("Row %(row)s: %(text)s", row=self.row, text=self.text))
        place = _("Row %(row)s, column %(column)s", row=self.row, column=self.column)
        return f"{place}: {self.text}"


class ImportFaults(Invalid):
    """The file is faulty, and nothing of it was brought in."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("file_faulty")
        self.faults = list(faults[:MOST_FAULTS])
        if len(faults) > MOST_FAULTS:
            self.faults.append(Fault(faults[MOST_FAULTS].row, "", TEXTS["more"]))


@dataclass(frozen=True)
class Row:
    """One person, and one place in a body where the row names one."""

    number: int
    headings: Mapping[str, str]
    name: str
    email: str
    language: str | None
    organisation: str | None
    tooi: str | None
    kind: OrganisationKind
    body: str | None
    role: Role | None
    title: str
    portfolio: str
    voting: bool
    since: date | None
    until: date | None

    def fault(self, column: str, text: Any) -> Fault:
        """Name a fault in this row, by the column's heading in the file."""
        return Fault(self.number, self.headings.get(column, column), text)


def read_file(content: bytes) -> list[Row]:
    """Read a file as it was handed in; ImportFaults when it is no CSV in UTF-8, too large, or faulty."""
    if len(content) > MOST_BYTES:
        raise ImportFaults([Fault(1, "", TEXTS["too_large"])])
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = content.count(b"\n", 0, error.start) + 1
        raise ImportFaults([Fault(row, "", TEXTS["unreadable"])]) from error
    return read_people(text)


def read_people(text: str) -> list[Row]:
    """Read the rows, separated by comma or semicolon; ImportFaults with every fault there is."""
    table = list(_table(text))
    if not table:
        raise ImportFaults([Fault(1, "", TEXTS["nothing"])])
    (_number, heading), *records = table
    columns, faults = _columns(heading)
    if faults:
        raise ImportFaults(faults)
    if not records:
        raise ImportFaults([Fault(2, "", TEXTS["nothing"])])
    headings = {column: name.strip() for column, name in zip(columns, heading, strict=True)}
    rows = []
    for number, fields in records:
        reader = _RowReader(number, headings, columns, fields)
        rows.append(reader.row())
        faults += reader.faults
    faults += _two_names(rows)
    if faults:
        raise ImportFaults(sorted(faults, key=lambda fault: fault.row))
    return rows


def _table(text: str) -> Iterator[tuple[int, list[str]]]:
    first = text.partition("\n")[0]
    separator = ";" if first.count(";") > first.count(",") else ","
    number = 0
    try:
        for number, fields in enumerate(
            csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True), 1
        ):
            if number > MOST_ROWS + 1:
                raise ImportFaults([Fault(number, "", TEXTS["too_large"])])
            if any(value.strip() for value in fields):
                yield number, fields
    except csv.Error as error:
        raise ImportFaults([Fault(number + 1, "", TEXTS["unreadable"])]) from error


def _columns(heading: Sequence[str]) -> tuple[list[str], list[Fault]]:
    named = [one_line(name).lower() for name in heading]
    columns = [DUTCH.get(name, name) for name in named]
    faults = [
        Fault(1, name, TEXTS["unknown_column"])
        for name, column in zip(heading, columns, strict=True)
        if column not in COLUMNS
    ]
    faults += [Fault(1, column, TEXTS["twice"]) for column in COLUMNS if columns.count(column) > 1]
    faults += [Fault(1, column, TEXTS["missing_column"]) for column in REQUIRED if column not in columns]
    return columns, faults


class _RowReader:
    def __init__(
        self, number: int, headings: Mapping[str, str], columns: Sequence[str], fields: Sequence[str]
    ) -> None:
        self.number, self.headings = number, headings
        self.faults: list[Fault] = []
        self.values = {column: one_line(value) for column, value in zip(columns, fields, strict=False)}
        if any(value.strip() for value in fields[len(columns) :]):
            self.faults.append(Fault(number, "", TEXTS["too_many"]))
        for column, value in self.values.items():
            if len(value) > LONGEST:
                self._wrong(column, TEXTS["too_long"])

    def row(self) -> Row:
        body = self.values.get("body") or None
        for column in REQUIRED + (REQUIRED_IN_BODY if body else ()):
            if not self.values.get(column):
                self._wrong(column, TEXTS["empty"])
        role = self._word("role", ROLES)
        voting = self._word("voting", VOTES)
        since, until = self._day("since"), self._day("until")
        if since and until and until < since:
            self._wrong("until", REFUSALS["ends_before_it_begins"])
        return Row(
            number=self.number,
            headings=self.headings,
            name=self.values.get("name", ""),
            email=self._email(),
            language=self._word("language", LANGUAGES),
            organisation=self.values.get("organisation") or None,
            tooi=self._tooi(),
            kind=self._kind(),
            body=body,
            role=role,
            title=self.values.get("title", ""),
            portfolio=self.values.get("portfolio", ""),
            voting=role is Role.MEMBER if voting is None else voting,
            since=since,
            until=until,
        )

    def _wrong(self, column: str, text: Any) -> None:
        self.faults.append(Fault(self.number, self.headings.get(column, column), text))

    def _word(self, column: str, words: Mapping[str, Any]) -> Any:
        value = self.values.get(column, "").lower()
        if value and value not in words:
            self._wrong(column, TEXTS[column])
        return words.get(value)

    def _email(self) -> str:
        value = self.values.get("email", "")
        if not value:
            return ""
        try:
            return checked_address(value)
        except Invalid as error:
            self._wrong("email", REFUSALS[error.code])
            return ""

    def _tooi(self) -> str | None:
        value = self.values.get("tooi", "").lower()
        if value and not TOOI_ID.fullmatch(value):
            self._wrong("tooi", TEXTS["tooi"])
        return value or None

    def _kind(self) -> OrganisationKind:
        given: OrganisationKind | None = self._word("kind", KINDS)
        if given is not None:
            return given
        letters = self.values.get("tooi", "").lower()[:2]
        known = {"gm": OrganisationKind.MUNICIPALITY, "pv": OrganisationKind.PROVINCE}
        return known.get(letters, OrganisationKind.PARTNER)

    def _day(self, column: str) -> date | None:
        value = self.values.get(column, "")
        if not value:
            return None
        for form in DAYS:
            try:
                day = datetime.strptime(value, form).date()  # noqa: DTZ007 - a day has no zone
            except ValueError:
                continue
            if EARLIEST_DAY <= day <= LATEST_DAY:
                return day
        self._wrong(column, TEXTS["day"])
        return None


def _two_names(rows: Sequence[Row]) -> Iterator[Fault]:
    known: dict[str, str] = {}
    for row in rows:
        if row.email and known.setdefault(row.email, row.name) != row.name:
            yield row.fault("name", TEXTS["two_names"])
