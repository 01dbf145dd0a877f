"""What a profile says of cases: kinds with the term of their norm, channels, queues, calendars."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from qms.content.models import Organisation
from qms.kernel.terms import Term
from qms.people.models import people_of
from qms.pqr.clock import Rule, Times
from qms.pqr.errors import NotInProfile
from qms.profiles.api import Profile, profile_of
from qms.profiles.countries import CountryTerm

GENERAL = (
    ("peticion", "Petición"),
    ("queja", "Queja"),
    ("reclamo", "Reclamo"),
    ("sugerencia", "Sugerencia"),
)
"""Kinds of an organisation whose profile names none; data, and therefore not translated."""
CHANNELS = (
    ("telefono", "Teléfono"),
    ("correo", "Correo electrónico"),
    ("escrito", "Escrito"),
    ("presencial", "Presencial"),
    ("web", "Formulario web"),
)
POSITION = "position:"
"""Before the id of a position to which the matrix gives a case without a queue."""
_VIRTUAL = ("web", "virtual")

Entry = Mapping[str, Any]


def _known(entries: Any) -> dict[str, Entry]:
    return {one["id"]: one for one in entries}


class Choices:
    """The choices of one organisation, by id, in the order of its profile."""

    def __init__(self, profile: Profile) -> None:
        """Read the profile's part."""
        self.profile = profile
        data = self.data = profile.cases
        general = [
            {"id": one, "name": name, "term": "petition", "public": True} for one, name in GENERAL
        ]
        channels = [{"id": one, "name": name} for one, name in CHANNELS]
        self.kinds = _known(data["kinds"] or general)
        self.channels = _known(data["channels"] or channels)
        self.reasons = _known(data["reasons"])
        self.products = _known(data["products"])
        self.queues = _known(data["queues"])
        self.lanes = _known(data["lanes"])

    def pairs(self, what: str) -> list[tuple[str, str]]:
        """Give ``(id, name)`` of those in use: kinds, channels, reasons, products or queues."""
        entries = getattr(self, what).values()
        return [(one["id"], one["name"]) for one in entries if one.get("active", True)]

    def public_kinds(self) -> list[tuple[str, str]]:
        """Give the kinds that customers choose from."""
        return [
            (one["id"], one["name"])
            for one in self.kinds.values()
            if one.get("active", True) and one.get("public", True)
        ]

    def name(self, what: str, identifier: str) -> str:
        """Give the name of an entry; an id that is gone stands for itself."""
        entry = getattr(self, what).get(identifier)
        return str(entry["name"]) if entry else identifier

    def check(self, what: str, identifier: str, *, needed: bool = False) -> str:
        """Give ``identifier`` if it is one of those in use, or empty where it may be."""
        if not identifier and not needed:
            return ""
        if identifier not in dict(self.pairs(what)):
            raise NotInProfile(what=what)
        return identifier

    @property
    def web_channel(self) -> str:
        """The channel of cases that customers write themselves."""
        named = next((one for one in _VIRTUAL if one in self.channels), None)
        return named or next(iter(self.channels))

    def queue_positions(self, queue_id: str) -> list[str]:
        """Give the positions that work a queue; a single position stands for itself."""
        if queue_id.startswith(POSITION):
            return [queue_id.removeprefix(POSITION)]
        return list((self.queues.get(queue_id) or {}).get("positions") or ())

    def rule(self, kind_id: str, received: datetime) -> Rule | None:
        """Give the rule for a case of this kind received at that moment; None without a term."""
        kind = self.kinds.get(kind_id) or {}
        own = kind.get("own_term")
        if own:
            term = Term(own["amount"], own["unit"], own["start"])
            return Rule(f"own-{kind_id}", str(kind["name"]), term, own["source"])
        found = self._legal(str(kind.get("term") or ""), received)
        return None if found is None else rule_of(found)

    def like(self, term_id: str) -> CountryTerm | None:
        """Give the country's term of this id, whether or not it holds any more."""
        return next((one for one in self.profile.country.terms if one.id == term_id), None)

    def _legal(self, term_id: str, received: datetime) -> CountryTerm | None:
        """Give the term of the same kind and regime as ``term_id`` that holds on that day."""
        like = self.like(term_id)
        if like is None:
            return None
        day = received.astimezone(self.profile.zone).date()
        return self.profile.country.term(like.kind, day, like.regime)


def rule_of(found: CountryTerm) -> Rule:
    """Make the rule of a country's term; what nobody verified of it has no effect."""
    extension = dict(found.extension or {})
    if not extension.get("verified", True):
        extension = {"kind": "none"}
    return Rule(
        found.id,
        found.name,
        found.term,
        found.source,
        {key: extension[key] for key in ("kind", "amount", "unit", "source") if extension.get(key)},
        dict(found.incomplete) if found.incomplete else None,
        found.silence,
    )


def choices_of(organisation: Organisation) -> Choices:
    """Give the organisation's choices, kept beside its profile in memory."""
    profile = profile_of(organisation)
    kept: Choices | None = profile.__dict__.get("_case_choices")
    if kept is None:
        kept = profile.__dict__["_case_choices"] = Choices(profile)
    return kept


def times_of(organisation: Organisation, site_id: str = "") -> Times:
    """Give how days are counted at a site: by the holidays of its subdivision.

    It is the same object as long as the profile is.
    """
    profile = profile_of(organisation)
    sites = people_of(organisation)["sites"]
    site = sites.get(site_id) if site_id else None
    subdivision = site.subdivision if site is not None else None
    kept: dict[str | None, Times] = profile.__dict__.setdefault("_case_times", {})
    if subdivision not in kept:
        kept[subdivision] = Times(lambda on: profile.calendar(subdivision, on), profile.zone)
    return kept[subdivision]
