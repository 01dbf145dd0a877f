"""Forms that make something new, and make it once, however often they are sent.

Whoever presses twice on a slow network, and a browser that repeats a request, send the same form
with the same key: the second time nothing is made, and the answer leads to what the first one made.
A program may send its key in the header ``Idempotency-Key`` instead (IETF httpapi draft).
"""

from __future__ import annotations

import hashlib
import re
import secrets
from typing import Any

import deform
from pyramid.csrf import get_csrf_token
from pyramid.httpexceptions import HTTPSeeOther
from pyramid.request import Request
from pyramid.response import Response

from qms.content.models import Content, find_organisation, organisation_of
from qms.content.once import Made, made_with, remember
from qms.kernel.errors import Refused
from qms.kernel.i18n import _
from qms.web import fields
from qms.web.forms import FormView
from qms.web.redirects import see_other

ONCE, HEADER = "once", "Idempotency-Key"
TWICE = _("This was sent twice; it counts once.")
_KEY = re.compile(r'"?([\w.:\-]{8,128})"?\Z', re.ASCII)
_BESIDE = {ONCE, "csrf_token"}


class SentBefore(Refused):
    """This form was sent before and made ${name}. If this is another one, press again."""


def new_key() -> str:
    """Make the key of a form that is shown."""
    return secrets.token_urlsafe(16)


class OnceForm(FormView):
    """A form whose ``save`` makes something new; it names that by ``done`` or in ``made``."""

    made = ""
    """What was made in this request: a number, a code; empty as long as nothing was."""

    def whole_schema(self) -> Any:
        """Let the form carry a key of its own."""
        schema = super().whole_schema()
        schema.add(fields.hidden(name=ONCE, default=new_key()))
        return schema

    def checked(self, form: Any, sent: Any) -> dict[str, Any]:
        """Give the values of what was sent, without what this class adds."""
        values = super().checked(form, sent)
        values.pop(ONCE, None)
        return values

    def done(self, message: Any, where: Any = None) -> Response:
        """Say what was made, and remember it by its number or its code."""
        if isinstance(where, Content) and not self.made:
            self.made = str(getattr(where, "crumb", "") or where.title)
        return super().done(message, where)

    def repeated(self, found: Made) -> Any:
        """Answer who sent the same again: lead to what it made."""
        return see_other(self.request, found.path, TWICE, tone="info")

    def answer(self, form: Any, sent: Any) -> Any:
        """Save what was sent, unless its key has made something already."""
        key = self._key(sent)
        if not key:
            return super().answer(form, sent)
        organisation, words = organisation_of(self.context), _words(self.request, key)
        found = made_with(organisation, key, at=self.request.act.at)
        if found is None:
            response = super().answer(form, sent)
            return self._remembered(key, words, response) if self.made else response
        if found.words != words:
            return self.another(form, sent, found)
        if self.uploads is not None:
            self.uploads.discard()
        return self.repeated(found)

    def _remembered(self, key: str, words: str, response: Any) -> Any:
        """Remember what was made, unless another request with this key made it meanwhile.

        That can be where a form works between two transactions; what this one wrote is dropped.
        """
        request, organisation = self.request, organisation_of(self.context)
        overtaken = made_with(organisation, key, at=request.act.at)
        if overtaken is not None:
            request.tm.abort()
            request.tm.begin()
            return self.repeated(overtaken)
        made = Made(words, _path(request, response), self.made)
        remember(organisation, key, made, at=request.act.at)
        return response

    def another(self, form: Any, sent: Any, found: Made) -> Any:
        """Ask who went back and wrote something else; pressed again, it is another one."""
        sent = {**sent, ONCE: new_key()}
        try:
            self.checked(form, sent)
        except deform.ValidationFailure:
            return super().answer(form, sent)
        return self.after_refusal(form, SentBefore(name=found.name))

    def _key(self, sent: Any) -> str:
        """Give the digest of what was sent as key, bound to its sender and its form."""
        request = self.request
        given = sent[ONCE] if isinstance(sent[ONCE], str) and sent[ONCE] else ""
        known = _KEY.match(given or request.headers.get(HEADER, ""))
        if known is None or find_organisation(self.context) is None:
            return ""
        person = request.authenticated_userid
        owner = f"person {person}" if person else f"session {get_csrf_token(request)}"
        return _digest(owner, request.path, known[1])


def _words(request: Request, key: str) -> str:
    """Name what was sent, without keeping it; of files their names count."""
    pairs = [
        f"{name}={value if isinstance(value, str) else getattr(value, 'filename', '')}"
        for name, value in request.POST.items()
        if name not in _BESIDE
    ]
    return _digest(key, *pairs)


def _path(request: Request, response: Any) -> str:
    if not isinstance(response, HTTPSeeOther):
        return ""
    return str(response.location).removeprefix(request.host_url)


def _digest(*parts: str) -> str:
    """Give 128 bits: keys lie in leaves together, so short ones make a registration cheaper."""
    plain = "\x1f".join(parts)
    return hashlib.sha256(plain.encode("utf-8", "surrogatepass")).hexdigest()[:32]
