"""Prints the access matrix as the page ``docs/permissions.md``, which a test keeps up to date."""

from __future__ import annotations

from collections.abc import Mapping

from qms.security.matrix import ROLES, TABLES, parse

_PREFACE = """\
This page is printed from `qms/security/matrix.py` (`python -m qms.security.printing`); a test
compares the two. A row decides who has a permission while content of that type is in that state;
`*` stands for every other state. Where no row speaks of a permission, the next table up the tree is
asked; in the end the answer is no. Every active person is `reader` in their own organisation and
nobody at all in another one. `author`, `signer` and `leader` come from the content itself: who
drafts the version, whose signature it waits for or bears, who leads its process. Rules between
persons (nobody approves their own work) are kept by the services, not by this table. What a person
may not `view` answers exactly as if it did not exist."""


def to_markdown(tables: Mapping[str, str] = TABLES) -> str:
    """Print the tables as one page."""
    parts = ["# Who may do what", "", _PREFACE, ""]
    for type_name, text in tables.items():
        parts += [f"## {type_name}", "", "| state | permission | " + " | ".join(ROLES) + " |"]
        parts += ["|---|---|" + ":-:|" * len(ROLES)]
        for row in parse(text):
            cells = " | ".join("x" if role in row.roles else " " for role in ROLES)
            parts.append(f"| {row.state} | {row.permission} | {cells} |")
        parts.append("")
    return "\n".join(parts)


if __name__ == "__main__":
    print(to_markdown(), end="")  # noqa: T201 - this is how the page is made
