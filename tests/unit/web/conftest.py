"""A small application of nothing but the frame, for its tests and for looking at it."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import colander
import pytest
from pyramid.authorization import DENY_ALL, ACLHelper, Allow, Authenticated, Everyone
from pyramid.config import Configurator
from pyramid.httpexceptions import HTTPSeeOther
from pyramid.security import NO_PERMISSION_REQUIRED
from pyramid.session import SignedCookieSessionFactory
from webtest import TestApp

from qms.content.models import Folder, Organisation, Site
from qms.kernel.errors import Conflict, NotFound, Refused
from qms.kernel.i18n import _
from qms.web import fields
from qms.web.forms import FieldRefused, FormView, Schema
from qms.web.responses import file_response

DEMO = str(Path(__file__).parent / "templates" / "demo.pt")
LOGIN = str(Path(__file__).parent / "templates" / "login.pt")
PERSON = {"X-Test-Person": "aexpress"}


class Step(Schema):
    number = fields.text(_("Code"), longest=10)
    title = fields.text(_("Title"))


class DemoSchema(Schema):
    code = fields.text(_("Code"), colander.Regex(r"[A-Z]{3}-\d+$"), help="PRO-AX-SC-01")
    title = fields.text(_("Title"))
    note = fields.long_text(_("Draft"), optional=True)
    body = fields.rich_text(_("Content"), optional=True)
    kind = fields.choice(_("Kind"), [("a", "Procedimiento"), ("b", "Instructivo")])
    route = fields.choice(_("Route"), [("x", "Corta"), ("y", "Larga")], radio=True)
    readers = fields.many(_("Readers"), [("j", "Jefe"), ("k", "Asesor")], optional=True)
    target = fields.decimal(_("Target"))
    starts = fields.day(_("Starts"), missing=None)
    agreed = fields.yes_no(_("Agreed"))
    file = fields.upload(_("File"), extensions=[".pdf"], missing=None)
    steps = fields.rows(
        _("Steps"), fields.group(_("Step"), *Step().children, row=True, name="step"), optional=True
    )


SAVED: list[dict] = []


class DemoForm(FormView):
    schema = DemoSchema
    heading = _("New document")
    introduction = _("Content")

    def initial(self):
        return {"title": "Servicio al Cliente", "steps": [{"number": "1", "title": "Recibir"}]}

    def save(self, values):
        if values["code"] == "BAD-1":
            raise FieldRefused("code", "This code is taken")
        if values["code"] == "BAD-2":
            raise Conflict
        if values["file"]:
            values = {**values, "file": (values["file"]["filename"], values["file"]["fp"].read())}
        SAVED.append(values)
        return self.done(_("Saved"))


def page(context, request):
    rows = [
        ("PRO-AX-SC-01", "Servicio al Cliente", "5", "in-force"),
        ("FOR-AX-SC-02", "Encuesta de satisfacción", "3", "in-review"),
        ("INS-AX-SC-02", "Llamada de bienvenida", "1", "obsolete"),
        ("PRO-AX-OP-04", "Recolección <script>alert(1)</script>", "0", "draft"),
    ]
    return {"heading": _("Master list"), "rows": rows, "json": {"rows": rows}}


def raises(error):
    def view(context, request):
        raise error

    return view


class Policy:
    def identity(self, request):
        return request.headers.get("X-Test-Person")

    def authenticated_userid(self, request):
        return self.identity(request)

    def permits(self, request, context, permission):
        who = self.identity(request)
        return ACLHelper().permits(
            context, [Everyone, Authenticated, who] if who else [Everyone], permission
        )

    def remember(self, request, userid, **kw):
        return []

    def forget(self, request, **kw):
        return []


def make_root():
    site = Site()
    site.__acl__ = [(Allow, Authenticated, "view"), DENY_ALL]
    for name, title in (("aexpress", "Aexpress"), ("otra", "Otra")):
        organisation = site.add(name, Organisation(name, title))
        organisation.__acl__ = [(Allow, name, ["view", "edit"]), DENY_ALL]
        documents = organisation.add("documents", Folder("Documentos"))
        documents.add("PRO-AX-SC-01", Folder("PRO-AX-SC-01"))
    site["aexpress"].profile["organisation"] = {"name": "Aexpress", "colour": "#0b5fa5"}
    return site


@pytest.fixture
def make_application():
    return make_app


@pytest.fixture
def saved():
    SAVED.clear()
    return SAVED


@pytest.fixture(scope="module")
def application(tmp_path_factory):
    return make_app(**{"qms.uploads_folder": str(tmp_path_factory.mktemp("uploads") / "own")})


@pytest.fixture
def stranger(application):
    return TestApp(application)


@pytest.fixture
def browser(application):
    app = TestApp(application)
    app.extra_environ = {"HTTP_X_TEST_PERSON": "aexpress"}
    return app


def make_app(**settings):
    config = Configurator(settings={**settings}, package="qms")
    root = make_root()
    config.set_root_factory(lambda _request: root)
    config.set_security_policy(Policy())
    config.set_default_permission("view")
    config.set_session_factory(SignedCookieSessionFactory("x" * 32))
    config.include("qms.web")

    def organisation(request):
        return root[request.authenticated_userid] if request.authenticated_userid else None

    def person(request):
        if request.authenticated_userid is None:
            return None
        return SimpleNamespace(id="lucia", name="Lucía Mora", language=None)

    config.add_request_method(organisation, reify=True)
    config.add_request_method(person, reify=True)
    config.add_menu_item("home", title=_("My work"), icon="home", context_path="", order=1)
    config.add_menu_item(
        "documents", title=_("Documents"), icon="document", context_path="documents", order=2
    )
    config.add_menu_item(
        "people", title=_("People"), icon="people", context_path="form", group="manage", order=90
    )
    config.add_menu_item(
        "secret", title="Secret", icon="gear", context_path="", permission="none", order=99
    )
    config.set_bell(lambda _request: 4)
    config.set_search_box("search", "suggest")
    config.add_view(page, context=Organisation, renderer=DEMO)
    config.add_view(page, context=Organisation, name="search", renderer=DEMO)
    config.add_view(page, context=Folder, renderer=DEMO)
    config.add_view(DemoForm, context=Organisation, name="form")
    errors = {
        "refused": Refused("Do ${what} first", what="<b>this</b>"),
        "conflict": Conflict(),
        "gone": NotFound(),
        "broken": RuntimeError("the secret detail"),
    }
    for name, error in errors.items():
        config.add_view(raises(error), context=Organisation, name=name)
    config.add_view(
        lambda _request: HTTPSeeOther("/aexpress"),
        context=Organisation,
        name="change",
        request_method="POST",
        permission="edit",
    )
    config.add_view(
        lambda _context, request: file_response(
            request, b"%PDF-1.7", request.GET.get("name", "a.pdf"), "application/pdf", inline=True
        ),
        context=Organisation,
        name="pdf",
    )
    config.add_view(
        lambda _context, _request: {"heading": _("Sign in first")},
        context=Site,
        name="login",
        permission=NO_PERMISSION_REQUIRED,
        renderer=LOGIN,
    )
    return config.make_wsgi_app()
