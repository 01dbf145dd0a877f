"""The flow chart of an activities section: what follows what, and what nothing leads to."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from qms.pdf.flowchart import Chart, Edge, Node, lay_out
from qms.pdf.markup import html_lines

__all__ = ["END", "flow_chart", "flow_nodes", "next_ids", "unreachable"]

END = "end"
"""Where a branch goes that ends the procedure."""

_LONGEST_TEXT = 140


def next_ids(rows: Sequence[Mapping[str, Any]], place: int) -> list[str]:
    """Give the ids that a row goes on to; ``end`` for the end, the next row without branches."""
    row = rows[place]
    if row.get("branches"):
        return [str(branch.get("to") or "") for branch in row["branches"]]
    if row.get("kind") == "end":
        return []
    if row.get("stops"):
        return [END]
    return [str(rows[place + 1]["id"])] if place + 1 < len(rows) else [END]


def unreachable(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """Give the ids of the rows to which no way leads from the first one, in their order."""
    places = {str(row["id"]): place for place, row in enumerate(rows)}
    seen: set[int] = set()
    waiting = [0] if rows else []
    while waiting:
        place = waiting.pop()
        if place in seen:
            continue
        seen.add(place)
        waiting.extend(places[to] for to in next_ids(rows, place) if to in places)
    return [str(row["id"]) for place, row in enumerate(rows) if place not in seen]


def _text(row: Mapping[str, Any]) -> str:
    text = str(row.get("title") or "").strip() or next(html_lines(str(row.get("html") or "")), "")
    return text if len(text) <= _LONGEST_TEXT else text[: _LONGEST_TEXT - 1].rstrip() + "…"


def _notes(row: Mapping[str, Any], position_name: Callable[[str], str]) -> tuple[str, ...]:
    who = [position_name(str(one)) for one in row.get("responsible") or []]
    if row.get("responsible_text"):
        who.append(str(row["responsible_text"]))
    notes = [" / ".join(who)] if who else []
    for record in row.get("records") or []:
        shown = " ".join(filter(None, (record.get("code"), record.get("text"))))
        if shown:
            notes.append(f"» {shown}")
    return tuple(notes)


def _does(row: Mapping[str, Any]) -> bool:
    """Tell whether a row is an activity: somebody does it, or something is written about it."""
    return any(row.get(key) for key in ("responsible", "responsible_text", "records", "html"))


def flow_nodes(
    data: Mapping[str, Any], position_name: Callable[[str], str], *, end_text: str = "Fin"
) -> list[Node]:
    """Make the nodes of an activities section; an end is added where ways end without one."""
    rows = list(data.get("rows") or [])
    ids = {str(row["id"]) for row in rows}
    # A last activity that somebody has to do is not where other ways may just end.
    bare = (str(row["id"]) for row in reversed(rows) if row.get("kind") == "end" and not _does(row))
    end = next(bare, None)
    ways = [next_ids(rows, place) for place in range(len(rows))]
    needs_end = end is None and END not in ids and any(END in goals for goals in ways)
    nodes = []
    for place, row in enumerate(rows):
        edges = []
        labels = [str(branch.get("condition") or "") for branch in row.get("branches") or []]
        goals = ways[place]
        if needs_end and row.get("kind") == "end":
            goals = [END]
        for number, to in enumerate(goals):
            goal = (end or END) if to == END and to not in ids else to
            edges.append(Edge(goal, labels[number] if number < len(labels) else ""))
        kind = str(row.get("kind") or "step")
        shown = str(row.get("number") or "")
        notes = _notes(row, position_name)
        nodes.append(Node(str(row["id"]), shown, _text(row), kind, notes, tuple(edges)))
    if needs_end:
        nodes.append(Node(END, "", end_text, "end"))
    return nodes


def flow_chart(
    data: Mapping[str, Any],
    position_name: Callable[[str], str],
    width: float = 680,
    words: dict[str, str] | None = None,
) -> Chart:
    """Lay out the chart of an activities section, ``width`` points wide."""
    said = words or {}
    nodes = flow_nodes(data, position_name, end_text=said.get("end", "Fin"))
    return lay_out(nodes, width, said)
