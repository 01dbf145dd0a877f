"""Child processes that read what strangers made: they get bytes, have limits, and may only answer.

The child limits its own memory and processor time before it reads; here it is ended when it takes
too long, and what it answers counts only if it ended well.
"""

from __future__ import annotations

import subprocess
from collections.abc import Sequence

__all__ = ["answer_of"]


def answer_of(command: Sequence[str], data: bytes, *, seconds: float, most: int) -> bytes | None:
    """Give what ``command`` answers to ``data``; None for a failure, or more than ``most`` bytes.

    Takes up to ``seconds``, so call it outside of transactions. ``command`` holds nothing that
    came from outside.
    """
    try:
        done = subprocess.run(  # noqa: S603 - our own modules and scripts, arguments of our own
            command,
            input=data,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=seconds,
            check=False,
        )
    except (subprocess.TimeoutExpired, OSError):
        return None
    return done.stdout if done.returncode == 0 and len(done.stdout) <= most else None
