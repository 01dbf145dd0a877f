"""What the parts of a page's frame follow from: plain values, by which their markup is kept."""

from __future__ import annotations

from typing import NamedTuple


class Head(NamedTuple):
    """What the links at the head of a page follow from."""

    drawing: str
    styles: str
    script: str
    colour: str | None


class Top(NamedTuple):
    """What the bar and the menu follow from: all that one person sees of them at one place."""

    organisation_id: str | None
    organisation_name: str
    person_id: str | None
    person_name: str | None
    initials: str
    home_url: str
    logo_url: str | None
    search_url: str | None
    suggest_url: str | None
    asked: str
    """What was searched for, on the page that answers it."""
    waiting: int
    waiting_url: str | None
    account_url: str
    language_url: str
    logout_url: str
    menu: tuple[tuple[str, str, str, bool, str], ...]
    """Title, icon, address, whether it is here, and group of each line."""


class Foot(NamedTuple):
    """What the line below a page follows from."""

    zone: str


class Trail(NamedTuple):
    """What the line of places above a page follows from."""

    crumbs: tuple[tuple[str, str | None], ...]
