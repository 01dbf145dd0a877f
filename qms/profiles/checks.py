"""What must hold between the parts of a profile, beyond the shape of each part."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from qms.kernel.calendars import Calendar
from qms.kernel.codes import CodeGrammar
from qms.kernel.errors import Refused
from qms.kernel.formats import DateStyle, NumberStyle
from qms.kernel.i18n import _
from qms.kernel.versions import VersionScheme
from qms.profiles.book import Book, Path, similar
from qms.profiles.printing import check_printing
from qms.profiles.schema import FORMS
from qms.profiles.styles import kernel_date_style, kernel_number_style

LEAST_CONTRAST = 4.5
"""Least contrast of the brand colour to white (WCAG 2.2, success criterion 1.4.3, level AA)."""


def check(data: Mapping[str, Any], book: Book) -> None:
    """Note what is wrong between the parts of a profile of which each has its shape."""
    for _kind, step in _steps(data):
        book.ids.setdefault("step", {}).setdefault(str(step.get("id")), ())
    book.check_references()
    _organisation(data, book)
    check_styles(data, book)
    _calendar(data, book)
    _persons(data, book)
    _no_cycle(data, "positions", "superior", book)
    _no_cycle(data, "units", "parent", book)
    _distinct(data, "persons", "email", book)
    _distinct(data, "processes", "acronym", book)
    _distinct(data, "document_types", "acronym", book)
    _codes(data, book)
    _versions(data, book)
    _document_types(data, book)
    _routes(data, book)
    check_printing(data.get("printing") or {}, book)


def each(data: Any, *path: str) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Walk the sound entries of the list at ``path``, each with its own path."""
    for key in path:
        data = data.get(key) if isinstance(data, Mapping) else None
    for index, one in enumerate(data or []):
        if isinstance(one, dict):
            yield (*path, index), one


def _steps(data: Mapping[str, Any]) -> Iterator[tuple[Path, dict[str, Any]]]:
    for path, route in each(data, "routes"):
        for below, step in each(route, "steps"):
            yield path + below, step


def _organisation(data: Mapping[str, Any], book: Book) -> None:
    organisation = data.get("organisation") or {}
    check_zone(organisation.get("timezone"), ("organisation", "timezone"), book)
    colour = organisation.get("colour")
    if colour is not None and contrast_to_white(colour) < LEAST_CONTRAST:
        found = f"{contrast_to_white(colour):.1f}"
        book.note(
            ("organisation", "colour"),
            _("the colour ${colour} is too light", mapping={"colour": colour}),
            _(
                "its contrast to white is ${found}, and text needs ${least}",
                mapping={"found": found, "least": LEAST_CONTRAST},
            ),
        )


def check_zone(zone: str | None, path: Path, book: Book) -> None:
    """Note a time zone that does not exist."""
    if zone is None:
        return
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        book.note(
            path,
            _("there is no time zone «${zone}»", mapping={"zone": zone}),
            _("a time zone is written as America/Bogota"),
        )


def contrast_to_white(colour: str) -> float:
    """Give the contrast of ``#rrggbb`` to white, from 1 to 21, as WCAG 2.2 computes it."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in channels]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return 1.05 / (luminance + 0.05)


def refused(book: Book, path: Path, problem: Refused) -> None:
    """Note what the kernel refused."""
    book.note(path, _(problem.msgid, mapping=dict(problem.mapping)))


def check_styles(data: Mapping[str, Any], book: Book) -> None:
    """Note date and number styles that the kernel does not take."""
    styles = data.get("styles") or {}
    for name, style in (styles.get("date") or {}).items():
        try:
            DateStyle.from_data(kernel_date_style(style))
        except Refused as problem:
            refused(book, ("styles", "date", name), problem)
    if styles.get("number") is not None:
        try:
            NumberStyle.from_data(kernel_number_style(styles["number"]))
        except Refused as problem:
            refused(book, ("styles", "number"), problem)


def _calendar(data: Mapping[str, Any], book: Book) -> None:
    """Let the kernel judge the calendar, first each closure alone so that its line is named."""
    calendar = data.get("calendar") or {}
    country = (data.get("organisation") or {}).get("country") or ""
    before = len(book.mistakes)
    for index, closure in enumerate(calendar.get("closures") or []):
        try:
            Calendar.from_data({"closures": [closure]})
        except Refused as problem:
            refused(book, ("calendar", "closures", index), problem)
    if len(book.mistakes) > before:
        return
    own_country = (data.get("country_profile") or {}).get("calendar") or {}
    if own_country.get("library") is False:
        country = ""
    try:
        Calendar.from_data({"country": country})
    except Refused as problem:
        refused(book, ("organisation", "country"), problem)
        return
    try:
        Calendar.from_data({**calendar, "country": country})
    except Refused as problem:
        refused(book, ("calendar",), problem)
        return
    for path, site in each(data, "sites"):
        try:
            Calendar.from_data({"country": country, "subdivision": site.get("subdivision")})
        except Refused as problem:
            refused(book, (*path, "subdivision"), problem)


def _persons(data: Mapping[str, Any], book: Book) -> None:
    for path, person in each(data, "persons"):
        if "email" in person and person["email"] is None and person.get("active", True):
            book.note(
                path,
                _("the key «${key}» is missing", mapping={"key": "email"}),
                _("an active person signs in with it"),
            )


def _no_cycle(data: Mapping[str, Any], key: str, above: str, book: Book) -> None:
    """Note each ring in which everything stands above itself, once."""
    entries = {one["id"]: (path, one.get(above)) for path, one in each(data, key) if "id" in one}
    done: set[str] = set()
    for start in entries:
        way: list[str] = []
        here: str | None = start
        while here is not None and here in entries and here not in done and here not in way:
            way.append(here)
            here = entries[here][1]
        if here is not None and here in way:
            ring = [*way[way.index(here) :], here]
            book.note(
                (*entries[ring[0]][0], above),
                _("«${id}» stands above itself", mapping={"id": ring[0]}),
                _("the ring is ${ring}", mapping={"ring": " → ".join(ring)}),
            )
        done.update(way)


def _distinct(data: Mapping[str, Any], key: str, part: str, book: Book) -> None:
    seen: dict[str, Path] = {}
    for path, one in each(data, key):
        value = one.get(part)
        if not value:
            continue
        folded = value.lower()
        if folded in seen:
            book.note(
                (*path, part),
                _("«${text}» is here twice", mapping={"text": value}),
                _(
                    "the first one is in line ${line}",
                    mapping={"line": book.place((*seen[folded], part)).line},
                ),
            )
        else:
            seen[folded] = path


def _codes(data: Mapping[str, Any], book: Book) -> None:
    """Let the kernel judge the grammar, pattern by pattern so that the right line is named."""
    codes = data.get("codes")
    if codes is None:
        return
    before = len(book.mistakes)
    try:
        CodeGrammar.from_data(codes)
    except Refused as problem:
        _blame_patterns(codes, book)
        if len(book.mistakes) == before:
            refused(book, ("codes",), problem)
    if isinstance(codes, Mapping):
        _code_list(codes, "types", "type", book)
        _code_list(codes, "processes", "process", book)


def _blame_patterns(codes: Any, book: Book) -> None:
    patterns = codes.get("patterns") if isinstance(codes, Mapping) else None
    for index, pattern in enumerate(patterns if isinstance(patterns, list) else []):
        try:
            CodeGrammar.from_data({**codes, "patterns": [pattern]})
        except Refused as problem:
            refused(book, ("codes", "patterns", index), problem)


def _code_list(codes: Mapping[str, Any], key: str, kind: str, book: Book) -> None:
    """Note acronyms that stand for no document type or process of this profile."""
    listed = codes.get(key)
    known = book.ids.get(kind, {})
    for acronym, meaning in listed.items() if isinstance(listed, Mapping) else ():
        if isinstance(meaning, str) and meaning not in known:
            sentence = (
                _("there is no document type «${id}»", mapping={"id": meaning})
                if kind == "type"
                else _("there is no process «${id}»", mapping={"id": meaning})
            )
            book.note(("codes", key, acronym), sentence, similar(meaning, known))


def _versions(data: Mapping[str, Any], book: Book) -> None:
    places: list[tuple[Path, Any]] = [(("versions",), data.get("versions"))]
    places += [
        ((*path, "versions"), one.get("versions")) for path, one in each(data, "document_types")
    ]
    for path, scheme in places:
        if scheme is None:
            continue
        try:
            VersionScheme.from_data(scheme)
        except Refused as problem:
            refused(book, path, problem)


def _unique(owner: Mapping[str, Any], base: Path, key: str, book: Book) -> None:
    """Note ids that occur twice in a list of which the ids count inside the list only."""
    seen: dict[str, Path] = {}
    for below, one in each(owner, key):
        identifier = one.get("id")
        path = base + below
        if identifier in seen:
            book.note(
                (*path, "id"),
                _("the id «${id}» is here twice", mapping={"id": identifier}),
                _(
                    "the first one is in line ${line}",
                    mapping={"line": book.place(seen[identifier]).line},
                ),
            )
        elif identifier is not None:
            seen[identifier] = (*path, "id")


def _document_types(data: Mapping[str, Any], book: Book) -> None:
    for path, kind in each(data, "document_types"):
        _unique(kind, path, "sections", book)
        if kind.get("content") == "structured" and kind.get("sections") == []:
            book.note(
                path,
                _("a structured document type needs sections"),
                _("give it sections, or write content: file"),
            )
        for below, section in each(kind, "sections"):
            _print(section, (*path, *below, "print"), book)
        if kind.get("content") == "file" and kind.get("sections"):
            book.note((*path, "sections"), _("a document type of files has no sections"))


def _print(section: Mapping[str, Any], path: Path, book: Book) -> None:
    """Note a printed form that the section's kind does not have."""
    kind, printed = section.get("kind"), section.get("print") or {}
    form, forms = printed.get("form"), FORMS.get(str(kind), ())
    if form is not None and kind is not None and form not in forms:
        book.note(
            (*path, "form"),
            _("a section of kind ${kind} has no form «${form}»", {"kind": kind, "form": form}),
            _("known are ${known}", {"known": ", ".join(forms)}) if forms else None,
        )
    if printed.get("chart") is not None and kind not in (None, "activities"):
        book.note((*path, "chart"), _("only activities have a chart"))
    if printed.get("group") is not None and printed.get("mode") != "column":
        book.note((*path, "group"), _("only columns stand in groups"))


def _routes(data: Mapping[str, Any], book: Book) -> None:
    holders: dict[str, set[str]] = {}
    for _path, person in each(data, "persons"):
        for position in person.get("positions") or []:
            if person.get("active", True):
                holders.setdefault(str(position), set()).add(str(person.get("id")))
    for path, route in each(data, "routes"):
        _unique(route, path, "steps", book)
        steps = [(path + below, step) for below, step in each(route, "steps")]
        for below, step in steps:
            _step(step, below, book)
        if route.get("separation_of_duties") and len(steps) > 1:
            _separated(steps, holders, book)


def _step(step: Mapping[str, Any], path: Path, book: Book) -> None:
    assignees = [one for one in step.get("assignees") or [] if one]
    count = step.get("count")
    if step.get("rule") == "count" and count is None:
        book.note(path, _("the rule count needs the key «count»"))
    if step.get("rule") != "count" and count is not None:
        book.note(
            (*path, "count"),
            _("a count stands here, but the rule is ${rule}", mapping={"rule": step.get("rule")}),
            _("write rule: count, or leave the count out"),
        )
    if count is not None and all("person" in one for one in assignees) and count > len(assignees):
        book.note(
            (*path, "count"),
            _(
                "${count} signatures are asked of ${persons} persons",
                mapping={"count": count, "persons": len(assignees)},
            ),
        )
    seen: list[Any] = []
    for index, one in enumerate(step.get("assignees") or []):
        if one and one in seen:
            book.note((*path, "assignees", index), _("this assignee is here twice"))
        seen.append(one)


def _separated(
    steps: list[tuple[Path, dict[str, Any]]], holders: Mapping[str, set[str]], book: Book
) -> None:
    """Note a route whose last step only somebody can sign who alone signs an earlier one."""
    last_path, last = steps[-1]
    only = _only_signer(last, holders)
    for _earlier_path, step in steps[:-1]:
        if only is not None and _only_signer(step, holders) == only:
            book.note(
                (*last_path, "assignees"),
                _(
                    "«${person}» alone would sign the steps ${first} and ${last}",
                    mapping={"person": only, "first": step.get("id"), "last": last.get("id")},
                ),
                _("the duties are to be separated, so this route could never be completed"),
            )
            return


def _only_signer(step: Mapping[str, Any], holders: Mapping[str, set[str]]) -> str | None:
    """Give the one person who can sign a step, if the profile alone tells that there is but one."""
    able: set[str] = set()
    for one in step.get("assignees") or []:
        if not one or not {"person", "position"} & set(one):
            return None
        able |= {one["person"]} if "person" in one else holders.get(one["position"], set())
    return able.pop() if len(able) == 1 else None
