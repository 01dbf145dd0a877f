"""Country profiles: the shipped ones, and the plain one of a country that has none yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from qms.kernel.terms import Term
from qms.profiles.book import Book
from qms.profiles.country_schema import COUNTRY_PROFILE, check_country
from qms.profiles.errors import ProfileMistakes, UnknownCountry
from qms.profiles.reader import Node, from_plain, read_file

FOLDER = Path(__file__).parent / "data" / "countries"
"""Where the shipped country profiles are."""


@dataclass(frozen=True, kw_only=True)
class _Said:
    """What terms and rules have alike: where it is said, from when to when, and who verified it."""

    id: str
    regime: str
    name: str
    source: str
    url: str | None
    since: date | None
    """First day on which it holds; None for always."""
    until: date | None
    """Last day on which it holds; None while it does."""
    verified: bool
    enabled: bool
    verified_by: str = ""
    verified_on: date | None = None

    def holds(self, on: date) -> bool:
        """Tell whether it is on and holds on that day."""
        began = self.since is None or self.since <= on
        return self.enabled and began and (self.until is None or on <= self.until)


@dataclass(frozen=True, kw_only=True)
class CountryTerm(_Said):
    """One term as a norm sets it; see ``country_schema.TERM`` for the meaning of each value."""

    kind: str
    term: Term
    """How long, in which unit, from when."""
    extension: Mapping[str, Any]
    incomplete: Mapping[str, Any] | None
    silence: str
    note: str | None


@dataclass(frozen=True, kw_only=True)
class CountryRule(_Said):
    """A duty that is no term; see ``country_schema.RULE`` for the meaning of each value."""

    text: str
    held: str
    """Where the house does it, in its own words; empty where that is left to people."""


class CountryProfile:
    """What a country gives to its organisations: calendar, styles, language and terms."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        """Look at checked data."""
        country = data["country"]
        self.code: str = country["code"]
        self.name: str = country["name"]
        self.language: str = country["language"]
        self.timezone: str = country["timezone"]
        self.styles: Mapping[str, Any] = data["styles"]
        checked = data.get("checked") or {}
        self.terms: tuple[CountryTerm, ...] = tuple(_term(one, checked) for one in data["terms"])
        # Profiles that were stored before there were rules have none.
        rules = data.get("rules") or ()
        self.rules: tuple[CountryRule, ...] = tuple(_rule(one, checked) for one in rules)
        self._calendar: Mapping[str, Any] = data["calendar"]

    def calendar_data(self) -> dict[str, Any]:
        """Give the country's part of a kernel calendar."""
        parts = {key: rows for key, rows in self._calendar.items() if key != "library" and rows}
        return {"country": self.code if self._calendar["library"] else "", **parts}

    def term(self, kind: str, on: date, regime: str = "general") -> CountryTerm | None:
        """Give the term for something of this kind received on that day, or None."""
        found = (one for one in self.terms if (one.kind, one.regime) == (kind, regime))
        return next((one for one in found if one.holds(on)), None)


def _term(data: Mapping[str, Any], checked: Mapping[str, Any]) -> CountryTerm:
    return CountryTerm(
        kind=data["kind"],
        term=Term(data["amount"], data["unit"], data["start"]),
        extension=data["extension"],
        incomplete=data["incomplete"],
        silence=data["silence"],
        note=data["note"],
        **_said(data, checked),
    )


def _rule(data: Mapping[str, Any], checked: Mapping[str, Any]) -> CountryRule:
    return CountryRule(text=data["text"], held=data["held"] or "", **_said(data, checked))


def _said(data: Mapping[str, Any], checked: Mapping[str, Any]) -> dict[str, Any]:
    """Give what terms and rules have alike: names, source, validity and who verified it."""
    verified = data["verified"]
    by = data.get("verified_by") or checked.get("by") or ""
    on = data.get("verified_on") or checked.get("on")
    return {
        **{key: data[key] for key in ("id", "regime", "name", "source", "url", "enabled")},
        "since": _day(data["from"]),
        "until": _day(data["to"]),
        "verified": verified,
        "verified_by": by if verified else "",
        "verified_on": _day(on) if verified else None,
    }


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def read_country(node: Node) -> dict[str, Any]:
    """Give the checked data of a country profile; raises ProfileMistakes."""
    book = Book()
    data = COUNTRY_PROFILE.read(node, (), book)
    if isinstance(data, dict):
        check_country(data, book)
    if book.mistakes:
        raise ProfileMistakes(book.mistakes)
    return data


@lru_cache(maxsize=64)
def country(code: str) -> CountryProfile:
    """Give the shipped profile of the country with this code, such as CO; UnknownCountry else."""
    path = FOLDER / f"{code.lower()}.yaml"
    if not (code.isascii() and code.isalpha() and path.is_file()):
        raise UnknownCountry
    return CountryProfile(read_country(read_file(path)))


def shipped_countries() -> list[str]:
    """List the codes of the countries that have a profile."""
    return sorted(path.stem.upper() for path in FOLDER.glob("*.yaml"))


def plain_country(code: str, language: str, timezone: str) -> CountryProfile:
    """Make the profile of a country that has none: the library's holidays, and no terms."""
    data = {
        "country": {"code": code, "name": code, "language": language, "timezone": timezone},
        "styles": {"number": {"decimal": "comma", "thousands": "point"}},
    }
    return CountryProfile(read_country(from_plain(data)))
