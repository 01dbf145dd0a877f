"""What happens to people; the trail keeps each with its old and new values (21 CFR 11.10(e))."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from qms.kernel.acts import DomainEvent


class PeopleEvent(DomainEvent):
    """Something happened to a person, a position, a unit, a site or a delegation."""


@dataclass(frozen=True)
class _Change(PeopleEvent):
    """Something has other values now."""

    old: dict[str, Any] = field(default_factory=dict)
    new: dict[str, Any] = field(default_factory=dict)

    def details(self) -> dict[str, Any]:
        """Give the values before and after."""
        return {"old": self.old, "new": self.new}


class PersonAdded(_Change):
    """A person joined the organisation."""


class PersonChanged(_Change):
    """A person's name, address or language is another one."""


class PositionsChanged(_Change):
    """A person holds other positions."""


class RolesChanged(_Change):
    """A person has other roles."""


class PersonDeactivated(PeopleEvent):
    """A person may no longer enter; what they did stays."""


class PersonReactivated(PeopleEvent):
    """A person may enter again."""


class PlaceAdded(_Change):
    """A position, unit or site was added."""


class PlaceChanged(_Change):
    """A position, unit or site has other values."""


class DelegationMade(_Change):
    """Somebody may act for somebody else for a while."""


class DelegationEnded(PeopleEvent):
    """A delegation was ended before its last day."""


class _Passing(PeopleEvent):
    """Somebody came or went, or tried to; nothing of the organisation changed."""

    @classmethod
    def room(cls) -> str:
        """Tell it apart from what changes people."""
        return "sessions"


class SignedIn(_Passing):
    """A person entered."""


class SignedOut(_Passing):
    """A person left, or ended one of their sessions."""


@dataclass(frozen=True)
class SignInBlocked(_Passing):
    """Somebody guessed at a person's password or code so often that they have to wait."""

    what: str = "password"

    def details(self) -> dict[str, Any]:
        """Say what was guessed at."""
        return {"what": self.what}


@dataclass(frozen=True)
class LinkSent(PeopleEvent):
    """A person gets a link to set a password; ``token`` goes into the mail only."""

    purpose: str = "reset"
    token: str = field(default="", repr=False)

    def details(self) -> dict[str, Any]:
        """Say which kind of link; the token stays out of the trail."""
        return {"purpose": self.purpose}


class PasswordSet(PeopleEvent):
    """A person set their own password; all their sessions and links ended."""


class TotpEnabled(PeopleEvent):
    """A person has a second factor now."""


class TotpDisabled(PeopleEvent):
    """A person has no second factor any more."""


class LanguageChosen(_Change):
    """A person wants the screen in another language."""
