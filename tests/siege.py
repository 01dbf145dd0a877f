"""A house under attack: documents in every state, every role signed in, silent writes refused."""

from __future__ import annotations

import re
from contextlib import contextmanager
from datetime import timedelta

import ZODB
from house import PASSPHRASE, PASSWORD, House
from webtest import TestApp
from ZODB.DemoStorage import DemoStorage
from ZODB.FileStorage import FileStorage

from qms import main as make_application
from qms.cli.place import data_values
from qms.content.models import Folder
from qms.documents.assignment import waiting_for
from qms.documents.models import Document, DocumentFolder, Version, Versions
from qms.documents.services import approval, drafting, keys, submitting
from qms.documents.services.freezing import local_day
from qms.kernel import clock
from qms.kernel.settings import Settings
from qms.people import services as people
from qms.security.throttle import Throttle
from qms.web.unchanged import ANSWERS, Answers

ORGANISATION = "aexpress"
QUALITY = "calidad@aexpress.example"
AUTHOR = "jefe.sac@aexpress.example"
REVIEWER = "comercial@aexpress.example"
APPROVER = "vicepresidencia@aexpress.example"
OPERATIONS = "operaciones@aexpress.example"
EMPLOYEE = "paola.rincon@aexpress.example"
AUDITOR = "auditoria@aexpress.example"
ADMINISTRATOR = "admin@aexpress.example"
STRANGERS = {
    "quality": "calidad@carrazos.example",
    "administrator": "admin@carrazos.example",
    "auditor": "auditoria@carrazos.example",
    "signer": "gerencia@carrazos.example",
    "reader": "brayan.cifuentes@carrazos.example",
}
OURS = (QUALITY, AUTHOR, REVIEWER, APPROVER, OPERATIONS, EMPLOYEE, AUDITOR, ADMINISTRATOR)

DRAFT, IN_REVIEW, APPROVED = "PRO-AX-SC-01", "FOR-AX-SC-03", "FOR-AX-OP-03"
ABORTED, SIGNED, SECRET = "FOR-AX-SC-02", "INS-AX-SC-01", "INS-AX-SC-02"
SECRET_TITLE = "Borrador que nadie debe conocer"
"""Codes by what is under way there; ``SIGNED`` is in force, ``SECRET`` only ever was a draft."""


class Fort(House):
    """The application over its own copy of a storage; a write that leaves no trail is an error."""

    def __init__(self, folder):
        self.folder = folder
        base = FileStorage(str(folder / "data.fs"), blob_dir=str(folder / "blobs"), read_only=True)
        self.db = ZODB.DB(DemoStorage(base=base))
        values = data_values(folder, **{"zodbconn.uri": "memory://"})
        values["qms.base_url"] = "http://localhost"
        values["qms.environment"] = "production"
        values["pyramid.includes"] = "qms.audit.testing"
        self.settings = Settings.from_mapping(values)
        self.app = make_application(None, **values)
        self.registry = self.app.registry
        self.registry._zodb_databases[""].close()
        self.registry._zodb_databases[""] = self.db
        self.cookies = {}

    @contextmanager
    def copy(self):
        """Give a house with the same content and the same open sessions; its changes are its own.

        The application is the same one, since it takes seconds to load its templates.
        """
        made = object.__new__(Fort)
        made.__dict__.update(self.__dict__, cookies=dict(self.cookies))
        made.db = ZODB.DB(self.db.storage.push())
        self.registry._zodb_databases[""] = made.db
        self.registry.qms_throttle = Throttle()
        # Copies of one state part company when a test changes content behind the trail's back.
        self.registry[ANSWERS] = Answers()
        try:
            yield made
        finally:
            self.registry._zodb_databases[""] = self.db
            made.close()

    def browser(self, email=None, password=PASSWORD):
        """Give a browser; whoever signed in once is still signed in."""
        if email is not None and email not in self.cookies:
            made = super().browser(email, password)
            self.cookies[email] = dict(made.cookies)
        made = TestApp(self.app, extra_environ={"HTTP_HOST": "localhost:80"})
        for name, value in self.cookies.get(email, {}).items():
            made.set_cookie(name, value.strip('"'))
        return made

    def transaction(self):
        """Give the id of the last transaction, by which one sees whether anything was written."""
        return self.db.lastTransaction()

    def acting(self, email, **more):
        """Give an act of the person with this address."""
        with self.site() as site:
            return self.act(site.logins[email][1], **more)


def token_of(browser, page="/login?came_from=/"):
    """Give the token against forged requests of this browser's session."""
    answer = browser.get(page, status="*")
    if answer.status_int == 303:
        answer = browser.get("/account-language")
    return re.search(r'name="csrf_token"[^>]*value="([^"]+)"', answer.text).group(1)


def prepare(fort):
    """Bring documents into every state, by the services that the screen uses."""
    with fort.site() as site:
        organisation = site[ORGANISATION]
        documents = organisation["documents"]
        lucia, andres, oscar = (
            fort.act(one) for one in ("lucia-mora", "andres-pineda", "oscar-beltran")
        )
        drafting.start_version(documents[DRAFT], act=lucia)
        for code, act in ((IN_REVIEW, andres), (APPROVED, oscar), (ABORTED, andres)):
            drafting.start_version(documents[code], act=act)
        drafting.create_document(
            documents, type_id="instruction", process_id="sc", title=SECRET_TITLE, act=lucia
        )
        later = clock.now().date() + timedelta(days=30)
        write(documents[IN_REVIEW].pending, act=andres)
        write(documents[APPROVED].pending, act=oscar, release_on=later)
        people.delegate(
            organisation["people"],
            from_person="julian-cardenas",
            to_person="paola-rincon",
            starts=today(fort, organisation),
            ends=later,
            reason="Vacaciones",
            act=fort.act("julian-cardenas"),
        )
    for code, person in ((IN_REVIEW, "andres-pineda"), (APPROVED, "oscar-beltran")):
        submit(fort, code, person)
    with fort.site() as site:
        enrol(fort, site, "oscar-beltran", "lucia-mora", "paola-rincon")
        approval.abort(
            site[ORGANISATION]["documents"][ABORTED].pending,
            reason="Ya no hace falta.",
            act=fort.act("andres-pineda"),
        )
    sign_all(fort, APPROVED)


def today(fort, organisation):
    """Give the day that it is at the organisation's place."""
    return local_day(organisation, fort.act())


def enrol(fort, site, *person_ids):
    """Give persons a signing key under the usual passphrase."""
    organisation = site[ORGANISATION]
    for person_id in person_ids:
        person = organisation["people"].person(person_id)
        if person.signing is None:
            act = fort.act(person_id)
            keys.enrol(organisation, person, passphrase=PASSPHRASE, secret=fort.secret, act=act)


def write(version, *, act, reason="Se ajusta el formato.", **more):
    """Write the details that a draft needs before it can be submitted."""
    changes = [{"kind": "changed", "subject": "1", "text": "Se ajusta."}]
    drafting.save_details(version, act=act, reason=reason, changes=changes, **more)


def submit(fort, code, person_id, *, at=None):
    """Submit the version under way."""
    with fort.site() as site:
        version = site[ORGANISATION]["documents"][code].pending
        act = fort.act(person_id, at=at)
        planned = submitting.plan_submission(
            version, act=act, check_url=fort.settings.check_url(version.token)
        )
        submitting.submit(version, planned, submitting.make_rendition(planned), act=act)


def sign_next(fort, code, *, at=None):
    """Give one open signature by whoever may; gives their id, or None when nobody has to."""
    with fort.site() as site:
        version = site[ORGANISATION]["documents"][code].pending
        if version is None or version.state != "in-review":
            return None
        act = fort.act(at=at)
        people_ = site[ORGANISATION]["people"]
        for person_id, hands in waiting_for(version, local_day(site[ORGANISATION], act)).items():
            if people_.person(person_id).signing is not None:
                sign_as(fort, version, hands[0], at=at)
                return person_id
    raise AssertionError(f"nobody can sign {code}")


def sign_as(fort, version, hand, *, at=None, passphrase=PASSPHRASE):
    """Sign by one hand."""
    act = fort.act(hand.person_id, at=at)
    ticket = approval.plan_signature(
        version,
        hand.slot.name,
        act=act,
        seen_sha256=version.rendition.sha256,
        on_behalf_of=hand.on_behalf_of,
    )
    signature = approval.make_signature(ticket, passphrase, secret=fort.secret)
    approval.sign(version, signature, act=act)


def sign_all(fort, code, *, at=None):
    """Give every signature that is still asked for."""
    while sign_next(fort, code, at=at):
        pass


def everything(place):
    """Walk a place and all content below it."""
    yield place
    if isinstance(place, DocumentFolder):
        children = list(place.values())
    elif isinstance(place, Document):
        children = [place.versions]
    elif isinstance(place, Versions):
        children = list(place)
    elif isinstance(place, Folder):
        children = list(place.values())
    else:
        children = []
    for child in children:
        yield from everything(child)


def path_of(content):
    """Give the address of content, as the browser writes it."""
    names = []
    while content is not None:
        names.append(content.__name__ or "")
        content = content.__parent__
    return "/".join(reversed(names)) or "/"


def views(fort):
    """Give every view of ours as its introspectable; exception and static views are left out."""
    found = []
    for item in fort.registry.introspector.get_category("views"):
        view = item["introspectable"]
        context = view["context"]
        if isinstance(context, type) and not issubclass(context, Exception):
            found.append(view)
    return found


def samples_of(place):
    """Walk one content of every class and state below a place, where all of them would be slow."""
    seen = set()
    for content in everything(place):
        kind = (type(content), content.state)
        if kind not in seen:
            seen.add(kind)
            yield content


def doors(fort, place, *, samples=False):
    """Give ``(method, path, content, view)`` of every view on every content below ``place``.

    With ``samples`` on one content of every class and state.
    """
    known = views(fort)
    for content in samples_of(place) if samples else everything(place):
        for view in known:
            if not isinstance(content, view["context"]):
                continue
            wanted = view["request_methods"]
            methods = {"GET", "POST"} if wanted is None else {*_as_tuple(wanted)} - {"HEAD"}
            path = path_of(content).rstrip("/") + "/" + (view["name"] or "")
            for method in sorted(methods):
                yield method, path, content, view


def _as_tuple(methods):
    return (methods,) if isinstance(methods, str) else tuple(methods)


def versions_under_way(site):
    """Give the version of every state that a reader must not see."""
    documents = site[ORGANISATION]["documents"]
    return {
        "draft": documents[DRAFT].pending,
        "in-review": documents[IN_REVIEW].pending,
        "approved": documents[APPROVED].pending,
        "aborted": documents[ABORTED].latest,
        "obsolete": documents[SIGNED].versions.at(0),
    }


def is_version(content):
    """Tell whether content is a version, for choosing doors."""
    return isinstance(content, Version)
