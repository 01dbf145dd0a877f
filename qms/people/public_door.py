"""The public door: how often a customer's browser may write or ask, before it has to wait.

Counts live in the memory of the process, as those of signing in do; that somebody has to wait is
written into the database, so that the other processes know it (D4-11, D4-45).
"""

from __future__ import annotations

import math
from datetime import timedelta

from pyramid.request import Request

from qms.people.entrance import keep_on_refusal
from qms.people.errors import MustWait
from qms.people.models import doors_of
from qms.security.throttle import Rule, throttle_key

MINUTE = timedelta(minutes=1)
WRITES = Rule(10, timedelta(hours=1), timedelta(minutes=5), timedelta(hours=1))
"""Cases that one network address may write in an hour; a whole office may share one."""
ASKS = Rule(15, timedelta(minutes=15), MINUTE, timedelta(minutes=15))
"""Wrong numbers or codes from one address."""
GUESSES = Rule(6, timedelta(hours=1), timedelta(minutes=5), timedelta(hours=1))
"""Wrong codes for one number, from anywhere."""


class PublicDoor:
    """What one browser may still do on the public pages."""

    def __init__(self, request: Request, kind: str, rule: Rule, number: str = "") -> None:
        """Count under the client's address, and under a case's number where one is given."""
        self._request, self._now = request, request.act.at
        self._throttle = request.registry.qms_throttle
        self._keys = [(throttle_key(kind, request.client_addr or ""), rule)]
        if number:
            self._keys.append((throttle_key("case", number), GUESSES))

    def refuse_waiting(self) -> None:
        """Raise MustWait where this address, or this number, was tried too often."""
        doors = self._request.root.annexes.get("people")
        waits = [self._throttle.wait(key, self._now) for key, _rule in self._keys]
        if doors is not None:
            kept = (doors.waits.get(key) for key, _rule in self._keys)
            waits += [until - self._now for until in kept if until is not None]
        longest = max(waits)
        if longest > timedelta():
            self._request.response.headers["Retry-After"] = str(int(longest.total_seconds()) + 1)
            raise MustWait(minutes=math.ceil(longest / MINUTE))

    def count(self, *, refused: bool = False) -> None:
        """Count one more; a refused request keeps what has to be remembered of it."""
        for key, rule in self._keys:
            until = self._throttle.failed(key, rule, self._now)
            if until is None:
                continue
            doors_of(self._request.root).waits[key] = until
            if refused:
                keep_on_refusal(self._request)
