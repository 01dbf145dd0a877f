"""What both directions of a transfer agree on: names of parts, what stays behind, secrets."""

from __future__ import annotations

from typing import Any

from qms.kernel.errors import Refused
from qms.web.responses import safe_filename

FORMAT = 1
"""Grows when the archive's form changes."""
MANIFEST, PROFILE, ORGANISATION, TRAIL = (
    "manifest.json",
    "profile.yaml",
    "organisation.json",
    "trail.jsonl",
)
DOCUMENTS = "documents.json"
DERIVED = frozenset({"documents.catalogue", "content.once"})
"""Annexes that are made anew from what is transferred, or are good for their own site alone."""
AUTHORITY = "signing.authority"
KEYS = "keys/"
SECRETS: dict[str, Any] = {
    "password_hash": None,
    "totp_secret": None,
    "totp_last": 0,
    "session_epoch": 0,
    "link_digest": None,
}
"""Attributes of a person that never leave the installation, and what stands for them."""


STAYS_BEHIND = (
    "passwords, second factors, sessions and links of persons",
    "mails of the outbox, sent and waiting: what became of them is told by the acts of each case",
    "the installation's secret: printed codes of unused contingency numbers open nothing elsewhere",
    "the passwords of mailboxes, and the text index, which is made anew",
)
"""What an archive never has, in the words of its manifest. Tokens of links, of customers and of
outside systems are in it as digests only: they stay good for whoever has them, and tell nobody."""


class NoTransfer(Refused):
    """This archive is no exported organisation, or one of another form."""


class Altered(Refused):
    """The archive was altered: ${path} is not the file that was exported."""


class OrganisationTaken(Refused):
    """There is an organisation «${name}» here already; nothing was written."""


class AddressesTaken(Refused):
    """These e-mail addresses belong to another organisation here: ${addresses}."""


class PassphraseNeeded(Refused):
    """The archive holds keys under a passphrase: give the right one, or leave the keys out."""


class TrailBroken(Refused):
    """The trail in the archive does not fit together: ${why}."""


def folder_of(document: Any) -> str:
    """Name the folder of a document: its code for people, its uid for uniqueness."""
    return f"documents/{safe_filename(document.code)}~{document.uid[:6]}"


def version_part(document: Any, order: int) -> str:
    """Name the part of one version."""
    return f"{folder_of(document)}/v{order}/version.json"
