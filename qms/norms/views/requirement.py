"""One requirement: its text, whether it applies, and the documents that meet it."""

from __future__ import annotations

from typing import Any

from pyramid.request import Request
from pyramid.response import Response
from pyramid.view import view_config

from qms.content.models import organisation_of
from qms.documents.listing import Wanted, master_list
from qms.documents.services.freezing import local_day
from qms.kernel.i18n import _
from qms.norms import forms, services
from qms.norms.listing import row_of
from qms.norms.matrix import Norming, line_of
from qms.norms.models import Requirement
from qms.norms.views.norm import ask_url
from qms.norms.views.register import choices, may_manage
from qms.norms.words import TIES
from qms.security.permissions import Permission
from qms.web.forms import FieldRefused, FormView

MOST_CODES = 300
"""Most codes that the page offers in its inputs."""


@view_config(
    context=Requirement, permission=Permission.VIEW, renderer="qms.templates:norms/requirement.pt"
)
def show(one: Requirement, request: Request) -> dict[str, Any]:
    """Show a requirement with the documents that speak of it."""
    organisation = organisation_of(one)
    today = local_day(organisation, request.act)
    line = line_of(Norming.of(organisation, row_of(one.norm)), one, today)
    return {
        "heading": f"{one.norm.name}, {one.number}",
        "one": one,
        "line": line,
        "links": [(link, ask_url(request, link.code)) for link in line.links],
        "ties": TIES,
        "documents": organisation["documents"],
        "processes": {each.id: each.name for each in organisation["processes"].values()},
        "may": may_manage(request) and not one.heading,
        "json": lambda: {
            "norm": one.norm.name,
            "number": one.number,
            "text": one.title,
            "coverage": line.coverage,
            "documents": [link.code for link in line.links],
        },
    }


@view_config(
    context=Requirement,
    name="edit",
    permission=Permission.NORM_MANAGE,
    renderer="qms.templates:norms/edit_requirement.pt",
)
class EditRequirement(FormView):
    """Changes text, applicability, judgement and links of a requirement."""

    context: Requirement
    schema = forms.RequirementSchema

    @property
    def heading(self) -> str:
        """Norm and number."""
        return f"{self.context.norm.name}, {self.context.number}"

    def bindings(self) -> dict[str, Any]:
        """Offer the processes."""
        return choices(organisation_of(self.context))

    def initial(self) -> dict[str, Any]:
        """Start with what is kept."""
        here, documents = self.context, organisation_of(self.context)["documents"]
        linked = (documents.get(uid) for uid in here.document_uids)
        return {
            "text": here.title,
            "applies": "yes" if here.applies else "no",
            "applicability": here.applicability,
            "process_ids": set(here.process_ids),
            # One empty line, for whoever has no script that adds one.
            "codes": [*(one.code for one in linked if one is not None), ""],
            "partial": here.partial,
        }

    def extra(self) -> dict[str, Any]:
        """Give the codes that the inputs offer: of what is in force."""
        wanted = Wanted(in_force_only=True, limit=MOST_CODES)
        page = master_list(organisation_of(self.context), wanted, person=self.request.person)
        return {"codes": [(row.code, row.title) for row in page.rows]}

    def save(self, values: dict[str, Any]) -> Response:
        """Keep it; every code must be a document's."""
        codes = [code for code in values["codes"] if code]
        uids, missing = services.document_uids(organisation_of(self.context), codes)
        if missing:
            raise FieldRefused(
                "codes", "There is no document with the code «${code}».", code=missing[0]
            )
        applies = values["applies"] == "yes"
        if not applies and not values["applicability"].strip():
            raise FieldRefused("applicability", "Say why it does not apply.")
        services.save_requirement(
            self.context,
            {
                "title": values["text"],
                "applies": applies,
                "applicability": values["applicability"],
                "partial": values["partial"],
                "document_uids": uids,
                "process_ids": values["process_ids"],
            },
            act=self.request.act,
        )
        return self.done(_("Saved."))
