"""One wave: sending all drafts of a renaming, and signing all that wait for one person.

Regulation C3: in a series of signatures in one continuous act the passphrase is given once; each
version still gets a signature of its own over exactly the bytes that were shown (D4-25).
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from pyramid.httpexceptions import HTTPSeeOther
from pyramid.request import Request
from pyramid.view import view_config, view_defaults

from qms.content.models import organisation_of
from qms.documents.comparison import compare
from qms.documents.models import Version
from qms.documents.services import approval, submitting
from qms.documents.wording import show_moment
from qms.kernel.errors import Refused
from qms.kernel.i18n import _
from qms.people.models import people_of
from qms.profiles.api import profile_of
from qms.renaming.models import RenamePackage
from qms.renaming.services.waves import ToSign, to_send, to_sign
from qms.security.permissions import Permission
from qms.security.secrets import secret_at
from qms.web.errors import sentence
from qms.web.i18n import translate
from qms.web.redirects import see_other
from qms.web.transactions import outside

SECONDS = 20.0
"""So long one request makes files; the rest follows with the next one."""
MOST = 30
"""So many versions are signed in one act."""


@dataclass
class Told:
    """How a series went."""

    done: int = 0
    refused: list[str] = None  # type: ignore[assignment]

    def __post_init__(self) -> None:
        """Start with nothing refused."""
        self.refused = []


class Series:
    """One after the other, each in a transaction of its own; a refusal stops none of the others."""

    def __init__(self, context: RenamePackage, request: Request) -> None:
        """Look at the renaming for one request."""
        self.context, self.request = context, request
        self.told = Told()

    def attempt(self, code: str, do: Callable[[], None]) -> None:
        """Do one and commit it, or keep why not."""
        tm = self.request.tm
        try:
            do()
        except Refused as refusal:
            tm.abort()
            tm.begin()
            self.told.refused.append(f"{code}: {sentence(self.request, refusal)}")
            return
        tm.commit()
        tm.begin()
        self.told.done += 1

    def tell(self, done: Any, refused: Any) -> None:
        """Say on the next page how it went."""
        session = self.request.session
        if self.told.done:
            session.flash(_(done, {"n": self.told.done}), "success")
        for one in self.told.refused:
            session.flash(f"{translate(self.request, refused)} {one}", "warning")


@view_config(context=RenamePackage, name="send", request_method="POST", permission=Permission.VIEW)
class SendAll(Series):
    """Sends every draft of the renaming to its signers."""

    def __call__(self) -> HTTPSeeOther:
        """Send them, the files made outside of any transaction."""
        until, left = time.monotonic() + SECONDS, 0
        for uid in to_send(self.context):
            if time.monotonic() > until:
                left += 1
                continue
            version = self.context.version(uid)
            if version is not None:
                self.attempt(version.document.code, partial(self._send, version))
        self.tell(_("Sent to their signers: ${n}."), _("Not sent –"))
        if left:
            self.request.session.flash(
                _("There are more to send (${n}): send again.", {"n": left}), "info"
            )
        return see_other(self.request, self.context)

    def _send(self, version: Version) -> None:
        request = self.request
        if not request.has_permission(Permission.DOCUMENT_SUBMIT, version):
            raise Refused(_("You may not send this draft; its author or quality staff does."))
        url = request.registry.qms.check_url(version.token)
        submission = submitting.plan_submission(version, act=request.act, check_url=url)
        pdf = outside(request, lambda: submitting.make_rendition(submission))
        submitting.submit(version, submission, pdf, act=request.act)


@view_defaults(
    context=RenamePackage,
    name="sign",
    permission=Permission.DOCUMENT_SIGN,
    renderer="qms.templates:renaming/sign.pt",
)
class SignAll(Series):
    """Shows all versions that wait for a signer, and signs those chosen in one act."""

    @view_config(request_method="GET")
    def show(self, error: str | None = None) -> dict[str, Any]:
        """Show each version with its differences and its hash; a nonce is good for one use."""
        context, request = self.context, self.request
        organisation = organisation_of(context)
        waiting = to_sign(context, request.person, request.act)
        return {
            "heading": _("Sign together: ${title}", {"title": context.title}),
            "package": context,
            "waiting": [self._shown(one) for one in waiting[:MOST]],
            "more": max(len(waiting) - MOST, 0),
            "nonce": secrets.token_urlsafe(16),
            "enrolled": request.person.signing is not None,
            "person_name": people_of(organisation).person_name,
            "position_name": people_of(organisation).position_name,
            "moment": partial(show_moment, profile_of(organisation)),
            "error": error,
            "organisation": organisation,
            "json": lambda: {
                "number": context.number,
                "waiting": [
                    {
                        "code": one.version.code,
                        "title": one.version.title,
                        "version": one.version.label,
                        "step": one.hand.slot.label,
                        "sha256": one.version.file.sha256,
                    }
                    for one in waiting
                ],
            },
        }

    def _shown(self, one: ToSign) -> dict[str, Any]:
        version = one.version
        previous = version.document.in_force
        return {
            "key": one.key,
            "version": version,
            "document": version.document,
            "hand": one.hand,
            "seen": version.file.sha256,
            "previous": previous,
            "differences": compare(previous, version) if previous is not None else [],
            "signed": [act for act in version.acts if act["kind"] == "signed"],
            "chosen": "key" not in self.request.POST or one.key in self.request.POST.getall("key"),
        }

    @view_config(request_method="POST")
    def sign(self) -> Any:
        """Sign every chosen version by itself; one that cannot be signed stops none of the rest."""
        request, context = self.request, self.context
        chosen = set(request.POST.getall("key"))
        wanted = [
            one for one in to_sign(context, request.person, request.act) if one.key in chosen
        ][:MOST]
        tickets = self._tickets(wanted)
        if not tickets:
            return self._again(" ".join(self.told.refused) or translate(request, _NONE))
        secret = secret_at(request.registry.qms.secret_file)
        passphrase = request.POST.get("passphrase", "")
        first = tickets[0]
        try:
            made = outside(
                request, lambda: approval.make_signature(first[1], passphrase, secret=secret)
            )
        except Refused as refusal:
            return self._again(sentence(request, refusal))
        if made is None:
            return self._wrong(first[0], first[1].hand.slot.name)
        self._store(first[0], made)
        for version, ticket in tickets[1:]:
            self.attempt(version.code, partial(self._sign_one, version, ticket, passphrase, secret))
        self.tell(_("Signed: ${n}."), _("Not signed –"))
        return see_other(request, context if self._still_sees() else organisation_of(context))

    def _tickets(self, wanted: list[ToSign]) -> list[tuple[Version, approval.Ticket]]:
        """Check each against the bytes that were shown; those refused are told."""
        request, tickets = self.request, []
        for one in wanted:
            try:
                ticket = approval.plan_signature(
                    one.version,
                    one.hand.slot.name,
                    act=request.act,
                    seen_sha256=request.POST.get(f"seen-{one.version.document.uid}", ""),
                    on_behalf_of=one.hand.on_behalf_of,
                )
            except Refused as refusal:
                self.told.refused.append(f"{one.version.code}: {sentence(request, refusal)}")
            else:
                tickets.append((one.version, ticket))
        return tickets

    def _sign_one(
        self, version: Version, ticket: approval.Ticket, passphrase: str, secret: bytes
    ) -> None:
        made = outside(
            self.request, lambda: approval.make_signature(ticket, passphrase, secret=secret)
        )
        if made is None:
            raise Refused(_("Your signing passphrase changed meanwhile."))
        self._keep(version, made)

    def _store(self, version: Version, made: approval.Signature) -> None:
        self.attempt(version.code, partial(self._keep, version, made))

    def _keep(self, version: Version, made: approval.Signature) -> None:
        request = self.request
        approval.sign(version, made, act=request.act, nonce=request.POST.get("nonce", ""))

    def _still_sees(self) -> bool:
        return bool(self.request.has_permission(Permission.VIEW, self.context))

    def _wrong(self, version: Version, slot: str) -> dict[str, Any]:
        """Count a wrong passphrase once for the whole series (C5, D4-24)."""
        request = self.request
        refusal = approval.count_wrong_passphrase(version, slot, act=request.act)
        # The transaction manager undoes answers with an error status unless told not to.
        request.response.headers["X-Tm"] = "commit"
        return self._again(sentence(request, refusal))

    def _again(self, error: str) -> dict[str, Any]:
        self.request.response.status_int = 422
        return self.show(error)


_NONE = _("Choose at least one version that waits for you.")
