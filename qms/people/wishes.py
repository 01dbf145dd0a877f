"""Who of the customers does not want to be written to: kept as digests, never as data.

A customer who takes the consent to optional uses back is known again by document number, e-mail
address or telephone (Ley 1581 de 2012, art. 9 and 15). Rooms that write to customers of their own
accord, such as surveys, ask before they do.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from BTrees.OOBTree import OOBTree

from qms.content.models import Organisation
from qms.kernel.text import fold
from qms.security.tokens import digest

ROOM = "people.no-contact"
"""Digest of what a person is known by to the ISO moment of the wish."""
_PHONE = 10
"""Last digits of a telephone number that tell two of one country apart."""


def contact_keys(person: Mapping[str, Any]) -> list[str]:
    """Name by what a person (``id``, ``email``, ``phone``) is known; never by the name alone."""
    # Points and dashes of a document number are a matter of taste.
    number = "".join(one for one in fold(str(person.get("id") or "")) if one.isalnum())
    address = fold(str(person.get("email") or "")).replace(" ", "")
    found = [f"id:{number}", f"email:{address}"]
    digits = "".join(one for one in str(person.get("phone") or "") if one.isdigit())
    found.append(f"phone:{digits[-_PHONE:]}")
    return [one for one in found if not one.endswith(":")]


def refuse_contact(organisation: Organisation, person: Mapping[str, Any], at: datetime) -> None:
    """Keep that a person is not to be written to for anything optional."""
    refused = organisation.annexes.setdefault(ROOM, OOBTree())
    for key in contact_keys(person):
        refused[digest(key)] = at.isoformat()


def refuses_contact(organisation: Organisation, person: Mapping[str, Any]) -> bool:
    """Tell whether a person is not to be written to for anything optional."""
    refused: Any = organisation.annexes.get(ROOM)
    return refused is not None and any(digest(one) in refused for one in contact_keys(person))
