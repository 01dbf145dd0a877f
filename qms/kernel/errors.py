"""Refusals: what the domain does not allow, in a sentence that its user can act on."""

from __future__ import annotations

import inspect
from typing import Self


class Refused(Exception):
    """This is not allowed here."""

    def __init__(self, msgid: str | None = None, **mapping: object) -> None:
        """Keep the sentence and its values apart, so that a screen can translate the sentence.

        ``msgid`` may hold ``${name}`` places that ``mapping`` fills; without one the class's own
        docstring is the sentence.
        """
        self.msgid = msgid or inspect.cleandoc(self.__doc__ or "").split("\n")[0]
        self.mapping = {name: str(value) for name, value in mapping.items()}
        self.more: tuple[str, ...] = ()
        """Translatable sentences that follow, such as each thing that is missing."""
        super().__init__(self.msgid)

    def followed_by(self, *sentences: str) -> Self:
        """Give this refusal with more translatable sentences behind its own."""
        self.more = sentences
        return self

    def __str__(self) -> str:
        """Give the sentences with their values filled in, untranslated."""
        text = self.msgid
        for name, value in self.mapping.items():
            text = text.replace("${" + name + "}", value)
        return " ".join([text, *(_filled(one) for one in self.more)])


def _filled(sentence: str) -> str:
    """Fill the places of a marked sentence."""
    interpolate = getattr(sentence, "interpolate", None)
    return interpolate() if interpolate is not None else sentence


class Conflict(Refused):
    """Somebody else changed this meanwhile; look at it again and repeat what you did."""


class NotFound(Refused):
    """There is no such thing here."""
