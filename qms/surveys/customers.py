"""Who a customer is: the data that are kept, the keys by which one is known again, and masks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from qms.content.models import Organisation
from qms.kernel.text import clean_line, fold
from qms.notices.errors import BadMail
from qms.notices.services import check_address
from qms.people.wishes import refuses_contact

PERSONAL = ("name", "phone", "email", "document", "plate")
"""What is known of a customer, each a text."""
HIDDEN = "•••"
LONGEST = 200


def phone_of(text: str, prefix: str, digits: Sequence[int]) -> str:
    """Give a telephone number as its digits without the country's prefix; empty for a bad one."""
    kept = "".join(char for char in text if char.isascii() and char.isdigit())
    kept = kept.removeprefix("00")
    if prefix and len(kept) - len(prefix) in digits and kept.startswith(prefix):
        kept = kept[len(prefix) :]
    same = len(set(kept)) == 1
    return kept if len(kept) in digits and not same else ""


def email_of(text: str) -> str:
    """Give an address that one mail can be sent to; empty for a bad one."""
    address = clean_line(text).lower()
    try:
        check_address(address)
    except BadMail:
        return ""
    return address if "." in address.partition("@")[2] else ""


def keys_of(customer: Mapping[str, str]) -> list[str]:
    """Name by what a customer is known again: telephone, address, document, plate."""
    found = []
    for name in PERSONAL[1:]:
        value = fold(customer.get(name) or "")
        value = "".join(char for char in value if char.isalnum() or char in "@._+-")
        if name in ("document", "plate"):
            value = "".join(char for char in value if char.isalnum())
        if value:
            found.append(f"{name}:{value}")
    return found


def refuses(organisation: Organisation, customer: Mapping[str, str]) -> bool:
    """Tell whether a customer took back the consent to optional uses anywhere in the house.

    Whoever told another room so, such as in a case, is neither called nor written to by this one.
    """
    known = {"id": customer.get("document"), "email": customer.get("email")}
    return refuses_contact(organisation, {**known, "phone": customer.get("phone")})


def first_name(name: str) -> str:
    """Give the first name, the only thing that a public page says of a customer."""
    return name.split(maxsplit=1)[0][:40] if name.split() else ""


def mask_name(name: str) -> str:
    """Leave the initials."""
    return " ".join(f"{word[0]}{HIDDEN}" for word in name.split())


def mask(key: str, value: str) -> str:
    """Give one of a customer's data as it is shown without need to know (Ley 1581, art. 4)."""
    if not value:
        return ""
    if key == "name":
        return mask_name(value)
    if key == "email":
        local, at, domain = value.partition("@")
        return f"{local[:1]}{HIDDEN}@{domain[:1]}{HIDDEN}" if at else HIDDEN
    return f"{HIDDEN}{value[-2:]}" if key in ("phone", "document") else HIDDEN


def masked(customer: Mapping[str, str]) -> dict[str, str]:
    """Give all of them so."""
    return {key: mask(key, value) for key, value in customer.items()}
