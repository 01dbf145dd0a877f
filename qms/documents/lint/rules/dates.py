"""Dates and signers: who signed when, in which order, and until when a version is good."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from qms.documents.lint.data import MONTH, Paper, day_of, is_placeholder
from qms.documents.lint.findings import ERROR, HINT, WARNING, Finding
from qms.documents.lint.rules.base import DOCUMENT, Rule
from qms.documents.lint.words import folded, joined
from qms.kernel.i18n import _

APART = 180
"""So many days may lie between the signatures of one version."""
_UNTIL = ("hasta", "venc", "fin ", "revis", "caduc", "expir", "valid")

Approval = Mapping[str, Any]


def _own(paper: Paper) -> list[tuple[Approval, date]]:
    """Give the dated approvals of this version; one dated as an earlier version belongs to that.

    Some firms print who drew the document up at first beside who made the present version.
    """
    former = {
        text
        for edition in paper.history[:-1]
        for text in edition.dates.values()
        if text and text not in paper.dates.values()
    }
    found = []
    for one in paper.edition.approvals:
        day = day_of(one.get("date"))
        if day is not None and one.get("date") not in former:
            found.append((one, day))
    return found


def out_of_order(paper: Paper, world: Any) -> Iterator[Finding]:
    """Find an approval that is dated before an earlier step of the route."""
    steps = {step: place for place, step in enumerate(paper.steps)}
    dated = [(steps[one["step"]], one, day) for one, day in _own(paper) if one.get("step") in steps]
    for place, one, day in dated:
        before = [
            other for at, other, then in dated if at < place and _is_later(then, day, other, one)
        ]
        if before:
            yield Finding(
                "signed-before-written",
                ERROR,
                _(
                    "«${step}» is dated ${day}, before «${other}» (${then}).",
                    {
                        "step": _who(one),
                        "day": world.show(str(one["date"])),
                        "other": _who(before[0]),
                        "then": world.show(str(before[0]["date"])),
                    },
                ),
                _("Correct the dates: nobody approves what is not written yet."),
                row=str(one.get("slot") or one.get("step")),
                subject=str(one.get("slot") or one.get("step")),
            )


def _is_later(then: date, day: date, other: Approval, one: Approval) -> bool:
    if MONTH in (len(str(other.get("date"))), len(str(one.get("date")))):
        return (then.year, then.month) > (day.year, day.month)
    return then > day


def far_apart(paper: Paper, world: Any) -> Iterator[Finding]:
    """Find a signature that lies far from the others of the same version."""
    dated = sorted(_own(paper), key=lambda pair: pair[1])
    if len(dated) < 2:
        return
    (first, early), (last, late) = dated[0], dated[-1]
    if (late - early).days <= APART:
        return
    typo = early.replace(year=late.year) == late if (early.month, early.day) != (2, 29) else False
    advice = (
        _("The day is the same in another year: probably the year is wrong.")
        if typo
        else _("Check both dates with the signed original.")
    )
    yield Finding(
        "approvals-far-apart",
        WARNING,
        _(
            "«${one}» is dated ${early} and «${other}» ${late}: ${days} days lie between.",
            {
                "one": _who(first),
                "early": world.show(str(first["date"])),
                "other": _who(last),
                "late": world.show(str(last["date"])),
                "days": (late - early).days,
            },
        ),
        advice,
        row=str(first.get("slot") or first.get("step")),
        subject=f"{first['date']}/{last['date']}",
    )


def _who(one: Approval) -> str:
    return str(one.get("label") or one.get("step") or one.get("position") or "")


def without_position(paper: Paper, world: Any) -> Iterator[Finding]:
    """Find printed signers without a position."""
    bare = [
        str(one.get("name") or _who(one))
        for one in paper.edition.approvals
        if is_placeholder(str(one.get("position") or ""))
    ]
    if bare:
        yield Finding(
            "signer-without-position",
            WARNING,
            _("Without position among the signers: ${names}.", {"names": joined(bare)}),
            _("Name the position in which each one signed."),
            row="approvals",
            subject="|".join(bare),
        )


def versions_in_order(paper: Paper, world: Any) -> Iterator[Finding]:
    """Find versions that came into force before an earlier one."""
    former: tuple[str, date] | None = None
    for edition in paper.history:
        day = day_of(edition.dates.get("in_force_from"))
        if day is None:
            continue
        if former is not None and day < former[1]:
            yield Finding(
                "versions-out-of-order",
                ERROR,
                _(
                    "Version ${label} came into force before version ${former}.",
                    {"label": edition.label, "former": former[0]},
                ),
                _("Correct the dates of the history."),
                row=edition.label,
                subject=edition.label,
            )
        former = (edition.label, day)


def expired(paper: Paper, world: Any) -> Iterator[Finding]:
    """Find a version in force whose validity or next review is over."""
    until = day_of(paper.dates.get("review_by"))
    if until is not None and paper.state == "in-force" and until < world.today:
        yield Finding(
            "validity-expired",
            WARNING,
            _("Its validity ended on ${day}.", {"day": world.show(paper.dates["review_by"])}),
            _("Review it and sign that it stays, or start a new version."),
            row="review_by",
            subject=paper.dates["review_by"],
        )


def misleading(paper: Paper, world: Any) -> Iterator[Finding]:
    """Find pages that call the end of a version's validity by the name of its beginning."""
    label = folded(paper.printed_validity)
    since, until = paper.dates.get("in_force_from"), paper.dates.get("review_by")
    misleads = "vigencia" in label and not any(word in label for word in _UNTIL)
    if misleads and since and until and since != until:
        yield Finding(
            "date-label-misleads",
            HINT,
            _(
                "The pages print «${label}: ${until}», and the history of changes ${since}.",
                {
                    "label": paper.printed_validity.strip(" :"),
                    "until": world.show(until),
                    "since": world.show(since),
                },
            ),
            _("Call it what it is, such as «Vigente hasta», in the printing of the profile."),
            row="review_by",
            subject="label",
        )


RULES = (
    Rule("signed-before-written", _("Signed before written"), DOCUMENT, out_of_order),
    Rule("approvals-far-apart", _("Signatures far apart"), DOCUMENT, far_apart),
    Rule("signer-without-position", _("Signer without position"), DOCUMENT, without_position),
    Rule("versions-out-of-order", _("Versions out of order"), DOCUMENT, versions_in_order),
    Rule("validity-expired", _("Validity over"), DOCUMENT, expired),
    Rule("date-label-misleads", _("Date under a misleading name"), DOCUMENT, misleading),
)
