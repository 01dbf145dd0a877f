"""Loads profile and document files: everything is read and checked before anything is written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from translationstring import TranslationString

from qms.content.models import Organisation
from qms.kernel.codes import twin_key
from qms.kernel.i18n import _
from qms.profiles import apply as application
from qms.profiles.book import Book
from qms.profiles.case_checks import check_cases
from qms.profiles.checks import check
from qms.profiles.country_schema import COUNTRY_PROFILE, check_country
from qms.profiles.document_schema import DOCUMENT, check_document, know_profile
from qms.profiles.errors import Mistake, ProfileMistakes
from qms.profiles.reader import Mapped, Node, from_plain, plain, read, read_file
from qms.profiles.schema import PROFILE
from qms.profiles.state import stored_data
from qms.profiles.styles import kernel_date_style, kernel_number_style
from qms.profiles.survey_checks import check_surveys

PROFILE_FILE = "profile.yaml"
"""The name of the profile in an organisation's folder."""
MAX_LOGO = 256_000
"""Largest logo, in bytes; every frozen version keeps a copy."""
_LOGO_STARTS = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg"}

apply = application.apply


@dataclass(frozen=True)
class Logo:
    """The logo file that came with a profile."""

    data: bytes
    filename: str
    media_type: str


@dataclass(frozen=True)
class LoadedProfile:
    """A profile without mistakes, ready to be applied."""

    data: dict[str, Any]
    """The normalised profile, defaults filled in; plain builtins only."""
    logo: Logo | None = None
    book: Book = field(default_factory=Book, repr=False, compare=False)
    """Where each value stood, for mistakes that only the database shows."""

    @property
    def id(self) -> str:
        """The organisation's id."""
        return self.data["organisation"]["id"]


def load(paths: Iterable[Path | str] | Path | str) -> LoadedProfile:
    """Read one organisation profile, and the country profile beside it if one is among the files.

    A folder stands for the ``profile.yaml`` in it. Raises ProfileMistakes with all mistakes.
    """
    given = [paths] if isinstance(paths, Path | str) else list(paths)
    files = [_profile_in(Path(path)) for path in given]
    mistakes: list[Mistake] = []
    profiles: list[tuple[Path, Mapped]] = []
    countries: list[Node] = []
    for path in files:
        try:
            node = read_file(path)
        except ProfileMistakes as found:
            mistakes += found.mistakes
            continue
        if isinstance(node, Mapped) and "country" in node.entries:
            countries.append(node)
        elif isinstance(node, Mapped) and not profiles and "document" not in node.entries:
            profiles.append((path, node))
        else:
            mistakes.append(_at(node, _("this is not the profile of the organisation to load")))
    if not profiles and not mistakes:
        what = _("no file here is an organisation profile")
        mistakes.append(Mistake(str(files[0]) if files else "", 0, 0, "", what))
    if mistakes:
        raise ProfileMistakes(mistakes)
    path, profile = profiles[0]
    return _checked(profile, countries, path)


def load_text(text: str | bytes, file: str = "profile.yaml") -> LoadedProfile:
    """Read a profile from text, such as an export; its logo, if any, is not looked for."""
    return _checked(read(text, file), [], None)


def check_plain(data: Mapping[str, Any]) -> LoadedProfile:
    """Check a profile that a screen edited; raises ProfileMistakes without file and line."""
    return _checked(from_plain(data), [], None)


def load_documents(
    paths: Iterable[Path | str], profile: LoadedProfile | Organisation
) -> list[dict[str, Any]]:
    """Read and check the documents of an organisation; a folder stands for its YAML files.

    Raises ProfileMistakes with the mistakes of all files. The result is plain normalised data in
    the order of the files; nothing is written.
    """
    known = stored_data(profile) if isinstance(profile, Organisation) else profile.data
    mistakes: list[Mistake] = []
    documents: list[dict[str, Any]] = []
    codes: dict[str, str] = {}
    for path in _files(paths):
        book = Book()
        know_profile(known, book)
        try:
            data = DOCUMENT.read(read_file(path), (), book)
        except ProfileMistakes as found:
            mistakes += found.mistakes
            continue
        if isinstance(data, dict):
            check_document(data, known, book)
            _new_code(data, str(path), codes, book)
            documents.append(data)
        mistakes += book.mistakes
    if mistakes:
        raise ProfileMistakes(mistakes)
    return documents


def _new_code(data: Mapping[str, Any], file: str, codes: dict[str, str], book: Book) -> None:
    code = (data.get("document") or {}).get("code")
    if code is None:
        return
    other = codes.setdefault(twin_key(code), file)
    if other != file:
        book.note(
            ("document", "code"),
            _("the code «${code}» is here twice", mapping={"code": code}),
            _("the other document is ${file}", mapping={"file": other}),
        )


def _files(paths: Iterable[Path | str]) -> list[Path]:
    files: list[Path] = []
    for path in map(Path, paths):
        files += sorted(path.glob("*.yaml")) if path.is_dir() else [path]
    return files


def _profile_in(path: Path) -> Path:
    return path / PROFILE_FILE if path.is_dir() else path


def _at(node: Node, what: TranslationString) -> Mistake:
    return Mistake(node.place.file, node.place.line, node.place.column, "", what)


def _checked(node: Node, countries: list[Node], path: Path | None) -> LoadedProfile:
    """Read the profile's node, check it and normalise it."""
    book = Book()
    mistakes: list[Mistake] = []
    data = PROFILE.read(node, (), book)
    if isinstance(data, dict):
        mistakes += _country(node, countries, data, book)
        check(data, book)
        check_cases(data, book)
        check_surveys(data, book)
    logo = _logo(data, path, book) if isinstance(data, dict) else None
    if book.mistakes or mistakes:
        raise ProfileMistakes([*book.mistakes, *mistakes])
    _normalise(data)
    return LoadedProfile(data, logo, book)


def _country(node: Node, countries: list[Node], data: dict[str, Any], book: Book) -> list[Mistake]:
    """Check the country profile inside the profile, or the one that came in its own file."""
    inside = node.entries.get("country_profile") if isinstance(node, Mapped) else None
    if inside is not None and plain(inside) is not None:
        countries = [*countries, inside]
    if not countries:
        return []
    if len(countries) > 1:
        return [_at(countries[1], _("there is a country profile already"))]
    found = Book()
    country = COUNTRY_PROFILE.read(countries[0], (), found)
    if isinstance(country, dict):
        check_country(country, found)
        code = (country.get("country") or {}).get("code")
        if code != (data.get("organisation") or {}).get("country"):
            book.note(
                ("organisation", "country"),
                _("the country profile is that of ${code}", mapping={"code": code}),
            )
        data["country_profile"] = country
    return found.mistakes


def _logo(data: Mapping[str, Any], path: Path | None, book: Book) -> Logo | None:
    """Read the logo beside the profile; only PNG and JPEG by their first bytes."""
    name = (data.get("organisation") or {}).get("logo")
    if name is None or path is None:
        return None
    where = ("organisation", "logo")
    try:
        with (path.parent / name).open("rb") as stream:
            content = stream.read(MAX_LOGO + 1)
    except OSError:
        book.note(where, _("there is no file «${name}» beside the profile", {"name": name}))
        return None
    kind = next((kind for start, kind in _LOGO_STARTS.items() if content.startswith(start)), None)
    if kind is None or len(content) > MAX_LOGO:
        book.note(
            where,
            _("«${name}» cannot be the logo", {"name": name}),
            _("a logo is a PNG or JPEG picture of at most ${limit} bytes", {"limit": MAX_LOGO}),
        )
        return None
    return Logo(content, name, kind)


def _normalise(data: dict[str, Any]) -> None:
    """Bring what can be written in several ways to one of them."""
    country = data.get("country_profile") or {}
    for styles in (data["styles"], country.get("styles") or {"date": {}, "number": None}):
        styles["date"] = {name: kernel_date_style(one) for name, one in styles["date"].items()}
        if styles["number"] is not None:
            styles["number"] = kernel_number_style(styles["number"])
    for person in data["persons"]:
        person["roles"] = sorted(set(person["roles"]))
        person["positions"] = list(dict.fromkeys(person["positions"]))
