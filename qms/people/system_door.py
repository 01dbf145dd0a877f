"""The door of systems outside: a bearer token instead of session and form, with limits of its own.

All addresses that systems push to count together: who guesses at one waits at the others too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from typing import Any, Generic

from pyramid.httpexceptions import HTTPNotFound
from pyramid.request import Request
from pyramid.response import Response

from qms.content.models import Content
from qms.kernel.acts import Act
from qms.people.acts import SYSTEM, make_act
from qms.people.errors import MustWait
from qms.people.public_door import PublicDoor
from qms.security.holders import Holder, TokenHolder, holder_of
from qms.security.policy import is_stranger
from qms.security.throttle import Rule
from qms.web.errors import sentence
from qms.web.json import problem

WRONG_TOKENS = Rule(10, timedelta(minutes=15), timedelta(minutes=1), timedelta(minutes=15))
PUSHES = Rule(1200, timedelta(minutes=10), timedelta(minutes=1), timedelta(minutes=10))
"""Bodies of one network address, good ones too: one system may push each minute for many."""
_BEARER = re.compile(r"Bearer ([A-Za-z0-9_\-]{20,200})\Z")
CHANNEL = "push"


class TurnedAway(Exception):
    """Who came is not let in; ``answer`` says so and nothing more."""

    def __init__(self, answer: Response) -> None:
        """Keep the answer."""
        super().__init__(answer.status)
        self.answer = answer


class SystemDoor(Generic[Holder]):
    """Lets in who comes to ``place`` with the token of one of ``holders``."""

    def __init__(
        self,
        place: Content,
        request: Request,
        holders: Callable[[], Iterable[Holder]],
        *,
        largest: int,
    ) -> None:
        """Bodies have at most ``largest`` bytes."""
        self._place, self._request = place, request
        self._holders, self._largest = holders, largest

    def let_in(self) -> Holder:
        """Give the system that came; raises TurnedAway, before a byte of a body was read."""
        request = self._request
        if request.person is not None and is_stranger(request.person, self._place):
            # To somebody of another organisation this one is not there (D4-1).
            raise HTTPNotFound
        door = PublicDoor(request, "push", WRONG_TOKENS)
        traffic = PublicDoor(request, "push traffic", PUSHES)
        try:
            door.refuse_waiting()
            traffic.refuse_waiting()
        except MustWait as refusal:
            answer = problem(429, sentence(request, refusal))
            answer.headers["Retry-After"] = request.response.headers["Retry-After"]
            raise TurnedAway(answer) from None
        traffic.count()
        if (request.content_length or 0) > self._largest:
            raise TurnedAway(problem(413, "Too large"))
        try:
            return self.again()
        except TurnedAway:
            door.count()
            raise

    def again(self) -> Holder:
        """Give the system whose token was sent; who works outside of transactions asks again."""
        given = _BEARER.match(self._request.headers.get("Authorization", ""))
        found = holder_of(self._holders(), given[1]) if given is not None else None
        if found is None:
            answer = problem(401, "A valid token is needed")
            answer.headers["WWW-Authenticate"] = "Bearer"
            raise TurnedAway(answer)
        return found

    def act(self, holder: TokenHolder) -> Act:
        """Make the act of a system: nobody's, by its channel and its name."""
        request = self._request
        return make_act(
            request.registry,
            SYSTEM,
            at=request.act.at,
            channel=CHANNEL,
            address=request.client_addr or "",
            external=holder.id,
        )


def holder_sent(request: Request, holders: Mapping[str, Holder]) -> Holder:
    """Give the system that a page's button names; 404 for one that is not there."""
    found = holders.get(request.POST.get("id", "")[:60])
    if found is None:
        raise HTTPNotFound
    return found


def told_once(request: Request, page: dict[str, Any]) -> dict[str, Any]:
    """Let a page that shows a new token be for the person who made it, and kept nowhere."""
    page["json"] = None
    request.response.cache_control = "no-store"
    return page
