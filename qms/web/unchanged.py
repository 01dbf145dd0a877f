"""Answers about one person that hold as long as nothing is recorded that they follow from.

The bell and the menu follow from an organisation's content, the person and the day alone, and every
change of content leaves a line in the trail (``qms.audit``). So what was worked out for a person
holds until the next line of a room that it follows from, or the next day. Answers are plain values,
kept by each process.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from typing import Any, TypeVar

from pyramid.config import Configurator
from pyramid.request import Request

ANSWERS = "qms.web.unchanged"
STATE = "qms.web.recorded_state"
MOST = 20_000
"""Answers that one process keeps at most."""

NEVER = frozenset({"sessions", "exports"})
"""Rooms whose lines in the trail tell of looking and taking away: nothing follows from them."""
CASES = frozenset({"pqr", "surveys"})
"""Rooms of customers, whose staff records something every minute."""
MEASURED = frozenset({"indicators", "improvement"})

T = TypeVar("T")


class Answers:
    """The last answer to each question, with the state that it follows from."""

    def __init__(self) -> None:
        """Start with nothing known."""
        self._known: dict[Hashable, tuple[Hashable, Any]] = {}

    def give(self, question: Hashable, state: Hashable, make: Callable[[], T]) -> T:
        """Give what is known of a state; otherwise work it out."""
        known = self._known.get(question)
        if known is not None and known[0] == state:
            answer: T = known[1]
            return answer
        answer = make()
        if len(self._known) >= MOST:
            self._known.clear()
        self._known[question] = (state, answer)
        return answer


def unchanged(
    request: Request,
    what: Hashable,
    make: Callable[[], T],
    *,
    also: Hashable = None,
    apart: frozenset[str] = frozenset(),
) -> T:
    """Give what ``make`` answers to the signed-in person, worked out once for each state.

    ``what`` names the question, with the content that it is about; the answer is plain values.
    ``also`` is what the answer follows from that changes without a line in the trail, and
    ``apart`` are rooms whose changes it never follows from.

    Whoever is changing something asks anew: what is not stored yet has no state of its own.
    """
    state = _state(request, apart | NEVER) if request.method in {"GET", "HEAD"} else None
    if state is None:
        return make()
    answers: Answers = request.registry[ANSWERS]
    # Addresses among the answers begin with the place at which the application is served.
    question = (what, request.organisation.uid, request.person.uid, request.script_name)
    return answers.give(question, (state, also), make)


def _state(request: Request, apart: frozenset[str]) -> Hashable | None:
    """Give the state of all rooms but some, read once a request."""
    kept: dict[Any, Any] = request.__dict__.setdefault("recorded_states", {})
    if apart not in kept:
        if "" not in kept:
            state_of = request.registry.get(STATE)
            signed_in = getattr(request, "person", None) and getattr(request, "organisation", None)
            kept[""] = state_of(request) if state_of and signed_in else None
        if kept[""] is None:
            return None
        rooms, rest = kept[""]
        kept[apart] = (tuple(sorted((k, n) for k, n in rooms.items() if k not in apart)), rest)
    state: Hashable = kept[apart]
    return state


def set_recorded_state(
    config: Configurator,
    state_of: Callable[[Request], tuple[Mapping[str, int], Hashable] | None] | str,
) -> None:
    """Announce who tells the state of a request's organisation, or None where there is none.

    The state is how often each room changed something, and whatever else there is to it.
    """
    found = config.maybe_dotted(state_of)
    config.action("qms recorded state", lambda: config.registry.__setitem__(STATE, found))


def includeme(config: Configurator) -> None:
    """Keep answers for the life of the process."""
    config.registry[ANSWERS] = Answers()
    config.add_directive("set_recorded_state", set_recorded_state)
