"""How often a request is repeated that met another one in the database, and how long it waits.

Whoever writes at the same moment as others may meet them again at once; waiting a little longer
each time, each for a time of their own, lets one after the other through. Who met others several
times over writes alone: the other writers of this process wait for that one.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from pyramid.config import Configurator
from pyramid.registry import Registry
from pyramid.request import Request
from pyramid.response import Response
from pyramid.tweens import MAIN
from pyramid_retry import BeforeRetry

READING, WRITING = 3, 10
"""Attempts of a request that reads and of one that writes."""
PAUSE, LONGEST = 0.01, 0.25
"""Seconds that are waited at most, at the first repetition and at the last ones."""
ALONE = 3
"""From this attempt on a request writes alone."""
PATIENCE = 10.0
"""Seconds that anybody waits at most for the others; then the database decides, as before."""
ONE_BY_ONE = "qms.web.one_by_one"
_SAFE = {"GET", "HEAD", "OPTIONS"}

_random = random.SystemRandom()


def attempts_for(request: Request) -> int:
    """Say how often ``request`` is tried (the setting ``retry.activate_hook`` names this)."""
    return READING if request.method in _SAFE else WRITING


def wait(event: BeforeRetry) -> None:
    """Wait a random while that grows with the attempts."""
    most = min(LONGEST, PAUSE * 2 ** int(event.environ.get("retry.attempt", 0)))
    time.sleep(_random.uniform(0, most))


class Gate:
    """Lets many through together, or one alone."""

    def __init__(self) -> None:
        """Start with nobody inside."""
        self._changed = threading.Condition()
        self._inside = 0
        self._alone = False

    @contextmanager
    def together(self) -> Iterator[None]:
        """Go through beside others, unless somebody is alone inside."""
        with self._changed:
            self._changed.wait_for(lambda: not self._alone, PATIENCE)
            self._inside += 1
        try:
            yield
        finally:
            with self._changed:
                self._inside -= 1
                self._changed.notify_all()

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Let nobody else in, and wait until those inside are out."""
        with self._changed:
            mine = self._changed.wait_for(lambda: not self._alone, PATIENCE)
            self._alone = True
            self._changed.wait_for(lambda: not self._inside, PATIENCE)
        try:
            yield
        finally:
            if mine:
                with self._changed:
                    self._alone = False
                    self._changed.notify_all()


@contextmanager
def _turn(line: threading.Lock) -> Iterator[None]:
    """Wait for one's turn, but not for ever: the database decides then, as before."""
    mine = line.acquire(timeout=PATIENCE)
    try:
        yield
    finally:
        if mine:
            line.release()


def add_one_by_one(config: Configurator, path: str) -> None:
    """Let requests whose path ends so write one after the other.

    For doings of which any two meet in the database, such as taking the next number: waiting for
    one's turn takes less time than trying again.
    """
    config.action(
        ("qms one by one", path),
        lambda: config.registry.setdefault(ONE_BY_ONE, set()).add(path),
    )


def tween_factory(
    handler: Callable[[Request], Response], registry: Registry
) -> Callable[[Request], Response]:
    """Send everybody who writes through the gate."""
    gate, line = Gate(), threading.Lock()
    paths = registry.setdefault(ONE_BY_ONE, set())

    def writing(request: Request) -> Response:
        if request.method in _SAFE:
            return handler(request)
        alone = request.environ.get("retry.attempt", 0) >= ALONE
        with gate.alone() if alone else gate.together():
            if paths and request.path.endswith(tuple(paths)):
                with _turn(line):
                    return handler(request)
            return handler(request)

    return writing


def includeme(config: Configurator) -> None:
    """Wait before every repetition, and watch the gate around the transaction."""
    config.add_directive("add_one_by_one", add_one_by_one)
    config.add_subscriber(wait, BeforeRetry)
    config.add_tween("qms.web.retrying.tween_factory", over=("pyramid_tm.tm_tween_factory", MAIN))
