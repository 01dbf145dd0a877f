"""The security policy: a session's person, their roles at a context, and yes or no."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from pyramid.request import Request
from pyramid.security import Allowed, Denied

from qms.security.matrix import CONTEXTUAL_ROLES, held_roles, holders, known_roles

_CONTEXTUAL = frozenset(CONTEXTUAL_ROLES)


def _lineage(content: Any) -> Iterator[Any]:
    """Walk from ``content`` up to the root."""
    while content is not None:
        yield content
        content = getattr(content, "__parent__", None)


def _organisation_of(content: Any) -> Any:
    """Give the organisation over ``content``, or None above all of them."""
    while content is not None and getattr(content, "type_name", "") != "organisation":
        content = getattr(content, "__parent__", None)
    return content


def is_stranger(person: Any, context: Any) -> bool:
    """Tell whether ``context`` lives in an organisation that is not the person's own."""
    there = _organisation_of(context)
    return there is not None and there is not _organisation_of(person)


def roles_at(person: Any, context: Any) -> set[str]:
    """Name the roles of ``person`` at ``context``: none for strangers and for the deactivated.

    Content gives contextual roles only; that it names another one counts for nothing.
    """
    if person is None or not person.active or is_stranger(person, context):
        return set()
    roles = known_roles(person.roles)
    for place in _lineage(context):
        given = getattr(place, "local_roles", None)
        # A folder that makes every leader a leader means itself, not each document in it.
        if given is not None and (place is context or getattr(place, "roles_go_down", True)):
            roles.update(_CONTEXTUAL.intersection(given(person)))
    return roles


def permits(person: Any, context: Any, permission: str) -> bool:
    """Decide: the nearest place whose table speaks of the permission answers for all above it.

    What the content itself gives is asked only where the answer can depend on it.
    """
    return permits_each(person, [(context, permission)])[0]


def permits_each(person: Any, asked: Sequence[tuple[Any, str]]) -> list[bool]:
    """Decide about several contexts, each with a permission: the menu asks for a dozen at once."""
    if person is None or not person.active:
        return [False] * len(asked)
    home, held = _organisation_of(person), held_roles(tuple(person.roles))
    answers = []
    for context, permission in asked:
        there = _organisation_of(context)
        if there is not None and there is not home:
            answers.append(False)
            continue
        who = _who(context, str(permission))
        answers.append(
            not who.isdisjoint(held)
            or (not who.isdisjoint(_CONTEXTUAL) and not who.isdisjoint(roles_at(person, context)))
        )
    return answers


def _who(context: Any, permission: str) -> frozenset[str]:
    """Name the roles that have a permission at ``context``."""
    for place in _lineage(context):
        type_name = getattr(place, "type_name", None)
        if type_name is not None:
            who = holders(type_name, getattr(place, "state", None), permission)
            if who is not None:
                return who
    return frozenset()


class SecurityPolicy:
    """Pyramid's door to the matrix.

    ``request.person`` (from the people room) is the identity; it is None for anonymous visitors,
    for ended sessions and, at once, for a deactivated person.
    """

    def identity(self, request: Request) -> Any:
        """Give the signed-in person or None."""
        person = getattr(request, "person", None)
        return person if person is not None and person.active else None

    def authenticated_userid(self, request: Request) -> str | None:
        """Give ``organisation/person``, for logs."""
        person = self.identity(request)
        if person is None:
            return None
        return f"{_organisation_of(person).__name__}/{person.id}"

    def permits(self, request: Request, context: Any, permission: str) -> Allowed | Denied:
        """Answer for the request's person; the reason is for logs, not for the screen."""
        person = self.identity(request)
        # Hundreds of checks go well; only who is refused is named in full.
        if permits(person, context, permission):
            return Allowed("%s has %s", person.id, permission)
        return Denied("%s lacks %s", self.authenticated_userid(request), permission)

    def permits_each(self, request: Request, asked: Sequence[tuple[Any, str]]) -> list[bool]:
        """Answer several questions of the request's person, without reasons."""
        return permits_each(self.identity(request), asked)

    def remember(self, request: Request, userid: str, **kw: Any) -> list[tuple[str, str]]:
        """Do nothing here: signing in is a verb of the people room."""
        return []

    def forget(self, request: Request, **kw: Any) -> list[tuple[str, str]]:
        """Do nothing here: signing out is a verb of the people room."""
        return []
