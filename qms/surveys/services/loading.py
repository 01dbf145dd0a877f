"""Customer lists: read, looked at line by line, and loaded or drawn from, nothing twice."""

from __future__ import annotations

import hashlib
import secrets
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from qms.content.models import BlobFile, organisation_of
from qms.kernel.acts import Act
from qms.kernel.text import clean_line, fold
from qms.surveys.choices import choices_of
from qms.surveys.columns import FIELDS, guess, header_of, plain_head
from qms.surveys.customers import LONGEST, PERSONAL, email_of, keys_of, phone_of
from qms.surveys.errors import (
    CampaignClosed,
    ListTooLong,
    NobodyToAdd,
    NoList,
    NoNameColumn,
    SameList,
)
from qms.surveys.events import CustomersLoaded, ListArranged, ListDiscarded, ListReceived
from qms.surveys.listing import Row, catalogue_of
from qms.surveys.models import Campaign, CustomerList
from qms.surveys.sampling import draw, sample_size, to_draw
from qms.surveys.services.campaigns import has_opted_out, moment, place, surveys_of

MOST = 5000
"""So many customers are written in one transaction."""
SERVICES = 50
"""So many services of one customer are looked at."""
GOOD, SAMPLED_OUT = "list-good", "list-not-drawn"
NO_NAME, BAD_PHONE, DOUBLE = "list-no-name", "list-bad-phone", "list-double"
AGAIN, OPTED_OUT, NO_BRAND = "list-again", "list-opted-out", "list-unknown-brand"
VERDICTS = (GOOD, NO_BRAND, NO_NAME, BAD_PHONE, DOUBLE, AGAIN, OPTED_OUT)
USED = frozenset({GOOD, NO_BRAND})
KNOWN = frozenset({DOUBLE, AGAIN})
"""Customers who are not called because they are there already."""
REFUSED = frozenset({NO_NAME, BAD_PHONE, OPTED_OUT})


@dataclass
class Line:
    """One line of a list, and what becomes of it."""

    number: int
    """Of the file, from 1."""
    customer: dict[str, str]
    line: str
    brand: str
    extra: dict[str, str]
    verdict: str
    about: str = ""
    """What was read and could not be used."""


@dataclass
class Examined:
    """A whole list."""

    lines: list[Line]
    counts: Counter[str] = field(default_factory=Counter)

    @property
    def good(self) -> list[Line]:
        """The lines whose customers can be called."""
        return [one for one in self.lines if one.verdict in USED]


def receive(
    campaign: Campaign, file: BlobFile, rows: Sequence[Sequence[str]], *, act: Act
) -> CustomerList:
    """Keep a list that was read, to be looked at; the same file twice adds nothing."""
    if not campaign.open:
        raise CampaignClosed
    before = loaded_before(campaign, file.sha256)
    if before is not None:
        raise SameList(day=day_of(campaign, before))
    found = campaign.pending = as_list(campaign, file, rows, act.at)
    facts = {"file": file.filename, "sha256": file.sha256, "rows": max(0, len(found.rows) - 1)}
    act.notify(ListReceived(campaign, act, facts=facts))
    return found


def loaded_before(campaign: Campaign, sha256: str) -> Mapping[str, Any] | None:
    """Give the facts of the load of this very file, or None."""
    return next((load for load in campaign.loads if load["sha256"] == sha256), None)


def day_of(campaign: Campaign, load: Mapping[str, Any]) -> str:
    """Write the day of a load."""
    choices = choices_of(organisation_of(campaign))
    return f"{choices.day(datetime.fromisoformat(load['at'])):%d/%m/%Y}"


def as_list(
    campaign: Campaign, file: BlobFile, rows: Sequence[Sequence[str]], at: datetime
) -> CustomerList:
    """Find the heads of a table and what its columns hold; it is kept nowhere yet."""
    organisation = organisation_of(campaign)
    own = choices_of(organisation).fields
    first = header_of(rows, own)
    numbered = [(place, list(row)) for place, row in enumerate(rows[first:], first + 1) if any(row)]
    kept = [row for _place, row in numbered]
    remembered = surveys_of(organisation).mappings.get(campaign.survey_id) or {}
    found = CustomerList(file, kept, guess(kept[0] if kept else [], remembered, own), at)
    found.numbers = [place for place, _row in numbered]
    return found


def pending_of(campaign: Campaign) -> CustomerList:
    """Give the list that is being looked at, or refuse."""
    if campaign.pending is None:
        raise NoList
    return campaign.pending


def arrange(campaign: Campaign, mapping: Mapping[str, int], *, act: Act) -> None:
    """Say what each column holds; it is remembered by its head for the next list."""
    found, choices = pending_of(campaign), choices_of(organisation_of(campaign))
    known = {*FIELDS, *choices.fields}
    width = len(found.rows[0]) if found.rows else 0
    chosen = {name: at for name, at in mapping.items() if name in known and 0 <= at < width}
    if "name" not in chosen or not {"phone", "email"} & set(chosen):
        raise NoNameColumn
    found.mapping = chosen
    heads = {plain_head(found.rows[0][at]): name for name, at in chosen.items()}
    surveys_of(organisation_of(campaign)).mappings[campaign.survey_id] = heads
    act.notify(ListArranged(campaign, act, facts={"columns": sorted(chosen)}))


def discard(campaign: Campaign, *, act: Act) -> None:
    """Put the list away unread."""
    pending_of(campaign)
    campaign.pending = None
    act.notify(ListDiscarded(campaign, act))


def examine(campaign: Campaign, at: datetime) -> Examined:
    """Say of every line whether its customer can be called, and why not."""
    return examine_list(campaign, pending_of(campaign), at)


def examine_list(campaign: Campaign, found: CustomerList, at: datetime) -> Examined:
    """Say the same of a list that nobody looks at."""
    if "name" not in found.mapping or not {"phone", "email"} & set(found.mapping):
        raise NoNameColumn
    return _Examiner(campaign, at).all(found)


class _Examiner:
    """Looks at the lines of one list."""

    def __init__(self, campaign: Campaign, at: datetime) -> None:
        organisation = organisation_of(campaign)
        self.campaign, self.choices = campaign, choices_of(organisation)
        self.organisation, self.catalogue = organisation, catalogue_of(organisation)
        survey = self.choices.survey(campaign.survey_id)
        self.again = survey.data["again_days"]
        self.since = moment(at - timedelta(days=self.again))
        local = at.astimezone(self.choices.profile.zone)
        self.morning = moment(local.replace(hour=0, minute=0, second=0, microsecond=0))
        self.lines = {fold(one["name"]): key for key, one in self.choices.lines.items()}
        self.brands = {fold(one["name"]): key for key, one in self.choices.brands.items()}
        self.seen: set[str] = set()

    def all(self, found: CustomerList) -> Examined:
        """Look at every line."""
        examined = Examined([])
        numbers = found.numbers or range(1, len(found.rows) + 1)
        for number, row in list(zip(numbers, found.rows, strict=True))[1:]:
            one = self.one(number, row, found.mapping)
            examined.lines.append(one)
            examined.counts[one.verdict] += 1
        return examined

    def one(self, number: int, row: Sequence[str], mapping: Mapping[str, int]) -> Line:
        """Look at one line; its customer's keys count for the lines below."""
        read = {
            name: clean_line(row[at])[:LONGEST] if at < len(row) else ""
            for name, at in mapping.items()
        }
        data = self.choices.data
        customer = {key: read.get(key, "") for key in PERSONAL}
        customer["phone"] = phone_of(
            read.get("phone", ""), data["phone_prefix"], data["phone_digits"]
        )
        customer["email"] = email_of(read.get("email", ""))
        extra = {key: read[key] for key in self.choices.fields if read.get(key)}
        line = self.lines.get(fold(read.get("line", "")), self.campaign.line_id)
        brand = self.brands.get(fold(read.get("brand", "")), "")
        made = Line(number, customer, line, brand, extra, GOOD)
        made.verdict = self._verdict(made, read)
        if made.verdict == GOOD and read.get("brand") and self.choices.brands and not brand:
            made.verdict, made.about = NO_BRAND, read["brand"]
        if made.verdict in USED:
            self.seen.update(keys_of(customer))
        return made

    def _verdict(self, line: Line, read: Mapping[str, str]) -> str:
        customer = line.customer
        keys = keys_of(customer)
        if not customer["name"]:
            return NO_NAME
        if not customer["phone"] and not customer["email"]:
            line.about = read.get("phone") or read.get("email") or ""
            return BAD_PHONE
        if has_opted_out(self.organisation, customer):
            return OPTED_OUT
        if self.seen.intersection(keys):
            return DOUBLE
        was_here = self._was_here(keys) if self.again else self._was_here_today(line)
        return AGAIN if was_here else GOOD

    def _was_here(self, keys: list[str]) -> bool:
        filters = {"customer": keys, "survey": [self.campaign.survey_id]}
        page = self.catalogue.query(filters, order="loaded", reverse=True, limit=1)
        return bool(page.rows) and Row(*page.rows[0]).loaded >= self.since

    def _was_here_today(self, line: Line) -> bool:
        """Tell whether this very service came in today, where each service is asked about."""
        filters = {"customer": keys_of(line.customer), "campaign": [self.campaign.number]}
        page = self.catalogue.query(filters, order="loaded", reverse=True, limit=SERVICES)
        today = (Row(*values) for values in page.rows)
        there = (self.campaign[one.number] for one in today if one.loaded >= self.morning)
        wanted = (line.line, line.brand, line.extra, line.customer["plate"])
        return any(
            (one.line_id, one.brand_id, one.extra, one.customer["plate"]) == wanted for one in there
        )


def carry_out(campaign: Campaign, *, act: Act) -> dict[str, Any]:
    """Load the list's good customers, or draw the campaign's sample of them; give the facts."""
    if not campaign.open:
        raise CampaignClosed
    found = pending_of(campaign)
    examined = examine(campaign, act.at)
    good = examined.good
    if not good:
        raise NobodyToAdd
    facts = facts_of(found, examined, act)
    if campaign.sample is not None:
        good, drawn = _drawn(campaign, good)
        campaign.sample = {**campaign.sample, **drawn}
        facts["sample"] = drawn
    put_in(campaign, good, act=act)
    facts["added"] = len(good)
    campaign.loads.append(facts)
    campaign.pending = None
    tell_loaded(campaign, facts, act=act)
    return facts


def facts_of(found: CustomerList, examined: Examined, act: Act) -> dict[str, Any]:
    """Give what is kept of a list that is loaded: whose, when, and how its lines were found."""
    return {
        "at": moment(act.at),
        "by": act.person_id,
        "file": found.file.filename,
        "sha256": found.file.sha256,
        "lines": len(examined.lines),
        "counts": dict(examined.counts),
    }


def put_in(campaign: Campaign, good: Sequence[Line], *, act: Act) -> None:
    """Place customers in the campaign; ListTooLong for more than one transaction takes."""
    if len(good) > MOST:
        raise ListTooLong(most=MOST)
    for one in good:
        place(campaign, one.customer, line=one.line, brand=one.brand, extra=one.extra, act=act)


def tell_loaded(campaign: Campaign, facts: Mapping[str, Any], *, act: Act) -> None:
    """Tell that a list was loaded, without anybody's data."""
    names = ("file", "sha256", "lines", "added", "counts", "system", "sample")
    told = {name: facts.get(name) for name in names}
    act.notify(CustomersLoaded(campaign, act, facts=told))


def lasting_key(customer: Mapping[str, str]) -> str:
    """Name a customer so that the order of a list does not matter to a draw."""
    keys = keys_of(customer)
    return "|".join([*keys, fold(customer["name"])])


def _drawn(campaign: Campaign, good: list[Line]) -> tuple[list[Line], dict[str, Any]]:
    """Draw the sample by a seed that is recorded with it."""
    rules = campaign.sample or {}
    needed = sample_size(len(good), rules["confidence"], rules["error"])
    size = to_draw(needed, rules["expected"], len(good))
    keys = [lasting_key(one.customer) for one in good]
    by = rules.get("by") or ""
    strata = [str(getattr(one, by)) if by in ("line", "brand") else "" for one in good]
    seed = secrets.token_hex(8)
    drawn = draw(keys, strata, size, seed)
    digest = hashlib.sha256("\n".join(sorted(keys)).encode()).hexdigest()
    facts = {
        "population": len(good),
        "population_sha256": digest,
        "needed": needed,
        "seed": seed,
        **drawn.to_data(),
    }
    return [good[at] for at in drawn.chosen], facts


def as_texts(rows: Sequence[Sequence[Any]], text_of: Any) -> list[list[str]]:
    """Give the cells of a sheet as texts."""
    return [[text_of(cell) for cell in row] for row in rows]
