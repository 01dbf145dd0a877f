"""What must hold between rules, levels and approvals of the register of cases."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from qms.kernel.i18n import _
from qms.profiles.book import Book
from qms.profiles.checks import each


def check_answers(data: Mapping[str, Any], book: Book) -> None:
    """Note rules that lead nowhere, levels that tell nobody, approvals without an approver."""
    for path, rule in each(data, "cases", "matrix"):
        if not any(rule.get(name) for name in ("queue", "position", "person", "levels")):
            book.note(path, _("a rule names a queue, a position, a person, or levels"))
        for place, level in enumerate(rule.get("levels") or ()):
            if level and not (level.get("to") or level.get("positions")):
                book.note((*path, "levels", place), _("a level tells somebody"))
    for path, one in each(data, "cases", "approval"):
        if bool(one.get("position")) == bool(one.get("role")):
            book.note(path, _("an approval names a position or a role, one of them"))
