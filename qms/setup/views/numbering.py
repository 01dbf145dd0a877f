"""The pages about codes and versions, with examples before anything is saved."""

from __future__ import annotations

from typing import Any

from pyramid.request import Request
from pyramid.response import Response
from pyramid.view import view_config

from qms.content.models import Organisation
from qms.kernel.codes import CodeGrammar
from qms.kernel.i18n import _
from qms.kernel.versions import VersionScheme
from qms.people.moments import local_day
from qms.setup.examples import (
    MOST_SHOWN,
    code_examples,
    labels_in_use,
    labels_of,
    misfits,
    present_codes,
)
from qms.setup.forms.numbering import (
    CodesSchema,
    VersionsSchema,
    codes_start,
    codes_wanted,
    twice,
    versions_start,
    versions_wanted,
)
from qms.setup.page import CONFIGURE, PartForm
from qms.setup.previews import Peek, preview_page
from qms.setup.services import checked_with
from qms.web.errors import sentence
from qms.web.forms import FieldRefused


@view_config(name="setup-codes")
class CodesView(PartForm):
    """The code grammar."""

    schema = CodesSchema
    heading = _("Codes of documents")
    introduction = _(
        "How new codes are written. Documents keep the codes that they have, whatever you change."
    )
    tab = "setup-codes"
    preview = "setup-codes-preview"
    wide = True
    places = (
        (("codes", "company"), ("company",)),
        (("codes", "patterns"), ("patterns",)),
        (("codes", "types"), ("types",)),
        (("codes", "processes"), ("processes",)),
        (("codes", "parts"), ("parts",)),
        (("codes",), ("patterns",)),
    )

    def bindings(self) -> dict[str, Any]:
        """Give the profile, from which choices are made."""
        return {"present": self.data}

    def part(self) -> Any:
        """The grammar."""
        return self.data["codes"]

    def start(self) -> dict[str, Any]:
        """Start from what is stored."""
        return codes_start(self.part())

    def wanted(self, values: dict[str, Any]) -> dict[str, Any]:
        """Give the grammar; an acronym cannot stand for two things."""
        if (found := twice(values)) is not None:
            raise FieldRefused(
                found[0],
                _("The acronym ${acronym} is here twice."),
                acronym=values[found[0]][found[1]]["acronym"],
            )
        return {"codes": codes_wanted(values, self.part())}

    def save(self, values: dict[str, Any]) -> Response:
        """Write it, when it is known that codes of documents do not fit any more."""
        wanted = self.wanted(values)
        checked_with(self.context, wanted)
        grammar = CodeGrammar.from_data(wanted["codes"])
        left = misfits(grammar, present_codes(self.context))
        before = misfits(CodeGrammar.from_data(self.part()), left)
        if len(left) > len(before) and not values["known"]:
            raise FieldRefused(
                "known",
                _(
                    "${n} documents have codes that do not fit any more: ${codes}. They keep them;"
                    " confirm that you know."
                ),
                n=len(left),
                codes=", ".join(left[:MOST_SHOWN]) + ("…" if len(left) > MOST_SHOWN else ""),
            )
        return super().save(values)


@view_config(
    name="setup-codes-preview",
    context=Organisation,
    permission=CONFIGURE,
    request_method="POST",
)
def codes_preview(organisation: Organisation, request: Request) -> Response:
    """Show the next code of each type, what fits and what does not, with what was typed."""
    peek = Peek(CodesView(organisation, request))
    found = None
    if peek.loaded is not None:
        grammar = CodeGrammar.from_data(peek.loaded.data["codes"])
        found = code_examples(organisation, grammar, peek.loaded.data)
    values = {
        "mistakes": peek.mistakes,
        "found": found,
        "most": MOST_SHOWN,
        "say": lambda refusal: sentence(request, refusal),
    }
    return preview_page(request, "codes_preview.pt", values)


@view_config(name="setup-versions")
class VersionsView(PartForm):
    """The version scheme of the organisation."""

    schema = VersionsSchema
    heading = _("Versions")
    introduction = _(
        "How new versions are labelled. Labels that documents bear stay as they are; types may have"
        " a scheme of their own in the profile's file."
    )
    tab = "setup-versions"
    preview = "setup-versions-preview"
    wide = True
    places = ((("versions",), ("kind",)),)

    def part(self) -> Any:
        """The scheme."""
        return self.data["versions"]

    def start(self) -> dict[str, Any]:
        """Start from what is stored."""
        return versions_start(self.part())

    def wanted(self, values: dict[str, Any]) -> dict[str, Any]:
        """Give the scheme."""
        return {"versions": versions_wanted(values, self.part())}


@view_config(
    name="setup-versions-preview",
    context=Organisation,
    permission=CONFIGURE,
    request_method="POST",
)
def versions_preview(organisation: Organisation, request: Request) -> Response:
    """Show the first labels, and what follows the labels in use, with what was typed."""
    peek = Peek(VersionsView(organisation, request))
    found = None
    if peek.loaded is not None:
        scheme = VersionScheme.from_data(peek.loaded.data["versions"])
        on = local_day(organisation, request.act.at)
        found = labels_of(scheme, labels_in_use(organisation), on)
    values = {"mistakes": peek.mistakes, "found": found}
    return preview_page(request, "versions_preview.pt", values)
