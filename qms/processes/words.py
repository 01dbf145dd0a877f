"""Interfaces in the words of a page: names, addresses, who says what."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pyramid.request import Request

from qms.content.models import Organisation
from qms.documents.interface_data import IN, OUT, Finding, Interfaces, Link, Passing
from qms.documents.parties import GROUP, PROCESS, Party
from qms.kernel.i18n import _
from qms.kernel.text import sort_key
from qms.web.chips import QUIET, WARN, Chip
from qms.web.i18n import translate

BOTH = "both"
SOURCE = "source"
TARGET = "target"
UNKNOWN = "unknown"
"""Who says that something passes; ``unknown`` where the other side describes itself nowhere."""

SAID = {
    BOTH: _("both sides"),
    SOURCE: _("only the supplier says so"),
    TARGET: _("only the customer says so"),
    UNKNOWN: _("one side; the other describes itself nowhere"),
}


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
        """Give what passes one way: the things, and with whom; equal things stand once."""
        links = self.found.incoming(process_id) if way == IN else self.found.outgoing(process_id)
        lines: dict[tuple[tuple[str, str], ...], dict[str, Any]] = {}
        for link in links:
            other = link.source if way == IN else link.target
            if process_id in other.members:
                continue  # this process is one of the group, and the speaker is at the other end
            things = tuple((one.text, said_by(one, link, self.found)) for one in link.passing)
            line = lines.setdefault(things, {"parties": [], "things": _things(things)})
            line["parties"].append({"name": other.name, "kind": other.kind, "url": self.url(other)})
        for line in lines.values():
            line["parties"].sort(key=_place)
        return sorted(lines.values(), key=lambda line: _place(line["parties"][0]))

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


def _things(things: tuple[tuple[str, str], ...]) -> list[dict[str, str]]:
    return [{"text": text, "said": said} for text, said in things]


def _place(party: Mapping[str, Any]) -> tuple[int, str]:
    """Put processes before groups, and those before outsiders; each by name."""
    return ({PROCESS: 0, GROUP: 1}.get(party["kind"], 2), sort_key(party["name"]))


def plain_interfaces(lines: Mapping[str, list[dict[str, Any]]]) -> dict[str, Any]:
    """Give both ways as the JSON of a page."""
    return {
        way: [
            {
                "parties": [{key: one[key] for key in ("name", "kind")} for one in line["parties"]],
                "things": line["things"],
            }
            for line in listed
        ]
        for way, listed in lines.items()
    }
