"""The editor of a draft: one form a section, saved one by one, so that nobody loses another's."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import colander
import deform
from pyramid.httpexceptions import HTTPNotFound
from pyramid.renderers import render_to_response
from pyramid.request import Request
from pyramid.response import Response
from pyramid.view import view_config, view_defaults

from qms.documents.comparison import CHANGED, Line, SectionDifference, compare_lines
from qms.documents.errors import BadLabel, BadQuestion, LabelTaken, ReasonNeeded, SectionChanged
from qms.documents.forms import BASE, CHANGE_TITLES, base_revision, details_schema
from qms.documents.listing import Wanted, master_list
from qms.documents.models import Version
from qms.documents.sections import kind_of
from qms.documents.services import drafting
from qms.documents.services.completeness import gaps_of
from qms.documents.views.content_lint import editor_panel
from qms.documents.views.document import VersionPage
from qms.documents.wording import SYSTEM
from qms.kernel.errors import Conflict, Refused
from qms.kernel.i18n import _
from qms.profiles.api import Section
from qms.security.permissions import Permission
from qms.web.errors import sentence
from qms.web.forms import EDITOR, Renderer, field_errors
from qms.web.i18n import translate
from qms.web.json import json_response, problem, wants_json
from qms.web.redirects import see_other
from qms.web.shapes import in_shape, sent_tree

DETAILS = "details"
SCRIPTS = (EDITOR, "dist/draft.js")
MOST_CODES = 1000
"""Most codes that the page offers in its inputs."""
_IDS_APART = 100_000
"""How far the ids of two forms of the page are apart."""


@dataclass(frozen=True)
class Part:
    """One form of the page."""

    id: str
    kind: str
    number: str
    title: Any
    required: bool
    saved: str
    """When and by whom it was saved last, in words."""
    form: str
    errors: list[Any]


@view_defaults(context=Version, permission=Permission.DOCUMENT_EDIT)
class EditorView:
    """The editor of one version."""

    def __init__(self, version: Version, request: Request) -> None:
        """Look at ``version`` for one request."""
        self.version, self.request = version, request
        self.base = VersionPage(version, request)
        self.scope = self.base.scope
        type_ = self.base.profile.document_type(version.document.type_id)
        self.type = type_
        self.specs: dict[str, Section] = {spec.id: spec for spec in type_.sections}

    # --- Pages --------------------------------------------------------------------------------

    @view_config(name="edit", request_method="GET", renderer="qms.templates:documents/edit.pt")
    def show(self) -> dict[str, Any]:
        """Show all forms, what is missing, and where to go on."""
        return self.page({})

    @view_config(name="edit-gaps", request_method="GET", renderer="qms.templates:documents/gaps.pt")
    def gaps(self) -> dict[str, Any]:
        """Give the list of what is missing, for the corner of the page."""
        gaps = gaps_of(self.version)
        return {
            "gaps": gaps,
            "blocking": sum(gap.blocks for gap in gaps),
            "version": self.version,
            "may_submit": self.request.has_permission(Permission.DOCUMENT_SUBMIT, self.version),
        }

    @view_config(name="edit-section", request_method="POST")
    def save_section(self) -> Any:
        """Save one section, unless somebody else saved it since."""
        spec = self.specs.get(self.request.GET.get("id", ""))
        if spec is None:
            raise HTTPNotFound
        typed = self.typed()
        form = self.section_form(spec, typed)
        try:
            values = form.validate_pstruct(in_shape(form, typed))
        except deform.ValidationFailure as failure:
            return self.sent_back(spec.id, form, failure.render(), failure.error)
        revision = values.pop(BASE)
        present = self.version.sections.get(spec.id)
        if present is None or present.data == values:
            # Nothing yet, or the very same text: whoever saved it first, nothing is lost.
            revision = present.revision if present is not None else 0
        try:
            stored = drafting.save_section(
                self.version, spec.id, values, base_revision=revision, act=self.request.act
            )
        except SectionChanged:
            return self.section_conflict(spec, values)
        return self.saved(spec.id, stored.revision, stored.saved_at)

    @view_config(name="edit-details", request_method="POST")
    def save_details(self) -> Any:
        """Save what stands around the content."""
        typed = self.typed()
        form = self.details_form()
        try:
            values = form.validate_pstruct(in_shape(form, typed))
        except deform.ValidationFailure as failure:
            return self.sent_back(DETAILS, form, failure.render(), failure.error)
        revision = values.pop(BASE)
        try:
            drafting.save_details(
                self.version, act=self.request.act, base_revision=revision, **values
            )
        except Conflict:
            return self.details_conflict(values)
        except (BadLabel, LabelTaken, ReasonNeeded, BadQuestion) as refusal:
            places = {ReasonNeeded: "label_reason", BadQuestion: "questions"}
            name = places.get(type(refusal), "label")
            return self.refused(form, name, refusal)
        return self.saved(DETAILS, self.version.details_revision, self.request.act.at)

    # --- Answers ------------------------------------------------------------------------------

    def saved(self, part: str, revision: int, at: Any) -> Response:
        """Say that a part was saved: to the script as data, else by showing the page again."""
        if wants_json(self.request):
            local = at.astimezone(self.base.profile.zone)
            data = {
                "saved_at": at.isoformat(),
                "saved": f"{local:%H:%M}",
                "revision": revision,
                "errors": {},
            }
            return json_response(data)
        self.request.session.flash(_("Saved."), "success")
        return see_other(
            self.request, f"{self.request.resource_path(self.version, 'edit')}#s-{part}"
        )

    def sent_back(self, part: str, form: Any, shown: str, error: colander.Invalid) -> Any:
        """Show the form as typed with what is wrong at each field."""
        if wants_json(self.request):
            messages = error.asdict(translate=self.translate)
            found = {path: text for path, text in messages.items() if text}
            title = translate(self.request, _("Correct what is marked"))
            return problem(422, title, errors=found)
        values = self.page({part: (shown, field_errors(form))})
        return self.respond("edit", values, 422)

    def refused(self, form: Any, name: str, refusal: Refused) -> Any:
        """Show a refusal of the domain at the field that it is about."""
        error = colander.Invalid(form.schema)
        child = colander.Invalid(form[name].schema, sentence(self.request, refusal))
        error.add(child)
        form[name].error = child
        return self.sent_back(DETAILS, form, form.render(form.cstruct), error)

    def respond(self, template: str, values: dict[str, Any], status: int) -> Response:
        """Render a page with a status of its own."""
        response = render_to_response(
            f"qms.templates:documents/{template}.pt", values, request=self.request
        )
        response.status_int = status
        return response

    def section_conflict(self, spec: Section, mine: dict[str, Any]) -> Any:
        """Show what somebody else saved meanwhile beside what was typed here; both survive."""
        kind, stored = kind_of(spec.kind), self.version.sections[spec.id]
        lines = compare_lines(kind.lines(stored.data, self.scope), kind.lines(mine, self.scope))
        again = self.section_form(spec, mine).render({**mine, BASE: stored.revision})
        return self.conflict(
            spec.id,
            spec.number,
            spec.title,
            lines,
            again,
            self.who_and_when(stored.saved_by, stored.saved_at),
            kind=kind,
            data=stored.data,
        )

    def details_conflict(self, mine: dict[str, Any]) -> Any:
        """Show the details that somebody else saved beside those typed here."""
        theirs = self.details_values()
        lines = compare_lines(self.details_lines(theirs), self.details_lines(mine))
        revision = self.version.details_revision
        again = self.details_form().render({**mine, BASE: revision})
        return self.conflict(DETAILS, "", _("Details"), lines, again, "", kind=None, data=theirs)

    def conflict(
        self,
        part: str,
        number: str,
        title: Any,
        lines: list[Line],
        again: str,
        saved: str,
        **more: Any,
    ) -> Any:
        """Answer that somebody was faster: 409 with both texts."""
        if wants_json(self.request):
            told = [[[piece.kind, piece.text] for piece in line.pieces] for line in lines]
            heading = translate(self.request, _("Somebody else saved this part meanwhile"))
            return problem(409, heading, saved, lines=told)
        shown = translate(self.request, title)
        difference = SectionDifference(part, number, shown, CHANGED, tuple(lines))
        values = self.base.page(
            "",
            heading=_("Somebody else saved this part meanwhile"),
            part=part,
            title=shown,
            differences=[difference],
            form=again,
            saved=saved,
            codes=self.codes(),
            scripts=SCRIPTS,
            **more,
        )
        return self.respond("section_conflict", values, 409)

    # --- Parts --------------------------------------------------------------------------------

    def page(
        self, replaced: Mapping[str, tuple[str, list[Any]]], *, file_error: str = ""
    ) -> dict[str, Any]:
        """Give what the editor shows; ``replaced`` are forms that came back with errors."""
        version = self.version
        parts = [self.details_part(replaced.get(DETAILS))]
        parts += [self.section_part(spec, replaced.get(spec.id)) for spec in self.specs.values()]
        main = version.files.get(version.main_file or "")
        others = [(key, one) for key, one in version.files.items() if key != version.main_file]
        errors = [error for part in parts for error in part.errors]
        return self.base.page(
            "",
            parts=parts,
            errors=errors,
            file_error=file_error,
            main_file=main,
            other_files=others,
            wants_file=self.type.content == "file" or main is not None,
            wants_annexes=any(spec.kind == "annexes" for spec in self.specs.values()),
            codes=self.codes(),
            scripts=SCRIPTS,
            wide=True,
            **self.gaps(),
            **editor_panel(version, self.request),
        )

    def details_part(self, replaced: tuple[str, list[Any]] | None) -> Part:
        """Make the form of the details."""
        shown, errors = replaced or (self.details_form().render(self.details_values()), [])
        return Part(DETAILS, DETAILS, "", _("Details"), True, "", shown, errors)

    def section_part(self, spec: Section, replaced: tuple[str, list[Any]] | None) -> Part:
        """Make the form of one section."""
        stored = self.version.sections.get(spec.id)
        data = kind_of(spec.kind).empty() if stored is None else stored.data
        revision = 0 if stored is None else stored.revision
        saved = "" if stored is None else self.who_and_when(stored.saved_by, stored.saved_at)
        if replaced is None:
            replaced = self.section_form(spec, data).render({**data, BASE: revision}), []
        shown, errors = replaced
        return Part(
            spec.id, spec.kind, spec.number, spec.title, spec.required, saved, shown, errors
        )

    def section_form(self, spec: Section, data: Mapping[str, Any]) -> Any:
        """Make the form of a section; ``data`` is what its choices are made from."""
        schema = kind_of(spec.kind).schema(self.scope)
        schema.add(base_revision())
        place = 2 + list(self.specs).index(spec.id)
        url = self.request.resource_path(self.version, "edit-section", query={"id": spec.id})
        return self.make(schema, spec.id, place, url, data)

    def details_form(self) -> Any:
        """Make the form of the details."""
        document = self.version.document
        earlier = [one for one in document.versions if one is not self.version]
        standing = [one.label for one in earlier if one.state != "aborted"]
        scheme = self.base.profile.version_scheme(document.type_id)
        on = self.request.act.at.astimezone(self.base.profile.zone).date()
        offered = scheme.next(standing[-1], on=on) if standing else scheme.first(on=on)
        schema = details_schema(self.scope, offered=offered)
        url = self.request.resource_path(self.version, "edit-details")
        return self.make(schema, DETAILS, 1, url, {})

    def make(self, schema: Any, part: str, place: int, url: str, data: Mapping[str, Any]) -> Any:
        """Make deform's form; the ids of its fields are apart from those of the other forms."""
        request = self.request
        return deform.Form(
            schema.bind(request=request, context=self.version, data=data),
            action=url,
            buttons=[deform.Button("save", title=_("Save"), css_class="btn-quiet")],
            formid=f"f-{part}",
            renderer=Renderer(request),
            focus="off",
            counter=itertools.count(place * _IDS_APART),
        )

    def details_values(self) -> dict[str, Any]:
        """Give the details as the form takes them."""
        version = self.version
        return {
            "title": version.title,
            "label": version.label,
            "label_reason": version.label_reason,
            "reason": version.reason,
            "changes": [dict(one) for one in version.changes],
            "distribution": list(version.distribution),
            "release_on": version.release_on or colander.null,
            "review_by": version.dates.get("review_by") or colander.null,
            "minor_reason": version.minor_reason,
            "questions": [
                {"text": one["text"], "answers": drafting.question_lines(one)}
                for one in version.questions
            ],
            BASE: version.details_revision,
        }

    def details_lines(self, values: Mapping[str, Any]) -> list[str]:
        """Write the details as lines, to compare them."""
        named = [self.scope.position_name(one) for one in values["distribution"]]
        dates = [self.scope.date(values[key] or None) for key in ("release_on", "review_by")]
        lines = [values["title"], values["label"], values["label_reason"], values["reason"]]
        for one in values["changes"]:
            kind = translate(self.request, CHANGE_TITLES.get(one["kind"], one["kind"]))
            lines.append(" ".join(filter(None, (f"{kind}:", one["subject"], one["text"]))))
        lines.append(values["minor_reason"])
        for one in values["questions"]:
            lines += [one["text"], *one["answers"].splitlines()]
        return [line for line in (*lines, *named, *dates) if line]

    def who_and_when(self, person_id: str | None, at: Any) -> str:
        """Say who saved something and when."""
        if person_id is None or at is None:
            return ""
        name = (
            translate(self.request, SYSTEM)
            if person_id == "system"
            else self.base.people.person_name(person_id)
        )
        local = at.astimezone(self.base.profile.zone)
        return f"{name}, {self.scope.date(local.date())} {local:%H:%M}"

    def codes(self) -> list[tuple[str, str]]:
        """Give code and title of the documents, for the inputs of codes."""
        wanted = Wanted(order="code", limit=MOST_CODES)
        page = master_list(self.base.organisation, wanted, person=self.request.person)
        return [(row.code, row.title) for row in page.rows]

    def typed(self) -> dict[str, Any]:
        """Read what the browser sent; a stream that is out of step counts as nothing."""
        return sent_tree(self.request.POST.items())

    def translate(self, text: Any) -> str:
        """Give ``text`` in the page's language."""
        return translate(self.request, text)
