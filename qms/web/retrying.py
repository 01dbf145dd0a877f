"""How often a request is repeated that met another one in the database, and how long it waits.

Whoever writes at the same moment as others may meet them again at once; waiting a little longer
each time, each for a time of their own, lets one after the other through.
"""

from __future__ import annotations

import random
import time

from pyramid.config import Configurator
from pyramid.request import Request
from pyramid_retry import BeforeRetry

READING, WRITING = 3, 10
"""Attempts of a request that reads and of one that writes."""
PAUSE, LONGEST = 0.01, 0.25
"""Seconds that are waited at most, at the first repetition and at the last ones."""

_random = random.SystemRandom()


def attempts_for(request: Request) -> int:
    """Say how often ``request`` is tried (the setting ``retry.activate_hook`` names this)."""
    return READING if request.method in {"GET", "HEAD", "OPTIONS"} else WRITING


def wait(event: BeforeRetry) -> None:
    """Wait a random while that grows with the attempts."""
    most = min(LONGEST, PAUSE * 2 ** int(event.environ.get("retry.attempt", 0)))
    time.sleep(_random.uniform(0, most))


def includeme(config: Configurator) -> None:
    """Wait before every repetition."""
    config.add_subscriber(wait, BeforeRetry)
