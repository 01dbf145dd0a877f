"""The sections of a version as its page shows them, rendered once for as long as they stay true.

What a section shows follows from its stored text, from the profile, and from what it asks of its
surroundings: names of positions, titles and states of documents, files. A kept rendering notes
those questions with the answers; it is shown again only while every one of them is answered alike
for whoever looks. So a document that is renamed, retired or not to be known of shows at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from chameleon.utils import Markup

from qms.content.models import organisation_of
from qms.documents.models import SectionContent, Version
from qms.documents.scope import LiveScope
from qms.web.frame import Frame
from qms.web.parts import kept_of, rendered

TEMPLATE = "qms.templates:documents/sections.pt"
_ASKED = frozenset(
    {"position_name", "positions", "reference", "file", "files", "process_documents"}
)
"""Questions whose answers can change while text and profile stay."""


class Watching:
    """A scope that notes what it was asked, and what it answered."""

    def __init__(self, scope: LiveScope) -> None:
        """Ask ``scope``."""
        self._scope = scope
        self.noted: dict[tuple[str, tuple[Any, ...]], Any] = {}

    def __getattr__(self, name: str) -> Any:
        """Give the scope's own answer, and note it where it can change."""
        found = getattr(self._scope, name)
        if name not in _ASKED:
            return found

        def asked(*given: Any) -> Any:
            answer = self.noted[name, given] = found(*given)
            return answer

        return asked


def _stored(content: SectionContent) -> tuple[bytes, bytes] | None:
    """Name the stored state of a section: which object, and which transaction wrote it."""
    content._p_activate()
    if content._p_jar is None or content._p_changed:
        return None
    return content._p_oid, content._p_serial


def sections_shown(
    version: Version, sections: Sequence[Mapping[str, Any]], scope: LiveScope, ui: Frame
) -> Markup:
    """Draw the sections, or give what was drawn of the same before."""
    organisation = organisation_of(version)
    states = tuple(
        (
            one["id"],
            one["kind"].name,
            one["number"],
            one["title"],
            _stored(version.sections[one["id"]]),
        )
        for one in sections
    )
    key = (
        TEMPLATE,
        organisation.uid,
        version.uid,
        organisation.profile_revision,
        ui.language,
        ui.drawings,
        states,
    )
    kept = kept_of(ui.request)
    found = kept.get(key)
    if found is not None and all(
        getattr(scope, name)(*given) == answer for name, given, answer in found[1]
    ):
        return Markup(found[0])
    watching = Watching(scope)
    text = rendered(ui, TEMPLATE, {"sections": sections, "scope": watching})
    if all(state[-1] is not None for state in states):
        noted = tuple((name, given, answer) for (name, given), answer in watching.noted.items())
        kept.put(key, text, noted)
    return Markup(text)
