"""What surveys hold of one customer: told to them, and taken out when they ask for it.

What stays of a customer who was taken out are number, survey, days, states and scores, so that all
figures are as before; name, contact, words and files go for good (Ley 1581 de 2012, art. 8 e).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pyramid.config import Configurator
from pyramid.registry import Registry

from qms.content.models import organisation_of
from qms.documents.records import refuse_held_scopes
from qms.documents.subject_data import (
    Erased,
    Erasing,
    SubjectItem,
    asked_erasing,
    erase_subject,
    scopes_of,
)
from qms.kernel.acts import Act
from qms.kernel.i18n import _
from qms.kernel.text import fold
from qms.people.wishes import refuse_contact
from qms.search.spanish import title_words
from qms.security.permissions import Permission
from qms.surveys.choices import choices_of
from qms.surveys.customers import PERSONAL, keys_of, phone_of
from qms.surveys.errors import PersonGone, StillFollowed
from qms.surveys.events import CustomerSuppressed, OptOutHidden
from qms.surveys.listing import Row, catalogue_of, index
from qms.surveys.models import Contact
from qms.surveys.services.campaigns import NAME, act_data

OPT_OUT = "opt-out "
"""Begins the key of what is kept of somebody who wants to hear no more."""
_WORDS = ("voice", "note", "text")
_BY = {"document": "id", "email": "email", "phone": "phone"}


def _customer(organisation: Any, asked: Mapping[str, str]) -> dict[str, str]:
    """Write what is asked as this room writes its customers."""
    data = choices_of(organisation).data
    phone = asked.get("phone") or ""
    digits = "".join(one for one in phone if one.isdigit())
    return {
        "document": asked.get("id") or "",
        "email": asked.get("email") or "",
        "phone": phone_of(phone, data["phone_prefix"], data["phone_digits"]) or digits,
    }


def find(organisation: Any, asked: Mapping[str, str]) -> Iterator[SubjectItem]:
    """Give every customer of a campaign who is this person, and their wish to hear no more."""
    if NAME not in organisation:
        return
    folder, keys = organisation[NAME], keys_of(_customer(organisation, asked))
    found: dict[tuple[str, str], Row] = {}
    catalogue = catalogue_of(organisation)
    if keys:
        page = catalogue.query({"customer": keys}, order="number", limit=None)
        found.update({(one[0], one[1]): Row(*one) for one in page.rows})
    name = " ".join(fold(asked.get("name") or "").split())
    if name:
        page = catalogue.query({}, order="number", limit=None, words=title_words(name))
        same = (one for one in (Row(*row) for row in page.rows) if _plain(one.name) == name)
        found.update({one.path: one for one in same})
    for campaign, number in sorted(found):
        yield _item(folder[campaign][number], set(keys), name)
    for key in keys:
        kept = folder.opt_outs.get(key)
        if kept is not None:
            by = _BY.get(key.partition(":")[0], "id")
            yield SubjectItem(
                f"{OPT_OUT}{key}",
                key.partition(":")[2],
                (by,),
                at=kept["at"],
                path=f"{NAME}/opt-outs",
                content=folder,
                permission=Permission.SURVEY_SEE_PERSONAL,
            )


def _plain(name: str) -> str:
    return " ".join(fold(name).split())


def _item(contact: Contact, keys: set[str], name: str) -> SubjectItem:
    own, answer = contact.customer, contact.answer
    matched = {_BY.get(one.partition(":")[0], "id") for one in keys & set(keys_of(own))}
    if name and _plain(own["name"]) == name:
        matched.add("name")
    said = dict(answer["values"]) if answer else {}
    words = [f"{key}: {value}" for key, value in said.items()]
    if answer and answer["voice"]:
        words.append(answer["voice"])
    campaign = contact.campaign
    return SubjectItem(
        f"{campaign.number} {contact.number}",
        f"{campaign.number}-{int(contact.number)}",
        tuple(sorted(matched)),
        at=contact.acts[0]["at"],
        state=contact.state,
        text="; ".join(words),
        person=tuple(value for value in (*own.values(), *contact.extra.values()) if value),
        files=tuple(one.filename for one in contact.files),
        path=f"{NAME}/{campaign.number}/{contact.number}/",
        content=contact,
        permission=Permission.SURVEY_SEE_PERSONAL,
    )


def erase(organisation: Any, key: str, how: Erasing) -> None:
    """Take a person out of one thing; StillFollowed while they wait for an answer."""
    if key.startswith(OPT_OUT):
        _hide_opt_out(organisation, key.removeprefix(OPT_OUT), how)
        return
    campaign, _space, number = key.partition(" ")
    contact: Contact = organisation[NAME][campaign][number]
    if contact.progress.is_open:
        raise StillFollowed
    pseudonymise(contact, how)


def refuse_suppression(registry: Registry, contact: Contact, *, settling: bool = False) -> None:
    """Refuse while the customer waits for an answer, or under a legal hold.

    Raises StillFollowed, UnderHold, and PersonGone where that was done already.
    ``settling`` is for the transaction that does it.
    """
    if contact.progress.gone:
        raise PersonGone
    if contact.progress.is_open:
        raise StillFollowed
    organisation = organisation_of(contact)
    refuse_held_scopes(registry, organisation, held_scopes(contact), settling=settling)


def suppress(
    registry: Registry, contact: Contact, statement: Mapping[str, Any], *, act: Act
) -> tuple[str, list[Erased]]:
    """Take a customer out at their own wish by a signed statement, here and in the other rooms.

    Gives the number of the act, and what became of everything else that is held of the person.
    """
    refuse_suppression(registry, contact, settling=True)
    organisation, person = organisation_of(contact), person_of(contact)
    how = asked_erasing(organisation, act=act)
    pseudonymise(contact, how, statement)
    return how.record, erase_subject(registry, organisation, person, how)


def held_scopes(contact: Contact) -> frozenset[str]:
    """Name a customer as legal holds do."""
    return scopes_of(person_of(contact))


def person_of(contact: Contact) -> dict[str, str]:
    """Write a customer as persons are asked for."""
    own = contact.customer
    return {"id": own["document"], **{name: own[name] for name in ("email", "phone", "name")}}


def pseudonymise(
    contact: Contact,
    how: Erasing,
    statement: Mapping[str, Any] | None = None,
    *,
    wished: bool = True,
) -> list[dict[str, Any]]:
    """Take name, contact, words and files out of a customer, for good; all figures stay.

    Who ``wished`` it themselves is never called again; who goes by retention may come back.
    Repeating it changes nothing. Gives what is kept of each file.
    """
    if contact.disposed is not None:
        return list(contact.disposed["files"])
    organisation = organisation_of(contact)
    kept = []
    for number, file in enumerate(contact.files, 1):
        file.dispose(how.record, how.day)
        # A file's name is often its owner's.
        file.filename = f"{contact.campaign.number}-{int(contact.number)}-{number}"
        kept.append({"filename": file.filename, "size": file.size, "sha256": file.sha256})
    if wished and contact.state != "call-opted-out":
        # Nobody calls or writes to them again; what says so is a digest.
        person = {**contact.customer, "id": contact.customer["document"]}
        refuse_contact(organisation, person, how.act.at)
    for act in contact.acts:
        if act["kind"] == "linked":
            organisation[NAME].links.pop(act["digest"], None)
    contact.customer = dict.fromkeys(PERSONAL, "")
    contact.extra = {}
    contact.rewrite(lambda act: _without_words(act, how.mark))
    signed = {"statement": dict(statement)} if statement is not None else {}
    contact.take({**act_data("suppressed", how.act), "record": how.record, **signed})
    contact.lease = None
    contact.disposed = {"record": how.record, "day": how.day, "files": kept}
    index(contact)
    how.act.notify(CustomerSuppressed(contact, how.act, facts={"record": how.record}))
    return kept


def _without_words(act: Mapping[str, Any], mark: str) -> dict[str, Any]:
    """Give an act with a mark for everything that somebody wrote; what figures count stays."""
    found = {name: mark if name in _WORDS and act[name] else act[name] for name in act}
    if act["kind"] == "annulled":
        found["reason"] = mark
    if act["kind"] == "moved" and act.get("files"):
        found["files"] = [mark for _one in act["files"]]
    if act["kind"] == "answered":
        scored = set(act["scored"])
        found["values"] = {
            name: value if f"{name}={value}" in scored else mark
            for name, value in act["values"].items()
        }
    return found


def _hide_opt_out(organisation: Any, key: str, how: Erasing) -> None:
    """Keep the wish as a digest alone: it holds, and says no longer whose it is."""
    folder = organisation[NAME]
    if key not in folder.opt_outs:
        return
    by, _colon, value = key.partition(":")
    refuse_contact(organisation, {_BY.get(by, "id"): value}, how.act.at)
    if by in _BY:
        del folder.opt_outs[key]
    how.act.notify(OptOutHidden(folder, how.act, facts={"record": how.record}))


def includeme(config: Configurator) -> None:
    """Announce what this room holds of people."""
    config.add_subject_data("surveys", title=_("Surveys"), find=find, erase=erase, order=30)
