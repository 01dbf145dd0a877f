"""What the pages of set-up share: the form of one part of the profile, checked and locked."""

from __future__ import annotations

import re
from typing import Any

import colander
from pyramid.request import Request
from pyramid.response import Response

from qms.content.models import Organisation
from qms.kernel.errors import Refused
from qms.kernel.i18n import _
from qms.profiles.errors import Mistake, ProfileMistakes
from qms.profiles.state import stored_data
from qms.security.permissions import Permission
from qms.setup.errors import ProfileMoved
from qms.setup.rows import rearranged, shown
from qms.setup.services import change_settings, mark_of
from qms.web.forms import FormView, field_errors, shown_again
from qms.web.i18n import translate
from qms.web.shapes import in_shape

CONFIGURE = Permission.ORGANISATION_CONFIGURE
FORM_PAGE = "qms.templates:setup/form.pt"
Place = tuple[str | int, ...]

STEPS: tuple[tuple[str, Any], ...] = (
    ("setup", _("Summary")),
    ("setup-facts", _("Organisation")),
    ("setup-terms", _("Terms and reminders")),
    ("setup-types", _("Document types")),
    ("setup-codes", _("Codes")),
    ("setup-versions", _("Versions")),
    ("setup-routes", _("Routes")),
    ("setup-calendar", _("Calendar")),
    ("setup-looks", _("Look of the documents")),
    ("setup-history", _("Changes")),
)
"""Name and title of every page of the room, in the order of the tabs."""


def tabs(organisation: Organisation, request: Request, here: str) -> list[tuple[Any, str, bool]]:
    """Give the tabs of the room."""
    return [
        (title, request.resource_path(organisation, name), name == here) for name, title in STEPS
    ]


def place_of(path: str) -> Place:
    """Take the place of a mistake apart: ``routes[0].steps[1].label``."""
    return tuple(
        int(index) if index else name for name, index in re.findall(r"([^.\[\]]+)|\[(\d+)\]", path)
    )


def told(request: Request, mistake: Mistake) -> str:
    """Say what is wrong, and why, in the reader's language."""
    parts = [translate(request, mistake.what)]
    if mistake.why is not None:
        parts.append(translate(request, mistake.why))
    text = "; ".join(parts)
    return text[:1].upper() + text[1:] + "."


class PartForm(FormView):
    """The form of one part of the profile.

    GET shows it, POST saves it; a button of a row only rearranges what was typed. A mistake that
    the check of the whole profile finds stands at its field.
    """

    __view_defaults__: dict[str, Any] = {  # noqa: RUF012
        "renderer": FORM_PAGE,
        "context": Organisation,
        "permission": CONFIGURE,
    }

    tab = "setup"
    """The tab that is marked."""
    places: tuple[tuple[Place, Place], ...] = ()
    """Where parts of the profile stand in the form: (place in the profile, place in the form)."""
    preview: str | None = None
    """Name of the view that shows what would come out, if there is one."""

    @property
    def data(self) -> dict[str, Any]:
        """The profile as it stands."""
        if not hasattr(self, "_data"):
            self._data = stored_data(self.context)
        return self._data

    # What pages fill in

    def part(self) -> Any:
        """Give the part of the profile that the form began with, to see whether it moved."""
        raise NotImplementedError

    def wanted(self, values: dict[str, Any]) -> dict[str, Any]:
        """Give the parts of the profile as the checked values of the form want them."""
        raise NotImplementedError

    def start(self) -> dict[str, Any]:
        """Give the values that the form starts with, as plain data."""
        raise NotImplementedError

    def after(self) -> Any:
        """Give where to go when saved; the same page unless overridden."""
        return self.request.resource_path(self.context, self.tab)

    # The course of a request

    def initial(self) -> dict[str, Any]:
        """Give the start with the mark of what it was."""
        return shown({**self.start(), "base": mark_of(self.part())})

    def save(self, values: dict[str, Any]) -> Response:
        """Check that nobody else saved meanwhile, and write."""
        self.same_as_seen(values)
        change_settings(self.context, self.wanted(values), act=self.request.act)
        return self.done(_("Saved."), self.after())

    def same_as_seen(self, values: dict[str, Any]) -> None:
        """Refuse when the part is no longer what the form began with."""
        if values.get("base") != mark_of(self.part()):
            raise ProfileMoved

    def __call__(self) -> Any:
        """Answer the request."""
        if self.request.method != "POST":
            form = self.form()
            return self.page(form, form.render(self.initial()))
        form = self.form()
        tree = self.typed()
        moved = rearranged(tree)
        sent = in_shape(form, tree)
        if moved:
            return self.page(form, self.as_typed(form, sent))
        return self.answer(form, sent)

    def after_refusal(self, form: Any, refusal: Refused) -> Any:
        """Show each mistake that the check of the whole profile found at its field."""
        if isinstance(refusal, ProfileMistakes):
            rest = self.blame(form, refusal)
            return self.sent_back(form, shown_again(form), field_errors(form), rest)
        return super().after_refusal(form, refusal)

    def as_typed(self, form: Any, sent: Any) -> str:
        """Render the form with what was typed, right or wrong, without telling mistakes."""
        try:
            cstruct = form.widget.deserialize(form, sent)
        except colander.Invalid as wrong:
            cstruct = wrong.value
        form.cstruct = cstruct
        return shown_again(form)

    def blame(self, form: Any, found: ProfileMistakes) -> str:
        """Put each mistake at its field; give the sentences of those that have none here."""
        rest = []
        for mistake in found.mistakes[:20]:
            field = self.field_at(form, place_of(mistake.path))
            text = told(self.request, mistake)
            if field is None:
                rest.append(f"{mistake.path}: {text}" if mistake.path else text)
            elif field.error is None:
                field.error = colander.Invalid(field.schema, text)
            else:
                field.error.msg = f"{field.error.msg} {text}"
        return " ".join(rest)

    def field_at(self, form: Any, place: Place) -> Any:
        """Find the field of a place of the profile, or the nearest one around it."""
        for outer, inner in self.places:
            if place[: len(outer)] == outer:
                return _walk(form, (*inner, *place[len(outer) :]))
        return None

    def extra(self) -> dict[str, Any]:
        """Give the tabs, and where the preview comes from."""
        address = self.request.resource_path
        query = dict(self.request.GET)
        return {
            "tabs": tabs(self.context, self.request, self.tab),
            "preview_url": address(self.context, self.preview, query=query)
            if self.preview
            else None,
        }


def _walk(form: Any, place: Place) -> Any:
    field = form
    for step in place:
        listed = getattr(field, "sequence_fields", None)
        if isinstance(step, int):
            # A row that only holds rows stands for a list in a list.
            below = [child for child in field.children if hasattr(child, "sequence_fields")]
            if not listed and len(below) == 1:
                listed = below[0].sequence_fields
            if not listed or step >= len(listed):
                break
            field = listed[step]
            continue
        named = next((child for child in field.children if child.name == step), None)
        if listed or named is None:
            break
        field = named
    return None if field is form else field
