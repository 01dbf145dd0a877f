"""The bare page: what Pyramid and Chameleon alone need for the very bytes of one of our pages.

One of our pages is taken as it was answered. What repeats in it (rows, values of facets, lines of
the menu, sections) becomes plain Python lists and a ``tal:repeat`` each, where every text, address
and differing attribute is an expression; so are the texts and addresses of the rest of its body,
which come from one more list. Everything else is literal text of the template. The application
around it has one route a page and no session, sign-in, translation or database.
"""

from __future__ import annotations

import argparse
import json
import re
import tempfile
from itertools import groupby
from pathlib import Path
from typing import Any

import waitress
from pyramid.config import Configurator
from pyramid.request import Request

_TAG = re.compile(r"(<[^>]*>)")
_ATTRIBUTE = re.compile(r'([\w:-]+)="([^"]*)"')
_ADDRESSES = ("href", "title")
_RUNS = (
    re.compile(r"(<tr>(?:(?!<tr).)*?</tr>\s*)+", re.DOTALL),
    re.compile(r"(<li>(?:(?!<li).)*?</li>\s*)+", re.DOTALL),
    re.compile(r'(<section id="s-(?:(?!<section).)*?</section>\s*)+', re.DOTALL),
    re.compile(r"(<div><dt>(?:(?!<div).)*?</div>\s*)+", re.DOTALL),
)
_ITEM = re.compile(r"<(tr|li|section|div)\b.*?</\1>\s*", re.DOTALL)
_SECTION_BODY = re.compile(r"(</h2>)(.*)(</section>)", re.DOTALL)


def dissect(page: str) -> tuple[str, dict[str, list[list[str]]]]:
    """Give a template and its lists, which together make ``page`` again."""
    lists: dict[str, list[list[str]]] = {}
    holes: list[str] = []

    def keep(found: re.Match[str]) -> str:
        holes.append(_repeats([one[0] for one in _ITEM.finditer(found[0])], lists))
        return f"\x00{len(holes) - 1}\x00"

    text = page
    for run in _RUNS:
        text = run.sub(keep, text)
    lists["words"] = words = []
    text = _rest(text, words)
    while "\x00" in text:
        text = re.sub("\x00(\\d+)\x00", lambda found: holes[int(found[1])], text)
    return text, lists


def _rest(text: str, words: list[str]) -> str:
    """Write what does not repeat, its texts and addresses taken from ``words``."""
    head, body, tail = text.partition("<body")
    made = _literal(head)
    for piece in re.split("(<[^>]*>|\x00\\d+\x00)", body + tail):
        if piece.startswith("\x00") or not piece.strip():
            made += piece
        elif piece.startswith("<"):
            made += _ATTRIBUTE.sub(lambda found: _address(found, words), _literal(piece))
        else:
            words.append(_plain(piece))
            made += f"${{words[{len(words) - 1}]}}"
    return made


def _address(found: re.Match[str], words: list[str]) -> str:
    if found[1] not in _ADDRESSES:
        return found[0]
    words.append(_plain(found[2].replace("$$", "$")))
    return f'{found[1]}="${{words[{len(words) - 1}]}}"'


def _literal(text: str) -> str:
    return text.replace("$", "$$")


def _repeats(items: list[str], lists: dict[str, list[list[str]]]) -> str:
    """Make a ``tal:repeat`` of each stretch of items that are built alike."""
    made = ""
    for _shape, group in groupby(map(_pieces, items), key=_shape_of):
        alike = list(group)
        name = f"list{len(lists)}"
        lists[name] = [[] for _ in alike]
        body = ""
        for n, piece in enumerate(alike[0]):
            column = [one[n] for one in alike]
            body += _expressions(piece, column, lists[name])
        made += f'<tal:r repeat="one {name}">{body}</tal:r>'
    return made


def _pieces(item: str) -> list[str]:
    """Cut an item into tags and texts; the body of a section stays whole."""
    body = _SECTION_BODY.search(item)
    if body is None:
        return _TAG.split(item)
    head, tail = item[: body.end(1)], item[body.start(3) :]
    return [*_TAG.split(head)[:-1], f"<!--body-->{body[2]}", *_TAG.split(tail)[1:]]


def _shape_of(pieces: list[str]) -> tuple[str, ...]:
    return tuple(_ATTRIBUTE.sub(r"\1", one) for one in pieces if one.startswith("<"))[:-1]


def _expressions(piece: str, column: list[str], rows: list[list[str]]) -> str:
    """Write one piece of a row, with an expression for whatever a row brings along itself."""
    if piece.startswith("<!--body-->"):
        return _hole([one.removeprefix("<!--body-->") for one in column], rows, "structure: ")
    if not piece.startswith("<"):
        if not any(one.strip() for one in column):
            return piece
        return _hole([_plain(one) for one in column], rows)
    values = [dict(_ATTRIBUTE.findall(one)) for one in column]

    def attribute(found: re.Match[str]) -> str:
        own = [one[found[1]] for one in values]
        if found[1] in _ADDRESSES or len(set(own)) > 1:
            return f'{found[1]}="{_hole([_plain(one) for one in own], rows)}"'
        return _literal(found[0])

    return _ATTRIBUTE.sub(attribute, piece)


def _plain(text: str) -> str:
    for entity, sign in (("&lt;", "<"), ("&gt;", ">"), ("&#34;", '"'), ("&quot;", '"')):
        text = text.replace(entity, sign)
    return text.replace("&amp;", "&")


def _hole(values: list[str], rows: list[list[str]], how: str = "") -> str:
    for row, value in zip(rows, values, strict=True):
        row.append(value)
    return f"${{{how}one[{len(rows[0]) - 1}]}}"


def prepare(folder: Path, pages: dict[str, str], data: dict[str, Any]) -> None:
    """Write templates and lists of ``pages`` and the plain ``data`` of programs into ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    lists = {}
    for name, page in pages.items():
        template, lists[name] = dissect(page)
        (folder / f"{name}.pt").write_text(template, encoding="utf-8")
    whole = json.dumps({"lists": lists, "data": data})
    (folder / "bare.json").write_text(whole, encoding="utf-8")


def application(folder: Path) -> Any:
    """Make the bare application over what :func:`prepare` wrote."""
    known = json.loads((folder / "bare.json").read_text(encoding="utf-8"))
    with Configurator(settings={"tempfile": tempfile.gettempdir()}) as config:
        config.include("pyramid_chameleon")
        for name, lists in known["lists"].items():
            config.add_route(name, f"/{name}")
            config.add_view(
                _Page(lists),
                route_name=name,
                renderer=str((folder / f"{name}.pt").resolve()),
            )
        config.add_route("json", "/json/{name}")
        config.add_view(_Data(known["data"]), route_name="json", renderer="json")
        return config.make_wsgi_app()


class _Page:
    """Answers the lists of one page to its template."""

    def __init__(self, lists: dict[str, Any]) -> None:
        self.lists = lists

    def __call__(self, _request: Request) -> Any:
        return dict(self.lists)


class _Data:
    """Answers plain data as JSON."""

    def __init__(self, data: dict[str, Any]) -> None:
        self.data = data

    def __call__(self, request: Request) -> Any:
        return self.data[request.matchdict["name"]]


def main() -> None:
    """Serve the bare pages with four threads."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--port", type=int, required=True)
    arguments = parser.parse_args()
    app = application(arguments.folder)
    waitress.serve(app, host="127.0.0.1", port=arguments.port, threads=4, _quiet=True)


if __name__ == "__main__":
    main()
