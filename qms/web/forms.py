"""The form view of every room: a schema, a heading, and what to do with good values."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import colander
import deform
from deform.template import ZPTTemplateLoader
from pyramid.request import Request
from pyramid.response import Response
from translationstring import TranslationString

from qms.kernel.errors import Refused
from qms.kernel.i18n import _
from qms.web.errors import sentence, status_of
from qms.web.fields import Schema
from qms.web.frame import Frame
from qms.web.i18n import translate
from qms.web.json import problem, wants_json
from qms.web.redirects import see_other
from qms.web.shapes import in_shape, sent_tree
from qms.web.templates import OneAtATime
from qms.web.uploads import Uploads, uploads_of

__all__ = ["FieldError", "FieldRefused", "FormView", "Schema", "at_field", "make_form"]

# Only our own templates: deform's hold inline scripts and handlers, which our policy forbids.
LOADER = ZPTTemplateLoader(
    search_path=[str(files("qms.templates") / "forms")],
    auto_reload=False,
    formats={"xml": OneAtATime},
)
EDITOR = "dist/editor.js"


class Renderer:
    """Renders deform's widgets by our templates, in the language of one request."""

    def __init__(self, request: Request) -> None:
        """Bind to the request whose language and addresses the widgets use."""
        self.request = request
        self.frame = Frame(request)

    def translate(self, text: Any) -> str:
        """Give ``text`` in the request's language; deform asks for it by this name."""
        return translate(self.request, text)

    def _translate(
        self,
        msgid: Any,
        domain: str | None = None,
        mapping: Any = None,
        context: Any = None,
        target_language: str | None = None,
        default: Any = None,
    ) -> Any:
        """Translate as Chameleon asks it."""
        if msgid is None:
            return None
        if isinstance(msgid, TranslationString):
            return self.request.localizer.translate(msgid, mapping=mapping)
        return self.request.localizer.translate(msgid, domain=domain or "qms", mapping=mapping)

    def __call__(self, name: str, **values: Any) -> str:
        """Render one widget."""
        return LOADER.load(name)(
            translate=self._translate, ui=self.frame, aria=described_by, **values
        )


def described_by(field: Any) -> dict[str, str | None]:
    """Give an input's attributes: its widget's, and what ties it to its help and its error."""
    ids = []
    if field.error is not None:
        ids.append(f"error-{field.oid}")
    if field.description:
        ids.append(f"help-{field.oid}")
    return {
        **getattr(field.widget, "attributes", {}),
        "aria-describedby": " ".join(ids) or None,
        "aria-invalid": "true" if field.error is not None else None,
        "aria-required": "true" if field.required else None,
    }


@dataclass(frozen=True)
class FieldError:
    """One line of the summary above a form that was sent back."""

    oid: str
    title: Any
    messages: list[Any]


def field_errors(field: Any) -> list[FieldError]:
    """List the errors of ``field`` and below, in the order of the page."""
    found = []
    children = getattr(field, "sequence_fields", None) or field.children
    below = [error for child in children for error in field_errors(child)]
    if field.error is not None and not (below and not _own_messages(field)):
        found.append(FieldError(_target(field), field.title, _own_messages(field)))
    return found + below


def _own_messages(field: Any) -> list[Any]:
    return [message for message in field.error.messages() if message] if field.error else []


def _target(field: Any) -> str:
    several = field.widget.template in {"radio_choice", "checkbox_choice"}
    return f"{field.oid}-0" if several else field.oid


def make_form(request: Request, schema: Any, *, button: Any = None, form_id: str = "form") -> Any:
    """Make deform's form of a bound schema, with our renderer."""
    buttons = [deform.Button("save", title=button or _("Save"))]
    return deform.Form(
        schema, buttons=buttons, formid=form_id, renderer=Renderer(request), focus="off"
    )


def shown_again(form: Any) -> str:
    """Render a form that was valid, with what was typed."""
    return form.widget.serialize(form, form.cstruct)


class FieldRefused(Refused):
    """This value cannot be taken."""

    def __init__(self, field: str, msgid: str | None = None, **mapping: object) -> None:
        """Refuse from within ``save``, with the sentence shown at the field named ``field``."""
        super().__init__(msgid, **mapping)
        self.field = field


@contextmanager
def at_field(field: str, *kinds: type[Refused]) -> Iterator[None]:
    """Tell a refusal at the field named ``field``; where ``kinds`` are given, only one of them."""
    told = kinds or (Refused,)
    try:
        yield
    except told as refusal:
        raise FieldRefused(field, refusal.msgid, **refusal.mapping) from refusal


class FormView:
    """A page with one form; rooms derive from it, name ``schema`` and ``heading``, and ``save``.

    GET shows it, POST saves it and answers 303; bad values come back as typed, with 422.
    """

    __view_defaults__ = {"renderer": "qms.templates:web/form.pt"}  # noqa: RUF012

    schema: Any = None
    """A schema class or node, or None where ``make_schema`` is overridden."""
    heading: Any = ""
    introduction: Any = ""
    button: Any = _("Save")
    wide = False
    """True where the form needs the whole width, as tables do."""
    framed = True
    """False for pages without menu, such as signing in."""

    def __init__(self, context: Any, request: Request) -> None:
        """Remember the content that the form is about, and the request."""
        self.context, self.request = context, request
        self.uploads: Uploads | None = None

    # What rooms fill in

    def bindings(self) -> dict[str, Any]:
        """Give more values for the deferred parts of the schema."""
        return {}

    def make_schema(self) -> Any:
        """Give the unbound schema; override it where the schema is made from data."""
        return self.schema() if isinstance(self.schema, type) else self.schema.clone()

    def whole_schema(self) -> Any:
        """Give the unbound schema with what a kind of form adds to those of its rooms."""
        return self.make_schema()

    def initial(self) -> dict[str, Any]:
        """Give the values that the form starts with."""
        return {}

    def save(self, values: dict[str, Any]) -> Response:
        """Do the work with checked values and answer, most often by ``done``."""
        raise NotImplementedError

    def extra(self) -> dict[str, Any]:
        """Give more values for the template."""
        return {}

    # What they use

    def done(self, message: Any, where: Any = None) -> Response:
        """Say what happened and go to ``where``: content, a path, or the form's own context."""
        return see_other(self.request, self.context if where is None else where, message)

    # The course of a request

    def form(self) -> Any:
        """Make the form for this request."""
        self.uploads = uploads_of(self.request) if self.request.method == "POST" else None
        bound = self.whole_schema().bind(
            request=self.request,
            context=self.context,
            uploads=self.uploads if self.uploads is not None else {},
            **self.bindings(),
        )
        return make_form(self.request, bound, button=self.button)

    def __call__(self) -> Any:
        """Answer the request."""
        form = self.form()
        if self.request.method != "POST":
            return self.page(form, form.render(self.initial()))
        return self.answer(form, in_shape(form, self.typed()))

    def answer(self, form: Any, sent: Any) -> Any:
        """Save what was sent, or show the form again with what is wrong."""
        try:
            response = self.save(self.checked(form, sent))
        except deform.ValidationFailure as failure:
            return self.sent_back(form, failure.render(), field_errors(form))
        except Refused as refusal:
            return self.after_refusal(form, refusal)
        if self.uploads is not None:
            self.uploads.discard()
        return response

    def checked(self, form: Any, sent: Any) -> dict[str, Any]:
        """Give the values of what was sent; raises deform's ValidationFailure."""
        values: dict[str, Any] = form.validate_pstruct(sent)
        return values

    def after_refusal(self, form: Any, refusal: Refused) -> Any:
        """Show the form again with what was refused, at its field where it names one."""
        text = sentence(self.request, refusal)
        if isinstance(refusal, FieldRefused):
            field = form[refusal.field]
            field.error = colander.Invalid(field.schema, text)
            return self.sent_back(form, shown_again(form), field_errors(form))
        return self.sent_back(form, shown_again(form), [], text, status_of(refusal))

    def typed(self) -> dict[str, Any]:
        """Read what the browser sent; a stream that is out of step counts as nothing."""
        return sent_tree(self.request.POST.items())

    def sent_back(
        self, form: Any, shown: str, errors: list[FieldError], refusal: str = "", status: int = 422
    ) -> Any:
        """Show the form again as typed, with what is wrong on top and at each field."""
        self.request.response.status_int = status
        if wants_json(self.request):
            listed = {
                error.oid: [translate(self.request, text) for text in error.messages]
                for error in errors
            }
            title = translate(self.request, _("Correct what is marked"))
            return problem(status, title, refusal, errors=listed)
        return self.page(form, shown, errors, refusal)

    def page(
        self, form: Any, shown: str, errors: list[FieldError] | None = None, refusal: str = ""
    ) -> dict[str, Any]:
        """Give what the template shows."""
        return {
            "heading": self.heading,
            "introduction": self.introduction,
            "form": shown,
            "errors": errors or [],
            "refusal": refusal,
            "wide": self.wide,
            "framed": self.framed,
            "scripts": (EDITOR,) if "data-rich-text" in shown else (),
            **self.extra(),
        }
