"""Opening a document to the public: whoever has the link reads the version in force.

ISO 9001 5.2.2 asks that the quality policy be available to interested parties, who have no account.
"""

from __future__ import annotations

from qms.documents import events
from qms.documents.models import Document
from qms.kernel.acts import Act


def set_public(document: Document, *, public: bool, act: Act) -> None:
    """Let anybody with the link read what is in force, or nobody any more."""
    if document.public != public:
        document.public = public
        kind = events.DocumentOpened if public else events.DocumentClosed
        act.notify(kind(document, act))
