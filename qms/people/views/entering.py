"""Signing in and out, and setting a password by a mailed link; everything here is public."""

from __future__ import annotations

from typing import Any

import colander
from pyramid.httpexceptions import HTTPSeeOther
from pyramid.request import Request
from pyramid.response import Response
from pyramid.security import NO_PERMISSION_REQUIRED
from pyramid.view import view_config

from qms.content.models import Site
from qms.kernel.i18n import _
from qms.people import services
from qms.people.entrance import (
    PENDING,
    Entrance,
    await_code,
    enter,
    keep_on_refusal,
    person_awaiting_code,
)
from qms.people.errors import BadLink, MustWait, SignInRefused, WrongCode
from qms.people.events import SignedOut
from qms.people.identity import vault_of
from qms.people.models import Person
from qms.security.passwords import LONGEST, SHORTEST
from qms.web import fields
from qms.web.forms import FormView, Schema
from qms.web.redirects import safe_path, see_other


def address_field(**options: Any) -> Any:
    """Make the field of the address that a person signs in with."""
    return fields.text(
        _("E-mail address"),
        longest=254,
        attributes={"type": "email", "autocomplete": "username", "inputmode": "email"},
        **options,
    )


def check_twice(node: Any, values: dict[str, Any]) -> None:
    """Refuse a new password that was not written the same twice."""
    if values["password"] != values["again"]:
        error = colander.Invalid(node)
        error["again"] = _("This is not the same as above.")
        raise error


def new_password_fields() -> list[Any]:
    """Make the two fields of a new password."""
    hint = _("At least ${count} characters. A short sentence is best; spaces count.")
    longest = colander.Length(max=LONGEST)
    return [
        fields.secret(
            _("New password"),
            longest,
            name="password",
            autocomplete="new-password",
            help=_(hint, {"count": SHORTEST}),
        ),
        fields.secret(
            _("New password, once more"), longest, name="again", autocomplete="new-password"
        ),
    ]


class LoginSchema(Schema):
    """Address and password."""

    email = address_field()
    password = fields.secret(_("Password"))
    came_from = fields.hidden()


@view_config(context=Site, name="login", permission=NO_PERMISSION_REQUIRED)
class Login(FormView):
    """The first page that anybody meets."""

    schema = LoginSchema
    heading = _("Sign in")
    button = _("Sign in")
    framed = False
    __view_defaults__ = {"renderer": "qms.templates:people/login.pt"}  # noqa: RUF012

    def __call__(self) -> Any:
        """Send on whoever is signed in already."""
        if self.request.person is not None and self.request.method == "GET":
            return see_other(self.request, safe_path(self.request.GET.get("came_from")))
        return super().__call__()

    def initial(self) -> dict[str, Any]:
        """Carry on where the person wanted to go."""
        return {"came_from": safe_path(self.request.GET.get("came_from"))}

    def extra(self) -> dict[str, Any]:
        """Say that signing out worked."""
        return {"signed_out": "signed-out" in self.request.GET}

    def save(self, values: dict[str, Any]) -> Response:
        """Let the person in, ask for the code, or refuse in the one way that tells nothing."""
        entrance = Entrance(self.request, values["email"])
        try:
            entrance.refuse_waiting()
        except MustWait:
            self.request.response.headers["Retry-After"] = "60"
            raise
        person = services.authenticate(self.context, values["email"], values["password"])
        if person is None:
            if entrance.failed():
                keep_on_refusal(self.request)
            raise SignInRefused
        came_from = safe_path(values["came_from"])
        if person.totp_secret is not None:
            await_code(self.request, person)
            self.request.session["came_from"] = came_from
            return see_other(self.request, "/login-code")
        entrance.succeeded()
        entrance.mark_browser()
        enter(self.request, person)
        return see_other(self.request, came_from)


class CodeSchema(Schema):
    """The one-time code."""

    code = fields.text(
        _("Code"),
        longest=12,
        attributes={"inputmode": "numeric", "autocomplete": "one-time-code"},
        help=_("The six digits that your telephone shows now."),
    )


@view_config(context=Site, name="login-code", permission=NO_PERMISSION_REQUIRED)
class LoginCode(FormView):
    """The second step of signing in, for who has a second factor."""

    schema = CodeSchema
    heading = _("Second step")
    button = _("Sign in")
    framed = False

    def __call__(self) -> Any:
        """Begin again where no password was given lately."""
        if person_awaiting_code(self.request) is None:
            return see_other(self.request, "/login")
        return super().__call__()

    def save(self, values: dict[str, Any]) -> Response:
        """Let the person in; after five wrong codes they wait (D4-22)."""
        person = person_awaiting_code(self.request)
        if person is None:
            raise BadLink
        entrance = Entrance(self.request, person.email).for_second_factor()
        entrance.refuse_waiting()
        at = self.request.act.at
        if not services.check_code(person, values["code"], vault=vault_of(self.request), at=at):
            if entrance.failed("code"):
                keep_on_refusal(self.request)
            raise WrongCode
        came_from = safe_path(self.request.session.get("came_from"))
        self.request.session.pop(PENDING)
        entrance.succeeded()
        Entrance(self.request, person.email).mark_browser()
        enter(self.request, person)
        return see_other(self.request, came_from)


@view_config(context=Site, name="logout", request_method="POST", permission=NO_PERMISSION_REQUIRED)
def logout(site: Site, request: Request) -> HTTPSeeOther:
    """End the session on the server; a second press does no harm."""
    if request.person is not None:
        request.act.notify(SignedOut(request.person, request.act))
    request.session.invalidate()
    return see_other(request, "/login?signed-out=1")


class ForgottenSchema(Schema):
    """Whose password was forgotten."""

    email = address_field()


@view_config(context=Site, name="reset", permission=NO_PERMISSION_REQUIRED)
class Forgotten(FormView):
    """Asks for a link by mail; the answer is the same whoever exists (D4-16)."""

    schema = ForgottenSchema
    heading = _("Forgotten password")
    introduction = _("We send you a link with which you set a new password.")
    button = _("Send the link")
    framed = False

    def save(self, values: dict[str, Any]) -> Response:
        """Have the mail sent, and say what would be said in any case."""
        entrance = Entrance(self.request, values["email"]).for_requests()
        entrance.refuse_waiting()
        entrance.failed("reset")
        services.request_reset(self.context, values["email"], act=self.request.act)
        return see_other(self.request, "/reset-sent")


@view_config(
    context=Site,
    name="reset-sent",
    permission=NO_PERMISSION_REQUIRED,
    renderer="qms.templates:people/sent.pt",
)
def reset_sent(site: Site, request: Request) -> dict[str, Any]:
    """Say what happens next, without saying whether the account exists."""
    return {"heading": _("Look into your mail")}


class NewPasswordSchema(Schema):
    """A new password, twice."""

    def __init__(self, *args: Any, **kw: Any) -> None:
        """Put the fields in their order."""
        super().__init__(*args, **kw)
        for node in new_password_fields():
            self.add(node)
        self.validator = check_twice


@view_config(context=Site, name="new-password", permission=NO_PERMISSION_REQUIRED)
class NewPassword(FormView):
    """Where the link of a mail leads: the person sets their own password (case C4)."""

    schema = NewPasswordSchema
    heading = _("Set your password")
    framed = False

    def __call__(self) -> Any:
        """Refuse a link that is used up, too old or none at all, before anything is typed."""
        self._person()
        return super().__call__()

    def _token(self) -> str:
        return str(self.request.GET.get("token", ""))

    def _person(self) -> Person:
        return services.person_of_link(self.context, self._token(), at=self.request.act.at)

    def extra(self) -> dict[str, Any]:
        """Say for whom."""
        person = self._person()
        return {"introduction": _("For ${name}", {"name": person.name})}

    def save(self, values: dict[str, Any]) -> Response:
        """Set it; the link is used up, and the person signs in with it (and the second factor)."""
        person = services.reset_password(
            self.context, self._token(), values["password"], act=self.request.act
        )
        self.request.session.invalidate()
        if person.totp_secret is not None:
            await_code(self.request, person)
            return see_other(self.request, "/login-code")
        enter(self.request, person)
        return see_other(self.request, "/")


@view_config(context=Site)
def home(site: Site, request: Request) -> HTTPSeeOther:
    """Lead everybody into their own organisation."""
    return see_other(request, request.organisation)
