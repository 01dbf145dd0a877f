"""Forms that notice when what they are about moved on after they were shown (fault 14).

Two who write at the same thing at once are not both asked: the second one is told, keeps what was
typed, looks at what changed, and saves by pressing again.
"""

from __future__ import annotations

import hashlib
from typing import Any

import deform

from qms.kernel.errors import Conflict
from qms.web import fields
from qms.web.forms import FormView

SEEN = "seen"


class MovedOn(Conflict):
    """This changed after you opened the page; look at it, and press again if yours still holds."""


def mark_of(*parts: object) -> str:
    """Name a state of something shortly, by whatever tells it from another one."""
    plain = "\x1f".join(str(one) for one in parts)
    return hashlib.sha256(plain.encode()).hexdigest()[:16]


class SeenForm(FormView):
    """A form about something that others may move on meanwhile; rooms say ``present``."""

    def present(self) -> str:
        """Name how far it is now, by :func:`mark_of`."""
        raise NotImplementedError

    def whole_schema(self) -> Any:
        """Let the form remember what was seen when it was shown."""
        schema = super().whole_schema()
        schema.add(fields.hidden(name=SEEN, default=self.present()))
        return schema

    def checked(self, form: Any, sent: Any) -> dict[str, Any]:
        """Give the values of what was sent, without what this class adds."""
        values = super().checked(form, sent)
        values.pop(SEEN, None)
        return values

    def answer(self, form: Any, sent: Any) -> Any:
        """Save what was sent, unless it was written about something that is no longer so."""
        seen, present = sent[SEEN], self.present()
        if not isinstance(seen, str) or not seen or seen == present:
            return super().answer(form, sent)
        try:
            # Pressed again, it is about what is shown now.
            self.checked(form, {**sent, SEEN: present})
        except deform.ValidationFailure:
            return super().answer(form, sent)
        return self.after_refusal(form, MovedOn())
