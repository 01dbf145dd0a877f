"""The book of the worker's jobs; the path of its class is a promise to every database."""

from __future__ import annotations

from typing import Any

from persistent import Persistent

from qms.content.annexes import annex_of

ROOM = "jobs.book"


class JobBook(Persistent):
    """Who does which job of the site until when, and how it went last.

    One small object that is written about once a minute, and never made longer by use. Its parts
    are plain data and replaced as a whole.
    """

    def __init__(self) -> None:
        """Start empty."""
        self.entries: dict[str, dict[str, Any]] = {}
        """A job's key to its entry: holder, until, run_at, seconds, good_at, failed_at, ..."""
        self.mail: dict[str, tuple[int, str, int]] = {}
        """Organisation id to waiting mails, the moment of the oldest (ISO), and given-up mails."""
        self.seen_at = ""
        """When a worker wrote here last (ISO)."""


def book_of(site: Any) -> JobBook:
    """Give the site's book, made at its first use."""
    return annex_of(site, ROOM, JobBook)


def seen_book(site: Any) -> JobBook | None:
    """Give the site's book for reading; None where no worker ever ran."""
    return site.annexes.get(ROOM)
