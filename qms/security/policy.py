"""The security policy: a session's person, their roles at a context, and yes or no."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from pyramid.request import Request
from pyramid.security import Allowed, Denied

from qms.security.matrix import CONTEXTUAL_ROLES, held_roles, holders, known_roles

_CONTEXTUAL = frozenset(CONTEXTUAL_ROLES)
_ASKER = "qms.security.asker"


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
    return Asker(person).may(context, permission)


class Asker:
    """A person of whom several things are asked: where they belong, and what they are there."""

    def __init__(self, person: Any) -> None:
        """Look once where the person belongs; nobody and the deactivated belong nowhere."""
        self.person = person
        self._is_active = person is not None and person.active
        if self._is_active:
            self._home, self._held = _organisation_of(person), held_roles(tuple(person.roles))
        self._places: dict[int, tuple[Any, bool]] = {}
        """Contexts by their identity, kept alive, with whether they are at home."""

    def may(self, context: Any, permission: str) -> bool:
        """Decide about one context, as :func:`permits` does."""
        if not self._is_active:
            return False
        place = self._places.get(id(context))
        if place is None:
            there = _organisation_of(context)
            place = (context, there is None or there is self._home)
            if there is not None:
                self._places[id(context)] = place
        if not place[1]:
            return False
        who = _who(context, str(permission))
        return not who.isdisjoint(self._held) or (
            not who.isdisjoint(_CONTEXTUAL) and not who.isdisjoint(roles_at(self.person, context))
        )


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
        asker = self._asker(request)
        # Hundreds of checks go well; only who is refused is named in full.
        if asker.may(context, permission):
            return Allowed("%s has %s", asker.person.id, permission)
        return Denied("%s lacks %s", self.authenticated_userid(request), permission)

    def permits_each(self, request: Request, asked: Sequence[tuple[Any, str]]) -> list[bool]:
        """Answer several questions of the request's person, without reasons."""
        asker = self._asker(request)
        return [asker.may(context, permission) for context, permission in asked]

    def _asker(self, request: Request) -> Asker:
        """Give the request's person to ask of; the same one while a page is only looked at."""
        person = self.identity(request)
        kept: Asker | None = request.__dict__.get(_ASKER)
        if kept is None or kept.person is not person:
            kept = Asker(person)
            if request.method in {"GET", "HEAD"}:
                request.__dict__[_ASKER] = kept
        return kept

    def remember(self, request: Request, userid: str, **kw: Any) -> list[tuple[str, str]]:
        """Do nothing here: signing in is a verb of the people room."""
        return []

    def forget(self, request: Request, **kw: Any) -> list[tuple[str, str]]:
        """Do nothing here: signing out is a verb of the people room."""
        return []
