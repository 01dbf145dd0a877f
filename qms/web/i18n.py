"""Spanish first, English for who chose it; ``python -m qms.web.i18n`` compiles the catalogues."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pyramid.config import Configurator
from pyramid.events import NewRequest
from pyramid.i18n import Localizer, make_localizer
from pyramid.interfaces import ILocalizer, ITranslationDirectories
from pyramid.registry import Registry
from pyramid.request import Request
from pyramid.response import Response
from translationstring import ChameleonTranslate, TranslationString

from qms.web.po import compile_catalogue, read

logger = logging.getLogger(__name__)

LOCALE_FOLDER = Path(__file__).resolve().parent.parent / "locale"
LANGUAGES = ("es", "en")
DEFAULT = "es"
SWITCH = "_LOCALE_"
DOMAIN = "qms"
FOREIGN = ("colander", "deform")
"""Domains of the form libraries: ``<domain>.po`` fills the holes of their own translations."""
YEAR = 365 * 24 * 3600
_KNOWN = "qms.web.sentences"
"""Where the registry keeps the sentences that were looked up; as many as the code has."""


def known(language: Any) -> str | None:
    """Reduce ``es-CO`` and the like to a language of ours, or None."""
    short = str(language or "").replace("_", "-").split("-")[0].lower()
    return short if short in LANGUAGES else None


def language_of(request: Request) -> str:
    """Give the language of the answer: asked for in the address, the person's, the cookie's."""
    asked = known(request.GET.get(SWITCH))
    if asked:
        return asked
    person = getattr(request, "person", None)
    return known(getattr(person, "language", None)) or known(request.cookies.get(SWITCH)) or DEFAULT


def remember_language(event: NewRequest) -> None:
    """Keep the language that the address asked for in a cookie of the browser."""
    asked = known(event.request.GET.get(SWITCH))
    if asked is None:
        return

    def keep(request: Request, response: Response) -> None:
        secure = request.scheme == "https"
        response.set_cookie(
            SWITCH, asked, max_age=YEAR, secure=secure, httponly=True, samesite="Lax"
        )

    event.request.add_response_callback(keep)


def localizer_of(registry: Registry, language: str) -> Localizer:
    """Give the one localizer of a language, whose catalogues are read once a process."""
    found = registry.queryUtility(ILocalizer, name=language)
    if found is None:
        folders = registry.queryUtility(ITranslationDirectories, default=[])
        found = make_localizer(language, folders)
        registry.registerUtility(found, ILocalizer, name=language)
    return found


def translate(request: Request, text: Any) -> str:
    """Give ``text`` in the request's language, its places filled in."""
    kind = type(text)
    if kind is str:
        # Data of an organisation; only a translation string says of itself that it is none.
        return text
    if kind is TranslationString and not text.mapping:
        return _sentence(request, text, text.domain, text.default, text.context)
    return request.localizer.translate(text)


def _sentence(
    request: Request, text: str, domain: str | None, default: Any, context: str | None
) -> str:
    """Look up once for each language what code and templates say on every page anew."""
    known = _known(request)
    key = (text, domain, default, context)
    found = known.get(key)
    if found is None:
        words = TranslationString(text, domain=domain, default=default, context=context)
        found = known[key] = request.localizer.translate(words)
    return found


def _known(request: Request) -> dict[tuple[Any, ...], str]:
    return request.registry[_KNOWN].setdefault(request.locale_name, {})


def template_translator(request: Request) -> Callable[..., Any]:
    """Give Chameleon the translation of one page: the plain sentences from memory."""
    thorough = ChameleonTranslate(request.localizer.translate)
    known = _known(request)

    def said(
        text: Any, domain: str | None = None, mapping: Any = None, default: Any = None, **more: Any
    ) -> Any:
        kind = type(text)
        if mapping or any(more.values()) or kind not in {str, TranslationString}:
            return thorough(text, domain, mapping, default=default, **more)
        if kind is TranslationString:
            return translate(request, text)
        found = known.get((text, domain, default, None))
        return _sentence(request, text, domain, default, None) if found is None else found

    return said


def sources(language_folder: Path) -> dict[str, list[Path]]:
    """Group the .po files of one language by the domain that they are compiled into."""
    domains: dict[str, list[Path]] = {}
    for path in sorted(language_folder.glob("*.po")):
        domain = path.stem if path.stem in FOREIGN else DOMAIN
        domains.setdefault(domain, []).append(path)
    return domains


def compile_all(folder: Path = LOCALE_FOLDER) -> list[Path]:
    """Compile every catalogue below ``folder`` and give what was written.

    Raises ``PoError`` for a broken file. That two rooms agree on a sentence is a test's business.
    """
    written = []
    for language in sorted(place for place in folder.iterdir() if place.is_dir()):
        for domain, paths in sources(language).items():
            target = language / "LC_MESSAGES" / f"{domain}.mo"
            target.parent.mkdir(exist_ok=True)
            fresh = target.with_suffix(f".{os.getpid()}.tmp")
            fresh.write_bytes(compile_catalogue([read(path) for path in paths]))
            fresh.replace(target)
            written.append(target)
    return written


def compile_when_stale(folder: Path = LOCALE_FOLDER) -> bool:
    """Compile when a source is newer than its catalogue and the folder can be written."""
    for language in (place for place in folder.iterdir() if place.is_dir()):
        for domain, paths in sources(language).items():
            target = language / "LC_MESSAGES" / f"{domain}.mo"
            newest = max(path.stat().st_mtime for path in paths)
            if target.exists() and target.stat().st_mtime >= newest:
                continue
            if not os.access(language, os.W_OK):
                logger.warning("%s is older than its sources", target.name)
                continue
            compile_all(folder)
            return True
    return False


def includeme(config: Configurator) -> None:
    """Choose the language of each request; our own words go before those of the libraries."""
    if LOCALE_FOLDER.is_dir():
        compile_when_stale()
    config.add_translation_dirs("colander:locale", "deform:locale", "qms:locale")
    config.registry[_KNOWN] = {}
    config.set_locale_negotiator(language_of)
    config.add_subscriber(remember_language, NewRequest)


if __name__ == "__main__":
    for _path in compile_all():
        sys.stdout.write(f"{_path.relative_to(LOCALE_FOLDER)}\n")
