"""Writing an answer, having it approved, signing its letter, and notifying it with proof."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import deform
from pyramid.httpexceptions import HTTPNotFound, HTTPSeeOther
from pyramid.request import Request
from pyramid.response import Response
from pyramid.view import view_config, view_defaults

from qms.content.models import organisation_of
from qms.documents.wording import show_date, show_moment
from qms.kernel.acts import Act
from qms.kernel.errors import Refused
from qms.kernel.i18n import _
from qms.people.models import people_of
from qms.pqr import answer_forms, answers, lettering, likeness, posting, rating, services, workflow
from qms.pqr.choices import choices_of
from qms.pqr.errors import WordsMissing
from qms.pqr.letter_pdf import write_letter
from qms.pqr.merging import fields_of, merged
from qms.pqr.models import Case
from qms.pqr.views import composing, taking
from qms.pqr.views.acts import ActForm
from qms.profiles.api import profile_of
from qms.security.permissions import Permission
from qms.web.errors import sentence
from qms.web.forms import FieldRefused
from qms.web.redirects import see_other
from qms.web.responses import PDF, file_response
from qms.web.transactions import outside

DRAFT = "draft"


@view_config(context=Case, name="answer", permission=Permission.CASE_WORK)
class AnswerForm(ActForm):
    """Writes the answer, from one of the organisation's letters, or by reference to another."""

    __view_defaults__ = {"renderer": "qms.templates:pqr/answer.pt"}  # noqa: RUF012
    schema = answer_forms.AnswerSchema
    heading = _("Write the answer")

    @property
    def introduction(self) -> Any:
        """Say what follows: an approval, or the notification."""
        if answers.needed(self.context) is not None:
            return _("This answer is approved by somebody else before it can be sent.")
        return _("The term runs until the answer has reached the customer.")

    @property
    def button(self) -> Any:
        """Say what the first button does."""
        asked = answers.needed(self.context) is not None
        return _("Send to its approver") if asked else _("Keep the answer")

    def form(self) -> Any:
        """Let a version be kept without anybody being asked."""
        made = super().form()
        made.buttons.append(deform.Button(DRAFT, title=_("Keep as a draft")))
        return made

    def initial(self) -> dict[str, Any]:
        """Start with the answer as it is, with a chosen letter, or with an earlier answer."""
        case, request = self.context, self.request
        fields = fields_of(case, act=request.act)
        letters = {one["id"]: one for one in choices_of(organisation_of(case)).data["answers"]}
        chosen = request.GET.get("letter", "")
        if chosen in letters:
            return {"text": merged(letters[chosen]["text"], fields)}
        earlier = self._earlier().get(request.GET.get("refer", ""))
        if earlier is not None:
            return {"text": self._reference(earlier, fields)}
        return {"text": case.progress.draft or case.progress.answer}

    def _earlier(self) -> dict[str, Case]:
        """Give the answered cases that this one repeats; they can be referred to (B1)."""
        found = likeness.repeated(self.context)
        return {
            one.number: one
            for one in found
            if one.progress.notified_at
            and one.disposed is None
            and self.request.has_permission(Permission.VIEW, one)
        }

    def _reference(self, earlier: Case, fields: dict[str, str]) -> str:
        profile = profile_of(organisation_of(earlier))
        told = show_date(profile, (earlier.progress.notified_at or "")[:10], "printed")
        values: dict[str, object] = {
            "customer": fields["customer"],
            "number": fields["number"],
            "earlier": earlier.number,
            "day": told,
            "answer": earlier.progress.answer,
        }
        say = composing.Composer(earlier, self.request).say
        parts = (
            _("Dear ${customer}:", values) if fields["customer"] else _("Dear customer:"),
            _(
                "Your case ${number} repeats ${earlier}, which we answered on ${day}. We refer you"
                " to that answer:",
                values,
            ),
            earlier.progress.answer,
        )
        return "\n\n".join(say(one) for one in parts)

    def extra(self) -> dict[str, Any]:
        """Offer the organisation's letters, earlier answers, and the versions so far."""
        case = self.context
        people = people_of(organisation_of(case))
        profile = profile_of(organisation_of(case))
        letters = choices_of(organisation_of(case)).data["answers"]
        return {
            "case": case,
            "letters": [(one["id"], one["name"]) for one in letters],
            "earlier": sorted(self._earlier()),
            "drafts": list(reversed(answers.drafts_of(case))),
            "person_name": people.person_name,
            "moment": lambda at: show_moment(profile, at),
        }

    def do(self, values: dict[str, Any]) -> None:
        """Keep a version, send it to its approver, or make it the answer."""
        case, text = self.context, values["text"]
        if DRAFT in self.request.POST:
            answers.draft(case, text, act=self.act)
        elif answers.needed(case) is not None:
            answers.submit(case, text, act=self.act)
        else:
            services.answer(case, text, act=self.act)


@view_defaults(
    context=Case,
    name="approve",
    permission=Permission.CASE_SEE_PERSONAL,
    renderer="qms.templates:pqr/approve.pt",
)
class ApproveView:
    """The approver's page: the answer as it will be sent, its versions, and the decision."""

    def __init__(self, context: Case, request: Request) -> None:
        """Look at the case for one web request."""
        self.context, self.request = context, request

    @view_config(request_method="GET")
    def show(self, error: str = "", field: str = "") -> dict[str, Any]:
        """Show what is to be decided; who may not decide is sent to the case."""
        case, request = self.context, self.request
        if case.state != workflow.IN_APPROVAL and not error:
            return see_other(request, case)
        organisation = organisation_of(case)
        people, profile = people_of(organisation), profile_of(organisation)
        return {
            "heading": _("Approve the answer to ${number}", {"number": case.number}),
            "case": case,
            "seen": answers.sign_of(case.progress.draft),
            "decides": answers.may_decide(case, request.person, act=request.act),
            "is_author": request.person.id == case.progress.drafter,
            "signs": composing.needs_passphrase(case, lettering.ANSWER),
            "drafts": list(reversed(answers.drafts_of(case))),
            "person_name": people.person_name,
            "moment": lambda at: show_moment(profile, at),
            "error": error,
            "error_field": field,
            "typed": request.POST.get("reason", ""),
            "json": lambda: {"number": case.number, "state": case.state},
        }

    @view_config(request_method="POST")
    def decide(self) -> Any:
        """Approve it (and sign its letter, where a passphrase is given), or return it."""
        request, case = self.request, self.context
        returning = "return" in request.POST
        try:
            said = self._return() if returning else self._approve()
        except FieldRefused as refusal:
            return self._again(sentence(request, refusal), refusal.field)
        except WordsMissing as refusal:
            return self._again(sentence(request, refusal), "reason" if returning else "")
        except Refused as refusal:
            return self._again(sentence(request, refusal), "")
        request.session.flash(request.localizer.translate(said), "success")
        where = case if request.has_permission(Permission.VIEW, case) else case.__parent__
        return see_other(request, where)

    def _again(self, error: str, field: str) -> Any:
        self.request.response.status_int = 422
        return self.show(error, field)

    def _return(self) -> Any:
        reason = self.request.POST.get("reason", "")[:4000]
        answers.send_back(self.context, reason, act=self.request.act)
        return _("Returned to its author with your reason.")

    def _approve(self) -> Any:
        request, case = self.request, self.context
        seen, passphrase = request.POST.get("seen", ""), request.POST.get("passphrase", "")
        if not (passphrase and composing.needs_passphrase(case, lettering.ANSWER)):
            answers.approve(case, seen, act=request.act)
            return _("Approved: the answer can be sent now.")

        def tried(act: Act) -> None:
            answers.approve(case, seen, act=act)

        # Two acts follow: the approval, and the letter that bears the approver's signature.
        letter = composing.sign(case, request, lettering.ANSWER, passphrase, tried=tried)
        answers.approve(case, seen, act=request.act)
        letter.place = len(case.acts)
        services.take(case, "lettered", request.act, letter=letter.number)
        return _("Approved and signed: the answer can be sent now.")


@view_config(context=Case, name="letter", permission=Permission.CASE_WORK)
class LetterForm(ActForm):
    """Signs the letter of the answer."""

    __view_defaults__ = {"renderer": "qms.templates:pqr/letter.pt"}  # noqa: RUF012
    heading = _("Sign the letter of the answer")
    introduction = _("Look at the letter first. Its number is given when it is signed.")
    button = _("Sign the letter")

    def make_schema(self) -> Any:
        """Ask for the passphrase where a person signs."""
        return composing.with_passphrase(answer_forms.NoSchema(), self.context, lettering.ANSWER)

    def do(self, values: dict[str, Any]) -> None:
        """Make it, sign it, keep it."""
        case = self.context
        if case.state != workflow.ANSWERED:
            workflow.after(case.progress, {"kind": "lettered", "letter": "", "at": "", "by": ""})
        make_letter(case, self.request, values.get("passphrase") or "")


def make_letter(case: Case, request: Request, passphrase: str = "") -> None:
    """Make the signed letter of the present answer."""
    letter = composing.sign(case, request, lettering.ANSWER, passphrase, tried=lambda _act: None)
    services.take(case, "lettered", request.act, letter=letter.number)


@view_defaults(context=Case, request_method="GET", permission=Permission.CASE_SEE_PERSONAL)
class LetterFiles:
    """The letters of a case, as files."""

    def __init__(self, context: Case, request: Request) -> None:
        """Look at the case for one web request."""
        self.context, self.request = context, request

    @view_config(name="letter-preview")
    def preview(self) -> Response:
        """Give the letter of the answer as it would be, marked as a draft and without a number."""
        case, request = self.context, self.request
        now = case.progress
        if not (now.answer or now.draft):
            raise HTTPNotFound
        composer = composing.Composer(case, request)
        mark = composer.say(_("DRAFT"))
        page = composer.page("answer", "", act=request.act, mark=mark)
        if now.state == workflow.IN_APPROVAL:
            parts = tuple(one for one in now.draft.split("\n\n") if one.strip())
            page = replace(page, paragraphs=parts)
        page = replace(page, check_url="", field_label="")
        data = outside(request, lambda: write_letter(page))
        return file_response(request, data, f"{case.number}.pdf", PDF, inline=True)

    @view_config(name="letter-file")
    def stored(self) -> Response:
        """Give a signed letter by its number."""
        wanted = self.request.tail
        letter = lettering.letter_of(self.context, wanted)
        if letter is None:
            raise HTTPNotFound
        return file_response(self.request, letter.file)


@view_config(context=Case, name="notify", permission=Permission.CASE_WORK)
class NotifyForm(ActForm):
    """Notes how the answer reached the customer; that stops the clock."""

    schema = answer_forms.NotifySchema
    heading = _("Notify the answer")
    introduction = _("An answer counts when it has reached the customer, with proof.")
    button = _("Notify")

    def initial(self) -> dict[str, Any]:
        """Offer our mail where there is an address, and a notice where there is nobody to find."""
        case = self.context
        if case.customer["email"]:
            return {"how": services.MAIL, "notice": case.progress.answer}
        how = {"how": posting.NOTICE} if case.anonymous else {}
        return {**how, "notice": case.progress.answer}

    def do(self, values: dict[str, Any]) -> None:
        """Make the letter where that is still to be done, and notify the answer."""
        case, request = self.context, self.request
        lettering.refuse_unsigned(case)
        unsigned = lettering.answer_letter(case) is None
        answered = case.state == workflow.ANSWERED
        if lettering.wanted(case, lettering.ANSWER) and unsigned and answered:
            make_letter(case, request)
        if values["how"] == posting.NOTICE:
            posting.publish(case, values["notice"] or case.progress.answer, act=self.act)
            return
        services.notify(
            case,
            values["how"],
            proof=values["proof"] or "",
            files=taking.files_of(values),
            act=self.act,
        )


@view_config(context=Case, name="uphold", permission=Permission.CASE_WORK)
class UpholdForm(ActForm):
    """Lets the answer stay after an objection."""

    schema = answer_forms.UpholdSchema
    heading = _("The answer stays as it is")
    introduction = _("The customer reads the reason. Open the case again where they are right.")

    def do(self, values: dict[str, Any]) -> None:
        """Keep it."""
        rating.uphold(self.context, values["reason"], act=self.act)


@view_config(context=Case, name="repeats", request_method="POST", permission=Permission.CASE_WORK)
def repeats(case: Case, request: Request) -> HTTPSeeOther:
    """Keep whether the case repeats another one; where it does, both are linked."""
    same = "same" in request.POST
    likeness.settle(case, request.POST.get("other", "")[:100], same=same, act=request.act)
    back = case.__parent__ if request.POST.get("back") == "register" else case
    said = _("Linked as repeated.") if same else _("Noted: it is not the same.")
    return see_other(request, back, said)
