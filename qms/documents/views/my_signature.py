"""«Mi firma»: a person makes their signing key, under a passphrase that the server never keeps."""

from __future__ import annotations

from typing import Any

import colander
from pyramid.request import Request
from pyramid.view import view_config

from qms.content.models import Organisation
from qms.documents.services import keys
from qms.kernel.i18n import _
from qms.people.errors import WrongPassword
from qms.people.views.account import check_own_password
from qms.security.permissions import Permission
from qms.security.secrets import secret_at
from qms.signing.errors import WeakPassphrase
from qms.web.fields import Schema, secret
from qms.web.forms import FieldRefused, FormView, at_field


def _schema() -> Any:
    schema = Schema()
    schema.add(secret(_("Your password"), name="password"))
    schema.add(secret(_("New signing passphrase"), name="passphrase", autocomplete="off"))
    schema.add(secret(_("The passphrase once more"), name="again", autocomplete="off"))
    schema.validator = _same
    return schema


def _same(node: Any, values: dict[str, str]) -> None:
    if values["passphrase"] != values["again"]:
        error = colander.Invalid(node)
        error["again"] = _("Both passphrases have to be the same.")
        raise error


@view_config(
    context=Organisation,
    name="my-signature",
    permission=Permission.VIEW,
)
class MySignature(FormView):
    """Make a signing key (a new one revokes the old), after giving the password again."""

    heading = _("My signature")
    button = _("Create my signing key")
    introduction = _(
        "With this key you sign documents. It opens only with your signing passphrase, which "
        "nobody else knows and nobody can look up: if you forget it, create a new key here. By "
        "creating it you declare that your signature here binds you like the one on paper."
    )

    def make_schema(self) -> Any:
        """Ask for the password again, and twice for the passphrase."""
        return _schema()

    def save(self, values: dict[str, Any]) -> Any:
        """Check who it is, then make the key."""
        request: Request = self.request
        person = request.person
        try:
            # Counted like signing in: an open session must not become a place to guess (D4-24).
            check_own_password(request, values["password"])
        except WrongPassword:
            wrong = _("This is not your password; nothing was changed.")
            raise FieldRefused("password", wrong) from None
        with at_field("passphrase", WeakPassphrase):
            keys.enrol(
                request.organisation,
                person,
                passphrase=values["passphrase"],
                secret=secret_at(request.registry.qms.secret_file),
                act=request.act,
            )
        return self.done(_("Your signing key is ready."), request.organisation)
