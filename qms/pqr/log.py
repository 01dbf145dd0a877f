"""The log of cases in the organisation's own format: its columns are data, each case fills a line.

A format such as FOR-AX-SC-03 is a controlled document; every case keeps which version of it was in
force when the case came (A21).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

from qms.content.models import Organisation
from qms.kernel.i18n import _
from qms.people.models import people_of
from qms.pqr.choices import choices_of
from qms.pqr.formats import Version, columns_in, present_columns, version_key
from qms.pqr.listing import queue_name
from qms.pqr.models import Case
from qms.pqr.privacy import masked, words_for
from qms.pqr.words import GROUND_NAMES, HOW_NAMES

Pairs = list[tuple[str, Any]]
"""Field and title of each column."""
Value = Any
"""A plain value, a translation string, the name of a state, or a moment."""
USUAL = (
    ("number", _("Number")),
    ("received", _("Received")),
    ("channel", _("Channel")),
    ("kind", _("Kind")),
    ("customer", _("Customer")),
    ("text", _("What they ask for")),
    ("owner", _("Owner")),
    ("due", _("Due")),
    ("answer", _("Answer")),
    ("notified", _("Notified on")),
    ("closed", _("Closed on")),
    ("state", _("State")),
)
"""The columns of an organisation that names none."""
BLANK = "blank"
MOMENTS = frozenset({"received", "notified", "closed", "due"})


class Filler:
    """Fills lines of the log, for one reader."""

    def __init__(self, organisation: Organisation, *, personal: bool) -> None:
        """``personal`` tells whether the reader may see who the customers are."""
        self.organisation, self.personal = organisation, personal
        self.choices, self.people = choices_of(organisation), people_of(organisation)
        self._versions: dict[Version | None, Pairs] = {}

    @property
    def columns(self) -> list[tuple[str, Any]]:
        """Give field and title of each column, as the organisation's format has them."""
        return list(present_columns(self.choices) or USUAL)

    def columns_of(self, key: Version | None) -> Pairs:
        """Give the columns of a version of the format; those of today where none are known."""
        found = self._versions.get(key)
        if found is None:
            kept = columns_in(self.organisation, key)
            found = self.columns if kept is None else list(kept or USUAL)
            self._versions[key] = found
        return found

    def united(self, keys: Iterable[Version | None]) -> list[tuple[str, Any, str]]:
        """Give the columns of several versions: today's, then what only others have.

        Field, title, and for a column that is not of today the labels of the versions that had it.
        """
        titles = {same_column(*one): one for one in self.columns}
        labels: dict[tuple[str, Any], list[str]] = {one: [] for one in titles}
        own = set(titles)
        for key in dict.fromkeys(keys):
            for one in self.columns_of(key):
                column = same_column(*one)
                titles.setdefault(column, one)
                had = labels.setdefault(column, [])
                if column not in own and key is not None and key[1] not in had:
                    had.append(key[1])
        return [(*titles[column], ", ".join(had)) for column, had in labels.items()]

    def value(self, case: Case, field: str) -> Value:
        """Give what a column says of a case."""
        how = _FIELDS.get(field)
        return how(self, case) if how is not None else ""

    # What is not said by one attribute

    def customer(self, case: Case) -> dict[str, str]:
        """Give the customer's data, masked for who needs none."""
        return case.customer if self.personal else masked(case.customer)

    def said(self, case: Case, text: str) -> str:
        """Give words about a case, without names for who needs none."""
        return words_for(case, text, personal=self.personal)

    def named(self, what: str, identifier: str) -> str:
        """Give the name of one of the profile's entries."""
        return self.choices.name(what, identifier) if identifier else ""

    def lane(self, case: Case) -> str:
        """Give the lane of the case's kind."""
        kind = self.choices.kinds.get(case.progress.kind) or {}
        return self.named("lanes", str(kind.get("lane") or ""))

    def owner(self, case: Case) -> str:
        """Give who works it, or its queue."""
        now = case.progress
        if now.owner:
            return str(self.people.person_name(now.owner))
        return queue_name(self.organisation, now.queue) if now.queue else ""

    def site(self, case: Case) -> str:
        """Give the site's name."""
        found = self.people["sites"].get(case.site_id) if case.site_id else None
        return str(found.name) if found is not None else case.site_id

    def process(self, case: Case) -> str:
        """Give the name of the process that answers."""
        found = self.organisation["processes"].get(case.process_id) if case.process_id else None
        return str(found.name) if found is not None else case.process_id

    def answer(self, case: Case) -> str:
        """Give the answer that has reached the customer."""
        now = case.progress
        return self.said(case, now.answer) if now.notified_at else ""

    def amount(self, case: Case) -> str:
        """Give the money that it is about, as the organisation writes numbers."""
        amount = case.progress.amount
        return self.choices.profile.number_style().format(Decimal(amount)) if amount else ""


def same_column(field: str, title: Any) -> tuple[str, Any]:
    """Name what two versions say under whatever title; what is filled in by hand is its title."""
    return (field, title) if field == BLANK else (field, "")


def _last(case: Case, kind: str, key: str) -> str:
    return next((str(one.get(key, "")) for one in reversed(case.acts) if one["kind"] == kind), "")


def _form(_filler: Filler, case: Case) -> str:
    return version_name(version_key(case.form))


def version_name(key: Version | None) -> str:
    """Write code and label of a version of the format; empty for none."""
    return f"{key[0]} v. {key[1]}" if key is not None else ""


def _on_time(_filler: Filler, case: Case) -> Value:
    clock = case.clock
    if clock.rule is None or clock.stopped is None or not case.progress.notified_at:
        return ""
    return _("Late") if clock.late(clock.stopped) else _("In time")


_FIELDS: dict[str, Callable[[Filler, Case], Value]] = {
    "number": lambda _how, case: case.number,
    "received": lambda _how, case: case.received_at,
    "channel": lambda how, case: how.named("channels", case.channel_id),
    "kind": lambda how, case: how.named("kinds", case.progress.kind),
    "lane": lambda how, case: how.lane(case),
    "reason": lambda how, case: how.named("reasons", case.reason_id),
    "product": lambda how, case: how.named("products", case.product_id),
    "site": lambda how, case: how.site(case),
    "process": lambda how, case: how.process(case),
    "customer": lambda how, case: how.customer(case)["name"],
    "document": lambda how, case: how.customer(case)["id"],
    "phone": lambda how, case: how.customer(case)["phone"],
    "email": lambda how, case: how.customer(case)["email"],
    "text": lambda how, case: how.said(case, case.text),
    "amount": lambda how, case: how.amount(case),
    "owner": lambda how, case: how.owner(case),
    "due": lambda _how, case: case.due or case.first_due or "",
    "norm": lambda _how, case: case.clock.rule.source if case.clock.rule is not None else "",
    "answer": lambda how, case: how.answer(case),
    "notified": lambda _how, case: case.progress.notified_at or "",
    "how": lambda _how, case: HOW_NAMES.get(_last(case, "notified", "how"), ""),
    "closed": lambda _how, case: case.progress.ended_at or "",
    "ground": lambda _how, case: GROUND_NAMES.get(_last(case, "closed", "ground"), ""),
    "state": lambda _how, case: case.state,
    "on-time": _on_time,
    "rating": lambda _how, case: case.progress.rating if case.progress.rating is not None else "",
    "form": _form,
    BLANK: lambda _how, _case: "",
}
LOG_FIELDS = tuple(_FIELDS)
"""What a column of the log can hold; ``blank`` is filled in by hand."""


def version_of(organisation: Organisation, form: dict[str, str] | None) -> tuple[Any, Any]:
    """Give the document and the version that a case keeps; None for what is not here any more."""
    document = organisation["documents"].get(form["code"]) if form else None
    if document is None or form is None:
        return None, None
    return document, next((one for one in document.versions if one.label == form["version"]), None)
