"""Guards of rules that span objects, of which the database alone sees no conflict."""

from __future__ import annotations

from typing import Any


def insist_on(persistent: Any) -> None:
    """Let the commit fail with a conflict when ``persistent`` is no longer as it is now.

    For what a change relies on without writing it (fault 15).
    """
    persistent._p_activate()
    jar = persistent._p_jar
    if jar is not None and persistent._p_serial is not None:
        jar.readCurrent(persistent)
