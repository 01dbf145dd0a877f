"""Eliminations on screen: the list, its notice, objections, and the signed record."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pyramid.httpexceptions import HTTPSeeOther
from pyramid.request import Request
from pyramid.view import view_config, view_defaults

from qms.content.models import organisation_of
from qms.documents.records import record_kinds
from qms.documents.views.page import PageView
from qms.documents.wording import show_moment_and_zone
from qms.exports import LIST_PAGE, Action, Column, Facet, Kind, Listing, ListSpec, Table
from qms.kernel.i18n import _
from qms.people.models import people_of
from qms.people.moments import local_day
from qms.profiles.api import profile_of
from qms.retention import workflow
from qms.retention.models import Disposal, Disposals
from qms.retention.services import carrying, disposals, holds
from qms.retention.services.lines import uid_of
from qms.retention.views.common import room_of, room_tabs, told, wording
from qms.retention.words import OUTCOMES
from qms.security.permissions import Permission
from qms.web.i18n import translate

LIST = ListSpec(
    columns=(
        Column("number", _("Number"), Kind.CODE, sort="number", link=True),
        Column("title", _("Series"), sort="title", wide=True),
        Column("records", _("Records"), Kind.NUMBER),
        Column("proposed_by", _("Proposed by")),
        Column("announced_on", _("Announced on"), Kind.MOMENT, sort="announced_on"),
        Column("until", _("Objections until"), Kind.DATE),
        Column("approved_by", _("Approved by")),
        Column("ended_on", _("Carried out on"), Kind.MOMENT),
        Column("state", _("State"), Kind.CHIP),
    ),
    facets={"state": Facet(_("State"))},
    order="number",
    reverse=True,
)
RECORD = (
    Column("line", _("Line"), Kind.NUMBER, share=6),
    Column("series", _("Series"), Kind.CODE, share=9),
    Column("code", _("Record"), Kind.CODE, share=16),
    Column("title", _("Title"), share=19),
    Column("closed_on", _("Record closed on"), Kind.DATE, share=11),
    Column("disposal_on", _("Disposition on"), Kind.DATE, share=12),
    Column("disposition", _("Disposition"), share=12),
    Column("result", _("What became of it"), share=17),
    Column("filename", _("File"), share=16),
    Column("size", _("Bytes"), Kind.NUMBER, share=8),
    Column("sha256", _("SHA-256"), Kind.CODE, share=30),
)
SHOWN = 200
"""So many lines stand on the page; the file of the list has all of them."""


def record_of(disposal: Disposal) -> dict[str, Any]:
    """Give an elimination as the list of them shows it."""
    people, now = people_of(organisation_of(disposal)), disposal.progress
    return {
        "disposal": disposal,
        "number": disposal.number,
        "title": disposal.title,
        "records": len(disposal.lines),
        "proposed_by": people.person_name(now.proposed_by),
        "announced_on": now.announced_on or None,
        "until": now.until or None,
        "approved_by": people.person_name(now.approved_by) if now.approved_by else "",
        "ended_on": now.ended_on or None,
        "state": now.state,
    }


@view_config(
    context=Disposals, request_method="GET", permission=Permission.VIEW, renderer=LIST_PAGE
)
def show_list(folder: Disposals, request: Request) -> dict[str, Any]:
    """List the eliminations that the person may see: announced ones are everybody's."""
    may = request.has_permission(Permission.RETENTION_MANAGE, folder)
    add = Action(_("Propose an elimination"), request.resource_path(folder, "add"))
    seen = [one for one in folder.values() if request.has_permission(Permission.VIEW, one)]
    return Listing(request, LIST).show(
        _("Eliminations of records"),
        [record_of(one) for one in seen],
        url=lambda one: request.resource_path(one["disposal"]),
        actions=[add] if may else [],
        empty=_("Nothing is eliminated but by a signed record that was announced before."),
        **room_tabs(request, "disposals"),
    )


def lines_of(disposal: Disposal, request: Request) -> list[dict[str, Any]]:
    """Give every line with what became of it, or what stands in its way now."""
    organisation = organisation_of(disposal)
    kinds = record_kinds(request.registry)
    open_list = disposal.state in (*workflow.OPEN, workflow.APPROVED)
    held = holds.active(room_of(disposal)) if open_list else {}
    kept = disposals.kept_lines(disposal)
    found = []
    for number, line in disposal.lines.items():
        result = disposal.results.get(number)
        hold = None
        if result is None:
            hold = holds.held_by(organisation, kinds, held, uid_of(line), line["series"])
        found.append(
            {
                **line,
                "line": number,
                "kept": kept.get(number),
                "hold": hold,
                "outcome": result["outcome"] if result is not None else "",
                "files": result.get("files", []) if result is not None else [],
                "result": _result(result, kept.get(number), hold, request),
                "uid": uid_of(line),
            }
        )
    return found


def _result(result: Any, kept: Any, hold: Any, request: Request) -> str:
    if result is not None:
        parts = [translate(request, OUTCOMES[result["outcome"]])]
        if result["outcome"] == carrying.ELIMINATED and not result.get("files"):
            parts.append(translate(request, _("no file of it was kept here")))
        parts += [result[name] for name in ("hold", "before", "medium", "why") if result.get(name)]
        return " · ".join(parts)
    if kept is not None:
        words = _("To be kept for ever") if kept["for_ever"] else OUTCOMES["kept"]
        return f"{translate(request, words)} · {kept['reason']}"
    return f"{translate(request, OUTCOMES['held'])} · {hold.number}" if hold is not None else ""


@view_defaults(context=Disposal)
class DisposalView(PageView):
    """One elimination: its list, what was objected, who signed, and the record to take away."""

    context: Disposal

    @view_config(
        request_method="GET",
        permission=Permission.VIEW,
        renderer="qms.templates:retention/disposal.pt",
    )
    def show(self) -> dict[str, Any]:
        """Show it; the record with every hash prints and downloads."""
        disposal, now = self.context, self.context.progress
        lines = lines_of(disposal, self.request)
        today = local_day(self.organisation, self.request.act.at)
        people = people_of(self.organisation)
        approval = next((act for act in disposal.acts if act["kind"] == "approved"), None)
        answers = {act["objection"]: act for act in disposal.acts if act["kind"] == "answered"}
        return {
            "heading": f"{disposal.number} · {disposal.title}",
            "disposal": disposal,
            "found": record_of(disposal),
            "now": now,
            "reason": disposal.acts[0]["reason"],
            "lines": lines[:SHOWN],
            "total": len(lines),
            "shown": SHOWN,
            "counts": [
                (OUTCOMES[name], n) for name, n in sorted(carrying.counts(disposal).items())
            ],
            "dealt": len(disposal.results),
            "approval": approval,
            "objections": [
                {**act, "who": people.person_name(act["by"]), "answer": answers.get(number)}
                for number, act in enumerate(now.objections)
            ],
            "acts": told(disposal, disposal.acts),
            "notice": profile_of(self.organisation).retention,
            "notice_over": disposals.notice_over(disposal, today),
            "may": self._may(now, today),
            **wording(disposal),
            "table": lambda: self._table(lines),
            "json": lambda: self._json(lines),
        }

    def _may(self, now: Any, today: Any) -> dict[str, bool]:
        disposal, allowed = self.context, self.request.has_permission
        manages = bool(allowed(Permission.RETENTION_MANAGE, disposal))
        is_open = now.state in workflow.OPEN
        other = self.request.person is not None and self.request.person.id != now.proposed_by
        approves = bool(allowed(Permission.RETENTION_APPROVE, disposal))
        ready = disposals.notice_over(disposal, today) and not now.waiting
        return {
            "announce": manages and now.state == workflow.PROPOSED,
            "answer": manages and bool(now.waiting),
            "keep": manages and is_open,
            "withdraw": manages and is_open,
            "carry": manages and now.state == workflow.APPROVED,
            "object": bool(allowed(Permission.RETENTION_OBJECT, disposal)),
            "approve": approves and other and ready,
            "own": approves and not other and ready,
            "hold": bool(allowed(Permission.RETENTION_HOLD, disposal)) and is_open,
        }

    def _table(self, lines: list[dict[str, Any]]) -> Table:
        """Make the record of elimination: every line with each of its files and hashes."""
        disposal, now = self.context, self.context.progress
        approval = next((act for act in disposal.acts if act["kind"] == "approved"), None)
        dates = wording(disposal)
        facts = [
            (_("Series"), disposal.title),
            (_("Reason"), disposal.acts[0]["reason"]),
            (_("Proposed by"), record_of(disposal)["proposed_by"]),
            (_("Announced on"), dates["moment"](now.announced_on) if now.announced_on else ""),
            (_("Objections until"), dates["date"](now.until)),
            (_("Objections"), str(len(now.objections)) if now.announced_on else ""),
            (_("Medium of the reproduction"), disposal.medium),
        ]
        if approval is not None:
            signed = f"{approval['name']}, {approval['position']}: «{approval['meaning']}»"
            at = show_moment_and_zone(profile_of(organisation_of(disposal)), approval["at"])
            facts += [
                (_("Approved by"), f"{signed}, {at}"),
                (_("SHA-256 of the list"), approval["list_sha256"]),
            ]
        facts.append((_("Carried out on"), dates["moment"](now.ended_on) if now.ended_on else ""))
        return Table(
            _("Record of elimination ${number}", {"number": disposal.number}),
            RECORD,
            lambda: _rows(lines),
            facts=[(said, text) for said, text in facts if text],
            name=disposal.number,
        )

    def _json(self, lines: list[dict[str, Any]]) -> dict[str, Any]:
        now = self.context.progress
        return {
            "number": self.context.number,
            "state": now.state,
            "until": now.until or None,
            "lines": [
                {
                    "line": one["line"],
                    "code": one["code"],
                    "outcome": one["outcome"] or None,
                    "held": one["hold"].number if one["hold"] is not None else None,
                    "files": one["files"],
                }
                for one in lines
            ],
        }

    @view_config(name="announce", request_method="POST", permission=Permission.RETENTION_MANAGE)
    def announce(self) -> HTTPSeeOther:
        """Let everybody read the list and object to it for the days of notice."""
        disposals.announce(self.context, act=self.request.act)
        return self.back(_("The elimination is announced; everybody can read the list."))

    @view_config(name="carry-out", request_method="POST", permission=Permission.RETENTION_MANAGE)
    def carry_out(self) -> HTTPSeeOther:
        """Deal with the next lines at once instead of waiting for the worker."""
        kinds = record_kinds(self.request.registry)
        done = carrying.step(self.context, kinds, act=self.request.act)
        text = _("The elimination was carried out.") if done else _("The next records were done.")
        return self.back(text)


def _rows(lines: list[dict[str, Any]]) -> Iterator[list[Any]]:
    names = [column.name for column in RECORD]
    nothing = {"filename": "", "size": None, "sha256": ""}
    for line in lines:
        for file in line["files"] or [nothing]:
            row = {**line, **{name: file[name] for name in nothing}}
            yield [row[name] for name in names]
