"""The matrix: what it says, that it is whole, and that its printed page is up to date."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qms.documents import workflow
from qms.security.acl import acl_of
from qms.security.matrix import (
    CONTEXTUAL_ROLES,
    ORGANISATION_ROLES,
    ROLES,
    TABLES,
    holders,
    parse,
    rows_of,
    states_of,
)
from qms.security.permissions import Permission
from qms.security.policy import permits, roles_at
from qms.security.printing import to_markdown

ROOT = Path(__file__).parents[3]


class Place:
    """A place in a tree, without a database."""

    def __init__(self, type_name, parent=None, state=None, gives=None):
        self.type_name, self.__parent__, self.state = type_name, parent, state
        self.gives = gives or {}

    def local_roles(self, person):
        return self.gives.get(person.id, set())


class Someone(Place):
    def __init__(self, identifier, organisation, roles=(), active=True):
        super().__init__("person", Place("people", organisation))
        self.id, self.roles, self.active = identifier, list(roles), active


def organisation():
    return Place("organisation", Place("site"))


def test_the_printed_page_is_the_matrix():
    assert (ROOT / "docs/permissions.md").read_text(encoding="utf-8") == to_markdown(), (
        "print it again: python -m qms.security.printing > docs/permissions.md"
    )


def test_every_table_has_all_roles_and_every_permission_is_given_somewhere():
    given_somewhere = set()
    for type_name, text in TABLES.items():
        assert set(text.split()[2 : 2 + len(ROLES)]) == set(ROLES), type_name
        given_somewhere |= {row.permission for row in rows_of(type_name) if row.roles}
    assert given_somewhere == set(Permission)


def test_the_states_of_the_tables_are_those_of_the_workflow():
    known = {
        value for name, value in vars(workflow).items() if name.isupper() and isinstance(value, str)
    }
    for type_name in ("document", "version"):
        assert set(states_of(type_name)) <= known
        assert {workflow.DRAFT, workflow.IN_FORCE, workflow.OBSOLETE} <= set(states_of(type_name))


def test_permissions_stand_in_the_order_of_the_alphabet_and_say_what_they_are():
    names = [member.name for member in Permission]
    assert names == sorted(names)
    assert all(member.value.replace(":", "").replace("-", "").isalpha() for member in Permission)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("state permission reader king\n* view x x", "head"),
        ("state permission reader\n* view y", "row"),
        ("state permission reader\n* view x x", "row"),
        ("state permission reader\n* view x\n* view .", "two rows"),
        ("state permission reader\n* document:destroy x", "document:destroy"),
    ],
)
def test_a_table_with_a_mistake_is_refused(text, problem):
    with pytest.raises(ValueError, match=problem):
        parse(text)


def test_d4_07_a_reader_sees_of_versions_only_the_one_in_force():
    place = organisation()
    reader = Someone("ana", place)
    for state in [*states_of("version"), "no-such-state"]:
        version = Place("version", Place("document", place, "in-force"), state)
        assert permits(reader, version, "view") == (state == "in-force")
        assert permits(reader, version, Permission.VIEW) == (state == "in-force")


OPEN_TO_ALL = {
    Permission.VIEW,
    Permission.DELEGATION_ADD,
    Permission.REQUEST_ASK,
    Permission.CASE_REGISTER,
    Permission.FINDING_REPORT,
    Permission.RETENTION_OBJECT,
}
"""What everybody may: look, let somebody act for oneself, ask, note a complaint or a finding, and
object to an elimination that was announced."""


def test_d4_04_a_reader_may_change_nothing():
    place = organisation()
    reader = Someone("ana", place)
    for type_name in (*TABLES, "folder"):
        for state in [*states_of(type_name), None]:
            for permission in set(Permission) - OPEN_TO_ALL:
                assert not permits(reader, Place(type_name, place, state), permission)


def test_only_a_signer_signs_whatever_other_roles_somebody_has():
    place = organisation()
    version = Place("version", place, "in-review", {"ana": {"author", "leader"}, "eva": {"signer"}})
    assert not permits(Someone("ana", place, ORGANISATION_ROLES), version, "document:sign")
    assert permits(Someone("eva", place), version, "document:sign")
    version.state = "in-force"
    assert not permits(Someone("eva", place), version, "document:sign")


def test_content_cannot_make_anybody_an_administrator():
    place = organisation()
    folder = Place("folder", place, gives={"ana": {"administrator", "quality", "author", "x"}})
    assert roles_at(Someone("ana", place), folder) == {"reader", "author"}


def test_d4_09_a_deactivated_person_has_nothing():
    place = organisation()
    gone = Someone("ana", place, ORGANISATION_ROLES, active=False)
    assert roles_at(gone, place) == set()
    assert not permits(gone, place, "view")


def test_a_row_of_a_child_decides_over_its_parents():
    place = organisation()
    boss = Someone("ana", place, ["administrator"])
    assert permits(boss, Place("folder", place), "people:manage")
    assert not permits(boss, Place("version", place, "draft"), "view")


ids = st.sampled_from(["ana", "eva"])
roles = st.sets(st.sampled_from([*ROLES, "king"]))
types = st.sampled_from([*TABLES, "folder", "strange"])
states = st.sampled_from([None, "draft", "in-review", "approved", "in-force", "obsolete", "odd"])


@st.composite
def trees(draw):
    """An organisation, a stranger's organisation, and a path of places below the first."""
    site = Place("site")
    ours, theirs = Place("organisation", site), Place("organisation", site)
    place = ours
    for _ in range(draw(st.integers(0, 4))):
        kind = draw(types.filter(lambda name: name not in {"site", "organisation"}))
        place = Place(kind, place, draw(states), {draw(ids): draw(roles)})
    return ours, theirs, place


@given(trees(), roles, st.sampled_from(list(Permission)))
def test_d4_01_a_stranger_never_has_any_permission(tree, granted, permission):
    _ours, theirs, place = tree
    stranger = Someone("ana", theirs, granted)
    assert not permits(stranger, place, permission)


@given(trees(), roles, st.sampled_from(list(Permission)), st.booleans())
def test_an_answer_of_yes_always_comes_from_a_row_that_names_one_of_the_roles(
    tree, granted, permission, active
):
    ours, _theirs, place = tree
    person = Someone("ana", ours, granted, active)
    held = roles_at(person, place)
    assert held <= set(ROLES)
    if not active:
        assert not held
    answer = permits(person, place, permission)
    walk = place
    while walk is not None and holders(walk.type_name, walk.state, permission) is None:
        walk = walk.__parent__
    decided = holders(walk.type_name, walk.state, permission) if walk is not None else frozenset()
    assert answer == bool(decided & held)


@given(trees(), roles, roles, st.sampled_from(list(Permission)))
def test_more_granted_roles_never_mean_fewer_permissions(tree, some, more, permission):
    ours, _theirs, place = tree
    if permits(Someone("ana", ours, some), place, permission):
        assert permits(Someone("ana", ours, some | more), place, permission)


@given(trees(), roles, st.sampled_from(list(Permission)))
def test_the_computed_access_lists_say_the_same_as_the_policy(tree, granted, permission):
    from pyramid.authorization import ACLHelper, Everyone

    class Listed:
        def __init__(self, place):
            self.__acl__ = acl_of(place)
            parent = place.__parent__
            self.__parent__ = Listed(parent) if parent is not None else None

    ours, _theirs, place = tree
    person = Someone("ana", ours, granted)
    principals = [Everyone, *(f"role:{role}" for role in roles_at(person, place))]
    by_list = ACLHelper().permits(Listed(place), principals, str(permission))
    assert bool(by_list) == permits(person, place, permission)


def test_contextual_roles_and_granted_roles_are_apart():
    assert not set(CONTEXTUAL_ROLES) & set(ORGANISATION_ROLES)
