"""Access control lists, computed from the matrix each time and never stored."""

from __future__ import annotations

from typing import Any

from pyramid.authorization import Allow, Deny, Everyone

from qms.security.matrix import holders, rows_of


def acl_of(content: Any) -> list[tuple[str, str, str]]:
    """Compute the entries for ``content`` in its present state, each permission closed by a denial.

    The denial is what makes a row decide: nothing that stands higher in the tree can add to it.
    """
    type_name, state = getattr(content, "type_name", ""), getattr(content, "state", None)
    entries: list[tuple[str, str, str]] = []
    for permission in dict.fromkeys(str(row.permission) for row in rows_of(type_name)):
        roles = holders(type_name, state, permission)
        if roles is None:
            continue
        entries += [(Allow, f"role:{role}", permission) for role in sorted(roles)]
        entries.append((Deny, Everyone, permission))
    return entries
