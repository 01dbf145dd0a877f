"""Checks between documents: what one says against what another one says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from qms.documents.interface_data import WARNING as HEAVY
from qms.documents.lint.data import Paper, title_key
from qms.documents.lint.findings import HINT, WARNING, Finding
from qms.documents.lint.rules.base import ORGANISATION, Rule
from qms.documents.lint.words import content_words, joined, quoted, stems
from qms.documents.sections.kind import items
from qms.kernel.i18n import _


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that a document says under a name, such as a term or a target."""

    name: str
    text: str
    section: str
    row: str


@dataclass(frozen=True, slots=True)
class Digest:
    """The little of a document that other documents are held against."""

    uid: str
    code: str
    order: int
    title: str
    type_id: str
    terms: tuple[Told, ...] = ()
    targets: tuple[Told, ...] = ()
    names: dict[str, str] = field(default_factory=dict)
    """Section id to what people call it."""


def digest_of(paper: Paper) -> Digest:
    """Give the digest of a version."""
    terms = [
        Told(str(one.get("term") or ""), str(one.get("definition") or ""), part.id, str(place + 1))
        for part in paper.of_kind("glossary")
        for place, one in enumerate(items(part.data, "terms"))
    ]
    targets = [
        Told(str(card.get("name") or ""), _target(card), part.id, str(card.get("id") or place + 1))
        for part in paper.of_kind("indicators")
        for place, card in enumerate(items(part.data, "cards"))
        if card.get("target")
    ]
    names = {part.id: part.name for part in paper.parts if part.kind in ("glossary", "indicators")}
    return Digest(
        paper.uid,
        paper.code,
        paper.order,
        paper.title,
        paper.type_id,
        tuple(terms),
        tuple(targets),
        names,
    )


def _target(card: Any) -> str:
    target = card.get("target") or {}
    parts = (target.get("direction"), target.get("value"), target.get("high"), card.get("unit"))
    return " ".join(str(part) for part in parts if part)


def between(digests: Sequence[Digest], interfaces: Iterable[Any] = ()) -> list[Finding]:
    """Run every check between documents."""
    by_code = {one.code: one for one in digests}
    found = [*_same_title(digests), *_terms(digests), *_targets(digests)]
    found += [one for told in interfaces for one in _interface(told, by_code)]
    unique: dict[str, Finding] = {one.key: one for one in reversed(found)}
    return list(reversed(unique.values()))


def _at(digest: Digest, told: Told | None, finding: Finding) -> Finding:
    place = "" if told is None else digest.names.get(told.section, "")
    return replace(finding, uid=digest.uid, code=digest.code, order=digest.order, place=place)


def _same_title(digests: Sequence[Digest]) -> Iterator[Finding]:
    titles: dict[tuple[str, str], Digest] = {}
    for one in digests:
        key = (one.type_id, title_key(one.title))
        other = titles.setdefault(key, one)
        if other is not one and key[1]:
            yield _at(
                one,
                None,
                Finding(
                    "title-used-twice",
                    WARNING,
                    _(
                        "«${title}» is the title of ${code} and of ${other}.",
                        {"title": quoted(one.title), "code": one.code, "other": other.code},
                    ),
                    _("Give one of them another title, or retire it."),
                    subject=other.code,
                ),
            )


def _terms(digests: Sequence[Digest]) -> Iterator[Finding]:
    seen: dict[str, tuple[Digest, Told]] = {}
    for one in digests:
        for told in one.terms:
            key = " ".join(content_words(told.name))
            if not key or not told.text:
                continue
            first, said = seen.setdefault(key, (one, told))
            if first is not one and not _agree(said.text, told.text):
                yield _at(
                    one,
                    told,
                    Finding(
                        "term-differs",
                        HINT,
                        _(
                            "«${term}» means something else in ${other}: «${text}».",
                            {
                                "term": told.name,
                                "other": first.code,
                                "text": quoted(said.text),
                            },
                        ),
                        _("Use one definition in all documents."),
                        section=told.section,
                        row=told.row,
                        subject=f"{first.code}:{key}",
                    ),
                )


def _agree(one: str, other: str) -> bool:
    """Tell whether two definitions say much the same: half of the shorter one's words agree."""
    left, right = set(stems(one)), set(stems(other))
    return 2 * len(left & right) >= min(len(left), len(right))


def _targets(digests: Sequence[Digest]) -> Iterator[Finding]:
    seen: dict[str, tuple[Digest, Told]] = {}
    for one in digests:
        for told in one.targets:
            key = title_key(told.name)
            if len(key.split()) < 2:
                continue
            first, said = seen.setdefault(key, (one, told))
            if first is not one and said.text != told.text:
                yield _at(
                    one,
                    told,
                    Finding(
                        "target-differs-between",
                        WARNING,
                        _(
                            "«${indicator}» has the target ${here} here and ${there} in ${other}.",
                            {
                                "indicator": quoted(told.name),
                                "here": told.text,
                                "there": said.text,
                                "other": first.code,
                            },
                        ),
                        _("Write the same target in both documents."),
                        section=told.section,
                        row=told.row,
                        subject=f"{first.code}:{key}",
                    ),
                )


def _interface(told: Any, by_code: dict[str, Digest]) -> Iterator[Finding]:
    """Take over what the interfaces of processes say, as far as it stands out."""
    digest = by_code.get(told.place.code)
    if digest is None or told.weight != HEAVY:
        return
    finding = Finding(
        f"interface-{told.kind}",
        WARNING,
        told.sentence,
        told.suggestion,
        section=told.place.section_id,
        row=str(told.place.row + 1),
        subject=joined([told.process_id, told.other_id, told.place.text]),
    )
    yield replace(_at(digest, None, finding), place=told.place.text)


RULES = tuple(
    Rule(name, title, ORGANISATION, lambda _paper, _world: ())
    for name, title in (
        ("title-used-twice", _("One title for two documents")),
        ("term-differs", _("A term with two meanings")),
        ("target-differs-between", _("Two targets for one indicator")),
        ("interface-only-supplies", _("A process that only supplies")),
        ("interface-only-receives", _("A process that only receives")),
    )
)
"""What these checks are called, for the filters of the page."""
