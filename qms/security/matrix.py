"""The access matrix: one table per content type, read by people and by the policy alike.

A row says who has a permission while content of that type is in that state; ``*`` stands for every
state.  A row decides: what it does not give is refused, whatever stands higher in the tree.  Where
no row speaks of a permission, the tables of the parents are asked, up to the site; at the end the
answer is no.  Everybody active is ``reader`` in their own organisation, and ``author``, ``signer``
and ``leader`` (of the process) come from the content itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache

from qms.security.permissions import Permission

ORGANISATION_ROLES = ("administrator", "quality", "auditor")
"""Roles that a person is granted for the whole organisation."""
CONTEXTUAL_ROLES = ("author", "signer", "leader")
"""Roles that only the content itself can give, through ``local_roles``."""
ROLES = ("reader", *CONTEXTUAL_ROLES, *ORGANISATION_ROLES)
"""Every role, in the order of the tables' columns."""

ANY_STATE = "*"

TABLES: dict[str, str] = {
    "site": """
        state      permission              reader author signer leader administrator quality auditor
        *          view                    x      .      .      .      .             .       .
    """,
    "organisation": """
        state      permission              reader author signer leader administrator quality auditor
        *          view                    x      .      .      .      .             .       .
        *          delegation:add          x      .      .      .      .             .       .
        *          copy:manage             .      .      .      .      .             x       .
        *          document:add            .      .      .      x      .             x       .
        *          document:lint           .      .      .      x      x             x       x
        *          document:see-history    .      .      .      .      .             x       x
        *          evidence:export         .      .      .      x      .             x       x
        *          finding:report          x      .      .      .      .             .       .
        *          import:run              .      .      .      .      x             x       .
        *          norm:manage             .      .      .      .      .             x       .
        *          organisation:configure  .      .      .      .      x             x       .
        *          outbox:view             .      .      .      .      x             .       .
        *          people:manage           .      .      .      .      x             .       .
        *          people:view             .      .      .      .      x             x       x
        *          renaming:run            .      .      .      .      x             x       .
        *          trail:export            .      .      .      .      x             x       x
        *          trail:view              .      .      .      .      x             x       x
    """,
    "people": """
        state      permission              reader author signer leader administrator quality auditor
        *          view                    .      .      .      .      x             x       x
    """,
    "imports": """
        state      permission              reader author signer leader administrator quality auditor
        *          view                    .      .      .      .      x             x       x
    """,
    "delegation": """
        state      permission              reader author signer leader administrator quality auditor
        *          view                    .      x      .      .      x             x       x
        *          delegation:end          .      x      .      .      x             .       .
    """,
    "trail": """
        state      permission              reader author signer leader administrator quality auditor
        *          view                    .      .      .      .      x             x       x
    """,
    "process": """
        state      permission              reader author signer leader administrator quality auditor
        *          view                    x      .      .      .      .             .       .
        *          document:see-history    .      .      .      x      .             x       x
    """,
    "case-register": """
        state      permission              reader author signer leader administrator quality auditor
        *          view                    x      .      .      .      .             .       .
        *          case:register           x      .      .      .      .             .       .
        *          case:report             .      .      .      x      .             x       x
        *          case:see-personal       .      .      x      .      .             x       .
        *          case:work               .      .      .      .      .             x       .
    """,
    "case": """
        state      permission              reader author signer leader administrator quality auditor
        *          view                    .      x      x      x      .             x       x
        *          case:see-personal       .      x      x      x      .             x       .
        *          case:work               .      .      x      x      .             x       .
    """,
    "survey-folder": """
        state      permission              reader author signer leader administrator quality auditor
        *          view                    .      x      x      x      .             x       x
        *          survey:call             .      .      x      .      .             x       .
        *          survey:follow           .      x      .      x      .             x       .
        *          survey:manage           .      .      .      x      .             x       .
        *          survey:see-personal     .      x      x      x      .             x       .
    """,
    "survey-campaign": """
        state      permission              reader author signer leader administrator quality auditor
        *          view                    .      x      x      x      .             x       x
        *          survey:call             .      .      x      .      .             x       .
        *          survey:follow           .      x      .      x      .             x       .
        *          survey:manage           .      .      .      x      .             x       .
        *          survey:see-personal     .      x      x      x      .             x       .
    """,
    "survey-contact": """
        state      permission              reader author signer leader administrator quality auditor
        *          view                    .      x      x      x      .             x       x
        *          survey:call             .      .      x      .      .             x       .
        *          survey:follow           .      x      .      x      .             x       .
        *          survey:manage           .      .      .      x      .             x       .
        *          survey:see-personal     .      x      x      x      .             x       .
    """,
    "retention": """
        state      permission              reader author signer leader administrator quality auditor
        *          view                    .      .      x      x      .             x       x
        *          retention:hold          .      .      .      .      .             x       .
        *          retention:manage        .      .      .      .      .             x       .
    """,
    "series-table": """
        state      permission              reader author signer leader administrator quality auditor
        *          view                    x      .      .      .      .             .       .
    """,
    "record-series": """
        state      permission              reader author signer leader administrator quality auditor
        *          view                    x      .      .      .      .             .       .
    """,
    "record-transfer": """
        state      permission              reader author signer leader administrator quality auditor
        transfer-sent retention:receive    .      .      .      x      .             x       .
    """,
    "record-disposals": """
        state      permission              reader author signer leader administrator quality auditor
        *          view                    x      .      .      .      .             .       .
    """,
    "record-disposal": """
        state      permission              reader author signer leader administrator quality auditor
        disposal-proposed view             .      x      x      .      .             x       x
        disposal-withdrawn view            .      x      x      .      .             x       x
        *          view                    x      .      .      .      .             .       .
        disposal-announced retention:object x     .      .      .      .             .       .
        disposal-announced retention:approve .    .      x      .      .             x       .
    """,
    "copy-register": """
        state      permission              reader author signer leader administrator quality auditor
        *          view                    .      .      .      .      .             x       x
        *          copy:view               .      .      .      .      .             x       x
        *          copy:manage             .      .      .      .      .             x       .
    """,
    "finding-register": """
        state      permission              reader author signer leader administrator quality auditor
        *          view                    x      .      .      .      .             .       .
        *          finding:report          x      .      .      .      .             .       .
        *          finding:manage          .      .      .      .      .             x       .
    """,
    "finding": """
        state            permission        reader author signer leader administrator quality auditor
        finding-reported view              .      x      .      x      .             x       x
        finding-rejected view              .      x      .      x      .             x       x
        *                view              x      .      .      .      .             .       .
        *                finding:manage    .      .      .      .      .             x       .
        *                finding:work      .      .      x      x      .             x       .
        *                finding:check     .      .      .      x      .             x       x
    """,
    "action-register": """
        state      permission              reader author signer leader administrator quality auditor
        *          view                    x      .      .      .      .             .       .
        *          action:plan             .      .      .      x      .             x       .
    """,
    "action": """
        state      permission              reader author signer leader administrator quality auditor
        *          view                    x      .      .      .      .             .       .
        *          action:manage           .      x      .      x      .             x       .
        *          action:verify           .      x      .      x      .             x       x
        *          action:work             .      .      x      .      .             .       .
    """,
    "audit-register": """
        state      permission              reader author signer leader administrator quality auditor
        *          view                    x      .      .      .      .             .       .
        *          audit:manage            .      .      .      .      .             x       .
    """,
    "audit-programme": """
        state      permission              reader author signer leader administrator quality auditor
        *          view                    x      .      .      .      .             .       .
        *          audit:manage            .      .      .      .      .             x       .
    """,
    "audit": """
        state      permission              reader author signer leader administrator quality auditor
        *          view                    .      .      x      x      .             x       x
        *          audit:manage            .      .      .      .      .             x       .
        *          audit:conduct           .      .      x      .      .             .       .
    """,
    "management-reviews": """
        state      permission              reader author signer leader administrator quality auditor
        *          view                    .      .      .      .      .             x       x
        *          management:prepare      .      .      .      .      .             x       .
    """,
    "management-review": """
        state      permission              reader author signer leader administrator quality auditor
        *          view                    .      x      x      .      .             x       x
        *          management:prepare      .      .      .      .      .             x       .
        *          management:approve      .      .      x      .      .             .       .
    """,
    "rename-packages": """
        state      permission              reader author signer leader administrator quality auditor
        *          view                    .      .      .      .      x             x       x
    """,
    "rename-package": """
        state      permission              reader author signer leader administrator quality auditor
        *          view                    .      .      x      .      x             x       x
        *          document:sign           .      .      x      .      .             .       .
    """,
    "indicators": """
        state      permission              reader author signer leader administrator quality auditor
        *          view                    x      .      .      .      .             .       .
        *          indicator:manage        .      .      .      .      x             x       .
    """,
    "indicator": """
        state      permission              reader author signer leader administrator quality auditor
        *          view                    x      .      .      .      .             .       .
        *          indicator:capture       .      x      x      x      .             x       .
        *          indicator:analyse       .      x      .      .      .             x       .
        *          indicator:restate       .      x      .      .      .             x       .
        *          indicator:manage        .      .      .      .      x             x       .
    """,
    "objectives": """
        state      permission              reader author signer leader administrator quality auditor
        *          view                    x      .      .      .      .             .       .
        *          objective:manage        .      .      .      .      .             x       .
    """,
    "objective": """
        state      permission              reader author signer leader administrator quality auditor
        *          view                    x      .      .      .      .             .       .
        *          objective:manage        .      .      .      .      .             x       .
        *          objective:follow        .      .      x      .      .             x       .
    """,
    "norm": """
        state      permission              reader author signer leader administrator quality auditor
        *          norm:check              .      .      .      x      .             x       .
    """,
    "change-requests": """
        state      permission              reader author signer leader administrator quality auditor
        *          view                    x      .      .      .      .             .       .
        *          request:ask             x      .      .      .      .             .       .
    """,
    "change-request": """
        state      permission              reader author signer leader administrator quality auditor
        *          view                    .      x      x      x      .             x       x
        requested  request:decide          .      .      .      x      .             x       .
        accepted   request:decide          .      .      .      x      .             x       .
        requested  request:withdraw        .      x      .      .      .             .       .
        accepted   request:withdraw        .      x      .      .      .             .       .
        accepted   request:sign            .      .      x      .      .             .       .
    """,
    "document": """
        state      permission              reader author signer leader administrator quality auditor
        draft      view                    .      x      x      x      .             x       x
        in-review  view                    .      x      x      x      .             x       x
        approved   view                    .      x      x      x      .             x       x
        in-force   view                    x      .      .      .      .             .       .
        obsolete   view                    .      x      x      x      .             x       x
        aborted    view                    .      x      .      x      .             x       x
        *          document:see-history    .      x      x      x      .             x       x
        *          document:lint           .      x      .      x      x             x       x
        *          document:revise         .      x      .      x      .             x       .
        *          document:waive          .      x      .      x      .             x       .
        in-force   document:retire         .      .      .      .      .             x       .
        in-force   document:review         .      .      .      x      .             x       .
        in-force   document:publish        .      .      .      .      .             x       .
    """,
    "version": """
        state      permission              reader author signer leader administrator quality auditor
        draft      view                    .      x      .      x      .             x       .
        draft      document:edit           .      x      .      .      .             x       .
        draft      document:submit         .      x      .      .      .             x       .
        draft      document:abort          .      x      .      .      .             x       .
        in-review  view                    .      x      x      x      .             x       x
        in-review  document:sign           .      .      x      .      .             .       .
        in-review  document:reassign       .      .      .      .      .             x       .
        in-review  document:abort          .      x      .      .      .             x       .
        approved   view                    .      x      x      x      .             x       x
        approved   document:release        .      .      .      .      .             x       .
        approved   document:abort          .      .      .      .      .             x       .
        in-force   view                    x      .      .      .      .             .       .
        obsolete   view                    .      x      x      x      .             x       x
        aborted    view                    .      x      .      x      .             x       x
        *          document:edit           .      .      .      .      .             .       .
        *          document:submit         .      .      .      .      .             .       .
        *          document:sign           .      .      .      .      .             .       .
        *          document:reassign       .      .      .      .      .             .       .
        *          document:release        .      .      .      .      .             .       .
        *          document:abort          .      .      .      .      .             .       .
        *          view                    .      .      .      .      .             .       .
    """,
}
"""The tables by ``type_name``; a type without one (folders) is ruled by what stands above it."""


@dataclass(frozen=True)
class Row:
    """One line of a table."""

    state: str
    """The state that it speaks of, or ``*``."""
    permission: Permission
    """What it gives."""
    roles: frozenset[str]
    """To whom."""


def parse(text: str) -> tuple[Row, ...]:
    """Read a table; ValueError names the line that is not one, a bad role or a doubled row."""
    lines = [line.split() for line in text.strip().splitlines()]
    head, rows = lines[0], []
    if head[:2] != ["state", "permission"] or set(head[2:]) - set(ROLES):
        raise ValueError(f"not the head of an access table: {' '.join(head)}")
    seen: set[tuple[str, str]] = set()
    for cells in lines[1:]:
        if len(cells) != len(head) or set(cells[2:]) - {"x", "."}:
            raise ValueError(f"not a row of an access table: {' '.join(cells)}")
        if (cells[0], cells[1]) in seen:
            raise ValueError(f"two rows for {cells[0]} {cells[1]}")
        seen.add((cells[0], cells[1]))
        given = frozenset(
            role for role, cell in zip(head[2:], cells[2:], strict=True) if cell == "x"
        )
        rows.append(Row(cells[0], Permission(cells[1]), given))
    return tuple(rows)


@cache
def rows_of(type_name: str) -> tuple[Row, ...]:
    """Give the rows of a content type; none when it has no table of its own."""
    return parse(TABLES[type_name]) if type_name in TABLES else ()


@cache
def holders(type_name: str, state: str | None, permission: str) -> frozenset[str] | None:
    """Name the roles that have a permission here, or None when this type leaves it to its parent.

    A row of the state itself goes before a ``*`` row.
    """
    found = {row.state: row.roles for row in rows_of(type_name) if row.permission == permission}
    return found.get(state or "", found.get(ANY_STATE))


def states_of(type_name: str) -> list[str]:
    """List the states that a type's table names, in the table's order, without ``*``."""
    return list(dict.fromkeys(row.state for row in rows_of(type_name) if row.state != ANY_STATE))


def known_roles(granted: Iterable[str]) -> set[str]:
    """Keep the organisation's roles among ``granted``; every member is a reader besides."""
    return set(held_roles(tuple(granted)))


@lru_cache(maxsize=256)
def held_roles(granted: tuple[str, ...]) -> frozenset[str]:
    """Give the same as :func:`known_roles`, for the policy, which asks often."""
    return frozenset({"reader", *(role for role in granted if role in ORGANISATION_ROLES)})
