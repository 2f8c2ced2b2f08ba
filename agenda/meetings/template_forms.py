"""The form of a template for agendas: a name, and a row for each item."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import FieldList, FormField, HiddenField, SelectField, StringField
from wtforms import Form as Row
from wtforms.validators import AnyOf, InputRequired, Length, NumberRange, Optional

from agenda.meetings.agenda_editing import LONGEST_ITEM
from agenda.meetings.model import Beside, ItemKind
from agenda.meetings.template_rules import MOST_ITEMS, FrameItem, as_rows, from_rows, moved, sided
from agenda.topics.model import Purpose, Treatment
from agenda.topics.words import PURPOSES, TREATMENTS
from agenda.web.forms import LONGEST_LINE, Form, IntegerField, options, tidy_line

USUAL_MINUTES = 5


class ItemRow(Row):
    """One item of a template."""

    kind = HiddenField(validators=[AnyOf([one.value for one in ItemKind])])
    beside = HiddenField(validators=[AnyOf([one.value for one in Beside])])
    title = StringField(
        _l("Title"), filters=[tidy_line], validators=[InputRequired(), Length(max=LONGEST_LINE)]
    )
    minutes = IntegerField(_l("Minutes"), validators=[InputRequired(), NumberRange(min=0, max=LONGEST_ITEM)])
    purpose = SelectField(
        _l("Purpose"),
        choices=options([("", _l("None")), *((one.value, text) for one, text in PURPOSES.items())]),
        validators=[Optional()],
    )
    treatment = SelectField(
        _l("Treatment"),
        choices=options([("", _l("None")), *((one.value, text) for one, text in TREATMENTS.items())]),
        validators=[Optional()],
    )


class Rows(FieldList):  # type: ignore[type-arg]  # generic in its stubs alone
    """The rows of a form, by numbers that can be read."""

    def _extract_indices(self, prefix: str, formdata: Any) -> Iterator[int]:
        for name in formdata:
            number = name.removeprefix(f"{prefix}-").partition("-")[0]
            if name.startswith(f"{prefix}-") and number.isascii() and number.isdigit() and len(number) < 4:
                yield int(number)


class TemplateForm(Form):
    """A template as it is on screen; its rows move, come and go before anything is saved."""

    name = StringField(
        _l("Name"), filters=[tidy_line], validators=[InputRequired(), Length(max=LONGEST_LINE)]
    )
    items = Rows(FormField(ItemRow), max_entries=MOST_ITEMS)

    def frame(self) -> list[FrameItem]:
        """Give the items as they are on screen, each on its side; what cannot be one is left out."""
        return sided(from_rows([row.data for row in self.items if not _is_forged(row)]))


def filled(name: str, items: list[FrameItem], version: int | str | None) -> TemplateForm:
    """Give the form with these items in it."""
    return TemplateForm(formdata=None, data={"name": name, "items": as_rows(items), "version": version})


def pressed(do: str, items: list[FrameItem]) -> tuple[list[FrameItem], int]:
    """Do what a button beside the rows says ("up-2", "remove-3", "add"); give also which row has the focus.

    What no button says changes nothing.
    """
    verb, _dash, number = do.partition("-")
    place = int(number) if number.isascii() and number.isdigit() and len(number) < 4 else 0
    if verb == "add" and len(items) < MOST_ITEMS:
        new = FrameItem(ItemKind.TOPIC, "", USUAL_MINUTES, beside=Beside.BEFORE)
        place = sum(one.beside is Beside.BEFORE for one in items)
        return [*items[:place], new, *items[place:]], place
    if verb in ("up", "down") and place < len(items):
        rows = moved(items, place, -1 if verb == "up" else 1)
        crossed = rows[place].beside is not items[place].beside
        stays = crossed or rows == items
        return rows, place if stays else place + (-1 if verb == "up" else 1)
    if verb == "remove" and 0 < place < len(items) - 1:
        return [*items[:place], *items[place + 1 :]], place - 1
    return items, 0


def _is_forged(row: Any) -> bool:
    """Tell whether what is not typed but chosen was made up."""
    data = row.data
    return (
        data["kind"] not in set(ItemKind)
        or data["beside"] not in {*Beside, ""}
        or (data["purpose"] or "") not in {*Purpose, ""}
        or (data["treatment"] or "") not in {*Treatment, ""}
    )
