"""How the choice of a date is spoken of: what stands in the way, and what would help."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import ngettext

from agenda.dates.changes import Change, Help, Hindrance, Step
from agenda.dates.queries import Cost, Proposal, Pushed
from agenda.dates.question import Need
from agenda.dates.slots import Obstacle, Reason

# What can be changed on the screen itself; the rest is what a body asks of a day.
ON_SCREEN = frozenset({Step.SHORTER, Step.LONGER_PERIOD, Step.WITHOUT_NEED})
PORTFOLIO = "portfolio:"
# What no agreement among people would change.
SHUT = frozenset({Reason.PUBLIC_HOLIDAY, Reason.SCHOOL_HOLIDAY, Reason.CLOSED})


@dataclass(frozen=True)
class Mark:
    """A few words about a moment, with their tone."""

    text: str
    tone: str = "neutral"


def need_name(need: Need) -> str:
    """Name who cannot be missed: a person, or whoever holds a portfolio."""
    if need.id.startswith(PORTFOLIO):
        return str(_("someone for the portfolio %(name)s", name=need.name))
    return need.name


def obstacle(one: Obstacle) -> str:
    """Tell what stands in the way of one moment."""
    if one.need is None:
        return one.name
    if one.reason is Reason.NO_QUORUM:
        return str(
            _(
                "no quorum in %(name)s: %(present)s of the %(least)s needed",
                name=one.name,
                present=one.present,
                least=one.need.least,
            )
        )
    if one.need.id.startswith(PORTFOLIO):
        return str(_("nobody for the portfolio %(name)s", name=one.name))
    return str(_("without %(name)s", name=one.name))


def hindrance(one: Hindrance, considered: int) -> str:
    """Tell what stands in the way, and of how many moments."""
    if one.reason is Reason.NO_QUORUM:
        what = _("no quorum in %(name)s", name=one.name)
    elif one.need is not None and one.need.id.startswith(PORTFOLIO):
        what = _("nobody for the portfolio %(name)s", name=one.name)
    elif one.need is not None:
        what = _("%(name)s cannot be there", name=one.name)
    else:
        what = one.name
    return str(
        _("%(what)s: at %(number)s of the %(all)s moments", what=what, number=one.starts, all=considered)
    )


def help_text(found: Help) -> str:
    """Tell which changes would help, and how many days they would give."""
    changes = [change(one) for one in found.changes]
    what = changes[0] if len(changes) == 1 else _("%(one)s and %(other)s", one=changes[0], other=changes[1])
    days = ngettext("one date", "%(num)d dates", found.days)
    return f"{what[:1].upper()}{what[1:]}: {days}"


def change(one: Change) -> str:
    """Say one change."""
    said = {
        Step.SHORTER: lambda: _("half an hour shorter"),
        Step.EARLIER: lambda: _("beginning an hour earlier in the day"),
        Step.LATER: lambda: _("ending an hour later in the day"),
        Step.LONGER_PERIOD: lambda: _("a period that is two weeks longer"),
        Step.NO_TRAVEL: lambda: _("without time to travel"),
        Step.LOWER_QUORUM: lambda: _("%(name)s with one member less than the quorum", name=one.name),
        Step.SCHOOL_HOLIDAYS: lambda: _("also in the school holidays"),
        Step.WITHOUT_CLOSURE: lambda: _("in spite of %(name)s", name=one.name),
        Step.WITHOUT_NEED: lambda: _("without %(name)s", name=need_name(one.need) if one.need else one.name),
        Step.PUBLIC_HOLIDAYS: lambda: _("also on public holidays"),
    }
    return str(said[one.step]())


def is_on_screen(found: Help) -> bool:
    """Tell whether this screen itself can make these changes."""
    return all(one.step in ON_SCREEN for one in found.changes)


def is_asked_of_a_day(found: Help) -> bool:
    """Tell whether these changes are made in what the body asks of a day; a quorum is not."""
    return not is_on_screen(found) and all(one.step is not Step.LOWER_QUORUM for one in found.changes)


def is_shut(one: Proposal) -> bool:
    """Tell whether a holiday or a closure is in the way, rather than people."""
    return any(each.reason in SHUT for each in one.slot.in_the_way)


def marks(one: Proposal) -> list[Mark]:
    """Tell what speaks against a moment besides who is missing."""
    slot = one.slot
    found = []
    if slot.avoided:
        found.append(Mark(slot.avoided, "info"))
    if one.outside_window:
        found.append(Mark(_("outside the agreed period"), "warn"))
    if slot.short_notice:
        found.append(Mark(_("short notice")))
    if slot.unwanted:
        found.append(Mark(_("the day before papers are due for %(title)s", title=slot.unwanted)))
    return found


def reasons(one: Proposal, cost: Cost | None) -> list[str]:
    """Tell what speaks for a moment besides how many can be there."""
    slot, found = one.slot, []
    if cost is not None and cost.answer_again and not one.lost:
        found.append(_("everyone who said yes to the present date can come"))
    if one.at_usual_hour:
        found.append(_("the usual hour of this body"))
    if not slot.short_notice and not slot.in_the_way:
        found.append(_("time enough for papers"))
    if slot.absent and one.colleges and all(each.present == each.total for each in one.colleges):
        found.append(_("every college complete"))
    return found


def pushed(other: Pushed) -> str:
    """Name a meeting that would have to give way, as far as one may know of it."""
    title = other.title or _("a meeting of another body")
    return str(
        ngettext(
            "Would push aside: %(title)s (one person).",
            "Would push aside: %(title)s (%(num)d people).",
            other.people,
            title=title,
        )
    )
