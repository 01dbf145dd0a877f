"""Every form of the house, sent with what no form expects (D4-26, 36, 37, 44, 51, 59).

One form of every view, by whoever meets it first, each sent in a copy of its own: with values that
might pass, and with values that cannot. Whatever comes back is no failure: either the form again,
with a sentence and with what was typed, and nothing was written; or another page, on which what was
typed is text.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

import pytest
from control_siege import season
from hostile import MARK, inert
from rooms_siege import season_rooms
from siege import ADMINISTRATOR, AUTHOR, EMPLOYEE, ORGANISATION, QUALITY, SECRET, doors
from webtest.forms import (
    Checkbox,
    File,
    Hidden,
    MultipleSelect,
    Radio,
    Select,
    Submit,
    Text,
    Textarea,
)

from qms.web.forms import FormView

HOME = f"/{ORGANISATION}"
WHO = (QUALITY, ADMINISTRATOR, AUTHOR, EMPLOYEE, None)
"""Whoever stands first sends a form; None is a customer without an account."""
TRIES = 3
"""Contents of which a person tries the same form."""
BY_TOKEN = ("/survey", "/survey-stop")
STRUCTURE = frozenset({"__start__", "__end__", "csrf_token", "_charset_", "__formid__"})
"""Fields of every form that are no values."""
PASSABLE = f"{MARK}\x00\x08\u202e<b onclick=x>=1+1|'\u2066\r\nBcc: a@b.example"
LONG = f"{MARK}<i>" + "ñ" * 1_100
LONGER = LONG * 20
"""More than a line holds, and more than a text of several lines."""
STRAY = [("__start__", "rows:sequence"), ("zz", "1"), ("__end__", "rows:sequence")]
DEEP = [("__start__", "x:mapping")] * 3_000


@dataclass
class Found:
    """One form: its view, where it stands, where it is sent, its fields in their order."""

    page: str
    target: str
    fields: list[tuple[str, Any]]
    email: str | None


class Told(logging.Handler):
    """Keeps what the application says went wrong, for the message of a failing test."""

    def __init__(self):
        super().__init__(logging.ERROR)
        self.words = ""

    def emit(self, record):
        self.words = self.format(record)[-1500:]


@pytest.fixture(scope="module")
def seasoned(besieged):
    """Make a house with one thing of every kind."""
    with besieged.copy() as fort:
        season(fort)
        fort.made = season_rooms(fort)
        yield fort


def pages_with_forms(fort):
    """Give the addresses of every view of a form."""
    found = {}
    with fort.site() as site:
        home = doors(fort, site[ORGANISATION], samples=True)
        entrance = (one for one in doors(fort, site, samples=True) if one[2] is site)
        for method, path, _content, view in (*entrance, *home):
            kind = view["callable"]
            if method == "GET" and isinstance(kind, type) and issubclass(kind, FormView):
                found.setdefault(kind, []).append(path)
    return found


def forms_of(fort):
    """Find one form of every view, by the first who may open it."""
    left, found = pages_with_forms(fort), []
    for email in WHO:
        browser = fort.browser(email)
        for view, paths in list(left.items()):
            tried = (form_at(fort, browser, one) for one in paths[:TRIES])
            if form := next(filter(None, tried), None):
                found.append(Found(*form, email))
                del left[view]
    return found


def form_at(fort, browser, path):
    """Give where the form of a page stands, where it is sent, and its fields, if there is one."""
    url = f"{path}?token={fort.made.token}" if path.endswith(BY_TOKEN) else path
    page = browser.get(url, status="*")
    assert page.status_int < 500, path
    if page.status_int != 200 or "form" not in getattr(page, "forms", {}):
        return None
    form = page.forms["form"]
    target = urlsplit(urljoin(f"http://localhost{url}", form.action or url))
    return url, target._replace(scheme="", netloc="").geturl(), list(form.field_order)


def values(form, *, choose):
    """Fill a form with what is offered where one chooses, or with what is not."""
    sent = []
    for name, field in form.fields:
        if isinstance(field, File | MultipleSelect):
            continue
        value = field.value
        if isinstance(field, Submit):
            value = field.value_if_submitted()
            if any(one == name for one, _value in sent):
                continue
        elif name in STRUCTURE or isinstance(field, Hidden):
            value = value or ""
        elif isinstance(field, Checkbox):
            value = field._value if choose else "no-existe"
        elif isinstance(field, Radio | Select):
            offered = [one[0] for one in field.options if one[0]]
            value = (value or next(iter(offered), "")) if choose else "no-existe"
        elif not value or not choose:
            value = typed_into(field, name) if choose else longer_than(field)
        if name:
            sent.append((name, value if isinstance(value, str) else ""))
    return sent


def longer_than(field):
    """Give a text that no field of this kind takes."""
    return LONGER if isinstance(field, Textarea) else LONG


def passable(form):
    """Fill a form with what might pass."""
    return values(form, choose=True)


def refused(form):
    """Fill a form with what cannot pass, and with what it never asked for."""
    return values(form, choose=False) + STRAY


def out_of_step(form):
    """Fill a form so that its parts do not fit together."""
    return values(form, choose=False) + DEEP


def typed_into(field, name):
    """Give what fits the field in form and is still absurd."""
    attrs = field.attrs
    if attrs.get("type") == "password":
        return "no-es-esta"
    if "data-day" in attrs:
        return "31/12/9999"
    if attrs.get("inputmode") in ("numeric", "decimal"):
        return "999999999"
    return "a@b.example, c@d.example" if "mail" in name else PASSABLE


def wrong_in(form, answer, typed, *, wrote):
    """Say what is wrong with an answer, or nothing."""
    if answer.status_int >= 500:
        return "it failed"
    if answer.content_type != "text/html":
        return ""
    inert(answer.text, form.target)
    if answer.status_int < 400:
        return ""
    if wrote and not any(one.attrs.get("type") == "password" for _name, one in form.fields):
        # A wrong password is counted, whatever else happens.
        return f"{answer.status_int}, and something was written"
    said = answer.lxml.xpath("string(//main//*[@role='alert' or contains(@class, 'error')])")
    if answer.status_int == 422 and not said.strip() and "Ir al inicio" not in answer.text:
        return "no sentence says why"
    if answer.status_int == 422 and typed and not any(one in kept_in(answer) for one in typed):
        return "what was typed is gone"
    return ""


def kept_in(answer):
    """Give all that stands in the fields of a page."""
    return " ".join(answer.lxml.xpath("//main//input/@value | //main//textarea//text()"))


def is_text(field):
    """Tell whether something is typed into a field and may be shown again."""
    return isinstance(field, Text) and field.attrs.get("type", "text") == "text"


def attack(fort, form, body, *, keeps):
    """Send one form in a copy; gives what is wrong with the answer, or nothing."""
    shown = {name for name, one in form.fields if is_text(one)}
    sent = [value for name, value in body if keeps and name in shown and value]
    typed = [MARK if MARK in value else value for value in sent]
    with fort.copy() as house:
        browser = house.browser(form.email)
        if form.email is None:
            # Whoever has no account has their token by the page.
            token = browser.get(form.page).forms["form"]["csrf_token"].value
            body = [(name, token if name == "csrf_token" else value) for name, value in body]
        before = house.transaction()
        kind = "application/x-www-form-urlencoded"
        answer = browser.post(form.target, urlencode(body), content_type=kind, status="*")
        return wrong_in(form, answer, typed, wrote=house.transaction() != before)


@pytest.fixture(scope="module")
def forms(seasoned):
    return forms_of(seasoned)


WAYS = {passable: 1, refused: 1, out_of_step: 9}
"""Ways to fill a form, each with how many forms are passed over: one door reads every stream."""


@pytest.mark.parametrize(("way", "step"), WAYS.items())
def test_d4_59_d4_26_no_form_fails_or_half_does_what_was_sent(seasoned, forms, way, step):
    told = Told()
    logging.getLogger().addHandler(told)
    wrong = {}
    for form in forms[::step]:
        told.words = ""
        if problem := attack(seasoned, form, way(form), keeps=step == 1):
            wrong[form.target] = f"{problem} {told.words}"
    logging.getLogger().removeHandler(told)
    assert wrong == {}
    assert len(forms) > 120
    assert {one.email for one in forms} >= {QUALITY, ADMINISTRATOR, None}


def test_d4_59_a_text_for_a_section_that_nobody_saved_is_taken_whatever_base_it_names(fort):
    browser = fort.browser(QUALITY)
    path = f"{HOME}/documents/{SECRET}/versions/0/edit"
    page = browser.get(path)
    form = next(one for one in page.forms.values() if "edit-section" in one.action)
    form["base_revision"].force_value("7")
    assert form.submit(status=303)
