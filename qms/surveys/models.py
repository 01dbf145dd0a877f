"""The persistent classes of surveys; their paths are a promise to every database."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from BTrees.OOBTree import OOBTree, OOTreeSet
from persistent import Persistent
from persistent.list import PersistentList
from persistent.mapping import PersistentMapping

from qms.content.acted import Acted, Folding, PlainAct
from qms.content.models import BlobFile, Content, Folder, organisation_of
from qms.kernel import clock
from qms.kernel.i18n import _
from qms.security.holders import TokenHolder
from qms.surveys import workflow
from qms.surveys.choices import Survey, choices_of
from qms.surveys.customers import PERSONAL
from qms.surveys.deputising import DELEGATED, FOLLOWS, by_delegation, deputies_at, roles_in


def _roles(place: Content, person: Any, surveys: Iterable[Any]) -> set[str]:
    known = list(surveys)
    return roles_in(person, known) | by_delegation(place, person, clock.now(), known)


def answer_in(acts: Sequence[Any]) -> dict[str, Any] | None:
    """Give the act with the answers that count after these acts, or None."""
    kinds = ("answered", "annulled")
    last = next((act for act in reversed(acts) if act["kind"] in kinds), None)
    return last if last is not None and last["kind"] == "answered" else None


class SurveyFolder(Folder):
    """Every campaign of an organisation by its number, who opted out, and what links lead where."""

    type_name = "survey-folder"
    roles_go_down = False
    annulled: OOTreeSet | None = None
    """Campaign and number of every customer whose answers were annulled once."""
    feeders: OOBTree | None = None
    """Systems outside that bring lists, by identifier; None before the first."""  # since 0.2

    def __init__(self) -> None:
        """Start without campaigns."""
        super().__init__("Surveys")
        self.links = OOBTree()
        """Digest of a link's token to ``(campaign, customer, ISO moment of its end)``."""
        self.opt_outs = OOBTree()
        """Key of a customer to plain facts: ``at``, ``by``, ``channel``."""
        self.reports = OOBTree()
        """``SURVEY MONTH`` to the SurveyReport that was sent."""
        self.mappings: PersistentMapping = PersistentMapping()
        """Survey to the columns of its last list: head to field."""

    @property
    def crumb(self) -> Any:
        """Its name in the reader's language."""
        return _("Surveys")

    def note_annulled(self, contact: Contact) -> None:
        """Remember whose answers were annulled: figures of a past day may still hold them."""
        if self.annulled is None:
            self.annulled = OOTreeSet()
        self.annulled.insert((contact.campaign.number, contact.number))

    def local_roles(self, person: Any) -> set[str]:
        """Name who calls (``signer``), follows up (``author``) and supervises (``leader``)."""
        return _roles(self, person, choices_of(organisation_of(self)).surveys.values())


class Feeder(TokenHolder, Persistent):
    """A system outside, such as a dealer's own, that brings lists of customers with a token."""


class Campaign(Folder):
    """Customers of one survey who are called or written to; each by the number of its line."""

    type_name = "survey-campaign"
    roles_go_down = False
    open = True
    shut_at = ""
    """ISO moment of its closing; empty while it is open, and for those closed before 0.2."""

    def __init__(
        self,
        number: str,
        title: str,
        survey_id: str,
        *,
        line_id: str = "",
        sample: Mapping[str, Any] | None = None,
        at: datetime,
        by: str,
    ) -> None:
        """Open it; ``sample`` has confidence and error where it is one."""
        super().__init__(title)
        self.number = number
        self.survey_id = survey_id
        self.line_id = line_id
        self.sample: dict[str, Any] | None = dict(sample) if sample else None
        """Confidence, error, expected, by; once drawn: population, needed, drawn, seed, strata."""
        self.opened_at, self.opened_by = at, by
        self.last = 0
        """Number of the last customer."""
        self.loads: PersistentList = PersistentList()
        """What was loaded: plain facts per file."""
        self.pending: CustomerList | None = None
        """The list that is being looked at."""

    @property
    def crumb(self) -> str:
        """Its title."""
        return self.title

    @property
    def survey(self) -> Survey | None:
        """Its questionnaire; None where the profile has it no more."""
        return choices_of(organisation_of(self)).surveys.get(self.survey_id)

    def local_roles(self, person: Any) -> set[str]:
        """Name who has which part in its survey."""
        survey = self.survey
        return _roles(self, person, [survey] if survey else [])

    def own_roles(self, person: Any) -> set[str]:
        """Name the same without what a person does for others."""
        survey = self.survey
        return roles_in(person, [survey] if survey else [])


class CustomerList(Persistent):
    """A list that was read and not yet loaded."""

    numbers: list[int] | None = None
    """Of each row, its number in the file, from 1; None for one without titles or empty rows."""

    def __init__(
        self, file: BlobFile, rows: list[list[str]], mapping: Mapping[str, int], at: datetime
    ) -> None:
        """Keep the cells as texts; the first row holds the heads."""
        self.file = file
        self.rows = rows
        self.mapping = dict(mapping)
        """Field to the index of its column."""
        self.at = at


class Contact(Acted[workflow.Progress]):
    """One customer in one campaign: what happened to the call, the answers, the follow-up.

    State and follow-up are pure functions of its acts.
    """

    type_name = "survey-contact"
    folding = Folding(workflow.progress, workflow.after)
    lease: tuple[str, str] | None = None
    """Who is calling now, and the ISO moment until which nobody else does."""
    told: tuple[str, ...] = ()
    """Thresholds of the follow-up's alerts that were told."""
    files: tuple[BlobFile, ...] = ()
    """Evidence of the follow-up."""
    disposed: dict[str, Any] | None = None
    """``record``, ``day`` and ``files`` of the act by which the person was taken out."""

    def __init__(
        self,
        number: str,
        customer: Mapping[str, str],
        *,
        line_id: str = "",
        brand_id: str = "",
        extra: Mapping[str, str] | None = None,
    ) -> None:
        """Keep who it is, and where the customer belongs."""
        super().__init__(number)
        self.number = number
        self.customer = {key: str(customer.get(key) or "") for key in PERSONAL}
        self.line_id, self.brand_id = line_id, brand_id
        self.extra = {key: str(value) for key, value in (extra or {}).items() if value}
        self.acts: tuple[dict[str, Any], ...] = ()

    @property
    def crumb(self) -> str:
        """The number of its line; a name is not everybody's to see."""
        return f"{self.campaign.number}-{int(self.number)}"

    @property
    def campaign(self) -> Campaign:
        """Where it belongs."""
        found = self.__parent__
        if not isinstance(found, Campaign):
            raise LookupError("a contact lives in a campaign")
        return found

    @property
    def survey(self) -> Survey | None:
        """The questionnaire of its campaign; None where the profile has it no more."""
        return self.campaign.survey

    @property
    def answer(self) -> dict[str, Any] | None:
        """The act with the answers that count, or None."""
        return answer_in(self.acts)

    def _append(self, act: dict[str, Any]) -> None:
        self.acts = (*self.acts, act)

    def rewrite(self, change: Callable[[PlainAct], dict[str, Any]]) -> None:
        """Put other words in the place of every act's own, for a person who is taken out."""
        self.acts = tuple(change(act) for act in self.acts)
        self._forget()

    def local_roles(self, person: Any) -> set[str]:
        """Name who has which part in its survey, and whose follow-up it is (``author``)."""
        roles = self.campaign.local_roles(person) | self.own_roles(person)
        for one in deputies_at(self, person, clock.now()):
            roles |= self.own_roles(one.person) & DELEGATED
        return roles

    def own_roles(self, person: Any) -> set[str]:
        """Name the same without what a person does for others."""
        roles, owners = self.campaign.own_roles(person), self.progress.owners
        if f"person:{person.id}" in owners or set(person.position_ids) & set(owners):
            roles.add(FOLLOWS)
        return roles


class SurveyReport(Content):
    """A monthly report as it was sent; its figures and its file never change."""

    type_name = "survey-report"

    def __init__(
        self, survey_id: str, month: str, file: BlobFile, facts: Mapping[str, Any], at: datetime
    ) -> None:
        """Keep the file, and ``due`` and ``to`` among the facts."""
        super().__init__(f"{survey_id} {month}")
        self.survey_id, self.month = survey_id, month
        self.file = file
        self.facts = dict(facts)
        self.sent_at = at
