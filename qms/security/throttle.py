"""Slows guessing down, by account and by address, without ever locking anybody out for good.

Counts live in the memory of the process: a counter in the database would be a hot spot that every
failed attempt writes to.  When a key has to wait, its caller stores that one fact in the database
(``on_threshold``), so that other processes and the next start know it too.
"""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class Rule:
    """How much guessing a key may do."""

    failures: int
    """Failures that cost nothing but the failure."""
    within: timedelta
    """A failure is forgotten after this time."""
    first_wait: timedelta
    """The wait after one failure too many; each further one doubles it."""
    longest_wait: timedelta
    """No wait is longer than this (no permanent lock, D4-14)."""


ACCOUNT = Rule(5, timedelta(minutes=15), timedelta(seconds=30), timedelta(minutes=15))
"""For one account from anywhere unknown (D4-14)."""
ADDRESS = Rule(20, timedelta(minutes=15), timedelta(minutes=1), timedelta(minutes=15))
"""For one network address over all accounts (D4-15); a whole office may share one."""
SECOND_FACTOR = Rule(5, timedelta(minutes=15), timedelta(minutes=1), timedelta(minutes=15))
"""For the one-time code after a right password (D4-22)."""
REQUESTS = Rule(3, timedelta(hours=1), timedelta(minutes=5), timedelta(hours=1))
"""For asking for mails, where each request counts, not only failures."""


@dataclass
class _Tally:
    """What is remembered of a key."""

    count: int
    last: datetime
    until: datetime


class Throttle:
    """Counts failures by key; safe between the threads of one process."""

    def __init__(self, limit: int = 20_000) -> None:
        """Remember at most ``limit`` keys; the one untouched for longest makes room."""
        self._limit = limit
        self._tallies: OrderedDict[str, _Tally] = OrderedDict()
        self._lock = threading.Lock()

    def wait(self, key: str, now: datetime) -> timedelta:
        """Give how long ``key`` must still wait; zero means go on."""
        with self._lock:
            tally = self._tallies.get(key)
            return max(tally.until - now, timedelta()) if tally else timedelta()

    def failed(self, key: str, rule: Rule, now: datetime) -> datetime | None:
        """Count a failure; when the key now has to wait, give until when."""
        with self._lock:
            tally = self._tallies.pop(key, None)
            if tally is None or now - max(tally.last, tally.until) > rule.within:
                tally = _Tally(0, now, now)
            tally.count, tally.last = tally.count + 1, now
            self._tallies[key] = tally
            while len(self._tallies) > self._limit:
                self._tallies.popitem(last=False)
            over = tally.count - rule.failures
            if over < 0:
                return None
            tally.until = now + min(rule.first_wait * 2 ** min(over, 16), rule.longest_wait)
            return tally.until

    def succeeded(self, key: str) -> None:
        """Forget the failures of ``key``."""
        with self._lock:
            self._tallies.pop(key, None)


def throttle_key(kind: str, value: str) -> str:
    """Make the key of an account or address; hashed, so that the database keeps no addresses."""
    return f"{kind}:{hashlib.sha256(value.encode('utf-8', 'surrogatepass')).hexdigest()[:32]}"
