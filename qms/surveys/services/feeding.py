"""Lists of customers that come without a person: systems outside, their tokens, what they bring.

The same list twice adds nothing: the very file is known by its digest, a customer who came lately
by the survey's own rule, and one service of a day by what is known of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from BTrees.OOBTree import OOBTree

from qms.content.models import BlobFile, organisation_of
from qms.kernel.acts import Act
from qms.security.holders import declare_in, give_token, note_use
from qms.surveys.choices import choices_of
from qms.surveys.errors import BadRows, CampaignClosed, NoOpenCampaign, SampleByHand
from qms.surveys.events import FeederDeclared, FeederTokenMade, FeederTokenRevoked
from qms.surveys.models import Campaign, Feeder, SurveyFolder
from qms.surveys.services import loading

MOST_COLUMNS = 60
LONGEST_HEAD = 80
REMEMBERED = 100
"""So many numbers of refused rows are kept of each reason."""


# Systems


def feeders_of(folder: SurveyFolder) -> Iterable[Feeder]:
    """Give every system that was declared."""
    return list(folder.feeders.values()) if folder.feeders is not None else []


def declare(folder: SurveyFolder, name: str, *, act: Act) -> Feeder:
    """Declare a system that will bring lists; it has no token yet."""
    if folder.feeders is None:
        folder.feeders = OOBTree()
    made = declare_in(folder.feeders, name, Feeder)
    act.notify(FeederDeclared(folder, act, facts={"system": made.name}))
    return made


def new_token(folder: SurveyFolder, feeder: Feeder, *, act: Act) -> str:
    """Make a token, told once; the one before is good no longer."""
    token = give_token(feeder, at=act.at, by=act.person_id)
    act.notify(FeederTokenMade(folder, act, facts={"system": feeder.name}))
    return token


def revoke(folder: SurveyFolder, feeder: Feeder, *, act: Act) -> None:
    """Let the token be good no longer."""
    if feeder.digest:
        feeder.digest = ""
        act.notify(FeederTokenRevoked(folder, act, facts={"system": feeder.name}))


# Lists


@dataclass(frozen=True)
class Fed:
    """What became of a list."""

    campaign: Campaign
    facts: Mapping[str, Any]
    """As they are kept of every list that was loaded."""
    same: bool = False
    """Whether this very file was loaded before, so that nothing was done."""

    @property
    def added(self) -> int:
        """How many customers are new."""
        return 0 if self.same else int(self.facts["added"])


def campaign_for(folder: SurveyFolder, name: str) -> Campaign:
    """Give the campaign of this number, or the newest open one of the survey of this name."""
    found = folder.get(name)
    if isinstance(found, Campaign):
        return found
    if name in choices_of(organisation_of(folder)).surveys:
        for number in sorted(folder, reverse=True):
            one = folder[number]
            if one.open and one.survey_id == name and one.sample is None:
                return one
    raise NoOpenCampaign(name=name[:60])


def feed(
    campaign: Campaign,
    file: BlobFile,
    rows: Sequence[Sequence[str]],
    *,
    system: str,
    feeder: Feeder | None = None,
    act: Act,
) -> Fed:
    """Load the customers of a list who can be called, and remember what became of the others.

    ``system`` names what brought it. What a person is looking at stays as it is.
    """
    if not campaign.open:
        raise CampaignClosed
    if campaign.sample is not None:
        raise SampleByHand
    before = loading.loaded_before(campaign, file.sha256)
    if before is not None:
        return Fed(campaign, before, same=True)
    found = loading.as_list(campaign, file, rows, act.at)
    examined = loading.examine_list(campaign, found, act.at)
    loading.put_in(campaign, examined.good, act=act)
    facts = {
        **loading.facts_of(found, examined, act),
        "system": system,
        "added": len(examined.good),
        "rows": _numbers(examined),
    }
    _remember(campaign, facts)
    if feeder is not None and facts["added"]:
        note_use(feeder, act.at)
    loading.tell_loaded(campaign, facts, act=act)
    return Fed(campaign, facts)


def _numbers(examined: loading.Examined) -> dict[str, list[int]]:
    """Give the numbers of the refused rows by their reason; nothing of what stands in them."""
    found: dict[str, list[int]] = {}
    for line in examined.lines:
        if line.verdict in loading.REFUSED or line.verdict == loading.NO_BRAND:
            numbers = found.setdefault(line.verdict, [])
            if len(numbers) < REMEMBERED:
                numbers.append(line.number)
    return found


def _remember(campaign: Campaign, facts: dict[str, Any]) -> None:
    """Keep the facts; a system that again has nothing new takes the place of its last time."""
    loads = campaign.loads
    last = loads[-1] if loads else None
    if (
        last is not None
        and not facts["added"]
        and not last["added"]
        and last.get("system") == facts["system"]
    ):
        loads[-1] = facts
    else:
        loads.append(facts)


def rows_of(data: Any) -> list[list[str]]:
    """Make a table of JSON rows, the heads first; BadRows for anything else."""
    given = data.get("rows") if isinstance(data, Mapping) and set(data) == {"rows"} else data
    if not isinstance(given, list) or not given or len(given) > loading.MOST:
        raise BadRows
    heads: dict[str, int] = {}
    for row in given:
        if not isinstance(row, Mapping) or not row:
            raise BadRows
        for head, value in row.items():
            plain = value is None or isinstance(value, str)
            if not isinstance(head, str) or not 0 < len(head) <= LONGEST_HEAD or not plain:
                raise BadRows
            heads.setdefault(head, len(heads))
    if len(heads) > MOST_COLUMNS:
        raise BadRows
    return [list(heads), *([_cell(row.get(head)) for head in heads] for row in given)]


def _cell(value: str | None) -> str:
    return " ".join((value or "").split())
