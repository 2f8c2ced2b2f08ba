"""Who may do what: one table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from agenda.core.actor import HasBodyId
from agenda.core.problems import Forbidden, NotFound
from agenda.people.model import Role

SECRETARY, CLERK, MEMBER, READER = Role.SECRETARY, Role.CLERK, Role.MEMBER, Role.READER
EVERYONE = frozenset({SECRETARY, CLERK, MEMBER, READER})

PERMISSIONS: Mapping[str, frozenset[Role]] = {
    "see": EVERYONE,
    "see_answers": frozenset({SECRETARY, CLERK, MEMBER}),
    "submit_topic": frozenset({SECRETARY, CLERK, MEMBER}),
    "edit_topics": frozenset({SECRETARY, CLERK}),
    "run_rounds": frozenset({SECRETARY, CLERK}),
    "draft_agenda": frozenset({SECRETARY, CLERK}),
    "record": frozenset({SECRETARY, CLERK}),
    "manage_documents": frozenset({SECRETARY, CLERK}),
    # What is closed, confidential or secret: readers of a body see that it is there, under a neutral title.
    "see_confidential": frozenset({SECRETARY, CLERK, MEMBER}),
    "plan": frozenset({SECRETARY}),
    "invite": frozenset({SECRETARY}),
    "set_reminders": frozenset({SECRETARY}),
    "set_round_rule": frozenset({SECRETARY}),
    "see_letters": frozenset({SECRETARY}),
    # What meetings cost other persons; everyone sees their own.
    "see_time_of_people": frozenset({SECRETARY}),
    # Nobody by role in a body: only administrators.
    "administer": frozenset(),
}
# What an administrator may do in every body, without a role there.
ADMINISTRATION = frozenset({"see", "see_letters", "administer"})


@dataclass(frozen=True)
class By:
    """A signed-in person with the roles of today."""

    person_id: int | None
    name: str
    administrator: bool = False
    language: str = "nl"
    roles: Mapping[int, frozenset[Role]] = field(default_factory=dict)

    def may(self, permission: str, body: HasBodyId | None = None) -> bool:
        """Tell whether the permission holds for this body; KeyError for an unknown permission."""
        allowed = PERMISSIONS[permission]
        if self.administrator and permission in ADMINISTRATION:
            return True
        if body is None:
            return any(roles & allowed for roles in self.roles.values())
        return bool(self.roles.get(body.id, frozenset()) & allowed)

    def must(self, permission: str, body: HasBodyId | None = None) -> None:
        """Raise unless `may`: NotFound where the body is not theirs to know, else Forbidden."""
        if self.may(permission, body):
            return
        if body is not None and not self.may("see", body):
            raise NotFound("not_found")
        raise Forbidden("forbidden")

    def bodies(self, permission: str) -> frozenset[int] | None:
        """Give the bodies for which the permission holds; None for all."""
        if self.administrator and permission in ADMINISTRATION:
            return None
        allowed = PERMISSIONS[permission]
        return frozenset(body for body, roles in self.roles.items() if roles & allowed)
