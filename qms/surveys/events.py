"""What can happen to surveys; each lands in the trail, without the customer's data."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from qms.kernel.acts import DomainEvent


@dataclass(frozen=True)
class SurveyEvent(DomainEvent):
    """Something happened to a survey."""

    facts: dict[str, Any] = field(default_factory=dict)
    """Plain values that are nobody's personal data."""

    def details(self) -> dict[str, Any]:
        """Give the facts that say something, with the number of campaign and customer."""
        subject = self.subject
        found = {"number": getattr(subject, "number", ""), **self.facts}
        campaign: Any = getattr(subject, "__parent__", None)
        if hasattr(campaign, "survey_id"):
            found["campaign"] = campaign.number
        return {name: value for name, value in found.items() if value not in ("", None, [], {})}


class CampaignOpened(SurveyEvent):
    """A survey campaign was opened."""


class CampaignShut(SurveyEvent):
    """A survey campaign was closed or opened again."""


class ListReceived(SurveyEvent):
    """A list of customers was read."""


class ListArranged(SurveyEvent):
    """The columns of a list of customers were chosen."""


class ListDiscarded(SurveyEvent):
    """A list of customers was discarded."""


class FeederDeclared(SurveyEvent):
    """A system was declared that brings lists of customers."""


class FeederTokenMade(SurveyEvent):
    """A system that brings lists of customers got a new token."""


class FeederTokenRevoked(SurveyEvent):
    """The token of a system that brings lists of customers was revoked."""


class CustomersLoaded(SurveyEvent):
    """Customers were loaded into a survey campaign."""


class CustomerAdded(SurveyEvent):
    """A customer was added to a survey campaign."""


class CallTaken(SurveyEvent):
    """A customer's call was taken up."""


class CallAttempted(SurveyEvent):
    """A customer was called without answers."""


class MessageSent(SurveyEvent):
    """A message was sent to a customer who could not be reached."""


@dataclass(frozen=True)
class LinkIssued(SurveyEvent):
    """A customer got a link to a survey."""

    token: str = ""
    """For the letter only; no trail keeps it."""
    mailed: bool = False


class SurveyAnswered(SurveyEvent):
    """A customer answered a survey."""


class AnswerAnnulled(SurveyEvent):
    """The answers of a customer were annulled."""


class CustomerOptedOut(SurveyEvent):
    """A customer asked to hear no more of surveys."""


class OptOutLifted(SurveyEvent):
    """A customer may be asked again."""


class FollowUpAssigned(SurveyEvent):
    """The follow-up of a customer was given to somebody."""


class FollowUpMoved(SurveyEvent):
    """The follow-up of a customer went on."""


@dataclass(frozen=True)
class FollowUpNearsEnd(SurveyEvent):
    """The follow-up of a customer nears its end or has passed it."""

    people: tuple[str, ...] = ()
    """Ids of the persons who are told."""


@dataclass(frozen=True)
class ReportSent(SurveyEvent):
    """A monthly report of satisfaction was sent."""

    people: tuple[str, ...] = ()


class CustomerSuppressed(SurveyEvent):
    """A customer's personal data were removed from a survey."""


class OptOutHidden(SurveyEvent):
    """Who wants to hear no more of surveys is kept as a digest only."""
