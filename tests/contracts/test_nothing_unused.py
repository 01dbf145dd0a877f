"""Nothing is written that nobody uses: every name of the product stands somewhere a second time."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CODE = ("qms", "templates", "migrations", "bench", "docs", "tests")
REGISTERED = re.compile("view|subscriber")
"""Decorators that make something known by themselves."""
CALLED_BY_OTHERS = {
    # ReportLab's tables, deform, html.parser, Pyramid's sessions, pyHanko and urllib call these.
    *("_startTable", "_endTable", "_startRow", "_endRow", "_startCell", "_endCell"),
    *("cstruct_children", "handle_starttag", "handle_endtag", "handle_data"),
    *("peek_flash", "new_csrf_token", "get_name"),
    *("create_stamp", "async_sign_raw", "async_request_tsa_response", "redirect_request"),
}
PUT_TOGETHER = re.compile(r'getattr\(self, f"(\w+)\{')
"""Methods that are found by the beginning of their names and the kind of an act."""
COUNTS = "count_"
"""What a group of work is counted by; a room with several groups puts the names together."""


def words() -> Counter[str]:
    found: Counter[str] = Counter()
    for folder in CODE:
        for path in (ROOT / folder).rglob("*"):
            if path.suffix in (".py", ".pt", ".md", ".js") and "dist" not in path.parts:
                found.update(re.findall(r"\w+", path.read_text(encoding="utf-8")))
    return found


def names(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            registered = REGISTERED.search(" ".join(map(ast.unparse, node.decorator_list)))
            yield from () if registered else (node.name,)
    for node in tree.body:
        if isinstance(node, ast.Assign):
            yield from (one.id for one in node.targets if isinstance(one, ast.Name))


def test_every_name_is_used_somewhere() -> None:
    found, unused = words(), []
    for path in sorted((ROOT / "qms").rglob("*.py")):
        source = path.read_text(encoding="utf-8")
        found_by = (COUNTS, *PUT_TOGETHER.findall(source))
        for name in names(ast.parse(source)):
            alone = found[name] < 2 and not name.startswith("__")
            if alone and name not in CALLED_BY_OTHERS and not name.startswith(found_by):
                unused.append(f"{path.relative_to(ROOT)}: {name}")
    assert not unused, "\n" + "\n".join(unused)
