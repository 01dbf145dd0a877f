"""Linking things and asking what is linked; whoever calls has asked for the permission."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from qms.content.annexes import annex_of
from qms.content.models import Organisation
from qms.kernel.acts import Act
from qms.kernel.errors import Refused
from qms.links.events import Linked, Unlinked
from qms.links.models import FORWARD, LinkBook, Ref

NAME = "links"
ABOUT, ORIGIN, SAME = "about", "origin", "same"
ROLES = (ABOUT, ORIGIN, SAME)
"""The first concerns the second; the second gave rise to the first; the first repeats the second.
"""


class NotToItself(Refused):
    """Nothing can be linked with itself."""


class NotLinked(Refused):
    """This link is gone already; somebody else may have taken it away."""


@dataclass(frozen=True)
class Link:
    """A link as seen from one of its ends."""

    role: str
    other: Ref
    forward: bool
    """Whether it was made from here."""
    by: str
    at: str
    """ISO moment."""


def book_of(organisation: Organisation) -> LinkBook:
    """Give the organisation's links, made at their first use."""
    return annex_of(organisation, NAME, LinkBook)


def link(
    organisation: Organisation,
    one: Ref,
    other: Ref,
    role: str = ABOUT,
    *,
    subject: Any = None,
    act: Act,
) -> bool:
    """Link two things; False where they are linked so already, which is no mistake."""
    if one == other:
        raise NotToItself
    if role not in ROLES:
        raise ValueError(role)
    if not book_of(organisation).put(one, other, role, by=act.person_id, at=act.at.isoformat()):
        return False
    act.notify(Linked(subject or organisation, act, ":".join(one), ":".join(other), role))
    return True


def unlink(
    organisation: Organisation, one: Ref, other: Ref, role: str, *, subject: Any = None, act: Act
) -> None:
    """Take a link away, from whichever end it was made; refuse what is not there (NotLinked)."""
    book = book_of(organisation)
    if not book.drop(one, other, role) and not book.drop(other, one, role):
        raise NotLinked
    act.notify(Unlinked(subject or organisation, act, ":".join(one), ":".join(other), role))


def linked_to(organisation: Organisation, one: Ref) -> list[Link]:
    """Give every link of a thing, from both directions."""
    book = organisation.annexes.get(NAME)
    if book is None:
        return []
    return [
        Link(role, other, direction == FORWARD, by, at)
        for role, direction, other, by, at in book.of(one)
    ]
