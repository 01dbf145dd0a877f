"""Head and buttons of a version's pages, as parts that are kept (``qms.web.parts``)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from chameleon.utils import Markup

from qms.documents import workflow
from qms.documents.wording import show_date
from qms.web.frame import Frame


class Head(NamedTuple):
    """What the banners, the control block and the tabs follow from."""

    document_url: str
    state: str
    is_in_force: bool
    in_force_label: str | None
    """Label of the version in force, where there is one."""
    pending: tuple[str, str, str] | None
    """Address, label and state of the version under way, for who may see it."""
    notices: tuple[tuple[str, str | None, str, str, bool], ...]
    """Sentence, address, words of the link, icon, and whether it warns."""
    code: str
    label: str
    migrated: bool
    signed: bool
    type_name: str
    process: str | None
    owner_process: str | None
    in_force_from: str
    review_by: str
    tabs_label: str
    tabs: tuple[tuple[str, str, bool], ...]


class Actions(NamedTuple):
    """What the buttons follow from: the next steps that this person may take."""

    url: str
    document_url: str
    is_in_force: bool
    has_original: bool
    further: tuple[tuple[str, str], ...]
    may_sign: bool
    may_edit: bool
    may_submit: bool
    may_revise: bool
    may_release: bool
    may_abort: bool


class Outline(NamedTuple):
    """What the outline follows from."""

    sections: tuple[tuple[str, str, str], ...]
    """Id, number and title of each."""


class VersionParts:
    """Draws head and buttons out of what a version's page found."""

    def __init__(self, page: Any, values: Mapping[str, Any]) -> None:
        """Take the page with the values that it hands to its template."""
        self._page, self._values = page, values

    def head(self, ui: Frame) -> Markup:
        """Draw banners, control block and tabs."""
        page, given, said = self._page, self._values, ui.said
        version, document = page.version, page.document
        pending, in_force = given["pending"], given["in_force"]
        process, owner = given["process"], given["owner_process"]
        values = Head(
            document_url=page.request.resource_path(document),
            state=version.state,
            is_in_force=given["is_in_force"],
            in_force_label=None if in_force is None else in_force.label,
            pending=None
            if pending is None
            else (page.request.resource_path(pending), pending.label, pending.state),
            notices=tuple(
                (said(one.text), one.url, said(one.link or ""), one.icon, one.warns)
                for one in given["notices"]
            ),
            code=version.code or document.code,
            label=version.label,
            migrated=bool(version.migrated),
            signed=version.is_signed,
            type_name=given["type"].name,
            process=process["name"] if process else None,
            owner_process=owner["name"] if owner else None,
            in_force_from=show_date(page.profile, version.dates.get("in_force_from")),
            review_by=show_date(page.profile, version.dates.get("review_by")),
            tabs_label=said(given["tabs_label"]),
            tabs=tuple((said(title), url, here) for title, url, here in given["tabs"]),
        )
        return ui.part("documents/version_head.pt", values)

    def actions(self, ui: Frame) -> Markup:
        """Draw the buttons."""
        page, given, may = self._page, self._values, self._values["may"]
        version = page.version
        values = Actions(
            url=page.request.resource_path(version),
            document_url=page.request.resource_path(page.document),
            is_in_force=given["is_in_force"],
            has_original=bool(
                version.state == workflow.OBSOLETE
                and may["history"]
                and version.rendition
                and version.disposed is None
            ),
            further=tuple((ui.said(title), url) for title, url in given["further"]),
            may_sign=may["sign"],
            may_edit=may["edit"],
            may_submit=may["submit"],
            may_revise=may["revise"],
            may_release=may["release"],
            may_abort=may["abort"],
        )
        return ui.part("documents/version_actions.pt", values)

    def outline(self, ui: Frame, sections: Sequence[Mapping[str, Any]]) -> Markup:
        """Draw the outline; nothing where there are no sections."""
        found = tuple((one["id"], one["number"], one["title"]) for one in sections)
        return ui.part("documents/outline.pt", Outline(found)) if found else Markup("")
