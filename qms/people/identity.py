"""Who a request comes from: ``request.person``, ``request.organisation`` and ``request.act``."""

from __future__ import annotations

from typing import Any

from pyramid.config import Configurator
from pyramid.request import Request

from qms.content.models import Organisation, find_organisation
from qms.content.root import root_factory
from qms.people.acts import request_act
from qms.people.models import Person
from qms.people.sessions import BrowserSession
from qms.security.secrets import Signer, Vault, secret_at
from qms.security.throttle import Throttle


def person_of(request: Request) -> Person | None:
    """Give the signed-in person; nobody once the session ended or the person is deactivated."""
    owner = request.session.owner
    if owner is None:
        return None
    organisation = root_factory(request).get(owner[0])
    if organisation is None:
        return None
    person = organisation["people"]["persons"].get(owner[1])
    if person is None or not person.active or person.session_epoch != request.session.epoch:
        return None
    return person


def organisation_of(request: Request) -> Organisation | None:
    """Give the organisation of the signed-in person, or None."""
    return None if request.person is None else find_organisation(request.person)


def vault_of(request: Request) -> Vault:
    """Give the vault that second factors are sealed in."""
    vault: Any = request.registry.qms_vault
    return vault


def includeme(config: Configurator) -> None:
    """Read the secret once, and add the properties to requests."""
    secret = secret_at(config.registry.qms.secret_file)
    config.registry.qms_cookies = Signer(secret, "session cookie")
    config.registry.qms_marks = Signer(secret, "known browser")
    config.registry.qms_vault = Vault(secret, "second factor")
    config.registry.qms_throttle = Throttle()
    config.set_session_factory(BrowserSession)
    config.add_request_method(person_of, "person", reify=True)
    config.add_request_method(organisation_of, "organisation", reify=True)
    config.add_request_method(request_act, "act", reify=True)
