"""What who has no need to know sees of a person (Ley 1581 de 2012, art. 4 f and h)."""

from __future__ import annotations

HIDDEN = "•••"


def mask_name(name: str) -> str:
    """Leave the initials."""
    return " ".join(f"{word[0]}{HIDDEN}" for word in name.split())


def mask_email(address: str) -> str:
    """Leave the first letter of the name and of the domain."""
    local, at, domain = address.partition("@")
    return f"{local[:1]}{HIDDEN}@{domain[:1]}{HIDDEN}" if at else (HIDDEN if address else "")


def mask_number(number: str) -> str:
    """Leave the last two digits."""
    return f"{HIDDEN}{number[-2:]}" if number else ""


def mask_typed(text: str) -> str:
    """Hide what somebody typed to name a person: an address, a number, or a name."""
    if "@" in text:
        return mask_email(text)
    return mask_number(text) if any(one.isdigit() for one in text) else mask_name(text)
