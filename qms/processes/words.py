"""Interfaces in the words of a page: names, addresses, who says what."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pyramid.request import Request

from qms.content.models import Organisation
from qms.documents.interface_data import IN, OUT, Finding, Interfaces, Link, Passing
from qms.documents.parties import PROCESS, Party
from qms.kernel.i18n import _
from qms.web.chips import QUIET, WARN, Chip
from qms.web.i18n import translate

BOTH = "both"
SOURCE = "source"
TARGET = "target"
UNKNOWN = "unknown"
"""Who says that something passes; ``unknown`` where the other side describes itself nowhere."""


def said_by(passing: Passing, link: Link, found: Interfaces) -> str:
    """Tell who says that something passes, where both could."""
    if passing.by_source and passing.by_target:
        return BOTH
    silent = link.target if passing.by_source else link.source
    if silent.kind != PROCESS or silent.id not in found.described:
        return UNKNOWN
    return SOURCE if passing.by_source else TARGET


class Teller:
    """Writes interfaces for one request."""

    def __init__(self, request: Request, organisation: Organisation, found: Interfaces) -> None:
        """Look at ``found``."""
        self.request, self.organisation, self.found = request, organisation, found

    def url(self, party: Party) -> str | None:
        """Give the address of a process; None for groups and outsiders."""
        process = self.organisation["processes"].get(party.id) if party.kind == PROCESS else None
        return None if process is None else self.request.resource_path(process)

    def lines(self, process_id: str, way: str) -> list[dict[str, Any]]:
        """Give what passes one way, by party: name, address and things."""
        links = self.found.incoming(process_id) if way == IN else self.found.outgoing(process_id)
        lines = []
        for link in links:
            other = link.source if way == IN else link.target
            if process_id in other.members:
                # Somebody's «other processes» are this one too; then the speaker is the other.
                continue
            lines.append(
                {
                    "name": other.name,
                    "kind": other.kind,
                    "url": self.url(other),
                    "codes": link.codes,
                    "things": [
                        {"text": one.text, "said": said_by(one, link, self.found)}
                        for one in link.passing
                    ],
                }
            )
        order = {PROCESS: 0, "group": 1}
        return sorted(lines, key=lambda one: (order.get(one["kind"], 2), one["name"].casefold()))

    def interfaces(self, process_id: str) -> dict[str, list[dict[str, Any]]]:
        """Give both ways."""
        return {IN: self.lines(process_id, IN), OUT: self.lines(process_id, OUT)}

    def finding(self, one: Finding) -> dict[str, Any]:
        """Give a finding with its sentence and where it stands."""
        document = self.organisation["documents"].get(one.place.code)
        return {
            "kind": one.kind,
            "weight": one.weight,
            "chip": Chip(_("Inconsistency"), "alert", WARN)
            if one.weight == "warning"
            else Chip(_("To look at"), "info", QUIET),
            "sentence": translate(self.request, one.sentence),
            "suggestion": translate(self.request, one.suggestion),
            "code": one.place.code,
            "row": one.place.row + 1,
            "text": one.place.text,
            "url": self.request.resource_path(document) if document is not None else None,
        }

    def findings(self, process_id: str | None = None) -> list[dict[str, Any]]:
        """Give the findings of one process, or all; inconsistencies first."""
        listed = self.found.findings if process_id is None else self.found.findings_of(process_id)
        return sorted(map(self.finding, listed), key=lambda one: one["weight"] != "warning")


def plain_interfaces(lines: Mapping[str, list[dict[str, Any]]]) -> dict[str, Any]:
    """Give both ways as the JSON of a page."""
    return {
        way: [
            {
                "name": one["name"],
                "kind": one["kind"],
                "codes": list(one["codes"]),
                "things": one["things"],
            }
            for one in listed
        ]
        for way, listed in lines.items()
    }
