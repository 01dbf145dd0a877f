"""Content whose state follows from what was done: an append-only list of acts, folded when asked.

A room says how its acts are folded::

    class ChangeRequest(Acted[workflow.Progress]):
        folding = Folding(workflow.progress, workflow.after)

and never writes a state: it takes one more act, or its workflow refuses it. What is no content, or
has no state of its own, mixes :class:`Folded` in alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Generic, Protocol, TypeVar

from persistent import Persistent
from persistent.list import PersistentList

from qms.content.models import Content

PlainAct = Mapping[str, Any]
"""One act as it is stored: ``kind``, ``by``, ``at`` and what it says, all plain data."""


class Progress(Protocol):
    """How far something has come."""

    @property
    def state(self) -> str:
        """The workflow state."""


F = TypeVar("F")
"""What acts come to."""
P = TypeVar("P", bound=Progress)


@dataclass(frozen=True)
class Folding(Generic[F]):
    """How a room's acts become its progress."""

    whole: Callable[[Iterable[PlainAct]], F]
    """Fold a list of acts from its beginning; refuse one that could not have happened."""
    after: Callable[[F, PlainAct], F]
    """Give what one more act leads to, or refuse it."""


class Folded(Generic[F]):
    """Something persistent with ``acts``; what they come to is a pure function of them."""

    folding: ClassVar[Folding[Any]]
    acts: Any

    @property
    def progress(self) -> F:
        """What its acts come to, computed from them and kept in memory beside them."""
        known = getattr(self._memory, "_v_progress", None)
        if known is None or known[0] != len(self.acts):
            return self._remember(self.folding.whole(self.acts))
        found: F = known[1]
        return found

    @property
    def _memory(self) -> Any:
        """What the database drops together with the acts.

        Anywhere else, progress would outlive an act that was undone, and count for as many others.
        """
        return self.acts if isinstance(self.acts, Persistent) else self

    def _remember(self, now: F) -> F:
        self._memory._v_progress = (len(self.acts), now)  # noqa: SLF001 - never stored
        return now

    def as_of(self, at: datetime) -> F | None:
        """What they came to at a past moment; None before the first."""
        acts = [act for act in self.acts if datetime.fromisoformat(act["at"]) <= at]
        return self.folding.whole(acts) if acts else None

    def take(self, act: PlainAct) -> F:
        """Append one act, if it can follow, and give the new progress."""
        now: F = self.folding.after(self.progress, act)
        self._append(dict(act))
        return self._remember(now)

    def _append(self, act: dict[str, Any]) -> None:
        self.acts.append(act)

    def rewrite(self, change: Callable[[PlainAct], dict[str, Any]]) -> None:
        """Put other words in the place of every act's own, for a person who is taken out."""
        self.acts[:] = [change(act) for act in self.acts]
        self._forget()

    def _forget(self) -> None:
        self._memory._v_progress = None  # noqa: SLF001 - as many acts, with other words


class Stated(Folded[str], Content):
    """Content whose acts lead from state to state and come to nothing else."""

    def __init__(self, title: str = "") -> None:
        """Start without acts."""
        super().__init__(title)
        self.acts = PersistentList()

    @property
    def state(self) -> str:  # type: ignore[override]
        """The workflow state, computed from the acts."""
        return self.progress


class Acted(Folded[P], Content):
    """Content with a list of acts; ``progress`` and ``state`` are pure functions of it."""

    def __init__(self, title: str = "") -> None:
        """Start without acts."""
        super().__init__(title)
        self.acts = PersistentList()

    @property
    def state(self) -> str:  # type: ignore[override]
        """The workflow state, computed from the acts."""
        return self.progress.state
