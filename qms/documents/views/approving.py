"""Submitting, signing, returning and what else moves a version along its route."""

from __future__ import annotations

import secrets
from typing import Any

from pyramid.httpexceptions import HTTPNotFound
from pyramid.request import Request
from pyramid.response import Response
from pyramid.view import view_config, view_defaults

from qms.documents.assignment import hands_for
from qms.documents.comparison import compare
from qms.documents.models import Document, Version
from qms.documents.renditions import plan_copy
from qms.documents.services import approval, submitting
from qms.documents.services.completeness import gaps_of
from qms.documents.services.freezing import local_day
from qms.documents.services.release import release
from qms.documents.views.content_lint import findings_of, panel_values, untold
from qms.documents.views.document import VersionPage, shown_version
from qms.kernel.errors import Refused
from qms.kernel.i18n import _
from qms.security.permissions import Permission
from qms.security.secrets import secret_at
from qms.web.errors import sentence
from qms.web.headers import frame_own_pdf
from qms.web.redirects import see_other
from qms.web.responses import file_response
from qms.web.transactions import outside


@view_defaults(context=Version, name="submit", permission=Permission.DOCUMENT_SUBMIT)
class SubmitView:
    """From draft to review: the last look, then the freezing."""

    def __init__(self, version: Version, request: Request) -> None:
        """Look at ``version`` for one request."""
        self.version, self.request = version, request

    @view_config(request_method="GET", renderer="qms.templates:documents/submit.pt")
    def show(self) -> dict[str, Any]:
        """Show what is missing, or what is about to be sent to whom."""
        gaps = gaps_of(self.version)
        page = VersionPage(self.version, self.request)
        slots = submitting.planned_slots(self.version)
        review = findings_of(self.request, self.version)
        return page.page(
            "",
            gaps=untold(gaps, review),
            blocked=bool(review.errors) or any(gap.blocks for gap in gaps),
            slots=slots,
            **panel_values(self.request, self.version, review),
        )

    @view_config(request_method="POST")
    def submit(self) -> Any:
        """Freeze the draft, make its PDF outside of any transaction, ask for the signatures."""
        request, version = self.request, self.version
        url = request.registry.qms.check_url(version.token)
        submission = submitting.plan_submission(version, act=request.act, check_url=url)
        pdf = outside(request, lambda: submitting.make_rendition(submission))
        submitting.submit(version, submission, pdf, act=request.act)
        return see_other(
            request,
            request.resource_path(version, "approval"),
            _("Sent to its signers. Nobody can change it now."),
        )


@view_defaults(
    context=Version,
    name="sign",
    permission=Permission.DOCUMENT_SIGN,
    renderer="qms.templates:documents/sign.pt",
)
class SignView:
    """The signer's page: what they sign, what changed, who signed before, and the signature."""

    def __init__(self, version: Version, request: Request) -> None:
        """Look at ``version`` for one request."""
        self.version, self.request = version, request
        self.base = VersionPage(version, request)

    @view_config(request_method="GET")
    def show(self, error: str | None = None, field: str = "") -> dict[str, Any]:
        """Show the frozen file and the form; a fresh nonce makes the form good for one use."""
        version, request = self.version, self.request
        frame_own_pdf(request)
        day = local_day(self.base.organisation, request.act)
        hands = hands_for(version, request.person.id, day)
        previous = version.document.in_force
        differences = compare(previous, version) if previous is not None else []
        return self.base.page(
            "",
            hands=hands,
            acts=[act for act in version.acts if act["kind"] == "signed"],
            differences=differences,
            previous=previous,
            seen=version.file.sha256,
            nonce=secrets.token_urlsafe(16),
            enrolled=request.person.signing is not None,
            position_name=self.base.people.position_name,
            error=error,
            error_field=field,
            typed_reason=request.POST.get("reason", ""),
            pdf_url=request.resource_path(version, "pdf", query={"show": "1"}),
        )

    @view_config(request_method="POST")
    def sign(self) -> Any:
        """Sign or return, with the passphrase given anew for this very act."""
        request, version = self.request, self.version
        returning = "return" in request.POST
        reason = request.POST.get("reason", "") if returning else None
        try:
            done = self._attempt(reason)
        except Refused as refusal:
            request.response.status_int = 422
            field = "reason" if returning and not (reason or "").strip() else "passphrase"
            return self.show(sentence(request, refusal), field)
        if isinstance(done, dict):
            return done
        if returning:
            request.session.flash(_("Returned to its author with your reason."), "success")
            # It is a draft again, which its signers need not be able to see.
            return see_other(request, request.resource_path(self.base.organisation))
        if version.state == "in-force":
            request.session.flash(_("Signed. The version is in force."), "success")
        else:
            request.session.flash(_("Signed."), "success")
        return see_other(request, request.resource_path(version, "approval"))

    def _attempt(self, reason: str | None) -> dict[str, Any] | None:
        request, version = self.request, self.version
        posted = request.POST
        slot, _colon, on_behalf_of = posted.get("hand", "").partition(":")
        ticket = approval.plan_signature(
            version,
            slot,
            act=request.act,
            seen_sha256=posted.get("seen", ""),
            on_behalf_of=on_behalf_of or None,
            reason=reason,
        )
        secret = secret_at(request.registry.qms.secret_file)
        passphrase = posted.get("passphrase", "")
        signature = outside(
            request, lambda: approval.make_signature(ticket, passphrase, secret=secret)
        )
        if signature is None:
            refusal = approval.count_wrong_passphrase(version, slot, act=request.act)
            # Returned, not raised: the count of wrong passphrases must be committed.
            # The transaction manager undoes answers with an error status unless told not to.
            request.response.headers["X-Tm"] = "commit"
            request.response.status_int = 422
            return self.show(sentence(request, refusal), "passphrase")
        store = approval.sign if reason is None else approval.send_back
        store(version, signature, act=request.act, nonce=posted.get("nonce", ""))
        return None


@view_defaults(context=Version, request_method="POST")
class MoveView:
    """The other moves: giving up a version, naming another signer."""

    def __init__(self, version: Version, request: Request) -> None:
        """Look at ``version`` for one request."""
        self.version, self.request = version, request

    @view_config(name="abort", permission=Permission.DOCUMENT_ABORT)
    def abort(self) -> Any:
        """Give up the version under way."""
        request = self.request
        document = self.version.document
        approval.abort(self.version, reason=request.POST.get("reason", ""), act=request.act)
        return see_other(
            request, request.resource_path(document.versions), _("The version was withdrawn.")
        )

    @view_config(name="release", permission=Permission.DOCUMENT_RELEASE)
    def release(self) -> Any:
        """Put an approved version in force now instead of on its day."""
        request = self.request
        release(self.version, act=request.act)
        return see_other(
            request, request.resource_path(self.version.document), _("The version is in force.")
        )

    @view_config(name="reassign", permission=Permission.DOCUMENT_REASSIGN)
    def reassign(self) -> Any:
        """Name another person for a signature not yet given."""
        request = self.request
        approval.swap_signer(
            self.version,
            request.POST.get("slot", ""),
            to=request.POST.get("to", ""),
            reason=request.POST.get("reason", ""),
            act=request.act,
        )
        return see_other(
            request, request.resource_path(self.version, "approval"), _("Another signer was named.")
        )


@view_config(context=Version, name="pdf", request_method="GET", permission=Permission.VIEW)
@view_config(context=Document, name="pdf", request_method="GET", permission=Permission.VIEW)
def pdf(context: Version | Document, request: Request) -> Response:
    """Give the PDF that the version's state asks for: the signed file, or a marked copy."""
    version = context if isinstance(context, Version) else shown_version(context, request)
    mark = "uncontrolled" if request.GET.get("copy") == "uncontrolled" else "by-state"
    original = request.GET.get("original") == "1" and request.has_permission(
        Permission.DOCUMENT_SEE_HISTORY, version.document
    )
    url = request.registry.qms.check_url(version.token)
    copy = plan_copy(version, check_url=url, mark=mark, original=bool(original))
    data = outside(request, copy.make)
    inline = request.GET.get("show") == "1"
    return file_response(request, data, copy.filename, "application/pdf", inline=inline)


@view_config(context=Version, name="file", request_method="GET", permission=Permission.VIEW)
def file(version: Version, request: Request) -> Response:
    """Give an attached file, always as a download."""
    version.refuse_disposed()
    stored = version.files.get(request.GET.get("id", ""))
    if stored is None:
        raise HTTPNotFound
    return file_response(request, stored)
