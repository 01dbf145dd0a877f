"""One import: its preview, its progress, its report; and the buttons that move it on."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from pyramid.request import Request
from pyramid.response import Response
from pyramid.view import view_config, view_defaults

from qms.exports import Column, Facet, Kind, Listing, ListSpec
from qms.imports.findings import Finding
from qms.imports.lines import IGNORED, NEW, NEWER, OLDER, OUT
from qms.imports.models import COLUMNS, DONE, GIVEN_UP, PREVIEW, RUNNING, ImportRun
from qms.imports.plan import account_of
from qms.imports.services import carrying, runs
from qms.imports.views.choosing import steps
from qms.imports.views.starting import STAGES
from qms.kernel.i18n import _
from qms.people.models import people_of
from qms.security.permissions import Permission
from qms.sheets.runs import unpacked
from qms.web.i18n import translate
from qms.web.redirects import see_other
from qms.web.responses import file_response

ACTIONS = {
    NEW: _("New document"),
    NEWER: _("Newer version"),
    OLDER: _("Older version"),
    OUT: _("Left out"),
    IGNORED: _("No row"),
    carrying.TAKEN: _("Taken over"),
    carrying.LEFT: _("Not taken over"),
    carrying.FAILED: _("Failed"),
}
WEIGHTS = {
    "stop": _("Left out until it is put right"),
    "care": _("To be looked at"),
    "note": _("To be known"),
    "none": _("Nothing found"),
}
KIND_WORDS: dict[str, Any] = {
    "no-document": _("No document"),
    "waits": _("Waits for another row"),
    "code-missing": _("Without code"),
    "code-too-long": _("Code too long"),
    "title-missing": _("Without title"),
    "type-missing": _("Without type"),
    "type-unknown": _("Unknown type"),
    "process-missing": _("Without process"),
    "process-unknown": _("Unknown process"),
    "left-out": _("Left out as chosen"),
    "duplicate": _("Repeated row"),
    "duplicate-differs": _("Repeated with differences"),
    "twin-code": _("Code with odd signs"),
    "twin-here": _("Code with odd signs"),
    "state-draft": _("Not approved"),
    "version-stuck": _("Version without successor"),
    "same-version-here": _("Version is here"),
    "skipped-here": _("Code is here"),
    "between-versions": _("Between versions that are here"),
    "draft-open": _("Draft under way"),
    "code-grammar": _("Code against the grammar"),
    "code-differs": _("Code says something else"),
    "code-rewritten": _("Code rewritten"),
    "code-twin-joined": _("Code joined as chosen"),
    "number-gap": _("Gap in the numbering"),
    "same-title": _("Same title, other code"),
    "title-differs": _("Several titles"),
    "type-from-code": _("Type from the code"),
    "process-from-code": _("Process from the code"),
    "position-unknown": _("Unknown position"),
    "version-missing": _("Without version"),
    "version-rewritten": _("Version rewritten"),
    "version-outside": _("Version outside the scheme"),
    "version-chosen": _("Version as chosen"),
    "version-gap": _("Gap in the versions"),
    "version-first-missing": _("First versions missing"),
    "versions-disordered": _("Dates against the versions"),
    "date-unreadable": _("Unreadable date"),
    "date-impossible": _("Impossible date"),
    "date-month-only": _("Month only"),
    "date-serial": _("Date as a number"),
    "date-short-year": _("Year of two digits"),
    "date-swapped": _("Day and month swapped"),
    "date-future": _("Date to come"),
    "date-order": _("Dates against each other"),
    "review-overdue": _("Review overdue"),
    "number-ambiguous": _("Ambiguous number"),
    "number-unreadable": _("Unreadable number"),
    "state-unknown": _("Unknown state"),
    "two-in-force": _("Two in force"),
    "newest-obsolete": _("Newest one obsolete"),
    "reference-unknown": _("Unknown related document"),
    "file-missing": _("Without file"),
    "file-ambiguous": _("Several files"),
    "file-shared": _("File of another row"),
}
LIST = ListSpec(
    columns=(
        Column("row", _("Row"), Kind.NUMBER, sort="row"),
        Column("code", _("Code"), Kind.CODE, sort="code", link=True),
        Column("title", _("Title"), sort="title", wide=True),
        Column("label", _("Version")),
        Column("state", _("State"), Kind.CHIP),
        Column("outcome", _("Outcome")),
        Column("found", _("What was found"), share=40),
        Column("file", _("File"), screen=False),
    ),
    facets={
        "what": Facet(_("Outcome"), ACTIONS),
        "weight": Facet(_("Weight"), WEIGHTS),
        "kinds": Facet(_("Finding"), KIND_WORDS),
    },
    search=_("Code, title or finding"),
    order="row",
)


def records(
    account: Iterable[dict[str, Any]],
    results: Any,
    say: Callable[[Any], str],
) -> list[dict[str, Any]]:
    """Give a record per row of the list: what was found and, once written, what was done."""
    made = []
    for one in account:
        findings = [Finding.from_data(each) for each in one["findings"]]
        result = results.get(one["row"])
        what = one["action"] if result is None else result["done"]
        texts = [each.say(say) for each in findings]
        if result is not None and result["why"]:
            texts.append(say(_(result["why"]["msgid"], dict(result["why"]["mapping"]))))
        taken = one["action"] in (NEW, NEWER, OLDER)
        made.append(
            {
                "row": one["row"],
                "code": one["code"],
                "title": one["title"],
                "label": one["label"] if taken else "",
                "state": [one["state"], "migrated"] if taken and one["state"] else [],
                "what": what,
                "outcome": ACTIONS[what],
                "weight": sorted({each.weight for each in findings}) or ["none"],
                "kinds": sorted({each.kind for each in findings}),
                "found": " ".join(texts),
                "file": _file_name(one, result),
            }
        )
    return made


def _file_name(one: dict[str, Any], result: Any) -> str:
    if result is not None and result["file"]:
        return f"{result['file']['filename']} (SHA-256 {result['file']['sha256']})"
    return one["file"] or ""


@view_defaults(context=ImportRun)
class RunView:
    """The pages and buttons of one import."""

    def __init__(self, run: ImportRun, request: Request) -> None:
        """Look at ``run`` for one request."""
        self.run, self.request = run, request
        self.organisation = request.organisation

    def say(self, text: Any) -> str:
        """Give a sentence in the page's language."""
        return translate(self.request, text)

    @view_config(permission=Permission.VIEW, renderer="qms.templates:imports/run.pt")
    def show(self) -> Any:
        """Show the preview, the progress or the report, whichever it is time for."""
        run = self.run
        if run.stage == COLUMNS:
            if self.request.has_permission(Permission.IMPORT_RUN, self.organisation):
                return see_other(self.request, self.request.resource_path(run, "columns"))
            account, orphans, counts = [], [], {}
        elif run.account is not None:
            kept = unpacked(run.account)
            account, orphans, counts = kept["rows"], kept["orphans"], run.counts
        else:
            today = runs.today_of(self.organisation, self.request.act)
            found, _situation = runs.examination_of(run, today)
            account, counts = account_of(found), found.counts()
            orphans = [[one.path, one.why] for one in found.orphans]
        orphans = [*orphans, *map(list, run.refused)]
        counts = {**counts, "orphans": len(orphans)} if counts else counts
        listing = Listing(self.request, LIST)
        folder = self.organisation["documents"]
        page = listing.show(
            _("Import of ${file}", {"file": run.title}),
            records(account, run.results, self.say),
            url=lambda one: self._url(folder, one),
            empty=_("The list has no rows."),
        )
        page |= self._facts(counts, orphans)
        rows = page["json"]
        page["json"] = lambda: (
            rows()
            | {
                "stage": run.stage,
                "percent": run.percent,
                "counts": counts,
                "orphans": [{"path": path, "why": self.say(_(why))} for path, why in orphans],
            }
        )
        return page

    def _url(self, folder: Any, one: dict[str, Any]) -> str | None:
        document = folder.get(one["code"]) if one["code"] else None
        if document is None or not self.request.has_permission(Permission.VIEW, document):
            return None
        return self.request.resource_path(document)

    def _facts(self, counts: dict[str, int], orphans: list[Any]) -> dict[str, Any]:
        run = self.run
        may = self.request.has_permission(Permission.IMPORT_RUN, self.organisation)
        return {
            "run": run,
            "stage": run.stage,
            "stage_word": STAGES[run.stage],
            "is_preview": run.stage == PREVIEW,
            "is_running": run.stage == RUNNING,
            "is_over": run.stage in (DONE, GIVEN_UP),
            "may": may,
            "counts": counts,
            "tiles": tiles(counts),
            "orphans": [(path, self.say(_(why))) for path, why in orphans[:200]],
            "orphan_count": len(orphans),
            "person": people_of(self.organisation).person_name(run.person_id),
            "tabs": steps(self.request, run) if may and run.is_open else [],
            "tabs_label": self.say(_("Steps of the import")),
            "wide": True,
        }

    @view_config(name="progress", renderer="qms.templates:imports/progress.pt")
    def progress(self) -> dict[str, Any]:
        """Show only how far the import is; the page asks for it again and again."""
        if self.run.stage != RUNNING:
            self.request.response.headers["HX-Refresh"] = "true"
        return {
            "run": self.run,
            "is_running": self.run.stage == RUNNING,
            "json": {"stage": self.run.stage, "percent": self.run.percent},
        }

    @view_config(name="start", request_method="POST", permission=Permission.IMPORT_RUN)
    def start(self) -> Response:
        """Begin to write what the preview showed."""
        carrying.start(self.run, act=self.request.act)
        return see_other(self.request, self.run)

    @view_config(name="carry", request_method="POST", permission=Permission.IMPORT_RUN)
    def carry(self) -> Response:
        """Do the next documents in this request, where no worker runs."""
        carrying.step(self.run, act=self.request.act)
        return see_other(self.request, self.run)

    @view_config(name="give-up", request_method="POST", permission=Permission.IMPORT_RUN)
    def give_up(self) -> Response:
        """End an import that has written nothing."""
        runs.give_up(self.run, act=self.request.act)
        self.request.session.flash(self.say(_("The import was given up; nothing was written.")))
        return see_other(self.request, self.run.__parent__)

    @view_config(name="source", permission=Permission.VIEW)
    def source(self) -> Response:
        """Give the uploaded list back as it was."""
        return file_response(self.request, self.run.source)


def tiles(counts: dict[str, int]) -> list[tuple[Any, int]]:
    """Give the numbers above the list."""
    named = [
        ("rows", _("rows read")),
        ("documents", _("new documents")),
        ("versions", _("versions")),
        ("in_force", _("in force")),
        ("obsolete", _("obsolete")),
        ("added", _("added to documents that are here")),
        ("here", _("here already")),
        ("out", _("rows left out")),
        ("files", _("with a file")),
        ("orphans", _("files without a row")),
    ]
    return [(title, counts[name]) for name, title in named if name in counts]
