"""What tests of document control share: requests, copies and reviews, each through its door."""

from __future__ import annotations

from siege import AUTHOR, EMPLOYEE, PASSPHRASE, QUALITY
from webtest.forms import Radio

CODE = "INS-AX-SC-01"
"""The document that the demonstration signed."""
HOLDER = "Asesor de Servicio al Cliente"


def path_of(answer):
    """Give where an answer leads, without the host."""
    assert answer.status_int == 303, answer.text
    return answer.location.removeprefix("http://localhost")


def ask(house, kind="modify", email=EMPLOYEE, **values):
    """Ask for a change; gives the address of the request."""
    form = house.browser(email).get(f"/aexpress/requests/ask-{kind}?document={CODE}").forms["form"]
    form["reason"] = "El paso 4 nombra un formato que ya no existe."
    for name, value in values.items():
        form[name] = value
    return path_of(form.submit())


def decide(house, url, verdict="accept", email=AUTHOR, note="", status=303):
    """Accept or reject a request."""
    form = house.browser(email).get(f"{url}decide").forms["form"]
    radio = next(one for fields in form.fields.values() for one in fields if isinstance(one, Radio))
    radio.value, form["note"] = verdict, note
    return form.submit(status=status)


def sign(house, url, email):
    """Give a signature of a retirement."""
    form = house.browser(email).get(f"{url}sign").forms["form"]
    form["passphrase"] = PASSPHRASE
    return form.submit(status=303)


def retire(house, signers):
    """Let the document leave service by its route; gives the address of the request."""
    url = ask(house, "eliminate", email=QUALITY)
    decide(house, url)
    for email in signers:
        sign(house, url, email)
    return url


def issue(house, count=1, place="Ventanilla 2"):
    """Number controlled copies; gives the address of the first."""
    page = house.browser(QUALITY).get(f"/aexpress/documents/{CODE}/print-copies")
    form = page.forms["form"]
    form["count"], form["place"], form["holder"] = str(count), place, HOLDER
    return path_of(form.submit())


def note(house, url, kind, text=""):
    """Note what happened to a copy."""
    page = house.browser(QUALITY).get(url)
    forms = [one for one in page.forms.values() if "kind" in one.fields]
    form = next(one for one in forms if one["kind"].value == kind)
    form["text"] = text
    return form.submit(status=303)


def review(house, email=AUTHOR, note="Se comparó con la práctica de dos turnos."):
    """Confirm the document as it is, with a signature."""
    form = house.browser(email).get(f"/aexpress/documents/{CODE}/review").forms["form"]
    form["note"], form["passphrase"] = note, PASSPHRASE
    return form.submit(status=303)
