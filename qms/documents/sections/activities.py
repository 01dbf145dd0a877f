"""Activities: who does what in which order, with what record, and where the way forks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import colander

from qms.documents.flow import END, flow_chart, next_ids, unreachable
from qms.documents.sections.base import Declarations, Scope
from qms.documents.sections.kind import (
    Kind,
    dangling,
    items,
    joined,
    normal_codes,
    texts,
    unknown_positions,
    words_of,
)
from qms.documents.sections.nodes import (
    OpenSelect,
    choose,
    code,
    flag,
    html,
    ident,
    line,
    positions,
    root,
    with_ids,
    without_empty,
)
from qms.kernel.i18n import _
from qms.pdf.flowchart_svg import chart_svg
from qms.pdf.markup import html_lines
from qms.web import fields

ROW_KINDS = (
    ("step", _("Step")),
    ("start", _("Start")),
    ("decision", _("Decision")),
    ("end", _("End")),
)
MOST_ROWS = 200
_CHART_WIDTH = 560
"""Width of the drawing on screen, in its own units."""

Row = Mapping[str, Any]


def _called(row: Row) -> str:
    """Name a row for people: number and title, or the start of its text."""
    title = str(row.get("title") or "") or next(html_lines(str(row.get("html") or "")), "")
    return joined(row.get("number"), title[:60]) or str(row.get("id") or "")


@colander.deferred
def _targets(node: Any, bindings: Mapping[str, Any]) -> Any:
    """Offer the rows of the section as it is shown."""
    rows = items(bindings.get("data") or {}, "rows")
    found = [(str(row["id"]), _called(row)) for row in rows if row.get("id")]
    return OpenSelect(
        values=[("", _("Choose…")), *found, (END, _("End of the procedure"))],
        css_class="branch-to",
    )


def _branches() -> Any:
    branch = fields.group(
        _("Branch"),
        line(_("If"), "condition", longest=200),
        colander.SchemaNode(
            colander.String(),
            name="to",
            title=_("Goes on with"),
            missing="",
            preparer=lambda value: value[:40] if isinstance(value, str) else value,
            widget=_targets,
        ),
        row=True,
    )
    return fields.rows(
        _("Branches"),
        branch,
        name="branches",
        add=_("Add a branch"),
        most=12,
        orderable=False,
        help=_("Without branches the next activity follows."),
    )


def _records() -> Any:
    record = fields.group(_("Record"), code(), line(_("Record or format"), "text"), row=True)
    return fields.rows(
        _("Documents and records"),
        record,
        name="records",
        add=_("Add a record"),
        most=40,
        orderable=False,
    )


class ActivitiesKind(Kind):
    """The steps of a procedure: ``{"rows": […]}``; drawn as a flow chart as well."""

    name = "activities"
    title = _("Activities")
    list_key = "rows"

    def schema(self, scope: Scope) -> colander.SchemaNode:
        """Give the form schema; ``data`` among the bindings gives the branches their targets."""
        head = (
            ident(),
            line(_("No."), "number", longest=10),
            choose(_("Symbol"), "kind", ROW_KINDS),
            line(_("Activity"), "title", longest=200),
        )
        row = fields.group(
            _("Activity"),
            *head,
            html(_("Description"), rows=3),
            positions(_("Responsible positions"), "responsible", scope),
            line(_("Other responsible"), "responsible_text", longest=300),
            _records(),
            _branches(),
            flag(_("The procedure ends after this activity"), "stops"),
        )
        rows = fields.rows(
            _("Activities"),
            row,
            name="rows",
            add=_("Add an activity"),
            most=MOST_ROWS,
            preparer=[without_empty, with_ids("a")],
        )
        return root(rows)

    def lines(self, data: Mapping[str, Any], scope: Scope) -> list[str]:
        """Give a line for each part of each activity that says something."""
        rows = items(data, "rows")
        words = words_of(scope)
        numbers = {str(row.get("id")): str(row.get("number") or _called(row)) for row in rows}
        found = []
        for row in rows:
            found.append(joined(row.get("number"), row.get("title")))
            found += html_lines(str(row.get("html") or ""))
            who = "; ".join(self.responsible(row, scope))
            found.append(f"{words['activities_responsible'].capitalize()}: {who}" if who else "")
            for record in items(row, "records"):
                found.append(f"» {joined(record.get('code'), record.get('text'))}")
            for branch in items(row, "branches"):
                to = str(branch.get("to") or "")
                goal = words["ends"] if to == END else f"{words['goes_to']} {numbers.get(to, to)}"
                found.append(joined(branch.get("condition"), goal, by=": "))
            if row.get("stops") and not items(row, "branches"):
                found.append(words["ends"])
        return [text for text in found if text and text != "» "]

    def responsible(self, row: Row, scope: Scope) -> list[str]:
        """Name who does an activity."""
        names = [scope.position_name(one) for one in texts(row, "responsible")]
        return [*names, str(row["responsible_text"])] if row.get("responsible_text") else names

    def ways(self, row: Row, data: Mapping[str, Any]) -> list[tuple[str, str, str | None]]:
        """Give the branches of an activity: condition, id of the goal, what the goal is called.

        The goal's name is None for the end of the procedure and "" when there is no such activity.
        """
        names = {str(one.get("id")): _called(one) for one in items(data, "rows")}
        found = []
        for branch in items(row, "branches"):
            to = str(branch.get("to") or "")
            named = None if to == END and END not in names else names.get(to, "")
            found.append((str(branch.get("condition") or ""), to, named))
        return found

    def declares(self, data: Mapping[str, Any]) -> Declarations:
        """Declare the positions that work and the codes of the records."""
        rows = items(data, "rows")
        records = [one.get("code") for row in rows for one in items(row, "records")]
        who = dict.fromkeys(one for row in rows for one in texts(row, "responsible"))
        return Declarations(references=normal_codes(records), positions=tuple(who))

    def gaps(self, data: Mapping[str, Any], scope: Scope) -> list[str]:
        """Find steps without way or hand, branches to nowhere, dangling codes and positions."""
        rows = [row for row in items(data, "rows") if row.get("id")]
        found = []
        lost = set(unreachable(rows))
        ids = {str(row["id"]) for row in rows}
        for place, row in enumerate(rows):
            name: dict[str, object] = {"activity": _called(row)}
            if str(row["id"]) in lost:
                found.append(_("No way leads to the activity «${activity}».", name))
            if any(to != END and to not in ids for to in next_ids(rows, place)):
                found.append(_("A branch of «${activity}» leads to no activity.", name))
            if row.get("kind") == "decision" and len(items(row, "branches")) < 2:
                found.append(_("The decision «${activity}» has fewer than two branches.", name))
            works = row.get("kind") in {"step", "decision", None}
            if works and not self.responsible(row, scope):
                found.append(_("Nobody is responsible for the activity «${activity}».", name))
        declared = self.declares(data)
        found += unknown_positions(declared.positions, scope)
        return [*found, *dangling(declared.references, scope)]

    def chart(self, data: Mapping[str, Any], scope: Scope, ui: Any, ident: str = "flow") -> str:
        """Draw the flow chart as SVG in the page's language; "" where there is nothing to draw."""
        rows = [row for row in items(data, "rows") if row.get("id")]
        if len(rows) < 2:
            return ""
        words = {
            "goes_to": ui.translate(_("goes on to")),
            "nowhere": ui.translate(_("leads nowhere")),
            "end": ui.translate(_("End")),
        }
        chart = flow_chart({"rows": rows}, scope.position_name, _CHART_WIDTH, words)
        return chart_svg(chart, ui.translate(_("Flow chart")), ident=ident)


KIND = ActivitiesKind()
