"""The surroundings of a section on screen: live names of positions, documents and files."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from pyramid.renderers import get_renderer

from qms.content.models import organisation_of
from qms.documents.listing import Wanted, master_list
from qms.documents.models import Version
from qms.documents.sections.base import Reference
from qms.documents.wording import show_date
from qms.documents.workflow import IN_FORCE
from qms.people.models import people_of
from qms.profiles.api import profile_of


class LiveScope:
    """Looks names up as they are today; a dangling reference is None and shown as such."""

    def __init__(
        self, version: Version, url: Callable[..., str] | None = None, *, see_all: bool = True
    ) -> None:
        """Look at the surroundings of ``version``; ``url`` makes addresses (resource_url)."""
        self._version = version
        self._organisation = organisation_of(version)
        self._people = people_of(self._organisation)
        self._profile = profile_of(self._organisation)
        self._url = url
        self._see_all = see_all

    def position_name(self, position_id: str) -> str:
        """Name a position; an unknown one by its id."""
        return self._people.position_name(position_id)

    def positions(self) -> Sequence[tuple[str, str]]:
        """Give all positions as (id, name), in the order of their names."""
        found = ((one.id, one.name) for one in self._people["positions"].values())
        return sorted(found, key=lambda pair: pair[1].casefold())

    def reference(self, code: str) -> Reference | None:
        """Give the document with this code as it is now, if the reader may know of it."""
        document = self._organisation["documents"].get(code)
        if document is None or not (self._see_all or document.in_force is not None):
            return None
        url = self._url(document) if self._url is not None else None
        return Reference(document.code, document.title, document.state, url)

    @property
    def language(self) -> str:
        """The language that the organisation writes its documents in."""
        return self._profile.language

    def reader(self, kind: Any) -> Any:
        """Give the template of a section kind, whose macro ``read`` shows its content."""
        return get_renderer(kind.template).implementation()

    def date(self, value: date | str | None) -> str:
        """Write a date in the organisation's screen style; a month as month and year."""
        return show_date(self._profile, value)

    def number(self, value: Any) -> str:
        """Write a number in the organisation's style."""
        try:
            number = Decimal(str(value))
        except InvalidOperation:
            return str(value)
        return self._profile.number_style().format(number) if number.is_finite() else str(value)

    def process_documents(self) -> list[tuple[str, str, str, str]]:
        """Give code, title, type and version of the process's other documents in force, by code."""
        document = self._version.document
        wanted = Wanted(processes=(document.process_id,), states=(IN_FORCE,), limit=None)
        rows = master_list(self._organisation, wanted, person=None).rows
        return [
            (row.code, row.title, row.type_name, row.version or "")
            for row in rows
            if row.uid != document.uid
        ]

    def file(self, file_id: str) -> Mapping[str, Any] | None:
        """Give name, size and address of a file of this version, or None."""
        stored = self._version.files.get(file_id)
        if stored is None:
            return None
        url = self._url(self._version, "file", query={"id": file_id}) if self._url else None
        return {"filename": stored.filename, "size": stored.size, "url": url}

    def files(self) -> Sequence[tuple[str, str]]:
        """Give the files of this version as (id, name)."""
        return [(file_id, stored.filename) for file_id, stored in self._version.files.items()]
