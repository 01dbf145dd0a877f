"""A site with two organisations behind the real web stack, for tests of people, trail and mail."""

from __future__ import annotations

import re
from contextlib import contextmanager
from datetime import UTC, datetime

from opened import opened
from pyramid.config import Configurator
from webtest import TestApp

import qms
from qms.content.models import Organisation
from qms.content.root import get_site
from qms.kernel import clock
from qms.kernel.settings import Settings
from qms.people import services
from qms.people.acts import make_act

PASSWORD = "tres gatos azules"
NOON = datetime(2026, 11, 22, 17, tzinfo=UTC)


class House:
    """The application, its database and a clock that tests move."""

    def __init__(self, folder, includes, monkeypatch, **settings):
        self.now = NOON
        monkeypatch.setattr(clock, "now", lambda: self.now)
        values = {
            **qms.DEFAULTS,
            "zodbconn.uri": "memory://",
            "qms.data_dir": str(folder),
            "qms.base_url": "https://qms.example",
            **settings,
        }
        config = Configurator(settings=values, root_factory="qms.content.root.root_factory")
        config.registry.qms = Settings.from_mapping(values)
        for name in ("pyramid_retry", "pyramid_tm", "pyramid_zodbconn"):
            config.include(name)
        for name in ("qms.web", "qms.security", "qms.people", *includes):
            config.include(name)
        self.config = config
        self.app = config.make_wsgi_app()
        self.registry = config.registry
        self.db = self.registry._zodb_databases[""]

    @contextmanager
    def site(self):
        """Open the site; what is done in it is committed at the end."""
        with opened(self.db) as (connection, _manager):
            yield get_site(connection)

    def act(self, person_id="system", **more):
        return make_act(self.registry, person_id, at=self.now, **more)

    def browser(self, email=None, password=PASSWORD, **environ):
        """Give a browser, signed in when ``email`` is given."""
        app = TestApp(self.app, extra_environ={"REMOTE_ADDR": "10.0.0.1", **environ})
        app.house = self
        if email is not None:
            answer = sign_in(app, email, password)
            assert answer.status_int == 303, answer.text
        return app

    def last_transaction(self):
        return self.db.lastTransaction()


def sign_in(app, email, password, status="*"):
    """Fill the sign-in form and send it."""
    form = app.get("/login").forms["form"]
    form["email"], form["password"] = email, password
    return form.submit("save", status=status)


def press(app, page, action, status=303, **values):
    """Press the button of the form that posts to ``action``."""
    forms = [form for form in page.forms.values() if form.action.endswith(action)]
    assert forms, f"no form posts to {action}"
    for name, value in values.items():
        forms[0][name] = value
    return forms[0].submit(status=status)


def token_in(text):
    """Find the token of a link in a mail or an event."""
    return re.search(r"token=([\w-]+)", text)[1]


def furnish(house):
    """Make two organisations with persons who have passwords."""
    with house.site() as site:
        for identifier, names in (
            ("aexpress", ("Ana Ruiz", "Eva Soto", "Luis Gil")),
            ("boreal", ("Zoe Paz",)),
        ):
            one = site.add(identifier, Organisation(identifier, identifier.capitalize()))
            one.profile["organisation"] = {"timezone": "America/Bogota", "name": one.title}
            people = services.make_people(one)
            services.add_position(people, name="Jefe", act=house.act())
            for number, name in enumerate(names):
                person = services.add_person(
                    people,
                    name=name,
                    email=f"{name.split()[0].lower()}@{identifier}.example",
                    roles=["administrator"] if number == 0 else [],
                    position_ids=["jefe"] if number == 1 else [],
                    act=house.act(),
                )
                services.set_password(person, PASSWORD, act=house.act())
    return house
