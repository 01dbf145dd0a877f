"""What tests of readings share: a clock that they move, the worker's jobs, and what was mailed."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, datetime, time, timedelta
from types import SimpleNamespace

import siege
from opened import opened

from qms.cli.place import Work
from qms.cli.worker import JOBS
from qms.content.root import get_site
from qms.documents.services import drafting
from qms.kernel import clock
from qms.notices.services import mails_of
from qms.profiles.api import profile_of

ORGANISATION = "aexpress"
CODE, OTHER = "INS-AX-SC-01", "FOR-AX-SC-03"
"""The one that the demonstration signed, and one that was taken over."""
AUTHOR = "andres-pineda"
PAOLA, JULIAN = "paola.rincon@aexpress.example", "julian.cardenas@aexpress.example"
LETTERS, REVIEWS, MAIL = (
    "letters about readings and signatures",
    "letters about reviews",
    "deliver mail",
)


class Clock:
    """The time of the whole program, from ten in the morning of the next business day on."""

    def __init__(self, house, monkeypatch):
        self.house = house
        with house.site() as site:
            profile = profile_of(site[ORGANISATION])
            self.calendar, self.zone = profile.calendar(), profile.zone
        tomorrow = clock.now().astimezone(self.zone).date() + timedelta(days=1)
        self.first = self.calendar.next_business_day(tomorrow)
        self.now = self.at(self.first)
        monkeypatch.setattr(clock, "now", lambda: self.now)

    def at(self, day, hour=10):
        """Give a moment at the organisation's place."""
        return datetime.combine(day, time(hour), self.zone).astimezone(UTC)

    def go(self, business_days, hour=10):
        """Go to so many business days after the first one."""
        self.now = self.at(self.calendar.add_business_days(self.first, business_days), hour)
        # Whoever was signed in days ago signs in anew.
        self.house.cookies.clear()


@contextmanager
def working(house):
    """Give what the worker's jobs take."""
    place = SimpleNamespace(registry=house.registry, settings=house.settings)
    with opened(house.db) as (connection, manager):
        yield Work(place, get_site(connection), manager)


def run_job(house, name=LETTERS):
    """Run one of the worker's jobs."""
    with working(house) as work:
        next(job for job in JOBS if job.name == name).run(work)


def mails(house):
    """Give ``(address, subject)`` of everything that was queued, in no particular order."""
    with house.site() as site:
        return sorted((mail.to, mail.subject) for mail in mails_of(site, ORGANISATION, most=10_000))


def texts(house, to):
    """Give the texts of the waiting mails to this address."""
    with house.site() as site:
        return [mail.text for mail in mails_of(site, ORGANISATION, most=10_000) if mail.to == to]


def release(house, code=CODE, *, distribution=("jefe-sac", "asesor-sac"), author=AUTHOR):
    """Put a new version in force, by the services that the screen uses; gives its label."""
    with house.site() as site:
        document = site[ORGANISATION]["documents"][code]
        version = drafting.start_version(document, act=house.act(author))
        siege.write(version, act=house.act(author), distribution=list(distribution))
        label = version.label
    siege.submit(house, code, author)
    with house.site() as site:
        house.sign_all(site, ORGANISATION, code)
        assert site[ORGANISATION]["documents"][code].in_force.label == label
    return label


def to_read(house, email):
    """Give what «Mi trabajo» lists to read, as a program gets it."""
    answer = house.browser(email).get("/aexpress/", headers={"Accept": "application/json"})
    return answer.json["to_read"]


def confirm(browser, code=CODE, **values):
    """Press «Leí y entendí» on the document's page and give the answer."""
    page = browser.get(f"/aexpress/documents/{code}/")
    form = next(one for one in page.forms.values() if one.action.endswith("/acknowledge"))
    for name, value in values.items():
        form[name] = value
    return form.submit(expect_errors=True)


def shared(house, email, code=CODE, version=""):
    """Give the distribution tab, as a program gets it."""
    path = f"/aexpress/documents/{code}/{version}distribution"
    return house.browser(email).get(path, headers={"Accept": "application/json"}).json
