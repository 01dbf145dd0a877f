"""The follow-up of who is not satisfied: states of the organisation's own, evidence, alerts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from qms.content.models import BlobFile, Organisation, organisation_of
from qms.kernel.acts import Act
from qms.people.models import people_of
from qms.surveys import workflow
from qms.surveys.choices import choices_of
from qms.surveys.deputising import FOLLOWS, on_behalf
from qms.surveys.errors import EvidenceMissing, NotNow, UnknownChoice, WordsMissing
from qms.surveys.events import FollowUpAssigned, FollowUpMoved, FollowUpNearsEnd
from qms.surveys.listing import Row, catalogue_of, days_left, index
from qms.surveys.models import Contact
from qms.surveys.services.campaigns import NAME, act_data, surveys_of

PERSON = "person:"


def move(
    contact: Contact, to: str, *, note: str = "", files: Iterable[BlobFile] = (), act: Act
) -> None:
    """Bring the follow-up to another of the organisation's states; some need words and a file."""
    choices = choices_of(organisation_of(contact))
    state = next((one for one in choices.states_for(contact.brand_id) if one["id"] == to), None)
    if state is None:
        raise UnknownChoice(what="state")
    if contact.progress.answered_at is None:
        raise NotNow(state=contact.state)
    given = list(files)
    proves = bool(state.get("evidence"))
    if proves and not note.strip():
        raise WordsMissing
    if proves and not given:
        raise EvidenceMissing
    contact.files = (*contact.files, *given)
    behalf = on_behalf(contact, act, FOLLOWS)
    contact.take(
        {
            **act_data("moved", act),
            **behalf,
            "to": to,
            "to_role": state["role"],
            "name": str(state["name"]),
            "proves": proves,
            "note": note.strip()[:4000],
            "files": [one.filename for one in given],
        }
    )
    index(contact)
    act.notify(FollowUpMoved(contact, act, facts={"to": to, "files": len(given), **behalf}))


def assign(contact: Contact, owners: Sequence[str], *, act: Act) -> None:
    """Give the follow-up to positions, or to persons as ``person:ID``."""
    people = people_of(organisation_of(contact))
    for one in owners:
        kind = "persons" if one.startswith(PERSON) else "positions"
        if people[kind].get(one.removeprefix(PERSON)) is None:
            raise UnknownChoice(what="position")
    if not owners:
        raise UnknownChoice(what="position")
    behalf = on_behalf(contact, act, FOLLOWS)
    contact.take({**act_data("assigned", act), **behalf, "owners": list(owners)})
    index(contact)
    act.notify(FollowUpAssigned(contact, act, facts={"owners": list(owners), **behalf}))


def holders(organisation: Organisation, owners: Iterable[str]) -> list[str]:
    """Give the ids of the active persons who are meant by positions and persons."""
    people, found = people_of(organisation), []
    for one in owners:
        if one.startswith(PERSON):
            person = people["persons"].get(one.removeprefix(PERSON))
            found += [person.id] if person is not None and person.active else []
        elif one in people["positions"]:
            found += [person.id for person in people.holders(one) if person.active]
    return list(dict.fromkeys(found))


def alert(organisation: Organisation, *, act: Act) -> int:
    """Tell of every threshold that an open follow-up has passed, each once; count them."""
    if NAME not in organisation:
        return 0
    choices, folder, told = choices_of(organisation), surveys_of(organisation), 0
    if not any(one.follow_up["alerts"] for one in choices.surveys.values()):
        return 0
    filters = {"follow-role": sorted(workflow.OPEN_ROLES)}
    for values in catalogue_of(organisation).query(filters, order="due", limit=None).rows:
        row = Row(*values)
        survey = choices.surveys.get(row.survey)
        left = days_left(row, act.at, choices)
        if survey is None or left is None:
            continue
        # From the earliest to the latest, so that days off change nothing in their order.
        levels = sorted(survey.follow_up["alerts"], key=lambda one: -one["days_left"])
        for level in levels:
            if left <= level["days_left"]:
                told += _tell(
                    folder[row.campaign][row.number], level["days_left"], level["to"], act
                )
    return told


def _tell(contact: Contact, level: int, to: Sequence[str], act: Act) -> int:
    key = str(level)
    if key in contact.told:
        return 0
    contact.told = (*contact.told, key)
    people = tuple(holders(organisation_of(contact), to))
    facts = {"days_left": key, "told": sorted(people)}
    act.notify(FollowUpNearsEnd(contact, act, facts=facts, people=people))
    return 1
