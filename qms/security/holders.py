"""Systems outside that come with a token: each is declared by name, its token is kept as a digest.

A room that lets them in has a stored class of its own for them, below :class:`TokenHolder`.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Iterable, MutableMapping
from datetime import datetime
from typing import TypeVar

from qms.kernel.errors import Refused
from qms.kernel.text import clean_line, slug
from qms.security.tokens import digest, new_token

LONGEST = 40
"""Letters of an identifier."""


class SystemTaken(Refused):
    """There is an external system with this name already."""


class TokenHolder:
    """A system outside of this one that comes with a token."""

    digest = ""
    """SHA-256 of its token; empty while it has none."""
    made_at = ""
    made_by = ""
    used_at = ""
    """ISO day on which it last brought something new."""

    def __init__(self, identifier: str, name: str) -> None:
        """Name it; its token is made later."""
        self.id = identifier
        self.name = name


Holder = TypeVar("Holder", bound=TokenHolder)


def declare_in(
    holders: MutableMapping[str, Holder], name: str, make: Callable[[str, str], Holder]
) -> Holder:
    """Declare a system under an identifier made of its name; it has no token yet."""
    plain = clean_line(name)
    identifier = slug(plain, LONGEST)
    if not identifier or identifier in holders:
        raise SystemTaken
    made = holders[identifier] = make(identifier, plain)
    return made


def give_token(holder: TokenHolder, *, at: datetime, by: str) -> str:
    """Make a token, told once; only its digest is kept, and the one before is good no longer."""
    token = new_token()
    holder.digest = digest(token)
    holder.made_at, holder.made_by = at.isoformat(), by
    return token


def holder_of(holders: Iterable[Holder], token: str) -> Holder | None:
    """Give the system whose token this is, or None; every system is compared alike."""
    given, found = digest(token), None
    for one in holders:
        if one.digest and hmac.compare_digest(one.digest, given):
            found = one
    return found


def note_use(holder: TokenHolder, at: datetime) -> None:
    """Remember the day on which it brought something new; written once a day."""
    day = at.date().isoformat()
    if holder.used_at != day:
        holder.used_at = day
