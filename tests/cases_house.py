"""What tests of cases share: forms of a case, the customer's page, and what the profile says."""

from __future__ import annotations

import re

from reading_house import ORGANISATION
from siege import token_of
from webtest.forms import Radio

BASE = "/aexpress/cases/"
NEW, STATUS = "/aexpress/new-case", "/aexpress/case-status"
JSON = {"Accept": "application/json"}
ANA = {"name": "Ana Rojas", "email": "ana@example.org", "document": "52.000.111"}


def says(house, **cases):
    """Let the profile of the house say more about cases."""
    with house.site() as site:
        organisation = site[ORGANISATION]
        organisation.profile["cases"] = {**organisation.profile["cases"], **cases}
        organisation.profile_revision += 1


def letters(*kinds, signed="person"):
    """Give what a profile says of letters."""
    return {"kinds": list(kinds), "signed": signed, "number": "SC-{year}-{n:05}"}


def register(browser, **values):
    """Register a case by the full form; gives its number."""
    form = browser.get(f"{BASE}add").forms["form"]
    given = {"kind": "queja", "channel": "correo", "text": "El mensajero llegó tarde", **ANA}
    for name, value in {**given, **values}.items():
        form[name] = value
    answer = form.submit()
    assert answer.status_int == 303, answer.text
    return answer.location.rstrip("/").rpartition("/")[2]


def fill_in(customer, status=303, **values):
    """Fill the public form in and send it."""
    form = customer.get(NEW).forms["form"]
    given = {
        "kind": "queja",
        "text": "El mensajero llegó tarde",
        "name": "Rosa Peña",
        "email": "rosa@example.org",
        "consent": True,
        **values,
    }
    for name, value in given.items():
        form[name] = value
    return form.submit(status=status)


def write(customer, **values):
    """Write a case as a customer; gives number and code."""
    page = fill_in(customer, **values).follow().text
    number = re.search(r"PQR-\d{4}-\d{5}", page).group()
    return number, re.search(r"[A-Z2-9]{5}-[A-Z2-9]{5}(?=</)", page).group()


def see(customer, number, code, status=200):
    """Give the customer's page of a case."""
    form = customer.get(STATUS).forms["form"]
    form["number"], form["code"] = number, code
    return form.submit(status=status)


def form_to(page, view):
    """Give the form of a page that leads to ``view``."""
    return next(one for one in page.forms.values() if (one.action or "").endswith(view))


def choose(form, value):
    """Set the only radio buttons of a form."""
    radio = [one for ones in form.fields.values() for one in ones if isinstance(one, Radio)]
    radio[0].value = value


def mark_of(browser, number):
    """Give the mark of the answer that an approver reads."""
    page = browser.get(f"{BASE}{number}/approve")
    return next(one["seen"].value for one in page.forms.values() if "seen" in one.fields)


def do(browser, number, view, status=303, button=None, **values):
    """Fill one of the forms of a case in and give the answer."""
    form = browser.get(f"{BASE}{number}/{view}").forms["form"]
    for name, value in values.items():
        if name in ("how", "ground"):
            choose(form, value)
        else:
            form[name] = value
    answer = form.submit(button, status=status) if button else form.submit(status=status)
    return answer


def press(browser, number, view, status=303, **values):
    """Press a button that posts straight to a view of a case."""
    given = {"csrf_token": token_of(browser), **values}
    return browser.post(f"{BASE}{number}/{view}", given, status=status)


def state(browser, number):
    """Give the state of a case."""
    return browser.get(f"{BASE}{number}/", headers=JSON).json["state"]
