"""Who leads which process: the position that its profile names, and whoever holds it."""

from __future__ import annotations

from typing import Any

__all__ = ["leader_of", "processes_led"]


def leader_of(organisation: Any, process_id: str | None) -> str | None:
    """Give the position that leads a process; None where none does, or there is no such process."""
    processes = organisation.get("processes") if organisation is not None else None
    process = processes.get(process_id) if processes is not None and process_id else None
    return None if process is None else process.leader or None


def processes_led(organisation: Any, person: Any) -> set[str]:
    """Give the ids of the processes that a person leads by one of their positions."""
    processes = organisation.get("processes") if organisation is not None else None
    if processes is None:
        return set()
    held = set(person.position_ids)
    return {one.id for one in processes.values() if one.leader and one.leader in held}
