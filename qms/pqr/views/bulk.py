"""Lists of cases: looked at, registered; the report stays and can be taken out."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from pyramid.httpexceptions import HTTPForbidden, HTTPNotFound
from pyramid.request import Request
from pyramid.response import Response
from pyramid.view import view_config, view_defaults

from qms.content.models import organisation_of
from qms.documents.views.page import PageView
from qms.exports import LIST_PAGE, Action, Column, Facet, Kind, Listing, ListSpec, Table
from qms.kernel.i18n import _
from qms.people.models import people_of
from qms.pqr.bulk import columns, services
from qms.pqr.bulk.errors import NoSuchList, OnlyQuality
from qms.pqr.bulk.examine import CARE, SENTENCES, STOP, Finding, counts_of
from qms.pqr.bulk.models import (
    COLUMNS,
    DONE,
    GIVEN_UP,
    NEW,
    PAST,
    PREVIEW,
    RUNNING,
    BulkRun,
    look,
)
from qms.pqr.choices import choices_of
from qms.pqr.models import CaseRegister
from qms.pqr.privacy import HIDDEN, mask_name
from qms.pqr.views.capture import named_in_path, ways
from qms.security.permissions import Permission
from qms.sheets.runs import unpacked
from qms.web.i18n import translate
from qms.web.redirects import see_other
from qms.web.responses import file_response

NEEDS = Permission.CASE_SEE_PERSONAL
STAGES: dict[str, Any] = {
    COLUMNS: _("Being mapped"),
    PREVIEW: _("To be decided"),
    RUNNING: _("Under way"),
    DONE: _("Finished"),
    GIVEN_UP: _("Given up"),
}
MODE_NAMES: dict[str, Any] = {
    NEW: _("New cases: they get a number and their clock now"),
    PAST: _("Closed cases of another system: they keep their former number"),
}
WEIGHTS: dict[str, Any] = {
    "stop": _("Left out until it is put right"),
    "care": _("To be looked at"),
    "none": _("Nothing found"),
}
DONE_WORDS: dict[str, Any] = {"taken": _("Made a case"), "left": _("Not registered"), "": ""}
RUNS = ListSpec(
    columns=(
        Column("title", _("List"), link=True, sort="title"),
        Column("created_at", _("Received"), Kind.MOMENT, sort="created_at"),
        Column("person", _("By")),
        Column("mode_word", _("What it brings"), cut=True),
        Column("stage_word", _("Stage")),
        Column("rows", _("Rows"), Kind.NUMBER),
        Column("taken", _("Cases registered"), Kind.NUMBER),
    ),
    facets={"stage": Facet(_("Stage"), STAGES)},
    order="created_at",
    reverse=True,
)
ROWS = ListSpec(
    columns=(
        Column("row", _("Row"), Kind.NUMBER, sort="row"),
        Column("said", _("What was found")),
        Column("customer", _("Customer"), cut=True),
        Column("text", _("What they ask for"), cut=True),
        Column("kind_word", _("Kind"), screen=False),
        Column("day", _("Received"), Kind.MOMENT, sort="day"),
        Column("external", _("Number in the other system"), Kind.CODE, screen=False),
        Column("done_word", _("What was done"), screen=False),
        Column("number", _("Case"), Kind.CODE, link=True),
    ),
    facets={
        "weight": Facet(_("What was found"), WEIGHTS),
        "finding": Facet(_("Finding")),
        "done": Facet(_("What was done"), DONE_WORDS),
    },
    order="row",
    search=_("Words of customer and text"),
)


@view_defaults(context=CaseRegister, permission=NEEDS)
class BulkViews(PageView):
    """The lists of cases, and one of them."""

    context: CaseRegister

    def say(self, text: Any) -> str:
        """Put a sentence into the reader's language."""
        return translate(self.request, text)

    @view_config(name="bulk", renderer="qms.templates:pqr/bulk.pt")
    def show(self) -> dict[str, Any]:
        """List the lists; behind the number of one, show that one."""
        if self.request.subpath:
            return self._one(run_named(self.context, self.request))
        if self.request.method != "GET":
            raise HTTPNotFound
        room, people = look(self.organisation), people_of(self.organisation)
        runs = list(room.runs.values()) if room is not None else []
        path = self.request.resource_path
        return Listing(self.request, RUNS).show(
            _("Lists of cases"),
            [
                {
                    "number": run.number,
                    "title": run.title,
                    "created_at": run.created_at,
                    "person": people.person_name(run.person_id),
                    "mode_word": self.say(MODE_NAMES[run.mode]),
                    "stage": run.stage,
                    "stage_word": self.say(STAGES[run.stage]),
                    "rows": run.counts.get("rows"),
                    "taken": run.counts.get("taken"),
                }
                for run in runs
            ],
            url=lambda one: path(self.context, "bulk", str(one["number"])),
            actions=(
                Action(_("Upload a list"), path(self.context, "bulk-add"), "import"),
                Action(
                    _("Template"),
                    path(self.context, "bulk-template", query={"download": "xlsx"}),
                    "export",
                    primary=False,
                ),
            ),
            empty=_("Day-sheets on paper, and closed cases of another system, come in here."),
            run=None,
            tabs=ways(self.context, self.request, "bulk"),
        )

    def _one(self, run: BulkRun) -> dict[str, Any]:
        if run.account is not None:
            account, counts = unpacked(run.account), run.counts
        elif run.stage == PREVIEW:
            lines = services.examined(self.organisation, run, self.request.act.at)
            account, counts = services.account_of(lines), counts_of(lines)
        else:
            account, counts = [], {}
        listing, choices = Listing(self.request, ROWS), choices_of(self.organisation)
        listing.names["finding"] = {
            kind: self.say(_(text, {"value": "…"})) for kind, text in SENTENCES.items()
        }
        own = may_read(self.context, self.request, run)
        page = listing.show(
            _("List ${file}", {"file": run.title}),
            self._records(run, account, choices, own=own),
            names=("customer", "text", "said"),
            url=self._url,
            told_of=self.context,
            empty=_("The list has no rows."),
        )
        rows = page["json"]
        page["json"] = lambda: (
            rows() | {"stage": run.stage, "percent": run.percent, "counts": counts}
        )
        may = run.mode == NEW or self.request.has_permission(Permission.CASE_WORK, self.context)
        return page | {
            "run": run,
            "register": self.context,
            "mode_word": MODE_NAMES[run.mode],
            "stage": run.stage,
            "counts": counts,
            "tiles": tiles(counts),
            "person": people_of(self.organisation).person_name(run.person_id),
            "own": own,
            "may_start": own and run.stage == PREVIEW and may and counts.get("cases"),
            "tabs": ways(self.context, self.request, "bulk"),
        }

    def _records(
        self, run: BulkRun, account: Iterable[Any], choices: Any, *, own: bool
    ) -> list[dict[str, Any]]:
        found = []
        for one in account:
            findings = [Finding(*each) for each in one["findings"]]
            done, said, mapping = run.results.get(one["row"], ("", "", {}))
            if not own:
                # What somebody typed may be a customer's; the finding is told without it.
                findings = [Finding(each.kind, each.weight, HIDDEN) for each in findings]
                mapping = dict.fromkeys(mapping, HIDDEN)
                one = {**one, "customer": mask_name(one["customer"]), "text": HIDDEN}  # noqa: PLW2901
            sentences = [self.say(each.sentence) for each in findings]
            if done == services.LEFT:
                sentences.append(self.say(_(said, mapping)))
            weights = {each.weight for each in findings}
            weight = STOP if STOP in weights else CARE if CARE in weights else "none"
            found.append(
                {
                    **one,
                    "said": " ".join(sentences),
                    "weight": weight,
                    "finding": [each.kind for each in findings],
                    "kind_word": choices.name("kinds", one["kind"]) if one["kind"] else "",
                    "day": datetime.fromisoformat(one["received"]) if one["received"] else None,
                    "done": done,
                    "done_word": self.say(DONE_WORDS[done]),
                    "number": said if done == services.TAKEN else "",
                }
            )
        return found

    def _url(self, one: dict[str, Any]) -> str | None:
        case = self.context.get(one["number"]) if one["number"] else None
        if case is None or not self.request.has_permission(Permission.VIEW, case):
            return None
        return self.request.resource_path(case)

    @view_config(name="bulk-start", request_method="POST")
    def start(self) -> Response:
        """Begin to register what the preview showed."""
        run = own_run(self.context, self.request)
        check_mode(self.context, self.request, run.mode)
        services.start(self.organisation, run, act=self.request.act)
        return self._back(run)

    @view_config(name="bulk-carry", request_method="POST")
    def carry(self) -> Response:
        """Register the next rows in this request, where no worker runs."""
        run = own_run(self.context, self.request)
        services.step(self.organisation, run, act=self.request.act)
        return self._back(run)

    @view_config(name="bulk-give-up", request_method="POST")
    def give_up(self) -> Response:
        """End a list that has written nothing."""
        services.give_up(
            self.organisation, own_run(self.context, self.request), act=self.request.act
        )
        said = self.say(_("The list was given up; nothing was written."))
        return see_other(self.request, self.request.resource_path(self.context, "bulk"), said)

    def _back(self, run: BulkRun) -> Response:
        where = self.request.resource_path(self.context, "bulk", str(run.number))
        return see_other(self.request, where)

    @view_config(name="bulk-source", request_method="GET")
    def source(self) -> Response:
        """Give the uploaded list back as it was."""
        return file_response(self.request, own_run(self.context, self.request).source)

    @view_config(name="bulk-template", request_method="GET", renderer=LIST_PAGE)
    def template(self) -> Any:
        """Give an empty list with the right heads and two rows as examples."""
        if self.request.GET.get("download") not in {"xlsx", "csv"}:
            where = self.request.resource_path(
                self.context, "bulk-template", query={"download": "xlsx"}
            )
            return see_other(self.request, where)
        choices = choices_of(self.organisation)
        kinds, channels = choices.pairs("kinds"), choices.pairs("channels")
        day = self.request.act.at.astimezone(choices.profile.zone).date()
        example: dict[str, Any] = {
            "external": "H-0001",
            "received": day,
            "hour": "14:30",
            "kind": kinds[0][1],
            "channel": channels[0][1],
            "name": "Ana Ejemplo",
            "document": "1020304050",
            "email": "ana@example.org",
            "text": self.say(_("Example: delete this row before you upload the list.")),
            "answered": day,
            "answer": self.say(_("Only for closed cases of another system.")),
            "closed": day,
        }
        table = Table(
            _("Template for cases"),
            tuple(
                Column(name, title, Kind.DATE if isinstance(example.get(name), date) else Kind.TEXT)
                for name, title in columns.FIELDS.items()
            ),
            lambda: [tuple(example.get(name) for name in columns.FIELDS)],
        )
        return {"heading": _("Template for cases"), "table": table, "json": {}}


def tiles(counts: dict[str, int]) -> list[tuple[Any, int]]:
    """Give the numbers above the list."""
    named = [
        ("rows", _("rows read")),
        ("cases", _("become cases")),
        ("care", _("of them to be looked at")),
        ("out", _("left out")),
        ("taken", _("registered")),
        ("left", _("not registered")),
    ]
    return [(title, counts[name]) for name, title in named if name in counts]


def run_named(context: CaseRegister, request: Request) -> BulkRun:
    """Give the list that the address names, or answer that nothing is here."""
    try:
        return services.run_of(organisation_of(context), named_in_path(request))
    except NoSuchList:
        raise HTTPNotFound from None


def may_read(context: CaseRegister, request: Request, run: BulkRun) -> bool:
    """Tell whether the person sees who is in a list: quality, and who uploaded it."""
    works = request.has_permission(Permission.CASE_WORK, context)
    return bool(works) or run.person_id == request.person.id


def own_run(context: CaseRegister, request: Request) -> BulkRun:
    """Give the list that the address names, to who may decide about it (D4-4)."""
    run = run_named(context, request)
    if not may_read(context, request, run):
        raise HTTPForbidden
    return run


def check_mode(context: CaseRegister, request: Request, mode: str) -> None:
    """Refuse to take over the past for who is not quality."""
    if mode == PAST and not request.has_permission(Permission.CASE_WORK, context):
        raise OnlyQuality
