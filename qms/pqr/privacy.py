"""What who has no need to know sees of a customer (Ley 1581 de 2012, art. 4 f and h)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from qms.kernel.privacy import HIDDEN, mask_email, mask_name, mask_number, veiled

__all__ = ["HIDDEN", "mask_email", "mask_name", "mask_number", "masked", "veiled", "words_for"]


def masked(customer: Mapping[str, str]) -> dict[str, str]:
    """Give a customer's data as they are shown without need to know."""
    how = {"name": mask_name, "email": mask_email, "id": mask_number, "phone": mask_number}
    return {
        key: how.get(key, lambda value: HIDDEN if value else "")(value)
        for key, value in customer.items()
    }


def words_for(case: Any, text: str, *, personal: bool) -> str:
    """Give what somebody wrote about a case, without the customer's data for who needs none."""
    if personal or not text:
        return text
    former = ({act["field"]: act["old"] or ""} for act in case.acts if act["kind"] == "rectified")
    return veiled(text, case.customer, *([case.proxy] if case.proxy else []), *former)
