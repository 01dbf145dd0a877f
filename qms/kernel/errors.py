"""Refusals: what the domain does not allow, in a sentence that its user can act on."""

from __future__ import annotations

import inspect


class Refused(Exception):
    """This is not allowed here."""

    def __init__(self, msgid: str | None = None, **mapping: object) -> None:
        """Keep the sentence and its values apart, so that a screen can translate the sentence.

        ``msgid`` may hold ``${name}`` places that ``mapping`` fills; without one the class's own
        docstring is the sentence.
        """
        self.msgid = msgid or inspect.cleandoc(self.__doc__ or "").split("\n")[0]
        self.mapping = {name: str(value) for name, value in mapping.items()}
        super().__init__(self.msgid)

    def __str__(self) -> str:
        """Give the sentence with its values filled in, untranslated."""
        text = self.msgid
        for name, value in self.mapping.items():
            text = text.replace("${" + name + "}", value)
        return text


class Conflict(Refused):
    """Somebody else changed this meanwhile; look at it again and repeat what you did."""


class NotFound(Refused):
    """There is no such thing here."""
