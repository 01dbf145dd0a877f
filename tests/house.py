"""A house with the demonstration in it: real services, real signatures, a copy for each test."""

from __future__ import annotations

import argparse
from contextlib import contextmanager
from pathlib import Path

import ZODB
from opened import opened
from webtest import TestApp
from ZODB.DemoStorage import DemoStorage
from ZODB.FileStorage import FileStorage

from qms import main as make_application
from qms.cli import demo
from qms.cli.place import Place, data_values
from qms.content.root import get_site
from qms.documents.assignment import waiting_for
from qms.documents.services import approval
from qms.kernel.settings import Settings
from qms.people.acts import make_act
from qms.security.secrets import server_secret

PASSWORD, PASSPHRASE = demo.PASSWORD, demo.PASSPHRASE
__all__ = ["PASSPHRASE", "PASSWORD", "House", "seed"]


def seed(folder: Path, *organisations: str) -> Path:
    """Make the demonstration in ``folder`` as one file storage that tests copy on write."""
    folder.mkdir(parents=True, exist_ok=True)
    values = data_values(folder, **{"zodbconn.uri": _uri(folder)})
    place = Place(values)
    demo.run(place, argparse.Namespace(organisation=list(organisations)))
    place.close()
    return folder


def _uri(folder: Path) -> str:
    return f"file://{folder}/data.fs?blobstorage_dir={folder}/blobs"


class House:
    """The application over a copy of the seeded database, for one test."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        base = FileStorage(str(folder / "data.fs"), blob_dir=str(folder / "blobs"), read_only=True)
        self.db = ZODB.DB(DemoStorage(base=base))
        values = data_values(folder, **{"zodbconn.uri": "memory://"})
        values["qms.base_url"] = "http://localhost"
        self.settings = Settings.from_mapping(values)
        self.app = make_application(None, **values)
        self.registry = self.app.registry
        self.registry._zodb_databases[""] = self.db

    def close(self) -> None:
        self.db.close()

    @property
    def secret(self) -> bytes:
        return server_secret(self.folder)

    @contextmanager
    def site(self):
        """Open the site; what is done in it is committed at the end."""
        with opened(self.db) as (connection, _manager):
            yield get_site(connection)

    def act(self, person_id="system", **more):
        return make_act(self.registry, person_id, **more)

    def browser(self, email: str | None = None, password: str = PASSWORD) -> TestApp:
        """Give a browser, signed in when ``email`` is given."""
        browser = TestApp(self.app, extra_environ={"HTTP_HOST": "localhost:80"})
        if email is not None:
            form = browser.get("/login").forms["form"]
            form["email"], form["password"] = email, password
            assert form.submit().status_int == 303
        return browser

    def sign_all(self, site, organisation: str, code: str) -> None:
        """Give every signature that the version under way still needs, each by whoever may."""
        version = site[organisation]["documents"][code].pending
        while version.state == "in-review":
            self.sign_next(version)

    def sign_next(self, version) -> str:
        """Give one open signature by whoever may and has a key; gives the signer's id."""
        organisation = version.document.__parent__.__parent__
        act = self.act()
        for person_id, hands in waiting_for(version, act.at.date()).items():
            if organisation["people"].person(person_id).signing is None:
                continue
            act = self.act(person_id)
            ticket = approval.plan_signature(
                version, hands[0].slot.name, act=act, seen_sha256=version.rendition.sha256
            )
            signature = approval.make_signature(ticket, PASSPHRASE, secret=self.secret)
            approval.sign(version, signature, act=act)
            return person_id
        raise AssertionError("nobody can sign")
