"""The one table of permissions: every permission for every role, and nothing outside it."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from agenda.accounts.rules import PERMISSIONS, By
from agenda.core.problems import Forbidden, NotFound
from agenda.core.runtime import Runtime
from agenda.people.model import Body, Membership, Role
from config import ROOT
from tests.world import TODAY, World

# Who may what, written out by hand: a change of the table must be meant.
WHO = ("secretary", "clerk", "member", "reader", "administrator", "outsider", "stranger")
MATRIX = {
    "see": "yes yes yes yes yes no no",
    "see_answers": "yes yes yes no no no no",
    "submit_topic": "yes yes yes no no no no",
    "edit_topics": "yes yes no no no no no",
    "run_rounds": "yes yes no no no no no",
    "draft_agenda": "yes yes no no no no no",
    "record": "yes yes no no no no no",
    "manage_documents": "yes yes no no no no no",
    "see_confidential": "yes yes yes no no no no",
    "plan": "yes no no no no no no",
    "invite": "yes no no no no no no",
    "set_reminders": "yes no no no no no no",
    "set_round_rule": "yes no no no no no no",
    "see_letters": "yes no no no yes no no",
    "see_time_of_people": "yes no no no no no no",
    "administer": "no no no no yes no no",
}
IN_THE_WORLD = {"member": "Wethouder Leiden 1"}
ASKED = re.compile(r"""\b(?:may|must|bodies)\(\s*["']([a-z_]+)["']""")


def by(world: World, session: Session, who: str) -> By:
    return world.by(session, IN_THE_WORLD.get(who, who))


@pytest.mark.parametrize("who", WHO)
def test_each_role_may_what_the_table_says_in_its_own_body(runtime: Runtime, world: World, who: str) -> None:
    with runtime.read() as session:
        actor, body = by(world, session, who), world.body(session)
        hidden = not actor.may("see", body)
        for permission, row in MATRIX.items():
            allowed = dict(zip(WHO, row.split(), strict=True))[who] == "yes"
            assert actor.may(permission, body) is allowed, permission
            bodies = actor.bodies(permission)
            assert (bodies is None or body.id in bodies) is allowed, permission
            if allowed:
                actor.must(permission, body)
                continue
            with pytest.raises(NotFound if hidden else Forbidden):
                actor.must(permission, body)


def test_the_matrix_names_every_permission_and_every_role() -> None:
    assert MATRIX.keys() == PERMISSIONS.keys()
    assert {role.value for role in Role} < set(WHO)


def test_a_role_in_one_body_says_nothing_in_another(runtime: Runtime, world: World) -> None:
    with runtime.read() as session:
        other = session.get_one(Body, world.other_body_id)
        for permission in PERMISSIONS:
            assert not by(world, session, "secretary").may(permission, other)


def test_a_role_that_has_ended_permits_nothing(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        person = world.person(session, "secretary")
        membership = session.query(Membership).filter_by(person_id=person.id).one()
        membership.until = TODAY
    with runtime.read() as session:
        last_day, after = (world.by(session, "secretary", TODAY + timedelta(days=days)) for days in (0, 1))
        assert last_day.may("plan", world.body(session))
        assert not after.may("see", world.body(session))
        with pytest.raises(NotFound):
            after.must("plan", world.body(session))


def test_two_roles_permit_what_either_permits(runtime: Runtime, world: World) -> None:
    with runtime.work() as session:
        person = world.person(session, "reader")
        session.add(
            Membership(
                person=person,
                body=world.body(session),
                organisation_id=world.organisations["Leiden"],
                role=Role.CLERK,
                since=TODAY,
            )
        )
    with runtime.read() as session:
        assert world.by(session, "reader").may("record", world.body(session))


def test_an_unknown_permission_is_a_fault_and_not_a_refusal() -> None:
    with pytest.raises(KeyError):
        By(person_id=1, name="x").may("fly")


def asked_for() -> list[tuple[str, Path]]:
    files = [*(ROOT / "agenda").rglob("*.py"), *(ROOT / "templates").rglob("*.html")]
    return [(name, file) for file in files for name in ASKED.findall(file.read_text("utf-8"))]


def test_every_permission_asked_anywhere_is_in_the_table_and_the_other_way_around() -> None:
    found = asked_for()
    assert len(found) > 20, "the pattern still finds the questions"
    unknown = [(name, str(file.relative_to(ROOT))) for name, file in found if name not in PERMISSIONS]
    assert unknown == []
    assert PERMISSIONS.keys() - {name for name, _ in found} == set(), "a permission that nobody asks for"
