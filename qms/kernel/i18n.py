"""Marks sentences for translation; message ids are English, ``locale/es`` ships complete."""

from __future__ import annotations

from translationstring import TranslationString, TranslationStringFactory

_factory = TranslationStringFactory("qms")


def _(msgid: str, mapping: dict[str, object] | None = None) -> TranslationString:
    """Mark ``msgid`` for the screen; ``mapping`` fills its ``${name}`` places."""
    return _factory(msgid, mapping=mapping)
