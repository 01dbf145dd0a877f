"""The trail on screen: filters, pages, the check, and the export; no door that changes it."""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Iterator
from datetime import date
from typing import Any

from pyramid.request import Request
from pyramid.response import Response
from pyramid.view import view_config, view_defaults

from qms.audit import services
from qms.audit.events import TrailExported
from qms.audit.export import to_csv, to_json_lines
from qms.audit.models import Trail
from qms.audit.words import names_in, teller, words_of
from qms.exports import FORMS, Column, Kind, Table
from qms.kernel.acts import DomainEvent
from qms.kernel.formats import BadDate, parse_date
from qms.kernel.i18n import _
from qms.kernel.text import sort_key, whole_number
from qms.people.moments import shown, shown_day
from qms.security.permissions import Permission
from qms.web.responses import file_response

PAGE = 50
COLUMNS = (
    Column("when", _("When"), Kind.MOMENT),
    Column("person", _("Who")),
    Column("address", _("From where")),
    Column("sentence", _("What")),
    Column("title", _("Of what")),
    Column("words", _("Details")),
)
"""What is taken away of the entries that a filter shows."""
LONGEST_FACT = 200
LONGEST_OPTION = 48
LAST_PAGE = 10_000
SYSTEM = "system"
"""Who acts where nobody does."""


def day_of(text: str) -> date | None:
    """Read a day of the query; nothing where it is no day."""
    try:
        return parse_date(text) if text else None
    except BadDate:
        return None


def query_of(request: Request) -> services.Query:
    """Read the filters from the address."""
    get = request.GET.get
    return services.Query(
        since=day_of(get("since", "")),
        until=day_of(get("until", "")),
        person_id=get("person", ""),
        uid=get("uid", ""),
        event=get("event", ""),
        text=get("q", "")[:200],
    )


def kinds_of_event() -> dict[str, str]:
    """Give every kind of event by its class's name, with the first sentence of its docstring.

    That sentence is the message id under which the rooms' catalogues translate it.
    """
    found: dict[str, str] = {}
    waiting: list[type[DomainEvent]] = [DomainEvent]
    while waiting:
        kind = waiting.pop()
        waiting += kind.__subclasses__()
        if not kind.__name__.startswith("_"):
            found[kind.__name__] = inspect.cleandoc(kind.__doc__ or "").split("\n")[0]
    return found


@view_defaults(context=Trail)
class TrailViews:
    """The pages of one organisation's trail."""

    def __init__(self, trail: Trail, request: Request) -> None:
        """Remember both."""
        self.trail, self.request = trail, request

    @view_config(permission=Permission.TRAIL_VIEW, renderer="qms.templates:audit/trail.pt")
    def browse(self) -> dict[str, Any]:
        """Show one page of what happened, the newest first."""
        asked = self.request.GET.get("page", "1")
        page = whole_number(asked, 1, 5)
        page = min(max(page, 1), LAST_PAGE)
        query = query_of(self.request)
        found, more = services.page_of(self.trail, query, page=page, size=PAGE)
        organisation = self.request.organisation
        people, kinds = organisation["people"], kinds_of_event()
        self.tell = teller(self.request, {})
        self.own = teller(self.request, names_in(organisation.profile))
        persons = sorted(
            ((one.id, one.name) for one in people.persons(active_only=False)),
            key=lambda pair: sort_key(pair[1]),
        )
        may_export = self.request.has_permission(Permission.TRAIL_EXPORT, self.trail)
        return {
            "heading": _("Trail"),
            "wide": True,
            "table": (lambda: self._table(query, kinds)) if may_export else None,
            "downloads": [(form.title, name) for name, form in FORMS.items()],
            "rows": [self._row(entry, kinds) for entry in found],
            "page": page,
            "more": more,
            "get": self.request.GET,
            "persons": persons,
            "events": self._events(),
            "anchor": self.trail.last_anchor(),
            "may_export": may_export,
            "json": {"entries": found, "page": page, "more": more},
        }

    def _table(self, query: services.Query, kinds: dict[str, str]) -> Table:
        """Describe what the filters show, on all pages, as a table to take away."""

        def rows() -> Iterator[list[Any]]:
            for entry in services.newest_first(self.trail, query):
                row = self._row(entry, kinds)
                words = "; ".join(f"{name}: {text}" for name, text in row["words"])
                what = row["title"] or row["path"]
                origin = row["address"] or row["channel"]
                moment = services.moment_of(entry)
                yield [moment, row["person"], origin, row["sentence"], what, words]

        return Table(_("Trail"), COLUMNS, rows, facts=self._facts(query, kinds), told_of=self.trail)

    def _facts(self, query: services.Query, kinds: dict[str, str]) -> list[tuple[Any, Any]]:
        person = self.request.organisation["people"]["persons"].get(query.person_id)
        facts = [
            (_("Title or address"), query.text),
            (_("Who"), query.person_id if person is None else person.name),
            (_("What"), self._sentence(kinds, query.event) if query.event else ""),
            (_("From"), shown_day(query.since) if query.since else ""),
            (_("Until"), shown_day(query.until) if query.until else ""),
            (_("Of what"), query.uid),
        ]
        return [(said, text[:LONGEST_FACT]) for said, text in facts if text]

    def _sentence(self, kinds: dict[str, str], name: str) -> str:
        sentence = kinds.get(name, name)
        return self.request.localizer.translate(_(sentence)) if sentence else name

    def _events(self) -> list[tuple[str, str]]:
        """List the kinds of event that the filter offers, in the order of the page's language."""
        kinds = kinds_of_event()
        base = {"DomainEvent", "PeopleEvent", "DocumentEvent", "VersionEvent", "SlotEvent"}
        pairs = [(name, self._sentence(kinds, name)) for name in kinds if name not in base]
        shortened = (
            (name, text if len(text) <= LONGEST_OPTION else f"{text[: LONGEST_OPTION - 1]}…")
            for name, text in pairs
        )
        return sorted(shortened, key=lambda pair: sort_key(pair[1]))

    def _row(self, entry: dict[str, Any], kinds: dict[str, str]) -> dict[str, Any]:
        moment, person, title = services.moment_of(entry), entry["person"], entry["title"]
        if entry["person_id"] == SYSTEM:
            person = self.tell(SYSTEM)
        if entry["path"] == services.path_of(self.trail):
            title = self.request.localizer.translate(_("Trail"))
        return {
            **entry,
            "person": person,
            "title": title,
            "channel": self.tell(entry["channel"]),
            "when": shown(self.trail, moment, seconds=True),
            "sentence": self._sentence(kinds, entry["event"]),
            "words": words_of(entry["details"], self.tell, self.own),
        }

    @view_config(
        name="check", permission=Permission.TRAIL_VIEW, renderer="qms.templates:audit/check.pt"
    )
    def check(self) -> dict[str, Any]:
        """Follow all chains now and say whether they hold."""
        broken = [problem for problem, _n in zip(services.broken_links(self.trail), range(20))]  # noqa: B905
        return {
            "heading": _("Check of the trail"),
            "broken": [self.request.localizer.translate(one.sentence) for one in broken],
            "entries": len(self.trail),
            "anchors": len(self.trail.anchors),
            "anchor": self.trail.last_anchor(),
            "json": {"whole": not broken, "broken": broken, "entries": len(self.trail)},
        }

    @view_config(name="export", request_method="POST", permission=Permission.TRAIL_EXPORT)
    def export(self) -> Response:
        """Give the whole trail as a file; that it was taken is an entry, too."""
        act = self.request.act
        as_csv = self.request.POST.get("format") == "csv"
        if as_csv:
            data = to_csv(services.in_order(self.trail))
        else:
            data = to_json_lines(self.trail, at=act.at)
        form = "csv" if as_csv else "jsonl"
        act.notify(
            TrailExported(
                self.trail,
                act,
                format=form,
                sha256=hashlib.sha256(data).hexdigest(),
                entries=len(self.trail),
            )
        )
        name = f"{self.trail.organisation_id}-{act.at:%Y%m%d-%H%M}.{form}"
        return file_response(self.request, data, filename=name)
