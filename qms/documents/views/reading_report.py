"""Who has read what, over all documents, for those who answer for it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from pyramid.httpexceptions import HTTPForbidden
from pyramid.request import Request
from pyramid.view import view_config, view_defaults

from qms.content.models import organisation_of
from qms.documents.models import DocumentFolder
from qms.documents.plugs import list_tabs
from qms.documents.services.reading_report import pairs, sums
from qms.exports import LIST_PAGE, Action, Column, Facet, Kind, Listing, ListSpec
from qms.kernel.i18n import _
from qms.profiles.leading import processes_led
from qms.security.permissions import Permission

OVERSEERS = frozenset({"quality", "auditor", "administrator"})
_NUMBERS = (
    Column("asked", _("Asked"), Kind.NUMBER, sort="asked"),
    Column("read", _("Read"), Kind.NUMBER, sort="read"),
    Column("pending", _("Pending"), Kind.NUMBER, sort="pending"),
    Column("overdue", _("Overdue"), Kind.NUMBER, sort="overdue"),
    Column("percent", _("Percent read"), Kind.PERCENT, sort="percent"),
    Column("standing", _("State"), Kind.CHIP),
)
_STATE = {"standing": Facet(_("State"))}
DOCUMENTS = ListSpec(
    columns=(
        Column("code", _("Code"), Kind.CODE, sort="code", link=True),
        Column("name", _("Title"), sort="name", link=True, cut=True),
        *_NUMBERS,
    ),
    facets=_STATE,
    search=_("Words of code and title"),
)
PERSONS = ListSpec(
    columns=(Column("name", _("Person"), sort="name", link=True), *_NUMBERS),
    facets=_STATE,
    search=_("Name"),
)
POSITIONS = ListSpec(
    columns=(Column("name", _("Position"), sort="name", link=True), *_NUMBERS),
    facets=_STATE,
    search=_("Position"),
)
DETAIL = ListSpec(
    columns=(
        Column("name", _("Person"), sort="name"),
        Column("position", _("Position"), sort="position"),
        Column("code", _("Code"), Kind.CODE, sort="code", link=True),
        Column("title", _("Title"), sort="title", link=True, wide=True),
        Column("read_at", _("Read on"), Kind.MOMENT, sort="read_at"),
        Column("due", _("Due on"), Kind.DATE, sort="due"),
        Column("standing", _("State"), Kind.CHIP),
    ),
    facets={
        "standing": Facet(_("State")),
        "name": Facet(_("Person"), lambda value: value),
        "position": Facet(_("Position"), lambda value: value),
        "code": Facet(_("Document"), lambda value: value),
    },
    order="due",
    search=_("Words of code and title"),
)
BY = {
    "readings": _("Readings by document"),
    "readings-by-person": _("Readings by person"),
    "readings-by-position": _("Readings by position"),
    "readings-one-by-one": _("Readings one by one"),
}
"""The views of the report, with the words of their tabs."""


def overseen(folder: DocumentFolder, person: Any) -> set[str] | None:
    """Give the processes whose readers the person may see by name; None for all of them."""
    if OVERSEERS & set(person.roles):
        return None
    return processes_led(organisation_of(folder), person)


def may_see_report(request: Request) -> bool:
    """Tell whether the person answers for anybody's reading."""
    processes = overseen(request.organisation["documents"], request.person)
    return processes is None or bool(processes)


@view_defaults(context=DocumentFolder, permission=Permission.VIEW, renderer=LIST_PAGE)
class ReadingReport:
    """Who has read and who has not; leaders see their processes, employees nothing."""

    def __init__(self, folder: DocumentFolder, request: Request) -> None:
        """Find what the person may see."""
        self.folder, self.request = folder, request
        processes = overseen(folder, request.person)
        if processes is not None and not processes:
            raise HTTPForbidden
        organisation = organisation_of(folder)
        self.pairs = list(pairs(organisation, request.act, processes=processes))

    @view_config(name="readings")
    def by_document(self) -> dict[str, Any]:
        """Sum up by document."""
        lines = sums(self.pairs, lambda one: one.uid, lambda one: (one.title, one.code))
        return self._page(DOCUMENTS, lines, lambda one: self._address(one.code, "distribution"))

    @view_config(name="readings-by-person")
    def by_person(self) -> dict[str, Any]:
        """Sum up by person."""
        lines = sums(self.pairs, lambda one: one.person_id, lambda one: (one.name, ""))
        return self._page(PERSONS, lines, lambda one: self._detail(name=one.name))

    @view_config(name="readings-by-position")
    def by_position(self) -> dict[str, Any]:
        """Sum up by position."""
        lines = sums(self.pairs, lambda one: one.position, lambda one: (one.position, ""))
        return self._page(POSITIONS, lines, lambda one: self._detail(position=one.name))

    @view_config(name="readings-one-by-one")
    def one_by_one(self) -> dict[str, Any]:
        """List every person with every document."""
        return self._page(DETAIL, self.pairs, lambda one: self._address(one.code))

    def _page(
        self, spec: ListSpec, lines: Sequence[Any], url: Callable[[Any], str]
    ) -> dict[str, Any]:
        here = self.request.view_name
        others = [
            Action(title, self._address(name), "list", primary=False)
            for name, title in BY.items()
            if name != here
        ]
        return Listing(self.request, spec).show(
            BY[here],
            lines,
            url=url,
            **list_tabs(self.request, "documents/readings"),
            actions=others,
            empty=_("Nobody has to read anything at present."),
            told_of=self.folder,
        )

    def _address(self, *names: str) -> str:
        return self.request.resource_path(self.folder, *names)

    def _detail(self, **query: str) -> str:
        return self.request.resource_path(self.folder, "readings-one-by-one", query=query)
