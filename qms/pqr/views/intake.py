"""E-mails that made no case: a clerk registers, adds or discards each of them."""

from __future__ import annotations

from functools import partial
from typing import Any

from pyramid.httpexceptions import HTTPForbidden, HTTPNotFound
from pyramid.request import Request
from pyramid.response import Response
from pyramid.view import view_config, view_defaults

from qms.content.models import organisation_of
from qms.documents.views.page import PageView
from qms.documents.wording import show_moment
from qms.exports import Column, Facet, Kind, Listing, ListSpec
from qms.kernel.i18n import _
from qms.kernel.quoting import split_quoted
from qms.kernel.text import clean_line
from qms.people.models import people_of
from qms.pqr.intake import settling, shown
from qms.pqr.intake.errors import NoCaseOfThisNumber, NoSuchMail
from qms.pqr.intake.models import AUTOMATIC, WAITING, KeptMail, look
from qms.pqr.models import Case, CaseRegister
from qms.pqr.privacy import HIDDEN, masked
from qms.pqr.views import taking
from qms.pqr.views.capture import named_in_path, ways
from qms.profiles.api import profile_of
from qms.security.permissions import Permission
from qms.web import fields
from qms.web.forms import FormView
from qms.web.i18n import translate
from qms.web.redirects import see_other
from qms.web.responses import file_response

LIST = ListSpec(
    columns=(
        Column("received_at", _("Received"), Kind.MOMENT, sort="received_at"),
        Column("title", _("Subject"), link=True, wide=True),
        Column("sender", _("Sender"), cut=True),
        Column("why_word", _("Why it made no case")),
        Column("state_word", _("State"), sort="state_word"),
        Column("number", _("Case"), Kind.CODE),
        Column("reason", _("Reason"), screen=False),
    ),
    facets={"state": Facet(_("State"), shown.STATE_NAMES), "why": Facet(_("Why it made no case"))},
    order="received_at",
    reverse=True,
    search=_("Words of subject and sender"),
)


class DiscardSchema(fields.Schema):
    """Why a mail makes no case."""

    reason = fields.text(_("Why it makes no case"), longest=300)


class AddSchema(fields.Schema):
    """The case that a mail belongs to."""

    number = fields.text(_("Number of the case"), longest=80)


@view_defaults(context=CaseRegister, permission=Permission.CASE_SEE_PERSONAL)
class KeptMails(PageView):
    """The list of mails that made no case, and one of them."""

    context: CaseRegister

    @view_config(name="mail", request_method="GET", renderer="qms.templates:pqr/intake.pt")
    def show(self) -> dict[str, Any]:
        """List them, those that wait first; behind the address of one, show that one."""
        if self.request.subpath:
            return self._one(_mail_of(self.context, self.request))
        listing, room = Listing(self.request, LIST), look(self.organisation)
        listing.names["why"] = {
            name or "automatic": translate(self.request, word)
            for name, word in shown.WHY_NAMES.items()
        }
        return listing.show(
            _("E-mails without a case"),
            [self._record(one) for one in shown.kept_mails(self.organisation)],
            names=("title", "sender"),
            url=self._url,
            empty=_("Every e-mail that came made a case, or belongs to one."),
            mail=None,
            tabs=ways(self.context, self.request, "mail"),
            unread=self._unread(),
            left_out=room.left_out if room is not None else 0,
            register=self.context,
        )

    def _url(self, one: dict[str, Any]) -> str | None:
        if one["masked"]:
            return None
        return self.request.resource_path(self.context, "mail", one["uid"])

    def _record(self, mail: KeptMail) -> dict[str, Any]:
        """Give a line; who has no need to know sees initials, and no words."""
        who, read = masked(mail.facts), shown.may_read(self.request, mail)
        if read:
            who = mail.facts
        return {
            "uid": mail.uid,
            "masked": not read,
            "received_at": mail.received_at,
            "title": mail.title if read else HIDDEN,
            "sender": " · ".join(filter(None, (who["name"], who["address"]))) or "—",
            "why": mail.why or "automatic",
            "why_word": translate(self.request, shown.WHY_NAMES[mail.why]),
            "state": mail.state,
            "state_word": translate(self.request, shown.STATE_NAMES[mail.state]),
            "number": mail.number,
            "reason": mail.reason if read else "",
        }

    def _unread(self) -> list[tuple[Case, str, Any]]:
        return [
            (self.context[number], moment, shown.TASKS[why])
            for number, moment, why in shown.unread(self.request)
        ]

    def _one(self, mail: KeptMail) -> dict[str, Any]:
        people = people_of(self.organisation)
        case = self.context.get(mail.number) if mail.number else None
        if case is not None and not self.request.has_permission(Permission.VIEW, case):
            case = None
        return {
            "heading": mail.title,
            "mail": mail,
            "words": split_quoted(mail.facts["text"]),
            "why": shown.WHY_NAMES[mail.why],
            "state_word": shown.STATE_NAMES[mail.state],
            "is_open": mail.state in {WAITING, AUTOMATIC},
            "case": case,
            "by": people.person_name(mail.settled_by) if mail.settled_by else "",
            "moment": partial(show_moment, profile_of(self.organisation)),
            "register": self.context,
            "tabs": ways(self.context, self.request, "mail"),
            "json": lambda: {**self._record(mail), "text": mail.facts["text"]},
        }

    @view_config(name="mail-file", request_method="GET")
    def file(self) -> Response:
        """Give a file of a mail, or the mail as it came, always as a download (D4-27)."""
        if len(self.request.subpath) != 2:
            raise HTTPNotFound
        uid, wanted = self.request.subpath
        try:
            mail = settling.kept_mail(self.organisation, uid)
        except NoSuchMail:
            raise HTTPNotFound from None
        if not shown.may_read(self.request, mail):
            raise HTTPForbidden
        files = [*mail.files, *([mail.original] if mail.original is not None else [])]
        found = next((one for one in files if one.uid == wanted), None)
        if found is None:
            raise HTTPNotFound
        return file_response(self.request, found)

    @view_config(name="mail-register", request_method="POST")
    def register(self) -> Response:
        """Make a case of it by one click, and show the case."""
        mail = _mail_of(self.context, self.request)
        made = settling.register_mail(
            self.organisation,
            mail,
            say=partial(translate, self.request),
            act=self.request.act,
        )
        self.request.session[taking.RECEIPT] = [
            self.organisation.__name__,
            made.case.number,
            made.code,
        ]
        said = _("${number} is registered.", {"number": made.case.number})
        return see_other(self.request, made.case, said)

    @view_config(name="mail-seen", request_method="POST")
    def seen(self) -> Response:
        """Take a case off the list of those that somebody wrote about."""
        case = self.context.get(named_in_path(self.request))
        if case is None or not self.request.has_permission(Permission.CASE_WORK, case):
            raise HTTPNotFound
        settling.see(self.organisation, case, act=self.request.act)
        return see_other(self.request, self.request.resource_path(self.context, "mail"))


def _mail_of(context: CaseRegister, request: Request) -> KeptMail:
    """Give the mail that the address names, to who may read it, or answer that nothing is here."""
    try:
        mail = settling.kept_mail(organisation_of(context), named_in_path(request))
    except NoSuchMail:
        raise HTTPNotFound from None
    if not shown.may_read(request, mail):
        raise HTTPForbidden
    return mail


class _MailForm(FormView):
    """A form about one mail."""

    def __call__(self) -> Any:
        """Answer, where there is such a mail."""
        self.mail = _mail_of(self.context, self.request)
        return super().__call__()

    @property
    def introduction(self) -> Any:
        """Name the mail."""
        return self.mail.title

    def back(self, message: Any) -> Response:
        """Go back to the list."""
        return self.done(message, self.request.resource_path(self.context, "mail"))


@view_config(context=CaseRegister, name="mail-discard", permission=Permission.CASE_SEE_PERSONAL)
class DiscardForm(_MailForm):
    """Turns a mail down, with a reason."""

    schema = DiscardSchema
    heading = _("Discard this e-mail")
    button = _("Discard")

    def save(self, values: dict[str, Any]) -> Response:
        """Turn it down."""
        organisation = organisation_of(self.context)
        settling.discard(organisation, self.mail, values["reason"], act=self.request.act)
        return self.back(_("The e-mail was discarded; it stays in the list with its reason."))


@view_config(context=CaseRegister, name="mail-add", permission=Permission.CASE_SEE_PERSONAL)
class AddForm(_MailForm):
    """Adds a mail to a case."""

    schema = AddSchema
    heading = _("Add to a case")
    button = _("Add")

    def initial(self) -> dict[str, Any]:
        """Start with the case that it speaks of."""
        return {"number": self.mail.number}

    def save(self, values: dict[str, Any]) -> Response:
        """Add it as a note, where the person may work the case."""
        named = self.context.get(clean_line(values["number"]).upper())
        if named is None or not self.request.has_permission(Permission.CASE_WORK, named):
            raise NoCaseOfThisNumber(number=values["number"])
        case = settling.add_to_case(
            organisation_of(self.context),
            self.mail,
            values["number"],
            say=partial(translate, self.request),
            act=self.request.act,
        )
        return self.back(_("The e-mail was added to ${number}.", {"number": case.number}))
