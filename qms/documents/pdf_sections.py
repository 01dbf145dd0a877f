"""Section contents as flowables, one function a kind; the kinds call them through ``KINDS``."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import CondPageBreak, Flowable, Spacer

from qms.documents.flow import flow_chart
from qms.documents.pdf_indicators import indicators_flowables
from qms.pdf.flowchart_pdf import chart_rows
from qms.pdf.kit import Kit
from qms.pdf.markup import has_table
from qms.pdf.styles import aligned, indented
from qms.pdf.text import Run, heading, rich

if TYPE_CHECKING:
    # The kinds import this module, so it must load without them.
    from qms.documents.sections.base import Scope

__all__ = ["KINDS", "is_wide", "reference_text"]

Data = Mapping[str, Any]
_PHASES = ("plan", "do", "check", "act")
_SIPOC = ("suppliers", "inputs", "activities", "outputs", "customers")
_INSET = 16.0
"""Points by which the text of a listed activity stands in."""
_MOST_NOTES = 4
"""Most columns of references by their notes."""
_WHOLE_CHART = 540.0
"""Charts up to this height in points are not torn by a page break."""
_WIDE = frozenset({"activities", "sipoc", "table"})


def is_wide(kind: str, data: Data) -> bool:
    """Tell whether a section needs the whole width, whatever its print mode asks for."""
    if kind == "text":
        return has_table(str(data.get("html") or ""))
    return kind in _WIDE


def text_flowables(data: Data, scope: Scope, kit: Kit) -> list[Flowable]:
    """Print rich text."""
    return kit.html(str(data.get("html") or ""))


def glossary_flowables(data: Data, scope: Scope, kit: Kit) -> list[Flowable]:
    """Print terms in bold with what they mean."""
    return [
        kit.pair(f"{one.get('term', '')}:", str(one.get("definition") or ""))
        for one in data.get("terms") or []
    ]


def reference_text(item: Mapping[str, Any], scope: Scope) -> str:
    """Name a referenced document: its code and the title it has, or had when this was frozen."""
    code = str(item.get("code") or "")
    known = scope.reference(code) if code else None
    title = str(item.get("title") or "") or (known.title if known else "")
    note = str(item.get("note") or "")
    text = " ".join(filter(None, (code, title)))
    if note and not note.strip("./"):
        return f"{note}{text}"  # a relative folder, as the lists of some houses print it
    return f"{text} ({note})" if note else text


def references_flowables(data: Data, scope: Scope, kit: Kit) -> list[Flowable]:
    """Print the list of documents, or side by side those with the same note (``by-note``)."""
    if kit.form == "by-note" and not kit.linear:
        return _references_by_note(data.get("items") or [], scope, kit)
    return kit.bullets([reference_text(item, scope) for item in data.get("items") or []])


def _references_by_note(
    items: Sequence[Mapping[str, Any]], scope: Scope, kit: Kit
) -> list[Flowable]:
    columns: dict[str, list[str]] = {}
    for item in items:
        text = reference_text({**item, "note": ""}, scope)
        columns.setdefault(str(item.get("note") or ""), []).append(text)
    if not columns or len(columns) > _MOST_NOTES:
        return kit.bullets([reference_text(item, scope) for item in items])
    inner = kit.narrowed(kit.width / len(columns))
    cells = [[inner.text(text) for text in texts] for texts in columns.values()]
    return kit.table([list(columns), cells], [1.0] * len(columns))


def _who(row: Mapping[str, Any], scope: Scope) -> list[str]:
    names = [scope.position_name(str(one)) for one in row.get("responsible") or []]
    if row.get("responsible_text"):
        names.append(str(row["responsible_text"]))
    return names


def _ways(row: Mapping[str, Any], numbers: Mapping[str, str], kit: Kit) -> list[str]:
    said = []
    for branch in row.get("branches") or []:
        to = str(branch.get("to") or "")
        where = f"{kit.label('goes_to').lower()} {numbers.get(to, to)}"
        if to == "end" and to not in numbers:
            where = kit.label("ends").lower()
        said.append(": ".join(filter(None, (str(branch.get("condition") or ""), where))))
    if row.get("stops") and not said:
        said.append(f"{kit.label('ends')}.")
    return said


def _activity_row(
    row: Mapping[str, Any], numbers: Mapping[str, str], scope: Scope, kit: Kit
) -> list[Any]:
    split = bool(kit.label("activities_description"))
    inner = kit.narrowed(kit.width * 0.4)
    title = str(row.get("title") or "")
    content = inner.html(str(row.get("html") or ""))
    content += inner.bullets(_ways(row, numbers, kit))
    if split:
        activity: list[Any] = [title, content]
    else:
        bold = bool(content)
        head = [rich([Run(title, bold=bold)], inner.base)] if title else []
        activity = [[*head, *content]]
    who = [inner.text(name) for name in _who(row, scope)]
    records = [
        inner.text(reference_text({"code": one.get("code"), "title": one.get("text")}, scope))
        for one in row.get("records") or []
    ]
    return [str(row.get("number") or ""), *activity, who, records]


def activities_flowables(data: Data, scope: Scope, kit: Kit) -> list[Flowable]:
    """Print the activities as a table, and the chart of how they follow each other."""
    rows = data.get("rows") or []
    if not rows:
        return []
    numbers = {str(row.get("id")): str(row.get("number") or row.get("title")) for row in rows}
    chart = chart_flowables(data, scope, kit) if kit.chart == "below" else []
    if kit.form == "list":
        return [*_activity_list(rows, numbers, scope, kit), *chart]
    split = bool(kit.label("activities_description"))
    keys = ["number", "activity", "responsible", "records"]
    shares = [7.0, 45.0, 22.0, 26.0]
    if split:
        keys.insert(2, "description")
        shares = [5.5, 18.0, 38.0, 17.5, 21.0]
    table = [[kit.label(f"activities_{key}") for key in keys]]
    body = [_activity_row(row, numbers, scope, kit) for row in rows]
    made = kit.table([*table, *body], shares)
    return [*made, *chart]


def _activity_list(
    rows: Sequence[Mapping[str, Any]], numbers: Mapping[str, str], scope: Scope, kit: Kit
) -> list[Flowable]:
    """Print the activities as paragraphs below the names of those who do them."""
    made: list[Flowable] = []
    doer: list[str] = []
    for row in rows:
        who = _who(row, scope)
        if who and who != doer:
            made += kit.minor(" / ".join(who))
        doer = who or doer
        number, title = str(row.get("number") or ""), str(row.get("title") or "")
        head = ". ".join(filter(None, (number, title)))
        content = kit.html(str(row.get("html") or ""), indented(kit.base, _INSET, 0))
        records = [
            reference_text({"code": one.get("code"), "title": one.get("text")}, scope)
            for one in row.get("records") or []
        ]
        if head:
            made += [CondPageBreak(40), rich([Run(head, bold=bool(content))], kit.base)]
        made += [*content, *kit.bullets(_ways(row, numbers, kit), inset=_INSET)]
        if records:
            label = kit.label("activities_records").capitalize()
            made.append(kit.pair(f"{label}:", "; ".join(records), indented(kit.base, _INSET, 0)))
    return made


def chart_flowables(data: Data, scope: Scope, kit: Kit, *, headed: bool = True) -> list[Flowable]:
    """Draw the flow chart of the activities, under its heading unless it has one already."""
    if len(data.get("rows") or []) < 2:
        return []
    words = {key: kit.label(f"flowchart_{key}") for key in ("goes_to", "nowhere", "end")}
    chart = flow_chart(data, scope.position_name, kit.width, words)
    # A short chart stays whole; a long one may break after its second activity.
    first = sum(row.height for row in chart.rows[:2])
    keep = chart.height if chart.height <= _WHOLE_CHART else min(first, 250)
    head: list[Flowable] = [CondPageBreak(keep)]
    if headed:
        head = heading(kit.label("flowchart"), kit.house.subheading, level=1, keep=keep)
    return [*head, *chart_rows(chart), Spacer(1, 8)]


def _lists(cells: Sequence[Sequence[str]], kit: Kit) -> list[Any]:
    return [kit.bullets([str(one) for one in cell]) for cell in cells]


def _phase_style(kit: Kit) -> ParagraphStyle:
    return aligned(kit.house.label, "center")


def sipoc_flowables(data: Data, scope: Scope, kit: Kit) -> list[Flowable]:
    """Print suppliers to customers in five columns, with the phases of the cycle as bands."""
    rows = data.get("rows") or []
    if not rows:
        return []
    inner = kit.narrowed(kit.width / 5)
    table: list[list[Any]] = [[kit.label(f"sipoc_{column}") for column in _SIPOC]]
    phase = ""
    for row in rows:
        cells = _lists([row.get(column) or [] for column in _SIPOC], inner)
        new = str(row.get("phase") or "")
        if new in _PHASES and new != phase:
            cells[2] = [inner.text(kit.label(f"phase_{new}"), _phase_style(kit)), *cells[2]]
        phase = new
        if len(table) > 1 and not any(cells[at] for at in (0, 1, 3, 4)):
            # Only the activities go on: the other cells of the row above belong to them too.
            table[-1][2] = [*table[-1][2], *cells[2]]
        else:
            table.append(cells)
    return kit.table(table, [19, 20, 24, 20, 17])


def risks_flowables(data: Data, scope: Scope, kit: Kit) -> list[Flowable]:
    """Print risks with their controls."""
    rows = data.get("rows") or []
    keys = ["risk", "control"]
    if any(row.get("level") for row in rows):
        keys.append("level")
    table = [[kit.label(f"risks_{key}") for key in keys]]
    table += [[str(row.get(key) or "") for key in keys] for row in rows]
    return kit.table(table, [45, 45, 10][: len(keys)], small=kit.in_cell) if rows else []


def objectives_flowables(data: Data, scope: Scope, kit: Kit) -> list[Flowable]:
    """Print quality objectives: what is to be reached, how it is measured, by whom and when."""
    rows = data.get("rows") or []
    keys = ("objective", "target", "indicators", "owner", "span", "plan")
    table = [[kit.label(f"objectives_{key}") for key in keys]]
    table += [
        [
            str(row.get("objective") or ""),
            str(row.get("target") or ""),
            ", ".join(map(str, row.get("indicators") or ())),
            scope.position_name(str(row["owner"])) if row.get("owner") else "",
            " – ".join(scope.date(row[key]) for key in ("first", "last") if row.get(key)),
            str(row.get("plan") or ""),
        ]
        for row in rows
    ]
    return kit.table(table, [26, 15, 15, 13, 12, 19], small=True) if rows else []


def requirements_flowables(data: Data, scope: Scope, kit: Kit) -> list[Flowable]:
    """Print requirements under the norm or law that sets them."""
    made: list[Flowable] = []
    for group in data.get("groups") or []:
        if group.get("name"):
            made += kit.minor(str(group["name"]))
        made += kit.bullets(
            [
                " ".join(
                    filter(None, (str(one.get("reference") or ""), str(one.get("text") or "")))
                )
                for one in group.get("items") or []
            ]
        )
    return made


def resources_flowables(data: Data, scope: Scope, kit: Kit) -> list[Flowable]:
    """Print resources by kind."""
    made: list[Flowable] = []
    for group in data.get("groups") or []:
        if group.get("name"):
            made += kit.minor(str(group["name"]))
        made += kit.bullets([str(one) for one in group.get("items") or []])
    return made


def table_flowables(data: Data, scope: Scope, kit: Kit) -> list[Flowable]:
    """Print a free table; columns are as wide as their texts ask for."""
    columns = [str(one) for one in data.get("columns") or []]
    rows = [[str(cell) for cell in row] for row in data.get("rows") or []]
    made: list[Flowable] = []
    width = max([len(columns), *(len(row) for row in rows)], default=0)
    if width:
        lines = [
            [*row, *[""] * (width - len(row))] for row in ([columns] if columns else []) + rows
        ]
        shares = [min(60, max(8, *(len(line[at]) for line in lines))) for at in range(width)]
        small = width > 5 or kit.in_cell
        made += kit.table(lines, shares, header_rows=1 if columns else 0, small=small)
    if data.get("note"):
        made.append(kit.text(str(data["note"]), kit.house.note))
    return made


def annexes_flowables(data: Data, scope: Scope, kit: Kit) -> list[Flowable]:
    """Print the list of annexes, with what is written about each."""
    made: list[Flowable] = []
    plain_lines: list[str] = []
    for item in data.get("items") or []:
        line = reference_text({"code": item.get("code"), "title": item.get("title")}, scope)
        stored = scope.file(str(item["file"])) if item.get("file") else None
        if stored:
            line = f"{line} ({stored['filename']})"
        html = kit.html(str(item.get("html") or ""))
        if not html:
            plain_lines.append(line)
            continue
        made += [*kit.bullets(plain_lines), *kit.minor(line), *html]
        plain_lines = []
    return [*made, *kit.bullets(plain_lines)]


def process_documents_flowables(data: Data, scope: Scope, kit: Kit) -> list[Flowable]:
    """Print the list of documents of the process."""
    keys = ("code", "title", "type", "version")
    table = [[kit.label(f"documents_{key}") for key in keys]]
    table += [[str(row.get(key) or "") for key in keys] for row in data.get("rows") or []]
    made: list[Flowable] = [kit.text(data["note"])] if data.get("note") else []
    return [*made, *kit.table(table, [18, 48, 20, 14], small=kit.in_cell)] if table[1:] else made


KINDS: dict[str, Callable[[Data, Scope, Kit], list[Flowable]]] = {
    "text": text_flowables,
    "glossary": glossary_flowables,
    "references": references_flowables,
    "activities": activities_flowables,
    "indicators": indicators_flowables,
    "sipoc": sipoc_flowables,
    "risks": risks_flowables,
    "objectives": objectives_flowables,
    "requirements": requirements_flowables,
    "resources": resources_flowables,
    "table": table_flowables,
    "annexes": annexes_flowables,
    "process-documents": process_documents_flowables,
}
"""Makers of flowables by section kind."""
