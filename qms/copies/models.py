"""The persistent classes of printed copies; their paths are a promise to every database."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from BTrees.OOBTree import OOBTree

from qms.content.acted import Folding, Stated
from qms.content.models import Folder, organisation_of
from qms.copies import workflow
from qms.documents.models import Document, Version
from qms.kernel.i18n import _


class CopyRegister(Folder):
    """Every printed copy of an organisation's documents; none ever leaves it."""

    type_name = "copy-register"
    crumb = _("Controlled copies")

    def __init__(self) -> None:
        """Start without copies."""
        super().__init__("Copies")
        self.out = OOBTree()
        """``(document uid, name)`` of the copies that somebody may still work by."""

    def out_of(self, uid: str) -> list[PrintedCopy]:
        """Give the copies of a document that are out, in the order of their names."""
        keys = self.out.keys((uid, ""), (uid, "\U0010ffff"))
        return [self[name] for _uid, name in keys]


class PrintedCopy(Stated):
    """One numbered print of one version, with its holder and its place."""

    type_name = "printed-copy"
    folding = Folding(workflow.state_of, workflow.after)

    def __init__(
        self, version: Version, number: int, *, holder: str, place: str, request: str = ""
    ) -> None:
        """Number the print of ``version`` for a holder (a position or a name) at a place."""
        super().__init__(version.title)
        self.document_uid = version.document.uid
        self.order = version.order
        self.number = number
        self.holder = holder
        self.place = place
        self.request = request
        """Number of the request that asked for it; empty without one."""
        self.token = secrets.token_urlsafe(15)
        """Public address part of the check page behind the QR of this very print."""

    @property
    def crumb(self) -> str:
        """Its code and number."""
        return f"{self.document.code} n.º {self.number}"

    @property
    def document(self) -> Document:
        """The document that was printed."""
        found: Document = organisation_of(self)["documents"][self.document_uid]
        return found

    @property
    def version(self) -> Version:
        """The version that was printed."""
        return self.document.versions.at(self.order)

    def take(self, act: Mapping[str, Any]) -> str:
        """Append one act, if it can follow, and give the new state."""
        now = super().take(act)
        register = self.__parent__
        if isinstance(register, CopyRegister):
            key = (self.document_uid, self.__name__)
            if now in workflow.OUT:
                register.out[key] = self.number
            else:
                register.out.pop(key, None)
        return now
