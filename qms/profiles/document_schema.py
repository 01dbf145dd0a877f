"""How a document file must look, and what must hold between it and the organisation's profile."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from qms.kernel.codes import CodeGrammar
from qms.kernel.errors import Refused
from qms.kernel.i18n import _
from qms.kernel.versions import VersionScheme
from qms.profiles.book import LONGEST_WORD, Book, Path, similar
from qms.profiles.checks import each, refused
from qms.profiles.dates import Day, is_later
from qms.profiles.reader import Listing, Mapped, Node
from qms.profiles.schema import SLUG
from qms.profiles.shapes import (
    Choice,
    Many,
    Record,
    Ref,
    Table,
    Text,
    may,
    need,
    remember,
)

CHANGE_KINDS = ("added", "changed", "removed", "renamed")
_FLAGS = frozenset({"stops", "low_inclusive", "high_inclusive"})
SECTION_KEYS: dict[str, frozenset[str]] = {
    "text": frozenset({"html"}),
    "glossary": frozenset({"terms"}),
    "references": frozenset({"items"}),
    "activities": frozenset({"rows"}),
    "indicators": frozenset({"cards"}),
    "sipoc": frozenset({"rows"}),
    "risks": frozenset({"rows"}),
    "objectives": frozenset({"rows"}),
    "requirements": frozenset({"groups"}),
    "resources": frozenset({"groups"}),
    "table": frozenset({"columns", "rows", "note"}),
    "annexes": frozenset({"items"}),
}
"""The keys of the data of each section kind; the first level only, the kinds know the rest."""


@dataclass(frozen=True)
class Prose:
    """The data of a section: every number is a text as written, only flags are true or false."""

    def read(self, node: Node, path: Path, book: Book) -> Any:
        """Give the plain data, and remember the place of every part of it."""
        remember(node, path, book)
        return _prose(node, flag=False)


def _prose(node: Node, *, flag: bool) -> Any:
    if isinstance(node, Mapped):
        return {key: _prose(one, flag=key in _FLAGS) for key, one in node.entries.items()}
    if isinstance(node, Listing):
        return [_prose(one, flag=False) for one in node.items]
    value = node.value()
    if value is None or (flag and isinstance(value, bool)):
        return value
    return unicodedata.normalize("NFC", node.text)


DAY = Day(month_only=True)
CHANGE = Record(
    {
        "kind": need(Choice(CHANGE_KINDS)),
        "subject": may(Text(300, empty=True), ""),
        "text": need(Text(4000, lines=True)),
    }
)
APPROVAL = Record(
    {
        "step": need(SLUG),
        "label": may(Text(80)),
        "name": may(Text(120, empty=True), ""),
        "position": may(Text(200, empty=True), ""),
        "date": may(DAY),
    }
)
VERSION = Record(
    {
        "label": need(Text(40)),
        "approved_on": may(DAY),
        "in_force_from": may(DAY),
        "review_by": may(DAY),
        "reason": may(Text(4000, lines=True, empty=True), ""),
        "changes": may(Many(CHANGE), []),
        "approvals": may(Many(APPROVAL), []),
        "author": may(Text(200, empty=True), ""),
    }
)
DOCUMENT = Record(
    {
        "document": need(
            Record(
                {
                    "code": need(Text(64)),
                    "title": need(Text(300)),
                    "type": need(Ref("type")),
                    "process": need(Ref("process")),
                    "owner_process": may(Ref("process")),
                    "distribution": may(Many(Ref("position")), []),
                    "medium": may(Text(120, empty=True), ""),
                    "tags": may(Many(Text(60)), []),
                }
            )
        ),
        "versions": need(Many(VERSION, least=1, most=500)),
        "sections": may(Table(Prose()), {}),
    }
)
"""A whole document file."""


def know_profile(profile: Mapping[str, Any], book: Book) -> None:
    """Enter into the book what documents may refer to."""
    for kind, key in (
        ("type", "document_types"),
        ("process", "processes"),
        ("position", "positions"),
    ):
        book.ids[kind] = {one["id"]: () for one in profile[key]}


def check_document(data: Mapping[str, Any], profile: Mapping[str, Any], book: Book) -> None:
    """Note what is wrong between the parts of a document and its organisation's profile."""
    book.check_references()
    document = data.get("document") or {}
    kinds = {one["id"]: one for one in profile["document_types"]}
    kind = kinds.get(document.get("type"))
    _code(document, profile, book)
    if kind is None:
        return
    routes = {one["id"]: one for one in profile["routes"]}
    steps = [step["id"] for step in routes[kind["route"]]["steps"]]
    scheme = VersionScheme.from_data(kind.get("versions") or profile["versions"])
    _labels(data, scheme, book)
    for path, version in each(data, "versions"):
        _dates(version, path, book)
        _approvals(version, path, steps, book)
    _ascending(data, book)
    _sections(data, kind, book)


def _code(document: Mapping[str, Any], profile: Mapping[str, Any], book: Book) -> None:
    if "code" not in document:
        return
    try:
        grammar = CodeGrammar.from_data(profile["codes"])
        found = grammar.check(document["code"], type=document.get("type"))
    except Refused as problem:
        refused(book, ("document", "code"), problem)
        return
    if found.text != document["code"]:
        book.note(
            ("document", "code"),
            _("the code «${code}» is not written as usual", mapping={"code": document["code"]}),
            _("write ${code}", mapping={"code": found.text}),
        )


def _labels(data: Mapping[str, Any], scheme: VersionScheme, book: Book) -> None:
    """History may be labelled otherwise, but the version in force must fit, and none be twice."""
    versions = list(each(data, "versions"))
    seen: set[str] = set()
    for path, version in versions:
        label = version.get("label")
        if label in seen:
            book.note((*path, "label"), _("the version «${label}» is here twice", {"label": label}))
        elif label is not None:
            seen.add(label)
    if versions and "label" in versions[-1][1]:
        path, last = versions[-1]
        if not scheme.is_valid(last["label"]):
            book.note(
                (*path, "label"),
                _("«${label}» does not follow the version scheme", {"label": last["label"]}),
                _("the version in force must be labelled as new versions are"),
            )


def _dates(version: Mapping[str, Any], path: Path, book: Book) -> None:
    approved, since, until = (
        version.get(key) for key in ("approved_on", "in_force_from", "review_by")
    )
    if approved and since and is_later(approved, since):
        book.note((*path, "in_force_from"), _("this is before the date of approval"))
    if since and until and is_later(since, until):
        book.note((*path, "review_by"), _("this is before the version came into force"))


def _ascending(data: Mapping[str, Any], book: Book) -> None:
    former = ""
    for path, version in each(data, "versions"):
        since = version.get("in_force_from") or ""
        if former and since and is_later(former, since):
            book.note(
                (*path, "in_force_from"),
                _("this is before the version above"),
                _("versions stand from the oldest to the newest"),
            )
        former = since or former


def _approvals(version: Mapping[str, Any], path: Path, steps: list[str], book: Book) -> None:
    """Note unknown steps, and a step that is dated before one that comes earlier in the route."""
    latest: dict[int, str] = {}
    for below, approval in each(version, "approvals"):
        step, day = approval.get("step"), approval.get("date")
        if step is None:
            continue
        if step not in steps:
            known = ", ".join(steps)
            book.note(
                (*path, *below, "step"),
                _("the route of this document has no step «${id}»", {"id": step}),
                similar(step, steps) or _("known are ${known}", {"known": known}),
            )
            continue
        place = steps.index(step)
        before = [earlier for at, earlier in latest.items() if at < place]
        if day and any(is_later(earlier, day) for earlier in before):
            book.note(
                (*path, *below, "date"),
                _("this is before the date of an earlier step"),
                _("who approves, does so after who drafts and reviews"),
            )
        if day:
            latest[place] = max(day, latest.get(place, ""))


def _sections(data: Mapping[str, Any], kind: Mapping[str, Any], book: Book) -> None:
    given = data.get("sections") or {}
    known = {section["id"]: section for section in kind["sections"]}
    for name, value in given.items():
        path: Path = ("sections", name)
        if name not in known:
            what = _("this document type has no section «${id}»", {"id": name})
            book.note(path, what, similar(name, known))
            continue
        keys = SECTION_KEYS[known[name]["kind"]]
        if not isinstance(value, dict):
            what = _("a mapping with ${known} is expected here", {"known": ", ".join(sorted(keys))})
            book.note(path, what)
            continue
        for key in set(value) - keys:
            book.note(
                (*path, key), _("the key «${key}» is unknown", {"key": key}), similar(key, keys)
            )
        for section_path, what, why in _inside(known[name]["kind"], value, path, book):
            book.note(section_path, what, why)
    for name, section in known.items():
        if section["required"] and name not in given:
            book.note(
                ("sections",),
                _("the section «${id}» is missing", {"id": name}),
                _("the document type says that it is required"),
            )


def _inside(kind: str, value: Mapping[str, Any], path: Path, book: Book) -> Iterator[Any]:
    """Find dangling positions and branches inside activities and indicators."""
    if kind == "activities":
        rows = list(each(value, "rows"))
        ids = {str(row.get("id")) for _path, row in rows} | {"end"}
        for below, row in rows:
            responsible = row.get("responsible")
            for index, one in enumerate(responsible if isinstance(responsible, list) else []):
                yield from _position(one, (*path, *below, "responsible", index), book)
            for branch_path, branch in each(row, "branches"):
                to = str(branch.get("to"))
                if to not in ids:
                    what = _("there is no activity «${id}»", {"id": to[:LONGEST_WORD]})
                    yield (*path, *below, *branch_path, "to"), what, similar(to, ids)
    if kind == "indicators":
        for below, card in each(value, "cards"):
            for key in ("responsible_capture", "responsible_analysis"):
                if card.get(key):
                    yield from _position(card[key], (*path, *below, key), book)


def _position(identifier: Any, path: Path, book: Book) -> Iterator[Any]:
    if str(identifier) not in book.ids["position"]:
        what = _("there is no position «${id}»", {"id": str(identifier)[:LONGEST_WORD]})
        yield path, what, similar(str(identifier), book.ids["position"])
