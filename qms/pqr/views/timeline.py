"""The time line of a case: each act in words, without what the reader has no need to know."""

from __future__ import annotations

from typing import Any

from pyramid.request import Request

from qms.content.models import organisation_of
from qms.documents.wording import show_date
from qms.kernel.i18n import _
from qms.kernel.quoting import split_quoted
from qms.people.models import people_of
from qms.pqr import lettering, rating, services, workflow
from qms.pqr.choices import POSITION, choices_of
from qms.pqr.matrix import currency_of, rule_by_id
from qms.pqr.models import Case
from qms.pqr.privacy import words_for
from qms.pqr.views.matrix import AFTER, when_of
from qms.pqr.views.rights import DATA
from qms.pqr.words import ACT_NAMES, GROUND_NAMES, HOW_NAMES, local_date, span

_SILENT = frozenset({"drafted", "submitted"})
"""Acts whose words are versions of an answer; they stand on the page of the answer."""
_OF_MAIL = frozenset({"undelivered"})
"""Acts whose words can name the customer's address."""


class History:
    """Says what happened to one case, to one reader."""

    def __init__(self, case: Case, request: Request, *, personal: bool) -> None:
        """``personal`` tells whether the reader may see who the customer is."""
        self.case, self.request, self.personal = case, request, personal
        self.organisation = organisation_of(case)
        self.choices, self.people = choices_of(self.organisation), people_of(self.organisation)

    def lines(self) -> list[dict[str, Any]]:
        """Give every act, the first one first."""
        return [self._line(place, act) for place, act in enumerate(self.case.acts)]

    def _line(self, place: int, act: dict[str, Any]) -> dict[str, Any]:
        kind, by = act["kind"], act["by"]
        letter = lettering.letter_at(self.case, place)
        said, quoted = split_quoted(self._said(act))
        about = [*self._about(act), letter.number if letter is not None else ""]
        return {
            "what": ACT_NAMES[kind],
            "kind": kind,
            "by": self.people.person_name(by) if by in self.people["persons"] else "",
            "when": act.get("when") or act["at"],
            "at": act["at"],
            "said": said,
            "quoted": quoted,
            "about": [one for one in about if one],
            "internal": kind in workflow.INTERNAL,
        }

    def _said(self, act: dict[str, Any]) -> str:
        kind = act["kind"]
        of_mail = kind in _OF_MAIL or bool(act.get("failed"))
        if kind in _SILENT or (of_mail and not self.personal):
            return ""
        words = (act.get(name) for name in ("text", "reason", "note", "comment"))
        said = next((str(one) for one in words if one), "")
        return words_for(self.case, said, personal=self.personal)

    def _about(self, act: dict[str, Any]) -> list[Any]:
        own = getattr(self, f"_{act['kind'].replace('-', '_')}", None)
        found: list[Any] = own(act) if own is not None else []
        name = self.choices.name
        return [
            *found,
            self.people.person_name(act["owner"]) if act.get("owner") else "",
            act.get("to", ""),
            HOW_NAMES.get(act.get("how", ""), ""),
            self._proof(act),
            GROUND_NAMES.get(act.get("ground", ""), ""),
            name("kinds", act["case_kind"]) if act.get("case_kind") else "",
            self._rule(act),
        ]

    def _proof(self, act: dict[str, Any]) -> str:
        if act.get("how") == services.MAIL and not self.personal:
            return ""
        return words_for(self.case, str(act.get("proof", "")), personal=self.personal)

    def _rule(self, act: dict[str, Any]) -> Any:
        return self.rule_of(act.get("matrix", ""))

    def rule_of(self, identifier: str) -> Any:
        """Say by which rule of the matrix a case was assigned; empty without one."""
        found = rule_by_id(self.choices, identifier) if identifier else None
        if found is None:
            return ""
        number, rule = found
        values = {"number": number, "name": rule["name"] or rule["id"]}
        return _("assigned by rule ${number}: ${name}", values)

    def queue_name(self, queue: str) -> str:
        """Give the name of a queue, or of the position that stands for one."""
        if queue.startswith(POSITION):
            return str(self.people.position_name(queue.removeprefix(POSITION)))
        return self.choices.name("queues", queue)

    # Of one kind of act each

    def _extended(self, act: dict[str, Any]) -> list[Any]:
        rule, amount = self.case.clock.rule, int(act["amount"])
        if rule is None:
            return [f"+{amount}"]
        return [f"+{self.request.localizer.translate(span(amount, rule.term.unit))}"]

    def _escalated(self, act: dict[str, Any]) -> list[Any]:
        return [self.queue_name(act["queue"])]

    def _alerted(self, act: dict[str, Any]) -> list[Any]:
        amount, unit = act.get("level") or (0, "")
        when = when_of(amount, unit) if unit in AFTER else ""
        return [when, ", ".join(self.people.person_name(one) for one in act["people"])]

    def _transferred(self, act: dict[str, Any]) -> list[Any]:
        return [act["address"]] if act.get("address") else []

    def _recalculated(self, act: dict[str, Any]) -> list[Any]:
        """Say from which day to which the term moved."""
        if "before" not in act:
            return []
        zone, profile = self.choices.profile.zone, self.choices.profile
        days = [act["before"], act["after"]]
        said = [show_date(profile, local_date(one, zone)) if one else "—" for one in days]
        return [" → ".join(said)]

    def _valued(self, act: dict[str, Any]) -> list[Any]:
        return [f"{act['amount']} {currency_of(self.choices)}"]

    def _delivered(self, act: dict[str, Any]) -> list[Any]:
        if act.get("notice"):
            since, until = act["notice"]
            return [_("On the web from ${since} to ${until}", {"since": since, "until": until})]
        if act.get("kept"):
            return [_("Kept on this machine: no mail server is set up")]
        number = {"id": act.get("message_id", "")}
        return [_("The mail server accepted it"), _("Message-ID ${id}", number)]

    def _rated(self, act: dict[str, Any]) -> list[Any]:
        return [rating.word_of(self.choices, act["score"])]

    def _repeats(self, act: dict[str, Any]) -> list[Any]:
        other = {"number": act["other"]}
        return [_("repeats ${number}", other) if act["same"] else _("is not ${number}", other)]

    def _rectified(self, act: dict[str, Any]) -> list[Any]:
        what = DATA.get(act["field"], act["field"])
        return [what, f"{act['old'] or '—'} → {act['new'] or '—'}"] if self.personal else [what]

    def _suppressed(self, act: dict[str, Any]) -> list[Any]:
        signed = act.get("statement") or {}
        by = " · ".join(one for one in (signed.get("name"), signed.get("position")) if one)
        return [act.get("record", ""), _("Signed by ${name}", {"name": by}) if by else ""]
