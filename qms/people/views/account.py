"""The own account: password, language, second factor, open sessions, delegations."""

from __future__ import annotations

from typing import Any

from pyramid.httpexceptions import HTTPSeeOther
from pyramid.request import Request
from pyramid.response import Response
from pyramid.view import view_config

from qms.content.models import Site
from qms.kernel.i18n import _
from qms.people import services
from qms.people.entrance import Entrance, keep_on_refusal
from qms.people.errors import WrongPassword
from qms.people.events import SignedOut
from qms.people.identity import vault_of
from qms.people.menu import account_panels
from qms.people.qr import qr_svg
from qms.people.views.entering import CodeSchema, check_twice, new_password_fields
from qms.people.views.rows import delegation_rows, session_rows
from qms.security.passwords import check_password
from qms.web import fields
from qms.web.forms import FormView, Schema
from qms.web.i18n import LANGUAGES
from qms.web.redirects import see_other

ACCOUNT = "/account"
SECRET = "totp"  # noqa: S105 - the name of a session's value
LANGUAGE_NAMES = {"es": "Español", "en": "English"}


@view_config(context=Site, name="account", renderer="qms.templates:people/account.pt")
def account(site: Site, request: Request) -> dict[str, Any]:
    """Show what the person can do about their own access."""
    person, people = request.person, request.organisation["people"]
    return {
        "heading": _("My account"),
        "person": person,
        "positions": [people.position_name(one) for one in person.position_ids],
        "sessions": session_rows(site, request),
        "delegations": delegation_rows(people, request, person),
        "people": people,
        "panels": account_panels(request),
        "language": LANGUAGE_NAMES.get(person.language, person.language),
    }


class PasswordSchema(Schema):
    """The present password, and the new one twice."""

    present = fields.secret(_("Present password"))

    def __init__(self, *args: Any, **kw: Any) -> None:
        """Put the new one below."""
        super().__init__(*args, **kw)
        for node in new_password_fields():
            self.add(node)
        self.validator = check_twice


@view_config(context=Site, name="account-password")
class ChangePassword(FormView):
    """Replaces the password; every other session of the person ends."""

    schema = PasswordSchema
    heading = _("Change the password")
    introduction = _("Your other sessions end when you change it.")

    def save(self, values: dict[str, Any]) -> Response:
        """Change it, under the same limits as signing in."""
        entrance = Entrance(self.request, self.request.person.email)
        entrance.refuse_waiting()
        try:
            services.change_password(
                self.request.person,
                values["present"],
                values["password"],
                act=self.request.act,
                keep_session=self.request.session.key,
            )
        except WrongPassword:
            if entrance.failed():
                keep_on_refusal(self.request)
            raise
        return self.done(_("The password was changed."), ACCOUNT)


class LanguageSchema(Schema):
    """In which language the screen speaks."""

    language = fields.choice(
        _("Language"), [(one, LANGUAGE_NAMES[one]) for one in LANGUAGES], radio=True
    )


@view_config(context=Site, name="account-language")
class ChooseLanguage(FormView):
    """Chooses the language of the screen and of mails."""

    schema = LanguageSchema
    heading = _("Language")

    def initial(self) -> dict[str, Any]:
        """Start from the present one."""
        return {"language": self.request.person.language}

    def save(self, values: dict[str, Any]) -> Response:
        """Keep it with the person."""
        services.choose_language(self.request.person, values["language"], act=self.request.act)
        return self.done(_("Saved."), ACCOUNT)


class FactorSchema(CodeSchema):
    """The password once more, and the first code."""

    present = fields.secret(_("Password"))


@view_config(context=Site, name="account-second-factor")
class EnableSecondFactor(FormView):
    """Teaches the person's telephone a secret, by a QR that only this page shows."""

    schema = FactorSchema
    heading = _("Second factor")
    button = _("Turn on")
    __view_defaults__ = {"renderer": "qms.templates:people/factor.pt"}  # noqa: RUF012

    def _secret(self) -> str:
        if SECRET not in self.request.session:
            made = services.new_totp_secret()
            self.request.session[SECRET] = vault_of(self.request).seal(made.encode(), SECRET)
        return vault_of(self.request).open(self.request.session[SECRET], SECRET).decode()

    def __call__(self) -> Any:
        """A second factor is replaced by turning the present one off first."""
        if self.request.person.totp_secret is not None:
            return see_other(self.request, ACCOUNT)
        return super().__call__()

    def extra(self) -> dict[str, Any]:
        """Show the secret as a QR, and as text for who cannot scan it."""
        secret = self._secret()
        address = services.totp_address(
            self.request.person, secret, self.request.organisation.title
        )
        spaced = " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
        return {"qr": qr_svg(address), "secret": spaced}

    def save(self, values: dict[str, Any]) -> Response:
        """Turn it on once password and code are right."""
        person = self.request.person
        check_own_password(self.request, values["present"])
        services.enable_totp(
            person,
            self._secret(),
            values["code"],
            vault=vault_of(self.request),
            act=self.request.act,
        )
        self.request.session.pop(SECRET)
        return self.done(_("The second factor is on."), ACCOUNT)


class ConfirmSchema(Schema):
    """The password once more."""

    present = fields.secret(_("Password"))


@view_config(context=Site, name="account-second-factor-off")
class DisableSecondFactor(FormView):
    """Turns the second factor off."""

    schema = ConfirmSchema
    heading = _("Turn the second factor off")
    button = _("Turn off")

    def save(self, values: dict[str, Any]) -> Response:
        """Turn it off once the password is right."""
        check_own_password(self.request, values["present"])
        services.disable_totp(
            self.request.person, act=self.request.act, keep_session=self.request.session.key
        )
        return self.done(_("The second factor is off."), ACCOUNT)


def check_own_password(request: Request, password: str) -> None:
    """Refuse unless this is the signed-in person's password; counts like signing in (D4-24)."""
    entrance = Entrance(request, request.person.email)
    entrance.refuse_waiting()
    if not check_password(request.person.password_hash, password):
        if entrance.failed():
            keep_on_refusal(request)
        raise WrongPassword


@view_config(context=Site, name="account-end-sessions", request_method="POST")
def end_other_sessions(site: Site, request: Request) -> HTTPSeeOther:
    """End every session of the person but this one."""
    services.end_sessions(request.person, keep=request.session.key)
    request.act.notify(SignedOut(request.person, request.act))
    return see_other(request, ACCOUNT, _("Your other sessions have ended."))
