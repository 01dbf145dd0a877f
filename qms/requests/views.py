"""Pages of change requests: the list, asking, deciding, following what became of it."""

from __future__ import annotations

from functools import partial
from typing import Any

from pyramid.httpexceptions import HTTPNotFound, HTTPSeeOther
from pyramid.request import Request
from pyramid.response import Response
from pyramid.view import view_config, view_defaults

from qms.content.models import organisation_of
from qms.documents.assignment import Hand
from qms.documents.errors import NotYourTurn
from qms.documents.models import Document
from qms.documents.plugs import list_tabs
from qms.documents.services.freezing import assignee_text, local_day
from qms.documents.views.page import PageView
from qms.documents.views.statement import StatementForm
from qms.documents.wording import show_date, show_moment
from qms.exports import LIST_PAGE, Action, Column, Facet, Kind, Listing, ListSpec
from qms.kernel.i18n import _
from qms.kernel.text import sort_key
from qms.people.models import people_of
from qms.profiles.api import processes_of, profile_of
from qms.requests import ANSWERS, forms, services, workflow
from qms.requests.figures import asked_between
from qms.requests.listing import Row, audiences_of, catalogue_of
from qms.requests.models import COPY, CREATE, ELIMINATE, MODIFY, ChangeRequest, ChangeRequests
from qms.requests.words import ACT_NAMES, KIND_NAMES
from qms.search.lists import Listed
from qms.security.permissions import Permission
from qms.web.forms import FieldRefused, FormView
from qms.web.once import OnceForm
from qms.web.redirects import see_other

LIST = ListSpec(
    columns=(
        Column("number", _("Number"), Kind.CODE, sort="number", link=True),
        Column("what", _("Request")),
        Column("code", _("Code"), Kind.CODE, sort="code"),
        Column("title", _("Title"), sort="title", link=True, wide=True),
        Column("process", _("Process"), cut=True, screen=False),
        Column("asked_by", _("Asked by"), cut=True),
        Column("asked_on", _("Asked on"), Kind.MOMENT, sort="asked"),
        Column("due", _("To decide by"), Kind.DATE, sort="due"),
        Column("decided_on", _("Decided on"), Kind.MOMENT, screen=False),
        Column("answered_on", _("Closed on"), Kind.MOMENT, screen=False),
        Column("state", _("State"), Kind.CHIP, sort="state"),
    ),
    facets={
        "kind": Facet(_("Request"), KIND_NAMES),
        "state": Facet(_("State")),
        "process": Facet(_("Process")),
    },
    order="asked",
    reverse=True,
    search=_("Words of number, code and title"),
)


@view_config(
    context=ChangeRequests,
    request_method="GET",
    permission=Permission.VIEW,
    renderer=LIST_PAGE,
)
def show_list(folder: ChangeRequests, request: Request) -> dict[str, Any]:
    """List the requests that the person may see."""
    organisation = organisation_of(folder)
    listing = Listing(request, LIST)
    listing.narrowings, among = asked_between(request)
    seen = {"audience": audiences_of(request.person)}
    found = Listed(listing, catalogue_of(organisation), seen, among=among)
    listing.names["process"] = {one.id: one.name for one in processes_of(organisation)}
    actions = [
        Action(title, request.resource_path(folder, f"ask-{kind}"), "plus", primary=kind == MODIFY)
        for kind, title in ((MODIFY, _("Ask for a change")), (CREATE, _("Ask for a document")))
        if services.may_ask(organisation, request.person)
    ]
    return found.page(
        _("Change requests"),
        partial(_record, request),
        url=lambda one: request.resource_path(folder, one["number"]),
        empty=_("Whoever finds a mistake in a document, or misses one, asks for it here."),
        actions=actions,
        **list_tabs(request),
    )


def _record(request: Request, values: tuple[Any, ...]) -> dict[str, Any]:
    row = Row(*values)
    return {**row._asdict(), "what": request.localizer.translate(KIND_NAMES[row.kind])}


class AskForm(OnceForm):
    """Asks for something, once; the kinds derive from it."""

    kind = MODIFY
    button = _("Send the request")

    def bindings(self) -> dict[str, Any]:
        """Offer the organisation's types and processes."""
        organisation = organisation_of(self.context)
        types = [
            (one.id, one.name) for one in profile_of(organisation).document_types if one.active
        ]
        processes = [(one.id, one.name) for one in processes_of(organisation)]
        return {
            "types": sorted(types, key=lambda pair: sort_key(pair[1])),
            "processes": sorted(processes, key=lambda pair: sort_key(pair[1])),
        }

    def initial(self) -> dict[str, Any]:
        """Start with the document from whose page the person comes."""
        return {"code": self.request.GET.get("document", "")[:64]}

    def save(self, values: dict[str, Any]) -> Response:
        """Keep the request."""
        organisation = organisation_of(self.context)
        made = services.ask(
            organisation,
            self.kind,
            reason=values["reason"],
            document=self._document(values["code"]) if "code" in values else None,
            title=values.get("title", ""),
            type_id=values.get("type", ""),
            process_id=values.get("process", ""),
            copies=self.copies(values),
            act=self.request.act,
        )
        return self.done(_("Your request has the number ${number}.", {"number": made.number}), made)

    def copies(self, values: dict[str, Any]) -> dict[str, Any] | None:
        """Give what is asked about printed copies."""
        return None

    def _document(self, typed: str) -> Document:
        documents = organisation_of(self.context)["documents"]
        found = documents.get(typed) or next(iter(documents.find_loosely(typed)), None)
        if found is None or not self.request.has_permission(Permission.VIEW, found):
            raise FieldRefused("code", _("There is no document with this code."))
        return found


@view_config(context=ChangeRequests, name="ask-modify", permission=Permission.REQUEST_ASK)
class AskModify(AskForm):
    """Asks for a change of a document."""

    schema = forms.ModifySchema
    heading = _("Ask for a change")
    introduction = _("Say what is wrong or missing; the process leader or quality staff decides.")


@view_config(context=ChangeRequests, name="ask-create", permission=Permission.REQUEST_ASK)
class AskCreate(AskForm):
    """Asks for a new document."""

    kind = CREATE
    schema = forms.CreateSchema
    heading = _("Ask for a document")


@view_config(context=ChangeRequests, name="ask-eliminate", permission=Permission.REQUEST_ASK)
class AskEliminate(AskForm):
    """Asks that a document be retired."""

    kind = ELIMINATE
    schema = forms.EliminateSchema
    heading = _("Ask to retire a document")
    introduction = _("When it is accepted, the retirement is signed by its own route.")


@view_config(context=ChangeRequests, name="ask-copy", permission=Permission.REQUEST_ASK)
class AskCopy(AskForm):
    """Asks for printed copies."""

    kind = COPY
    schema = forms.CopySchema
    heading = _("Ask for printed copies")

    def initial(self) -> dict[str, Any]:
        """Start with one copy."""
        return {**super().initial(), "count": 1}

    def copies(self, values: dict[str, Any]) -> dict[str, Any]:
        """Give how many, and where they go."""
        return {
            "count": values["count"],
            "place": values["place"],
            "holder": self.request.person.id,
        }


@view_defaults(context=ChangeRequest)
class RequestView(PageView):
    """One request: what was asked, what became of it, and what can be done now."""

    context: ChangeRequest

    @view_config(
        request_method="GET",
        permission=Permission.VIEW,
        renderer="qms.templates:requests/request.pt",
    )
    def show(self) -> dict[str, Any]:
        """Show it with its history."""
        context, request = self.context, self.request
        people = people_of(self.organisation)
        document = context.document
        allowed = request.has_permission
        decides = bool(allowed(Permission.REQUEST_DECIDE, context)) and request.person.id in {
            one.id for one in services.deciders(context)
        }
        today = local_day(self.organisation, request.act)
        return {
            "heading": f"{context.number} · {context.title}",
            "change": context,
            "kind": KIND_NAMES[context.kind],
            "document": document,
            "draft": self._draft(),
            "process": self.organisation["processes"].get(context.process_id),
            "asked_by": people.person_name(context.author_id),
            "deciders": ", ".join(one.name for one in services.deciders(context)),
            "acts": [{**one, "what": ACT_NAMES[one["kind"]]} for one in context.acts],
            "slots": [
                (slot, assignee_text(context, slot.assignees)) for slot in context.standing.slots
            ],
            "days": services.response_days(context, today),
            "is_open": context.state in workflow.OPEN,
            "may": {
                "decide": decides and context.state == workflow.REQUESTED,
                "reject": decides and context.state == workflow.ACCEPTED,
                "withdraw": bool(allowed(Permission.REQUEST_WITHDRAW, context)),
                "sign": bool(services.hands(context, request.act)),
                "create": self._may_create(),
            },
            "answer_url": self._answer_url(),
            "person_name": people.person_name,
            "date": partial(show_date, self.profile),
            "moment": partial(show_moment, self.profile),
        }

    def _draft(self) -> Any:
        """Give the version that answers the request, where the person may see it."""
        document, answer = self.context.document, self.context.progress.answer
        versions = document.versions if document is not None else ()
        found = next((one for one in versions if one.uid == answer), None)
        if found is None or not self.request.has_permission(Permission.VIEW, found):
            return None
        return found

    def _answer_url(self) -> str | None:
        """Give the address at which another room fulfils the request, where this person may."""
        context, request = self.context, self.request
        answer = request.registry.get(ANSWERS, {}).get(context.kind)
        if answer is None or context.state != workflow.ACCEPTED or context.document is None:
            return None
        may = request.has_permission(Permission.COPY_MANAGE, self.organisation)
        return answer(request, context) if may else None

    def _may_create(self) -> bool:
        context = self.context
        waits = context.state == workflow.ACCEPTED and not context.progress.answer
        documents = self.organisation["documents"]
        return (
            waits
            and context.kind == CREATE
            and bool(self.request.has_permission(Permission.DOCUMENT_ADD, documents))
        )

    @view_config(name="withdraw", request_method="POST", permission=Permission.REQUEST_WITHDRAW)
    def withdraw(self) -> HTTPSeeOther:
        """Take it back."""
        services.withdraw(self.context, act=self.request.act)
        return self.back(_("Your request was withdrawn."))

    @view_config(name="create", request_method="POST", permission=Permission.VIEW)
    def create(self) -> HTTPSeeOther:
        """Start the document that was asked for and open its editor."""
        if not self._may_create():
            raise HTTPNotFound
        document = services.create(self.context, act=self.request.act)
        self.request.session.flash(
            _("The document ${code} was created.", {"code": document.code}), "success"
        )
        return see_other(self.request, self.request.resource_path(document.pending, "edit"))


@view_config(context=ChangeRequest, name="decide", permission=Permission.REQUEST_DECIDE)
class DecideForm(FormView):
    """Accepts or rejects."""

    schema = forms.DecisionSchema
    heading = _("Decide the request")
    button = _("Decide")

    def bindings(self) -> dict[str, Any]:
        """Offer what can still be decided: an accepted one can only be turned down."""
        accept = [("accept", _("Accept"))] if self.context.state == workflow.REQUESTED else []
        return {"verdicts": [*accept, ("reject", _("Reject"))]}

    def save(self, values: dict[str, Any]) -> Response:
        """Keep the decision."""
        act = self.request.act
        if values["verdict"] == "reject":
            services.reject(self.context, reason=values["note"], act=act)
            return self.done(_("The request was rejected; whoever asked is told why."))
        services.accept(self.context, note=values["note"], act=act)
        return self.done(_("The request was accepted."))


@view_config(context=ChangeRequest, name="sign", permission=Permission.REQUEST_SIGN)
class SignRetirement(StatementForm):
    """Signs the retirement of a document."""

    schema = forms.RetirementSchema
    heading = _("Sign the retirement")
    introduction = services.RETIRE
    button = _("Sign the retirement")

    def _hands(self) -> dict[str, Hand]:
        found = services.hands(self.context, self.request.act)
        return {f"{hand.slot.name}:{hand.on_behalf_of or ''}": hand for hand in found}

    def bindings(self) -> dict[str, Any]:
        """Offer the hands that the person may sign with."""
        people = people_of(organisation_of(self.context))
        return {
            "hands": [
                (key, f"{hand.slot.label} · {people.position_name(hand.position_id or '')}")
                for key, hand in self._hands().items()
            ]
        }

    def initial(self) -> dict[str, Any]:
        """Choose the first hand."""
        return {"hand": next(iter(self._hands()), ""), "verdict": "sign"}

    def save(self, values: dict[str, Any]) -> Response:
        """Sign; with the last signature the document leaves service."""
        hand = self._hands().get(values["hand"])
        if hand is None:
            raise NotYourTurn
        refuses = values["verdict"] == "refuse"
        if refuses:
            record = services.refusal_record(self.context, hand, values["reason"])
        else:
            record = services.retirement_record(self.context, hand)
        keep = services.refuse_retirement if refuses else services.sign_retirement
        self.sign(
            organisation_of(self.context),
            record,
            values["passphrase"],
            subject=self.context,
            store=partial(keep, self.context, act=self.request.act),
        )
        if refuses:
            return self.done(_("The request was rejected; whoever asked is told why."))
        if self.context.state == workflow.DONE:
            return self.done(_("Signed. The document is out of service."))
        return self.done(_("Signed."))
