"""The past on screen: master list, document, process and pending list as of a moment."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property, partial
from typing import Any

from pyramid.request import Request
from pyramid.view import view_config

from qms.content.models import Organisation, organisation_of
from qms.documents.models import Document
from qms.documents.past_work import PastItem
from qms.documents.plugs import list_tabs
from qms.documents.views.document import VersionPage, shown_version
from qms.documents.wording import show_date
from qms.exports import Column, Facet, Kind, Listing, ListSpec, Switch
from qms.kernel.errors import Refused
from qms.kernel.i18n import _
from qms.past.documents import PastDocument
from qms.past.listing import PastList, PastRow, choose, rows_at
from qms.past.moments import Asked, asked_moment, moment_of
from qms.past.pending import PastWork
from qms.past.processes import PastProcess
from qms.people.models import people_of
from qms.people.moments import shown, shown_day
from qms.profiles.api import profile_of
from qms.profiles.models import Process
from qms.security.permissions import Permission
from qms.web.i18n import translate

LIST = ListSpec(
    columns=(
        Column("code", _("Code"), Kind.CODE, sort="code", link=True),
        Column("title", _("Title"), sort="title", link=True),
        Column("type_name", _("Type"), sort="type", cut=True),
        Column("process_name", _("Process"), sort="process", cut=True),
        Column("version", _("Version")),
        Column("approved_on", _("Approved on"), Kind.DATE, screen=False),
        Column("in_force_from", _("In force from"), Kind.DATE, sort="in_force_from"),
        Column("review_by", _("Next review"), Kind.DATE, sort="review_by"),
        Column("responsible", _("Responsible"), cut=True),
        Column("states", _("State"), Kind.CHIP, sort="state"),
        Column("registered", _("Only as recorded when taken over"), Kind.YES_NO, screen=False),
    ),
    facets={
        "type": Facet(_("Type")),
        "process": Facet(_("Process")),
        "state": Facet(_("State")),
        "pending": Facet(_("Under way")),
    },
    switches={"rest": Switch(_("Show drafts and obsolete ones too"), clears=("state",))},
    search=_("Words of code and title"),
)
"""What the present master list offers too."""


def sees_the_past(request: Request) -> bool:
    """Tell whether the tabs over the lists lead to the past."""
    return bool(request.has_permission(Permission.DOCUMENT_SEE_HISTORY, request.organisation))


class PastListing(Listing):
    """A list whose every address also says of which moment it is."""

    @cached_property
    def _pairs(self) -> list[tuple[str, str]]:
        pairs = [(name, self.request.GET.get(name, "")) for name in ("on", "at", "person")]
        return [pair for pair in pairs if pair[1]] + super()._pairs


@dataclass
class Question:
    """The moment that a page is about, and what its form shows."""

    request: Request
    asked: Asked
    refusal: Refused | None

    @property
    def on(self) -> str:
        """The day, as the browser's field wants it."""
        return self.asked.day.isoformat()

    @property
    def typed_day(self) -> str:
        """The day as it is typed."""
        return shown_day(self.asked.day)

    @property
    def query(self) -> dict[str, str]:
        """What an address says to mean the same moment."""
        query = {"on": self.on}
        return query | {"at": self.asked.time} if self.asked.time else query

    @property
    def kept(self) -> list[tuple[str, str]]:
        """What else the address says; a new day does not change it."""
        pairs = self.request.GET.items()
        return [pair for pair in pairs if pair[0] not in {"on", "at", "page", "download"}][:60]

    @property
    def objection(self) -> str:
        """Say why the moment of the address cannot be shown; empty where it can."""
        if self.refusal is None:
            return ""
        return translate(self.request, _(self.refusal.msgid, dict(self.refusal.mapping)))

    @cached_property
    def sentence(self) -> Any:
        """Say which moment is shown."""
        day = show_date(profile_of(self.request.organisation), self.asked.day)
        zone = self.asked.zone.key
        if self.asked.is_now:
            return _("This is how it is now: ${day} (${zone}).", {"day": day, "zone": zone})
        if self.asked.time:
            return _(
                "This is how it stood on ${day} at ${time} (${zone}).",
                {"day": day, "time": self.asked.time, "zone": zone},
            )
        return _("This is how it stood at the end of ${day} (${zone}).", {"day": day, "zone": zone})

    def url(self, resource: Any, *names: str, **more: str) -> str:
        """Give the address of a page about the same moment."""
        return self.request.resource_path(resource, *names, query={**self.query, **more})


MOST = 200
"""So many lines of one kind of pending work stand on the page; programs get all."""


def question_of(request: Request) -> Question:
    """Read the moment of the address; what is none is said, and the present is shown."""
    organisation, now = request.organisation, request.act.at
    try:
        asked = asked_moment(
            organisation, request.GET.get("on", ""), request.GET.get("at", ""), now=now
        )
    except Refused as refused:
        request.response.status_int = 422
        return Question(request, asked_moment(organisation, "", "", now=now), refused)
    return Question(request, asked, None)


def _facts(request: Request, question: Question) -> dict[str, Any]:
    organisation = organisation_of(request.context)
    profile = profile_of(organisation)
    return {
        "question": question,
        "organisation": organisation,
        "date": partial(show_date, profile),
        "when": partial(_when, organisation),
        "wide": True,
    }


def _when(organisation: Any, at: datetime | str) -> str:
    moment = datetime.fromisoformat(at) if isinstance(at, str) else at
    return shown(organisation, moment)


def _known_since(organisation: Any, known_since: str) -> str:
    return shown(organisation, moment_of(known_since)) if known_since else ""


@view_config(
    context=Organisation,
    name="past",
    permission=Permission.DOCUMENT_SEE_HISTORY,
    renderer="qms.templates:past/list.pt",
)
def master_list_as_of(organisation: Organisation, request: Request) -> dict[str, Any]:
    """Show the master list as it stood, with the filters, orders and files of the present one."""
    question = question_of(request)
    found = rows_at(organisation, question.asked.key)
    folder = organisation["documents"]

    def url(row: PastRow) -> str:
        return question.url(folder, row.code, "past")

    listing = _listing(request, found)
    choice = choose(
        found,
        q=listing.q,
        filters=listing.filters,
        order=listing.order,
        reverse=listing.reverse,
        in_force_only=not listing.on("rest"),
    )
    listing.within(len(choice.rows))
    page = listing.page(
        _("Master list as of a date"),
        choice.rows[listing.start : listing.start + listing.limit],
        total=len(choice.rows),
        every=lambda: choice.rows,
        counts=choice.counts,
        url=url,
        empty=_("No document is known of that moment."),
        undated=found.undated,
        registered=sum(row.registered for row in choice.rows),
        known_since=_known_since(organisation, found.known_since),
        **list_tabs(request, here="past"),
        **_facts(request, question),
    )
    rows, table = page["json"], page["table"]
    page["json"] = lambda: _json(question, rows)
    page["table"] = lambda: _dated(table(), question)
    return page


def _listing(request: Request, found: PastList) -> PastListing:
    """Read what the address asks for; the filters bear the names of that time."""
    listing = PastListing(request, LIST)
    listing.names = {
        "type": {row.type_id: row.type_name for row in found.rows},
        "process": {row.process_id: row.process_name for row in found.rows},
    }
    if listing.chosen["state"]:
        listing.switched.add("rest")
    return listing


def _json(question: Question, data: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Give a page's data with its moment; a program that named no moment gets none."""
    if question.refusal is not None:
        return {"error": question.objection}
    return {"as_of": question.asked.at, **data()}


def _dated(table: Any, question: Question) -> Any:
    """Say in the file of which moment it is."""
    day = question.on if not question.asked.time else f"{question.on} {question.asked.time}"
    as_of = (_("As of"), f"{day} ({question.asked.zone.key})")
    return replace(table, facts=[as_of, *table.facts])


@view_config(
    context=Document,
    name="past",
    permission=Permission.DOCUMENT_SEE_HISTORY,
    renderer="qms.templates:past/document.pt",
)
def document_as_of(document: Document, request: Request) -> dict[str, Any]:
    """Show a document as it stood: its versions, who had signed, what was still awaited."""
    question = question_of(request)
    past = PastDocument(document, question.asked.at)
    base = VersionPage(shown_version(document, request), request)

    def version_url(order: int) -> str | None:
        version = document.versions.at(order)
        if not request.has_permission(Permission.VIEW, version):
            return None
        return request.resource_path(version)

    return base.page(
        "past",
        **_facts(request, question),
        past=past,
        version_url=version_url,
        json=lambda: _json(question, past.as_json),
    )


@view_config(
    context=Process,
    name="past",
    permission=Permission.DOCUMENT_SEE_HISTORY,
    renderer="qms.templates:past/process.pt",
)
def process_as_of(process: Process, request: Request) -> dict[str, Any]:
    """Show a process as it stood: its facts, its leader and its documents."""
    question = question_of(request)
    past = PastProcess(process, question.asked.at)
    organisation = organisation_of(process)
    documents = organisation["documents"]
    return {
        "heading": past.name or process.name,
        "past": past,
        "process": process,
        "known_since": _known_since(organisation, past.known_since),
        "row_url": lambda row: question.url(documents, row.code, "past"),
        "json": lambda: _json(question, past.as_json),
        **_facts(request, question),
    }


@view_config(
    context=Organisation,
    name="past-pending",
    permission=Permission.DOCUMENT_SEE_HISTORY,
    renderer="qms.templates:past/pending.pt",
)
def pending_as_of(organisation: Organisation, request: Request) -> dict[str, Any]:
    """Show what waited for everybody, or for one person, at a past moment."""
    question = question_of(request)
    work = PastWork(organisation, question.asked.at)
    person = work.person(request.GET.get("person", ""))
    documents = organisation["documents"]
    people = work.house["people"]
    to_sign = work.signatures(person)
    to_read = work.readings(person)
    everybody = work.everybody() if person is None else []
    groups = [
        (group, [one for one in items if person is None or person.id in one.people])
        for group, items in work.groups(request.registry)
    ]
    return {
        "heading": _("Pending as of a date"),
        "groups": groups,
        "most": MOST,
        "item_url": lambda item: _item_url(question, item),
        "names": lambda item: _names(people, item),
        **list_tabs(request, here="past"),
        "person": person,
        "unknown_person": bool(request.GET.get("person")) and person is None,
        "persons": sorted(
            (one.name, one.id) for one in people_of(organisation).persons(active_only=False)
        ),
        "everybody": everybody,
        "to_sign": to_sign,
        "to_read": to_read,
        "row": work.row,
        "position_name": people.position_name,
        "document_url": lambda code: question.url(documents, code, "past"),
        "person_url": lambda one: question.url(organisation, "past-pending", person=one),
        "json": lambda: _json(question, lambda: _pending_json(work, person, everybody, groups)),
        **_facts(request, question),
    }


def _item_url(question: Question, item: PastItem) -> str:
    """Give the page of what waited; that of a document is of the same moment."""
    organisation = question.request.organisation
    if item.path.startswith("documents/"):
        return question.url(organisation["documents"], item.code, "past")
    return f"{question.request.resource_path(organisation)}{item.path}"


def _names(people: Any, item: Any) -> list[str]:
    return sorted(people["persons"][one].name for one in item.people if one in people["persons"])


def _pending_json(
    work: PastWork, person: Any, everybody: list[Any], groups: list[Any]
) -> dict[str, Any]:
    others = {
        group.name: [
            {
                "code": one.code,
                "title": one.title,
                "due": one.due,
                "people": sorted(one.people),
            }
            for one in items
        ]
        for group, items in groups
    }
    if person is None:
        return {
            "others": others,
            "persons": [
                {
                    "person": one.person_id,
                    "name": one.name,
                    "to_sign": one.signatures,
                    "to_read": one.readings,
                }
                for one in everybody
            ],
        }
    return {
        "person": person.id,
        "others": others,
        "to_sign": [
            {
                "code": one.version.document.code,
                "version": one.version.label,
                "step": one.hand.slot.label,
                "on_behalf_of": one.hand.on_behalf_of,
                "days_left": one.days_left,
            }
            for one in work.signatures(person)
        ],
        "to_read": [
            {
                "code": work.row(one.uid).code,
                "version": work.row(one.uid).version,
                "due": one.due,
                "days_left": one.days_left,
            }
            for one in work.readings(person)
        ],
    }
