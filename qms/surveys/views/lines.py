"""Makes the lines of every list of customers, for one person at one moment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any

from pyramid.request import Request

from qms.charts import Words
from qms.content.models import Organisation
from qms.documents.wording import show_date, show_moment
from qms.exports import Column, Facet, Kind, Listing
from qms.exports.columns import NO, YES
from qms.kernel.i18n import _
from qms.people.models import people_of
from qms.search.lists import Listed
from qms.search.spanish import beginnings
from qms.security.permissions import Permission
from qms.surveys.choices import choices_of
from qms.surveys.customers import mask_name
from qms.surveys.listing import Row, catalogue_of, days_left, rows
from qms.surveys.pictures import month_title
from qms.surveys.services.campaigns import NAME
from qms.surveys.services.following import PERSON
from qms.surveys.words import CALLS, CHANNELS, FLAGS, class_chip, follow_chip
from qms.web.chips import due_chip
from qms.web.i18n import translate

CALL = Column("state_name", _("Call"))
"""Shown where customers are still called; in every file."""
COLUMNS = (
    Column("code", _("Number"), Kind.CODE, sort="number", link=True),
    Column("customer", _("Customer"), sort="name", link=True, cut=True),
    Column("line_name", _("Line"), screen=False),
    Column("brand_name", _("Brand"), cut=True),
    Column("class_name", _("Class"), sort="score"),
    Column("follow_name", _("Follow-up")),
    Column("due_name", _("Term"), sort="due"),
    Column("said", _("What they said"), cut=True),
    replace(CALL, screen=False),
    Column("attempts", _("Attempts"), Kind.NUMBER, screen=False),
    Column("agent_name", _("Agent"), screen=False),
    Column("channel_name", _("Channel"), screen=False),
    Column("answered", _("Answered on"), Kind.MOMENT, sort="answered", screen=False),
    Column("score", _("Score"), Kind.NUMBER, screen=False),
    Column("owner_names", _("Given to"), screen=False),
    Column("due", _("Answer the customer by"), Kind.MOMENT, screen=False),
    Column("managed", _("Customer answered on"), Kind.MOMENT, screen=False),
    Column("flag_names", _("Remarks"), screen=False),
)
"""What every list of customers shows, and what its files hold."""


class Lines:
    """Makes lines."""

    def __init__(self, request: Request) -> None:
        """Look up once what every line needs."""
        self.request = request
        self.organisation: Organisation = request.organisation
        self.choices = choices_of(self.organisation)
        self.at = request.act.at
        self.people = people_of(self.organisation)
        self.folder = self.organisation[NAME]
        self.personal = bool(request.has_permission(Permission.SURVEY_SEE_PERSONAL, self.folder))

    def line(self, row: Row) -> dict[str, Any]:
        """Make one line; names of states for files, chips for the screen."""
        choices = self.choices
        survey = choices.surveys.get(row.survey)
        follow = follow_chip(choices, row.follow)
        band = class_chip(survey, row.score, row.role)
        left = days_left(row, self.at, choices)
        due = None if left is None else due_chip(left, soon=0)
        return {
            **row._asdict(),
            "code": f"{row.campaign}-{int(row.number)}",
            "customer": (row.name if self.personal else mask_name(row.name)) or "—",
            "line_name": choices.name("lines", row.line) if row.line else "",
            "brand_name": choices.name("brands", row.brand) if row.brand else "",
            "state_name": CALLS[row.state].word,
            "state_chip": CALLS[row.state],
            "class_name": band.word if band else "",
            "class_chip": band,
            "follow_name": follow.word if follow else "",
            "follow_chip": follow,
            "due_name": due.word if due else "",
            "due_chip": due,
            "answered_day": show_moment(choices.profile, row.answered) if row.answered else "",
            "agent_name": self.people.person_name(row.agent)
            if row.agent in self.people["persons"]
            else "",
            "channel_name": CHANNELS.get(row.channel, ""),
            "owner_names": [self.owner(one) for one in row.owners],
            "flag_names": [FLAGS[one].word for one in row.flags],
            "flag_chips": [FLAGS[one] for one in row.flags],
            "url": self.url(row),
        }

    def owner(self, owner: str) -> str:
        """Give the name of a position or person."""
        if owner.startswith(PERSON):
            return str(self.people.person_name(owner.removeprefix(PERSON)))
        return str(self.people.position_name(owner)) if owner in self.people["positions"] else owner

    def url(self, row: Any) -> str:
        """Give a customer's page."""
        path = (row["campaign"], row["number"]) if isinstance(row, dict) else row.path
        return self.request.resource_path(self.folder, *path, "")

    def words(self, listing: Listing) -> Sequence[str]:
        """Give what the free filter looks for; who sees no names cannot ask for them."""
        return beginnings(listing.q) if self.personal else ()

    def name_facets(self, listing: Listing) -> None:
        """Give the facets the organisation's words."""
        choices = self.choices
        for facet, known in (
            ("survey", {key: one.name for key, one in choices.surveys.items()}),
            ("line", {key: str(one["name"]) for key, one in choices.lines.items()}),
            ("brand", {key: str(one["name"]) for key, one in choices.brands.items()}),
            ("follow", {key: str(one["name"]) for key, one in choices.states.items()}),
        ):
            listing.names[facet] = known
        listing.names["state"] = {key: chip.word for key, chip in CALLS.items()}
        listing.names["flag"] = {key: chip.word for key, chip in FLAGS.items()}
        listing.names["role"] = ROLE_NAMES

    def _when(self, value: str) -> str:
        """Write a month in full, or a day."""
        if len(value) != MONTH:
            return show_date(self.choices.profile, value)
        words = Words.of(partial(translate, self.request))
        return month_title(words, date.fromisoformat(f"{value}-01"))

    def narrowed(self, name: str, values: Sequence[str]) -> str:
        """Say what a figure narrows a list to: months and days, yes or no, classes of answers."""
        if name == "timely":
            say = partial(translate, self.request)
            return ", ".join(say(TIMELY.get(one, one)) for one in values)
        if name == "scored":
            return ", ".join(map(self._scored, values))
        return ", ".join(map(self._day_or_text, values))

    def _day_or_text(self, value: str) -> str:
        try:
            return self._when(value)
        except ValueError:
            return value

    def _scored(self, value: str) -> str:
        question, _sign, said = value.partition("#")
        asked = (survey.questions.get(question) for survey in self.choices.surveys.values())
        text = next((str(one["text"]) for one in asked if one), question)
        word = translate(self.request, SAID_NAMES.get(said, said))
        return f"{text}: {word}" if word else text

    def _tidy(self, listing: Listing, counts: dict[str, dict[str, int]]) -> None:
        """Name persons and positions; of days, offer the months and those that were chosen."""
        if "answered" in counts:
            counts["answered"] = {
                one: count
                for one, count in counts["answered"].items()
                if len(one) == MONTH or one in listing.chosen["answered"]
            }
            listing.names["answered"] = {one: self._when(one) for one in counts["answered"]}
        if "agent" in counts:
            listing.names["agent"] = {one: self.people.person_name(one) for one in counts["agent"]}
        if "owner" in counts:
            listing.names["owner"] = {one: self.owner(one) for one in counts["owner"]}

    def page(
        self, listing: Listing, heading: Any, base: dict[str, Sequence[str]], **more: Any
    ) -> dict[str, Any]:
        """Give one page of the customers of ``base``, narrowed by what the address asks for."""
        catalogue, words = catalogue_of(self.organisation), self.words(listing)
        found = Listed(listing, catalogue, base, words=words)
        self.name_facets(listing)
        self._tidy(listing, found.counts)
        lines = [self.line(one) for one in rows(found.rows)]
        return listing.page(
            heading,
            lines,
            total=found.total,
            counts=found.counts,
            every=lambda: (self.line(one) for one in rows(found.every())),
            lines=lambda: lines,
            url=self.url,
            told_of=self.folder,
            date=partial(show_date, choices_of(self.organisation).profile),
            moment=partial(show_moment, choices_of(self.organisation).profile),
            **more,
        )


MONTH = len("2026-10")
ROLE_NAMES = {
    "promoter": _("Promoters"),
    "neutral": _("Neutral customers"),
    "detractor": _("Detractors"),
}
SAID_NAMES = {**ROLE_NAMES, "satisfied": _("Satisfied customers")}
TIMELY = {"yes": YES, "no": NO, "open": _("Not yet")}
FACETS = {
    "state": Facet(_("Call")),
    "role": Facet(_("Class")),
    "follow": Facet(_("Follow-up")),
    "line": Facet(_("Line")),
    "brand": Facet(_("Brand")),
    "flag": Facet(_("Remarks")),
}
"""What lists of customers are filtered by."""
