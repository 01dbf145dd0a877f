"""The verbs of the people room, by what they act on."""

from __future__ import annotations

from qms.people.services.access import (
    authenticate,
    change_password,
    check_code,
    disable_totp,
    enable_totp,
    invite,
    new_totp_secret,
    person_of_link,
    purge,
    request_reset,
    reset_password,
    set_password,
    totp_address,
)
from qms.people.services.delegations import delegate, end_delegation
from qms.people.services.persons import (
    add_person,
    change_person,
    change_positions,
    choose_language,
    deactivate,
    grant_role,
    reactivate,
    revoke_role,
    set_roles,
)
from qms.people.services.places import (
    add_position,
    add_site_place,
    add_unit,
    change_position,
    change_site_place,
    change_unit,
    make_people,
)

__all__ = [
    "add_person",
    "add_position",
    "add_site_place",
    "add_unit",
    "authenticate",
    "change_password",
    "change_person",
    "change_position",
    "change_positions",
    "change_site_place",
    "change_unit",
    "check_code",
    "choose_language",
    "deactivate",
    "delegate",
    "disable_totp",
    "enable_totp",
    "end_delegation",
    "grant_role",
    "invite",
    "make_people",
    "new_totp_secret",
    "person_of_link",
    "purge",
    "reactivate",
    "request_reset",
    "reset_password",
    "revoke_role",
    "set_password",
    "set_roles",
    "totp_address",
]
