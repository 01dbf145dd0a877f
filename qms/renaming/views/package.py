"""The page of one renaming: what was found and what is to be done, then how far each one is."""

from __future__ import annotations

from functools import partial
from typing import Any

from pyramid.httpexceptions import HTTPSeeOther
from pyramid.view import view_config, view_defaults

from qms.documents.assignment import holders
from qms.documents.lint.services import review
from qms.documents.models import Document, Version
from qms.documents.services.completeness import gaps_of
from qms.documents.views.page import PageView
from qms.documents.wording import show_date, show_moment
from qms.documents.workflow import DRAFT
from qms.kernel.errors import Refused
from qms.kernel.i18n import _
from qms.people.models import people_of
from qms.people.moments import local_day
from qms.renaming import workflow
from qms.renaming.finding import in_settings, namesakes, renaming_of
from qms.renaming.in_files import look_in_files
from qms.renaming.models import RenamePackage
from qms.renaming.names import Renaming
from qms.renaming.services import drafting, planning
from qms.renaming.services.waves import to_send, to_sign
from qms.renaming.words import (
    ACT_NAMES,
    CHOICE_NAMES,
    FLAGGED,
    ITEM_CHIPS,
    KIND_NAMES,
    PLACE_NAMES,
)
from qms.security.permissions import Permission
from qms.web.i18n import translate
from qms.web.redirects import see_other

MOST = 300
"""So many documents stand on the page; others keep what is proposed."""
MOST_CHECKED = 25
"""Of so many drafts the content is checked for the page; all are checked when sent."""
SECONDS = 8.0
"""So long one request carries on."""
_RANK = {name: place for place, name in enumerate(workflow.CHOICES)}


@view_defaults(context=RenamePackage)
class PackageView(PageView):
    """One renaming."""

    context: RenamePackage

    @view_config(permission=Permission.VIEW, renderer="qms.templates:renaming/package.pt")
    def show(self) -> dict[str, Any]:
        """Show the places before it is confirmed, and the documents' states after that."""
        context, request = self.context, self.request
        planned = context.state == workflow.PLANNED
        may = bool(request.has_permission(Permission.RENAMING_RUN, context))
        items = self._proposals() if planned else self._items()
        hidden = len(context.found) - len(self._visible()) if may else 0
        same = namesakes(self.organisation, context.kind, context.thing_id, context.old)
        return {
            "heading": f"{context.number} · {context.title}",
            "package": context,
            "kind": KIND_NAMES[context.kind],
            "planned": planned,
            "may": may,
            "items": items[:MOST],
            "hidden": hidden,
            "more": max(len(items) - MOST, 0),
            "total": len(self.organisation["documents"]),
            "unsigned": self._unsigned(items) if planned else [],
            "settings": in_settings(self.organisation, self._words()) if planned else [],
            "namesakes": [KIND_NAMES[one] for one in same] if planned else [],
            "failed": context.progress.of(workflow.FAILED),
            "to_send": [] if planned else to_send(context),
            "to_sign": to_sign(context, request.person, request.act),
            "is_open": context.state in workflow.OPEN,
            "acts": [
                {**one, "what": ACT_NAMES[one["kind"]]}
                for one in context.acts
                if one["kind"] in ACT_NAMES
            ],
            "choice_names": CHOICE_NAMES,
            "place_names": PLACE_NAMES,
            "person_name": people_of(self.organisation).person_name,
            "date": partial(show_date, self.profile),
            "moment": partial(show_moment, self.profile),
            "json": lambda: self._json(items),
        }

    def _words(self) -> Renaming:
        return renaming_of(self.organisation, self.context.old, self.context.new)

    def _visible(self) -> dict[str, Document]:
        """Give, by uid, the documents that were found and that the person may know of."""
        found = ((uid, self.context.document(uid)) for uid in self.context.found)
        return {
            uid: document
            for uid, document in found
            if document is not None and self._may(Permission.VIEW, document)
        }

    def _may(self, permission: Permission, what: Any) -> bool:
        return bool(self.request.has_permission(permission, what))

    # Before it is confirmed

    def _proposals(self) -> list[dict[str, Any]]:
        """Give what was found, what can be done and what is proposed; the most urgent first."""
        items = []
        for uid, document in self._visible().items():
            found = self.context.found[uid]
            pending = document.pending
            sees = pending is None or self._may(Permission.VIEW, pending)
            choices, choice = self._offer(found, document)
            items.append(
                {
                    **found,
                    "title": found["title"] if sees else document.title,
                    "uid": uid,
                    "document": document,
                    "places": found["places"] if sees else [],
                    "sees": sees,
                    "choices": choices,
                    "choice": choice,
                }
            )
        return sorted(items, key=lambda one: (_RANK[one["choice"]], one["code"]))

    def _offer(self, found: dict[str, Any], document: Document) -> tuple[list[str], str]:
        """Leave corrections of a draft to those who may edit it."""
        choices, choice = list(found["choices"]), found["choice"]
        pending = document.pending
        if workflow.CORRECT in choices and not (
            pending is not None and self._may(Permission.DOCUMENT_EDIT, pending)
        ):
            choices.remove(workflow.CORRECT)
        if choice not in choices:
            choice = workflow.FLAG if document.in_force is not None else workflow.NOTHING
        return choices, choice

    def _unsigned(self, items: list[dict[str, Any]]) -> list[tuple[str, list[str]]]:
        """Give the later steps that only this person signs, and the codes that take them.

        Whoever has the drafts written is their author, and with separation of duties an author
        signs no later step: better to know before than when nobody can sign.
        """
        me = {self.request.person.id}
        steps: dict[str, list[str]] = {}
        for one in items:
            version = one["document"].in_force
            if one["choice"] != workflow.REDRAFT or version is None:
                continue
            route = self.profile.route(version.route_id)
            for step in route.steps[1:] if route.separation_of_duties else ():
                known = [who for who in step.assignees if who.get("role") != "author"]
                found = [{person.id for person, _at in holders(version, who)} for who in known]
                alone = found and (
                    any(each == me for each in found)
                    if step.rule == "all"
                    else set().union(*found) == me
                )
                if alone:
                    steps.setdefault(step.label, []).append(one["code"])
        return list(steps.items())

    @view_config(name="look", request_method="POST", permission=Permission.RENAMING_RUN)
    def look(self) -> HTTPSeeOther:
        """Carry on looking, in short transactions; ``again`` begins anew."""
        request, context = self.request, self.context
        if "again" in request.POST:
            planning.look_again(context, act=request.act)
        rounds = int(SECONDS / planning.SECONDS)
        while planning.look(context, act=request.act) and rounds > 1:
            rounds -= 1
            self._commit()
        look_in_files(context, request.registry.qms_replica, request.person, act=request.act)
        return see_other(request, context)

    @view_config(name="confirm", request_method="POST", permission=Permission.RENAMING_RUN)
    def confirm(self) -> HTTPSeeOther:
        """Rename, then write the drafts one by one; what is left is carried on later."""
        request, context = self.request, self.context
        posted, choices = request.POST, {}
        visible = self._visible()
        for uid, found in context.found.items():
            if uid not in visible:
                # What this person may not know of stays as it is.
                choices[uid] = workflow.NOTHING
                continue
            offered, proposed = self._offer(found, visible[uid])
            wanted = posted.get(f"choice-{uid}", proposed)
            choices[uid] = wanted if wanted in offered else proposed
        planning.confirm(context, choices, minor="minor" in posted, act=request.act)
        self._commit()
        return self._carry_on()

    # After it was confirmed

    def _items(self) -> list[dict[str, Any]]:
        """Give how far each document is, with what its draft still lacks."""
        now, items = self.context.progress, []
        flags = self.organisation[planning.NAME].flags
        for uid, choice in now.choices.items():
            document, version = self.context.document(uid), self.context.version(uid)
            subject = version or document
            if document is None or not self._may(Permission.VIEW, subject):
                continue
            status = now.items[uid]
            flag = flags.get(uid)
            flagged = flag is not None and flag[0] == self.context.number
            if status == workflow.SETTLED and not flagged and choice == workflow.NOTHING:
                continue
            items.append(
                {
                    "uid": uid,
                    "code": document.code,
                    "title": (version or document).title,
                    "document": document,
                    "version": version,
                    "choice": choice,
                    "status": status,
                    "chip": FLAGGED if flagged else ITEM_CHIPS[status],
                    "why": self._why(uid) if status == workflow.FAILED else "",
                    "by_hand": self.context.found.get(uid, {}).get("by_hand", 0),
                    "lacks": [],
                }
            )
        items.sort(key=lambda one: (_ORDER[one["status"]], one["code"]))
        drafts = [one for one in items if one["version"] and one["version"].state == DRAFT]
        for one in drafts[:MOST_CHECKED]:
            one["lacks"] = self._lacks(one["version"])
        return items

    def _why(self, uid: str) -> str:
        why = self.context.progress.whys[uid]
        return translate(self.request, _(why["msgid"], dict(why["mapping"])))

    def _lacks(self, version: Version) -> list[Any]:
        """Say what keeps a draft from being sent."""
        gaps = [one.sentence for one in gaps_of(version) if one.blocks]
        today = local_day(self.organisation, self.request.act.at)
        return [*gaps, *(one.message for one in review(version, today).errors)]

    @view_config(name="carry-on", request_method="POST", permission=Permission.RENAMING_RUN)
    def carry_on(self) -> HTTPSeeOther:
        """Write the drafts that are still to be written; ``again`` tries the failed ones anew."""
        return self._carry_on(again="again" in self.request.POST)

    def _carry_on(self, *, again: bool = False) -> HTTPSeeOther:
        request, context = self.request, self.context
        more = drafting.carry_on(
            context,
            act=request.act,
            commit=self._commit,
            abort=self._abort,
            seconds=SECONDS,
            again=again,
        )
        if more:
            request.session.flash(_("There are more drafts to write: carry on."), "info")
        elif context.progress.of(workflow.FAILED):
            request.session.flash(_("Some drafts could not be written; see why below."), "warning")
        else:
            request.session.flash(_("It is renamed, and the drafts are written."), "success")
        return see_other(request, context)

    @view_config(name="flag", request_method="POST", permission=Permission.RENAMING_RUN)
    def flag(self) -> HTTPSeeOther:
        """Be content with a notice on one document."""
        uid = self.request.POST.get("document", "")
        drafting.flag_instead(self.context, uid, act=self.request.act)
        return see_other(self.request, self.context)

    @view_config(name="give-up", request_method="POST", permission=Permission.RENAMING_RUN)
    def give_up(self) -> HTTPSeeOther:
        """End it before its time."""
        request = self.request
        try:
            planning.give_up(
                self.context, reason=request.POST.get("reason", "")[:2000], act=request.act
            )
        except Refused as refusal:
            request.session.flash(_(refusal.msgid, dict(refusal.mapping)), "danger")
        return see_other(request, self.context)

    def _commit(self) -> None:
        self.request.tm.commit()
        self.request.tm.begin()

    def _abort(self) -> None:
        self.request.tm.abort()
        self.request.tm.begin()

    def _json(self, items: list[dict[str, Any]]) -> dict[str, Any]:
        context = self.context
        return {
            "number": context.number,
            "kind": context.kind,
            "id": context.thing_id,
            "old": context.old,
            "new": context.new,
            "reason": context.reason,
            "from": context.from_on.isoformat() if context.from_on else None,
            "state": context.state,
            "complete": context.complete,
            "documents": [self._item_json(one) for one in items],
        }

    def _item_json(self, item: dict[str, Any]) -> dict[str, Any]:
        found = {key: item[key] for key in ("uid", "code", "title", "choice")}
        if "places" in item:
            return {**found, "total": item["total"], "places": item["places"]}
        version = item["version"]
        return {
            **found,
            "status": item["status"],
            "version": None if version is None else version.label,
            "lacks": [translate(self.request, one) for one in item["lacks"]],
            "why": item["why"],
        }


_ORDER = {
    workflow.FAILED: 0,
    workflow.WAITING: 1,
    "drafted": 2,
    workflow.LET_GO: 3,
    workflow.IN_REVIEW: 4,
    workflow.APPROVED: 5,
    workflow.FINISHED: 6,
    workflow.SETTLED: 7,
}
"""What is to be done stands first."""
