"""How parts of the profile and their values are named to people."""

from __future__ import annotations

from typing import Any

import yaml

from qms.kernel.i18n import _

PARTS = {
    "organisation": _("Organisation"),
    "styles": _("Dates and numbers"),
    "calendar": _("Calendar"),
    "codes": _("Codes"),
    "versions": _("Versions"),
    "document_types": _("Document types"),
    "routes": _("Routes"),
    "reading": _("Reading"),
    "reminders": _("Reminders"),
    "requests": _("Change requests"),
    "printing": _("Look of the documents"),
}
LONGEST = 400
"""Most characters of a value in the history; the trail has it whole."""


def place_words(part: str) -> Any:
    """Name a part of the profile."""
    return PARTS.get(part, part)


def value_words(value: Any) -> str:
    """Write a value of the profile on one line, as its file would."""
    if value is None or value in ("", [], {}):
        return "—"
    if isinstance(value, str):
        text = value
    else:
        text = yaml.safe_dump(value, allow_unicode=True, default_flow_style=True, width=10**6)
        text = text.removesuffix("\n...\n").strip()
    return text if len(text) <= LONGEST else text[:LONGEST] + "…"
