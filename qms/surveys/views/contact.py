"""One customer of a campaign: what they answered, and the follow-up with its evidence."""

from __future__ import annotations

from functools import partial
from typing import Any

from pyramid.request import Request
from pyramid.response import Response
from pyramid.view import view_config, view_defaults

from qms.content.models import organisation_of
from qms.documents.views.page import PageView
from qms.documents.views.uploads import taken_files
from qms.documents.wording import show_date, show_moment
from qms.kernel.i18n import _
from qms.kernel.text import sort_key
from qms.links.shown import panel
from qms.people.models import people_of
from qms.security.permissions import Permission
from qms.surveys import forms, workflow
from qms.surveys.choices import choices_of
from qms.surveys.customers import keys_of, masked
from qms.surveys.linking import contact_key
from qms.surveys.listing import catalogue_of, row_of, rows
from qms.surveys.models import Contact
from qms.surveys.services import answering, following
from qms.surveys.views.lines import Lines
from qms.surveys.words import ACTS, CHANNELS, answer_text, follow_chip
from qms.web.i18n import translate
from qms.web.responses import named_file
from qms.web.seen import SeenForm, mark_of

MOST = 10
"""So many other answers of the same customer are shown."""
FILES = ("file1", "file2")


@view_defaults(context=Contact)
class ContactView(PageView):
    """One customer."""

    context: Contact

    def __init__(self, context: Contact, request: Request) -> None:
        """Look at the customer for one web request."""
        super().__init__(context, request)
        self.choices = choices_of(self.organisation)
        self.lines = Lines(request)

    @view_config(
        request_method="GET",
        permission=Permission.VIEW,
        renderer="qms.templates:surveys/contact.pt",
    )
    def show(self) -> dict[str, Any]:
        """Show who it is, what they said, and what was done."""
        contact, request = self.context, self.request
        personal = bool(request.has_permission(Permission.SURVEY_SEE_PERSONAL, contact))
        follows = bool(request.has_permission(Permission.SURVEY_FOLLOW, contact))
        calls = bool(request.has_permission(Permission.SURVEY_CALL, contact))
        now, answer = contact.progress, contact.answer
        customer = contact.customer if personal else masked(contact.customer)
        line = self.lines.line(row_of(contact))
        survey = self.choices.surveys.get(contact.campaign.survey_id)
        return {
            "heading": f"{line['code']} · {line['customer']}",
            "contact": contact,
            "campaign": contact.campaign,
            "survey_name": self.choices.name("surveys", contact.campaign.survey_id),
            "choices": self.choices,
            "customer": customer,
            "personal": personal,
            "line": line,
            "now": now,
            "answer": answer,
            "answers": self._answers(survey, answer),
            "acts": [self._act(one) for one in contact.acts],
            "may_annul": now.answered_at is not None
            and not now.gone
            and bool(request.has_permission(Permission.SURVEY_MANAGE, contact)),
            "follows": follows and now.answered_at is not None and not now.gone,
            "may_suppress": not now.gone
            and bool(request.has_permission(Permission.SURVEY_MANAGE, contact)),
            "may_call": calls and now.state in workflow.CALLABLE and contact.campaign.open,
            "may_stop": calls and now.state in workflow.MAY_ANSWER and not now.gone,
            "others": self._others() if personal else [],
            "owners": [self.lines.owner(one) for one in now.owners],
            "date": partial(show_date, self.choices.profile),
            "moment": partial(show_moment, self.choices.profile),
            "links": panel(request, "campaign", contact_key(contact), may_link=follows),
            "json": lambda: _json(line["code"], now),
        }

    def _answers(self, survey: Any, answer: Any) -> list[tuple[str, Any]]:
        if answer is None:
            return []
        found = []
        for name, value in answer["values"].items():
            question = survey.questions.get(name) if survey is not None else None
            found.append((question["text"] if question else name, answer_text(value)))
        return found

    def _act(self, act: dict[str, Any]) -> dict[str, Any]:
        about: list[Any] = []
        if act["kind"] == "attempted":
            about.append(self.choices.name("reasons", act["reason"]))
        if act.get("channel"):
            about.append(CHANNELS.get(act["channel"], act["channel"]))
        if act["kind"] == "moved":
            about.append(act["name"])
        about += [self.lines.owner(one) for one in act.get("owners", ())]
        return {
            "what": ACTS[act["kind"]],
            "by": self._hand(act),
            "at": act["at"],
            "about": about,
            "said": act.get("note") or (act["reason"] if act["kind"] == "annulled" else ""),
            "files": act.get("files") or [],
            "chip": follow_chip(self.choices, act["to"]) if act["kind"] == "moved" else None,
        }

    def _hand(self, act: dict[str, Any]) -> str:
        """Name who did something, and for whom by delegation; empty for customers and systems."""
        people, behalf = people_of(self.organisation), act.get("on_behalf_of")
        name = people.person_name(act["by"]) if act["by"] in people["persons"] else ""
        if not behalf:
            return name
        facts: dict[str, object] = {"name": name, "from": people.person_name(behalf)}
        return translate(self.request, _("${name}, by delegation of ${from}", facts))

    def _others(self) -> list[dict[str, Any]]:
        keys = keys_of(self.context.customer)
        if not keys:
            return []
        page = catalogue_of(self.organisation).query(
            {"customer": keys}, order="answered", reverse=True, limit=MOST + 1
        )
        here = (self.context.campaign.number, self.context.number)
        return [self.lines.line(one) for one in rows(page.rows) if one.path != here]

    @view_config(name="file", request_method="GET", permission=Permission.SURVEY_SEE_PERSONAL)
    def file(self) -> Response:
        """Give one file of the evidence, always as a download (D4-27)."""
        return named_file(self.request, self.context.files)


class FollowForm(SeenForm):
    """One act on what a customer said; the acts derive from it."""

    context: Contact

    def present(self) -> str:
        """Name how far the customer is."""
        return mark_of(len(self.context.acts))


@view_config(context=Contact, name="follow-up", permission=Permission.SURVEY_FOLLOW)
class MoveForm(FollowForm):
    """Brings the follow-up to another state, with its evidence."""

    schema = forms.MoveSchema
    heading = _("Go on with the follow-up")
    button = _("Keep")
    introduction = _(
        "The customer counts as answered when the state says so, with words and a file as evidence."
    )

    def bindings(self) -> dict[str, Any]:
        """Offer the states that this customer's follow-up may have."""
        choices = choices_of(organisation_of(self.context))
        states = choices.states_for(self.context.brand_id)
        return {"states": [(one["id"], str(one["name"])) for one in states]}

    def initial(self) -> dict[str, Any]:
        """Start with the present state."""
        return {"to": self.context.progress.follow}

    def save(self, values: dict[str, Any]) -> Response:
        """Move it."""
        following.move(
            self.context,
            values["to"],
            note=values["note"],
            files=taken_files(values, FILES),
            act=self.request.act,
        )
        return self.done(_("Saved."))


def _json(code: str, now: workflow.Progress) -> dict[str, Any]:
    return {
        "number": code,
        "state": now.state,
        "class": now.role,
        "score": now.score,
        "follow": now.follow,
        "due": now.due,
        "managed": now.managed_at,
        "in_time": now.in_time,
    }


@view_config(context=Contact, name="annul", permission=Permission.SURVEY_MANAGE)
class AnnulForm(FollowForm):
    """Lets answers count no more."""

    schema = forms.AnnulSchema
    heading = _("Annul the answers")
    introduction = _(
        "The figures change; what was answered stays in the time line, with who and why."
    )
    button = _("Annul")

    def save(self, values: dict[str, Any]) -> Response:
        """Annul them."""
        answering.annul(self.context, values["reason"], act=self.request.act)
        return self.done(_("The answers count no more; the customer can be called again."))


@view_config(context=Contact, name="assign", permission=Permission.SURVEY_FOLLOW)
class AssignForm(FollowForm):
    """Gives the follow-up to positions."""

    schema = forms.AssignSchema
    heading = _("Give the follow-up to somebody")
    button = _("Assign")

    def bindings(self) -> dict[str, Any]:
        """Offer the positions of the organisation."""
        people = people_of(organisation_of(self.context))
        found = [(one.id, one.name) for one in people["positions"].values()]
        return {"positions": sorted(found, key=lambda pair: sort_key(pair[1]))}

    def initial(self) -> dict[str, Any]:
        """Start with whose it is."""
        people = people_of(organisation_of(self.context))
        return {
            "owners": {one for one in self.context.progress.owners if one in people["positions"]}
        }

    def save(self, values: dict[str, Any]) -> Response:
        """Assign it."""
        following.assign(self.context, values["owners"], act=self.request.act)
        return self.done(_("Saved."))
