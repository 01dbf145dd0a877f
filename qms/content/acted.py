"""Content whose state follows from what was done: an append-only list of acts, folded when asked.

A room says how its acts are folded::

    class ChangeRequest(Acted[workflow.Progress]):
        folding = Folding(workflow.progress, workflow.after)

and never writes a state: it takes one more act, or its workflow refuses it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Generic, Protocol, TypeVar

from persistent.list import PersistentList

from qms.content.models import Content

PlainAct = Mapping[str, Any]
"""One act as it is stored: ``kind``, ``by``, ``at`` and what it says, all plain data."""


class Progress(Protocol):
    """How far something has come."""

    @property
    def state(self) -> str:
        """The workflow state."""


P = TypeVar("P", bound=Progress)


@dataclass(frozen=True)
class Folding(Generic[P]):
    """How a room's acts become its progress."""

    whole: Callable[[Iterable[PlainAct]], P]
    """Fold a list of acts from its beginning; refuse one that could not have happened."""
    after: Callable[[P, PlainAct], P]
    """Give what one more act leads to, or refuse it."""


class Acted(Content, Generic[P]):
    """Content with a list of acts; ``progress`` and ``state`` are pure functions of it."""

    folding: ClassVar[Folding[Any]]

    def __init__(self, title: str = "") -> None:
        """Start without acts."""
        super().__init__(title)
        self.acts: PersistentList = PersistentList()

    @property
    def progress(self) -> P:
        """How far it has come, computed from its acts and kept in memory beside them."""
        acts: Any = self.acts
        known = getattr(acts, "_v_progress", None)
        if known is None or known[0] != len(acts):
            known = acts._v_progress = (len(acts), self.folding.whole(acts))  # noqa: SLF001
        found: P = known[1]
        return found

    @property
    def state(self) -> str:  # type: ignore[override]
        """The workflow state, computed from the acts."""
        return self.progress.state

    def as_of(self, at: datetime) -> P | None:
        """How far it had come at a past moment; None before its first act."""
        acts = [act for act in self.acts if datetime.fromisoformat(act["at"]) <= at]
        return self.folding.whole(acts) if acts else None

    def take(self, act: PlainAct) -> P:
        """Append one act, if the workflow allows it, and give the new progress."""
        now: P = self.folding.after(self.progress, act)
        acts: Any = self.acts
        acts.append(dict(act))
        acts._v_progress = (len(acts), now)  # noqa: SLF001
        return now
