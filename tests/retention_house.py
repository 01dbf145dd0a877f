"""What tests of retention share: a clock that leaps years, and each step through its door."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta

from reading_house import release, run_job
from siege import (
    APPROVER,
    AUDITOR,
    ORGANISATION,
    PASSPHRASE,
    QUALITY,
    SIGNED,
    enrol,
    token_of,
)
from webtest.forms import Radio

from qms.documents.records import record_kinds
from qms.documents.services.keys import authority_of
from qms.kernel import clock
from qms.profiles.api import profile_of
from qms.retention.listing import sync
from qms.retention.models import Disposal, Transfer
from qms.retention.services import holds
from qms.retention.services.keeping import add_series
from qms.retention.services.rooms import NAME, act_data, retention_of
from qms.signing import services as signing

ROOM = f"/{ORGANISATION}/{NAME}"
JOB = "retention of records"
JSON = {"Accept": "application/json"}
CODE = SIGNED
"""An instruction: one year in the office, four in the central archive, then eliminated."""


class Years:
    """The time of the whole program, which leaps to ten in the morning of a day."""

    def __init__(self, house, monkeypatch):
        self.house = house
        with house.site() as site:
            self.zone = profile_of(site[ORGANISATION]).zone
        self.now = clock.now()
        self.today = self.now.astimezone(self.zone).date()
        monkeypatch.setattr(clock, "now", lambda: self.now)

    def go(self, day):
        """Go to a day; whoever was signed in signs in anew, and the list of records is new."""
        self.today = day
        self.now = datetime.combine(day, time(10), self.zone).astimezone(UTC)
        self.house.cookies.clear()
        with self.house.site() as site:
            authority = authority_of(site[ORGANISATION])
            signing.publish_crl(authority, secret=self.house.secret, at=self.now)
        listed(self.house)


def listed(house):
    """Compare the list of records, as the worker does at night."""
    with house.site() as site:
        organisation = site[ORGANISATION]
        kinds = record_kinds(house.registry)
        sync(organisation, organisation[NAME], kinds, at=clock.now())


def kinds_of(house):
    """Give the kinds of records."""
    return record_kinds(house.registry)


def supersede(house, code=CODE):
    """Let the version in force be followed by another; gives its order and its row."""
    with house.site() as site:
        order = site[ORGANISATION]["documents"][code].in_force.order
    release(house, code)
    listed(house)
    return order


def rows(house, email=QUALITY, **query):
    """Give the lines of the list of records, as a program gets them."""
    answer = house.browser(email).get(f"{ROOM}/records", {"size": "200", **query}, headers=JSON)
    return answer.json["rows"]


def row(house, order, code=CODE):
    """Give the line of one version."""
    with house.site() as site:
        label = site[ORGANISATION]["documents"][code].versions.at(order).label
    found = [one for one in rows(house) if one["code"] == f"{code} v{label}"]
    return found[0] if found else None


def fill(house, email, path, status=303, **values):
    """Fill in a form and send it; gives where it leads, or the answer that refused it."""
    form = house.browser(email).get(path).forms["form"]
    for name, value in values.items():
        set_value(form, name, value)
    answer = form.submit(status=status)
    return answer.location.removeprefix("http://localhost") if status == 303 else answer


def set_value(form, name, value):
    """Set a field; radio buttons have names of their own, and are known by what they offer."""
    if name in form.fields:
        form[name] = value
        return
    radios = (one for fields in form.fields.values() for one in fields if isinstance(one, Radio))
    radio = next(one for one in radios if value in {option for option, *_ in one.options})
    radio.value = value


def press(house, email, path, status=303):
    """Press a button that is a form of its own."""
    browser = house.browser(email)
    answer = browser.post(path, {"csrf_token": token_of(browser)}, status="*")
    assert answer.status_int == status, answer.text
    return answer


def transfer(house, series="SC-01"):
    """Make a list of transfer and receive it by somebody else; gives its address."""
    url = fill(house, QUALITY, f"{ROOM}/transfers/add", series=series)
    fill(house, AUDITOR, f"{url}receive", place="Bodega 2, estante 4")
    return url


def propose(house, series="SC-01", **values):
    """Propose an elimination; gives its address."""
    values = {"series": series, "reason": "Cumplieron su tiempo de retención.", **values}
    return fill(house, QUALITY, f"{ROOM}/disposals/add", **values)


def approve(house, url, email=APPROVER, person="hernan-bustos", status=303):
    """Approve it with a new key, since the former one ended long ago."""
    with house.site() as site:
        site[ORGANISATION]["people"].person(person).signing = None
        enrol(house, site, person)
    values = {"understood": "yes", "passphrase": PASSPHRASE}
    return fill(house, email, f"{url}approve", status=status, **values)


def work(house):
    """Let the worker do what is due."""
    run_job(house, JOB)


def day_of(text):
    """Read a day of the JSON."""
    return datetime.fromisoformat(text).date()


def to_the_end(house, years, order):
    """Let the years of a superseded version go by, with its transfer; gives the day."""
    years.go(day_of(row(house, order)["transfer_on"]))
    transfer(house)
    years.go(day_of(row(house, order)["disposal_on"]))
    return years.today


def eliminated(house, years, order):
    """Lead a superseded version to its elimination; gives the address of the record."""
    to_the_end(house, years, order)
    url = propose(house)
    press(house, QUALITY, f"{url}announce")
    years.go(years.today + timedelta(days=61))
    approve(house, url)
    work(house)
    return url


def held(house, what, text, reason="Demanda 2026-0142."):
    """Place a legal hold; gives its address."""
    browser = house.browser(QUALITY)
    page = browser.get(f"{ROOM}/holds/add")
    form = page.forms["form"]
    form["title"], form["reason"] = "Demanda", reason
    form["what"], form["text"] = what, text
    answer = form.submit(status=303)
    return answer.location.removeprefix("http://localhost")


def number_in(url):
    """Give the number at the end of an address."""
    return re.search(r"/([^/]+)/$", url)[1]


def one_of_each_record(organisation, act):
    """Make one of each thing that retention keeps."""
    room = retention_of(organisation)
    values = {"code": "1", "name": "Formatos", "document_types": ["form"], "disposition": "CT"}
    values |= {"office_years": 1, "central_years": 1, "valid_from": "2020-01-01"}
    add_series(organisation, values, act=act)
    scope = ("series:1", "1 Formatos")
    holds.place(organisation, [scope], title="Demanda", reason="Ya.", act=act)
    transfer = room["transfers"].add("TRP-1", Transfer("TRP-1", "", secondary=False))
    transfer.acts.append(act_data("sent", act, note=""))
    disposal = room["disposals"].add("ELIM-1", Disposal("ELIM-1", "Formatos"))
    disposal.take(act_data("proposed", act, reason="Ya."))
