"""Where an organisation keeps its documents and its processes."""

from __future__ import annotations

from typing import Any

from qms.documents.models import DocumentFolder

NAME = "documents"


def documents_of(organisation: Any) -> DocumentFolder:
    """Give the organisation's documents, made at the first use."""
    if NAME not in organisation:
        organisation.add(NAME, DocumentFolder())
    return organisation[NAME]
