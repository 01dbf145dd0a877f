"""The act: who does something, when, and whom to tell; nothing else carries user or clock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class DomainEvent:
    """Something happened to a subject; the trail and derived data learn of it inside the act.

    An event with fields of its own is a frozen dataclass; one without takes its base's as they are.
    """

    subject: Any
    """The content that it happened to."""
    act: Act
    """Who did it and when."""

    @classmethod
    def room(cls) -> str:
        """Name what of an organisation it changes: the package that tells it."""
        outer, _dot, inner = cls.__module__.partition(".")
        return inner.partition(".")[0] if outer == "qms" else ""

    def details(self) -> dict[str, Any]:
        """Give the plain values that the trail keeps beside the event's name."""
        return {}


@dataclass(frozen=True)
class Act:
    """One doing of one person (or of the system), handed to every service."""

    person_id: str
    """Id of the acting person inside the organisation, or ``system``."""
    at: datetime
    """When, in UTC with its zone; every consequence of the act bears this one moment."""
    notify: Callable[[DomainEvent], None]
    """Receives each event of the act, inside the transaction."""
    channel: str = "web"
    """Where the act came from: ``web``, ``cli``, ``worker`` or ``demo``."""
    context: dict[str, Any] = field(default_factory=dict)
    """Plain facts for the trail, such as the address of the client."""
