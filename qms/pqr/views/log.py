"""The log of cases in the organisation's own format, as a list and files; one case as its PDF."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from pyramid.request import Request
from pyramid.response import Response
from pyramid.view import view_config

from qms.content.models import organisation_of
from qms.documents.wording import show_date, show_moment, show_moment_and_zone
from qms.exports import LIST_PAGE, Column, Kind, Part
from qms.kernel.i18n import _
from qms.pqr import services
from qms.pqr.choices import choices_of
from qms.pqr.formats import Version, has_several, version_key
from qms.pqr.log import MOMENTS, Filler, same_column, version_name, version_of
from qms.pqr.models import Case, CaseRegister
from qms.pqr.record_pdf import RecordPage, write_record
from qms.pqr.views.queue import LIST, Queue
from qms.pqr.views.timeline import History
from qms.pqr.words import SILENCE_NAMES, local_date, term_of
from qms.profiles.api import logo_of
from qms.security.permissions import Permission
from qms.web.chips import chip_of
from qms.web.i18n import translate
from qms.web.responses import PDF, file_response
from qms.web.transactions import outside

_SORTS = {"number", "received", "due", "customer", "kind", "state"}
_KINDS = {"number": Kind.CODE, "state": Kind.CHIP}
_LONG = {"text", "answer", "norm"}
FORM = "form"
DATES = ("in_force_from", "approved_on", "review_by")
MOST = 200_000
"""Cases of the longest file."""


@view_config(
    context=CaseRegister,
    name="log",
    permission=Permission.VIEW,
    renderer=LIST_PAGE,
)
def show_log(register: CaseRegister, request: Request) -> dict[str, Any]:
    """List cases by the columns of the organisation's own format, with the filters of the queue.

    Cases from a former version of the format stand in the columns that it had.
    """
    queue = Queue(register, request)
    organisation, listing = queue.organisation, queue.listing
    filler = Filler(organisation, personal=queue.lines.personal)
    if "sort" not in request.GET:
        listing.order, listing.reverse = "received", True
    page, folder = queue.page(), organisation[services.NAME]
    rows = queue.stored(0, None).rows if listing.wants_file else page.rows
    # A file names every version in it; one that is too long for any is refused before it is read.
    read = rows if has_several(organisation, filler.choices) and len(rows) <= MOST else ()
    versions = list(dict.fromkeys(version_key(folder[values[0]].form) for values in read))
    lines = Lines(filler, versions, request)
    listing.spec = replace(LIST, columns=lines.columns)

    def records(rows: Iterable[tuple[Any, ...]]) -> Iterable[dict[str, Any]]:
        return (lines.record(folder[values[0]]) for values in rows)

    shown = listing.page(
        title_of(filler, request),
        list(records(page.rows)) if not listing.wants_file else [],
        total=page.total,
        counts=queue.counts,
        every=lambda: records(rows),
        url=lambda one: request.resource_path(register, one["case"]),
        told_of=register,
        empty=_("No case is in this log."),
    )
    table = shown["table"]
    return {**shown, "table": lambda: replace(table(), parted_by=FORM, parts=lines.parts())}


def title_of(filler: Filler, request: Request) -> str:
    """Give code and title of the organisation's format, or the plain name of a log."""
    form = services.format_of(filler.organisation, filler.choices.data["form_code"])
    document, version = version_of(filler.organisation, form)
    if document is None or version is None:
        return str(translate(request, _("Log of cases")))
    words = translate(request, _("version"))
    return f"{document.code} · {document.title} · {words} {version.label}"


class Lines:
    """Makes the lines of the log, each in the columns of its own version of the format."""

    def __init__(self, filler: Filler, versions: list[Version | None], request: Request) -> None:
        """Unite the columns of the versions that occur; today's stand first."""
        self.filler, self.versions, self.request = filler, versions, request
        self._names: dict[tuple[str, Any], str] = {}
        made = []
        own = list(filler.columns)
        for at, (field, title, labels) in enumerate(filler.united(versions)):
            name = f"{field}-{at}"
            self._names[same_column(field, title)] = name
            shown = f"{translate(request, title)} (v. {labels})" if labels else title
            made.append(_column(name, field, shown, sortable=at < len(own)))
        last = Column(FORM, _("Version of the format"), screen=len(versions) > 1)
        self.columns = (*made, last)

    def _named(self, key: Version | None) -> dict[str, tuple[str, Any]]:
        """Give the columns of a version by their names here: field, and its own title."""
        return {self._names[same_column(*one)]: one for one in self.filler.columns_of(key)}

    def record(self, case: Case) -> dict[str, Any]:
        """Fill the columns of the version that the case keeps; the others stay empty."""
        own = self._named(version_key(case.form))
        fields = {
            one.name: self._said(case, own[one.name][0]) if one.name in own else ""
            for one in self.columns
        }
        return {**fields, FORM: self._said(case, FORM), "case": case.number}

    def _said(self, case: Case, field: str) -> Any:
        value = self.filler.value(case, field)
        return str(translate(self.request, value)) if hasattr(value, "interpolate") else value

    def parts(self) -> tuple[Part, ...]:
        """Part a file by version, where cases of several versions are in it."""
        if len(self.versions) < 2:
            return ()
        return tuple(
            self._part(key)
            for key in sorted(self.versions, key=lambda one: one or ("", ""), reverse=True)
        )

    def _part(self, key: Version | None) -> Part:
        name = version_name(key)
        titles = {one: title for one, (_field, title) in self._named(key).items()}
        return Part(
            name, name or _("Without a format"), {**titles, FORM: _("Version of the format")}
        )


def _column(name: str, field: str, title: Any, *, sortable: bool) -> Column:
    return Column(
        name,
        title,
        Kind.MOMENT if field in MOMENTS else _KINDS.get(field, Kind.TEXT),
        sort=field if sortable and field in _SORTS else None,
        link=field == "number",
        cut=field in _LONG,
    )


@view_config(
    context=Case, name="record", request_method="GET", permission=Permission.CASE_SEE_PERSONAL
)
def print_record(case: Case, request: Request) -> Response:
    """Give the case as a PDF in the format whose version it keeps."""
    page = Printer(case, request).page()
    data = outside(request, lambda: write_record(page))
    return file_response(request, data, f"{case.number}.pdf", PDF, inline=True)


class Printer:
    """Puts one case into the words of its record."""

    def __init__(self, case: Case, request: Request) -> None:
        """Look at the case for one web request."""
        self.case, self.request = case, request
        self.organisation = organisation_of(case)
        self.profile = choices_of(self.organisation).profile
        self.filler = Filler(self.organisation, personal=True)

    def say(self, text: Any) -> str:
        """Translate."""
        return str(translate(self.request, text))

    def page(self) -> RecordPage:
        """Give what is printed."""
        profile, request, case = self.profile, self.request, self.case
        logo = logo_of(self.organisation)
        facts: dict[str, object] = {
            "moment": show_moment_and_zone(profile, request.act.at),
            "name": request.person.name,
        }
        made = _("Made on ${moment} by ${name}. A printed copy is not controlled.", facts)
        history = History(case, request, personal=True)
        return RecordPage(
            printing=profile.printing,
            values=self._values(),
            organisation=profile.name,
            language=profile.language,
            colour=profile.colour,
            logo=logo.read() if logo is not None else None,
            number=case.number,
            facts=tuple(
                (self.say(title), self._text(field))
                for field, title in self.filler.columns_of(version_key(case.form))
            ),
            term=self._term(),
            steps=tuple(self._step(one) for one in history.lines()),
            heads=(
                self.say(_("Moment")),
                self.say(_("What happened")),
                self.say(_("Who")),
                self.say(_("What was said")),
            ),
            titles=(self.say(_("Legal clock")), self.say(_("Time line"))),
            made=self.say(made),
            at=request.act.at.astimezone(profile.zone),
        )

    def _values(self) -> dict[str, str]:
        """Fill the head of the house's documents with the format that the case keeps."""
        case, profile = self.case, self.profile
        document, version = version_of(self.organisation, case.form)
        process = self.organisation["processes"].get(case.process_id)
        kind = profile.document_type(document.type_id) if document is not None else None
        dates = version.dates if version is not None else {}
        name = process.name if process is not None else ""
        title = document.title if document is not None else self.say(_("Record of the case"))
        return {
            "system_name": profile.system_name,
            "organisation": profile.name,
            "title": title,
            "code": document.code if document is not None else case.number,
            "type": kind.name if kind is not None else "",
            "family": (kind.family or "") if kind is not None else "",
            "process": name,
            "owner_process": name,
            "macroprocess": (process.macroprocess or "") if process is not None else "",
            "version": str((case.form or {}).get("version", "")),
            **{name: show_date(profile, dates.get(name), "printed") for name in DATES},
        }

    def _text(self, field: str) -> str:
        value = self.filler.value(self.case, field)
        if not value and value != 0:
            return "—" if field != "blank" else " "
        if field in MOMENTS:
            return show_moment(self.profile, value)
        return self.say(chip_of(value).word) if field == "state" else self.say(value)

    def _term(self) -> tuple[tuple[str, str], ...]:
        case, clock = self.case, self.case.clock
        if clock.rule is None:
            return ((self.say(_("Term")), self.say(_("This kind of case has no legal term."))),)
        zone, profile = self.profile.zone, self.profile

        def day(at: str | None) -> str:
            return show_date(profile, local_date(at, zone)) if at else "—"

        counted = sum(one.counted for one in clock.walk()[0])
        silence = SILENCE_NAMES.get(clock.rule.silence)
        found = [
            (_("Term"), self.say(term_of(clock.rule, clock.extra))),
            (_("Norm"), clock.rule.source),
            (_("First end of the term"), day(case.first_due)),
            (_("End of the term"), day(case.due)),
            (_("Days that counted"), str(counted) if counted else "—"),
            (_("Silence"), self.say(silence) if silence else ""),
            (_("Calendar"), case.calendar_version),
        ]
        return tuple((self.say(label), value) for label, value in found if value)

    def _step(self, one: dict[str, Any]) -> tuple[str, str, str, str]:
        about = " · ".join(self.say(each) for each in one["about"])
        said = "\n".join(filter(None, (about, one["said"], one["quoted"])))
        return show_moment(self.profile, one["when"]), self.say(one["what"]), one["by"], said
