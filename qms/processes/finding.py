"""Finds processes by name, acronym or macroprocess, for the search box."""

from __future__ import annotations

from pyramid.request import Request

from qms.documents.plugs import Found
from qms.processes.overview import leader_name
from qms.profiles.processes import ordered_processes
from qms.search.spanish import title_words


def find_processes(request: Request, text: str, limit: int) -> list[Found]:
    """Give the processes in use in whose names every word of ``text`` begins a word."""
    words = title_words(text)
    if not words or "processes" not in request.organisation:
        return []
    found = []
    for process in ordered_processes(request.organisation):
        named = f"{process.acronym or ''} {process.name} {process.macroprocess or ''}"
        there = title_words(named)
        if all(any(one.startswith(word) for one in there) for word in words):
            found.append(
                Found(
                    process.name,
                    request.resource_path(process),
                    code=process.acronym or "",
                    why=leader_name(request.organisation, process),
                )
            )
        if len(found) == limit:
            break
    return found
