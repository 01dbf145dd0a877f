"""From acts to state: findings, actions, audits and management reviews as pure functions.

Nothing is kept but append-only lists of acts; each act is a plain mapping with ``kind``, ``by`` (a
person's id), ``at`` (ISO moment) and ``day`` (the ISO day at the organisation's place).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from qms.improvement.errors import EvidenceMissing, SayWhat, SayWhy, WrongMoment
from qms.kernel.text import clean_line

Steps = Mapping[str, frozenset[str]]
"""Each act and the states in which it may come."""


def said(act: Mapping[str, Any], key: str) -> str:
    """Give what an act says under a key, without the blanks around it."""
    return clean_line(str(act.get(key) or ""))


def has_evidence(act: Mapping[str, Any]) -> bool:
    """Tell whether an act shows evidence: files, or where the record is kept."""
    return bool(act.get("files")) or bool(said(act, "record"))


def insist(steps: Steps, state: str, act: Mapping[str, Any]) -> str:
    """Give the act's kind where it may come in this state; refuse it otherwise."""
    kind = str(act["kind"])
    if state not in steps.get(kind, frozenset()):
        raise WrongMoment
    return kind


def insist_on_reason(act: Mapping[str, Any]) -> None:
    """Refuse an act without its reason."""
    if not said(act, "reason"):
        raise SayWhy


def insist_on_text(act: Mapping[str, Any], key: str = "text") -> None:
    """Refuse an act without its text."""
    if not said(act, key):
        raise SayWhat


def insist_on_evidence(act: Mapping[str, Any]) -> None:
    """Refuse an act without evidence."""
    if not has_evidence(act):
        raise EvidenceMissing
