"""What who has no need to know sees of a customer (Ley 1581 de 2012, art. 4 f and h)."""

from __future__ import annotations

from collections.abc import Mapping

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


def masked(customer: Mapping[str, str]) -> dict[str, str]:
    """Give a customer's data as they are shown without need to know."""
    how = {"name": mask_name, "email": mask_email, "id": mask_number, "phone": mask_number}
    return {
        key: how.get(key, lambda value: HIDDEN if value else "")(value)
        for key, value in customer.items()
    }
