"""The process map: the drawing, the same as a list, as a PDF, and the matrix of interfaces."""

from __future__ import annotations

from typing import Any

from chameleon.utils import Markup
from pyramid.request import Request
from pyramid.response import Response
from pyramid.view import view_config, view_defaults

from qms.content.models import organisation_of
from qms.documents.interfaces import Interfaces, interfaces_of
from qms.documents.wording import show_date, show_moment_and_zone
from qms.exports import FORMS, Column, Kind, Table
from qms.kernel.i18n import _
from qms.people.moments import local_day
from qms.processes.drawing import Says, lay_out
from qms.processes.drawing_pdf import Dress, map_pdf, sheet_for
from qms.processes.drawing_svg import map_svg
from qms.processes.overview import KIND_TITLES, Band, bands_of
from qms.processes.words import SAID, Teller, said_by
from qms.profiles.api import logo_of, profile_of
from qms.profiles.models import ProcessFolder
from qms.profiles.processes import ordered_processes
from qms.security.permissions import Permission
from qms.web.i18n import translate
from qms.web.responses import PDF, file_response
from qms.web.transactions import outside

WIDE, MIDDLE, SLIM = 1160.0, 740.0, 340.0
"""Widths of the drawings of the page, in pixels; the style sheet shows the one that fits."""


def says(request: Request) -> Says:
    """Give the words of the drawing in the reader's language."""
    return Says(
        needs=translate(request, _("Needs and expectations of customers and interested parties")),
        satisfaction=translate(request, _("Satisfaction of customers and interested parties")),
        kinds={kind: translate(request, title) for kind, title in KIND_TITLES.items()},
        in_force=translate(request, _("${n} in force", {"n": "{n}"})),
        under_way=translate(request, _("${n} under way", {"n": "{n}"})),
    )


def described(bands: tuple[Band, ...], words: Says) -> str:
    """Say the map in words, for those who cannot see the drawing."""
    parts = [words.needs]
    for band in bands:
        names = [box.name for group in band.groups for box in group.boxes]
        parts.append(f"{words.kinds[band.kind]}: {', '.join(names)}")
    return ". ".join([*parts, words.satisfaction])


@view_defaults(context=ProcessFolder, permission=Permission.VIEW)
class MapView:
    """The map of an organisation's processes."""

    def __init__(self, folder: ProcessFolder, request: Request) -> None:
        """Look at the processes for one request."""
        self.folder, self.request = folder, request
        self.organisation = organisation_of(folder)
        self.profile = profile_of(self.organisation)

    @view_config(renderer="qms.templates:processes/map.pt")
    def show(self) -> dict[str, Any]:
        """Show the map, and the same as a list."""
        request = self.request
        bands = bands_of(self.organisation, person=request.person)
        found = interfaces_of(self.organisation)
        findings = found.findings
        return {
            "heading": _("Process map"),
            "tabs": self._tabs(""),
            "bands": bands,
            "drawings": self._drawings(bands, found.matrix()) if bands else [],
            "url": self._url,
            "sees_under_way": any(
                box.under_way is not None
                for band in bands
                for group in band.groups
                for box in group.boxes
            ),
            "warnings": sum(one.weight == "warning" for one in findings),
            "may_configure": self._may_configure(),
            "out_of_use": sum(not one.active for one in self.folder.values()),
            "wide": True,
            "json": lambda: {"kinds": [self._plain(band) for band in bands]},
        }

    def _may_configure(self) -> bool:
        return bool(self.request.has_permission(Permission.ORGANISATION_CONFIGURE, self.folder))

    def _tabs(self, here: str) -> list[tuple[Any, str, bool]]:
        address = self.request.resource_path
        tabs = [
            (_("Process map"), address(self.folder), here == ""),
            (_("Interfaces"), address(self.folder, "matrix"), here == "matrix"),
        ]
        if self._may_configure():
            tabs.append((_("Arrange"), address(self.folder, "arrange"), here == "arrange"))
        return tabs

    def _url(self, identifier: str) -> str:
        return self.request.resource_path(self.folder[identifier])

    def _drawings(self, bands: tuple[Band, ...], matrix: Any) -> list[Markup]:
        urls = {one.id: self._url(one.id) for one in ordered_processes(self.organisation)}
        words = says(self.request)
        title = translate(self.request, _("Process map"))
        return [
            Markup(
                map_svg(
                    lay_out(bands, words, width),
                    title=title,
                    urls=urls,
                    passing=matrix if width != SLIM else (),
                    look=look,
                    ident=ident,
                )
            )
            for width, look, ident in (
                (WIDE, "process-map map-wide", "map"),
                (MIDDLE, "process-map map-middle", "map-middle"),
                (SLIM, "process-map map-slim", "map-slim"),
            )
        ]

    def _plain(self, band: Band) -> dict[str, Any]:
        return {
            "kind": band.kind,
            "macroprocesses": [
                {
                    "name": group.name,
                    "processes": [
                        {
                            "id": box.id,
                            "acronym": box.acronym,
                            "name": box.name,
                            "leader": box.leader,
                            "documents_in_force": box.in_force,
                            "under_way": box.under_way,
                            "url": self._url(box.id),
                        }
                        for box in group.boxes
                    ],
                }
                for group in band.groups
            ],
        }

    @view_config(name="matrix", renderer="qms.templates:processes/matrix.pt")
    def matrix(self) -> dict[str, Any]:
        """Show what passes from each process to each other, and what is odd about it."""
        found = interfaces_of(self.organisation)
        cells = found.matrix()
        known = {one.id: one for one in self.folder.values()}
        named = {name for pair in cells for name in pair}
        order = ordered_processes(self.organisation, active_only=False)
        listed = [one for one in order if one.id in named]
        teller = Teller(self.request, self.organisation, found)
        findings = teller.findings()
        silent = [
            one for one in ordered_processes(self.organisation) if one.id not in found.described
        ]
        rows = [
            {
                "process": source,
                "cells": [
                    None
                    if source is target
                    else [one.text for one in cells.get((source.id, target.id), ())]
                    for target in listed
                ],
            }
            for source in listed
        ]
        return {
            "heading": _("Interfaces of the processes"),
            "tabs": self._tabs("matrix"),
            "columns": listed,
            "rows": rows,
            "table": lambda: self._table(found),
            "findings": findings,
            "silent": silent,
            "downloads": list(FORMS.items()),
            "wide": True,
            "json": lambda: {
                "passing": [
                    {
                        "from": source,
                        "to": target,
                        "from_name": known[source].name,
                        "to_name": known[target].name,
                        "things": [one.text for one in things],
                    }
                    for (source, target), things in sorted(cells.items())
                ],
                "findings": [
                    {key: value for key, value in one.items() if key != "chip"} for one in findings
                ],
                "without_characterisation": [one.id for one in silent],
            },
        }

    def _table(self, found: Interfaces) -> Table:
        """Give everything that passes, line by line, to take away."""
        words = {key: translate(self.request, word) for key, word in SAID.items()}
        lines = [
            (
                link.source.name,
                link.target.name,
                one.text,
                words[said_by(one, link, found)],
                ", ".join(link.codes),
            )
            for link in found.links
            for one in link.passing
        ]
        columns = (
            Column("source", _("From")),
            Column("target", _("To")),
            Column("thing", _("What passes")),
            Column("said", _("Who says so")),
            Column("codes", _("Documents"), Kind.CODE),
        )
        return Table(_("Interfaces of the processes"), columns, lambda: lines, total=len(lines))

    @view_config(name="map.pdf")
    def pdf(self) -> Response:
        """Give the map as one sheet of paper."""
        request, at = self.request, self.request.act.at
        bands = bands_of(self.organisation, person=request.person)
        words = says(request)
        dress = self._dress(bands, words)
        drawing = lay_out(bands, words, sheet_for(dress.paper).text_width * 1.35)
        name = f"{self.organisation.id} {dress.title} {dress.stand}.pdf"
        data = outside(request, lambda: map_pdf(drawing, dress, at=at))
        return file_response(request, data, name, PDF, inline=True)

    def _dress(self, bands: tuple[Band, ...], words: Says) -> Dress:
        request, profile = self.request, self.profile
        logo = logo_of(self.organisation)
        at = request.act.at
        day = show_date(profile, local_day(self.organisation, at))
        made = _(
            "Made on ${moment} by ${name}. A printed copy is not controlled.",
            {"moment": show_moment_and_zone(profile, at), "name": request.person.name},
        )
        return Dress(
            title=translate(request, _("Process map")),
            organisation=profile.name,
            system_name=profile.system_name,
            language=profile.language,
            colour=profile.colour,
            made=translate(request, made),
            stand=translate(
                request,
                _("Revision ${n} of ${day}", {"n": self.organisation.profile_revision, "day": day}),
            ),
            description=described(bands, words),
            paper=(self.organisation.profile.get("printing") or {}).get("paper") or "letter",
            logo=logo.read() if logo is not None else None,
        )
