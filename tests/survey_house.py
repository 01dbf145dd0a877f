"""What tests of surveys share: the dealer's people, and buttons that are forms of their own."""

from __future__ import annotations

from siege import token_of

ORGANISATION = "carrazos"
BASE = "/carrazos/surveys/"
AGENT, COLLEAGUE = "callcenter@carrazos.example", "brayan.cifuentes@carrazos.example"
ADVISER = "natalia.berrio@carrazos.example"
DIRECTOR = "director.posventa@carrazos.example"
WORKSHOP = "taller@carrazos.example"
AUDITOR = "auditoria@carrazos.example"
ADMINISTRATOR = "admin@carrazos.example"
JSON = {"Accept": "application/json"}


def press(browser, address, status="*", **values):
    """Press a button that is a form of its own."""
    answer = browser.post(address, {"csrf_token": token_of(browser), **values}, status=status)
    assert status != "*" or answer.status_int == 303, answer.text
    return answer
