"""The public pages: what a printed QR leads to, and the check of an uploaded PDF."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from pyramid.httpexceptions import HTTPNotFound
from pyramid.request import Request
from pyramid.security import NO_PERMISSION_REQUIRED
from pyramid.view import view_config, view_defaults

from qms.content.models import Site, organisation_of
from qms.documents import workflow
from qms.documents.models import Version
from qms.documents.wording import show_date
from qms.kernel.i18n import _
from qms.profiles.api import profile_of
from qms.signing.verify import verify_pdf
from qms.web.i18n import translate
from qms.web.transactions import outside

LARGEST = 50 * 1024 * 1024
"""Largest PDF that the check takes, in bytes."""


LEVELS = {
    "electronic approval": _("Electronic approval"),
    "organisation seal": _("Organisation seal (PAdES)"),
    "personal certificate PAdES": _("Personal certificate (PAdES), issued by the organisation"),
    "unknown": _("Unknown"),
}
"""The three honest levels of a signature, and none."""


@dataclass(frozen=True)
class Answer:
    """What the check page says of a printed version, without revealing its content."""

    organisation: str
    code: str
    title: str
    label: str
    state: str
    """``in-force``, ``replaced``, ``not-yet``, ``obsolete``."""
    current_label: str | None
    in_force_from: str
    signed: bool
    migrated: bool
    public: bool = False
    """Whether it leads to the version in force, without signing in."""


def find_version(site: Site, token: str) -> Version | None:
    """Give the version behind a check token."""
    found = site.checks.get(token)
    if found is None:
        return None
    organisation_id, uid, order = found
    return site[organisation_id]["documents"][uid].versions.at(order)


def answer_of(version: Version) -> Answer:
    """Say what a passer-by may know of a version that they hold a print of."""
    document = version.document
    organisation = organisation_of(document)
    current = document.in_force
    if current is version:
        state = "in-force"
    elif version.state in workflow.PENDING:
        state = "not-yet"
    else:
        state = "replaced" if current is not None else "obsolete"
    return Answer(
        organisation=organisation.title,
        code=version.code or document.code,
        title=version.title,
        label=version.label,
        state=state,
        current_label=current.label if current is not None and current is not version else None,
        in_force_from=show_date(profile_of(organisation), version.dates.get("in_force_from")),
        signed=version.is_signed,
        migrated=version.migrated,
        public=document.public and current is not None,
    )


@view_config(
    context=Site,
    name="v",
    request_method="GET",
    permission=NO_PERMISSION_REQUIRED,
    renderer="qms.templates:documents/check.pt",
)
def check(site: Site, request: Request) -> dict[str, Any]:
    """Say whether the printed version is still the one in force, in one glance on a phone."""
    token = request.tail
    version = find_version(site, token)
    if version is None:
        raise HTTPNotFound
    answer = answer_of(version)
    return {
        "heading": _("Is this version in force?"),
        "host": organisation_of(version.document),
        "answer": answer,
        "verify_url": request.resource_path(site, "verify"),
        "read_url": request.resource_path(site, "p", token),
        "json": lambda: {
            "code": answer.code,
            "version": answer.label,
            "state": answer.state,
            "current_version": answer.current_label,
            "signed": answer.signed,
            "public": answer.public,
        },
    }


@view_defaults(
    context=Site,
    name="verify",
    permission=NO_PERMISSION_REQUIRED,
    renderer="qms.templates:documents/verify.pt",
)
class VerifyView:
    """Check the signatures of a PDF that somebody was given."""

    def __init__(self, site: Site, request: Request) -> None:
        """Look at ``site`` for one request."""
        self.site, self.request = site, request

    @view_config(request_method="GET")
    def show(self, report: Any = None, error: Any = None, name: str = "") -> dict[str, Any]:
        """Show the form, and the findings below it."""
        return {
            "heading": _("Check a signed PDF"),
            "report": report,
            "findings": [self._say(one) for one in report.sentences()] if report else [],
            "error": error,
            "levels": {name: translate(self.request, word) for name, word in LEVELS.items()},
            "filename": name,
            "json": report.to_dict() if report is not None else {},
        }

    def _say(self, finding: Any) -> str:
        return translate(self.request, _(finding.msgid, finding.mapping))

    @view_config(request_method="POST")
    def verify(self) -> dict[str, Any]:
        """Check the uploaded file in a child process with limits, outside of any transaction."""
        upload = self.request.POST.get("file")
        if not hasattr(upload, "file"):
            self.request.response.status_int = 422
            return self.show(error=_("Choose the PDF file to check."))
        data = upload.file.read(LARGEST + 1)
        if len(data) > LARGEST:
            self.request.response.status_int = 422
            return self.show(error=_("The file is larger than 50 MB; it cannot be checked here."))
        authorities = [
            one.annexes["signing.authority"]
            for one in self.site.values()
            if "signing.authority" in one.annexes
        ]
        trust = [one.certificate for one in authorities]
        crls = [one.crl for one in authorities if one.crl]
        at = self.request.act.at
        report = outside(self.request, lambda: verify_pdf(data, trust, crls=crls, at=at))
        digest = hashlib.sha256(data).hexdigest()
        page = self.show(report=report, name=upload.filename)
        return page | {"sha256": digest}
