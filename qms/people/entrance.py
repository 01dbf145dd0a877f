"""The way in: who waits after too many failures, and what happens when somebody enters.

The account's wait spares the browser that its owner has entered with before: it carries a signed
mark and has a count of its own.  So whoever guesses from elsewhere cannot keep the owner out.
"""

from __future__ import annotations

import math
import secrets
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from pyramid.request import Request
from pyramid.response import Response

from qms.content.models import find_organisation
from qms.people.addresses import fold_email
from qms.people.errors import MustWait
from qms.people.events import SignedIn, SignInBlocked
from qms.people.models import Person, doors_of
from qms.people.services.access import find_login
from qms.security.throttle import ACCOUNT, ADDRESS, REQUESTS, SECOND_FACTOR, Rule, throttle_key

MARK = "qms_known"
MARK_LIFE = timedelta(days=180)
PENDING = "pending"
PENDING_LIFE = timedelta(minutes=5)
"""How long after the password the code may be given."""


class Entrance:
    """What one request may try, and what its failures cost."""

    def __init__(self, request: Request, email: str) -> None:
        """Look at one account's door from one browser."""
        self.request = request
        self.email = fold_email(email)
        self.now: datetime = request.act.at
        self._throttle = request.registry.qms_throttle
        self._marks = request.registry.qms_marks
        address = throttle_key("address", request.client_addr or "")
        self._keys: list[tuple[str, Rule]] = [(self._account_key(), ACCOUNT), (address, ADDRESS)]

    def _account_key(self) -> str:
        mark = self._marks.unsign(self.request.cookies.get(MARK, "")) or ""
        account, _slash, nonce = mark.partition("/")
        if account and account == throttle_key("account", self.email):
            return throttle_key("browser", f"{account} {nonce}")
        return throttle_key("account", self.email)

    def _wait_of(self, key: str) -> timedelta:
        doors = self.request.root.annexes.get("people")
        until = doors.waits.get(key) if doors is not None else None
        stored = max(until - self.now, timedelta()) if until is not None else timedelta()
        return max(self._throttle.wait(key, self.now), stored)

    def refuse_waiting(self) -> None:
        """Raise MustWait when this account or this address has failed too often."""
        wait = max(self._wait_of(key) for key, _rule in self._keys)
        if wait:
            raise MustWait(minutes=math.ceil(wait / timedelta(minutes=1)))

    def failed(self, what: str = "password") -> bool:
        """Count a failure; True when somebody now has to wait, which must be committed."""
        stored = False
        for key, rule in self._keys:
            until = self._throttle.failed(key, rule, self.now)
            if until is None:
                continue
            doors_of(self.request.root).waits[key] = until
            stored = True
            if rule is not ADDRESS and until - self.now == rule.first_wait:
                self._tell(what)
        return stored

    def _tell(self, what: str) -> None:
        person = find_login(self.request.root, self.email)
        if person is not None and person.active:
            self.request.act.notify(SignInBlocked(person, self.request.act, what=what))

    def succeeded(self) -> None:
        """Forget the account's failures; those of the address stay with it."""
        key = self._keys[0][0]
        self._throttle.succeeded(key)
        doors = self.request.root.annexes.get("people")
        if doors is not None and key in doors.waits:
            del doors.waits[key]

    def for_second_factor(self) -> Entrance:
        """Count codes apart from passwords; no browser is spared, since the password is known."""
        self._keys[0] = (throttle_key("code", self.email), SECOND_FACTOR)
        return self

    def for_requests(self) -> Entrance:
        """Count requests for mails, by account."""
        self._keys = [(throttle_key("request", self.email), REQUESTS), self._keys[1]]
        return self

    def mark_browser(self) -> None:
        """Let this browser be known at this account's door."""
        text = f"{throttle_key('account', self.email)}/{secrets.token_hex(8)}"
        signed, secure = self._marks.sign(text), self.request.scheme == "https"

        def give(request: Request, response: Response) -> None:
            response.set_cookie(
                MARK, signed, max_age=MARK_LIFE, httponly=True, samesite="Lax", secure=secure
            )

        self.request.add_response_callback(give)


def keep_on_refusal(request: Request) -> None:
    """Commit what a refused attempt has to leave behind, although the answer is a 4xx."""
    request.response.headers["X-Tm"] = "commit"


def await_code(request: Request, person: Person) -> None:
    """Remember that the password was right and the code is still to come."""
    organisation = find_organisation(person)
    assert organisation is not None  # noqa: S101 - every person belongs to one
    request.session.invalidate()
    request.session[PENDING] = {
        "owner": [organisation.__name__, person.id],
        "until": request.act.at + PENDING_LIFE,
        "epoch": person.session_epoch,
    }


def person_awaiting_code(request: Request) -> Person | None:
    """Give whoever has given the password in this browser lately, or None."""
    kept: dict[str, Any] | None = request.session.get(PENDING)
    if not kept or request.act.at >= kept["until"]:
        return None
    organisation = request.root.get(kept["owner"][0])
    person = organisation["people"]["persons"].get(kept["owner"][1]) if organisation else None
    if person is None or not person.active or person.session_epoch != kept["epoch"]:
        return None
    return person


def enter(request: Request, person: Person) -> None:
    """Open a session for the person under a new id, and tell the trail."""
    organisation = find_organisation(person)
    assert organisation is not None  # noqa: S101 - every person belongs to one
    request.session.sign_in(person, (organisation.__name__ or "", person.id), request.act.at)
    act = replace(request.act, person_id=person.id)
    act.notify(SignedIn(person, act))
